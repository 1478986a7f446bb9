// Flip pancakes, by hand: see test/benchmark/fannkuch.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

int main(int argc, char** argv) {
  const int64_t n = argc > 1 ? std::atoi(argv[1]) : 10;
  std::vector<int64_t> order(n), counts(n), pancakes(n);
  std::iota(order.begin(), order.end(), 0);
  int64_t most_flips = 0, checksum = 0, remaining = n;
  for (bool is_even = true;; is_even = !is_even) {
    for (; remaining != 1; --remaining) counts[remaining - 1] = remaining;
    if (order[0] != 0) {
      std::copy(order.begin(), order.end(), pancakes.begin());
      int64_t flips = 0;
      for (int64_t top = pancakes[0]; top != 0; top = pancakes[0]) {
        for (int64_t low = 0, high = top; low < high; ++low, --high) std::swap(pancakes[low], pancakes[high]);
        ++flips;
      }
      most_flips = std::max(most_flips, flips);
      checksum += is_even ? flips : -flips;
    }
    while (true) {
      if (remaining == n) {
        std::printf("%lld %lld\n", static_cast<long long>(checksum), static_cast<long long>(most_flips));
        return 0;
      }
      const int64_t first = order[0];
      for (int64_t i = 0; i < remaining; ++i) order[i] = order[i + 1];
      order[remaining] = first;
      if (--counts[remaining] > 0) break;
      ++remaining;
    }
  }
}
