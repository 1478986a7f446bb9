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

}  // namespace py::math
