"""How many letters must change to turn one text into another? Strings by index, and two rows of a table."""

import sys


def edit_distance(first, second):
    previous = list(range(len(second) + 1))
    for i in range(1, len(first) + 1):
        current = [i] + [0] * len(second)
        for j in range(1, len(second) + 1):
            cost = 0 if first[i - 1] == second[j - 1] else 1
            current[j] = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost)
        previous = current
    return previous[len(second)]


def make_sequence(length, seed):
    letters = []
    for _ in range(length):
        seed = (seed * 1103515245 + 12345) % 2147483648
        letters.append("ACGT"[seed // 65536 % 4])
    return "".join(letters)


length = int(sys.argv[1]) if len(sys.argv) > 1 else 12000
print(edit_distance(make_sequence(length, 1), make_sequence(length, 2)))
