// The largest singular value of an endless matrix, by hand: see test/benchmark/spectral_norm.py.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

static double entry(int64_t i, int64_t j) { return 1.0 / static_cast<double>((i + j) * (i + j + 1) / 2 + i + 1); }

static std::vector<double> multiply(const std::vector<double>& vector) {
  const auto size = static_cast<int64_t>(vector.size());
  std::vector<double> result(vector.size());
  for (int64_t i = 0; i < size; ++i) {
    double total = 0.0;
    for (int64_t j = 0; j < size; ++j) total += entry(i, j) * vector[j];
    result[i] = total;
  }
  return result;
}

static std::vector<double> multiply_transposed(const std::vector<double>& vector) {
  const auto size = static_cast<int64_t>(vector.size());
  std::vector<double> result(vector.size());
  for (int64_t i = 0; i < size; ++i) {
    double total = 0.0;
    for (int64_t j = 0; j < size; ++j) total += entry(j, i) * vector[j];
    result[i] = total;
  }
  return result;
}

int main(int argc, char** argv) {
  const int size = argc > 1 ? std::atoi(argv[1]) : 2200;
  std::vector<double> u(size, 1.0), v;
  for (int round = 0; round < 10; ++round) {
    v = multiply_transposed(multiply(u));
    u = multiply_transposed(multiply(v));
  }
  double uv = 0.0, vv = 0.0;
  for (int i = 0; i < size; ++i) {
    uv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  std::printf("%.9f\n", std::sqrt(uv / vv));
}
