// requires: core, list, dict, set, tuple, objects, variant
// The module copy: deepcopy of plain values. What is shared within a value is shared within its copy.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <variant>

namespace py::copy {

/** The copies made so far, by what they are copies of. */
struct Memo {
  std::unordered_map<const void*, std::shared_ptr<void>> made;

  /** The copy of a container, made by `fill` the first time it is met. */
  template <class Container, class Fill> Container of(const Container& original, const Fill& fill) {
    if (const auto found = made.find(original.identity()); found != made.end()) return *static_cast<Container*>(found->second.get());
    auto copied = std::make_shared<Container>();
    made.emplace(original.identity(), copied);
    fill(*copied);
    return *copied;
  }
};

template <class T> T copied(const T& value, Memo&) { return value; }
template <class T> list<T> copied(const list<T>& values, Memo& memo);
template <class T> set<T> copied(const set<T>& values, Memo& memo);
template <class K, class V> dict<K, V> copied(const dict<K, V>& values, Memo& memo);
template <class... T> std::tuple<T...> copied(const std::tuple<T...>& values, Memo& memo);
template <class T> std::optional<T> copied(const std::optional<T>& value, Memo& memo);
template <class... T> std::variant<T...> copied(const std::variant<T...>& value, Memo& memo);
template <class T>
  requires requires { typename T::nested_base; }
T copied(const T& value, Memo& memo);
template <class T> ref<T> copied(const ref<T>& object, Memo& memo);

template <class T> list<T> copied(const list<T>& values, Memo& memo) {
  return memo.of(values, [&](list<T>& fresh) {
    fresh.reserve(static_cast<int64_t>(values.size()));
    for (const auto& value : values) fresh.append(copied(value, memo));
  });
}
template <class T> set<T> copied(const set<T>& values, Memo& memo) {
  return memo.of(values, [&](set<T>& fresh) {
    for (const auto& value : values) fresh.add(value);
  });
}
template <class K, class V> dict<K, V> copied(const dict<K, V>& values, Memo& memo) {
  return memo.of(values, [&](dict<K, V>& fresh) {
    for (const auto& key : values) fresh.set(key, copied(values[key], memo));
  });
}
template <class... T> std::tuple<T...> copied(const std::tuple<T...>& values, Memo& memo) {
  return std::apply([&](const T&... items) { return std::tuple<T...>{copied(items, memo)...}; }, values);
}
template <class T> std::optional<T> copied(const std::optional<T>& value, Memo& memo) {
  return value ? std::optional<T>(copied(*value, memo)) : std::nullopt;
}

template <class... T> std::variant<T...> copied(const std::variant<T...>& value, Memo& memo) {
  return std::visit([&](const auto& held) { return std::variant<T...>(copied(held, memo)); }, value);
}
template <class T>
  requires requires { typename T::nested_base; }
T copied(const T& value, Memo& memo) {
  return T(copied(static_cast<const typename T::nested_base&>(value), memo));
}
template <class T> ref<T> copied(const ref<T>& object, Memo& memo) {
  if (!object) return object;
  const void* identity = static_cast<const Object*>(object.get());
  if (const auto found = memo.made.find(identity); found != memo.made.end())
    return ref<T>(static_cast<T*>(static_cast<Object*>(static_cast<ref<Object>*>(found->second.get())->get())));
  const ref<T> fresh(static_cast<T*>(object->__clone__()));
  memo.made.emplace(identity, std::make_shared<ref<Object>>(fresh));
  fresh->__deepen__(memo);
  return fresh;
}

/** Python's `copy.copy` of an instance. */
template <class T> ref<T> copy_of(const ref<T>& object) { return ref<T>(static_cast<T*>(object->__clone__())); }

/** Python's `copy.deepcopy`. */
template <class T> T deepcopy(const T& value) {
  Memo memo;
  return copied(value, memo);
}

}  // namespace py::copy
