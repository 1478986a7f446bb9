// requires: core, compare, iteration
// iter(function, sentinel).
#include <memory>
#include <optional>
#include <utility>

namespace py {

/** Python's `iter(function, last)`: what the function gives, again and again, until it gives `last`. */
template <class T, class Function, class Last> iterator<T> iter_until(Function function, Last last) {
  struct Calls : iterator<T>::Source {
    Function function;
    Last last;
    bool ended = false;
    Calls(Function given, Last sentinel) : function(std::move(given)), last(std::move(sentinel)) {}
    std::optional<T> next() override {
      if (ended) return std::nullopt;
      T value = function();
      ended = eq(value, last);
      if (ended) return std::nullopt;
      return value;
    }
  };
  return iterator<T>(std::make_shared<Calls>(std::move(function), std::move(last)));
}

}  // namespace py
