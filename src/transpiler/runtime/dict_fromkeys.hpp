// requires: core, dict
// dict.fromkeys().

namespace py {

/** Python's `dict.fromkeys(keys, value)`. */
template <class Dict, class Items> Dict dict_fromkeys(const Items& items, const typename Dict::mapped_type& value) {
  Dict result;
  for (auto&& item : items) result.set(static_cast<typename Dict::key_type>(item), value);
  return result;
}

}  // namespace py
