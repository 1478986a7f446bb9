// requires: core, str_format
// `text.format(*values)` of as many values as there are.
#include <vector>

namespace py {

template <class Values> str format_items(const str& text, const Values& values) {
  std::vector<detail::FormatArgument> arguments;
  for (const auto& value : values) arguments.push_back(detail::FormatArgument::of(value));
  size_t automatic = 0;
  return detail::format_fields(text, arguments, automatic);
}

}  // namespace py
