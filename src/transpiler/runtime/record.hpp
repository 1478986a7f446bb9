// requires: core, compare, tuple
// Named tuples: tuples that are written with the names of their items.
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

namespace py {

/** A tuple of `Names`, which has its name and those of its items. */
template <class Names, class... T> struct Record : std::tuple<T...> {
  using std::tuple<T...>::tuple;
};

namespace detail {

template <class Names, class... T> inline constexpr bool is_tuple<Record<Names, T...>> = true;

}  // namespace detail

template <class Names, class... T> struct Text<Record<Names, T...>> {
  static void repr(std::string& out, const Record<Names, T...>& values) {
    out += Names::name;
    out += '(';
    size_t i = 0;
    std::apply(
        [&](const auto&... value) {
          ((out += i ? ", " : "", out += Names::fields[i++], out += '=', write_repr(out, value)), ...);
        },
        static_cast<const std::tuple<T...>&>(values));
    out += ')';
  }
};

template <class Names, class... T> struct Hash<Record<Names, T...>> {
  static int64_t of(const Record<Names, T...>& values) { return hash(static_cast<const std::tuple<T...>&>(values)); }
};

}  // namespace py

template <class Names, class... T>
struct std::tuple_size<py::Record<Names, T...>> : std::integral_constant<size_t, sizeof...(T)> {};
template <size_t I, class Names, class... T> struct std::tuple_element<I, py::Record<Names, T...>> {
  using type = std::tuple_element_t<I, std::tuple<T...>>;
};
