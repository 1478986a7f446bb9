// requires: core, exceptions, str, dict
// str.maketrans(): tables for translate().
#include <cstdint>
#include <optional>

namespace py {

/** Python's `str.maketrans(from, to, deleted)`: a table of code points, absent values delete. */
template <class Str> dict<int64_t, std::optional<int64_t>> maketrans(const Str& from, const Str& to, const Str& deleted = Str()) {
  if (from.size() != to.size()) raise_value_error("the first two maketrans arguments must have equal length");
  dict<int64_t, std::optional<int64_t>> table;
  for (size_t i = 0; i < from.size(); ++i) table.set(from.point(i), static_cast<int64_t>(to.point(i)));
  for (size_t i = 0; i < deleted.size(); ++i) table.set(deleted.point(i), std::nullopt);
  return table;
}

/** Python's `str.maketrans(table)`: keys of one character become code points. */
template <class K, class V> dict<int64_t, V> maketrans_of(const dict<K, V>& given) {
  dict<int64_t, V> table;
  for (auto&& [key, value] : given.items()) {
    if constexpr (std::is_integral_v<K>) {
      table.set(key, value);
    } else {
      if (key.size() != 1) raise_value_error("string keys in translate table must be of length 1");
      table.set(key.point(0), value);
    }
  }
  return table;
}

}  // namespace py
