// requires: core, exceptions, compare, arithmetic, list, tuple, vartuple, builtins, generator
// The module itertools, each function a generator.
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace py::itertools {

template <class T = int64_t> generator<T> count(T start = 0, T step = 1) {
  for (T value = start;; value = add(value, step)) co_yield value;
}
template <class Items> generator<iterated_type<Items>> cycle(Items items) {
  const auto pool = to_list(items);
  while (!pool.empty()) {
    for (const auto& item : pool) co_yield item;
  }
}
template <class T> generator<T> repeat(T value) {
  while (true) co_yield value;
}
template <class T> generator<T> repeat(T value, int64_t times) {
  for (int64_t i = 0; i < times; ++i) co_yield value;
}
template <class Items> generator<iterated_type<Items>> accumulate(Items items) {
  std::optional<iterated_type<Items>> total;
  for (auto&& item : items_of(items)) {
    total = total ? static_cast<iterated_type<Items>>(add(*total, item)) : static_cast<iterated_type<Items>>(item);
    co_yield *total;
  }
}
template <class Items, class Function> generator<iterated_type<Items>> accumulate(Items items, Function function) {
  std::optional<iterated_type<Items>> total;
  for (auto&& item : items_of(items)) {
    total = total ? static_cast<iterated_type<Items>>(function(*total, item)) : static_cast<iterated_type<Items>>(item);
    co_yield *total;
  }
}
template <class Items, class Function, class Start> generator<Start> accumulate(Items items, Function function, Start total) {
  co_yield total;
  for (auto&& item : items_of(items)) {
    total = static_cast<Start>(function(total, item));
    co_yield total;
  }
}
template <class First, class... Rest> generator<iterated_type<First>> chain(First first, Rest... rest) {
  for (auto&& item : items_of(first)) co_yield item;
  if constexpr (sizeof...(rest) > 0) {
    for (auto&& item : chain(rest...)) co_yield static_cast<iterated_type<First>>(item);
  }
}
template <class Items> generator<iterated_type<iterated_type<Items>>> chain_from_iterable(Items groups) {
  for (auto&& group : items_of(groups)) {
    const auto kept = group;
    for (auto&& item : items_of(kept)) co_yield item;
  }
}
template <class Items, class Selectors> generator<iterated_type<Items>> compress(Items items, Selectors selectors) {
  auto choice = selectors.begin();
  const auto end = selectors.end();
  for (auto&& item : items_of(items)) {
    if (!(choice != end)) co_return;
    if (is_true(*choice)) co_yield item;
    ++choice;
  }
}
template <class Function, class Items> generator<iterated_type<Items>> dropwhile(Function function, Items items) {
  bool dropping = true;
  for (auto&& item : items_of(items)) {
    dropping = dropping && is_true(function(item));
    if (!dropping) co_yield item;
  }
}
template <class Function, class Items> generator<iterated_type<Items>> takewhile(Function function, Items items) {
  for (auto&& item : items_of(items)) {
    if (!is_true(function(item))) co_return;
    co_yield item;
  }
}
template <class Function, class Items> generator<iterated_type<Items>> filterfalse(Function function, Items items) {
  for (auto&& item : items_of(items)) {
    if (!is_true(function(item))) co_yield item;
  }
}
template <class Items>
generator<iterated_type<Items>> islice(Items items, std::optional<int64_t> start, std::optional<int64_t> stop,
                                       std::optional<int64_t> step = {}) {
  if (stop && *stop < 0) raise_value_error("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.");
  int64_t next = start.value_or(0), at = 0;
  const int64_t end = stop.value_or(std::numeric_limits<int64_t>::max());
  if constexpr (requires { items.next(); }) {
    // Others see how far an iterator has moved on: also over what lies in front of the first item and behind the last.
    while (true) {
      for (; at < next; ++at) {
        if (!items.next()) co_return;
      }
      if (at >= end) co_return;
      auto item = items.next();
      if (!item) co_return;
      ++at;
      co_yield *std::move(item);
      next = end - next > step.value_or(1) ? next + step.value_or(1) : end;
    }
  } else {
    if (next >= end) co_return;
    for (auto&& item : items_of(items)) {
      if (at++ != next) continue;
      co_yield item;
      if (end - next <= step.value_or(1)) co_return;
      next += step.value_or(1);
    }
  }
}
template <class Items> auto islice(Items items, std::optional<int64_t> stop) { return islice(std::move(items), 0, stop); }
template <class Items> generator<std::tuple<iterated_type<Items>, iterated_type<Items>>> pairwise(Items items) {
  std::optional<iterated_type<Items>> previous;
  for (auto&& item : items_of(items)) {
    if (previous) co_yield std::tuple<iterated_type<Items>, iterated_type<Items>>(*previous, item);
    previous = item;
  }
}
template <class Function, class Items> auto starmap(Function function, Items items)
    -> generator<std::decay_t<decltype(std::apply(function, std::declval<const iterated_type<Items>&>()))>> {
  for (auto&& item : items_of(items)) co_yield std::apply(function, item);
}
template <class... Items> generator<std::tuple<iterated_type<Items>...>> product(Items... given) {
  const auto pools = std::tuple(to_list(given)...);
  constexpr size_t n = sizeof...(Items);
  const std::array<int64_t, n> sizes = std::apply([](const auto&... pool) { return std::array<int64_t, n>{len(pool)...}; }, pools);
  for (const int64_t size : sizes) {
    if (size == 0) co_return;
  }
  std::array<int64_t, n> places{};
  while (true) {
    co_yield [&]<size_t... I>(std::index_sequence<I...>) {
      return std::tuple<iterated_type<Items>...>(std::get<I>(pools)[places[I]]...);
    }(std::make_index_sequence<n>());
    size_t i = n;
    while (i > 0 && ++places[i - 1] == sizes[i - 1]) places[--i] = 0;
    if (i == 0) co_return;
  }
}
/** `product(*groups)`. */
template <class T> generator<vartuple<T>> product_all(list<list<T>> pools) {
  for (const auto& pool : pools) {
    if (pool.empty()) co_return;
  }
  std::vector<int64_t> places(pools.size());
  while (true) {
    list<T> values;
    for (size_t i = 0; i < places.size(); ++i) values.append(pools.data()[i][places[i]]);
    co_yield vartuple<T>::from(values);
    size_t i = places.size();
    while (i > 0 && ++places[i - 1] == len(pools.data()[i - 1])) places[--i] = 0;
    if (i == 0) co_return;
  }
}

namespace detail {

template <class T> vartuple<T> picked(const list<T>& pool, const std::vector<int64_t>& places) {
  list<T> values;
  for (const int64_t place : places) values.append(pool[place]);
  return vartuple<T>::from(values);
}

}  // namespace detail

/** `product(items, repeat=count)`. */
template <class Items> generator<vartuple<iterated_type<Items>>> product_repeat(Items items, int64_t count) {
  const auto pool = to_list(items);
  std::vector<int64_t> places(static_cast<size_t>(count));
  if (pool.empty() && count > 0) co_return;
  while (true) {
    co_yield detail::picked(pool, places);
    size_t i = places.size();
    while (i > 0 && ++places[i - 1] == static_cast<int64_t>(pool.size())) places[--i] = 0;
    if (i == 0) co_return;
  }
}
template <class Items> generator<vartuple<iterated_type<Items>>> combinations(Items items, int64_t r) {
  if (r < 0) raise_value_error("r must be non-negative");
  const auto pool = to_list(items);
  const auto n = static_cast<int64_t>(pool.size());
  if (r > n) co_return;
  std::vector<int64_t> places;
  for (int64_t i = 0; i < r; ++i) places.push_back(i);
  while (true) {
    co_yield detail::picked(pool, places);
    int64_t i = r - 1;
    while (i >= 0 && places[static_cast<size_t>(i)] == i + n - r) --i;
    if (i < 0) co_return;
    ++places[static_cast<size_t>(i)];
    for (int64_t j = i + 1; j < r; ++j) places[static_cast<size_t>(j)] = places[static_cast<size_t>(j - 1)] + 1;
  }
}
template <class Items> generator<vartuple<iterated_type<Items>>> combinations_with_replacement(Items items, int64_t r) {
  if (r < 0) raise_value_error("r must be non-negative");
  const auto pool = to_list(items);
  const auto n = static_cast<int64_t>(pool.size());
  if (n == 0 && r > 0) co_return;
  std::vector<int64_t> places(static_cast<size_t>(r));
  while (true) {
    co_yield detail::picked(pool, places);
    int64_t i = r - 1;
    while (i >= 0 && places[static_cast<size_t>(i)] == n - 1) --i;
    if (i < 0) co_return;
    const int64_t next = places[static_cast<size_t>(i)] + 1;
    for (int64_t j = i; j < r; ++j) places[static_cast<size_t>(j)] = next;
  }
}
template <class Items> generator<vartuple<iterated_type<Items>>> permutations(Items items, std::optional<int64_t> length = {}) {
  const auto pool = to_list(items);
  const auto n = static_cast<int64_t>(pool.size());
  const int64_t r = length.value_or(n);
  if (r < 0) raise_value_error("r must be non-negative");
  if (r > n) co_return;
  std::vector<int64_t> order, turns;
  for (int64_t i = 0; i < n; ++i) order.push_back(i);
  for (int64_t i = 0; i < r; ++i) turns.push_back(n - i);
  while (true) {
    co_yield detail::picked(pool, std::vector<int64_t>(order.begin(), order.begin() + r));
    int64_t i = r - 1;
    for (; i >= 0; --i) {
      const auto at = static_cast<size_t>(i);
      if (--turns[at] == 0) {
        const int64_t first = order[at];
        order.erase(order.begin() + i);
        order.push_back(first);
        turns[at] = n - i;
      } else {
        std::swap(order[at], order[static_cast<size_t>(n - turns[at])]);
        break;
      }
    }
    if (i < 0) co_return;
  }
}
/** `zip_longest(a, b, fillvalue=absent)`. */
template <class A, class B, class Absent>
generator<std::tuple<iterated_type<A>, iterated_type<B>>> zip_longest(A first, B second, Absent absent) {
  const auto a = to_list(first);
  const auto b = to_list(second);
  for (int64_t i = 0; i < len(a) || i < len(b); ++i) {
    co_yield std::tuple<iterated_type<A>, iterated_type<B>>(i < len(a) ? a[i] : static_cast<iterated_type<A>>(absent),
                                                            i < len(b) ? b[i] : static_cast<iterated_type<B>>(absent));
  }
}

}  // namespace py::itertools
