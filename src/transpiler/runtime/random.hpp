// requires: core, exceptions, arithmetic, numbers, str, list, builtins
// The module random: CPython's Mersenne Twister, the same stream for the same seed.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

namespace py::random {

/** A seed of any length: its 32-bit digits, least first. */
struct Digits {
  std::vector<uint32_t> values;
};

/** Python's `random.Random`. */
class Random {
 public:
  Random() { seed(None); }
  template <class Seed> explicit Random(const Seed& value) { seed(value); }

  void seed() { seed(None); }
  void seed(NoneType) { seed(static_cast<int64_t>(std::chrono::high_resolution_clock::now().time_since_epoch().count())); }
  template <Number T> void seed(T value) {
    if constexpr (Integer<T>) {
      const auto whole = static_cast<int64_t>(value);
      seed_magnitude(whole < 0 ? 0 - static_cast<uint64_t>(whole) : static_cast<uint64_t>(whole));
    } else {
      seed_magnitude(static_cast<uint64_t>(py::hash(static_cast<double>(value))));
    }
  }
  void seed(const Digits& digits) { seed_digits(digits.values); }
  /** Seeds with the 32-bit digits of a number, least first. */
  void seed_digits(const std::vector<uint32_t>& digits) {
    state_[0] = 19650218;
    for (uint32_t i = 1; i < 624; ++i) state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
    size_t i = 1, j = 0;
    for (size_t k = digits.size() > 624 ? digits.size() : 624; k; --k) {
      state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525u)) + digits[j] + static_cast<uint32_t>(j);
      step(i);
      if (++j >= digits.size()) j = 0;
    }
    for (size_t k = 623; k; --k) {
      state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941u)) - static_cast<uint32_t>(i);
      step(i);
    }
    state_[0] = 0x80000000u;
    at_ = 624;
    next_gauss_.reset();
  }

  double random() {
    const uint32_t a = next() >> 5, b = next() >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
  }
  int64_t getrandbits(int64_t count) {
    if (count < 0) raise_value_error("number of bits must be non-negative");
    if (count > 63) raise_overflow();
    if (count == 0) return 0;
    if (count <= 32) return next() >> (32 - count);
    const uint64_t low = next();
    return static_cast<int64_t>(low | static_cast<uint64_t>(next() >> (64 - count)) << 32);
  }
  int64_t randrange(int64_t stop) {
    if (stop <= 0) raise_value_error("empty range for randrange()");
    return below(stop);
  }
  int64_t randrange(int64_t start, int64_t stop, int64_t stride = 1) {
    const int64_t width = sub(stop, start);
    if (stride == 1) {
      if (width <= 0) raise_empty(start, stop, width);
      return start + below(width);
    }
    if (stride == 0) raise_value_error("zero step for randrange()");
    const int64_t count = stride > 0 ? floordiv(width + stride - 1, stride) : floordiv(width + stride + 1, stride);
    if (count <= 0) raise_value_error("empty range for randrange()");
    return start + stride * below(count);
  }
  int64_t randint(int64_t low, int64_t high) { return randrange(low, add(high, int64_t{1})); }
  double uniform(double low, double high) { return low + (high - low) * random(); }
  double triangular(double low = 0, double high = 1) { return triangular(low, high, 0.5, false); }
  double triangular(double low, double high, double mode) { return triangular(low, high, mode, true); }

  template <class Items> auto choice(const Items& items) {
    const int64_t count = len(items);
    if (count == 0) throw IndexError("Cannot choose from an empty sequence");
    if constexpr (requires { items[int64_t{0}]; }) {
      return typename Items::value_type(items[below(count)]);
    } else {
      return items_of(items)[below(count)];
    }
  }
  template <class Items> auto choices(const Items& items, int64_t k = 1) {
    const auto pool = to_list(items);
    list<iterated_type<Items>> picked;
    if (pool.empty()) throw IndexError("Cannot choose from an empty sequence");
    for (int64_t i = 0; i < k; ++i) picked.append(pool[static_cast<int64_t>(std::floor(random() * static_cast<double>(pool.size())))]);
    return picked;
  }
  template <class Items, class Weights> auto choices_weighted(const Items& items, const Weights& weights, int64_t k = 1) {
    std::vector<double> sums;
    double total = 0;
    for (auto&& weight : weights) sums.push_back(total += static_cast<double>(weight));
    return choices_cumulative(items, sums, k);
  }
  template <class Items, class Sums> auto choices_cumulative(const Items& items, const Sums& sums, int64_t k = 1) {
    const auto pool = to_list(items);
    std::vector<double> ends;
    for (auto&& sum : sums) ends.push_back(static_cast<double>(sum));
    if (ends.size() != pool.size()) raise_value_error("The number of weights does not match the population");
    const double total = ends.back() + 0.0;
    if (total <= 0.0) raise_value_error("Total of weights must be greater than zero");
    list<iterated_type<Items>> picked;
    for (int64_t i = 0; i < k; ++i) {
      const double wanted = random() * total;
      size_t low = 0, high = ends.size() - 1;
      while (low < high) {
        const size_t middle = (low + high) / 2;
        if (wanted < ends[middle]) high = middle;
        else low = middle + 1;
      }
      picked.append(pool[static_cast<int64_t>(low)]);
    }
    return picked;
  }
  template <class T> void shuffle(const list<T>& values) {
    for (int64_t i = len(values) - 1; i > 0; --i) {
      const int64_t j = below(i + 1);
      std::swap(values.data()[i], values.data()[j]);
    }
  }
  template <class Items> auto sample(const Items& items, int64_t k) {
    const auto pool = to_list(items);
    const int64_t n = len(pool);
    if (k < 0 || k > n) raise_value_error("Sample larger than population or is negative");
    list<iterated_type<Items>> result;
    int64_t set_size = 21;
    if (k > 5) set_size += static_cast<int64_t>(std::pow(4.0, std::ceil(std::log(static_cast<double>(k * 3)) / std::log(4.0))));
    if (n <= set_size) {
      for (int64_t i = 0; i < k; ++i) {
        const int64_t j = below(n - i);
        result.append(pool[j]);
        pool[j] = pool[n - i - 1];
      }
    } else {
      std::vector<bool> taken(static_cast<size_t>(n));
      for (int64_t i = 0; i < k; ++i) {
        int64_t j = below(n);
        while (taken[static_cast<size_t>(j)]) j = below(n);
        taken[static_cast<size_t>(j)] = true;
        result.append(pool[j]);
      }
    }
    return result;
  }

  double gauss(double mu = 0.0, double sigma = 1.0) {
    double z;
    if (next_gauss_) {
      z = *next_gauss_;
      next_gauss_.reset();
    } else {
      const double angle = random() * two_pi, radius = std::sqrt(-2.0 * std::log(1.0 - random()));
      z = std::cos(angle) * radius;
      next_gauss_ = std::sin(angle) * radius;
    }
    return mu + z * sigma;
  }
  double normalvariate(double mu = 0.0, double sigma = 1.0) {
    const double magic = 4 * std::exp(-0.5) / std::sqrt(2.0);
    while (true) {
      const double u1 = random(), u2 = 1.0 - random();
      const double z = magic * (u1 - 0.5) / u2;
      if (z * z / 4.0 <= -std::log(u2)) return mu + z * sigma;
    }
  }
  double lognormvariate(double mu, double sigma) { return std::exp(normalvariate(mu, sigma)); }
  double expovariate(double rate) {
    const double x = -std::log(1.0 - random());
    if (rate == 0) raise_zero_division("float division by zero");
    return x / rate;
  }
  double paretovariate(double alpha) { return std::pow(1.0 - random(), -1.0 / alpha); }
  double weibullvariate(double alpha, double beta) { return alpha * std::pow(-std::log(1.0 - random()), 1.0 / beta); }
  double gammavariate(double alpha, double beta) {
    if (alpha <= 0.0 || beta <= 0.0) raise_value_error("gammavariate: alpha and beta must be > 0.0");
    if (alpha > 1.0) {
      const double a = std::sqrt(2.0 * alpha - 1.0), b = alpha - std::log(4.0), c = alpha + a;
      while (true) {
        const double u1 = random();
        if (!(1e-7 < u1 && u1 < 0.9999999)) continue;
        const double u2 = 1.0 - random(), v = std::log(u1 / (1.0 - u1)) / a, x = alpha * std::exp(v);
        const double z = u1 * u1 * u2, r = b + c * v - x;
        if (r + (1.0 + std::log(4.5)) - 4.5 * z >= 0.0 || r >= std::log(z)) return x * beta;
      }
    }
    if (alpha == 1.0) return -std::log(1.0 - random()) * beta;
    while (true) {
      const double u = random(), b = (2.718281828459045 + alpha) / 2.718281828459045, p = b * u;
      const double x = p <= 1.0 ? std::pow(p, 1.0 / alpha) : -std::log((b - p) / alpha);
      const double u1 = random();
      if (p > 1.0 ? u1 <= std::pow(x, alpha - 1.0) : u1 <= std::exp(-x)) return x * beta;
    }
  }
  double betavariate(double alpha, double beta) {
    const double y = gammavariate(alpha, 1.0);
    return y != 0 ? y / (y + gammavariate(beta, 1.0)) : 0.0;
  }

 private:
  static constexpr double two_pi = 6.283185307179586;

  void seed_magnitude(uint64_t magnitude) {
    std::vector<uint32_t> digits{static_cast<uint32_t>(magnitude)};
    if (magnitude >> 32) digits.push_back(static_cast<uint32_t>(magnitude >> 32));
    seed_digits(digits);
  }
  void step(size_t& i) {
    if (++i < 624) return;
    state_[0] = state_[623];
    i = 1;
  }
  uint32_t next() {
    if (at_ >= 624) {
      const auto twist = [&](size_t i, size_t after, size_t far) {
        const uint32_t y = (state_[i] & 0x80000000u) | (state_[after] & 0x7fffffffu);
        state_[i] = state_[far] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
      };
      for (size_t i = 0; i < 227; ++i) twist(i, i + 1, i + 397);
      for (size_t i = 227; i < 623; ++i) twist(i, i + 1, i - 227);
      twist(623, 0, 396);
      at_ = 0;
    }
    uint32_t y = state_[at_++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9d2c5680u;
    y ^= (y << 15) & 0xefc60000u;
    return y ^ (y >> 18);
  }
  int64_t below(int64_t n) {
    const int64_t bits = bit_length(n);
    int64_t r = getrandbits(bits);
    while (r >= n) r = getrandbits(bits);
    return r;
  }
  double triangular(double low, double high, double mode, bool has_mode) {
    double u = random();
    if (high == low) return low;
    double c = has_mode ? (mode - low) / (high - low) : 0.5;
    if (u > c) {
      u = 1.0 - u;
      c = 1.0 - c;
      std::swap(low, high);
    }
    return low + (high - low) * std::sqrt(u * c);
  }
  PY_COLD [[noreturn]] static void raise_empty(int64_t start, int64_t stop, int64_t width) {
    throw ValueError("empty range for randrange() (" + std::to_string(start) + ", " + std::to_string(stop) + ", " +
                     std::to_string(width) + ")");
  }

  uint32_t state_[624];
  size_t at_ = 624;
  std::optional<double> next_gauss_;
};

/** The generator behind the module's own functions. */
inline Random& shared() {
  static Random generator;
  return generator;
}

template <class... A> void seed(const A&... a) { shared().seed(a...); }
inline double random() { return shared().random(); }
inline int64_t getrandbits(int64_t count) { return shared().getrandbits(count); }
template <class... A> int64_t randrange(A... a) { return shared().randrange(a...); }
inline int64_t randint(int64_t low, int64_t high) { return shared().randint(low, high); }
inline double uniform(double low, double high) { return shared().uniform(low, high); }
template <class... A> double triangular(A... a) { return shared().triangular(a...); }
template <class Items> auto choice(const Items& items) { return shared().choice(items); }
template <class Items> auto choices(const Items& items, int64_t k = 1) { return shared().choices(items, k); }
template <class Items, class Weights> auto choices_weighted(const Items& items, const Weights& weights, int64_t k = 1) {
  return shared().choices_weighted(items, weights, k);
}
template <class Items, class Sums> auto choices_cumulative(const Items& items, const Sums& sums, int64_t k = 1) {
  return shared().choices_cumulative(items, sums, k);
}
template <class T> void shuffle(const list<T>& values) { shared().shuffle(values); }
template <class Items> auto sample(const Items& items, int64_t k) { return shared().sample(items, k); }
inline double gauss(double mu = 0.0, double sigma = 1.0) { return shared().gauss(mu, sigma); }
inline double normalvariate(double mu = 0.0, double sigma = 1.0) { return shared().normalvariate(mu, sigma); }
inline double lognormvariate(double mu, double sigma) { return shared().lognormvariate(mu, sigma); }
inline double expovariate(double rate) { return shared().expovariate(rate); }
inline double paretovariate(double alpha) { return shared().paretovariate(alpha); }
inline double weibullvariate(double alpha, double beta) { return shared().weibullvariate(alpha, beta); }
inline double gammavariate(double alpha, double beta) { return shared().gammavariate(alpha, beta); }
inline double betavariate(double alpha, double beta) { return shared().betavariate(alpha, beta); }

}  // namespace py::random
