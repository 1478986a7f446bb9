// requires: core, compare, list, builtins, generator, iteration
// itertools.groupby.
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py::itertools {

/** `groupby(items, key)`; going on to the next group uses up what is left of the one before. */
template <class Items, class Key> auto groupby(Items items, Key key)
    -> generator<std::tuple<std::decay_t<decltype(key(std::declval<const iterated_type<Items>&>()))>, iterator<iterated_type<Items>>>> {
  using KeyType = std::decay_t<decltype(key(std::declval<const iterated_type<Items>&>()))>;
  using Item = iterated_type<Items>;
  std::optional<KeyType> current;
  list<Item> members;
  for (auto&& item : items_of(items)) {
    const KeyType next = key(item);
    if (current && !eq(*current, next)) {
      const auto group = iter(members);
      co_yield std::tuple<KeyType, iterator<Item>>(*current, group);
      while (group.next()) continue;
      members = list<Item>();
    }
    current = next;
    members.append(item);
  }
  if (!current) co_return;
  const auto group = iter(members);
  co_yield std::tuple<KeyType, iterator<Item>>(*current, group);
  while (group.next()) continue;
}
template <class Items> auto groupby(Items items) {
  return groupby(std::move(items), [](const iterated_type<Items>& item) { return item; });
}

}  // namespace py::itertools
