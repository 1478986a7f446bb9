// requires: core, list, variant
// A list that a function of the library made, where the program keeps other things in it as well.

namespace py {

template <class T, class Held> list<T> list_as(const list<Held>& items) {
  list<T> result;
  for (const auto& item : items) result.append(convert<T>(item));
  return result;
}

}  // namespace py
