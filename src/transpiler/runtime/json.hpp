// requires: core, exceptions, str, list, dict, tuple, numbers, variant, sort
// json.dumps().
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace py::json {

/** How a value is written. */
struct Style {
  std::optional<std::string> indent;
  std::string item_separator, key_separator;
  bool sort_keys, ensure_ascii;
};

namespace detail {

inline void write_text(std::string& out, const str& text, const Style& style) {
  const auto escape = [&](char32_t unit) {
    out += "\\u";
    for (int i = 3; i >= 0; --i) out += "0123456789abcdef"[unit >> (4 * i) & 15];
  };
  out += '"';
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.point(i);
    if (c == '"') out += "\\\"";
    else if (c == '\\') out += "\\\\";
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (c == '\b') out += "\\b";
    else if (c == '\f') out += "\\f";
    else if (c < 0x20) escape(c);
    else if (c < 0x7F || !style.ensure_ascii || c == 0x7F) py::detail::append_utf8(out, c);
    else if (c < 0x10000) escape(c);
    else {
      escape(0xD800 + ((c - 0x10000) >> 10));
      escape(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  out += '"';
}
inline void write_number(std::string& out, double value) {
  if (value != value) out += "NaN";
  else if (std::isinf(value)) out += value < 0 ? "-Infinity" : "Infinity";
  else write_repr(out, value);
}
inline void new_line(std::string& out, const Style& style, int depth) {
  if (!style.indent) return;
  out += '\n';
  for (int i = 0; i < depth; ++i) out += *style.indent;
}

template <class T> void write(std::string& out, const T& value, const Style& style, int depth);

template <class Items> void write_items(std::string& out, const Items& items, const Style& style, int depth) {
  bool first = true;
  for (auto&& item : items) {
    out += first ? "[" : style.item_separator;
    first = false;
    new_line(out, style, depth + 1);
    write(out, item, style, depth + 1);
  }
  if (first) {
    out += "[]";
    return;
  }
  new_line(out, style, depth);
  out += ']';
}
template <class K> str key_of(const K& key) {
  if constexpr (std::is_same_v<K, str>) return key;
  else if constexpr (std::is_same_v<K, bool>) return str(key ? "true" : "false");
  else if constexpr (std::is_same_v<K, NoneType>) return str("null");
  else if constexpr (is_union<K>) return std::visit([](const auto& held) { return key_of(held); }, key);
  else if constexpr (is_optional<K>) return key ? key_of(*key) : str("null");
  else {
    std::string text;
    if constexpr (std::is_same_v<K, double>) write_number(text, key);
    else write_repr(text, key);
    return str::from_utf8(text);
  }
}
template <class Dict> void write_entries(std::string& out, const Dict& values, const Style& style, int depth) {
  using K = typename Dict::key_type;
  list<K> keys = list<K>::from(values.keys());
  if (keys.empty()) {
    out += "{}";
    return;
  }
  if (style.sort_keys) keys.sort();
  bool first = true;
  for (const auto& key : keys) {
    out += first ? "{" : style.item_separator;
    first = false;
    new_line(out, style, depth + 1);
    write_text(out, key_of(key), style);
    out += style.key_separator;
    write(out, *values.find(key), style, depth + 1);
  }
  new_line(out, style, depth);
  out += '}';
}
template <class T> void write(std::string& out, const T& value, const Style& style, int depth) {
  if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_same_v<T, NoneType>) {
    out += "null";
  } else if constexpr (std::is_same_v<T, str>) {
    write_text(out, value, style);
  } else if constexpr (std::is_same_v<T, double>) {
    write_number(out, value);
  } else if constexpr (is_union<T>) {
    std::visit([&](const auto& held) { write(out, held, style, depth); }, value);
  } else if constexpr (is_optional<T>) {
    if (value) write(out, *value, style, depth);
    else out += "null";
  } else if constexpr (requires { typename T::mapped_type; }) {
    write_entries(out, value, style, depth);
  } else if constexpr (requires { typename T::value_type; value.begin(); }) {
    write_items(out, value, style, depth);
  } else if constexpr (py::detail::is_tuple<T>) {
    if constexpr (std::tuple_size_v<T> == 0) {
      out += "[]";
    } else {
      bool first = true;
      std::apply(
          [&](const auto&... item) {
            const auto one = [&](const auto& each) {
              out += first ? "[" : style.item_separator;
              first = false;
              new_line(out, style, depth + 1);
              write(out, each, style, depth + 1);
            };
            (one(item), ...);
          },
          value);
      new_line(out, style, depth);
      out += ']';
    }
  } else {
    write_repr(out, value);
  }
}

}  // namespace detail

/** Python's `json.dumps(value, ...)`. */
template <class T> str dumps(const T& value, const Style& style) {
  std::string out;
  detail::write(out, value, style, 0);
  return str::from_utf8(out);
}

}  // namespace py::json
