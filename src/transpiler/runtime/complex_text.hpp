// requires: core, exceptions, str, complex, parse_numbers
// complex("…").
#include <complex>
#include <string>

namespace py {

namespace detail {

/** How many of the characters from `at` on are a number, its sign included; none where no number stands there. */
inline size_t number_length(const std::string& text, size_t at) {
  const auto is_digit = [&](size_t i) { return i < text.size() && ((text[i] >= '0' && text[i] <= '9') || text[i] == '_'); };
  size_t end = at;
  if (end < text.size() && (text[end] == '+' || text[end] == '-')) ++end;
  for (const char* word : {"infinity", "inf", "nan"}) {
    const std::string wanted = word;
    std::string there = text.substr(end, wanted.size());
    for (char& c : there) c = static_cast<char>(c | 32);
    if (there == wanted) return end + wanted.size() - at;
  }
  const size_t first = end;
  while (is_digit(end)) ++end;
  size_t digits = end - first;
  if (end < text.size() && text[end] == '.') {
    const size_t point = ++end;
    while (is_digit(end)) ++end;
    digits += end - point;
  }
  if (digits == 0) return 0;
  if (end < text.size() && (text[end] | 32) == 'e') {
    size_t power = end + 1;
    if (power < text.size() && (text[power] == '+' || text[power] == '-')) ++power;
    if (is_digit(power)) {
      while (is_digit(power)) ++power;
      end = power;
    }
  }
  return end - at;
}

}  // namespace detail

/** Python's `complex(text)`. */
inline complex complex_(const str& given) {
  const auto fail = []() { raise_value_error("complex() arg is a malformed string"); };
  std::string text = detail::trimmed(given);
  if (text.size() > 1 && text.front() == '(' && text.back() == ')')
    text = detail::trimmed(str::from_utf8(text.substr(1, text.size() - 2)));
  const auto is_unit = [&](size_t at) { return at < text.size() && (text[at] | 32) == 'j'; };
  const auto is_sign = [&](size_t at) { return at < text.size() && (text[at] == '+' || text[at] == '-'); };
  const auto read = [&](size_t from, size_t length) {
    const std::string part = text.substr(from, length);
    return part.empty() || part == "+" ? 1.0 : part == "-" ? -1.0 : float_(str::from_utf8(part));
  };
  size_t length = detail::number_length(text, 0);
  // A unit without a number, as in "-j".
  if (length == 0 && (is_unit(0) || (is_sign(0) && is_unit(1)))) length = is_sign(0) ? 1 : 0;
  else if (length == 0) fail();
  if (is_unit(length)) {
    if (length + 1 != text.size()) fail();
    return complex(0.0, read(0, length));
  }
  const double real = read(0, length);
  if (length == text.size()) return complex(real, 0.0);
  if (!is_sign(length)) fail();
  const size_t more = detail::number_length(text, length);
  const size_t end = length + (more == 0 ? 1 : more);
  if (!is_unit(end) || end + 1 != text.size()) fail();
  return complex(real, read(length, end - length));
}

}  // namespace py
