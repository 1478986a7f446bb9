// How many letters must change, by hand: see test/benchmark/edit_distance.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

static int64_t edit_distance(const std::string& first, const std::string& second) {
  std::vector<int64_t> previous(second.size() + 1), current(second.size() + 1);
  std::iota(previous.begin(), previous.end(), 0);
  for (size_t i = 1; i <= first.size(); ++i) {
    current[0] = static_cast<int64_t>(i);
    for (size_t j = 1; j <= second.size(); ++j) {
      const int64_t cost = first[i - 1] == second[j - 1] ? 0 : 1;
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
    }
    std::swap(previous, current);
  }
  return previous[second.size()];
}

static std::string make_sequence(int length, int64_t seed) {
  std::string letters;
  for (int i = 0; i < length; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    letters += "ACGT"[seed / 65536 % 4];
  }
  return letters;
}

int main(int argc, char** argv) {
  const int length = argc > 1 ? std::atoi(argv[1]) : 12000;
  std::printf("%lld\n", static_cast<long long>(edit_distance(make_sequence(length, 1), make_sequence(length, 2))));
}
