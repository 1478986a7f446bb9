"""Halve even numbers, triple odd ones and add one: which start takes longest to reach 1?"""


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


for limit in [100, 10_000, 120_000]:
    number, length = longest_below(limit)
    print(f"Below {limit}: {number} takes {length} steps.")
