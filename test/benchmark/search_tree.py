"""A search tree of nodes: insert, look up, walk in order."""

import sys


class Node:
    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = None
        self.right = None


class Tree:
    def __init__(self):
        self.root = None
        self.size = 0

    def insert(self, key, value):
        if self.root is None:
            self.root = Node(key, value)
            self.size += 1
            return
        node = self.root
        while True:
            if key == node.key:
                node.value += value
                return
            if key < node.key:
                if node.left is None:
                    node.left = Node(key, value)
                    self.size += 1
                    return
                node = node.left
            else:
                if node.right is None:
                    node.right = Node(key, value)
                    self.size += 1
                    return
                node = node.right

    def find(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return node.value
            node = node.left if key < node.key else node.right
        return None


def height(node):
    if node is None:
        return 0
    return 1 + max(height(node.left), height(node.right))


def total(node):
    if node is None:
        return 0
    return total(node.left) + node.key * node.value % 1000 + total(node.right)


count = int(sys.argv[1]) if len(sys.argv) > 1 else 250000
tree = Tree()
seed = 99
for i in range(count):
    seed = (seed * 1103515245 + 12345) % 2147483648
    tree.insert(seed // 16 % (count * 2), i % 10)
found = 0
for key in range(count * 2):
    value = tree.find(key)
    if value is not None:
        found += value
print(tree.size, height(tree.root), total(tree.root), found)
