// requires: core, exceptions, str, arithmetic
// int("...") and float("...").
#include <charconv>
#include <cstdint>
#include <limits>
#include <string>

namespace py {

namespace detail {

inline std::string trimmed(const str& text) {
  const auto is_blank = [](char32_t c) { return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31) || c == 0x85 || c == 0xA0 || c == 0x3000; };
  size_t first = 0, last = text.size();
  while (first < last && is_blank(text.point(first))) ++first;
  while (last > first && is_blank(text.point(last - 1))) --last;
  return text.substring(first, last - first).utf8();
}

PY_COLD [[noreturn]] inline void raise_bad_int(const str& text, int64_t base) {
  std::string message = "invalid literal for int() with base " + std::to_string(base) + ": ";
  write_repr(message, text);
  throw ValueError(message);
}

/** The digits of an integer literal, without sign, prefix and underscores; `base` 0 is told by the prefix. */
inline std::string digits_of(const str& text, int64_t& base, bool& negative) {
  if (base != 0 && (base < 2 || base > 36)) raise_value_error("int() base must be >= 2 and <= 36, or 0");
  const int64_t asked = base;
  const std::string all = trimmed(text);
  size_t at = 0;
  negative = false;
  if (at < all.size() && (all[at] == '+' || all[at] == '-')) negative = all[at++] == '-';
  bool prefixed = false;
  if (at + 1 < all.size() && all[at] == '0') {
    const char letter = static_cast<char>(all[at + 1] | 32);
    const int64_t told = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (told != 0 && (base == 0 || base == told)) {
      base = told;
      at += 2;
      prefixed = true;
    }
  }
  const bool leading_zero = asked == 0 && !prefixed && at + 1 < all.size() && all[at] == '0';
  if (base == 0) base = 10;
  std::string digits;
  bool after_digit = prefixed;
  for (; at < all.size(); ++at) {
    const char c = all[at];
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    const int64_t value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
    if (value >= base) raise_bad_int(text, asked);
    digits += c;
    after_digit = true;
  }
  if (digits.empty() || !after_digit) raise_bad_int(text, asked);
  if (leading_zero && digits.find_first_not_of('0') != std::string::npos) raise_bad_int(text, asked);
  return digits;
}

}  // namespace detail

/** Python's `int(text, base)`. */
inline int64_t int_(const str& text, int64_t base = 10) {
  bool negative;
  const std::string digits = detail::digits_of(text, base, negative);
  int64_t value = 0;
  for (const char c : digits) {
    const int64_t digit = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
    value = sub(mul(value, base), digit);
  }
  return negative ? value : neg(value);
}

/** Python's `float(text)`. */
inline double float_(const str& text) {
  const std::string all = detail::trimmed(text);
  const auto fail = [&]() {
    std::string message = "could not convert string to float: ";
    write_repr(message, text);
    throw ValueError(message);
  };
  std::string plain;
  for (size_t i = 0; i < all.size(); ++i) {
    const auto is_digit = [&](size_t at) { return at < all.size() && all[at] >= '0' && all[at] <= '9'; };
    if (all[i] == '_') {
      if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) fail();
    } else {
      plain += all[i] >= 'A' && all[i] <= 'Z' ? static_cast<char>(all[i] + 32) : all[i];
    }
  }
  const bool negative = !plain.empty() && plain[0] == '-';
  const size_t sign = !plain.empty() && (plain[0] == '-' || plain[0] == '+') ? 1 : 0;
  const std::string body = plain.substr(sign);
  double value = 0;
  if (body == "inf" || body == "infinity") {
    value = std::numeric_limits<double>::infinity();
  } else if (body == "nan") {
    value = std::numeric_limits<double>::quiet_NaN();
  } else {
    if (body.empty() || !((body[0] >= '0' && body[0] <= '9') || body[0] == '.')) fail();
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value);
    if (end != body.data() + body.size()) fail();
    if (error == std::errc::result_out_of_range) {
      const size_t power = body.find('e');
      const bool tiny = (power != std::string::npos && body[power + 1] == '-') || body[0] == '.' || body.compare(0, 2, "0.") == 0;
      value = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    } else if (error != std::errc()) {
      fail();
    }
  }
  return negative ? -value : value;
}

}  // namespace py
