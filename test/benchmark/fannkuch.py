"""Flip pancakes: small lists of integers, permuted in place."""

import sys


def fannkuch(n):
    order = list(range(n))
    counts = [0] * n
    most_flips = 0
    checksum = 0
    is_even = True
    remaining = n
    while True:
        while remaining != 1:
            counts[remaining - 1] = remaining
            remaining -= 1
        if order[0] != 0:
            pancakes = order[:]
            flips = 0
            top = pancakes[0]
            while top != 0:
                low = 0
                high = top
                while low < high:
                    pancakes[low], pancakes[high] = pancakes[high], pancakes[low]
                    low += 1
                    high -= 1
                flips += 1
                top = pancakes[0]
            most_flips = max(most_flips, flips)
            checksum += flips if is_even else -flips
        is_even = not is_even
        while True:
            if remaining == n:
                return checksum, most_flips
            first = order[0]
            for i in range(remaining):
                order[i] = order[i + 1]
            order[remaining] = first
            counts[remaining] -= 1
            if counts[remaining] > 0:
                break
            remaining += 1


n = int(sys.argv[1]) if len(sys.argv) > 1 else 10
checksum, flips = fannkuch(n)
print(checksum, flips)
