// requires: core, exceptions, list, dict, tuple, builtins
// functools.reduce and the memory behind lru_cache and cache.
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py::functools {

template <class Function, class Items, class Start> Start reduce(const Function& function, const Items& items, Start total) {
  for (auto&& item : items_of(items)) total = static_cast<Start>(function(total, item));
  return total;
}
template <class Function, class Items> iterated_type<Items> reduce(const Function& function, const Items& items) {
  std::optional<iterated_type<Items>> total;
  for (auto&& item : items_of(items)) {
    total = total ? static_cast<iterated_type<Items>>(function(*total, item)) : static_cast<iterated_type<Items>>(item);
  }
  if (!total) throw TypeError("reduce() of empty iterable with no initial value");
  return *total;
}

/** What `cmp_to_key` makes of a value: it is less where the comparison says so. */
template <class T, class Compare> struct CompareKey {
  T value;
  const Compare* compare;
  friend bool operator<(const CompareKey& a, const CompareKey& b) { return (*a.compare)(a.value, b.value) < 0; }
};
template <class T, class Compare> auto cmp_to_key(const Compare& compare) {
  return [compare](const T& value) { return CompareKey<T, Compare>{value, &compare}; };
}

/** Results by arguments: the memory of a function under `@cache`. */
template <class Result, class... Arguments> class memory {
 public:
  /** The remembered result, or what `compute` gives now. */
  template <class Compute> Result get(const Compute& compute, const Arguments&... arguments) {
    const Key key(arguments...);
    if (auto* found = results_.find(key)) return *found;
    Result result = compute();
    results_.set(key, result);
    return result;
  }
  void cache_clear() { results_.clear(); }

 private:
  using Key = std::tuple<Arguments...>;
  dict<Key, Result> results_;
};

}  // namespace py::functools
