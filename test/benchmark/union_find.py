"""Join sets of numbers, and the cheapest net that joins all points: a class that keeps lists, and edges as tuples."""

import sys


class UnionFind:
    def __init__(self, count):
        self.parent = list(range(count))
        self.size = [1] * count
        self.groups = count

    def find(self, x):
        while self.parent[x] != x:
            self.parent[x] = self.parent[self.parent[x]]
            x = self.parent[x]
        return x

    def union(self, a, b):
        a = self.find(a)
        b = self.find(b)
        if a == b:
            return False
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]
        self.groups -= 1
        return True


def make_edges(count, nodes):
    edges = []
    seed = 5
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        a = seed // 128 % nodes
        seed = (seed * 1103515245 + 12345) % 2147483648
        b = seed // 128 % nodes
        edges.append((seed // 1024 % 10000, a, b))
    return edges


def cheapest_net(nodes, edges):
    joined = UnionFind(nodes)
    total = 0
    used = 0
    for weight, a, b in sorted(edges):
        if joined.union(a, b):
            total += weight
            used += 1
    return total, used, joined.groups


nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 500000
print(cheapest_net(nodes, make_edges(nodes * 3, nodes)))
