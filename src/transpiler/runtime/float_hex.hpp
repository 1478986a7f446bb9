// requires: core, exceptions, str, parse_numbers
// float.hex(), float.fromhex().
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace py {

/** Python's `x.hex()`. */
inline str float_hex(double x) {
  if (x != x) return str("nan");
  const std::string sign = std::signbit(x) ? "-" : "";
  if (std::isinf(x)) return str(sign + "inf");
  if (x == 0) return str(sign + "0x0.0p+0");
  int power;
  const double rest = std::frexp(std::fabs(x), &power);
  int exponent = power - 1;
  double digits = rest * 2;
  // The first digit is 1, but 0 for what is too small for that.
  if (exponent < -1022) {
    digits = std::ldexp(digits, exponent + 1022);
    exponent = -1022;
  }
  std::string out = sign + "0x";
  out += static_cast<char>('0' + static_cast<int>(digits));
  out += '.';
  digits -= std::floor(digits);
  for (int i = 0; i < 13; ++i) {
    digits *= 16;
    const int digit = static_cast<int>(digits);
    out += "0123456789abcdef"[digit];
    digits -= digit;
  }
  return str(out + "p" + (exponent < 0 ? "-" : "+") + std::to_string(std::abs(exponent)));
}

/** Python's `float.fromhex(text)`. */
inline double float_fromhex(const str& text) {
  const auto fail = [] { raise_value_error("invalid hexadecimal floating-point string"); };
  std::string all;
  for (const char c : detail::trimmed(text)) all += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  size_t at = 0;
  const bool negative = !all.empty() && all[0] == '-';
  if (!all.empty() && (all[0] == '-' || all[0] == '+')) at = 1;
  const std::string body = all.substr(at);
  if (body == "inf" || body == "infinity") return negative ? -INFINITY : INFINITY;
  if (body == "nan") return NAN;
  const std::string with_prefix = body.compare(0, 2, "0x") == 0 ? body : "0x" + body;
  bool digit = false;
  size_t i = 2;
  for (bool point = false; i < with_prefix.size() && with_prefix[i] != 'p'; ++i) {
    const char c = with_prefix[i];
    if (c == '.' && !point) point = true;
    else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) digit = true;
    else fail();
  }
  if (!digit) fail();
  char* end;
  const double value = std::strtod(with_prefix.c_str(), &end);
  if (*end != '\0') fail();
  if (std::isinf(value)) throw OverflowError("hexadecimal value too large to represent as a float");
  return negative ? -value : value;
}

}  // namespace py
