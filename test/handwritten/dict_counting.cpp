// Count, look up and delete, by hand: see test/benchmark/dict_counting.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_map>
#include <vector>

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atoll(argv[1]) : 1500000;
  std::vector<int64_t> numbers;
  numbers.reserve(count);
  int64_t seed = 7;
  for (int64_t i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    numbers.push_back(seed / 256 % 300007);
  }
  {
    std::unordered_map<int64_t, int64_t> seen;
    int64_t pairs = 0;
    for (const int64_t number : numbers) {
      if (const auto found = seen.find(300000 - number); found != seen.end()) pairs += found->second;
      ++seen[number];
    }
    std::printf("(%lld, %zu)\n", static_cast<long long>(pairs), seen.size());
  }
  {
    std::unordered_map<int64_t, int64_t> last;
    int64_t start = 0, best = 0;
    for (int64_t i = 0; i < count; ++i) {
      const auto [place, is_new] = last.try_emplace(numbers[i], i);
      if (!is_new) {
        if (place->second >= start) start = place->second + 1;
        place->second = i;
      }
      best = std::max(best, i - start + 1);
    }
    std::printf("%lld\n", static_cast<long long>(best));
  }
  {
    std::unordered_map<int64_t, std::vector<int64_t>> groups;
    for (int64_t number = 0; number < count; ++number) {
      int64_t total = 0;
      for (int64_t rest = number; rest > 0; rest /= 10) total += rest % 10;
      groups[total].push_back(number);
    }
    size_t largest = 0;
    for (const auto& [sum, group] : groups) largest = std::max(largest, group.size());
    std::printf("%zu %zu\n", groups.size(), largest);
  }
  std::unordered_map<int64_t, int64_t> window;
  for (int64_t number = 0; number < count; ++number) {
    window[number * 7919 % 1000003] = number;
    if (number >= 1000) window.erase((number - 1000) * 7919 % 1000003);
  }
  int64_t total = 0;
  for (const auto& [key, value] : window) total += value;
  std::printf("%zu %lld\n", window.size(), static_cast<long long>(total));
}
