// requires: core, exceptions, compare
// Values of a few different types in one variable: std::variant.
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace py {

template <class... T> struct Text<std::variant<T...>> {
  static void repr(std::string& out, const std::variant<T...>& value) {
    std::visit([&](const auto& held) { write_repr(out, held); }, value);
  }
  static void str(std::string& out, const std::variant<T...>& value) {
    std::visit([&](const auto& held) { write_str(out, held); }, value);
  }
};

template <class... T> struct Hash<std::variant<T...>> {
  static int64_t of(const std::variant<T...>& value) {
    return std::visit([](const auto& held) { return hash(held); }, value);
  }
};

/** Python's equality across the types that a variant may hold. */
template <class... A, class... B> bool eq(const std::variant<A...>& a, const std::variant<B...>& b) {
  return std::visit([](const auto& x, const auto& y) { return eq(x, y); }, a, b);
}
template <class... A, class B> bool eq(const std::variant<A...>& a, const B& b) {
  return std::visit([&](const auto& x) { return eq(x, b); }, a);
}
template <class A, class... B> bool eq(const A& a, const std::variant<B...>& b) { return eq(b, a); }

/** Python's order across those types; TypeError where there is none. */
template <class... A, class... B> bool lt(const std::variant<A...>& a, const std::variant<B...>& b) {
  return std::visit(
      [](const auto& x, const auto& y) -> bool {
        if constexpr (requires { static_cast<bool>(x < y); }) {
          return lt(x, y);
        } else {
          throw TypeError("'<' not supported between instances of different types");
        }
      },
      a, b);
}

/** Python's `isinstance(value, T)`. */
template <class T, class... U> bool holds(const std::variant<U...>& value) { return std::holds_alternative<T>(value); }

}  // namespace py
