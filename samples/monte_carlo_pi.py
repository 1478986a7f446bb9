"""Estimate pi by throwing darts at a square with a quarter circle in it."""

import random


def estimate_pi(throws):
    inside = 0
    for _ in range(throws):
        x = random.random()
        y = random.random()
        if x * x + y * y <= 1.0:
            inside += 1
    return 4.0 * inside / throws


random.seed(2024)
for throws in [1000, 100_000, 3_000_000]:
    print(f"{throws:>9,} throws: pi is about {estimate_pi(throws):.6f}")
