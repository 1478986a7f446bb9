"""Halve even numbers, triple odd ones and add one: nothing but integers."""

import sys


def collatz_length(number):
    length = 1
    while number != 1:
        if number % 2 == 0:
            number //= 2
        else:
            number = 3 * number + 1
        length += 1
    return length


def longest_below(limit):
    best = 1
    best_length = 1
    for start in range(1, limit):
        length = collatz_length(start)
        if length > best_length:
            best = start
            best_length = length
    return best, best_length


limit = int(sys.argv[1]) if len(sys.argv) > 1 else 1500000
number, length = longest_below(limit)
print(number, length)
