"""Count prime numbers with the sieve of Eratosthenes."""


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


primes = primes_below(5_000_000)
print(f"There are {len(primes)} primes below five million.")
print("The first ten:", primes[:10])
print("The last three:", primes[-3:])
print("Their sum:", sum(primes))
