// requires: core, exceptions
// Equality and order as Python has them, between numbers of different types and inside containers.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace py {

namespace detail {

/** Compares an integer with a float exactly: -1, 0, 1, or 2 when the float is not a number. */
inline int compare_int_float(int64_t a, double b) {
  if (b != b) return 2;
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  const int64_t whole = static_cast<int64_t>(b);
  if (a != whole) return a < whole ? -1 : 1;
  const double rest = b - static_cast<double>(whole);
  return rest > 0 ? -1 : rest < 0 ? 1 : 0;
}

template <class T> inline constexpr bool is_tuple = false;
template <class... T> inline constexpr bool is_tuple<std::tuple<T...>> = true;

}  // namespace detail

/** Comparison where a side is a union or, for order, may be None, and the truth of a union; defined with unions. */
template <class A, class B> struct Mixed;

template <class A, class B> bool eq(const A& a, const B& b);
template <class A, class B> bool lt(const A& a, const B& b);

namespace detail {

template <std::size_t I, class A, class B> bool tuple_eq(const A& a, const B& b) {
  if constexpr (I == std::tuple_size_v<A>) {
    return true;
  } else {
    return eq(std::get<I>(a), std::get<I>(b)) && tuple_eq<I + 1>(a, b);
  }
}

template <std::size_t I, class A, class B> bool tuple_lt(const A& a, const B& b) {
  if constexpr (I == std::tuple_size_v<A> || I == std::tuple_size_v<B>) {
    return std::tuple_size_v<A> < std::tuple_size_v<B>;
  } else {
    if (!eq(std::get<I>(a), std::get<I>(b))) return lt(std::get<I>(a), std::get<I>(b));
    return tuple_lt<I + 1>(a, b);
  }
}

}  // namespace detail

/** Python's `a == b` for any two types; types that cannot be compared are unequal. */
template <class A, class B> bool eq(const A& a, const B& b) {
  if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>) {
    if constexpr (std::is_integral_v<A> == std::is_integral_v<B>) {
      return a == b;
    } else if constexpr (std::is_integral_v<A>) {
      return detail::compare_int_float(a, b) == 0;
    } else {
      return detail::compare_int_float(b, a) == 0;
    }
  } else if constexpr (is_union<A> || is_union<B>) {
    return Mixed<A, B>::eq(a, b);
  } else if constexpr (is_optional<A> && is_optional<B>) {
    return a && b ? eq(*a, *b) : a.has_value() == b.has_value();
  } else if constexpr (is_optional<A>) {
    if constexpr (std::is_same_v<B, NoneType>) return !a;
    else return a && eq(*a, b);
  } else if constexpr (is_optional<B>) {
    return eq(b, a);
  } else if constexpr (detail::is_tuple<A> && detail::is_tuple<B>) {
    if constexpr (std::tuple_size_v<A> != std::tuple_size_v<B>) return false;
    else return detail::tuple_eq<0>(a, b);
  } else if constexpr (requires { static_cast<bool>(a == b); }) {
    return static_cast<bool>(a == b);
  } else {
    return false;
  }
}

namespace detail {

/** Python's name of the type of what has no order. */
template <class T> std::string unordered_name(const T& value) {
  if constexpr (requires { value->__name__(); }) return value ? value->__name__() : "NoneType";
  else if constexpr (std::is_same_v<T, NoneType>) return "NoneType";
  else if constexpr (requires { typename T::mapped_type; }) return "dict";
  else return "complex";
}

/** Only parts of other values come here: tuples, for one, are told apart by their first items as a rule. */
template <class A, class B> [[noreturn]] void raise_no_order(const char* sign, const A& a, const B& b) {
  throw TypeError(std::string("'") + sign + "' not supported between instances of '" + unordered_name(a) + "' and '" +
                  unordered_name(b) + "'");
}

}  // namespace detail

/** Python's `a < b`. */
template <class A, class B> bool lt(const A& a, const B& b) {
  if constexpr (is_union<A> || is_union<B> || is_optional<A> || is_optional<B>) {
    return Mixed<A, B>::lt(a, b);
  } else if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>) {
    if constexpr (std::is_integral_v<A> == std::is_integral_v<B>) {
      return a < b;
    } else if constexpr (std::is_integral_v<A>) {
      return detail::compare_int_float(a, b) == -1;
    } else {
      return detail::compare_int_float(b, a) == 1;
    }
  } else if constexpr (detail::is_tuple<A> && detail::is_tuple<B>) {
    return detail::tuple_lt<0>(a, b);
  } else if constexpr (requires { a->__name__(); b->__name__(); }) {
    if (!a || !b) detail::raise_no_order("<", a, b);
    if constexpr (requires { static_cast<bool>(a->__lt__(b)); }) return static_cast<bool>(a->__lt__(b));
    else if constexpr (requires { static_cast<bool>(b->__gt__(a)); }) return static_cast<bool>(b->__gt__(a));
    else detail::raise_no_order("<", a, b);
  } else if constexpr (!requires { typename A::mapped_type; } && requires { static_cast<bool>(a < b); }) {
    return static_cast<bool>(a < b);
  } else {
    detail::raise_no_order("<", a, b);
  }
}

/** Python's `a <= b`. */
template <class A, class B> bool le(const A& a, const B& b) {
  if constexpr (is_union<A> || is_union<B> || is_optional<A> || is_optional<B>) {
    return Mixed<A, B>::le(a, b);
  } else if constexpr (std::is_arithmetic_v<A> && std::is_arithmetic_v<B>) {
    return lt(a, b) || eq(a, b);
  } else if constexpr (detail::is_tuple<A> && detail::is_tuple<B>) {
    return !detail::tuple_lt<0>(b, a);
  } else if constexpr (requires { static_cast<bool>(a <= b); }) {
    return static_cast<bool>(a <= b);
  } else {
    detail::raise_no_order("<=", a, b);
  }
}

template <class A, class B> bool ne(const A& a, const B& b) { return !eq(a, b); }
template <class A, class B> bool gt(const A& a, const B& b) {
  if constexpr (is_union<A> || is_union<B> || is_optional<A> || is_optional<B>) {
    return Mixed<A, B>::gt(a, b);
  } else {
    return lt(b, a);
  }
}
template <class A, class B> bool ge(const A& a, const B& b) {
  if constexpr (is_union<A> || is_union<B> || is_optional<A> || is_optional<B>) {
    return Mixed<A, B>::ge(a, b);
  } else {
    return le(b, a);
  }
}

}  // namespace py
