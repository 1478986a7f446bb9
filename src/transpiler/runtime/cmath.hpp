// requires: core, exceptions, complex
// The module cmath, by the formulas of CPython's Modules/cmathmodule.c.
#include <cfloat>
#include <cmath>
#include <complex>
#include <tuple>

namespace py::cmath {

inline constexpr double pi = 3.14159265358979323846;
inline constexpr double e = 2.71828182845904523536;

inline double phase(const complex& z) { return std::atan2(z.imag(), z.real()); }
inline std::tuple<double, double> polar(const complex& z) { return {py::abs(z), phase(z)}; }
inline complex rect(double length, double angle) {
  if (angle == 0) return {length, length * angle};
  return {length * std::cos(angle), length * std::sin(angle)};
}
inline complex exp(const complex& z) {
  const double length = std::exp(z.real());
  const complex result(length * std::cos(z.imag()), length * std::sin(z.imag()));
  if (std::isfinite(z.real()) && std::isfinite(z.imag()) && !(std::isfinite(result.real()) && std::isfinite(result.imag())))
    throw OverflowError("math range error");
  return result;
}
inline complex sqrt(const complex& z) {
  if (!std::isfinite(z.real()) || !std::isfinite(z.imag())) return std::sqrt(z);
  double x = std::fabs(z.real()), s;
  const double y = std::fabs(z.imag());
  if (x == 0 && y == 0) return {0.0, z.imag()};
  if (x < DBL_MIN && y < DBL_MIN) {
    x = std::ldexp(x, 53);
    s = std::ldexp(std::sqrt(x + std::hypot(x, std::ldexp(y, 53))), -27);
  } else {
    x /= 8.0;
    s = 2.0 * std::sqrt(x + std::hypot(x, y / 8.0));
  }
  const double d = y / (2.0 * s);
  if (z.real() >= 0) return {s, std::copysign(d, z.imag())};
  return {d, std::copysign(s, z.imag())};
}

}  // namespace py::cmath
