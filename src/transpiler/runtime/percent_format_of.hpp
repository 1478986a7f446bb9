// requires: core, str_format, vartuple, variant
// `text % values`, where the values may be a tuple of any length, or a tuple or something else.
#include <type_traits>
#include <vector>

namespace py {

namespace detail {
template <class T> inline constexpr bool is_vartuple = false;
template <class T> inline constexpr bool is_vartuple<vartuple<T>> = true;
}  // namespace detail

template <class Values> str percent_format_of(const str& text, const Values& values) {
  if constexpr (detail::is_vartuple<Values>) {
    std::vector<detail::FormatArgument> arguments;
    for (const auto& value : values) arguments.push_back(detail::FormatArgument::of(value));
    return detail::format_percent(text, arguments);
  } else if constexpr (is_union<Values> || is_optional<Values>) {
    return visit([&](const auto& held) { return percent_format_of(text, held); }, values);
  } else {
    return percent_format(text, values);
  }
}

}  // namespace py
