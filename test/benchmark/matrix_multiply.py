"""Multiply two matrices, kept as lists of lists, in three nested loops."""

import sys


def build(rows, columns, seed):
    return [[float((i * columns + j * seed) % 17 - 8) for j in range(columns)] for i in range(rows)]


def multiply(a, b):
    rows = len(a)
    columns = len(b[0])
    inner = len(b)
    result = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += a[i][k] * b[k][j]
            result[i][j] = total
    return result


def trace(matrix):
    return sum(matrix[i][i] for i in range(len(matrix)))


size = int(sys.argv[1]) if len(sys.argv) > 1 else 500
product = multiply(build(size, size, 3), build(size, size, 5))
print(trace(product), max(max(row) for row in product))
