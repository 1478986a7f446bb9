// requires: core, exceptions, arithmetic, list, tuple
// The module math.
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <tuple>
#include <vector>

namespace py::math {

inline constexpr double pi = std::numbers::pi;
inline constexpr double e = std::numbers::e;
inline constexpr double tau = 2 * std::numbers::pi;
inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

namespace detail {

PY_COLD [[noreturn]] inline void raise_domain() { throw ValueError("math domain error"); }
PY_COLD [[noreturn]] inline void raise_range() { throw OverflowError("math range error"); }

/** Raises as CPython does when a finite argument gives no number or, if `can_overflow`, too large a one. */
inline double checked(double x, double result, bool can_overflow) {
  if (result != result && x == x) [[unlikely]] raise_domain();
  if (std::isinf(result) && std::isfinite(x)) [[unlikely]] {
    if (can_overflow) raise_range();
    raise_domain();
  }
  return result;
}
inline int64_t to_int(double x) {
  if (x != x) raise_value_error("cannot convert float NaN to integer");
  if (std::isinf(x)) throw OverflowError("cannot convert float infinity to integer");
  if (x >= 9223372036854775808.0 || x < -9223372036854775808.0) raise_overflow();
  return static_cast<int64_t>(x);
}

}  // namespace detail

inline double sqrt(double x) {
  if (x < 0) [[unlikely]] detail::raise_domain();
  return std::sqrt(x);
}
inline double cbrt(double x) { return std::cbrt(at_run_time(x)); }
inline double exp(double x) { return detail::checked(x, std::exp(at_run_time(x)), true); }
inline double exp2(double x) { return detail::checked(x, std::exp2(at_run_time(x)), true); }
inline double expm1(double x) { return detail::checked(x, std::expm1(at_run_time(x)), true); }
inline double log(double x) {
  if (x <= 0) [[unlikely]] detail::raise_domain();
  return std::log(at_run_time(x));
}
inline double log(double x, double base) {
  const double numerator = log(x), denominator = log(base);
  if (denominator == 0) raise_zero_division("float division by zero");
  return numerator / denominator;
}
inline double log2(double x) {
  if (x <= 0) [[unlikely]] detail::raise_domain();
  return std::log2(at_run_time(x));
}
inline double log10(double x) {
  if (x <= 0) [[unlikely]] detail::raise_domain();
  return std::log10(at_run_time(x));
}
inline double log1p(double x) {
  if (x <= -1) [[unlikely]] detail::raise_domain();
  return std::log1p(at_run_time(x));
}
inline double sin(double x) { return detail::checked(x, std::sin(at_run_time(x)), false); }
inline double cos(double x) { return detail::checked(x, std::cos(at_run_time(x)), false); }
inline double tan(double x) { return detail::checked(x, std::tan(at_run_time(x)), false); }
inline double asin(double x) { return detail::checked(x, std::asin(at_run_time(x)), false); }
inline double acos(double x) { return detail::checked(x, std::acos(at_run_time(x)), false); }
inline double atan(double x) { return std::atan(at_run_time(x)); }
inline double atan2(double y, double x) { return std::atan2(at_run_time(y), at_run_time(x)); }
inline double sinh(double x) { return detail::checked(x, std::sinh(at_run_time(x)), true); }
inline double cosh(double x) { return detail::checked(x, std::cosh(at_run_time(x)), true); }
inline double tanh(double x) { return std::tanh(at_run_time(x)); }
inline double asinh(double x) { return std::asinh(at_run_time(x)); }
inline double acosh(double x) { return detail::checked(x, std::acosh(at_run_time(x)), false); }
inline double atanh(double x) { return detail::checked(x, std::atanh(at_run_time(x)), false); }
inline double erf(double x) { return std::erf(at_run_time(x)); }
inline double erfc(double x) { return std::erfc(at_run_time(x)); }
inline double degrees(double x) { return x * (180.0 / pi); }
inline double radians(double x) { return x * (pi / 180.0); }
inline double fabs(double x) { return std::fabs(x); }
inline double copysign(double x, double y) { return std::copysign(x, y); }
inline double nextafter(double x, double y) { return std::nextafter(x, y); }
inline double remainder(double x, double y) {
  if ((y == 0 && x == x) || (std::isinf(x) && y == y)) detail::raise_domain();
  return std::remainder(x, y);
}
inline double ulp(double x) {
  if (!std::isfinite(x)) return std::fabs(x);
  x = std::fabs(x);
  const double next = std::nextafter(x, inf);
  return std::isinf(next) ? x - std::nextafter(x, -inf) : next - x;
}
inline double fmod(double x, double y) {
  if ((y == 0 && x == x) || (std::isinf(x) && y == y)) detail::raise_domain();
  return std::fmod(x, y);
}
inline double pow(double x, double y) {
  const double result = std::pow(at_run_time(x), at_run_time(y));
  if (std::isfinite(x) && std::isfinite(y)) {
    if (result != result || (x == 0 && y < 0)) detail::raise_domain();
    if (std::isinf(result)) detail::raise_range();
  }
  return result;
}
inline double ldexp(double x, int64_t power) {
  const double result = std::ldexp(x, static_cast<int>(power > 4000 ? 4000 : power < -4000 ? -4000 : power));
  if (std::isinf(result) && std::isfinite(x)) detail::raise_range();
  return result;
}
inline std::tuple<double, int64_t> frexp(double x) {
  int power = 0;
  const double mantissa = std::frexp(x, &power);
  return {mantissa, std::isfinite(x) ? power : 0};
}
inline std::tuple<double, double> modf(double x) {
  double whole;
  const double fraction = std::modf(x, &whole);
  return {fraction, whole};
}
inline bool isnan(double x) { return x != x; }
inline bool isinf(double x) { return std::isinf(x); }
inline bool isfinite(double x) { return std::isfinite(x); }
inline bool isclose(double a, double b, double rel_tol = 1e-9, double abs_tol = 0.0) {
  if (rel_tol < 0 || abs_tol < 0) raise_value_error("tolerances must be non-negative");
  if (a == b) return true;
  if (std::isinf(a) || std::isinf(b)) return false;
  const double away = std::fabs(b - a);
  return away <= std::fabs(rel_tol * b) || away <= std::fabs(rel_tol * a) || away <= abs_tol;
}

template <Number T> int64_t floor(T x) {
  if constexpr (Integer<T>) return x;
  else return detail::to_int(std::floor(x));
}
template <Number T> int64_t ceil(T x) {
  if constexpr (Integer<T>) return x;
  else return detail::to_int(std::ceil(x));
}
template <Number T> int64_t trunc(T x) {
  if constexpr (Integer<T>) return x;
  else return detail::to_int(x);
}

inline int64_t gcd() { return 0; }
inline int64_t gcd(int64_t a) { return py::abs(a); }
inline int64_t gcd(int64_t a, int64_t b) {
  uint64_t x = a < 0 ? 0 - static_cast<uint64_t>(a) : static_cast<uint64_t>(a);
  uint64_t y = b < 0 ? 0 - static_cast<uint64_t>(b) : static_cast<uint64_t>(b);
  while (y) {
    const uint64_t rest = x % y;
    x = y;
    y = rest;
  }
  if (x >> 63) raise_overflow();
  return static_cast<int64_t>(x);
}
template <class... Rest> int64_t gcd(int64_t a, int64_t b, int64_t c, Rest... rest) { return gcd(gcd(a, b), c, rest...); }
inline int64_t lcm() { return 1; }
inline int64_t lcm(int64_t a) { return py::abs(a); }
inline int64_t lcm(int64_t a, int64_t b) {
  if (a == 0 || b == 0) return 0;
  return py::abs(mul(a / gcd(a, b), b));
}
template <class... Rest> int64_t lcm(int64_t a, int64_t b, int64_t c, Rest... rest) { return lcm(lcm(a, b), c, rest...); }

inline int64_t isqrt(int64_t n) {
  if (n < 0) raise_value_error("isqrt() argument must be nonnegative");
  auto root = static_cast<int64_t>(std::sqrt(static_cast<double>(n)));
  while (root > 3037000499 || root * root > n) --root;
  while (root < 3037000499 && (root + 1) * (root + 1) <= n) ++root;
  return root;
}
inline int64_t factorial(int64_t n) {
  if (n < 0) raise_value_error("factorial() not defined for negative values");
  int64_t product = 1;
  for (int64_t i = 2; i <= n; ++i) product = mul(product, i);
  return product;
}
inline int64_t comb(int64_t n, int64_t k) {
  if (n < 0) raise_value_error("n must be a non-negative integer");
  if (k < 0) raise_value_error("k must be a non-negative integer");
  if (k > n) return 0;
  if (k > n - k) k = n - k;
  int64_t result = 1;
  for (int64_t i = 1; i <= k; ++i) {
    // Dividing first keeps every step within the result's own size.
    const int64_t factor = n - k + i, shared = gcd(result, i);
    result = mul(result / shared, factor / (i / shared));
  }
  return result;
}
inline int64_t perm(int64_t n, int64_t k) {
  if (n < 0) raise_value_error("n must be a non-negative integer");
  if (k < 0) raise_value_error("k must be a non-negative integer");
  int64_t result = k > n ? 0 : 1;
  for (int64_t i = 0; result && i < k; ++i) result = mul(result, n - i);
  return result;
}
inline int64_t perm(int64_t n) { return factorial(n); }

template <class Items, class Start> auto prod(const Items& items, const Start& start) {
  using T = typename Items::value_type;
  std::decay_t<decltype(mul(start, std::declval<const T&>()))> product(start);
  for (auto&& item : items) product = mul(product, item);
  return product;
}
template <class Items> auto prod(const Items& items) { return prod(items, int64_t{1}); }

/** The exactly rounded sum of floats, by Shewchuk's partial sums as in CPython. */
template <class Items> double fsum(const Items& items) {
  std::vector<double> partials;
  double special = 0;
  for (auto&& item : items) {
    double x = static_cast<double>(item);
    if (!std::isfinite(x)) {
      special += x;
      continue;
    }
    size_t kept = 0;
    for (double y : partials) {
      if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
      const double high = x + y, low = y - (high - x);
      if (low != 0.0) partials[kept++] = low;
      x = high;
    }
    if (std::isinf(x)) throw OverflowError("intermediate overflow in fsum");
    partials.resize(kept);
    partials.push_back(x);
  }
  if (special != 0 || special != special) {
    if (special != special) raise_value_error("-inf + inf in fsum");
    return special;
  }
  if (partials.empty()) return 0.0;
  size_t n = partials.size();
  double high = partials[--n], low = 0;
  while (n > 0) {
    const double x = high, y = partials[--n];
    high = x + y;
    low = y - (high - x);
    if (low != 0.0) break;
  }
  if (n > 0 && ((low < 0 && partials[n - 1] < 0) || (low > 0 && partials[n - 1] > 0))) {
    const double doubled = low * 2, x = high + doubled;
    if (doubled == x - high) high = x;
  }
  return high;
}

namespace detail {

/** CPython's vector_norm: scaled, compensated, then corrected. */
inline double vector_norm(std::vector<double>& values) {
  double largest = 0;
  bool has_nan = false;
  for (double& x : values) {
    x = std::fabs(x);
    has_nan |= x != x;
    if (x > largest) largest = x;
  }
  if (std::isinf(largest)) return largest;
  if (has_nan) return nan;
  if (largest == 0 || values.size() <= 1) return largest;
  int power;
  std::frexp(largest, &power);
  if (power < -1023) {
    for (double& x : values) x /= std::numeric_limits<double>::min();
    return std::numeric_limits<double>::min() * vector_norm(values);
  }
  const double scale = std::ldexp(1.0, -power);
  double sum = 1.0, errors1 = 0.0, errors2 = 0.0;
  const auto split = [](double x, double& high, double& low) {
    const double t = x * 134217729.0;
    high = t - (t - x);
    low = x - high;
  };
  const auto accumulate = [&](double product, double& errors) {
    const double previous = sum;
    sum += product;
    errors += (previous - sum) + product;
  };
  double errors3 = 0.0;
  for (double x : values) {
    x *= scale;
    double high, low;
    split(x, high, low);
    accumulate(high * high, errors1);
    accumulate(2.0 * high * low, errors2);
    errors3 += low * low;
  }
  double root = std::sqrt(sum - 1.0 + (errors1 + errors2 + errors3));
  double high, low;
  split(root, high, low);
  accumulate(-high * high, errors1);
  accumulate(-2.0 * high * low, errors2);
  accumulate(-low * low, errors3);
  root += (sum - 1.0 + (errors1 + errors2 + errors3)) / (2.0 * root);
  return root / scale;
}

}  // namespace detail

template <class... Values> double hypot(Values... values) {
  std::vector<double> all{static_cast<double>(values)...};
  return detail::vector_norm(all);
}
template <class P, class Q> double dist(const P& p, const Q& q) {
  std::vector<double> a, b;
  const auto collect = [](std::vector<double>& out, const auto& items) {
    if constexpr (requires { items.begin(); }) {
      for (auto&& item : items) out.push_back(static_cast<double>(item));
    } else {
      std::apply([&](const auto&... item) { (out.push_back(static_cast<double>(item)), ...); }, items);
    }
  };
  collect(a, p);
  collect(b, q);
  if (a.size() != b.size()) raise_value_error("both points must have the same number of dimensions");
  for (size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return detail::vector_norm(a);
}

namespace detail {

inline double sin_pi(double x) {
  const double y = std::fmod(std::fabs(x), 2.0);
  const int n = static_cast<int>(std::round(2.0 * y));
  const double r = n == 0   ? std::sin(pi * y)
                   : n == 1 ? std::cos(pi * (y - 0.5))
                   : n == 2 ? std::sin(pi * (1.0 - y))
                   : n == 3 ? -std::cos(pi * (y - 1.5))
                            : std::sin(pi * (y - 2.0));
  return std::copysign(1.0, x) * r;
}
/** Lanczos' rational sum with CPython's coefficients. */
inline double lanczos_sum(double x) {
  constexpr double numerators[13] = {23531376880.410759688572007674451636754734846804940, 42919803642.649098768957899047001988850926355848959,
                                     35711959237.355668049440185451547166705960488635843, 17921034426.037209699919755754458931112671403265390,
                                     6039542586.3520280050642916443072979210699388420708, 1439720407.3117216736632230727949123939715485786372,
                                     248874557.86205415651146038641322942321632125127801, 31426415.585400194380614231628318205362874684987640,
                                     2876370.6289353724412254090516208496135991145378768, 186056.26539522349504029498971604569928220784236328,
                                     8071.6720023658162106380029022722506138218516325024, 210.82427775157934587250973392071336271166969580291,
                                     2.5066282746310002701649081771338373386264310793408};
  constexpr double denominators[13] = {0.0,     39916800.0, 120543840.0, 150917976.0, 105258076.0, 45995730.0, 13339535.0,
                                       2637558.0, 357423.0, 32670.0,     1925.0,      66.0,        1.0};
  double numerator = 0, denominator = 0;
  if (x < 5.0) {
    for (int i = 12; i >= 0; --i) {
      numerator = numerator * x + numerators[i];
      denominator = denominator * x + denominators[i];
    }
  } else {
    for (int i = 0; i < 13; ++i) {
      numerator = numerator / x + numerators[i];
      denominator = denominator / x + denominators[i];
    }
  }
  return numerator / denominator;
}
inline constexpr double lanczos_g = 6.024680040776729583740234375;

}  // namespace detail

inline double gamma(double x) {
  if (!std::isfinite(x)) {
    if (x != x || x > 0) return x;
    detail::raise_domain();
  }
  if (x == 0.0) detail::raise_domain();
  if (x == std::floor(x)) {
    if (x < 0) detail::raise_domain();
    if (x <= 23.0) {
      double product = 1.0;
      for (double i = 2.0; i < x; ++i) product *= i;
      return product;
    }
  }
  const double magnitude = std::fabs(x);
  if (magnitude < 1e-20) return detail::checked(x, 1.0 / x, true);
  if (magnitude > 200.0) {
    if (x < 0) return 0.0 / detail::sin_pi(x);
    detail::raise_range();
  }
  const double y = magnitude + detail::lanczos_g - 0.5;
  double z;
  if (magnitude > detail::lanczos_g - 0.5) {
    const double q = y - magnitude;
    z = q - (detail::lanczos_g - 0.5);
  } else {
    const double q = y - (detail::lanczos_g - 0.5);
    z = q - magnitude;
  }
  z = z * detail::lanczos_g / y;
  double r;
  if (x < 0) {
    r = -pi / detail::sin_pi(magnitude) / magnitude * std::exp(y) / detail::lanczos_sum(magnitude);
    r -= z * r;
    if (magnitude < 140.0) {
      r /= std::pow(y, magnitude - 0.5);
    } else {
      const double root = std::pow(y, magnitude / 2.0 - 0.25);
      r /= root;
      r /= root;
    }
  } else {
    r = detail::lanczos_sum(magnitude) / std::exp(y);
    r += z * r;
    if (magnitude < 140.0) {
      r *= std::pow(y, magnitude - 0.5);
    } else {
      const double root = std::pow(y, magnitude / 2.0 - 0.25);
      r *= root;
      r *= root;
    }
  }
  if (std::isinf(r)) detail::raise_range();
  return r;
}
inline double lgamma(double x) {
  if (!std::isfinite(x)) return x != x ? x : inf;
  if (x == std::floor(x) && x <= 2.0) {
    if (x <= 0.0) detail::raise_domain();
    return 0.0;
  }
  const double magnitude = std::fabs(x);
  if (magnitude < 1e-20) return -std::log(magnitude);
  double r = std::log(detail::lanczos_sum(magnitude)) - detail::lanczos_g;
  r += (magnitude - 0.5) * (std::log(magnitude + detail::lanczos_g - 0.5) - 1);
  if (x < 0) r = std::log(pi) - std::log(std::fabs(detail::sin_pi(magnitude))) - std::log(magnitude) - r;
  if (std::isinf(r)) detail::raise_range();
  return r;
}

}  // namespace py::math
