// requires: core, str, builtins, numbers
// ascii().
#include <string>

namespace py {

/** Python's `ascii(value)`: its repr with what is not ASCII escaped. */
template <class T> str ascii(const T& value) {
  std::string text;
  write_repr(text, value);
  const str all = str::from_utf8(text);
  std::string out;
  for (size_t i = 0; i < all.size(); ++i) {
    const char32_t c = all.point(i);
    if (c < 128) {
      out += static_cast<char>(c);
      continue;
    }
    out += c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U";
    for (int digit = (c < 0x100 ? 2 : c < 0x10000 ? 4 : 8) - 1; digit >= 0; --digit) out += "0123456789abcdef"[c >> (4 * digit) & 15];
  }
  return str::from_utf8(out);
}

}  // namespace py
