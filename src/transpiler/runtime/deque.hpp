// requires: core, exceptions, compare, list, numbers
// collections.deque: a shared ring of values.
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

namespace py {

namespace detail {

template <class T> struct DequeBody {
  size_t refs = 1;
  std::deque<std::conditional_t<std::is_same_v<T, bool>, char, T>> values;
  std::optional<int64_t> limit;
  // Counts changes, so that going over a deque that changes is noticed.
  size_t changes = 0;
};

}  // namespace detail

/** Python's `collections.deque`. */
template <class T> class deque {
  using Body = detail::DequeBody<T>;

 public:
  using value_type = T;

  deque() : body_(new Body) {}
  deque(std::initializer_list<T> values) : deque() {
    for (const T& value : values) body_->values.push_back(value);
  }
  template <class Items> static deque from(const Items& items, std::optional<int64_t> limit = {}) {
    deque result;
    result.body_->limit = limit;
    result.extend(items);
    return result;
  }

  size_t size() const { return body_->values.size(); }
  size_t changes() const { return body_->changes; }
  static constexpr const char* changed = "deque mutated during iteration";
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  bool empty() const { return body_->values.empty(); }
  bool is(const deque& other) const { return body_.get() == other.body_.get(); }
  std::optional<int64_t> maxlen() const { return body_->limit; }
  auto& operator[](int64_t i) const { return body_->values[wrap(i)]; }
  auto& item(int64_t i) const { return (*this)[i]; }
  void set(int64_t i, const T& value) const { body_->values[wrap(i)] = value; }

  void append(const T& value) const {
    ++body_->changes;
    body_->values.push_back(value);
    if (body_->limit && len() > *body_->limit) body_->values.pop_front();
  }
  void appendleft(const T& value) const {
    ++body_->changes;
    body_->values.push_front(value);
    if (body_->limit && len() > *body_->limit) body_->values.pop_back();
  }
  T pop() const {
    if (empty()) raise_index_error("pop from an empty deque");
    ++body_->changes;
    T value = std::move(body_->values.back());
    body_->values.pop_back();
    return value;
  }
  T popleft() const {
    if (empty()) raise_index_error("pop from an empty deque");
    ++body_->changes;
    T value = std::move(body_->values.front());
    body_->values.pop_front();
    return value;
  }
  template <class Items> void extend(const Items& items) const {
    const auto values = list<T>::from(items);
    for (const auto& value : values) append(value);
  }
  template <class Items> void extendleft(const Items& items) const {
    const auto values = list<T>::from(items);
    for (const auto& value : values) appendleft(value);
  }
  void clear() const {
    ++body_->changes;
    body_->values.clear();
  }
  deque copy() const { return from(*this, body_->limit); }
  void rotate(int64_t count = 1) const {
    const int64_t n = len();
    if (n == 0) return;
    ++body_->changes;
    count %= n;
    for (; count > 0; --count) {
      body_->values.push_front(std::move(body_->values.back()));
      body_->values.pop_back();
    }
    for (; count < 0; ++count) {
      body_->values.push_back(std::move(body_->values.front()));
      body_->values.pop_front();
    }
  }
  void reverse() const {
    for (size_t i = 0, j = size(); i + 1 < j; ++i) std::swap(body_->values[i], body_->values[--j]);
  }
  template <class U> bool contains(const U& value) const {
    for (const auto& held : body_->values) {
      if (eq(held, value)) return true;
    }
    return false;
  }
  template <class U> int64_t count(const U& value) const {
    int64_t found = 0;
    for (const auto& held : body_->values) found += eq(held, value);
    return found;
  }
  template <class U> int64_t index(const U& value, int64_t start = 0, int64_t end = INT64_MAX) const {
    if (start < 0) start = start + len() < 0 ? 0 : start + len();
    if (end < 0) end += len();
    for (int64_t i = start; i < end && i < len(); ++i) {
      if (eq(body_->values[static_cast<size_t>(i)], value)) return i;
    }
    std::string message;
    write_repr(message, value);
    throw ValueError(message + " is not in deque");
  }
  template <class U> void remove(const U& value) const {
    for (size_t i = 0; i < size(); ++i) {
      if (!eq(body_->values[i], value)) continue;
      ++body_->changes;
      body_->values.erase(body_->values.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
    std::string message;
    write_repr(message, value);
    throw ValueError(message + " is not in deque");
  }
  void insert(int64_t i, const T& value) const {
    const int64_t n = len();
    if (body_->limit && n >= *body_->limit) raise_index_error("deque already at its maximum size");
    if (i < 0) i = i + n < 0 ? 0 : i + n;
    if (i > n) i = n;
    ++body_->changes;
    body_->values.insert(body_->values.begin() + i, value);
  }
  template <class Items> deque& operator+=(const Items& items) {
    extend(items);
    return *this;
  }

  friend deque operator+(const deque& a, const deque& b) {
    deque result = a.copy();
    result.extend(b);
    return result;
  }
  friend deque operator*(const deque& a, int64_t count) {
    deque result;
    result.body_->limit = a.body_->limit;
    for (int64_t i = 0; i < count; ++i) result.extend(a);
    return result;
  }

  class iterator {
   public:
    explicit iterator(Handle<Body> body) : body_(std::move(body)), changes_(body_->changes) {}
    auto& operator*() const { return body_->values[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    struct end {};
    bool operator!=(end) const {
      if (body_->changes != changes_) [[unlikely]] raise_runtime_error(changed);
      return at_ < body_->values.size();
    }

   private:
    Handle<Body> body_;
    size_t at_ = 0;
    size_t changes_;
  };
  iterator begin() const { return iterator(body_); }
  typename iterator::end end() const { return {}; }

  friend bool operator==(const deque& a, const deque& b) { return list<T>::from(a) == list<T>::from(b); }
  friend bool operator<(const deque& a, const deque& b) { return list<T>::from(a) < list<T>::from(b); }
  friend bool operator>(const deque& a, const deque& b) { return b < a; }
  friend bool operator<=(const deque& a, const deque& b) { return !(b < a); }
  friend bool operator>=(const deque& a, const deque& b) { return !(a < b); }

 private:
  int64_t len() const { return static_cast<int64_t>(size()); }
  size_t wrap(int64_t i) const {
    if (i < 0) i += len();
    if (i < 0 || i >= len()) raise_index_error("deque index out of range");
    return static_cast<size_t>(i);
  }

  Handle<Body> body_;
};

template <class T> struct Text<deque<T>> {
  static void repr(std::string& out, const deque<T>& values) {
    out += "deque([";
    bool first = true;
    for (const auto& value : values) {
      if (!first) out += ", ";
      first = false;
      write_repr(out, static_cast<const T&>(value));
    }
    out += ']';
    if (values.maxlen()) {
      out += ", maxlen=";
      write_repr(out, *values.maxlen());
    }
    out += ')';
  }
};

/** `del values[i]`. */
template <class T> void del_item(const deque<T>& values, int64_t i) {
  values.rotate(-i);
  values.popleft();
  values.rotate(i);
}

}  // namespace py
