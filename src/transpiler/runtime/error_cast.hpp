// requires: core, exceptions
// What only some of the exceptions have that a handler catches.
#include <string>

namespace py {

/** The exception as one of a class that has this attribute; any other has not. */
template <class T> T& error_cast(const BaseException& error, const char* name) {
  if (const T* own = dynamic_cast<const T*>(&error)) return const_cast<T&>(*own);
  throw AttributeError("'" + std::string(error.type_name()) + "' object has no attribute '" + name + "'");
}

}  // namespace py
