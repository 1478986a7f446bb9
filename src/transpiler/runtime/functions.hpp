// requires: core
// Functions as values.
#include <functional>
#include <utility>

namespace py {

/** A function that is kept in a variable or handed on. */
template <class Signature>
using Function = std::function<Signature>;

/** A function with the name that Python knows it by. */
template <class Signature> struct NamedFunction {
  const char* name;
  Function<Signature> call;
  template <class... Arguments> decltype(auto) operator()(Arguments&&... arguments) const {
    return call(std::forward<Arguments>(arguments)...);
  }
};

/** Gives functions a name. */
template <class Signature> struct WithName {
  const char* name;
  explicit WithName(const char* text) : name(text) {}
  template <class Call> Function<Signature> operator()(Call call) const {
    return NamedFunction<Signature>{name, Function<Signature>(std::move(call))};
  }
};

/** Python's `function.__name__`. */
template <class Signature> const char* name_of_function(const Function<Signature>& function) {
  const auto* named = function.template target<NamedFunction<Signature>>();
  return named ? named->name : "<lambda>";
}

}  // namespace py
