"""The shortest ways through a net: a heap of tuples, lists of neighbours, a queue."""

import heapq
import sys
from collections import deque


def make_net(nodes, degree):
    neighbours = [[] for _ in range(nodes)]
    seed = 3
    for node in range(nodes):
        for _ in range(degree):
            seed = (seed * 1103515245 + 12345) % 2147483648
            other = seed // 128 % nodes
            neighbours[node].append((other, seed // 65536 % 100 + 1))
            neighbours[other].append((node, seed // 65536 % 100 + 1))
    return neighbours


def distances(neighbours, start):
    best = [float("inf")] * len(neighbours)
    best[start] = 0
    heap = [(0, start)]
    while heap:
        distance, node = heapq.heappop(heap)
        if distance > best[node]:
            continue
        for other, weight in neighbours[node]:
            candidate = distance + weight
            if candidate < best[other]:
                best[other] = candidate
                heapq.heappush(heap, (candidate, other))
    return best


def hops(neighbours, start):
    steps = [-1] * len(neighbours)
    steps[start] = 0
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for other, _ in neighbours[node]:
            if steps[other] < 0:
                steps[other] = steps[node] + 1
                queue.append(other)
    return steps


nodes = int(sys.argv[1]) if len(sys.argv) > 1 else 200000
net = make_net(nodes, 3)
far = 0
for start in range(2):
    best = distances(net, start)
    far = max(far, int(max(best)))
print(far, max(hops(net, 0)))
