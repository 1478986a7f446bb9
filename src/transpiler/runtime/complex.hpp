// requires: core, exceptions, compare, numbers, arithmetic
// Complex numbers are std::complex<double>; here is how they are written, divided and hashed.
#include <cmath>
#include <complex>
#include <cstdint>
#include <string>

namespace py {

using complex = std::complex<double>;

template <> struct Text<complex> {
  static void repr(std::string& out, const complex& z) {
    if (z.real() == 0 && !std::signbit(z.real())) {
      detail::write_float(out, z.imag(), false);
      out += 'j';
      return;
    }
    out += '(';
    detail::write_float(out, z.real(), false);
    // A sign stands between the parts; "nan" carries none of its own.
    if (z.imag() != z.imag() || !std::signbit(z.imag())) out += '+';
    detail::write_float(out, z.imag(), false);
    out += "j)";
  }
};

template <> struct Hash<complex> {
  static int64_t of(const complex& z) {
    const auto sum = static_cast<uint64_t>(hash(z.real())) + 1000003u * static_cast<uint64_t>(hash(z.imag()));
    return sum == ~uint64_t{0} ? -2 : static_cast<int64_t>(sum);
  }
};

/** Products and quotients as CPython computes them, without the recovery of infinities. */
inline complex mul(const complex& a, const complex& b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
inline complex truediv(const complex& a, const complex& b) {
  if (b.real() == 0 && b.imag() == 0) raise_zero_division("complex division by zero");
  if (std::fabs(b.real()) >= std::fabs(b.imag())) {
    const double ratio = b.imag() / b.real(), denominator = b.real() + b.imag() * ratio;
    return {(a.real() + a.imag() * ratio) / denominator, (a.imag() - a.real() * ratio) / denominator};
  }
  const double ratio = b.real() / b.imag(), denominator = b.real() * ratio + b.imag();
  return {(a.real() * ratio + a.imag()) / denominator, (a.imag() * ratio - a.real()) / denominator};
}
inline double abs(const complex& z) { return std::hypot(z.real(), z.imag()); }

namespace detail {

inline complex power_whole(complex base, uint64_t count) {
  complex result(1.0, 0.0);
  for (; count; count >>= 1) {
    if (count & 1) result = mul(result, base);
    base = mul(base, base);
  }
  return result;
}

}  // namespace detail

/** `a ** b`: repeated products for small whole powers, else by logarithm. */
inline complex power(const complex& a, const complex& b) {
  if (b.real() == 0 && b.imag() == 0) return {1.0, 0.0};
  if (b.imag() == 0 && b.real() == std::floor(b.real()) && std::fabs(b.real()) <= 100.0) {
    const auto count = static_cast<int64_t>(b.real());
    if (count > 0) return detail::power_whole(a, static_cast<uint64_t>(count));
    return truediv(complex(1.0, 0.0), detail::power_whole(a, static_cast<uint64_t>(-count)));
  }
  if (a.real() == 0 && a.imag() == 0) {
    if (b.imag() != 0 || b.real() < 0) raise_zero_division("0.0 to a negative or complex power");
    return {0.0, 0.0};
  }
  const double size = std::hypot(a.real(), a.imag()), angle = std::atan2(a.imag(), a.real());
  double length = std::pow(size, b.real()), phase = angle * b.real();
  if (b.imag() != 0) {
    length /= std::exp(angle * b.imag());
    phase += b.imag() * std::log(size);
  }
  return {length * std::cos(phase), length * std::sin(phase)};
}
template <Number T> complex power(const complex& a, T b) { return power(a, complex(static_cast<double>(b), 0.0)); }

}  // namespace py
