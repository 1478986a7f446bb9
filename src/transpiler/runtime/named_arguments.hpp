// requires: core, exceptions, str, dict, variant
// Arguments that a call takes out of a dict: `f(**names)`.
#include <initializer_list>
#include <string>

namespace py {

/** The dict, which must have none but these names. */
template <class V>
const dict<str, V>& only_names(const dict<str, V>& names, const char* function, std::initializer_list<str> known) {
  for (const auto& name : names) {
    bool found = false;
    for (const auto& each : known) found = found || each == name;
    if (!found) throw TypeError(function + (" got an unexpected keyword argument '" + name.utf8()) + "'");
  }
  return names;
}

/** The names that `_replace` of a named tuple is given, which all have to be its fields. */
template <class V> const dict<str, V>& only_fields(const dict<str, V>& names, std::initializer_list<str> known) {
  list<str> unknown;
  for (const auto& name : names) {
    bool found = false;
    for (const auto& each : known) found = found || each == name;
    if (!found) unknown.append(name);
  }
  if (unknown.empty()) return names;
  std::string message = "Got unexpected field names: ";
  write_repr(message, unknown);
  throw ValueError(message);
}

/** A new dict with all other names. */
template <class V> dict<str, V> without_names(const dict<str, V>& names, std::initializer_list<str> known) {
  dict<str, V> rest;
  for (const auto& name : names) {
    bool found = false;
    for (const auto& each : known) found = found || each == name;
    if (!found) rest.set(name, names[name]);
  }
  return rest;
}

/** Raises what Python raises where arguments are handed on to a class that takes none. */
template <class V> NoneType no_more_names(const dict<str, V>& names) {
  if (!names.empty()) throw TypeError("object.__init__() takes exactly one argument (the instance to initialize)");
  return None;
}

template <class V> V named_argument(const dict<str, V>& names, const char* function, const str& name) {
  if (!contains(names, name)) throw TypeError(function + (" missing 1 required positional argument: '" + name.utf8()) + "'");
  return names[name];
}

template <class T, class V> T named_argument_or(const dict<str, V>& names, const str& name, const T& absent) {
  return contains(names, name) ? convert<T>(names[name]) : absent;
}

/** An argument that `*items` gives as far as it reaches, else what looks it up by its name gives. */
template <class T, class Items, class V, class Named>
T placed_or_named(const Items& items, int64_t i, int64_t most, const dict<str, V>& names, const char* function,
                  const str& name, const Named& named) {
  const int64_t given = static_cast<int64_t>(items.size());
  if (given > most) throw TypeError("the function takes another number of arguments than it is given");
  if (i >= given) return named();
  if (contains(names, name))
    throw TypeError(function + (" got multiple values for argument '" + name.utf8()) + "'");
  return convert<T>(items[i]);
}

}  // namespace py
