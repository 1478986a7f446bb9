// The best load, the longest common part, the ways to pay, by hand: see test/benchmark/knapsack.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

using Numbers = std::vector<int64_t>;

static int64_t knapsack(const Numbers& weights, const Numbers& values, int64_t capacity) {
  Numbers best(capacity + 1);
  for (size_t i = 0; i < weights.size(); ++i) {
    const int64_t weight = weights[i], value = values[i];
    for (int64_t room = capacity; room >= weight; --room) {
      const int64_t candidate = best[room - weight] + value;
      if (candidate > best[room]) best[room] = candidate;
    }
  }
  return best[capacity];
}

static int64_t longest_common(const Numbers& a, const Numbers& b) {
  std::vector<Numbers> table(a.size() + 1, Numbers(b.size() + 1));
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) {
      table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
    }
  }
  return table[a.size()][b.size()];
}

static int64_t coin_ways(const Numbers& coins, int64_t total) {
  Numbers ways(total + 1);
  ways[0] = 1;
  for (const int64_t coin : coins) {
    for (int64_t amount = coin; amount <= total; ++amount) ways[amount] = (ways[amount] + ways[amount - coin]) % 1000000007;
  }
  return ways[total];
}

static Numbers make_numbers(int64_t count, int64_t seed, int64_t limit) {
  Numbers numbers;
  for (int64_t i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    numbers.push_back(seed / 65536 % limit + 1);
  }
  return numbers;
}

int main(int argc, char** argv) {
  const int64_t size = argc > 1 ? std::atoll(argv[1]) : 4000;
  const auto show = [](int64_t value) { std::printf("%lld\n", static_cast<long long>(value)); };
  show(knapsack(make_numbers(size / 10, 1, 200), make_numbers(size / 10, 2, 500), size * 10 * 4));
  show(longest_common(make_numbers(size, 3, 20), make_numbers(size, 4, 20)));
  show(coin_ways({1, 2, 5, 10, 20, 50, 100, 200}, size * 1000));
}
