// requires: core, exceptions, compare, list, tuple
// Python's dict: entries in order of insertion, found through an open-addressing index.
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

/** One key with its value; `live` is false once it is deleted. */
template <class K, class V, bool = std::is_integral_v<K>> struct DictEntry : Relocatable<K, V> {
  uint64_t hash;
  K key;
  V value;
  bool live = true;

  DictEntry(uint64_t hash, const K& key, V&& value) : hash(hash), key(key), value(std::move(value)) {}
  uint64_t hash_of_key() const { return hash; }
};

/** An integer is its own hash. */
template <class K, class V> struct DictEntry<K, V, true> : Relocatable<V> {
  K key;
  V value;
  bool live = true;

  DictEntry(uint64_t, const K& key, V&& value) : key(key), value(std::move(value)) {}
  uint64_t hash_of_key() const { return static_cast<uint64_t>(key); }
};

/** The places of the index where a key may stand, the likeliest first. */
template <class K> struct DictProbe {
  size_t mask, at;
  uint64_t rest;

  DictProbe(uint64_t hash, size_t mask) : mask(mask), rest(hash) {
    if constexpr (std::is_integral_v<K>) {
      // Numbers that follow each other stand side by side, as in CPython.
      at = hash & mask;
    } else {
      hash *= 0x9e3779b97f4a7c15u;
      at = (hash ^ hash >> 32) & mask;
    }
  }
  void advance() {
    if constexpr (std::is_integral_v<K>) {
      rest >>= 5;
      at = (at * 5 + rest + 1) & mask;
    } else {
      at = (at + 1) & mask;
    }
  }
};

template <class K, class V> struct DictBody : Pooled {
  using Entry = DictEntry<K, V>;
  static constexpr int32_t empty = -1, deleted = -2;

  size_t refs = 1;
  ListBody<Entry> entries;
  std::unique_ptr<int32_t[]> index;
  size_t mask = 0;
  size_t used = 0;
  /** How often entries at the end were taken away, and how many were left then. */
  uint32_t cuts = 0;
  size_t cut_to = 0;
  bool in_repr = false;

  static uint64_t hash_of(const K& key) {
    if constexpr (std::is_integral_v<K>) {
      return static_cast<uint64_t>(key);
    } else {
      return static_cast<uint64_t>(Hash<K>::of(key));
    }
  }
  static bool matches(const Entry& entry, const K& key, uint64_t hash) {
    if constexpr (std::is_integral_v<K>) {
      return entry.key == key;
    } else {
      return entry.hash == hash && eq(entry.key, key);
    }
  }
  size_t size() const { return used; }

  /** The entry of `key`, or null. */
  Entry* find(const K& key, uint64_t hash) const {
    if (!index) {
      // Few entries are found faster by looking at each.
      for (Entry* entry = entries.first; entry != entries.last; ++entry) {
        if (entry->live && matches(*entry, key, hash)) return entry;
      }
      return nullptr;
    }
    for (DictProbe<K> probe(hash, mask);; probe.advance()) {
      const int32_t slot = index[probe.at];
      if (slot == empty) return nullptr;
      if (slot >= 0 && matches(entries.first[slot], key, hash)) return entries.first + slot;
    }
  }
  Entry* find(const K& key) const { return find(key, hash_of(key)); }

  /** Adds a key that is known to be absent. */
  template <class Value> Entry* add(const K& key, uint64_t hash, Value&& value) {
    const size_t count = entries.size();
    if (count >= 8 && (!index || (count + 1) * 3 > (mask + 1) * 2)) rebuild();
    entries.push(hash, key, V(std::forward<Value>(value)));
    ++used;
    if (index) note(hash, static_cast<int32_t>(entries.size() - 1));
    return entries.last - 1;
  }
  void remove(Entry* entry) {
    if (index) {
      const auto slot = static_cast<int32_t>(entry - entries.first);
      DictProbe<K> probe(entry->hash_of_key(), mask);
      while (index[probe.at] != slot) probe.advance();
      index[probe.at] = deleted;
    }
    entry->live = false;
    --used;
    if (used == 0) {
      clear();
    } else if (entry == entries.last - 1) {
      do {
        entries.last -= 1;
        entries.last->~Entry();
      } while (!(entries.last - 1)->live);
      ++cuts;
      cut_to = entries.size();
    } else {
      // What it held is let go at once.
      if constexpr (!std::is_trivially_destructible_v<V> && std::is_default_constructible_v<V>) entry->value = V();
    }
  }
  void clear() {
    entries.clear();
    index.reset();
    mask = 0;
    used = 0;
    ++cuts;
    cut_to = 0;
  }
  /** The first live entry at or after `at`, which it moves there; null at the end. */
  Entry* next(size_t& at) const {
    for (; at < entries.size(); ++at) {
      if (entries.first[at].live) return entries.first + at;
    }
    return nullptr;
  }

 private:
  void note(uint64_t hash, int32_t slot) {
    DictProbe<K> probe(hash, mask);
    while (index[probe.at] != empty) probe.advance();
    index[probe.at] = slot;
  }
#if !defined(_MSC_VER)
  [[gnu::noinline]]
#endif
  void rebuild() {
    if (used != entries.size()) {
      size_t kept = 0;
      for (Entry* entry = entries.first; entry != entries.last; ++entry) {
        if (!entry->live) continue;
        Entry* target = entries.first + kept++;
        if (target != entry) *target = std::move(*entry);
      }
      while (entries.size() > kept) (--entries.last)->~Entry();
    }
    size_t capacity = 16;
    while (capacity < (used + 1) * 3) capacity *= 2;
    index.reset(new int32_t[capacity]);
    mask = capacity - 1;
    for (size_t i = 0; i < capacity; ++i) index[i] = empty;
    for (size_t i = 0; i < used; ++i) note(entries.first[i].hash_of_key(), static_cast<int32_t>(i));
  }
};

}  // namespace detail

/** How a view shows the entries of a dict. */
enum class View { keys, values, items };

/** What `keys()`, `values()` and `items()` give: live views of the dict. */
template <class K, class V, View view> class dict_view {
  using Body = detail::DictBody<K, V>;

 public:
  using value_type = std::conditional_t<view == View::keys, K, std::conditional_t<view == View::values, V, std::tuple<K, V>>>;

  explicit dict_view(Handle<Body> body) : body_(std::move(body)) {}

  class iterator {
   public:
    explicit iterator(Handle<Body> body) : body_(std::move(body)), left_(body_->used), size_(left_), cuts_(body_->cuts) {
      entry_ = body_->next(at_);
    }
    decltype(auto) operator*() const {
      auto& entry = body_->entries.first[at_];
      if constexpr (view == View::keys) {
        return static_cast<const K&>(entry.key);
      } else if constexpr (view == View::values) {
        return static_cast<V&>(entry.value);
      } else {
        return std::tuple<const K&, V&>(entry.key, entry.value);
      }
    }
    iterator& operator++() {
      ++at_;
      if (body_->used != size_) [[unlikely]] raise_runtime_error(changed);
      // A key that was passed and put in again would come a second time, or stands where it is not looked for.
      if (body_->cuts != cuts_) [[unlikely]] {
        cuts_ = body_->cuts;
        if (body_->cut_to < at_) raise_runtime_error("dictionary keys changed during iteration");
      }
      entry_ = body_->next(at_);
      if (--left_ == 0 && entry_) [[unlikely]] raise_runtime_error("dictionary keys changed during iteration");
      return *this;
    }
    struct end {};
    bool operator!=(end) const { return entry_ != nullptr; }

   private:
    Handle<Body> body_;
    size_t at_ = 0;
    size_t left_, size_;
    uint32_t cuts_;
    typename Body::Entry* entry_;
  };
  iterator begin() const { return iterator(body_); }
  typename iterator::end end() const { return {}; }

  size_t size() const { return body_->used; }
  size_t changes() const { return size(); }
  static constexpr const char* changed = "dictionary changed size during iteration";
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  template <class U> bool contains(const U& wanted) const {
    if constexpr (view == View::keys) {
      return body_->find(static_cast<K>(wanted)) != nullptr;
    } else {
      for (auto&& item : *this) {
        if (eq(item, wanted)) return true;
      }
      return false;
    }
  }

 private:
  Handle<Body> body_;
};

template <class To, class From> struct Conversion;

namespace detail {

/** What a dict is given as what it holds, which may be of more types. */
template <class To, class From> To held_as(const From& value) {
  if constexpr (requires { static_cast<To>(value); }) return static_cast<To>(value);
  else return Conversion<To, From>::of(value);
}

}  // namespace detail

/** Python's `dict`. */
template <class K, class V> class dict {
 public:
  using Body = detail::DictBody<K, V>;
  using relocatable = void;
  using key_type = K;
  using mapped_type = V;
  using value_type = K;

  dict() : body_(new Body) {}
  dict(std::initializer_list<std::pair<K, V>> entries) : dict() {
    for (const auto& [key, value] : entries) set(key, value);
  }
  /** `dict(...)` of another dict or of pairs. */
  template <class Items> static dict from(const Items& items) {
    dict result;
    result.update(items);
    return result;
  }

  size_t size() const { return body_->used; }
  size_t changes() const { return size(); }
  static constexpr const char* changed = "dictionary changed size during iteration";
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  bool empty() const { return body_->used == 0; }
  bool is(const dict& other) const { return body_.get() == other.body_.get(); }
  const void* identity() const { return body_.get(); }
  Body* body() const { return body_.get(); }

  /** `d[key]`, which raises KeyError when it is absent. */
  V& operator[](const K& key) const {
    auto* entry = body_->find(key);
    if (!entry) [[unlikely]] raise_key_error(key);
    return entry->value;
  }
  /** The place to which `d[key] op= value` writes. */
  V& item(const K& key) const { return (*this)[key]; }
  /** `d[key] = value`. */
  void set(const K& key, V value) const {
    const uint64_t hash = Body::hash_of(key);
    if (auto* entry = body_->find(key, hash)) {
      entry->value = std::move(value);
    } else {
      body_->add(key, hash, std::move(value));
    }
  }
  /** `d[key] = step(d.get(key, absent))`. */
  template <class Step> void change(const K& key, const V& absent, const Step& step) const {
    const uint64_t hash = Body::hash_of(key);
    if (auto* entry = body_->find(key, hash)) {
      entry->value = step(entry->value);
    } else {
      body_->add(key, hash, step(absent));
    }
  }
  bool contains(const K& key) const { return body_->find(key) != nullptr; }
  /** The value of `key`, or null. */
  V* find(const K& key) const {
    auto* entry = body_->find(key);
    return entry ? &entry->value : nullptr;
  }
  /** `d.get(key)`: absent gives None. */
  auto get(const K& key) const {
    auto* entry = body_->find(key);
    if constexpr (is_optional<V>) {
      return entry ? entry->value : V();
    } else {
      return entry ? std::optional<V>(entry->value) : std::nullopt;
    }
  }
  template <class Default> V get(const K& key, const Default& absent) const {
    auto* entry = body_->find(key);
    return entry ? entry->value : static_cast<V>(absent);
  }
  V& setdefault(const K& key, const V& value = V()) const {
    const uint64_t hash = Body::hash_of(key);
    if (auto* entry = body_->find(key, hash)) return entry->value;
    return body_->add(key, hash, value)->value;
  }
  V pop(const K& key) const {
    auto* entry = body_->find(key);
    if (!entry) raise_key_error(key);
    V value = entry->value;
    body_->remove(entry);
    return value;
  }
  template <class Default> auto pop(const K& key, const Default& absent) const {
    using Result = std::conditional_t<std::is_same_v<Default, NoneType> && !is_optional<V>, std::optional<V>, V>;
    auto* entry = body_->find(key);
    if (!entry) {
      if constexpr (std::is_same_v<Default, NoneType>) return Result();
      else return static_cast<Result>(absent);
    }
    Result value = entry->value;
    body_->remove(entry);
    return value;
  }
  std::tuple<K, V> popitem(bool last = true) const {
    if (empty()) throw KeyError("popitem(): dictionary is empty");
    size_t at = 0;
    auto* entry = last ? body_->entries.last - 1 : body_->next(at);
    std::tuple<K, V> item(entry->key, entry->value);
    body_->remove(entry);
    return item;
  }
  /** `del d[key]`. */
  void remove(const K& key) const {
    auto* entry = body_->find(key);
    if (!entry) raise_key_error(key);
    body_->remove(entry);
  }
  void clear() const { body_->clear(); }
  dict copy() const { return from(*this); }
  template <class Items> void update(const Items& items) const {
    if constexpr (requires { items.body()->next(std::declval<size_t&>()); items.items(); }) {
      size_t at = 0;
      for (auto* entry = items.body()->next(at); entry; entry = items.body()->next(++at)) {
        set(detail::held_as<K>(entry->key), detail::held_as<V>(entry->value));
      }
    } else {
      for (auto&& item : items) set(detail::held_as<K>(std::get<0>(item)), detail::held_as<V>(std::get<1>(item)));
    }
  }
  template <class Items> static dict fromkeys(const Items& items, const V& value) {
    dict result;
    for (auto&& item : items) result.set(static_cast<K>(item), value);
    return result;
  }
  /** OrderedDict's `move_to_end`. */
  void move_to_end(const K& key, bool last = true) const {
    V value = pop(key);
    if (last) return set(key, std::move(value));
    const dict rest = copy();
    clear();
    set(key, std::move(value));
    update(rest);
  }

  dict_view<K, V, View::keys> keys() const { return dict_view<K, V, View::keys>(body_); }
  dict_view<K, V, View::values> values() const { return dict_view<K, V, View::values>(body_); }
  dict_view<K, V, View::items> items() const { return dict_view<K, V, View::items>(body_); }
  auto begin() const { return keys().begin(); }
  auto end() const { return keys().end(); }

  friend dict operator|(const dict& a, const dict& b) {
    dict result = a.copy();
    result.update(b);
    return result;
  }
  dict& operator|=(const dict& other) {
    update(other);
    return *this;
  }
  friend bool operator==(const dict& a, const dict& b) {
    if (a.size() != b.size()) return false;
    size_t at = 0;
    for (auto* entry = a.body_->next(at); entry; entry = a.body_->next(++at)) {
      auto* other = b.body_->find(entry->key, entry->hash_of_key());
      if (!other || !eq(entry->value, other->value)) return false;
    }
    return true;
  }

 protected:
  Handle<Body> body_;
};

namespace detail {

template <class K, class V> void write_dict(std::string& out, const DictBody<K, V>& body) {
  out += '{';
  size_t at = 0;
  bool first = true;
  for (auto* entry = body.next(at); entry; entry = body.next(++at)) {
    if (!first) out += ", ";
    first = false;
    write_repr(out, entry->key);
    out += ": ";
    write_repr(out, entry->value);
  }
  out += '}';
}

}  // namespace detail

template <class K, class V> struct Text<dict<K, V>> {
  static void repr(std::string& out, const dict<K, V>& values) {
    if (values.body()->in_repr) {
      out += "{...}";
      return;
    }
    values.body()->in_repr = true;
    detail::write_dict(out, *values.body());
    values.body()->in_repr = false;
  }
};

template <class K, class V, View view> struct Text<dict_view<K, V, view>> {
  static void repr(std::string& out, const dict_view<K, V, view>& items) {
    out += view == View::keys ? "dict_keys([" : view == View::values ? "dict_values([" : "dict_items([";
    bool first = true;
    for (const auto& item : items) {
      if (!first) out += ", ";
      first = false;
      write_repr(out, item);
    }
    out += "])";
  }
};

/** `del d[key]`. */
template <class K, class V> void del_item(const dict<K, V>& values, const std::type_identity_t<K>& key) { values.remove(key); }

}  // namespace py
