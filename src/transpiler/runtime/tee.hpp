// requires: core, iteration
// itertools.tee().
#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

namespace py::itertools {

/** What iterators over the same things share: those that not all have had yet. */
template <class Iterator> struct TeeState {
  using T = typename Iterator::value_type;
  Iterator source;
  std::deque<T> items;
  /** The number of the first that is kept, and what each iterator has had. */
  size_t first = 0;
  std::vector<size_t> places;

  std::optional<T> next(size_t which) {
    if (places[which] == first + items.size()) {
      std::optional<T> item = source.next();
      if (!item) return item;
      items.push_back(*item);
    }
    const T item = items[places[which]++ - first];
    while (!items.empty() && std::find(places.begin(), places.end(), first) == places.end()) {
      items.pop_front();
      ++first;
    }
    return item;
  }
};

/** Python's `itertools.tee(iterator, n)`. */
template <size_t n, class Iterator> auto tee(Iterator source) {
  using T = typename Iterator::value_type;
  auto state = std::make_shared<TeeState<Iterator>>(TeeState<Iterator>{std::move(source), {}, 0, std::vector<size_t>(n)});
  struct One : py::iterator<T>::Source {
    std::shared_ptr<TeeState<Iterator>> state;
    size_t which;
    One(std::shared_ptr<TeeState<Iterator>> shared, size_t at) : state(std::move(shared)), which(at) {}
    std::optional<T> next() override { return state->next(which); }
  };
  return [&]<size_t... I>(std::index_sequence<I...>) {
    return std::tuple(((void)I, py::iterator<T>(std::make_shared<One>(state, I)))...);
  }(std::make_index_sequence<n>());
}

}  // namespace py::itertools
