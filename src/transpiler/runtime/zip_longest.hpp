// requires: core, list, generator, variant, vartuple, iteration
// itertools.zip_longest and heapq.merge, whose types the caller knows.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace py {

/** Rows of lists side by side, `fill` where one has ended. */
template <class Row, class Fill, class... Lists>
generator<Row> zip_longest_of(Fill fill, std::tuple<Lists...> lists) {
  const size_t length = std::apply([](const auto&... each) { return std::max({each.size()...}); }, lists);
  for (size_t i = 0; i < length; ++i) {
    Row row = [&]<size_t... At>(std::index_sequence<At...>) {
      return Row((i < std::get<At>(lists).size() ? convert<std::tuple_element_t<At, Row>>(std::get<At>(lists).data()[i])
                                                 : convert<std::tuple_element_t<At, Row>>(fill))...);
    }(std::index_sequence_for<Lists...>());
    co_yield row;
  }
}

/** Python's `zip_longest(*rows, fillvalue=fill)`; iterators, which may be one and the same, are asked in turn. */
template <class T, class Rows, class Fill> generator<vartuple<T>> zip_longest_all(Rows rows, Fill fill) {
  using Iterator = decltype(iter(std::declval<const iterated_type<Rows>&>()));
  std::vector<std::optional<Iterator>> iterators;
  for (auto&& row : rows) iterators.emplace_back(iter(row));
  size_t open = iterators.size();
  while (open > 0) {
    list<T> column;
    for (auto& each : iterators) {
      auto item = each ? each->next() : std::nullopt;
      if (each && !item) {
        each.reset();
        if (--open == 0) co_return;
      }
      column.append(item ? convert<T>(*item) : convert<T>(fill));
    }
    co_yield vartuple<T>(column);
  }
}

/** The smallest of the first items of all lists, again and again; of equal ones that of the first list. */
template <class T> generator<T> merge_sorted(std::vector<list<T>> lists) {
  std::vector<size_t> next(lists.size(), 0);
  while (true) {
    size_t best = lists.size();
    for (size_t i = 0; i < lists.size(); ++i) {
      if (next[i] == lists[i].size()) continue;
      if (best == lists.size() || lt(lists[i].data()[next[i]], lists[best].data()[next[best]])) best = i;
    }
    if (best == lists.size()) co_return;
    const T item = lists[best].data()[next[best]++];
    co_yield item;
  }
}

/** Python's `heapq.merge(..., key=..., reverse=...)`. */
template <class T, class Key> generator<T> merge_sorted_by(std::vector<list<T>> lists, Key key, bool reverse) {
  std::vector<size_t> places(lists.size());
  while (true) {
    size_t best = lists.size();
    for (size_t i = 0; i < lists.size(); ++i) {
      if (places[i] == lists[i].size()) continue;
      const T& item = lists[i].data()[places[i]];
      if (best == lists.size()) {
        best = i;
        continue;
      }
      const T& chosen = lists[best].data()[places[best]];
      if (reverse ? lt(key(chosen), key(item)) : lt(key(item), key(chosen))) best = i;
    }
    if (best == lists.size()) co_return;
    co_yield lists[best].data()[places[best]++];
  }
}

}  // namespace py
