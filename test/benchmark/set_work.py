"""Walk over a grid with walls, and mix sets of numbers: membership, union, difference."""

import sys


def reachable(size, walls):
    seen = {(0, 0)}
    border = [(0, 0)]
    steps = 0
    while border:
        following = []
        for x, y in border:
            for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
                place = (x + dx, y + dy)
                if 0 <= place[0] < size and 0 <= place[1] < size and place not in walls and place not in seen:
                    seen.add(place)
                    following.append(place)
        border = following
        steps += 1
    return len(seen), steps


def make_walls(size):
    walls = set()
    seed = 12345
    for x in range(size):
        for y in range(size):
            seed = (seed * 1103515245 + 12345) % 2147483648
            if seed // 65536 % 10 < 3 and x + y > 2:
                walls.add((x, y))
    return walls


def mix(count):
    evens = set(range(0, count, 2))
    threes = set(range(0, count, 3))
    both = evens & threes
    either = evens | threes
    rest = either - both
    odd_ones = rest ^ threes
    return len(both), len(either), len(rest), len(odd_ones), sum(odd_ones)


size = int(sys.argv[1]) if len(sys.argv) > 1 else 700
print(reachable(size, make_walls(size)))
for round in range(4):
    print(mix(size * 1000 + round))
