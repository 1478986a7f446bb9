// requires: core, exceptions, numbers, arithmetic, print
// NumPy's arithmetic on two elements: integers wrap where Python's grow, and a division by zero gives a number with a warning.
#include <cfenv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <set>
#include <string>
#include <type_traits>

namespace py {

namespace np {

/** The element type that a number has in an array. */
template <class T>
using plain = std::conditional_t<std::is_same_v<T, bool>, bool, std::conditional_t<std::is_floating_point_v<T>, double, int64_t>>;
template <class T> inline constexpr bool is_number = std::is_arithmetic_v<T>;

/** The element type of what is worked out from two. */
template <class A, class B>
using common = std::conditional_t<std::is_same_v<A, double> || std::is_same_v<B, double>, double,
                                  std::conditional_t<std::is_same_v<A, bool> && std::is_same_v<B, bool>, bool, int64_t>>;

/** Tells of something odd on standard error, once for each kind, as NumPy does. */
PY_COLD inline void warn(const char* what, const char* where) {
  static std::set<std::string> told;
  const std::string text = std::string("RuntimeWarning: ") + what + " encountered in " + where;
  if (told.insert(text).second) std::fprintf(stderr, "%s\n", text.c_str());
}

/** Warns at its end of what the processor noted of floats since its beginning. */
class FloatWatch {
 public:
  explicit FloatWatch(const char* where) : where_(where) { std::feclearexcept(FE_ALL_EXCEPT); }
  FloatWatch(const FloatWatch&) = delete;
  FloatWatch& operator=(const FloatWatch&) = delete;
  ~FloatWatch() {
    if (const int seen = std::fetestexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID)) [[unlikely]] {
      if (seen & FE_DIVBYZERO) warn("divide by zero", where_);
      if (seen & FE_OVERFLOW) warn("overflow", where_);
      if (seen & FE_INVALID) warn("invalid value", where_);
    }
  }

 private:
  const char* where_;
};

/** A number as an element of an array: floats lose what is behind the point in an array of integers. */
template <class T, class From> constexpr T element_of(From given) {
  const auto x = static_cast<From>(given);
  if constexpr (std::is_same_v<T, int64_t> && std::is_same_v<From, double>) {
    if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0)) return std::numeric_limits<int64_t>::min();
    return static_cast<int64_t>(x);
  } else if constexpr (std::is_same_v<T, bool>) {
    return x != 0;
  } else {
    return static_cast<T>(x);
  }
}

/** Python's floor division of floats, as NumPy works it out. */
inline double floor_divide_floats(double a, double b) {
  if (b == 0) return a / b;
  double mod = std::fmod(a, b), div = (a - mod) / b;
  if (mod != 0 && (b < 0) != (mod < 0)) div -= 1.0;
  if (div == 0) return std::copysign(0.0, a / b);
  const double whole = std::floor(div);
  return div - whole > 0.5 ? whole + 1.0 : whole;
}
inline double remainder_floats(double a, double b) {
  double mod = std::fmod(a, b);
  if (b == 0) return mod;
  if (mod == 0) return std::copysign(0.0, b);
  return (b < 0) != (mod < 0) ? mod + b : mod;
}
inline int64_t wrapped_power(int64_t base, int64_t exponent) {
  if (exponent < 0) throw ValueError("Integers to negative integer powers are not allowed.");
  uint64_t result = 1, factor = static_cast<uint64_t>(base);
  for (; exponent; exponent >>= 1, factor *= factor)
    if (exponent & 1) result *= factor;
  return static_cast<int64_t>(result);
}

/** The operators on two elements of one type, `T` being the type of both after they were brought together. */
struct Add {
  static constexpr const char* name = "add";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, bool>) return a || b;
    else if constexpr (std::is_same_v<T, double>) return a + b;
    else return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
  }
};
struct Subtract {
  static constexpr const char* name = "subtract";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, double>) return a - b;
    else return static_cast<T>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
  }
};
struct Multiply {
  static constexpr const char* name = "multiply";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, bool>) return a && b;
    else if constexpr (std::is_same_v<T, double>) return a * b;
    else return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  }
};
struct Divide {
  static constexpr const char* name = "divide";
  template <class T> static double of(T a, T b) { return static_cast<double>(a) / static_cast<double>(b); }
};
struct FloorDivide {
  static constexpr const char* name = "floor_divide";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, double>) return floor_divide_floats(a, b);
    else {
      if (b == 0) [[unlikely]] return warn("divide by zero", name), 0;
      if (b == -1) return static_cast<int64_t>(-static_cast<uint64_t>(a));
      return a / b - (a % b != 0 && (a < 0) != (b < 0));
    }
  }
};
struct Remainder {
  static constexpr const char* name = "remainder";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, double>) return remainder_floats(a, b);
    else {
      if (b == 0) [[unlikely]] return warn("divide by zero", name), 0;
      if (b == -1) return 0;
      const T rest = a % b;
      return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
    }
  }
};
struct Power {
  static constexpr const char* name = "power";
  template <class T> static T of(T a, T b) {
    if constexpr (std::is_same_v<T, double>) return std::pow(a, b);
    else return wrapped_power(a, b);
  }
};
struct BitAnd {
  static constexpr const char* name = "bitwise_and";
  template <class T> static T of(T a, T b) { return static_cast<T>(a & b); }
};
struct BitOr {
  static constexpr const char* name = "bitwise_or";
  template <class T> static T of(T a, T b) { return static_cast<T>(a | b); }
};
struct BitXor {
  static constexpr const char* name = "bitwise_xor";
  template <class T> static T of(T a, T b) { return static_cast<T>(a ^ b); }
};
struct LeftShift {
  static constexpr const char* name = "left_shift";
  template <class T> static T of(T a, T b) {
    return b >= 0 && b < 64 ? static_cast<T>(static_cast<uint64_t>(a) << b) : 0;
  }
};
struct RightShift {
  static constexpr const char* name = "right_shift";
  template <class T> static T of(T a, T b) { return b >= 0 && b < 64 ? a >> b : a < 0 ? -1 : 0; }
};
struct Less {
  static constexpr const char* name = "less";
  template <class T> static bool of(T a, T b) { return a < b; }
};
struct LessEqual {
  static constexpr const char* name = "less_equal";
  template <class T> static bool of(T a, T b) { return a <= b; }
};
struct Equal {
  static constexpr const char* name = "equal";
  template <class T> static bool of(T a, T b) { return a == b; }
};
struct NotEqual {
  static constexpr const char* name = "not_equal";
  template <class T> static bool of(T a, T b) { return a != b; }
};

/** The type in which an operator works: booleans divide, count and shift as integers. */
template <class Operator, class A, class B>
using working = std::conditional_t<
    std::is_same_v<common<A, B>, bool> &&
        (std::is_same_v<Operator, Divide> || std::is_same_v<Operator, FloorDivide> || std::is_same_v<Operator, Remainder> ||
         std::is_same_v<Operator, Power> || std::is_same_v<Operator, LeftShift> || std::is_same_v<Operator, RightShift>),
    int64_t, common<A, B>>;

/** An operator on two numbers. */
template <class Operator, class A, class B> constexpr auto apply(A a, B b) {
  using T = working<Operator, A, B>;
  return Operator::template of<T>(static_cast<T>(a), static_cast<T>(b));
}

/** Ends the program where a number out of an array goes on in NumPy in a way that Python's numbers, and ours, do not. */
[[noreturn]] PY_COLD inline void stop_at(const char* what) {
  detail::standard_output().flush();
  std::fprintf(stderr, "not converted: %s\n", what);
  std::_Exit(1);
}
/** `/`, `//` and `%` of numbers out of arrays: by zero NumPy gives inf, nan or 0 where Python raises. */
template <class Operator, class A, class B> auto scalars(A a, B b) {
  if (b == 0) [[unlikely]] stop_at("a number out of an array is divided by zero, where NumPy gives inf, nan or 0: test for zero before");
  return apply<Operator>(a, b);
}
/** `+`, `-` and `*` of integers out of arrays: beyond 64 bits NumPy wraps. */
template <class Operator> int64_t scalars_within(int64_t a, int64_t b) {
  int64_t result;
  bool outgrew;
  if constexpr (std::is_same_v<Operator, Add>) outgrew = detail::add_overflows(a, b, result);
  else if constexpr (std::is_same_v<Operator, Subtract>) outgrew = detail::sub_overflows(a, b, result);
  else outgrew = detail::mul_overflows(a, b, result);
  if (outgrew) [[unlikely]] stop_at("an integer out of an array outgrows 64 bits, where NumPy wraps");
  return result;
}

/** `a[i] op= value`. */
template <class Operator, class T, class Value> void change_element(T& place, Value value) {
  place = element_of<T>(apply<Operator>(place, value));
}

}  // namespace np

}  // namespace py
