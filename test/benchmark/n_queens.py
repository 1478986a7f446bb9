"""In how many ways can n queens stand on a board? Recursion over lists of truth values."""

import sys


def place(row, size, columns, rising, falling):
    if row == size:
        return 1
    found = 0
    for column in range(size):
        if columns[column] or rising[row + column] or falling[row - column + size - 1]:
            continue
        columns[column] = rising[row + column] = falling[row - column + size - 1] = True
        found += place(row + 1, size, columns, rising, falling)
        columns[column] = rising[row + column] = falling[row - column + size - 1] = False
    return found


def count_solutions(size):
    return place(0, size, [False] * size, [False] * (2 * size - 1), [False] * (2 * size - 1))


size = int(sys.argv[1]) if len(sys.argv) > 1 else 13
print(count_solutions(size))
