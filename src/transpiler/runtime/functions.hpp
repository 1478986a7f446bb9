// requires: core
// Functions as values.
#include <functional>

namespace py {

/** A function that is kept in a variable or handed on. */
template <class Signature>
using Function = std::function<Signature>;

}  // namespace py
