// requires: core, exceptions, compare, list
// Python's set and frozenset, kept in CPython's own table so that they are gone over in the same order.
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace py {

namespace detail {

/** CPython's set table: same probing, same growth. */
template <class T> struct SetBody : Pooled {
  static constexpr int64_t unused = INT64_MIN, dummy = -1;
  static constexpr size_t linear_probes = 9;

  struct Entry {
    int64_t hash = unused;
    union {
      T key;
    };
    Entry() {}
    Entry(const Entry&) = delete;
    ~Entry() {}
    bool live() const { return hash != unused && hash != dummy; }
  };

  size_t refs = 1;
  Entry* table = new Entry[8];
  size_t mask = 7;
  size_t fill = 0;
  size_t used = 0;
  size_t finger = 0;

  SetBody() = default;
  SetBody(const SetBody&) = delete;
  SetBody& operator=(const SetBody&) = delete;
  ~SetBody() {
    drop_keys();
    delete[] table;
  }

  static int64_t hash_of(const T& key) {
    const int64_t hash = Hash<T>::of(key);
    return hash == unused || hash == dummy ? hash + 1 : hash;
  }

  Entry* find(const T& key, int64_t hash) const {
    size_t perturb = static_cast<size_t>(hash), i = perturb & mask;
    while (true) {
      Entry* entry = table + i;
      size_t probes = i + linear_probes <= mask ? linear_probes : 0;
      do {
        if (entry->hash == unused) return nullptr;
        if (entry->hash == hash && eq(entry->key, key)) return entry;
        ++entry;
      } while (probes--);
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask;
    }
  }
  Entry* find(const T& key) const { return find(key, hash_of(key)); }

  bool add(const T& key, int64_t hash) {
    size_t perturb = static_cast<size_t>(hash), i = perturb & mask;
    Entry* free_slot = nullptr;
    while (true) {
      Entry* entry = table + i;
      size_t probes = i + linear_probes <= mask ? linear_probes : 0;
      do {
        if (entry->hash == unused) {
          if (free_slot) entry = free_slot;
          new (&entry->key) T(key);
          entry->hash = hash;
          if (free_slot) {
            ++used;
            return true;
          }
          ++fill;
          ++used;
          if (fill * 5 >= mask * 3) resize(used > 50000 ? used * 2 : used * 4);
          return true;
        }
        if (entry->hash == hash && eq(entry->key, key)) return false;
        if (entry->hash == dummy) free_slot = entry;
        ++entry;
      } while (probes--);
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask;
    }
  }
  bool add(const T& key) { return add(key, hash_of(key)); }

  void remove(Entry* entry) {
    entry->key.~T();
    entry->hash = dummy;
    --used;
  }
  void clear() {
    drop_keys();
    delete[] table;
    table = new Entry[8];
    mask = 7;
    fill = used = finger = 0;
  }
  /** CPython's set_merge: keeps the order of `other` when this one is empty. */
  void merge(const SetBody& other) {
    if (&other == this || other.used == 0) return;
    if ((fill + other.used) * 5 >= mask * 3) resize((used + other.used) * 2);
    if (fill == 0 && mask == other.mask && other.fill == other.used) {
      for (size_t i = 0; i <= mask; ++i) {
        if (!other.table[i].live()) continue;
        new (&table[i].key) T(other.table[i].key);
        table[i].hash = other.table[i].hash;
      }
      fill = other.fill;
      used = other.used;
    } else if (fill == 0) {
      fill = used = other.used;
      for (size_t i = 0; i <= other.mask; ++i) {
        if (other.table[i].live()) insert_clean(table, mask, other.table[i].key, other.table[i].hash);
      }
    } else {
      for (size_t i = 0; i <= other.mask; ++i) {
        if (other.table[i].live()) add(other.table[i].key, other.table[i].hash);
      }
    }
  }
  /** The first live entry at or after `at`, which it moves there; null at the end. */
  Entry* next(size_t& at) const {
    for (; at <= mask; ++at) {
      if (table[at].live()) return table + at;
    }
    return nullptr;
  }
  void resize(size_t wanted) {
    size_t capacity = 8;
    while (capacity <= wanted) capacity <<= 1;
    auto* fresh = new Entry[capacity];
    for (size_t i = 0; i <= mask; ++i) {
      if (!table[i].live()) continue;
      insert_clean(fresh, capacity - 1, std::move(table[i].key), table[i].hash);
    }
    drop_keys();
    delete[] table;
    table = fresh;
    mask = capacity - 1;
    fill = used;
  }

 private:
  template <class Key> static void insert_clean(Entry* table, size_t mask, Key&& key, int64_t hash) {
    size_t perturb = static_cast<size_t>(hash), i = perturb & mask;
    while (true) {
      Entry* entry = table + i;
      const size_t probes = i + linear_probes <= mask ? linear_probes : 0;
      for (size_t j = 0; j <= probes; ++j, ++entry) {
        if (entry->hash != unused) continue;
        new (&entry->key) T(std::forward<Key>(key));
        entry->hash = hash;
        return;
      }
      perturb >>= 5;
      i = (i * 5 + 1 + perturb) & mask;
    }
  }
  void drop_keys() {
    if constexpr (!std::is_trivially_destructible_v<T>) {
      for (size_t i = 0; i <= mask; ++i) {
        if (table[i].live()) table[i].key.~T();
      }
    }
  }
};

/** What set and frozenset share. */
template <class T, class Self> class SetBase {
 public:
  using Body = SetBody<T>;
  using relocatable = void;
  using value_type = T;

  SetBase() : body_(new Body) {}
  template <class Items> static Self from(const Items& items) {
    Self result;
    add_all(*result.body_, items);
    return result;
  }

  size_t size() const { return body_->used; }
  size_t changes() const { return size(); }
  static constexpr const char* changed = "Set changed size during iteration";
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  bool empty() const { return body_->used == 0; }
  bool is(const SetBase& other) const { return body_.get() == other.body_.get(); }
  const void* identity() const { return body_.get(); }
  Body* body() const { return body_.get(); }
  bool contains(const T& value) const { return body_->find(value) != nullptr; }

  Self copy() const {
    Self result;
    result.body_->merge(*body_);
    return result;
  }
  template <class... Others> Self union_(const Others&... others) const {
    Self result = copy();
    (add_all(*result.body_, others), ...);
    return result;
  }
  template <class Other> Self intersection(const Other& other) const {
    Self result;
    if constexpr (is_set<Other>) {
      // CPython goes over the smaller one.
      const Body *small = other.body(), *large = body_.get();
      if (small->used > large->used) std::swap(small, large);
      size_t at = 0;
      for (auto* entry = small->next(at); entry; entry = small->next(++at)) {
        if (large->find(entry->key, entry->hash)) result.body_->add(entry->key, entry->hash);
      }
    } else {
      for (auto&& item : other) {
        const T key = static_cast<T>(item);
        if (contains(key)) result.body_->add(key);
      }
    }
    return result;
  }
  template <class Other, class... More> Self intersection(const Other& other, const More&... more) const {
    return intersection(other).intersection(more...);
  }
  template <class Other> Self difference(const Other& other) const {
    if constexpr (is_set<Other>) {
      // CPython removes the other's members from a copy when the other is much smaller.
      if ((body_->used >> 2) > other.size()) {
        Self result = copy();
        remove_all(*result.body_, other);
        return result;
      }
      Self result;
      size_t at = 0;
      for (auto* entry = body_->next(at); entry; entry = body_->next(++at)) {
        if (!other.body()->find(entry->key, entry->hash)) result.body_->add(entry->key, entry->hash);
      }
      return result;
    } else {
      Self result = copy();
      remove_all(*result.body_, other);
      return result;
    }
  }
  template <class Other, class... More> Self difference(const Other& other, const More&... more) const {
    return difference(other).difference(more...);
  }
  template <class Other> Self symmetric_difference(const Other& other) const {
    Self result = Self::from(other);
    toggle_all(*result.body_, *body_);
    return result;
  }
  template <class Other> bool isdisjoint(const Other& other) const {
    for (auto&& item : other) {
      if (contains(static_cast<T>(item))) return false;
    }
    return true;
  }
  template <class Other> bool issubset(const Other& other) const {
    if constexpr (is_set<Other>) {
      if (size() > other.size()) return false;
      size_t at = 0;
      for (auto* entry = body_->next(at); entry; entry = body_->next(++at)) {
        if (!other.body()->find(entry->key, entry->hash)) return false;
      }
      return true;
    } else {
      return issubset(set<T>::from(other));
    }
  }
  template <class Other> bool issuperset(const Other& other) const {
    for (auto&& item : other) {
      if (!contains(static_cast<T>(item))) return false;
    }
    return true;
  }

  template <class Other> friend Self operator|(const SetBase& a, const SetBase<T, Other>& b) { return a.union_(b); }
  template <class Other> friend Self operator&(const SetBase& a, const SetBase<T, Other>& b) { return a.intersection(b); }
  template <class Other> friend Self operator-(const SetBase& a, const SetBase<T, Other>& b) { return a.difference(b); }
  template <class Other> friend Self operator^(const SetBase& a, const SetBase<T, Other>& b) {
    return a.symmetric_difference(b);
  }
  template <class Other> friend bool operator==(const SetBase& a, const SetBase<T, Other>& b) {
    return a.size() == b.size() && a.issubset(b);
  }
  template <class Other> friend bool operator<=(const SetBase& a, const SetBase<T, Other>& b) { return a.issubset(b); }
  template <class Other> friend bool operator<(const SetBase& a, const SetBase<T, Other>& b) {
    return a.size() < b.size() && a.issubset(b);
  }
  template <class Other> friend bool operator>=(const SetBase& a, const SetBase<T, Other>& b) { return b.issubset(a); }
  template <class Other> friend bool operator>(const SetBase& a, const SetBase<T, Other>& b) {
    return b.size() < a.size() && b.issubset(a);
  }

  class iterator {
   public:
    explicit iterator(Handle<Body> body) : body_(std::move(body)), size_(body_->used) { entry_ = body_->next(at_); }
    const T& operator*() const { return entry_->key; }
    iterator& operator++() {
      if (body_->used != size_) [[unlikely]] raise_runtime_error(changed);
      entry_ = body_->next(++at_);
      return *this;
    }
    struct end {};
    bool operator!=(end) const { return entry_ != nullptr; }

   private:
    Handle<Body> body_;
    size_t at_ = 0;
    size_t size_;
    typename Body::Entry* entry_;
  };
  iterator begin() const { return iterator(body_); }
  typename iterator::end end() const { return {}; }

 protected:
  template <class Other>
  static constexpr bool is_set = std::is_base_of_v<SetBase<T, set<T>>, Other> || std::is_base_of_v<SetBase<T, frozenset<T>>, Other>;

  template <class Items> static void add_all(Body& body, const Items& items) {
    if constexpr (is_set<Items>) {
      body.merge(*items.body());
    } else {
      // For a dict CPython makes room beforehand.
      if constexpr (requires { items.body()->entries; }) {
        if ((body.fill + items.size()) * 5 >= body.mask * 3) body.resize((body.used + items.size()) * 2);
      }
      for (auto&& item : items) body.add(static_cast<T>(item));
    }
  }
  template <class Items> static void remove_all(Body& body, const Items& items) {
    for (auto&& item : items) {
      if (auto* entry = body.find(static_cast<T>(item))) body.remove(entry);
    }
    if (body.fill - body.used > body.mask / 5) body.resize(body.used > 50000 ? body.used * 2 : body.used * 4);
  }
  static void toggle_all(Body& body, const Body& others) {
    size_t at = 0;
    for (auto* entry = others.next(at); entry; entry = others.next(++at)) {
      if (auto* own = body.find(entry->key, entry->hash)) {
        body.remove(own);
      } else {
        body.add(entry->key, entry->hash);
      }
    }
  }

  template <class, class> friend class SetBase;
  Handle<Body> body_;
};

}  // namespace detail

/** Python's `set`. */
template <class T> class set : public detail::SetBase<T, set<T>> {
 public:
  set() = default;
  set(std::initializer_list<T> values) {
    for (const T& value : values) add(value);
  }
  /** A display of three or more constants, which CPython copies from a frozenset. */
  static set constant(std::initializer_list<T> values) { return set::from(frozenset<T>(values)); }

  void add(const T& value) const { this->body_->add(value); }
  void discard(const T& value) const {
    if (auto* entry = this->body_->find(value)) this->body_->remove(entry);
  }
  void remove(const T& value) const {
    auto* entry = this->body_->find(value);
    if (!entry) raise_key_error(value);
    this->body_->remove(entry);
  }
  T pop() const {
    auto& body = *this->body_;
    if (body.used == 0) throw KeyError("pop from an empty set");
    size_t at = body.finger & body.mask;
    while (!body.table[at].live()) at = at == body.mask ? 0 : at + 1;
    T value = body.table[at].key;
    body.remove(body.table + at);
    body.finger = at + 1;
    return value;
  }
  void clear() const { this->body_->clear(); }
  template <class... Others> void update(const Others&... others) const { (this->add_all(*this->body_, others), ...); }
  template <class Other> void intersection_update(const Other& other) const { take(this->intersection(other)); }
  template <class Other> void difference_update(const Other& other) const {
    if (static_cast<const void*>(&other) == this) return clear();
    const auto values = list<T>::from(other);
    this->remove_all(*this->body_, values);
  }
  template <class Other> void symmetric_difference_update(const Other& other) const {
    const set values = set::from(other);
    this->toggle_all(*this->body_, *values.body());
  }
  template <class Other> set& operator|=(const Other& other) {
    update(other);
    return *this;
  }
  template <class Other> set& operator&=(const Other& other) {
    intersection_update(other);
    return *this;
  }
  template <class Other> set& operator-=(const Other& other) {
    difference_update(other);
    return *this;
  }
  template <class Other> set& operator^=(const Other& other) {
    symmetric_difference_update(other);
    return *this;
  }

 private:
  void take(const set& other) const {
    std::swap(this->body_->table, other.body_->table);
    std::swap(this->body_->mask, other.body_->mask);
    std::swap(this->body_->fill, other.body_->fill);
    std::swap(this->body_->used, other.body_->used);
  }
};

/** Python's `frozenset`. */
template <class T> class frozenset : public detail::SetBase<T, frozenset<T>> {
 public:
  frozenset() = default;
  frozenset(std::initializer_list<T> values) {
    for (const T& value : values) this->body_->add(value);
  }
};

namespace detail {

template <class Set> void write_set(std::string& out, const Set& values) {
  out += '{';
  bool first = true;
  for (const auto& value : values) {
    if (!first) out += ", ";
    first = false;
    write_repr(out, value);
  }
  out += '}';
}

}  // namespace detail

template <class T> struct Text<set<T>> {
  static void repr(std::string& out, const set<T>& values) {
    if (values.empty()) {
      out += "set()";
    } else {
      detail::write_set(out, values);
    }
  }
};

template <class T> struct Text<frozenset<T>> {
  static void repr(std::string& out, const frozenset<T>& values) {
    out += "frozenset(";
    if (!values.empty()) detail::write_set(out, values);
    out += ')';
  }
};

/** CPython's hash of a frozenset. */
template <class T> struct Hash<frozenset<T>> {
  static int64_t of(const frozenset<T>& values) {
    const auto shuffle = [](uint64_t x) { return ((x ^ 89869747u) ^ (x << 16)) * 3644798167u; };
    const auto& body = *values.body();
    uint64_t state = 0;
    for (size_t i = 0; i <= body.mask; ++i) {
      if (body.table[i].live()) state ^= shuffle(static_cast<uint64_t>(body.table[i].hash));
    }
    state ^= (static_cast<uint64_t>(body.used) + 1) * 1927868237u;
    state ^= (state >> 11) ^ (state >> 25);
    state = state * 69069u + 907133923u;
    return state == ~uint64_t{0} ? 590923713 : static_cast<int64_t>(state);
  }
};

}  // namespace py
