// requires: core, exceptions, str, numbers, arithmetic
// format(value, spec): Python's format mini-language.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>

namespace py {

namespace detail {

/** A parsed format specification. */
struct FormatSpec {
  char32_t fill = ' ';
  char align = 0;
  char sign = 0;
  bool alternate = false;
  bool zeros = false;
  bool no_negative_zero = false;
  int64_t width = -1;
  char grouping = 0;
  int64_t precision = -1;
  char type = 0;

  FormatSpec() = default;
  FormatSpec(const str& text, const char* type_name) {
    size_t at = 0;
    const size_t size = text.size();
    const auto is_align = [&](size_t i) {
      return i < size && (text.point(i) == '<' || text.point(i) == '>' || text.point(i) == '^' || text.point(i) == '=');
    };
    bool filled = false;
    if (is_align(1)) {
      fill = text.point(0);
      align = static_cast<char>(text.point(1));
      filled = true;
      at = 2;
    } else if (is_align(0)) {
      align = static_cast<char>(text.point(0));
      at = 1;
    }
    const auto peek = [&] { return at < size ? text.point(at) : U'\0'; };
    if (peek() == '+' || peek() == '-' || peek() == ' ') sign = static_cast<char>(text.point(at++));
    if (peek() == 'z') no_negative_zero = ++at > 0;
    if (peek() == '#') alternate = ++at > 0;
    if (peek() == '0' && !filled) {
      fill = '0';
      zeros = !align;
      if (!align) align = '=';
      ++at;
    }
    const auto number = [&] {
      int64_t value = -1;
      for (; peek() >= '0' && peek() <= '9'; ++at) value = (value < 0 ? 0 : value * 10) + (peek() - '0');
      return value;
    };
    width = number();
    if (peek() == ',' || peek() == '_') grouping = static_cast<char>(text.point(at++));
    if (grouping && (peek() == ',' || peek() == '_')) raise_value_error("Cannot specify both ',' and '_'.");
    if (peek() == '.') {
      ++at;
      precision = number();
      if (precision < 0) raise_value_error("Format specifier missing precision");
    }
    if (at + 1 < size) {
      throw ValueError("Invalid format specifier '" + text.utf8() + "' for object of type '" + type_name + "'");
    }
    if (at < size) type = static_cast<char>(text.point(at) < 0x80 ? text.point(at) : '?');
    const char shown = type ? type : std::string_view(type_name) == "str" ? 's' : 'd';
    if (grouping && std::string_view(grouping == '_' ? "defgEG%FboxX" : "defgEG%F").find(shown) == std::string_view::npos) {
      throw ValueError(std::string("Cannot specify '") + grouping + "' with '" + shown + "'.");
    }
  }
};

PY_COLD [[noreturn]] inline void raise_format_code(char type, const char* type_name) {
  throw ValueError(std::string("Unknown format code '") + type + "' for object of type '" + type_name + "'");
}

/** Puts separators between groups of digits, and zeros before them up to `width` characters. */
inline std::string group_digits(const std::string& digits, char separator, size_t group, int64_t width) {
  std::string out;
  size_t count = 0, at = digits.size();
  while (at > 0 || static_cast<int64_t>(out.size()) < width) {
    if (count && count % group == 0) {
      out += separator;
      // A separator never comes first.
      if (at == 0 && static_cast<int64_t>(out.size()) >= width) {
        out += '0';
        break;
      }
    }
    out += at > 0 ? digits[--at] : '0';
    ++count;
  }
  return std::string(out.rbegin(), out.rend());
}

/** Appends `body` in the width and alignment of the specification. */
inline void put_aligned(std::string& out, const FormatSpec& spec, const std::string& body, size_t length, char usual) {
  const int64_t room = spec.width - static_cast<int64_t>(length);
  const char align = spec.align ? spec.align : usual;
  const int64_t left = room <= 0 || align == '<' ? 0 : align == '^' ? room / 2 : room;
  for (int64_t i = 0; i < left; ++i) append_utf8(out, spec.fill);
  out += body;
  for (int64_t i = left; i < room; ++i) append_utf8(out, spec.fill);
}

/** Appends a number of sign, prefix, whole digits and the rest. */
inline void put_number(std::string& out, const FormatSpec& spec, bool negative, const std::string& prefix, std::string digits,
                       const std::string& rest, size_t group = 3) {
  std::string head = negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
  head += prefix;
  const char align = spec.align ? spec.align : '>';
  const bool zeros = align == '=' && spec.fill == '0';
  const int64_t inner = zeros ? spec.width - static_cast<int64_t>(head.size() + rest.size()) : 0;
  if (spec.grouping) digits = group_digits(digits, spec.grouping, group, inner);
  const std::string tail = digits + rest;
  if (align == '=') {
    out += head;
    for (int64_t i = static_cast<int64_t>(head.size() + tail.size()); i < spec.width; ++i) append_utf8(out, spec.fill);
    out += tail;
  } else {
    put_aligned(out, spec, head + tail, head.size() + tail.size(), '>');
  }
}

inline void format_text(std::string& out, const FormatSpec& spec, const str& text) {
  if (spec.type && spec.type != 's') raise_format_code(spec.type, "str");
  if (spec.sign) raise_value_error(spec.sign == ' ' ? "Space not allowed in string format specifier" : "Sign not allowed in string format specifier");
  if (spec.alternate) raise_value_error("Alternate form (#) not allowed in string format specifier");
  FormatSpec plain = spec;
  if (spec.align == '=') {
    if (!spec.zeros) raise_value_error("'=' alignment not allowed in string format specifier");
    plain.align = '<';
  }
  const str cut = spec.precision >= 0 && spec.precision < static_cast<int64_t>(text.size())
                      ? text.substring(0, static_cast<size_t>(spec.precision))
                      : text;
  put_aligned(out, plain, cut.utf8(), cut.size(), '<');
}

/** A float's digits by `e`, `f` or `g`, without sign; `alternate` keeps the point. */
inline std::string float_digits(double value, char type, int64_t precision, bool alternate) {
  if (value != value) return "nan";
  if (std::isinf(value)) return "inf";
  value = std::fabs(value);
  std::string out;
  const auto write = [&](std::chars_format format, int digits) {
    std::string buffer(static_cast<size_t>(digits) + 340, 0);
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format, digits).ptr;
    buffer.resize(static_cast<size_t>(end - buffer.data()));
    return buffer;
  };
  if (type == 'f') {
    out = write(std::chars_format::fixed, static_cast<int>(precision));
    if (alternate && precision == 0) out += '.';
  } else if (type == 'e') {
    out = write(std::chars_format::scientific, static_cast<int>(precision));
    if (alternate && precision == 0) out.insert(1, ".");
  } else {
    if (precision == 0) precision = 1;
    out = write(std::chars_format::scientific, static_cast<int>(precision - 1));
    const size_t mark = out.find('e');
    const int exponent = std::atoi(out.c_str() + mark + 1);
    const bool fixed = exponent >= -4 && exponent < precision;
    std::string power = out.substr(mark);
    out.resize(mark);
    if (fixed) {
      out = write(std::chars_format::fixed, static_cast<int>(precision - 1 - exponent));
      power.clear();
    }
    if (alternate) {
      if (out.find('.') == std::string::npos) out += '.';
    } else if (out.find('.') != std::string::npos) {
      while (out.back() == '0') out.pop_back();
      if (out.back() == '.') out.pop_back();
    }
    out += power;
  }
  return out;
}

inline void format_float(std::string& out, const FormatSpec& spec, double value) {
  char type = spec.type;
  const bool capital = type == 'E' || type == 'F' || type == 'G';
  if (capital) type = static_cast<char>(type + 32);
  std::string text;
  bool negative = std::signbit(value) && value == value;
  if (type == 0) {
    if (spec.precision < 0) {
      write_float(text, std::fabs(value));
    } else {
      const int64_t precision = spec.precision == 0 ? 1 : spec.precision;
      text = float_digits(value, 'g', precision, spec.alternate);
      if (std::isfinite(value)) {
        // Without a type there is always a digit after the point, and exponents begin one power earlier.
        const std::string scientific = float_digits(value, 'e', precision - 1, false);
        const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
        if (exponent == precision - 1) {
          std::string mantissa = scientific.substr(0, scientific.find('e'));
          if (!spec.alternate) {
            while (mantissa.find('.') != std::string::npos && mantissa.back() == '0') mantissa.pop_back();
            if (mantissa.back() == '.') mantissa.pop_back();
          }
          text = mantissa + scientific.substr(scientific.find('e'));
        } else if (text.find('e') == std::string::npos && text.find('.') == std::string::npos) {
          text += ".0";
        }
      }
    }
    const size_t mark = text.find('e');
    if (spec.alternate && mark != std::string::npos && text.find('.') == std::string::npos) text.insert(mark, ".");
  } else if (type == 'e' || type == 'f' || type == 'g' || type == 'n') {
    text = float_digits(value, type == 'n' ? 'g' : type, spec.precision < 0 ? 6 : spec.precision, spec.alternate);
  } else if (type == '%') {
    text = float_digits(value * 100, 'f', spec.precision < 0 ? 6 : spec.precision, spec.alternate) + '%';
  } else {
    raise_format_code(spec.type, "float");
  }
  if (spec.no_negative_zero && negative && text.find_first_of("123456789in") == std::string::npos) negative = false;
  if (capital) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }
  size_t whole = 0;
  while (whole < text.size() && text[whole] >= '0' && text[whole] <= '9') ++whole;
  if (whole == 0) {
    FormatSpec plain = spec;
    plain.grouping = 0;
    put_number(out, plain, negative, "", text, "");
  } else {
    put_number(out, spec, negative, "", text.substr(0, whole), text.substr(whole));
  }
}

/** Digits of a magnitude in base 2, 8, 10 or 16. */
inline std::string int_digits(uint64_t magnitude, unsigned base, bool capital) {
  char buffer[66];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, static_cast<int>(base)).ptr;
  std::string digits(buffer, end);
  if (capital) {
    for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 32) : c;
  }
  return digits;
}

/** The base that a type letter of an integer asks for; 0 when it is none of them. */
inline unsigned base_of(char type) {
  return type == 0 || type == 'd' || type == 'n' ? 10 : type == 'x' || type == 'X' ? 16 : type == 'b' ? 2 : type == 'o' ? 8 : 0;
}

/** Appends an integer whose digits are made by `digits(base, capital)`. */
template <class Digits> void format_digits(std::string& out, const FormatSpec& spec, bool negative, unsigned base, const Digits& digits) {
  if (spec.precision >= 0) raise_value_error("Precision not allowed in integer format specifier");
  const std::string prefix = spec.alternate && base != 10 ? std::string("0") + spec.type : "";
  put_number(out, spec, negative, prefix, digits(base, spec.type == 'X'), "", base == 10 ? 3 : 4);
}

inline void format_int(std::string& out, const FormatSpec& spec, int64_t value) {
  if (const unsigned base = base_of(spec.type)) {
    const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
    format_digits(out, spec, value < 0, base, [&](unsigned radix, bool capital) { return int_digits(magnitude, radix, capital); });
  } else if (spec.type == 'c') {
    if (spec.precision >= 0) raise_value_error("Precision not allowed in integer format specifier");
    if (spec.sign) raise_value_error("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) raise_value_error("Alternate form (#) not allowed with integer format specifier 'c'");
    if (value < 0 || value >= 0x110000) throw OverflowError("%c arg not in range(0x110000)");
    put_aligned(out, spec, str::of(static_cast<char32_t>(value)).utf8(), 1, '>');
  } else if (spec.type && std::string("eEfFgG%").find(spec.type) != std::string::npos) {
    format_float(out, spec, static_cast<double>(value));
  } else {
    raise_format_code(spec.type, "int");
  }
}

}  // namespace detail

/** How a type follows a format specification; types without their own follow `str()`. */
template <class T, class = void> struct Format;

namespace detail {

template <class T> void write_format(std::string& out, const T& value, const str& spec) {
  if (spec.empty()) {
    write_str(out, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    format_int(out, FormatSpec(spec, "bool"), value);
  } else if constexpr (std::is_integral_v<T>) {
    format_int(out, FormatSpec(spec, "int"), value);
  } else if constexpr (std::is_floating_point_v<T>) {
    format_float(out, FormatSpec(spec, "float"), value);
  } else if constexpr (std::is_same_v<T, str>) {
    format_text(out, FormatSpec(spec, "str"), value);
  } else if constexpr (requires { Format<T>::write(out, value, spec); }) {
    Format<T>::write(out, value, spec);
  } else if constexpr (requires { value->__format__(spec); }) {
    value->__format__(spec).write(out);
  } else if constexpr (is_optional<T>) {
    if (value) {
      write_format(out, *value, spec);
    } else {
      throw TypeError("unsupported format string passed to NoneType.__format__");
    }
  } else {
    std::string name = "object";
    if constexpr (requires { value->__name__(); }) name = value ? value->__name__() : "NoneType";
    else if constexpr (detail::is_tuple<T>) name = "tuple";
    else if constexpr (requires { typename T::mapped_type; }) name = "dict";
    else if constexpr (requires { value.append(*value.begin()); }) name = "list";
    else if constexpr (requires { value.discard(*value.begin()); }) name = "set";
    throw TypeError("unsupported format string passed to " + name + ".__format__");
  }
}

}  // namespace detail

/** Python's `format(value, spec)`. */
template <class T> str format(const T& value, const str& spec) {
  std::string out;
  detail::write_format(out, value, spec);
  return str::from_utf8(out);
}

namespace detail {

/** The exact decimal digits of |value| rounded half to even at 10**-digits, for digits < 0. */
inline double round_to_tens(double value, int64_t digits) {
  std::string all(330, 0);
  const auto end = std::to_chars(all.data(), all.data() + all.size(), std::floor(std::fabs(value)), std::chars_format::fixed).ptr;
  all.resize(static_cast<size_t>(end - all.data()));
  const auto drop = static_cast<size_t>(-digits);
  if (drop > all.size()) return std::copysign(0.0, value);
  std::string kept = all.substr(0, all.size() - drop), rest = all.substr(all.size() - drop);
  const bool fraction = std::fabs(value) != std::floor(std::fabs(value)) || rest.find_first_not_of('0', 1) != std::string::npos;
  const bool odd = !kept.empty() && ((kept.back() - '0') & 1);
  if (rest[0] > '5' || (rest[0] == '5' && (fraction || odd))) {
    size_t i = kept.size();
    while (i > 0 && kept[i - 1] == '9') kept[--i] = '0';
    if (i > 0) {
      ++kept[i - 1];
    } else {
      kept.insert(kept.begin(), '1');
    }
  }
  kept += std::string(drop, '0');
  double rounded = 0;
  const auto error = std::from_chars(kept.data(), kept.data() + kept.size(), rounded).ec;
  if (error != std::errc()) throw OverflowError("rounded value too large to represent");
  return std::copysign(rounded, value);
}

}  // namespace detail

/** Python's `round(x, digits)` of a float: correctly rounded. */
inline double round(double x, int64_t digits) {
  if (!std::isfinite(x) || digits > 323) return x;
  if (digits < -308) return std::copysign(0.0, x);
  if (digits < 0) return detail::round_to_tens(x, digits);
  char buffer[700];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, x, std::chars_format::fixed, static_cast<int>(digits)).ptr;
  double rounded = 0;
  std::from_chars(buffer, end, rounded);
  return rounded;
}
/** Python's `round(x, digits)` of an integer. */
template <Integer T> int64_t round(T x, int64_t digits) {
  if (digits >= 0) return static_cast<int64_t>(x);
  if (digits < -19) return 0;
  if (digits == -19) return x > 5000000000000000000 || x < -5000000000000000000 ? (raise_overflow(), 0) : 0;
  int64_t unit = 1;
  for (int64_t i = 0; i < -digits; ++i) unit *= 10;
  const int64_t rest = detail::mod_int(x, unit), down = sub(static_cast<int64_t>(x), rest);
  const bool up = rest > unit - rest || (rest == unit - rest && detail::mod_int(detail::floordiv_int(x, unit), 2) == 1);
  return up ? add(down, unit) : down;
}

}  // namespace py
