// Multiply two matrices in three nested loops, by hand: see test/benchmark/matrix_multiply.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Matrix = std::vector<std::vector<double>>;

static Matrix build(int64_t rows, int64_t columns, int64_t seed) {
  Matrix matrix(rows, std::vector<double>(columns));
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < columns; ++j) matrix[i][j] = static_cast<double>((i * columns + j * seed) % 17 - 8);
  }
  return matrix;
}

static Matrix multiply(const Matrix& a, const Matrix& b) {
  const size_t rows = a.size(), columns = b[0].size(), inner = b.size();
  Matrix result(rows, std::vector<double>(columns));
  for (size_t i = 0; i < rows; ++i) {
    for (size_t j = 0; j < columns; ++j) {
      double total = 0.0;
      for (size_t k = 0; k < inner; ++k) total += a[i][k] * b[k][j];
      result[i][j] = total;
    }
  }
  return result;
}

int main(int argc, char** argv) {
  const int size = argc > 1 ? std::atoi(argv[1]) : 500;
  const Matrix product = multiply(build(size, size, 3), build(size, size, 5));
  double trace = 0.0, largest = product[0][0];
  for (int i = 0; i < size; ++i) trace += product[i][i];
  for (const auto& row : product) largest = std::max(largest, *std::max_element(row.begin(), row.end()));
  std::printf("%.1f %.1f\n", trace, largest);
}
