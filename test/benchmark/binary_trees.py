"""Trees are grown and thrown away: making and ending objects."""

import sys


class Tree:
    def __init__(self, left, right):
        self.left = left
        self.right = right


def grow(depth):
    if depth == 0:
        return Tree(None, None)
    return Tree(grow(depth - 1), grow(depth - 1))


def count(tree):
    if tree.left is None:
        return 1
    return 1 + count(tree.left) + count(tree.right)


deepest = int(sys.argv[1]) if len(sys.argv) > 1 else 16
print(f"depth {deepest + 1}: {count(grow(deepest + 1))}")
lasting = grow(deepest)
for depth in range(4, deepest + 1, 4):
    rounds = 1 << (deepest - depth + 4)
    nodes = 0
    for _ in range(rounds):
        nodes += count(grow(depth))
    print(f"{rounds} trees of depth {depth}: {nodes}")
print(f"lasting: {count(lasting)}")
