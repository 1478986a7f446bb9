// requires: core, exceptions, set
// set.union(*sets) and the like.
#include <optional>
#include <string>

namespace py {

namespace detail {

template <class Sets, class Change> auto set_of_all(const Sets& sets, const char* name, Change change) {
  using Set = typename Sets::value_type;
  std::optional<Set> result;
  for (const auto& each : sets) {
    if (result) change(*result, each);
    else result = each.copy();
  }
  if (!result) throw TypeError(std::string("unbound method set.") + name + "() needs an argument");
  return *result;
}

}  // namespace detail

template <class Sets> auto set_union_all(const Sets& sets) {
  return detail::set_of_all(sets, "union", [](auto& all, const auto& other) { all.update(other); });
}
template <class Sets> auto set_intersection_all(const Sets& sets) {
  return detail::set_of_all(sets, "intersection", [](auto& all, const auto& other) { all = all.intersection(other); });
}
template <class Sets> auto set_difference_all(const Sets& sets) {
  return detail::set_of_all(sets, "difference", [](auto& all, const auto& other) { all = all.difference(other); });
}

}  // namespace py
