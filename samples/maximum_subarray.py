"""The largest sum of neighbours in lists of pseudo-random numbers, tried the slow and thorough way."""

import time


def next_value(value):
    """A linear congruential generator: the same numbers on every machine."""
    return (1664525 * value + 1013904223) % 2**32


def max_subarray_sum(n, seed, lowest, highest):
    numbers = []
    for _ in range(n):
        seed = next_value(seed)
        numbers.append(seed % (highest - lowest + 1) + lowest)
    best = numbers[0]
    for i in range(n):
        current = 0
        for j in range(i, n):
            current += numbers[j]
            if current > best:
                best = current
    return best


def total_of_runs(n, seed, lowest, highest, runs):
    total = 0
    for _ in range(runs):
        seed = next_value(seed)
        total += max_subarray_sum(n, seed, lowest, highest)
    return total


start = time.time()
result = total_of_runs(1000, 42, -10, 10, 20)
end = time.time()

print("Total Maximum Subarray Sum (20 runs):", result)
print(f"Execution Time: {end - start:.6f} seconds")
