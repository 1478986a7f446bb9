// requires: core, exceptions, int
// Functions of the module math whose results have any size.
#include <cstdint>

namespace py::math {

inline Int factorial_any(int64_t n) {
  if (n < 0) raise_value_error("factorial() not defined for negative values");
  Int product = 1;
  for (int64_t i = 2; i <= n; ++i) product = product * Int(i);
  return product;
}
inline Int perm_any(int64_t n, int64_t k) {
  if (n < 0) raise_value_error("n must be a non-negative integer");
  if (k < 0) raise_value_error("k must be a non-negative integer");
  Int product = k > n ? 0 : 1;
  for (int64_t i = 0; i < k && k <= n; ++i) product = product * Int(n - i);
  return product;
}
inline Int comb_any(int64_t n, int64_t k) {
  if (n < 0) raise_value_error("n must be a non-negative integer");
  if (k < 0) raise_value_error("k must be a non-negative integer");
  if (k > n) return 0;
  if (k > n - k) k = n - k;
  Int result = 1;
  for (int64_t i = 1; i <= k; ++i) result = py::floordiv(result * Int(n - k + i), Int(i));
  return result;
}

/** A logarithm of an integer of any size, `of` one of <cmath>. */
template <class Log> double log_any(const Int& n, Log of) {
  if (!(n > Int(int64_t{0}))) throw ValueError("math domain error");
  const int64_t bits = n.bit_length();
  if (bits <= 1000) return of(n.to_double());
  return of((n >> Int(bits - 64)).to_double()) + of(2.0) * static_cast<double>(bits - 64);
}

/** The product of integers, of any size. */
template <class Items> Int prod_any(const Items& items, const Int& start = Int(int64_t{1})) {
  Int product = start;
  for (auto&& item : items) product = product * Int(item);
  return product;
}

}  // namespace py::math
