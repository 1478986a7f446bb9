// requires: core, dict, variant
// get() and pop() with a default of another type, and pairs that are lists.
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

namespace py {

/** Python's `d.get(key, absent)` where the result may be of either type. */
template <class T, class Dict, class Default>
T get_or(const Dict& values, const typename Dict::key_type& key, const Default& absent) {
  if (auto* found = values.find(key)) return convert<T>(*found);
  return convert<T>(absent);
}
/** Python's `d.pop(key, absent)` where the result may be of either type. */
template <class T, class Dict, class Default>
T pop_or(const Dict& values, const typename Dict::key_type& key, const Default& absent) {
  if (values.find(key)) return convert<T>(values.pop(key));
  return convert<T>(absent);
}

/** Pairs that are lists or tuples of any length, as tuples of two. */
template <class Items> auto pairs_of(const Items& items) {
  using T = typename Items::value_type::value_type;
  list<std::tuple<T, T>> pairs;
  int64_t at = 0;
  for (auto&& item : items) {
    if (item.size() != 2) {
      throw ValueError("dictionary update sequence element #" + std::to_string(at) + " has length " +
                       std::to_string(item.size()) + "; 2 is required");
    }
    pairs.append(std::tuple<T, T>(item[0], item[1]));
    ++at;
  }
  return pairs;
}

}  // namespace py
