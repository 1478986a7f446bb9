// requires: core, builtins, vartuple, generator
// zip(*rows), and zip of iterators that others go on with.
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

namespace py {

/** Python's `zip(*rows)`: the columns; rows that are iterators, which may be one and the same, are asked in turn. */
template <class Rows> auto zip_all(Rows rows) {
  using Row = iterated_type<Rows>;
  using T = iterated_type<Row>;
  list<vartuple<T>> columns;
  const list<Row> all = to_list<Row>(rows);
  if (all.empty()) return columns;
  if constexpr (requires(const Row& row) { row.next(); }) {
    while (true) {
      list<T> column;
      for (const auto& row : all) {
        auto item = row.next();
        if (!item) return columns;
        column.append(*std::move(item));
      }
      columns.append(vartuple<T>(column));
    }
  } else {
    list<list<T>> lists;
    for (const auto& row : all) lists.append(to_list<T>(row));
    for (int64_t i = 0;; ++i) {
      list<T> column;
      for (const auto& each : lists) {
        if (i >= static_cast<int64_t>(each.size())) return columns;
        column.append(each[i]);
      }
      columns.append(vartuple<T>(column));
    }
  }
}

/** Python's `zip(...)` of iterators: each is asked in turn until one has no more. */
template <class... Iterators> generator<std::tuple<typename Iterators::value_type...>> zip_in_turn(Iterators... iterators) {
  while (true) {
    std::tuple<std::optional<typename Iterators::value_type>...> next;
    const bool all = [&]<size_t... I>(std::index_sequence<I...>) {
      return ([&] {
        std::get<I>(next) = iterators.next();
        return std::get<I>(next).has_value();
      }() && ...);
    }(std::index_sequence_for<Iterators...>());
    if (!all) co_return;
    co_yield std::apply(
        [](auto&... item) { return std::tuple<typename Iterators::value_type...>(std::move(*item)...); }, next);
  }
}

}  // namespace py
