// Count prime numbers, by hand: see test/benchmark/sieve.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

static std::vector<int64_t> primes_below(int64_t limit) {
  std::vector<unsigned char> is_prime(limit, 1);
  is_prime[0] = is_prime[1] = 0;
  for (int64_t number = 2; number * number < limit; ++number) {
    if (!is_prime[number]) continue;
    for (int64_t multiple = number * number; multiple < limit; multiple += number) is_prime[multiple] = 0;
  }
  std::vector<int64_t> primes;
  for (int64_t number = 0; number < limit; ++number) {
    if (is_prime[number]) primes.push_back(number);
  }
  return primes;
}

int main(int argc, char** argv) {
  const auto primes = primes_below(argc > 1 ? std::atoll(argv[1]) : 25000000);
  std::printf("%zu %lld %lld\n", primes.size(), static_cast<long long>(primes.back()),
              static_cast<long long>(std::accumulate(primes.begin(), primes.end(), int64_t{0})));
}
