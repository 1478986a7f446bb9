"""Count, look up and delete: a dict of integers that grows and shrinks."""

import sys


def two_sums(numbers, target):
    seen = {}
    pairs = 0
    for number in numbers:
        wanted = target - number
        if wanted in seen:
            pairs += seen[wanted]
        if number in seen:
            seen[number] += 1
        else:
            seen[number] = 1
    return pairs, len(seen)


def longest_without_repeat(numbers):
    last = {}
    start = 0
    best = 0
    for i, number in enumerate(numbers):
        if number in last and last[number] >= start:
            start = last[number] + 1
        last[number] = i
        best = max(best, i - start + 1)
    return best


def group_by_digit_sum(limit):
    groups = {}
    for number in range(limit):
        total = 0
        rest = number
        while rest > 0:
            total += rest % 10
            rest //= 10
        groups.setdefault(total, []).append(number)
    return groups


count = int(sys.argv[1]) if len(sys.argv) > 1 else 1500000
numbers = []
seed = 7
for _ in range(count):
    seed = (seed * 1103515245 + 12345) % 2147483648
    numbers.append(seed // 256 % 300007)
print(two_sums(numbers, 300000))
print(longest_without_repeat(numbers))
groups = group_by_digit_sum(count)
print(len(groups), max(len(group) for group in groups.values()))
window = {}
for number in range(count):
    window[number * 7919 % 1000003] = number
    if number >= 1000:
        del window[(number - 1000) * 7919 % 1000003]
print(len(window), sum(window.values()))
