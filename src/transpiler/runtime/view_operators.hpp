// requires: core, dict, set
// The keys and the items of a dict as sets.
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

template <class Items> inline constexpr bool is_dict_view = false;
template <class K, class V, View view> inline constexpr bool is_dict_view<dict_view<K, V, view>> = true;

template <class T, class Kept, class Items> set<T> those_within(const Kept& kept, const Items& items) {
  set<T> result;
  for (auto&& item : items) {
    if (const T value(item); kept.contains(value)) result.add(value);
  }
  return result;
}

}  // namespace detail

/** `view & other`, gone over in CPython's order. */
template <class T, class A, class B> set<T> view_and(const A& a, const B& b) {
  if constexpr (!detail::is_dict_view<A>) {
    return view_and<T>(b, a);
  } else if constexpr (detail::is_dict_view<B>) {
    return b.size() > a.size() ? detail::those_within<T>(b, a) : detail::those_within<T>(a, b);
  } else if constexpr (requires { b.isdisjoint(a); }) {
    return a.size() <= b.size() ? detail::those_within<T>(b, a) : detail::those_within<T>(a, b);
  } else {
    return detail::those_within<T>(a, b);
  }
}
template <class T, class A, class B> set<T> view_or(const A& a, const B& b) {
  set<T> result = set<T>::from(a);
  result.update(b);
  return result;
}
template <class T, class A, class B> set<T> view_sub(const A& a, const B& b) {
  set<T> result = set<T>::from(a);
  result.difference_update(b);
  return result;
}
template <class T, class A, class B> set<T> view_xor(const A& a, const B& b) {
  set<T> result = set<T>::from(a);
  result.symmetric_difference_update(b);
  return result;
}

}  // namespace py
