// requires: core, exceptions, list
// The arguments of min() and max() where `*` stands for some of them.
#include <type_traits>

namespace py {

/** The numbers, of which there have to be at least two: a single one is something to go over, which a number is not. */
template <class T> const list<T>& several(const list<T>& items, const char* name) {
  if (items.size() > 1) [[likely]] return items;
  if (items.size() == 0) throw TypeError(std::string(name) + " expected at least 1 argument, got 0");
  const char* type = std::is_same_v<T, bool> ? "bool" : std::is_same_v<T, double> ? "float" : "int";
  throw TypeError("'" + std::string(type) + "' object is not iterable");
}

}  // namespace py
