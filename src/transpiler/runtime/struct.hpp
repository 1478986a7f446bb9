// requires: core, exceptions, str, bytes, int
// The module struct.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace py {

/** Python's `struct.error`. */
struct StructError : Exception {
  using Exception::Exception;
  const char* type_name() const override { return "error"; }
};

}  // namespace py

namespace py::struct_ {

namespace detail {

/** One value of a format: its letter, its size in bytes, where it starts and, for `s`, its length. */
struct Field {
  char letter;
  size_t size, start;
};
struct Layout {
  std::vector<Field> fields;
  size_t size = 0;
  bool big = false;
};

inline Layout layout_of(const std::string& format) {
  Layout layout;
  size_t at = 0;
  bool native = true;
  if (!format.empty() && std::string("@=<>!").find(format[0]) != std::string::npos) {
    native = format[0] == '@';
    layout.big = format[0] == '>' || format[0] == '!';
    at = 1;
  }
  for (; at < format.size(); ++at) {
    size_t count = 1;
    if (format[at] == ' ') continue;
    if (format[at] >= '0' && format[at] <= '9') {
      count = 0;
      for (; at < format.size() && format[at] >= '0' && format[at] <= '9'; ++at) count = count * 10 + static_cast<size_t>(format[at] - '0');
    }
    const char letter = at < format.size() ? format[at] : '\0';
    const size_t size = std::string("xcbB?s").find(letter) != std::string::npos ? 1
                        : letter == 'h' || letter == 'H'                       ? 2
                        : letter == 'i' || letter == 'I' || letter == 'f'      ? 4
                        : letter == 'l' || letter == 'L'                       ? (native ? 8 : 4)
                        : letter == 'q' || letter == 'Q' || letter == 'd'      ? 8
                                                                               : 0;
    if (size == 0 || letter == '\0') throw StructError("bad char in struct format");
    if (native && count > 0) layout.size = (layout.size + size - 1) / size * size;
    if (letter == 's') {
      layout.fields.push_back({letter, count, layout.size});
      layout.size += count;
      continue;
    }
    for (size_t i = 0; i < count; ++i, layout.size += size) {
      if (letter != 'x') layout.fields.push_back({letter, size, layout.size});
    }
  }
  return layout;
}
inline void put(std::string& out, const Field& field, uint64_t bits, bool big) {
  for (size_t i = 0; i < field.size; ++i) out[field.start + (big ? field.size - 1 - i : i)] = static_cast<char>(bits >> (8 * i));
}
inline uint64_t take(const std::string& data, const Field& field, bool big) {
  uint64_t bits = 0;
  for (size_t i = 0; i < field.size; ++i) {
    bits |= static_cast<uint64_t>(static_cast<unsigned char>(data[field.start + (big ? field.size - 1 - i : i)])) << (8 * i);
  }
  return bits;
}
inline void check_range(const Field& field, const Int& value) {
  const bool is_signed = field.letter >= 'a';
  const int64_t bits = static_cast<int64_t>(8 * field.size);
  const Int one(int64_t{1});
  const Int low = is_signed ? Int(int64_t{0}) - (one << Int(bits - 1)) : Int(int64_t{0});
  const Int high = (one << Int(is_signed ? bits - 1 : bits)) - one;
  if (low <= value && value <= high) return;
  if (field.letter == 'q' || field.letter == 'Q' || field.letter == 'l' || field.letter == 'L') {
    if (field.size == 8) throw StructError("int too large to convert");
  }
  const std::string name = field.letter == 'b' ? "byte" : field.letter == 'B' ? "ubyte" : field.letter == 'h' ? "short" : field.letter == 'H' ? "ushort" : "";
  std::string text = name.empty() ? std::string("'") + field.letter + "' format requires " : name + " format requires ";
  write_str(text, low);
  text += " <= number <= ";
  write_str(text, high);
  throw StructError(text);
}
template <class T> void pack_one(std::string& out, const Field& field, const T& value, bool big) {
  if (field.letter == 's' || field.letter == 'c') {
    if constexpr (requires { value.raw(); }) {
      if (field.letter == 'c' && value.size() != 1) throw StructError("char format requires a bytes object of length 1");
      for (size_t i = 0; i < field.size && i < value.size(); ++i) out[field.start + i] = value.raw()[i];
      return;
    } else {
      throw StructError(field.letter == 's' ? "argument for 's' must be a bytes object" : "char format requires a bytes object of length 1");
    }
  }
  if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, Int>) {
    if (field.letter == 'd' || field.letter == 'f') {
      const double number = static_cast<double>(value);
      if (field.letter == 'd') return put(out, field, std::bit_cast<uint64_t>(number), big);
      const auto narrow = static_cast<float>(number);
      if (std::isinf(narrow) && !std::isinf(number)) throw OverflowError("float too large to pack with f format");
      return put(out, field, std::bit_cast<uint32_t>(narrow), big);
    }
    if constexpr (std::is_floating_point_v<T>) {
      if (field.letter != '?') throw StructError("required argument is not an integer");
      return put(out, field, value != 0, big);
    } else {
      if (field.letter == '?') return put(out, field, value != T(0), big);
      const Int whole(value);
      check_range(field, whole);
      const Int unsigned_value = whole < Int(int64_t{0}) ? whole + (Int(int64_t{1}) << Int(int64_t{64})) : whole;
      uint64_t bits = 0;
      for (int i = 0; i < 4; ++i) {
        const Int part = (unsigned_value >> Int(int64_t{16} * i)) & Int(int64_t{0xFFFF});
        bits |= static_cast<uint64_t>(static_cast<int64_t>(part)) << (16 * i);
      }
      return put(out, field, bits, big);
    }
  } else {
    throw StructError(field.letter == 'd' || field.letter == 'f' ? "required argument is not a float" : "required argument is not an integer");
  }
}
template <class T> T unpack_one(const std::string& data, const Field& field, bool big) {
  if constexpr (std::is_same_v<T, bytes>) {
    return bytes(data.substr(field.start, field.size));
  } else {
    const uint64_t bits = take(data, field, big);
    if constexpr (std::is_same_v<T, bool>) {
      return bits != 0;
    } else if constexpr (std::is_same_v<T, double>) {
      return field.size == 8 ? std::bit_cast<double>(bits) : static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(bits)));
    } else if constexpr (std::is_same_v<T, Int>) {
      return (Int(static_cast<int64_t>(bits >> 32)) << Int(int64_t{32})) | Int(static_cast<int64_t>(bits & 0xFFFFFFFF));
    } else {
      const size_t shift = 64 - 8 * field.size;
      return field.letter >= 'a' ? static_cast<int64_t>(bits << shift) >> shift : static_cast<int64_t>(bits);
    }
  }
}

}  // namespace detail

inline int64_t calcsize(const str& format) { return static_cast<int64_t>(detail::layout_of(format.utf8()).size); }

/** Python's `struct.pack(format, ...)`. */
template <class... Values> bytes pack(const str& format, const Values&... values) {
  const auto layout = detail::layout_of(format.utf8());
  if (layout.fields.size() != sizeof...(values)) {
    throw StructError("pack expected " + std::to_string(layout.fields.size()) + " items for packing (got " + std::to_string(sizeof...(values)) + ")");
  }
  std::string out(layout.size, '\0');
  size_t at = 0;
  (detail::pack_one(out, layout.fields[at++], values, layout.big), ...);
  return bytes(std::move(out));
}

/** Python's `struct.unpack(format, data)`; the types are known from the format. */
template <class... Values, class Data> std::tuple<Values...> unpack(const str& format, const Data& data) {
  const auto layout = detail::layout_of(format.utf8());
  if (data.size() != layout.size) throw StructError("unpack requires a buffer of " + std::to_string(layout.size) + " bytes");
  size_t at = 0;
  return std::tuple<Values...>{detail::unpack_one<Values>(data.raw(), layout.fields[at++], layout.big)...};
}

}  // namespace py::struct_
