// requires: ascii, core, exceptions, str, numbers, arithmetic, format
// "...".format(...) and "..." % (...) with a format known only at run time.
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

namespace py {

/** A keyword argument of `str.format`. */
template <class T> struct Named {
  const char* name;
  const T& value;
};
template <class T> Named<T> named(const char* name, const T& value) { return {name, value}; }

namespace detail {

/** One argument with its type put away. */
struct FormatArgument {
  const char* name;
  const void* value;
  /** Writes by a conversion (`r`, `s`, `a` or 0) and a specification. */
  void (*write)(std::string& out, const void* value, char conversion, const str& spec);
  /** The value as a number for `%d` and `%f`, kept exact for integers. */
  bool is_int, is_float;
  /** True for an instance that says what it is as a float. */
  bool has_float = false;

  template <class T> static FormatArgument of(const T& value, const char* name = nullptr) {
    if constexpr (is_union<T>) {
      return std::visit([&](const auto& held) { return of(held, name); }, value);
    } else if constexpr (is_optional<T>) {
      return value ? of(*value, name) : of(None, name);
    } else {
      return plain(value, name);
    }
  }
  template <class T> static FormatArgument plain(const T& value, const char* name) {
    return {name, &value,
            [](std::string& out, const void* held, char conversion, const str& spec) {
              const T& typed = *static_cast<const T*>(held);
              if (conversion == 'r') return write_format(out, py::repr(typed), spec);
              if (conversion == 's') return write_format(out, py::to_str(typed), spec);
              if (conversion == 'a') return write_format(out, py::ascii(typed), spec);
              if constexpr (requires { double{typed->__float__()}; }) {
                if (conversion == 'f') return write_format(out, double{typed->__float__()}, spec);
              }
              write_format(out, typed, spec);
            },
            std::is_integral_v<T> || std::is_same_v<T, Int>, std::is_same_v<T, double>, requires { double{value->__float__()}; }};
  }
  template <class T> static FormatArgument of(const Named<T>& argument) { return of(argument.value, argument.name); }
};

inline str format_fields(const str& text, const std::vector<FormatArgument>& arguments, size_t& automatic) {
  std::string out;
  const size_t size = text.size();
  for (size_t at = 0; at < size; ++at) {
    const char32_t c = text.point(at);
    if (c != '{' && c != '}') {
      append_utf8(out, c);
      continue;
    }
    if (at + 1 < size && text.point(at + 1) == c) {
      append_utf8(out, c);
      ++at;
      continue;
    }
    if (c == '}') raise_value_error("Single '}' encountered in format string");
    size_t end = at + 1;
    for (int depth = 1; end < size; ++end) {
      depth += (text.point(end) == '{') - (text.point(end) == '}');
      if (depth == 0) break;
    }
    if (end >= size) raise_value_error(at + 1 == size ? "Single '{' encountered in format string" : "expected '}' before end of string");
    size_t name_end = at + 1;
    while (name_end < end && text.point(name_end) != '!' && text.point(name_end) != ':') ++name_end;
    const std::string name = text.substring(at + 1, name_end - at - 1).utf8();
    char conversion = 0;
    size_t spec_start = name_end;
    if (name_end < end && text.point(name_end) == '!') {
      if (name_end + 1 >= end) raise_value_error("unmatched '{' in format spec");
      const char32_t given = text.point(name_end + 1);
      spec_start = name_end + 2;
      if (spec_start < end && text.point(spec_start) != ':') raise_value_error("expected ':' after conversion specifier");
      if (given != 'r' && given != 's' && given != 'a')
        throw ValueError("Unknown conversion specifier " + text.substring(name_end + 1, 1).utf8());
      conversion = static_cast<char>(given);
    }
    size_t place = arguments.size();
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
      // Numbers that are written rule out those that are counted.
      constexpr size_t manual = static_cast<size_t>(-1);
      if (name.empty() && automatic == manual)
        raise_value_error("cannot switch from manual field specification to automatic field numbering");
      if (!name.empty() && automatic != 0 && automatic != manual)
        raise_value_error("cannot switch from automatic field numbering to manual field specification");
      const size_t wanted = name.empty() ? automatic++ : static_cast<size_t>(std::stoull(name));
      if (!name.empty()) automatic = manual;
      for (size_t i = 0, seen = 0; i < arguments.size(); ++i) {
        if (!arguments[i].name && seen++ == wanted) place = i;
      }
      if (place == arguments.size()) {
        throw IndexError("Replacement index " + std::to_string(wanted) + " out of range for positional args tuple");
      }
    } else {
      for (size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i].name && name == arguments[i].name) place = i;
      }
      if (place == arguments.size()) throw KeyError(name);
    }
    str spec = spec_start < end ? text.substring(spec_start + 1, end - spec_start - 1) : str();
    if (spec.contains(str::of('{'))) spec = format_fields(spec, arguments, automatic);
    arguments[place].write(out, arguments[place].value, conversion, spec);
    at = end;
  }
  return str::from_utf8(out);
}

inline str format_percent(const str& text, const std::vector<FormatArgument>& arguments) {
  std::string out;
  size_t next = 0;
  const auto take = [&]() -> const FormatArgument& {
    if (next >= arguments.size()) throw TypeError("not enough arguments for format string");
    return arguments[next++];
  };
  const size_t size = text.size();
  for (size_t at = 0; at < size; ++at) {
    if (text.point(at) != '%') {
      append_utf8(out, text.point(at));
      continue;
    }
    const auto peek = [&] {
      if (++at >= size) raise_value_error("incomplete format");
      return text.point(at);
    };
    char32_t c = peek();
    if (c == '%') {
      out += '%';
      continue;
    }
    bool left = false, zeros = false, alternate = false;
    std::string sign, width, precision;
    for (;; c = peek()) {
      if (c == '-') left = true;
      else if (c == '0') zeros = true;
      else if (c == '#') alternate = true;
      else if (c == '+') sign = "+";
      else if (c == ' ') sign = sign.empty() ? " " : sign;
      else break;
    }
    const auto number = [&](std::string& into) {
      if (c == '*') {
        const FormatArgument& argument = take();
        argument.write(into, argument.value, 0, str());
        c = peek();
      }
      for (; c >= '0' && c <= '9'; c = peek()) into += static_cast<char>(c);
    };
    number(width);
    bool has_precision = false;
    if (c == '.') {
      has_precision = true;
      c = peek();
      number(precision);
      if (precision.empty()) precision = "0";
    }
    const FormatArgument& argument = take();
    std::string spec = left ? "<" : zeros ? "" : ">";
    std::string written;
    if (c == 's' || c == 'r' || c == 'a') {
      spec = left ? "<" : ">";
      spec += width;
      if (has_precision) spec += "." + precision;
      argument.write(out, argument.value, static_cast<char>(c), str::from_utf8(spec));
      continue;
    }
    if (c == 'c') {
      argument.write(out, argument.value, 0, str::from_utf8((left ? "<" : ">") + width + (argument.is_int ? "c" : "")));
      continue;
    }
    const std::string_view floats = "eEfFgG";
    const bool as_float = floats.find(static_cast<char>(c)) != std::string_view::npos;
    if (!as_float && std::string_view("diuxXo").find(static_cast<char>(c)) == std::string_view::npos) {
      throw ValueError("unsupported format character '" + str::of(c).utf8() + "' (0x" + int_digits(c, 16, false) + ") at index " + std::to_string(at));
    }
    if (!argument.is_int && !argument.is_float && !(as_float && argument.has_float)) {
      throw TypeError(std::string("%") + static_cast<char>(c) + " format: a real number is required, not str");
    }
    spec += sign;
    if (alternate) spec += '#';
    if (zeros && !left) spec += '0';
    spec += width;
    if (as_float) {
      if (has_precision) spec += "." + precision;
      spec += static_cast<char>(c);
      argument.write(out, argument.value, argument.has_float ? 'f' : '\0', str::from_utf8(spec));
      continue;
    }
    // With a precision, that many digits are written, and then what is left of the width.
    if (has_precision) spec = sign + (alternate ? "#" : "");
    spec += c == 'i' || c == 'u' ? 'd' : static_cast<char>(c);
    std::string digits;
    if (argument.is_float) {
      const double value = std::trunc(*static_cast<const double*>(argument.value));
      if (std::fabs(value) >= 9.2e18 || value != value) raise_overflow();
      write_format(digits, static_cast<int64_t>(value), str::from_utf8(spec));
    } else {
      argument.write(digits, argument.value, 0, str::from_utf8(spec));
    }
    if (has_precision) {
      size_t first = digits.find_first_of("0123456789abcdefABCDEF");
      if (alternate && c != 'd' && c != 'i' && c != 'u') first += 2;
      const size_t wanted = std::stoul(precision), total = width.empty() ? 0 : std::stoul(width);
      if (digits.size() - first < wanted) digits.insert(first, wanted - (digits.size() - first), '0');
      if (zeros && !left && digits.size() < total) digits.insert(first, total - digits.size(), '0');
      if (digits.size() < total) digits.insert(left ? digits.size() : 0, total - digits.size(), ' ');
    }
    out += digits;
  }
  if (next < arguments.size()) throw TypeError("not all arguments converted during string formatting");
  return str::from_utf8(out);
}

}  // namespace detail

template <class... Arguments> str str::format(const Arguments&... arguments) const {
  size_t automatic = 0;
  return detail::format_fields(*this, {detail::FormatArgument::of(arguments)...}, automatic);
}

/** Python's `text % (arguments...)`. */
template <class... Arguments> str percent_format(const str& text, const Arguments&... arguments) {
  return detail::format_percent(text, {detail::FormatArgument::of(arguments)...});
}
template <class... Arguments> str percent_format(const str& text, const std::tuple<Arguments...>& arguments) {
  return std::apply([&](const auto&... argument) { return percent_format(text, argument...); }, arguments);
}

/** Python's `text.format_map(values)` of a dict. */
template <class Dict> str format_map(const str& text, const Dict& values) {
  std::vector<std::string> names;
  for (const auto& key : values.keys()) names.push_back(key.utf8());
  std::vector<detail::FormatArgument> arguments;
  size_t at = 0, automatic = 0;
  for (const auto& value : values.values()) arguments.push_back(detail::FormatArgument::of(value, names[at++].c_str()));
  return detail::format_fields(text, arguments, automatic);
}

/** `text.format(…)`. */
template <class... Args> str format_with(const str& text, const Args&... args) {
  return text.format(args...);
}

}  // namespace py
