// requires: core, exceptions, str, list, variant, str_methods
// str.join() of values that may be texts.
#include <string>
#include <type_traits>

namespace py {

/** Python's `separator.join(items)` where some items may be of another type. */
template <class Items> str join_any(const str& separator, const Items& items) {
  list<str> texts;
  for (const auto& item : items) {
    visit(
        [&](const auto& held) {
          if constexpr (std::is_same_v<std::decay_t<decltype(held)>, str>) texts.append(held);
          else
            throw TypeError("sequence item " + std::to_string(texts.size()) + ": expected str instance, " +
                            name_of_type(held) + " found");
        },
        item);
  }
  return separator.join(texts);
}

}  // namespace py
