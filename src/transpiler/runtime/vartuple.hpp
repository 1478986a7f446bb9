// requires: core, compare, list, slice
// A tuple whose length is known only at run time.
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace py {

/** Python's tuple of any number of values of one type. Immutable. */
template <class T> class vartuple {
 public:
  using value_type = T;

  vartuple() = default;
  vartuple(std::initializer_list<T> values) : values_(values) {}
  explicit vartuple(const list<T>& values) : values_(values.copy()) {}
  /** A tuple whose length is known, where one of any length is meant. */
  template <class... Items>
    requires(std::is_constructible_v<T, const Items&> && ...)
  vartuple(const std::tuple<Items...>& items) {
    std::apply([&](const auto&... item) { (values_.append(T(item)), ...); }, items);
  }
  template <class Items> static vartuple from(const Items& items) {
    vartuple result;
    result.values_ = list<T>::from(items);
    return result;
  }

  size_t size() const { return values_.size(); }
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  const T* data() const { return values_.data(); }
  const list<T>& values() const { return values_; }
  const T& operator[](int64_t i) const {
    const auto n = static_cast<int64_t>(size());
    if (i < 0) i += n;
    if (i < 0 || i >= n) [[unlikely]] raise_index_error("tuple index out of range");
    return values_.data()[i];
  }
  template <class U> bool contains(const U& value) const { return values_.contains(value); }
  template <class U> int64_t count(const U& value) const { return values_.count(value); }
  template <class U> int64_t index(const U& value, int64_t start = 0, int64_t end = INT64_MAX) const {
    const auto n = static_cast<int64_t>(size());
    if (start < 0) start = start + n < 0 ? 0 : start + n;
    if (end < 0) end += n;
    for (int64_t i = start; i < end && i < n; ++i) {
      if (eq(data()[i], value)) return i;
    }
    raise_value_error("tuple.index(x): x not in tuple");
  }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

  friend vartuple operator+(const vartuple& a, const vartuple& b) { return from(a.values_ + b.values_); }
  friend vartuple operator*(const vartuple& a, int64_t count) { return from(a.values_ * count); }
  friend vartuple operator*(int64_t count, const vartuple& a) { return from(a.values_ * count); }
  friend bool operator==(const vartuple& a, const vartuple& b) { return a.values_ == b.values_; }
  template <class... Items> friend bool operator==(const vartuple& a, const std::tuple<Items...>& b) {
    if (a.size() != sizeof...(Items)) return false;
    size_t i = 0;
    return std::apply([&](const auto&... item) { return (eq(a.data()[i++], item) && ...); }, b);
  }
  friend bool operator<(const vartuple& a, const vartuple& b) { return a.values_ < b.values_; }
  friend bool operator>(const vartuple& a, const vartuple& b) { return b < a; }
  friend bool operator<=(const vartuple& a, const vartuple& b) { return !(b < a); }
  friend bool operator>=(const vartuple& a, const vartuple& b) { return !(a < b); }

 private:
  list<T> values_;
};

/** The most arguments of a function that takes any number of them. */
inline constexpr int64_t ANY_NUMBER = INT64_MAX;

namespace detail {
template <class Items> void check_arguments(const Items& items, int64_t least, int64_t most) {
  const int64_t given = static_cast<int64_t>(items.size());
  if (given < least || given > most) [[unlikely]]
    throw TypeError("the function takes another number of arguments than it is given");
}
}  // namespace detail

/** One of the arguments that `*items` stands for in a call of a function that takes so many more. */
template <class Items> auto argument_of(const Items& items, int64_t i, int64_t least, int64_t most) {
  detail::check_arguments(items, least, most);
  return items[i];
}

/** The same for a parameter that has a default. */
template <class T, class Items, class Default>
T argument_or(const Items& items, int64_t i, int64_t least, int64_t most, const Default& absent) {
  detail::check_arguments(items, least, most);
  if (i < static_cast<int64_t>(items.size())) return T(items[i]);
  return T(absent);
}

/** Python's `t[start:stop:step]`. */
template <class T>
vartuple<T> slice(const vartuple<T>& values, std::optional<int64_t> start, std::optional<int64_t> stop = {},
                  std::optional<int64_t> step = {}) {
  return vartuple<T>(slice(values.values(), start, stop, step));
}

template <class T> struct Text<vartuple<T>> {
  static void repr(std::string& out, const vartuple<T>& values) {
    out += '(';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i) out += ", ";
      write_repr(out, values.data()[i]);
    }
    out += values.size() == 1 ? ",)" : ")";
  }
};

template <class T> struct Hash<vartuple<T>> {
  static int64_t of(const vartuple<T>& values) {
    constexpr uint64_t prime1 = 11400714785074694791u, prime2 = 14029467366897019727u, prime5 = 2870177450012600261u;
    uint64_t state = prime5;
    for (size_t i = 0; i < values.size(); ++i) {
      state += static_cast<uint64_t>(hash(values.data()[i])) * prime2;
      state = (state << 31 | state >> 33) * prime1;
    }
    state += values.size() ^ (prime5 ^ 3527539u);
    return state == ~uint64_t{0} ? 1546275796 : static_cast<int64_t>(state);
  }
};

}  // namespace py
