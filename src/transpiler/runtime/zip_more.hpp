// requires: core, builtins, vartuple, generator
// zip(*rows), and zip of iterators that others go on with.
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

namespace py {

/** Python's `zip(*rows)`: the columns. */
template <class Rows> auto zip_all(Rows rows) {
  using T = iterated_type<iterated_type<Rows>>;
  list<list<T>> all;
  for (auto&& row : rows) all.append(to_list<T>(row));
  list<vartuple<T>> columns;
  if (all.empty()) return columns;
  for (int64_t i = 0;; ++i) {
    list<T> column;
    for (const auto& row : all) {
      if (i >= static_cast<int64_t>(row.size())) return columns;
      column.append(row[i]);
    }
    columns.append(vartuple<T>(column));
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
