"""The best load that can be carried, and the longest common part of two lists: tables of integers."""

import sys


def knapsack(weights, values, capacity):
    best = [0] * (capacity + 1)
    for i in range(len(weights)):
        weight = weights[i]
        value = values[i]
        for room in range(capacity, weight - 1, -1):
            candidate = best[room - weight] + value
            if candidate > best[room]:
                best[room] = candidate
    return best[capacity]


def longest_common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                table[i + 1][j + 1] = table[i][j] + 1
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j])
    return table[len(a)][len(b)]


def coin_ways(coins, total):
    ways = [0] * (total + 1)
    ways[0] = 1
    for coin in coins:
        for amount in range(coin, total + 1):
            ways[amount] = (ways[amount] + ways[amount - coin]) % 1000000007
    return ways[total]


def make_numbers(count, seed, limit):
    numbers = []
    for _ in range(count):
        seed = (seed * 1103515245 + 12345) % 2147483648
        numbers.append(seed // 65536 % limit + 1)
    return numbers


size = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
print(knapsack(make_numbers(size // 10, 1, 200), make_numbers(size // 10, 2, 500), size * 10 * 4))
print(longest_common(make_numbers(size, 3, 20), make_numbers(size, 4, 20)))
print(coin_ways([1, 2, 5, 10, 20, 50, 100, 200], size * 1000))
