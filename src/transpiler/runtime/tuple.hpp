// requires: core, exceptions, compare
// Tuples are std::tuple; here is how they are written and hashed.
#include <cstdint>
#include <string>
#include <tuple>

namespace py {

template <class... T> struct Text<std::tuple<T...>> {
  static void repr(std::string& out, const std::tuple<T...>& values) {
    out += '(';
    size_t i = 0;
    std::apply([&](const auto&... value) { ((out += i++ ? ", " : "", write_repr(out, value)), ...); }, values);
    out += sizeof...(T) == 1 ? ",)" : ")";
  }
};

/** CPython's hash of a tuple. */
template <class... T> struct Hash<std::tuple<T...>> {
  static int64_t of(const std::tuple<T...>& values) {
    constexpr uint64_t prime1 = 11400714785074694791u, prime2 = 14029467366897019727u, prime5 = 2870177450012600261u;
    uint64_t state = prime5;
    std::apply(
        [&](const auto&... value) {
          ((state += static_cast<uint64_t>(hash(value)) * prime2, state = (state << 31 | state >> 33) * prime1), ...);
        },
        values);
    state += sizeof...(T) ^ (prime5 ^ 3527539u);
    return state == ~uint64_t{0} ? 1546275796 : static_cast<int64_t>(state);
  }
};

/** Python's `t[i]` for a tuple of values of one type. */
template <class First, class... Rest> First tuple_item(const std::tuple<First, Rest...>& values, int64_t i) {
  constexpr auto n = static_cast<int64_t>(1 + sizeof...(Rest));
  const int64_t at = i < 0 ? i + n : i;
  if (at < 0 || at >= n) raise_index_error("tuple index out of range");
  return std::apply(
      [&](const auto&... value) {
        const First* places[] = {&value...};
        return *places[at];
      },
      values);
}

}  // namespace py
