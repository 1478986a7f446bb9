// requires: core, exceptions, compare, list, sort
// The module heapq, step for step as CPython's.
#include <cstdint>
#include <utility>

namespace py::heapq {

namespace detail {

template <class T> void sift_down(const list<T>& heap, int64_t start, int64_t at) {
  T item = std::move(heap.data()[at]);
  while (at > start) {
    const int64_t parent = (at - 1) >> 1;
    if (!lt(item, heap.data()[parent])) break;
    heap.data()[at] = std::move(heap.data()[parent]);
    at = parent;
  }
  heap.data()[at] = std::move(item);
}

template <class T> void sift_up(const list<T>& heap, int64_t at) {
  const auto end = static_cast<int64_t>(heap.size());
  const int64_t start = at;
  T item = std::move(heap.data()[at]);
  for (int64_t child = 2 * at + 1; child < end; child = 2 * at + 1) {
    if (child + 1 < end && !lt(heap.data()[child], heap.data()[child + 1])) ++child;
    heap.data()[at] = std::move(heap.data()[child]);
    at = child;
  }
  heap.data()[at] = std::move(item);
  sift_down(heap, start, at);
}

}  // namespace detail

template <class T> void heappush(const list<T>& heap, const T& item) {
  heap.append(item);
  detail::sift_down(heap, 0, static_cast<int64_t>(heap.size()) - 1);
}
template <class T> T heappop(const list<T>& heap) {
  if (heap.empty()) raise_index_error("index out of range");
  T last = heap.pop();
  if (heap.empty()) return last;
  std::swap(last, heap.data()[0]);
  detail::sift_up(heap, 0);
  return last;
}
template <class T> void heapify(const list<T>& heap) {
  for (int64_t i = static_cast<int64_t>(heap.size()) / 2 - 1; i >= 0; --i) detail::sift_up(heap, i);
}
template <class T> T heapreplace(const list<T>& heap, T item) {
  if (heap.empty()) raise_index_error("index out of range");
  std::swap(item, heap.data()[0]);
  detail::sift_up(heap, 0);
  return item;
}
template <class T> T heappushpop(const list<T>& heap, T item) {
  if (!heap.empty() && lt(heap.data()[0], item)) {
    std::swap(item, heap.data()[0]);
    detail::sift_up(heap, 0);
  }
  return item;
}
template <class Items> auto nsmallest(int64_t count, const Items& items) {
  auto sorted_items = sorted(items);
  while (static_cast<int64_t>(sorted_items.size()) > (count < 0 ? 0 : count)) sorted_items.pop();
  return sorted_items;
}
template <class Items, class Key> auto nsmallest(int64_t count, const Items& items, const Key& key) {
  auto sorted_items = sorted(items, key);
  while (static_cast<int64_t>(sorted_items.size()) > (count < 0 ? 0 : count)) sorted_items.pop();
  return sorted_items;
}
template <class Items> auto nlargest(int64_t count, const Items& items) {
  auto sorted_items = sorted(items, true);
  while (static_cast<int64_t>(sorted_items.size()) > (count < 0 ? 0 : count)) sorted_items.pop();
  return sorted_items;
}
template <class Items, class Key> auto nlargest(int64_t count, const Items& items, const Key& key) {
  auto sorted_items = sorted(items, key, true);
  while (static_cast<int64_t>(sorted_items.size()) > (count < 0 ? 0 : count)) sorted_items.pop();
  return sorted_items;
}
/** The items of several sorted sequences in order. */
template <class First, class... Rest> auto merge(const First& first, const Rest&... rest) {
  auto all = list<typename First::value_type>::from(first);
  (all.extend(rest), ...);
  all.sort();
  return all;
}

}  // namespace py::heapq
