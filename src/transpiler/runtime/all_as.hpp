// requires: core, exceptions, list, builtins, variant
// Going over a value that may be one of several things to go over.
#include <tuple>
#include <type_traits>

namespace py {

/** What any alternative of a union holds, as a list of a type that all of it fits in. */
template <class T, class Items> list<T> all_as(const Items& given) {
  return visit(
      [](const auto& items) {
        using Held = std::decay_t<decltype(items)>;
        list<T> result;
        if constexpr (detail::is_tuple<Held>) {
          std::apply([&](const auto&... item) { (result.append(convert<T>(item)), ...); }, items);
        } else if constexpr (std::is_arithmetic_v<Held> || std::is_same_v<Held, NoneType> || std::is_same_v<Held, Int>) {
          throw TypeError("'" + name_of_type(items) + "' object is not iterable");
        } else {
          for (auto&& item : items_of(items)) result.append(convert<T>(item));
        }
        return result;
      },
      given);
}

/** Rows of one type or of several, as lists of what any of them holds. */
template <class T, class Rows> list<list<T>> rows_of(const Rows& rows) {
  list<list<T>> result;
  for (const auto& row : rows) {
    if constexpr (detail::is_tuple<std::decay_t<decltype(row)>>) {
      list<T> items;
      std::apply([&](const auto&... item) { (items.append(convert<T>(item)), ...); }, row);
      result.append(items);
    } else {
      result.append(all_as<T>(row));
    }
  }
  return result;
}

}  // namespace py
