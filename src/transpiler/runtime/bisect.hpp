// requires: core, exceptions, compare, list
// The module bisect.
#include <cstdint>
#include <optional>

namespace py::bisect {

template <class T, class X> int64_t bisect_left(const list<T>& values, const X& x, int64_t low = 0, std::optional<int64_t> high = {}) {
  if (low < 0) raise_value_error("lo must be non-negative");
  int64_t end = high.value_or(static_cast<int64_t>(values.size()));
  while (low < end) {
    const int64_t middle = low + (end - low) / 2;
    if (lt(values[middle], x)) low = middle + 1;
    else end = middle;
  }
  return low;
}
template <class T, class X> int64_t bisect_right(const list<T>& values, const X& x, int64_t low = 0, std::optional<int64_t> high = {}) {
  if (low < 0) raise_value_error("lo must be non-negative");
  int64_t end = high.value_or(static_cast<int64_t>(values.size()));
  while (low < end) {
    const int64_t middle = low + (end - low) / 2;
    if (lt(x, values[middle])) end = middle;
    else low = middle + 1;
  }
  return low;
}
template <class T, class X> int64_t bisect(const list<T>& values, const X& x, int64_t low = 0, std::optional<int64_t> high = {}) {
  return bisect_right(values, x, low, high);
}
/** With `key`, the value sought is compared to the keys. */
template <class T, class X, class Key>
int64_t bisect_left_key(const list<T>& values, const X& x, const Key& key, int64_t low = 0, std::optional<int64_t> high = {}) {
  if (low < 0) raise_value_error("lo must be non-negative");
  int64_t end = high.value_or(static_cast<int64_t>(values.size()));
  while (low < end) {
    const int64_t middle = low + (end - low) / 2;
    if (lt(key(values[middle]), x)) low = middle + 1;
    else end = middle;
  }
  return low;
}
template <class T, class X, class Key>
int64_t bisect_right_key(const list<T>& values, const X& x, const Key& key, int64_t low = 0, std::optional<int64_t> high = {}) {
  if (low < 0) raise_value_error("lo must be non-negative");
  int64_t end = high.value_or(static_cast<int64_t>(values.size()));
  while (low < end) {
    const int64_t middle = low + (end - low) / 2;
    if (lt(x, key(values[middle]))) end = middle;
    else low = middle + 1;
  }
  return low;
}
template <class T, class X, class Key> void insort_left_key(const list<T>& values, const X& x, const Key& key) {
  values.insert(bisect_left_key(values, key(x), key), x);
}
template <class T, class X, class Key> void insort_right_key(const list<T>& values, const X& x, const Key& key) {
  values.insert(bisect_right_key(values, key(x), key), x);
}
template <class T, class X> void insort_left(const list<T>& values, const X& x) { values.insert(bisect_left(values, x), x); }
template <class T, class X> void insort_right(const list<T>& values, const X& x) { values.insert(bisect_right(values, x), x); }
template <class T, class X> void insort(const list<T>& values, const X& x) { insort_right(values, x); }

}  // namespace py::bisect
