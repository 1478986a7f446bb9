// requires: core, exceptions, compare, arithmetic, str, list
// len, truth, containment, sum, any, all, conversions between containers.
#include <cmath>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

template <class T> class vartuple;
/** A value as another type that holds it as well; defined with unions. */
template <class To, class From> struct Conversion;

/** Python's `len(x)`. */
template <class T> int64_t len(const T& x) {
  if constexpr (detail::is_tuple<T>) {
    return static_cast<int64_t>(std::tuple_size_v<T>);
  } else if constexpr (requires { x.size(); }) {
    return static_cast<int64_t>(x.size());
  } else if constexpr (requires { x->__len__(); }) {
    return x->__len__();
  } else {
    return x.__len__();
  }
}

/** Python's `bool(x)`. */
template <class T> bool is_true(const T& x) {
  if constexpr (std::is_arithmetic_v<T>) {
    return x != 0;
  } else if constexpr (std::is_same_v<T, NoneType>) {
    return false;
  } else if constexpr (is_optional<T>) {
    return x && is_true(*x);
  } else if constexpr (is_union<T>) {
    return Mixed<T, T>::is_true(x);
  } else if constexpr (detail::is_tuple<T>) {
    return std::tuple_size_v<T> != 0;
  } else if constexpr (requires { x.real(), x.imag(); }) {
    return x.real() != 0 || x.imag() != 0;
  } else if constexpr (requires { x->__bool__(); }) {
    return x && x->__bool__();
  } else if constexpr (requires { x->__len__(); }) {
    return x && x->__len__() != 0;
  } else if constexpr (requires { x.__bool__(); }) {
    return x.__bool__();
  } else if constexpr (requires { x.size(); }) {
    return x.size() != 0;
  } else if constexpr (requires { static_cast<bool>(x); }) {
    return static_cast<bool>(x);
  } else {
    return true;
  }
}

/** Python's `value in items`. */
template <class Items, class T> bool contains(const Items& items, const T& value) {
  if constexpr (detail::is_tuple<Items>) {
    return std::apply([&](const auto&... item) { return (eq(item, value) || ...); }, items);
  } else if constexpr (requires { items.contains(value); }) {
    return items.contains(value);
  } else if constexpr (requires { items->__contains__(value); }) {
    return items->__contains__(value);
  } else {
    for (auto&& item : items) {
      if (eq(item, value)) return true;
    }
    return false;
  }
}

/** Python's `sum(items, start)`. */
template <class Items, class Start> auto sum(const Items& items, const Start& start) {
  using T = typename Items::value_type;
  if constexpr (Number<T> && Number<Start>) {
    common_number<T, Start> total = start;
    for (auto&& item : items) total = add(total, item);
    return total;
  } else {
    std::decay_t<decltype(add(start, std::declval<const T&>()))> total(start);
    for (auto&& item : items) total = add(total, item);
    return total;
  }
}
template <class Items> auto sum(const Items& items) { return sum(items, int64_t{0}); }

/** Python's `any(items)`. */
template <class Items> bool any(const Items& items) {
  for (auto&& item : items) {
    if (is_true(item)) return true;
  }
  return false;
}
/** Python's `all(items)`. */
template <class Items> bool all(const Items& items) {
  for (auto&& item : items) {
    if (!is_true(item)) return false;
  }
  return true;
}

namespace detail {

/** The type that the items of a tuple have in common. */
template <class T> struct tuple_list;
template <class First, class... Rest> struct tuple_list<std::tuple<First, Rest...>> {
  using type = std::common_type_t<std::decay_t<First>, std::decay_t<Rest>...>;
};

template <class Items> struct iterated {
  using type = typename Items::value_type;
};
template <class... T> struct iterated<std::tuple<T...>> : tuple_list<std::tuple<T...>> {};

}  // namespace detail

/** What going over `Items` gives, as a value. */
template <class Items> using iterated_type = typename detail::iterated<std::decay_t<Items>>::type;

/** The items of a tuple as a list, to go over them. */
template <class... T> auto items_of(const std::tuple<T...>& values) {
  return std::apply(
      [](const auto&... value) {
        using Item = std::common_type_t<T...>;
        return list<Item>{static_cast<Item>(value)...};
      },
      values);
}
template <class Items> const Items& items_of(const Items& items) { return items; }
/** The items of a tuple as a list of a type that holds each. */
template <class T, class... Items> list<T> items_as(const std::tuple<Items...>& values) {
  const auto convert_item = []<class Item>(const Item& value) -> T {
    if constexpr (requires { T(value); }) return T(value);
    else return Conversion<T, Item>::of(value);
  };
  return std::apply([&](const auto&... value) { return list<T>{convert_item(value)...}; }, values);
}

/** `list(items)`, its values converted when a type is given. */
template <class T = void, class Items> auto to_list(const Items& items) {
  using Item = std::conditional_t<std::is_void_v<T>, iterated_type<Items>, T>;
  return list<Item>::from(items_of(items));
}
/** `set(items)`. */
template <class T = void, class Items> auto to_set(const Items& items) {
  using Item = std::conditional_t<std::is_void_v<T>, iterated_type<Items>, T>;
  return set<Item>::from(items_of(items));
}
/** `frozenset(items)`. */
template <class T = void, class Items> auto to_frozenset(const Items& items) {
  using Item = std::conditional_t<std::is_void_v<T>, iterated_type<Items>, T>;
  return frozenset<Item>::from(items_of(items));
}
/** `tuple(items)`. */
template <class T = void, class Items> auto to_vartuple(const Items& items) {
  using Item = std::conditional_t<std::is_void_v<T>, iterated_type<Items>, T>;
  return vartuple<Item>::from(items_of(items));
}

namespace detail {

template <class Items> auto pair_types(const Items&) {
  if constexpr (requires { typename Items::mapped_type; }) {
    return std::pair<typename Items::key_type, typename Items::mapped_type>();
  } else {
    using Pair = typename Items::value_type;
    if constexpr (is_tuple<Pair>) {
      return std::pair<std::decay_t<std::tuple_element_t<0, Pair>>, std::decay_t<std::tuple_element_t<1, Pair>>>();
    } else {
      return std::pair<typename Pair::value_type, typename Pair::value_type>();
    }
  }
}

}  // namespace detail

/** `dict(items)` of a dict or of pairs. */
template <class K = void, class V = void, class Items> auto to_dict(const Items& items) {
  if constexpr (std::is_void_v<K>) {
    using Types = decltype(detail::pair_types(items));
    return dict<typename Types::first_type, typename Types::second_type>::from(items);
  } else {
    return dict<K, V>::from(items);
  }
}

/** Python's `x[i] = value`. */
template <class Items, class K, class V> void set_item(const Items& items, const K& key, const V& value) {
  items.set(key, value);
}

/** Python's `round(x)`: ties go to the even neighbour. */
inline int64_t round(double x) {
  if (x != x) raise_value_error("cannot convert float NaN to integer");
  if (std::isinf(x)) throw OverflowError("cannot convert float infinity to integer");
  const double rounded = std::nearbyint(x);
  if (rounded >= 9223372036854775808.0 || rounded < -9223372036854775808.0) raise_overflow();
  return static_cast<int64_t>(rounded);
}
template <Integer T> int64_t round(T x) { return static_cast<int64_t>(x); }

/** Python's `int(x)` of a number. */
template <Number T> int64_t int_(T x) {
  if constexpr (Integer<T>) {
    return static_cast<int64_t>(x);
  } else {
    if (x != x) raise_value_error("cannot convert float NaN to integer");
    if (std::isinf(x)) throw OverflowError("cannot convert float infinity to integer");
    if (x >= 9223372036854775808.0 || x < -9223372036854775808.0) raise_overflow();
    return static_cast<int64_t>(x);
  }
}
/** Python's `float(x)` of a number. */
template <Number T> double float_(T x) { return static_cast<double>(x); }

/** The sum of instances, of which there has to be one: Python's sum of none is the integer 0. */
template <class T> T sum_of_some(const std::optional<T>& total) {
  if (!total) throw TypeError("the sum of no instances is an integer, which this program cannot hold");
  return *total;
}

/** Python's `divmod(a, b)`. */
template <class A, class B> auto divmod(const A& a, const B& b) {
  if constexpr (Number<A> && Number<B> && !(Integer<A> && Integer<B>)) {
    if (b == 0) raise_zero_division("float divmod()");
  } else if (b == B(int64_t{0})) {
    raise_zero_division("integer division or modulo by zero");
  }
  // It is the division that fails.
  auto quotient = floordiv(a, b);
  return std::tuple(std::move(quotient), mod(a, b));
}

/** Python's `pow(a, b)` and `pow(a, b, m)`. */
template <class A, class B> auto pow(const A& a, const B& b) { return power(a, b); }
inline int64_t pow(int64_t a, int64_t b, int64_t m) { return power_mod(a, b, m); }

namespace detail {

PY_COLD [[noreturn]] inline void raise_not_a_character(size_t size) {
  throw TypeError("ord() expected a character, but string of length " + std::to_string(size) + " found");
}

}  // namespace detail

/** Python's `ord(c)`. */
inline int64_t ord(const str& c) {
  if (c.size() != 1) [[unlikely]] detail::raise_not_a_character(c.size());
  return c.point(0);
}
/** Python's `chr(i)`. */
inline str chr(int64_t i) {
  if (i < 0 || i >= 0x110000) [[unlikely]] raise_value_error("chr() arg not in range(0x110000)");
  return str::of(static_cast<char32_t>(i));
}

namespace detail {

inline str write_radix(int64_t value, unsigned shift, const char* prefix) {
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[magnitude & ((1u << shift) - 1)]);
    magnitude >>= shift;
  } while (magnitude);
  return str::from_utf8((value < 0 ? "-" : "") + (prefix + digits));
}

}  // namespace detail

/** Python's `bin`, `oct` and `hex`. */
inline str bin(int64_t value) { return detail::write_radix(value, 1, "0b"); }
inline str oct(int64_t value) { return detail::write_radix(value, 3, "0o"); }
inline str hex(int64_t value) { return detail::write_radix(value, 4, "0x"); }

/** Python's `value.bit_length()` and `value.bit_count()`. */
inline int64_t bit_length(int64_t value) {
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  int64_t bits = 0;
  for (; magnitude; magnitude >>= 1) ++bits;
  return bits;
}
inline int64_t bit_count(int64_t value) {
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  int64_t bits = 0;
  for (; magnitude; magnitude &= magnitude - 1) ++bits;
  return bits;
}
/** Python's `x.is_integer()`. */
inline bool is_integer_value(double x) { return std::isfinite(x) && x == std::floor(x); }

}  // namespace py
