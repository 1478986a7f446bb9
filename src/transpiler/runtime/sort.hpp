// requires: core, exceptions, compare, list
// Stable sorting: list.sort(), sorted(), min() and max().
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

/** Sorts [first, last) stably; `room` holds half as many values. */
template <class T, class Less> void merge_sort(T* first, T* last, T* room, const Less& less) {
  const auto count = last - first;
  if (count <= 12) {
    for (T* next = first + 1; next < last; ++next) {
      if (!less(*next, next[-1])) continue;
      T value = std::move(*next);
      T* hole = next;
      do {
        *hole = std::move(hole[-1]);
        --hole;
      } while (hole != first && less(value, hole[-1]));
      *hole = std::move(value);
    }
    return;
  }
  T* middle = first + count / 2;
  merge_sort(first, middle, room, less);
  merge_sort(middle, last, room, less);
  if (!less(*middle, middle[-1])) return;
  T* left_end = room;
  for (T* next = first; next != middle; ++next) *left_end++ = std::move(*next);
  T *left = room, *right = middle, *target = first;
  while (left != left_end && right != last) {
    if (less(*right, *left)) {
      *target++ = std::move(*right++);
    } else {
      *target++ = std::move(*left++);
    }
  }
  while (left != left_end) *target++ = std::move(*left++);
}

template <class T, class Less> void stable_sort(T* first, T* last, const Less& less) {
  if (last - first < 2) return;
  T* sorted_end = first + 1;
  while (sorted_end != last && !less(*sorted_end, sorted_end[-1])) ++sorted_end;
  if (sorted_end == last) return;
  const auto half = static_cast<size_t>((last - first) / 2);
  if constexpr (std::is_default_constructible_v<T>) {
    const std::unique_ptr<T[]> room(new T[half]);
    merge_sort(first, last, room.get(), less);
  } else {
    ListBody<T> room;
    for (size_t i = 0; i < half; ++i) room.push(first[i]);
    merge_sort(first, last, room.first, less);
  }
}

/** Sorts by the keys, each computed once; equal ones keep their order, also when reversed. */
template <class T, class Key> void sort_by(const list<T>& values, const Key& key, bool reverse) {
  using KeyType = std::decay_t<decltype(key(values.data()[0]))>;
  struct Keyed {
    KeyType key;
    T value;
  };
  ListBody<Keyed> keyed;
  keyed.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) keyed.push(Keyed{key(values.data()[i]), values.data()[i]});
  if (reverse) {
    stable_sort(keyed.first, keyed.last, [](const Keyed& a, const Keyed& b) { return lt(b.key, a.key); });
  } else {
    stable_sort(keyed.first, keyed.last, [](const Keyed& a, const Keyed& b) { return lt(a.key, b.key); });
  }
  for (size_t i = 0; i < values.size(); ++i) values.data()[i] = std::move(keyed.first[i].value);
}

/** True for values that cannot be told apart where they are equal, integers and tuples of them: their order is none to keep. */
template <class T> inline constexpr bool equal_are_same = std::is_integral_v<T>;
template <class... T> inline constexpr bool equal_are_same<std::tuple<T...>> = (std::is_integral_v<T> && ...);

/** What going over `Items` gives. */
template <class Items> using item_type = std::decay_t<decltype(*std::declval<Items&>().begin())>;

}  // namespace detail

template <class T> void list<T>::sort() const {
  const auto less = [](const T& a, const T& b) { return lt(a, b); };
  if constexpr (detail::equal_are_same<T>) {
    if (!std::is_sorted(body_->first, body_->last, less)) std::sort(body_->first, body_->last, less);
  } else {
    detail::stable_sort(body_->first, body_->last, less);
  }
}
template <class T> void list<T>::sort(bool reverse) const {
  if (!reverse) return sort();
  detail::stable_sort(body_->first, body_->last, [](const T& a, const T& b) { return lt(b, a); });
}
template <class T> template <class Key> void list<T>::sort_key(Key key, bool reverse) const {
  // As in CPython, the list is empty as long as keys are worked out, and what is put into it meanwhile is an error.
  const list taken;
  const auto exchange = [&] {
    std::swap(body_->first, taken.body_->first);
    std::swap(body_->last, taken.body_->last);
    std::swap(body_->limit, taken.body_->limit);
  };
  exchange();
  {
    const Finally restored(exchange);
    detail::sort_by(taken, key, reverse);
  }
  if (taken.body_->first) raise_value_error("list modified during sort");
}

/** Python's `sorted(items, reverse=...)`. */
template <class Items> auto sorted(const Items& items, bool reverse = false) {
  auto values = list<typename Items::value_type>::from(items);
  values.sort(reverse);
  return values;
}
/** Python's `sorted(items, key=..., reverse=...)`. */
template <class Items, class Key>
  requires std::is_invocable_v<Key, const typename Items::value_type&>
auto sorted(const Items& items, const Key& key, bool reverse = false) {
  auto values = list<typename Items::value_type>::from(items);
  detail::sort_by(values, key, reverse);
  return values;
}

namespace detail {

/** The first item that no other comes before; `before(a, b)` compares keys. */
template <class Items, class Key, class Before> auto select(const Items& items, const Key& key, const Before& before) {
  using T = typename Items::value_type;
  std::optional<T> best;
  std::optional<std::decay_t<decltype(key(std::declval<const T&>()))>> best_key;
  for (auto&& item : items) {
    auto item_key = key(item);
    if (!best_key || before(item_key, *best_key)) {
      best.emplace(item);
      best_key.emplace(std::move(item_key));
    }
  }
  return best;
}

struct Itself {
  template <class T> T operator()(const T& value) const { return value; }
};
struct Before {
  template <class A, class B> bool operator()(const A& a, const B& b) const { return lt(a, b); }
};
struct After {
  template <class A, class B> bool operator()(const A& a, const B& b) const { return lt(b, a); }
};

template <class T> T selected(std::optional<T>&& found, const char* message) {
  if (!found) raise_value_error(message);
  return std::move(*found);
}

template <class T> concept Iterable = requires(const T& items) {
  typename T::value_type;
  items.begin();
} && !is_optional<T>;

}  // namespace detail

/** Python's `min(items)`. */
template <detail::Iterable Items> auto min(const Items& items) {
  return detail::selected(detail::select(items, detail::Itself(), detail::Before()), "min() arg is an empty sequence");
}
template <detail::Iterable Items> auto max(const Items& items) {
  return detail::selected(detail::select(items, detail::Itself(), detail::After()), "max() arg is an empty sequence");
}

/** Python's `min(a, b, ...)`; plain numbers of different types give a float. */
template <class A, class B> std::common_type_t<A, B> min(const A& a, const B& b) {
  if constexpr (std::is_integral_v<A> && std::is_integral_v<B>) {
    const std::common_type_t<A, B> x = a, y = b;
    return y < x ? y : x;
  }
  if (lt(b, a)) return static_cast<std::common_type_t<A, B>>(b);
  return static_cast<std::common_type_t<A, B>>(a);
}
template <class A, class B> std::common_type_t<A, B> max(const A& a, const B& b) {
  if constexpr (std::is_integral_v<A> && std::is_integral_v<B>) {
    const std::common_type_t<A, B> x = a, y = b;
    return x < y ? y : x;
  }
  if (lt(a, b)) return static_cast<std::common_type_t<A, B>>(b);
  return static_cast<std::common_type_t<A, B>>(a);
}
template <class A, class B, class C, class... Rest> auto min(const A& a, const B& b, const C& c, const Rest&... rest) {
  return min(min(a, b), c, rest...);
}
template <class A, class B, class C, class... Rest> auto max(const A& a, const B& b, const C& c, const Rest&... rest) {
  return max(max(a, b), c, rest...);
}

/** Python's `min(items, key=...)`. */
template <class Items, class Key> auto min_key(const Items& items, const Key& key) {
  return detail::selected(detail::select(items, key, detail::Before()), "min() arg is an empty sequence");
}
template <class Items, class Key> auto max_key(const Items& items, const Key& key) {
  return detail::selected(detail::select(items, key, detail::After()), "max() arg is an empty sequence");
}
template <class Items, class Key, class Default> auto min_key_default(const Items& items, const Key& key, const Default& absent) {
  auto found = detail::select(items, key, detail::Before());
  return found ? std::move(*found) : static_cast<typename Items::value_type>(absent);
}
template <class Items, class Key, class Default> auto max_key_default(const Items& items, const Key& key, const Default& absent) {
  auto found = detail::select(items, key, detail::After());
  return found ? std::move(*found) : static_cast<typename Items::value_type>(absent);
}
/** Python's `min(items, default=...)`. */
template <class Items, class Default> auto min_default(const Items& items, const Default& absent) {
  return min_key_default(items, detail::Itself(), absent);
}
template <class Items, class Default> auto max_default(const Items& items, const Default& absent) {
  return max_key_default(items, detail::Itself(), absent);
}

}  // namespace py
