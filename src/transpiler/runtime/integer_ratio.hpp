// requires: core, exceptions, int
// as_integer_ratio() of a float.
#include <cmath>
#include <cstdint>
#include <tuple>

namespace py {

/** Python's `x.as_integer_ratio()` of a float, exact. */
inline std::tuple<Int, Int> integer_ratio(double x) {
  if (x != x) raise_value_error("cannot convert NaN to integer ratio");
  if (std::isinf(x)) throw OverflowError("cannot convert Infinity to integer ratio");
  int power;
  double rest = std::frexp(x, &power);
  for (int i = 0; i < 300 && rest != std::floor(rest); ++i) {
    rest *= 2;
    --power;
  }
  const Int whole(static_cast<int64_t>(rest)), one(int64_t{1});
  if (power > 0) return {whole << Int(static_cast<int64_t>(power)), one};
  return {whole, one << Int(static_cast<int64_t>(-power))};
}

}  // namespace py
