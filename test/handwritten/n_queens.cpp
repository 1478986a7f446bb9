// In how many ways can n queens stand on a board, by hand: see test/benchmark/n_queens.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Flags = std::vector<unsigned char>;

static int64_t place(int64_t row, int64_t size, Flags& columns, Flags& rising, Flags& falling) {
  if (row == size) return 1;
  int64_t found = 0;
  for (int64_t column = 0; column < size; ++column) {
    if (columns[column] || rising[row + column] || falling[row - column + size - 1]) continue;
    columns[column] = rising[row + column] = falling[row - column + size - 1] = 1;
    found += place(row + 1, size, columns, rising, falling);
    columns[column] = rising[row + column] = falling[row - column + size - 1] = 0;
  }
  return found;
}

int main(int argc, char** argv) {
  const int size = argc > 1 ? std::atoi(argv[1]) : 13;
  Flags columns(size), rising(2 * size - 1), falling(2 * size - 1);
  std::printf("%lld\n", static_cast<long long>(place(0, size, columns, rising, falling)));
}
