// requires: core, exceptions, compare, list, dict, tuple, sort
// collections.defaultdict, Counter and OrderedDict.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

namespace py {

/** Python's `collections.defaultdict`; `make` gives the value of a missing key. Copies of the handle share the entries. */
template <class K, class V> class defaultdict : public dict<K, V> {
 public:
  using Make = std::function<V()>;

  defaultdict() = default;
  explicit defaultdict(Make make) : make_(std::make_shared<const Make>(std::move(make))) {}
  template <class Items> defaultdict(Make make, const Items& items) : defaultdict(std::move(make)) { this->update(items); }

  V& operator[](const K& key) const {
    const uint64_t hash = dict<K, V>::Body::hash_of(key);
    if (auto* entry = this->body_->find(key, hash)) return entry->value;
    return add_missing(key, hash);
  }
  V& item(const K& key) const { return (*this)[key]; }
  defaultdict copy() const {
    defaultdict result(*make_);
    result.update(*this);
    return result;
  }

 private:
  PY_COLD V& add_missing(const K& key, uint64_t hash) const {
    V value = (*make_)();
    // What makes the value may have added the key by itself.
    if (auto* entry = this->body_->find(key, hash)) return entry->value = std::move(value);
    return this->body_->add(key, hash, std::move(value))->value;
  }

  std::shared_ptr<const Make> make_;
};

/** Writes `defaultdict(<class 'int'>, {...})` by the type of the values. */
template <class K, class V> struct Text<defaultdict<K, V>> {
  static void repr(std::string& out, const defaultdict<K, V>& values) {
    out += "defaultdict(<class '";
    out += name(static_cast<const V*>(nullptr));
    out += "'>, ";
    detail::write_dict(out, *values.body());
    out += ')';
  }

 private:
  static const char* name(const bool*) { return "bool"; }
  static const char* name(const int64_t*) { return "int"; }
  static const char* name(const double*) { return "float"; }
  template <class T> static const char* name(const list<T>*) { return "list"; }
  template <class T> static const char* name(const set<T>*) { return "set"; }
  template <class A, class B> static const char* name(const dict<A, B>*) { return "dict"; }
  static const char* name(const str*) { return "str"; }
  static const char* name(const void*) { return "object"; }
};

/** Python's `collections.Counter`. */
template <class K> class Counter : public dict<K, int64_t> {
  using Base = dict<K, int64_t>;

 public:
  Counter() = default;
  Counter(std::initializer_list<std::pair<K, int64_t>> entries) : Base(entries) {}
  template <class Items> static Counter from(const Items& items) {
    Counter result;
    result.update(items);
    return result;
  }

  /** A missing key counts as 0 and is not added. */
  int64_t operator[](const K& key) const {
    auto* found = this->find(key);
    return found ? *found : 0;
  }
  /** The place to which `c[key] op= n` writes. */
  int64_t& item(const K& key) const {
    const uint64_t hash = Base::Body::hash_of(key);
    if (auto* entry = this->body_->find(key, hash)) return entry->value;
    return this->body_->add(key, hash, int64_t{0})->value;
  }
  template <class Items> void update(const Items& items) const { count_all(items, 1); }
  template <class Items> void subtract(const Items& items) const { count_all(items, -1); }
  Counter copy() const { return from(*this); }
  int64_t total() const {
    int64_t sum = 0;
    for (int64_t count : this->values()) sum += count;
    return sum;
  }
  list<K> elements() const {
    list<K> all;
    for (auto&& [key, count] : this->items()) {
      for (int64_t i = 0; i < count; ++i) all.append(key);
    }
    return all;
  }
  list<std::tuple<K, int64_t>> most_common(int64_t limit = -1) const {
    list<std::tuple<K, int64_t>> all;
    for (auto&& [key, count] : this->items()) all.append({key, count});
    detail::sort_by(all, [](const std::tuple<K, int64_t>& item) { return std::get<1>(item); }, true);
    while (limit >= 0 && static_cast<int64_t>(all.size()) > limit) all.pop();
    return all;
  }

  friend Counter operator+(const Counter& a, const Counter& b) {
    return merge(a, b, [](int64_t x, int64_t y) { return x + y; });
  }
  friend Counter operator-(const Counter& a, const Counter& b) {
    return merge(a, b, [](int64_t x, int64_t y) { return x - y; });
  }
  friend Counter operator|(const Counter& a, const Counter& b) {
    return merge(a, b, [](int64_t x, int64_t y) { return x > y ? x : y; });
  }
  friend Counter operator&(const Counter& a, const Counter& b) {
    Counter result;
    for (auto&& [key, count] : a.items()) {
      const int64_t least = count < b[key] ? count : b[key];
      if (least > 0) result.set(key, least);
    }
    return result;
  }
  /** Those that count more, or less, than nothing. */
  Counter operator+() const { return merge(*this, Counter(), [](int64_t x, int64_t) { return x; }); }
  Counter operator-() const { return merge(*this, Counter(), [](int64_t x, int64_t) { return -x; }); }
  /** True when no key counts more here. */
  friend bool operator<=(const Counter& a, const Counter& b) {
    for (auto&& [key, count] : a.items()) {
      if (count > b[key]) return false;
    }
    for (auto&& [key, count] : b.items()) {
      if (a[key] > count) return false;
    }
    return true;
  }
  friend bool operator>=(const Counter& a, const Counter& b) { return b <= a; }
  friend bool operator<(const Counter& a, const Counter& b) { return a <= b && !(a == b); }
  friend bool operator>(const Counter& a, const Counter& b) { return b < a; }
  Counter& operator+=(const Counter& other) { return keep(*this + other); }
  Counter& operator-=(const Counter& other) { return keep(*this - other); }
  Counter& operator|=(const Counter& other) { return keep(*this | other); }
  Counter& operator&=(const Counter& other) { return keep(*this & other); }
  friend bool operator==(const Counter& a, const Counter& b) {
    for (auto&& [key, count] : a.items()) {
      if (b[key] != count) return false;
    }
    for (auto&& [key, count] : b.items()) {
      if (a[key] != count) return false;
    }
    return true;
  }

 private:
  template <class Items> void count_all(const Items& items, int64_t sign) const {
    if constexpr (requires { typename Items::mapped_type; }) {
      for (auto&& [key, count] : items.items()) item(key) += sign * static_cast<int64_t>(count);
    } else {
      for (auto&& key : items) item(static_cast<K>(key)) += sign;
    }
  }
  template <class Join> static Counter merge(const Counter& a, const Counter& b, Join join) {
    Counter result;
    for (auto&& [key, count] : a.items()) {
      const int64_t joined = join(count, b[key]);
      if (joined > 0) result.set(key, joined);
    }
    for (auto&& [key, count] : b.items()) {
      if (a.contains(key)) continue;
      const int64_t joined = join(int64_t{0}, count);
      if (joined > 0) result.set(key, joined);
    }
    return result;
  }
  Counter& keep(const Counter& kept) {
    const Counter values = kept.copy();
    this->clear();
    for (auto&& [key, count] : values.items()) {
      if (count > 0) this->set(key, count);
    }
    return *this;
  }
};

/** `del counter[key]`, also of a key that is absent. */
template <class K> void del_item(const Counter<K>& counter, const std::type_identity_t<K>& key) {
  if (counter.contains(key)) counter.remove(key);
}

/** True when no key counts more in the first than in the second; one that is missing counts as 0. */
template <class K> bool counts_within(const Counter<K>& a, const Counter<K>& b) {
  for (auto&& [key, count] : a.items()) {
    if (count > b[key]) return false;
  }
  for (auto&& [key, count] : b.items()) {
    if (a[key] > count) return false;
  }
  return true;
}
template <class K> bool counts_equal(const Counter<K>& a, const Counter<K>& b) {
  return counts_within(a, b) && counts_within(b, a);
}
template <class K> bool counts_below(const Counter<K>& a, const Counter<K>& b) {
  return counts_within(a, b) && !counts_within(b, a);
}

template <class K> struct Text<Counter<K>> {
  static void repr(std::string& out, const Counter<K>& counter) {
    if (counter.empty()) {
      out += "Counter()";
      return;
    }
    out += "Counter({";
    bool first = true;
    for (const auto& [key, count] : counter.most_common()) {
      if (!first) out += ", ";
      first = false;
      write_repr(out, key);
      out += ": ";
      write_repr(out, count);
    }
    out += "})";
  }
};

/** Python's `collections.OrderedDict`. */
template <class K, class V> class OrderedDict : public dict<K, V> {
 public:
  using dict<K, V>::dict;
  template <class Items> static OrderedDict from(const Items& items) {
    OrderedDict result;
    result.update(items);
    return result;
  }
  OrderedDict copy() const { return from(*this); }
  friend OrderedDict operator|(const OrderedDict& a, const OrderedDict& b) {
    OrderedDict result = a.copy();
    result.update(b);
    return result;
  }
  /** The order counts, unlike between dicts. */
  friend bool operator==(const OrderedDict& a, const OrderedDict& b) {
    return list<std::tuple<K, V>>::from(a.items()) == list<std::tuple<K, V>>::from(b.items());
  }
};

template <class K, class V> struct Text<OrderedDict<K, V>> {
  static void repr(std::string& out, const OrderedDict<K, V>& values) {
    out += "OrderedDict(";
    if (!values.empty()) write_repr(out, list<std::tuple<K, V>>::from(values.items()));
    out += ')';
  }
};

}  // namespace py
