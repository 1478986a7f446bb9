// requires: core, exceptions, numbers
// Arithmetic with Python's meaning: checked 64-bit integers, floor division and modulo, true division, powers and shifts.
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace py {

template <class T> concept Integer = std::is_integral_v<T>;
template <class T> concept Number = std::is_arithmetic_v<T>;

/** What `a + b` and the like have for plain numbers: `int64_t` for two integers, else `double`. */
template <Number A, Number B>
using common_number = std::conditional_t<Integer<A> && Integer<B>, int64_t, double>;

namespace detail {

inline bool add_overflows(int64_t a, int64_t b, int64_t& result) {
#if defined(__GNUC__) || defined(__clang__)
  return __builtin_add_overflow(a, b, &result);
#else
  result = static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  return ((a ^ result) & (b ^ result)) < 0;
#endif
}

inline bool sub_overflows(int64_t a, int64_t b, int64_t& result) {
#if defined(__GNUC__) || defined(__clang__)
  return __builtin_sub_overflow(a, b, &result);
#else
  result = static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  return ((a ^ b) & (a ^ result)) < 0;
#endif
}

inline bool mul_overflows(int64_t a, int64_t b, int64_t& result) {
#if defined(__GNUC__) || defined(__clang__)
  return __builtin_mul_overflow(a, b, &result);
#else
  result = static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  constexpr int64_t lowest = std::numeric_limits<int64_t>::min();
  if (a == 0 || b == 0) return false;
  if ((a == -1 && b == lowest) || (b == -1 && a == lowest)) return true;
  return result / b != a;
#endif
}

}  // namespace detail

/** `a + b`; integers are checked, everything else uses its own `+`. */
template <class A, class B> auto add(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    int64_t result;
    if (detail::add_overflows(a, b, result)) [[unlikely]] raise_overflow();
    return result;
  } else if constexpr (Number<A> && Number<B>) {
    return static_cast<double>(a) + static_cast<double>(b);
  } else {
    return a + b;
  }
}

/** `a + b + c + …`, from left to right. */
template <class A, class B, class C, class... More> auto add(const A& a, const B& b, const C& c, const More&... more) {
  return add(add(a, b), c, more...);
}

/** `a - b`. */
template <class A, class B> auto sub(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    int64_t result;
    if (detail::sub_overflows(a, b, result)) [[unlikely]] raise_overflow();
    return result;
  } else if constexpr (Number<A> && Number<B>) {
    return static_cast<double>(a) - static_cast<double>(b);
  } else {
    return a - b;
  }
}

/** `a * b`. */
template <class A, class B> auto mul(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    int64_t result;
    if (detail::mul_overflows(a, b, result)) [[unlikely]] raise_overflow();
    return result;
  } else if constexpr (Number<A> && Number<B>) {
    return static_cast<double>(a) * static_cast<double>(b);
  } else {
    return a * b;
  }
}

/** `-a`. */
template <class A> auto neg(const A& a) {
  if constexpr (Integer<A>) {
    return sub(int64_t{0}, a);
  } else {
    return -a;
  }
}

/** `~a`. */
template <class A> auto invert(const A& a) {
  if constexpr (Integer<A>) {
    return ~static_cast<int64_t>(a);
  } else {
    return ~a;
  }
}

/** `abs(a)`. */
template <class A> auto abs(const A& a) {
  if constexpr (Integer<A>) {
    return a < 0 ? neg(a) : static_cast<int64_t>(a);
  } else if constexpr (Number<A>) {
    return std::fabs(a);
  } else {
    return a.__abs__();
  }
}

namespace detail {

/** The exponent of a power of two that the compiler knows, by which bits divide as Python does; -1 for other numbers. */
inline int power_of_two(int64_t b) {
#if defined(__GNUC__)
  if (__builtin_constant_p(b) && b > 0 && (b & (b - 1)) == 0) return __builtin_ctzll(static_cast<uint64_t>(b));
#endif
  return -1;
}

inline int64_t floordiv_int(int64_t a, int64_t b) {
  if (const int shift = power_of_two(b); shift >= 0) return a >> shift;
  if (b == 0) [[unlikely]] raise_zero_division("integer division or modulo by zero");
  if (b == -1) [[unlikely]] return neg(a);
  const int64_t quotient = a / b;
  return quotient - (a % b != 0 && (a ^ b) < 0);
}

inline int64_t mod_int(int64_t a, int64_t b) {
  if (power_of_two(b) >= 0) return a & (b - 1);
  if (b == 0) [[unlikely]] raise_zero_division("integer modulo by zero");
  if (b == -1) [[unlikely]] return 0;
  const int64_t rest = a % b;
  return rest != 0 && (rest ^ b) < 0 ? rest + b : rest;
}

inline double mod_float(double a, double b, const char* message = "float modulo") {
  if (b == 0.0) [[unlikely]] raise_zero_division(message);
  const double rest = std::fmod(a, b);
  if (rest == 0.0) return std::copysign(0.0, b);
  return (b < 0) != (rest < 0) ? rest + b : rest;
}

inline double floordiv_float(double a, double b, const char* message = "float floor division by zero") {
  if (b == 0.0) [[unlikely]] raise_zero_division(message);
  const double rest = std::fmod(a, b);
  double quotient = (a - rest) / b;
  if (rest != 0.0 && (b < 0) != (rest < 0)) quotient -= 1.0;
  if (quotient == 0.0) return std::copysign(0.0, a / b);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1.0 : floored;
}

/** a / b rounded once, for operands that a double cannot hold. */
PY_COLD inline double divide_wide(int64_t a, int64_t b) {
  const bool negative = (a < 0) != (b < 0);
  const uint64_t numerator = a < 0 ? 0 - static_cast<uint64_t>(a) : static_cast<uint64_t>(a);
  const uint64_t denominator = b < 0 ? 0 - static_cast<uint64_t>(b) : static_cast<uint64_t>(b);
  uint64_t quotient = numerator / denominator;
  uint64_t rest = numerator % denominator;
  int shift = 0;
  if (quotient == 0 && rest == 0) return 0.0;
  while (quotient < (uint64_t{1} << 55)) {
    quotient <<= 1;
    rest <<= 1;
    ++shift;
    if (rest >= denominator) {
      rest -= denominator;
      quotient |= 1;
    }
  }
  // The lowest bit lies below the rounding position, so it can stand for everything that was cut off.
  if (rest != 0) quotient |= 1;
  const double magnitude = std::ldexp(static_cast<double>(quotient), -shift);
  return negative ? -magnitude : magnitude;
}

inline double truediv_int(int64_t a, int64_t b) {
  if (b == 0) [[unlikely]] raise_zero_division("division by zero");
  constexpr int64_t exact = int64_t{1} << 53;
  if (a > exact || a < -exact || b > exact || b < -exact) [[unlikely]] return divide_wide(a, b);
  return static_cast<double>(a) / static_cast<double>(b);
}

inline int64_t power_int(int64_t base, int64_t exponent) {
  if (exponent < 0) [[unlikely]] raise_value_error("a negative power of an integer gives a float, which this program does not expect");
  int64_t result = 1;
  while (true) {
    if (exponent & 1) result = mul(result, base);
    exponent >>= 1;
    if (exponent == 0) return result;
    base = mul(base, base);
  }
}

PY_COLD [[noreturn]] inline void raise_range_error() { throw OverflowError(34, "Numerical result out of range"); }

inline double power_float(double base, double exponent) {
  if (exponent == 2.0) {
    const double square = base * base;
    if (std::isinf(square) && !std::isinf(base)) raise_range_error();
    return square;
  }
  if (base == 0.0 && exponent < 0.0) [[unlikely]] raise_zero_division("0.0 cannot be raised to a negative power");
  if (base < 0.0 && std::isfinite(base) && std::isfinite(exponent) && exponent != std::floor(exponent)) [[unlikely]] {
    raise_value_error("a fractional power of a negative number gives a complex, which this program does not expect");
  }
  const double result = std::pow(at_run_time(base), at_run_time(exponent));
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) [[unlikely]] raise_range_error();
  return result;
}

}  // namespace detail

/** `a // b`, rounded towards minus infinity. */
template <class A, class B> auto floordiv(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    return detail::floordiv_int(a, b);
  } else if constexpr (Number<A> && Number<B>) {
    return detail::floordiv_float(static_cast<double>(a), static_cast<double>(b));
  } else {
    return a.__floordiv__(b);
  }
}

/** `a % b`, with the sign of `b`. */
template <class A, class B> auto mod(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    return detail::mod_int(a, b);
  } else if constexpr (Number<A> && Number<B>) {
    return detail::mod_float(static_cast<double>(a), static_cast<double>(b));
  } else {
    return a % b;
  }
}

/** `a / b`, correctly rounded. */
template <class A, class B> auto truediv(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    return detail::truediv_int(a, b);
  } else if constexpr (Number<A> && Number<B>) {
    if (b == 0) [[unlikely]] raise_zero_division("float division by zero");
    return static_cast<double>(a) / static_cast<double>(b);
  } else {
    return a / b;
  }
}

/** `a ** b`. Two integers give an integer, so a negative `b` raises ValueError; see `power_float`. */
template <class A, class B> auto power(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    return detail::power_int(a, b);
  } else if constexpr (Number<A> && Number<B>) {
    return detail::power_float(static_cast<double>(a), static_cast<double>(b));
  } else {
    return a.__pow__(b);
  }
}

/** `a ** b` as a float, for integers with a negative power. */
template <Number A, Number B> double power_float(A a, B b) {
  return detail::power_float(static_cast<double>(a), static_cast<double>(b));
}

/** `a << b`, checked. */
template <class A, class B> auto lshift(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    const int64_t value = a, count = b;
    if (count < 0) [[unlikely]] raise_value_error("negative shift count");
    if (value == 0) return int64_t{0};
    if (count > 62) [[unlikely]] raise_overflow();
    const int64_t shifted = static_cast<int64_t>(static_cast<uint64_t>(value) << count);
    if ((shifted >> count) != value) [[unlikely]] raise_overflow();
    return shifted;
  } else {
    return a << b;
  }
}

/** `a >> b`. */
template <class A, class B> auto rshift(const A& a, const B& b) {
  if constexpr (Integer<A> && Integer<B>) {
    const int64_t value = a, count = b;
    if (count < 0) [[unlikely]] raise_value_error("negative shift count");
    return value >> (count > 63 ? 63 : count);
  } else {
    return a >> b;
  }
}

/** `a * b % m` without overflow between the two. */
inline int64_t mulmod(int64_t a, int64_t b, int64_t m) {
  int64_t product;
  if (!detail::mul_overflows(a, b, product)) [[likely]] return detail::mod_int(product, m);
#if defined(__SIZEOF_INT128__)
  __extension__ using wide = __int128;
  if (m == 0) raise_zero_division("integer modulo by zero");
  const wide rest = static_cast<wide>(a) * b % m;
  return static_cast<int64_t>(rest != 0 && (rest < 0) != (m < 0) ? rest + m : rest);
#else
  const uint64_t modulus = m < 0 ? 0 - static_cast<uint64_t>(m) : static_cast<uint64_t>(m);
  if (modulus == 0) raise_zero_division("integer modulo by zero");
  auto reduce = [&](int64_t x) {
    const uint64_t rest = (x < 0 ? 0 - static_cast<uint64_t>(x) : static_cast<uint64_t>(x)) % modulus;
    return x < 0 && rest ? modulus - rest : rest;
  };
  auto sum = [&](uint64_t x, uint64_t y) { return x >= modulus - y ? x - (modulus - y) : x + y; };
  uint64_t result = 0, bit = reduce(a);
  for (uint64_t count = reduce(b); count; count >>= 1) {
    if (count & 1) result = sum(result, bit);
    bit = sum(bit, bit);
  }
  return static_cast<int64_t>(m < 0 && result ? result - modulus : result);
#endif
}

/** `pow(base, exponent, m)` for integers. */
inline int64_t power_mod(int64_t base, int64_t exponent, int64_t m) {
  if (m == 0) raise_value_error("pow() 3rd argument cannot be 0");
  if (exponent < 0) {
    int64_t r0 = detail::mod_int(base, m), r1 = m, s0 = 1, s1 = 0;
    while (r1 != 0) {
      const int64_t quotient = detail::floordiv_int(r0, r1);
      const int64_t r = r0 - quotient * r1, s = s0 - quotient * s1;
      r0 = r1, r1 = r, s0 = s1, s1 = s;
    }
    if (r0 != 1 && r0 != -1) raise_value_error("base is not invertible for the given modulus");
    base = detail::mod_int(r0 == 1 ? s0 : -s0, m);
    exponent = neg(exponent);
  }
  base = detail::mod_int(base, m);
  int64_t result = detail::mod_int(1, m);
  for (; exponent; exponent >>= 1) {
    if (exponent & 1) result = mulmod(result, base, m);
    base = mulmod(base, base, m);
  }
  return result;
}

}  // namespace py
