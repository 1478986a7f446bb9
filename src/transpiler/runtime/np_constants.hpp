// requires: core
// NumPy's constants.
#include <limits>
#include <numbers>

namespace py {

namespace numpy {

inline constexpr double pi = std::numbers::pi;
inline constexpr double e = std::numbers::e;
inline constexpr double inf = std::numeric_limits<double>::infinity();
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

}  // namespace numpy

}  // namespace py
