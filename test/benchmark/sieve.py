"""Count prime numbers: one long list of truth values."""

import sys


def primes_below(limit):
    is_prime = [True] * limit
    is_prime[0] = False
    is_prime[1] = False
    number = 2
    while number * number < limit:
        if is_prime[number]:
            for multiple in range(number * number, limit, number):
                is_prime[multiple] = False
        number += 1
    return [number for number in range(limit) if is_prime[number]]


limit = int(sys.argv[1]) if len(sys.argv) > 1 else 25000000
primes = primes_below(limit)
print(len(primes), primes[-1], sum(primes))
