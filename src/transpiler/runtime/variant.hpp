// requires: core, exceptions, compare, arithmetic, numbers, builtins, str
// Values of a few different types in one place: unions, and what may be None.
#include <cstdint>
#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace py {

/** A value of one of these types, with a tag. */
template <class... T>
using Union = std::variant<T...>;

/** A value that may be None. */
template <class T>
using Optional = std::optional<T>;

template <class... T> inline constexpr bool is_union<std::variant<T...>> = true;

/** A union that has a name because its values hold others of the same union. */
template <class Self, class... T> struct NestedUnion : std::variant<T...> {
  using nested_base = std::variant<T...>;

  NestedUnion() = default;
  NestedUnion(const nested_base& other) : nested_base(other) {}
  NestedUnion(nested_base&& other) : nested_base(std::move(other)) {}
  template <class Value>
    requires(!std::is_base_of_v<nested_base, std::remove_cvref_t<Value>> && std::is_constructible_v<nested_base, Value>)
  NestedUnion(Value&& value) : nested_base(std::forward<Value>(value)) {}
};

template <class T>
  requires requires { typename T::nested_base; }
inline constexpr bool is_union<T> = true;

template <class T>
  requires requires { typename T::nested_base; }
struct Text<T> : Text<typename T::nested_base> {};
template <class T>
  requires requires { typename T::nested_base; }
struct Hash<T> : Hash<typename T::nested_base> {};

/** A container that has a name because it holds containers of the same type. */
template <class Self, class Container> struct NestedIn : Container {
  using nested_container = Container;
  using Container::Container;
  NestedIn() = default;
  NestedIn(const Container& other) : Container(other) {}
  NestedIn(Container&& other) : Container(std::move(other)) {}
};

template <class T> struct Text<T, std::void_t<typename T::nested_container>> : Text<typename T::nested_container> {};

template <class... T> struct Text<std::variant<T...>> {
  static void repr(std::string& out, const std::variant<T...>& value) {
    std::visit([&](const auto& held) { write_repr(out, held); }, value);
  }
  static void str(std::string& out, const std::variant<T...>& value) {
    std::visit([&](const auto& held) { write_str(out, held); }, value);
  }
};

/** Python's name of a type. */
template <class T> std::string name_of_type(const T& value);

template <class... T> struct Hash<std::variant<T...>> {
  static int64_t of(const std::variant<T...>& value) {
    return std::visit(
        [](const auto& held) -> int64_t {
          if constexpr (requires { Hash<std::decay_t<decltype(held)>>::of(held); }) return hash(held);
          else throw TypeError("unhashable type: '" + name_of_type(held) + "'");
        },
        value);
  }
};

template <class T> std::string name_of_type([[maybe_unused]] const T& value) {
  if constexpr (std::is_same_v<T, bool>) return "bool";
  else if constexpr (std::is_integral_v<T> || std::is_same_v<T, Int>) return "int";
  else if constexpr (std::is_same_v<T, double>) return "float";
  else if constexpr (std::is_same_v<T, str>) return "str";
  else if constexpr (std::is_same_v<T, NoneType>) return "NoneType";
  else if constexpr (detail::is_tuple<T>) return "tuple";
  else if constexpr (requires { value->type_name(); }) return value->type_name();
  else if constexpr (requires { value->__name__(); }) return value ? value->__name__() : "NoneType";
  else if constexpr (requires { typename T::mapped_type; }) return "dict";
  else if constexpr (requires(const T& x) { x.append(std::declval<typename T::value_type>()); }) return "list";
  else if constexpr (requires(const T& x) { x.discard(std::declval<typename T::value_type>()); }) return "set";
  else return "object";
}

/** One function for each type that a union may hold. */
template <class... Functions> struct Overloaded : Functions... {
  using Functions::operator()...;
};
/** Some compilers do not find this for an aggregate by themselves. */
template <class... Functions> Overloaded(Functions...) -> Overloaded<Functions...>;

/** Calls `use` with what a union or optional holds; other values as they are. */
template <class Use, class T> decltype(auto) visit(Use&& use, const T& value) {
  if constexpr (is_union<T>) {
    return std::visit(use, value);
  } else if constexpr (is_optional<T>) {
    return value ? use(*value) : use(None);
  } else {
    return use(value);
  }
}

namespace detail {

template <class T> struct optional_value { using type = T; };
template <class T> struct optional_value<std::optional<T>> { using type = T; };

/** True when a value of a type may stand where another is expected, without becoming another value. */
template <class To, class From> constexpr bool fits();
template <class To, class From> struct UnionFits : std::false_type {};
template <class... T, class From> struct UnionFits<std::variant<T...>, From> : std::bool_constant<(fits<T, From>() || ...)> {};
template <class To, class From>
  requires requires { typename To::nested_base; }
struct UnionFits<To, From> : UnionFits<typename To::nested_base, From> {};
template <class To, class From> struct TupleFits : std::false_type {};
template <class... T, class... From> struct TupleFits<std::tuple<T...>, std::tuple<From...>> {
  static constexpr bool value = [] {
    if constexpr (sizeof...(T) == sizeof...(From)) return (fits<T, From>() && ...);
    else return false;
  }();
};
template <class To, class From> constexpr bool fits() {
  if constexpr (std::is_same_v<To, From> || is_union<From> || is_optional<From>) return true;
  else if constexpr (is_union<To>) return UnionFits<To, From>::value;
  else if constexpr (is_optional<To>) return std::is_same_v<From, NoneType> || fits<typename optional_value<To>::type, From>();
  else if constexpr (is_tuple<To> && is_tuple<From>) return TupleFits<To, From>::value;
  else if constexpr (std::is_arithmetic_v<To> || std::is_arithmetic_v<From>)
    return (std::is_integral_v<From> && !std::is_same_v<From, bool>) && (std::is_same_v<To, Int> || std::is_same_v<To, int64_t>);
  else return std::is_convertible_v<const From&, To>;
}

}  // namespace detail

/** The same value as another type that can hold it. */
template <class To, class From> To convert(const From& value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (is_union<From> || is_optional<From>) {
    return visit(
        [](const auto& held) -> To {
          if constexpr (detail::fits<To, std::decay_t<decltype(held)>>()) {
            return convert<To>(held);
          } else {
            throw TypeError("a value of type '" + name_of_type(held) + "' is not expected here");
          }
        },
        value);
  } else if constexpr (detail::is_tuple<To> && detail::is_tuple<From>) {
    return [&]<size_t... I>(std::index_sequence<I...>) {
      return To(convert<std::tuple_element_t<I, To>>(std::get<I>(value))...);
    }(std::make_index_sequence<std::tuple_size_v<To>>());
  } else if constexpr (detail::fits<To, From>()) {
    // A handle to nothing is None.
    if constexpr (is_union<To> && std::is_constructible_v<To, NoneType> && requires { value.get() == nullptr; }) {
      if (value.get() == nullptr) return To(None);
    }
    return To(value);
  } else {
    throw TypeError("a value of type '" + name_of_type(value) + "' is not expected here");
  }
}

template <class To, class From> struct Conversion {
  static To of(const From& value) { return convert<To>(value); }
};

/** True when a union holds one of these types. */
template <class... T, class Value> bool holds(const Value& value) {
  return visit([](const auto& held) { return (std::is_same_v<std::decay_t<decltype(held)>, T> || ...); }, value);
}

/** The value as the one type that can be used here; for any other type raises `Error`, naming it where text is to stand behind the name. */
template <class T, class Error, class Value> const T& the(const Value& value, const char* before, const char* after) {
  if constexpr (is_optional<Value>) {
    if (value) [[likely]] return *value;
  } else {
    if (const T* held = std::get_if<T>(&value)) [[likely]] return *held;
  }
  if (!after) throw Error(before);
  throw Error(before + ("'" + visit([](const auto& held) { return name_of_type(held); }, value)) + "'" + after);
}

/** Python's `a or b` and `a and b`: one of the two values, the second worked out only where it counts. */
template <class T, class A, class B> T or_else(const A& a, B b) { return is_true(a) ? convert<T>(a) : convert<T>(b()); }
template <class T, class A, class B> T and_then(const A& a, B b) { return is_true(a) ? convert<T>(b()) : convert<T>(a); }

namespace detail {

template <class T> inline constexpr bool is_number = std::is_arithmetic_v<T> || std::is_same_v<T, Int>;
template <class T> inline constexpr bool is_whole = std::is_integral_v<T> || std::is_same_v<T, Int>;

/** True for the operators and types that `operate` works out; all others are a TypeError in Python. */
template <char Sign, class A, class B> constexpr bool operates() {
  if constexpr (Sign == '&' || Sign == '|' || Sign == '^' || Sign == '<' || Sign == '>') {
    return is_whole<A> && is_whole<B>;
  } else if constexpr (is_number<A> && is_number<B>) {
    return true;
  } else if constexpr (Sign == '+') {
    return std::is_same_v<A, B> && !std::is_same_v<A, NoneType> && requires(const A& a) { a + a; };
  } else if constexpr (Sign == '*') {
    return (std::is_integral_v<B> && requires(const A& a) { a * int64_t{1}; }) ||
           (std::is_integral_v<A> && requires(const B& b) { b * int64_t{1}; });
  } else {
    return false;
  }
}

}  // namespace detail

/** What Python says where an operator does not fit what its operands are. */
template <char Sign> std::string operand_error(const char* sign, const std::string& a, const std::string& b) {
  const auto is_sequence = [](const std::string& name) { return name == "str" || name == "list" || name == "tuple"; };
  if (Sign == '+' && is_sequence(a)) return "can only concatenate " + a + " (not \"" + b + "\") to " + a;
  if (Sign == '*' && (is_sequence(a) || is_sequence(b)))
    return "can't multiply sequence by non-int of type '" + (is_sequence(a) ? b : a) + "'";
  return std::string("unsupported operand type(s) for ") + sign + ": '" + a + "' and '" + b + "'";
}

/** An operator on values of which at least one is a union: worked out for what they hold, TypeError where Python has one. */
template <class Result, char Sign, class Operator, class A, class B>
Result operate(const char* sign, Operator use, const A& a, const B& b) {
  return visit(
      [&](const auto& x) -> Result {
        return visit(
            [&](const auto& y) -> Result {
              if constexpr (detail::operates<Sign, std::decay_t<decltype(x)>, std::decay_t<decltype(y)>>()) {
                return Result(use(x, y));
              } else {
                throw TypeError(operand_error<Sign>(sign, name_of_type(x), name_of_type(y)));
              }
            },
            b);
      },
      a);
}

/** Operators where a side may be of several types: `mixed::add<Result>(a, b)`. */
namespace mixed {

template <class Result, class A, class B> Result add(const A& a, const B& b) {
  return operate<Result, '+'>("+", [](const auto& x, const auto& y) { return py::add(x, y); }, a, b);
}
template <class Result, class A, class B> Result sub(const A& a, const B& b) {
  return operate<Result, '-'>("-", [](const auto& x, const auto& y) { return py::sub(x, y); }, a, b);
}
template <class Result, class A, class B> Result mul(const A& a, const B& b) {
  return operate<Result, '*'>("*", [](const auto& x, const auto& y) { return py::mul(x, y); }, a, b);
}
template <class Result, class A, class B> Result truediv(const A& a, const B& b) {
  return operate<Result, '/'>("/", [](const auto& x, const auto& y) { return py::truediv(x, y); }, a, b);
}
template <class Result, class A, class B> Result floordiv(const A& a, const B& b) {
  return operate<Result, '/'>("//", [](const auto& x, const auto& y) { return py::floordiv(x, y); }, a, b);
}
template <class Result, class A, class B> Result mod(const A& a, const B& b) {
  return operate<Result, '%'>("%", [](const auto& x, const auto& y) { return py::mod(x, y); }, a, b);
}
template <class Result, class A, class B> Result power(const A& a, const B& b) {
  return operate<Result, 'p'>("** or pow()", [](const auto& x, const auto& y) { return py::power(x, y); }, a, b);
}
template <class Result, class A, class B> Result lshift(const A& a, const B& b) {
  return operate<Result, '<'>("<<", [](const auto& x, const auto& y) { return py::lshift(x, y); }, a, b);
}
template <class Result, class A, class B> Result rshift(const A& a, const B& b) {
  return operate<Result, '>'>(">>", [](const auto& x, const auto& y) { return py::rshift(x, y); }, a, b);
}

}  // namespace mixed

/** Python's `sum(items, start)` over numbers of different types. */
template <class Result, class Items, class Start> Result sum_of(const Items& items, const Start& start) {
  Result total = convert<Result>(start);
  for (auto&& item : items) {
    total = operate<Result, '+'>("+", [](const auto& x, const auto& y) { return add(x, y); }, total, item);
  }
  return total;
}

/** Python's `sum(items)` of floats: the integer 0 when there are none. */
template <class Result, class Items> Result sum_of_floats(const Items& items) {
  double total = 0;
  bool any = false;
  for (const double item : items) {
    total += item;
    any = true;
  }
  return any ? Result(total) : Result(int64_t{0});
}

/** An operator on a number in a union. */
template <class Result, class Operator, class A> Result operate_unary(const char* sign, Operator use, const A& a) {
  return visit(
      [&](const auto& x) -> Result {
        if constexpr (detail::is_number<std::decay_t<decltype(x)>>) {
          if constexpr (requires { Result(use(x)); }) return Result(use(x));
        }
        throw TypeError(std::string("bad operand type for ") + sign + ": '" + name_of_type(x) + "'");
      },
      a);
}

/** Comparison where one side is a union or may be None, and the truth of a union. */
template <class A, class B> struct Mixed {
  static bool is_true(const A& a) {
    return visit([](const auto& held) { return py::is_true(held); }, a);
  }
  static bool eq(const A& a, const B& b) {
    return visit([&](const auto& x) { return visit([&](const auto& y) { return py::eq(x, y); }, b); }, a);
  }
  template <class Use> static bool ordered(const char* sign, Use use, const A& a, const B& b) {
    return visit(
        [&](const auto& x) {
          return visit(
              [&](const auto& y) -> bool {
                using X = std::decay_t<decltype(x)>;
                using Y = std::decay_t<decltype(y)>;
                if constexpr ((detail::is_number<X> && detail::is_number<Y>) ||
                              (!std::is_same_v<X, NoneType> && !is_union<X> && std::is_same_v<X, Y> &&
                               (detail::is_tuple<X> || requires { static_cast<bool>(x < y); }))) {
                  return use(x, y);
                } else {
                  throw TypeError(std::string("'") + sign + "' not supported between instances of '" + name_of_type(x) +
                                  "' and '" + name_of_type(y) + "'");
                }
              },
              b);
        },
        a);
  }
  static bool lt(const A& a, const B& b) {
    return ordered("<", [](const auto& x, const auto& y) { return py::lt(x, y); }, a, b);
  }
  static bool le(const A& a, const B& b) {
    return ordered("<=", [](const auto& x, const auto& y) { return py::le(x, y); }, a, b);
  }
  static bool gt(const A& a, const B& b) {
    return ordered(">", [](const auto& x, const auto& y) { return py::gt(x, y); }, a, b);
  }
  static bool ge(const A& a, const B& b) {
    return ordered(">=", [](const auto& x, const auto& y) { return py::ge(x, y); }, a, b);
  }
};

}  // namespace py
