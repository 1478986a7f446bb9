// Halve even numbers, triple odd ones and add one, by hand: see test/benchmark/collatz.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

static int64_t collatz_length(int64_t number) {
  int64_t length = 1;
  while (number != 1) {
    number = number % 2 == 0 ? number / 2 : 3 * number + 1;
    ++length;
  }
  return length;
}

int main(int argc, char** argv) {
  const int64_t limit = argc > 1 ? std::atoll(argv[1]) : 1500000;
  int64_t best = 1, best_length = 1;
  for (int64_t start = 1; start < limit; ++start) {
    const int64_t length = collatz_length(start);
    if (length > best_length) {
      best = start;
      best_length = length;
    }
  }
  std::printf("%lld %lld\n", static_cast<long long>(best), static_cast<long long>(best_length));
}
