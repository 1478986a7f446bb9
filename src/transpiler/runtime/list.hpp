// requires: core, exceptions, compare
// Python's list: a shared, growing array.
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

/** The growing array behind a list. */
template <class T> struct ListBody : Pooled {
  size_t refs = 1;
  T* first = nullptr;
  T* last = nullptr;
  T* limit = nullptr;
  bool in_repr = false;

  ListBody() = default;
  ListBody(const ListBody&) = delete;
  ListBody& operator=(const ListBody&) = delete;
  ~ListBody() {
    clear();
    Pool::release(first, bytes());
  }

  size_t size() const { return static_cast<size_t>(last - first); }
  void clear() {
    if constexpr (!std::is_trivially_destructible_v<T>) {
      while (last != first) (--last)->~T();
    }
    last = first;
  }
  void reserve(size_t capacity) {
    if (capacity > static_cast<size_t>(limit - first)) move_to(capacity);
  }
  /** Room for so many more; grows by half at least, so that many small steps cost no more than one large one. */
  void make_room(size_t count) {
    const auto used = static_cast<size_t>(last - first), room = static_cast<size_t>(limit - first);
    if (used + count > room) move_to(used + count > room + room / 2 ? used + count : room + room / 2);
  }
  template <class... Arguments> void push(Arguments&&... arguments) {
    if (last == limit) [[unlikely]] {
      // The argument may live in this very array, so it is made before the array moves.
      push_grown(T(std::forward<Arguments>(arguments)...));
    } else {
      new (last) T(std::forward<Arguments>(arguments)...);
      ++last;
    }
  }
  /** Adds so many copies, for which there is room; `value` is none of this array's. */
  void fill(size_t count, const T& value) {
    for (T* const end = last + count; last != end; ++last) new (last) T(value);
  }
  /** Adds copies of values, for which there is room. */
  void copy(const T* values, size_t count) {
    if constexpr (std::is_trivially_copyable_v<T>) {
      if (count) std::memcpy(static_cast<void*>(last), static_cast<const void*>(values), count * sizeof(T));
      last += count;
    } else {
      for (T* const end = last + count; last != end; ++last, ++values) new (last) T(*values);
    }
  }
  /** Opens a gap of `count` uninitialised places at `at`. */
  T* open(size_t at, size_t count) {
    const size_t old_size = size();
    if (old_size + count > static_cast<size_t>(limit - first)) move_to(old_size + count + (old_size >> 1));
    relocate(first + at + count, first + at, old_size - at);
    last += count;
    return first + at;
  }
  /** Closes a gap of `count` places at `at` whose values are destroyed already. */
  void close(size_t at, size_t count) {
    relocate(first + at, first + at + count, size() - at - count);
    last -= count;
  }

 private:
  size_t bytes() const { return static_cast<size_t>(limit - first) * sizeof(T); }
  static void relocate(T* to, T* from, size_t count) {
    if constexpr (is_relocatable<T>) {
      if (count) std::memmove(static_cast<void*>(to), static_cast<const void*>(from), count * sizeof(T));
    } else if (to < from) {
      for (size_t i = 0; i < count; ++i) {
        new (to + i) T(std::move(from[i]));
        from[i].~T();
      }
    } else {
      for (size_t i = count; i-- > 0;) {
        new (to + i) T(std::move(from[i]));
        from[i].~T();
      }
    }
  }
#if !defined(_MSC_VER)
  [[gnu::noinline]]
#endif
  // By value: a sum that is added to the list need not outlive a call, which no register for floats does.
  void push_grown(T value) {
    const size_t count = size();
    move_to(count < 4 ? sizeof(T) > 64 ? 4 : 8 : count * 2);
    new (last) T(std::move(value));
    ++last;
  }
  void move_to(size_t capacity) {
    const size_t count = size();
    T* memory;
    if constexpr (is_relocatable<T>) {
      memory = static_cast<T*>(Pool::resize(first, bytes(), capacity * sizeof(T), count * sizeof(T)));
    } else {
      memory = static_cast<T*>(Pool::resize(nullptr, 0, capacity * sizeof(T), 0));
      relocate(memory, first, count);
      Pool::release(first, bytes());
    }
    first = memory;
    last = memory + count;
    limit = memory + capacity;
  }
};

}  // namespace detail

/** Python's `list`: copies of the handle share the values. */
template <class T> class list {
 public:
  using value_type = T;
  using relocatable = void;

  list() : body_(new detail::ListBody<T>) {}
  list(std::initializer_list<T> values) : list() {
    body_->reserve(values.size());
    for (const T& value : values) body_->push(value);
  }
  /** `count` times `value`. */
  static list filled(int64_t count, const T& value) {
    list result;
    if (count > 0) result.resize(count, value);
    return result;
  }
  /** `list(iterable)`. */
  template <class Items> static list from(Items&& items) {
    list result;
    if constexpr (requires { items.__length_hint__(); }) result.reserve(items.__length_hint__());
    for (auto&& item : items) result.body_->push(static_cast<T>(item));
    return result;
  }

  size_t size() const { return body_->size(); }
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  bool empty() const { return body_->first == body_->last; }
  T* data() const { return body_->first; }
  void reserve(int64_t count) { body_->reserve(static_cast<size_t>(count)); }
  void resize(int64_t count, const T& value) {
    const auto wanted = static_cast<size_t>(count);
    body_->reserve(wanted);
    if (size() < wanted) body_->fill(wanted - size(), value);
    while (size() > wanted) pop();
  }
  /** True when both are the same list, `a is b`. */
  bool is(const list& other) const { return body_.get() == other.body_.get(); }
  const void* identity() const { return body_.get(); }

  /** The value at `i`, which may count from the end. */
  T& operator[](int64_t i) const {
    const auto n = static_cast<size_t>(body_->last - body_->first);
    if (static_cast<uint64_t>(i) >= n) [[unlikely]] i = wrap(i, n, "list index out of range");
    return body_->first[i];
  }
  /** The value at a place that is known to exist. */
  T& unchecked_at(int64_t i) const { return body_->first[i]; }
  /** `xs[i] = value`. */
  void set(int64_t i, T value) const {
    const auto n = static_cast<size_t>(body_->last - body_->first);
    if (static_cast<uint64_t>(i) >= n) [[unlikely]] i = wrap(i, n, "list assignment index out of range");
    body_->first[i] = std::move(value);
  }
  /** The place to which `xs[i] op= value` writes. */
  T& item(int64_t i) const { return (*this)[i]; }

  void append(const T& value) const { body_->push(value); }
  void append(T&& value) const { body_->push(std::move(value)); }
  template <class Items> void extend(const Items& items) const {
    if constexpr (std::is_same_v<Items, list>) {
      const size_t count = items.size();
      body_->make_room(count);
      body_->copy(items.body_->first, count);
    } else {
      for (auto&& item : items) body_->push(static_cast<T>(item));
    }
  }
  T pop() const {
    if (empty()) [[unlikely]] raise_index_error("pop from empty list");
    T value = std::move(*--body_->last);
    body_->last->~T();
    return value;
  }
  T pop(int64_t i) const {
    if (empty()) [[unlikely]] raise_index_error("pop from empty list");
    i = wrap(i, size(), "pop index out of range");
    T value = std::move(body_->first[i]);
    erase(static_cast<size_t>(i), 1);
    return value;
  }
  void insert(int64_t i, T value) const {
    const auto n = static_cast<int64_t>(size());
    if (i < 0) i = i + n < 0 ? 0 : i + n;
    if (i > n) i = n;
    new (body_->open(static_cast<size_t>(i), 1)) T(std::move(value));
  }
  template <class U> void remove(const U& value) const {
    for (size_t i = 0; i < size(); ++i) {
      if (eq(body_->first[i], value)) return erase(i, 1);
    }
    raise_value_error("list.remove(x): x not in list");
  }
  template <class U> int64_t index(const U& value, int64_t start = 0, int64_t end = INT64_MAX) const {
    const auto n = static_cast<int64_t>(size());
    if (start < 0) start = start + n < 0 ? 0 : start + n;
    if (end < 0) end += n;
    for (int64_t i = start; i < end && i < static_cast<int64_t>(size()); ++i) {
      if (eq(body_->first[i], value)) return i;
    }
    std::string message;
    write_repr(message, value);
    throw ValueError(message + " is not in list");
  }
  template <class U> int64_t count(const U& value) const {
    int64_t found = 0;
    for (size_t i = 0; i < size(); ++i) found += eq(body_->first[i], value);
    return found;
  }
  template <class U> bool contains(const U& value) const {
    for (size_t i = 0; i < size(); ++i) {
      if (eq(body_->first[i], value)) return true;
    }
    return false;
  }
  void reverse() const {
    if (empty()) return;
    for (T *a = body_->first, *b = body_->last - 1; a < b; ++a, --b) std::swap(*a, *b);
  }
  void clear() const { body_->clear(); }
  list copy() const {
    list result;
    result.extend(*this);
    return result;
  }
  void sort() const;
  void sort(bool reverse) const;
  template <class Key> void sort_key(Key key, bool reverse = false) const;
  template <class Key>
    requires std::is_invocable_v<Key, const T&>
  void sort(Key key, bool reverse = false) const {
    sort_key(key, reverse);
  }

  /** Removes `count` values from `at`, both known to be in range. */
  void erase(size_t at, size_t count) const {
    for (size_t i = 0; i < count; ++i) body_->first[at + i].~T();
    body_->close(at, count);
  }
  /** Puts the values of `items` at `at`, which is known to be in range. */
  void insert_all(size_t at, const list& items) const {
    T* place = body_->open(at, items.size());
    for (size_t i = 0; i < items.size(); ++i) new (place + i) T(items.body_->first[i]);
  }

  list& operator+=(const list& other) {
    extend(other);
    return *this;
  }
  template <class Items> list& operator+=(const Items& other) {
    extend(other);
    return *this;
  }
  friend list operator+(const list& a, const list& b) {
    list result;
    result.reserve(static_cast<int64_t>(a.size() + b.size()));
    result.extend(a);
    result.extend(b);
    return result;
  }
  friend list operator*(const list& values, int64_t count) {
    list result;
    if (count <= 0) return result;
    result.reserve(static_cast<int64_t>(values.size()) * count);
    if (values.size() == 1) {
      result.body_->fill(static_cast<size_t>(count), *values.data());
      return result;
    }
    for (int64_t i = 0; i < count; ++i) result.extend(values);
    return result;
  }
  friend list operator*(int64_t count, const list& values) { return values * count; }
  list& operator*=(int64_t count) {
    const list once = copy();
    if (count <= 0) clear();
    for (int64_t i = 1; i < count; ++i) extend(once);
    return *this;
  }

  /** Goes by index, so that a list may change while it is gone over, as in Python. */
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = T*;
    using reference = T&;

    explicit iterator(const Handle<detail::ListBody<T>>& body) : body_(body) {}
    T& operator*() const { return body_->first[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    struct end {};
    bool operator!=(end) const { return at_ < static_cast<size_t>(body_->last - body_->first); }
    bool operator==(end) const { return !(*this != end{}); }

   private:
    Handle<detail::ListBody<T>> body_;
    size_t at_ = 0;
  };
  iterator begin() const { return iterator(body_); }
  typename iterator::end end() const { return {}; }

  detail::ListBody<T>* body() const { return body_.get(); }

 private:
  static int64_t wrap(int64_t i, size_t n, const char* message) {
    if (i < 0) i += static_cast<int64_t>(n);
    if (static_cast<uint64_t>(i) >= n) [[unlikely]] raise_index_error(message);
    return i;
  }

  Handle<detail::ListBody<T>> body_;
};

template <class A, class B> bool operator==(const list<A>& a, const list<B>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!eq(a.data()[i], b.data()[i])) return false;
  }
  return true;
}
template <class A, class B> bool operator<(const list<A>& a, const list<B>& b) {
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!eq(a.data()[i], b.data()[i])) return lt(a.data()[i], b.data()[i]);
  }
  return a.size() < b.size();
}
template <class A, class B> bool operator>(const list<A>& a, const list<B>& b) { return b < a; }
template <class A, class B> bool operator<=(const list<A>& a, const list<B>& b) { return !(b < a); }
template <class A, class B> bool operator>=(const list<A>& a, const list<B>& b) { return !(a < b); }

template <class T> struct Text<list<T>> {
  static void repr(std::string& out, const list<T>& values) {
    if (values.body()->in_repr) {
      out += "[...]";
      return;
    }
    values.body()->in_repr = true;
    out += '[';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i) out += ", ";
      write_repr(out, values.data()[i]);
    }
    out += ']';
    values.body()->in_repr = false;
  }
};

}  // namespace py
