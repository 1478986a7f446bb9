// requires: core, builtins, sort, variant
// min() and max() with a default of another type.
namespace py {

/** Python's `min(items, default=absent)` where the result may be of either type. */
template <class T, class Items, class Default, class Key = detail::Itself>
T min_or(const Items& items, const Default& absent, const Key& key = {}) {
  const auto all = to_list(items);
  return all.empty() ? convert<T>(absent) : convert<T>(min_key(all, key));
}
template <class T, class Items, class Default, class Key = detail::Itself>
T max_or(const Items& items, const Default& absent, const Key& key = {}) {
  const auto all = to_list(items);
  return all.empty() ? convert<T>(absent) : convert<T>(max_key(all, key));
}

}  // namespace py
