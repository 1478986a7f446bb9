// requires: core, exceptions, compare, str, str_methods, list, slice, arithmetic, builtins, tuple
// Python's bytes and bytearray.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

class bytearray;

namespace detail {

struct ByteBody {
  size_t refs = 1;
  std::string data;
};

inline char to_byte(int64_t value, const char* message = "byte must be in range(0, 256)") {
  if (value < 0 || value > 255) raise_value_error(message);
  return static_cast<char>(static_cast<unsigned char>(value));
}
inline bool is_byte_space(unsigned char c) { return c == ' ' || (c >= 9 && c <= 13); }
inline bool is_byte_upper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
inline bool is_byte_lower(unsigned char c) { return c >= 'a' && c <= 'z'; }
inline bool is_byte_digit(unsigned char c) { return c >= '0' && c <= '9'; }
inline bool is_byte_alpha(unsigned char c) { return is_byte_upper(c) || is_byte_lower(c); }
inline char byte_upper(char c) { return is_byte_lower(static_cast<unsigned char>(c)) ? static_cast<char>(c - 32) : c; }
inline char byte_lower(char c) { return is_byte_upper(static_cast<unsigned char>(c)) ? static_cast<char>(c + 32) : c; }

inline void write_byte_text(std::string& out, const std::string& data) {
  const char quote = data.find('\'') != std::string::npos && data.find('"') == std::string::npos ? '"' : '\'';
  out += 'b';
  out += quote;
  for (const char each : data) {
    const auto c = static_cast<unsigned char>(each);
    if (each == quote || each == '\\') {
      out += '\\';
      out += each;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 32 || c > 126) {
      out += "\\x";
      out += "0123456789abcdef"[c >> 4];
      out += "0123456789abcdef"[c & 15];
    } else {
      out += each;
    }
  }
  out += quote;
}

/** The characters of the same numbers, whose methods do what those of bytes do. */
inline str as_latin1(const std::string& data) {
  return str::from_latin1(reinterpret_cast<const unsigned char*>(data.data()), data.size());
}
inline std::string from_latin1_text(const str& text) {
  return std::string(reinterpret_cast<const char*>(text.narrow()), text.size());
}

std::string encode_text(const str& text, const str& encoding, const str& errors);
str decode_bytes(const std::string& data, const str& encoding, const str& errors);

/** What bytes and bytearray share. */
template <class Self> class ByteBase {
 public:
  using value_type = int64_t;

  ByteBase() : body_(new ByteBody) {}
  explicit ByteBase(std::string data) : body_(new ByteBody) { body_->data = std::move(data); }

  static Self of(const char* data, size_t size) { return Self(std::string(data, size)); }
  /** `bytes(n)`. */
  static Self zeros(int64_t count) {
    if (count < 0) raise_value_error("negative count");
    return Self(std::string(static_cast<size_t>(count), '\0'));
  }
  /** `bytes(items)`. */
  template <class Items> static Self from(const Items& items) {
    if constexpr (requires { items.raw(); }) {
      return Self(items.raw());
    } else {
      std::string data;
      for (auto&& item : items) data += to_byte(static_cast<int64_t>(item), Self::range_message);
      return Self(std::move(data));
    }
  }
  static Self encoded(const str& text, const str& encoding = str("utf-8"), const str& errors = str("strict")) {
    return Self(encode_text(text, encoding, errors));
  }
  static Self fromhex(const str& text) {
    std::string data;
    const auto value = [&](size_t at) -> int {
      const char32_t c = at < text.size() ? text.point(at) : U'\0';
      if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
      if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a') + 10;
      if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A') + 10;
      throw ValueError("non-hexadecimal number found in fromhex() arg at position " + std::to_string(at));
    };
    for (size_t at = 0; at < text.size(); at += 2) {
      while (at < text.size() && is_byte_space(static_cast<unsigned char>(text.point(at) < 128 ? text.point(at) : 0))) ++at;
      if (at >= text.size()) break;
      const int high = value(at);
      data += static_cast<char>(high * 16 + value(at + 1));
    }
    return Self(std::move(data));
  }

  const std::string& raw() const { return body_->data; }
  size_t size() const { return raw().size(); }
  bool empty() const { return raw().empty(); }
  int64_t __length_hint__() const { return static_cast<int64_t>(size()); }
  int64_t at(size_t i) const { return static_cast<unsigned char>(raw()[i]); }
  int64_t operator[](int64_t i) const { return at(place(i, "index out of range")); }
  bool contains(int64_t value) const { return raw().find(to_byte(value)) != std::string::npos; }
  template <class Other> bool contains(const ByteBase<Other>& part) const { return raw().find(part.raw()) != std::string::npos; }

  class iterator {
   public:
    iterator(Handle<ByteBody> body, size_t at) : body_(std::move(body)), at_(at) {}
    int64_t operator*() const { return static_cast<unsigned char>(body_->data[at_]); }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    struct end {};
    bool operator!=(end) const { return at_ < body_->data.size(); }

   private:
    Handle<ByteBody> body_;
    size_t at_;
  };
  iterator begin() const { return iterator(body_, 0); }
  typename iterator::end end() const { return {}; }

  str decode(const str& encoding = str("utf-8"), const str& errors = str("strict")) const { return decode_bytes(raw(), encoding, errors); }
  str hex() const {
    std::string out;
    for (const char each : raw()) {
      const auto c = static_cast<unsigned char>(each);
      out += "0123456789abcdef"[c >> 4];
      out += "0123456789abcdef"[c & 15];
    }
    return str::from_utf8(out);
  }
  /** `hex(separator, group)`: groups are counted from the right, from the left for a negative size. */
  str hex(const str& separator, int64_t group = 1) const {
    const str digits = hex();
    const auto n = static_cast<int64_t>(size());
    str out;
    for (int64_t i = 0; i < n; ++i) {
      const bool between = i > 0 && group != 0 && (group > 0 ? (n - i) % group == 0 : i % -group == 0);
      if (between) out += separator;
      out += digits.substring(static_cast<size_t>(2 * i), 2);
    }
    return out;
  }

  template <class B> int64_t find(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return text().find(part_of(part), start, end);
  }
  template <class B> int64_t rfind(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return text().rfind(part_of(part), start, end);
  }
  template <class B> int64_t index(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return found(find(part, start, end));
  }
  template <class B> int64_t rindex(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return found(rfind(part, start, end));
  }
  template <class B> int64_t count(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return text().count(part_of(part), start, end);
  }
  template <class B> bool startswith(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return text().startswith(part_of(part), start, end);
  }
  template <class B> bool endswith(const B& part, int64_t start = 0, int64_t end = str::to_end) const {
    return text().endswith(part_of(part), start, end);
  }
  template <class A, class B> Self replace(const A& old, const B& fresh, int64_t limit = -1) const {
    return made(text().replace(part_of(old), part_of(fresh), limit));
  }
  template <class B> std::tuple<Self, Self, Self> partition(const B& separator) const {
    const auto [before, between, after] = text().partition(part_of(separator));
    return {made(before), made(between), made(after)};
  }
  template <class B> std::tuple<Self, Self, Self> rpartition(const B& separator) const {
    const auto [before, between, after] = text().rpartition(part_of(separator));
    return {made(before), made(between), made(after)};
  }
  template <class B> Self removeprefix(const B& prefix) const { return made(text().removeprefix(part_of(prefix))); }
  template <class B> Self removesuffix(const B& suffix) const { return made(text().removesuffix(part_of(suffix))); }
  template <class B> Self strip(const B& characters) const { return made(text().strip(part_of(characters))); }
  template <class B> Self lstrip(const B& characters) const { return made(text().lstrip(part_of(characters))); }
  template <class B> Self rstrip(const B& characters) const { return made(text().rstrip(part_of(characters))); }
  Self strip() const { return strip(Self(" \t\n\r\v\f")); }
  Self lstrip() const { return lstrip(Self(" \t\n\r\v\f")); }
  Self rstrip() const { return rstrip(Self(" \t\n\r\v\f")); }
  list<Self> split() const {
    list<Self> parts;
    const std::string& data = raw();
    for (size_t at = 0; at < data.size();) {
      while (at < data.size() && is_byte_space(static_cast<unsigned char>(data[at]))) ++at;
      const size_t start = at;
      while (at < data.size() && !is_byte_space(static_cast<unsigned char>(data[at]))) ++at;
      if (at > start) parts.append(Self(data.substr(start, at - start)));
    }
    return parts;
  }
  template <class B> list<Self> split(const B& separator, int64_t limit = -1) const {
    return all_made(text().split(std::optional<str>(part_of(separator)), limit));
  }
  template <class B> list<Self> rsplit(const B& separator, int64_t limit = -1) const {
    return all_made(text().rsplit(std::optional<str>(part_of(separator)), limit));
  }
  list<Self> splitlines(bool keep_ends = false) const {
    list<Self> lines;
    const std::string& data = raw();
    for (size_t at = 0; at < data.size();) {
      size_t end = at;
      while (end < data.size() && data[end] != '\n' && data[end] != '\r') ++end;
      size_t next = end < data.size() ? end + 1 : end;
      if (end + 1 < data.size() && data[end] == '\r' && data[end + 1] == '\n') ++next;
      lines.append(Self(data.substr(at, (keep_ends ? next : end) - at)));
      at = next;
    }
    return lines;
  }
  template <class Items> Self join(const Items& items) const {
    std::string joined;
    bool first = true;
    for (auto&& item : items) {
      if (!first) joined += raw();
      first = false;
      joined += item.raw();
    }
    return Self(std::move(joined));
  }
  Self upper() const { return changed(byte_upper); }
  Self lower() const { return changed(byte_lower); }
  Self swapcase() const {
    return changed([](char c) { return is_byte_upper(static_cast<unsigned char>(c)) ? byte_lower(c) : byte_upper(c); });
  }
  Self capitalize() const {
    std::string data = lower().raw();
    if (!data.empty()) data[0] = byte_upper(data[0]);
    return Self(std::move(data));
  }
  Self title() const {
    bool inside = false;
    return changed([&](char c) {
      const char result = inside ? byte_lower(c) : byte_upper(c);
      inside = is_byte_alpha(static_cast<unsigned char>(c));
      return result;
    });
  }
  bool isalpha() const { return all_bytes(is_byte_alpha); }
  bool isdigit() const { return all_bytes(is_byte_digit); }
  bool isspace() const { return all_bytes(is_byte_space); }
  bool isalnum() const {
    return all_bytes([](unsigned char c) { return is_byte_alpha(c) || is_byte_digit(c); });
  }
  bool isascii() const {
    return empty() || all_bytes([](unsigned char c) { return c < 128; });
  }
  bool isupper() const { return cased(is_byte_upper, is_byte_lower); }
  bool islower() const { return cased(is_byte_lower, is_byte_upper); }
  Self zfill(int64_t width) const { return made(text().zfill(width)); }
  Self ljust(int64_t width, const Self& fill = Self(" ")) const { return made(text().ljust(width, fill.text())); }
  Self rjust(int64_t width, const Self& fill = Self(" ")) const { return made(text().rjust(width, fill.text())); }
  Self center(int64_t width, const Self& fill = Self(" ")) const { return made(text().center(width, fill.text())); }
  Self expandtabs(int64_t tab = 8) const { return made(text().expandtabs(tab)); }

  template <class Other> friend Self operator+(const ByteBase& a, const ByteBase<Other>& b) { return Self(a.raw() + b.raw()); }
  friend Self operator*(const ByteBase& a, int64_t count) {
    std::string data;
    for (int64_t i = 0; i < count; ++i) data += a.raw();
    return Self(std::move(data));
  }
  friend Self operator*(int64_t count, const ByteBase& a) { return a * count; }
  template <class Other> friend bool operator==(const ByteBase& a, const ByteBase<Other>& b) { return a.raw() == b.raw(); }
  template <class Other> friend bool operator<(const ByteBase& a, const ByteBase<Other>& b) { return a.raw() < b.raw(); }
  template <class Other> friend bool operator>(const ByteBase& a, const ByteBase<Other>& b) { return a.raw() > b.raw(); }
  template <class Other> friend bool operator<=(const ByteBase& a, const ByteBase<Other>& b) { return a.raw() <= b.raw(); }
  template <class Other> friend bool operator>=(const ByteBase& a, const ByteBase<Other>& b) { return a.raw() >= b.raw(); }

  str text() const { return as_latin1(raw()); }

 protected:
  size_t place(int64_t i, const char* message) const {
    const auto n = static_cast<int64_t>(size());
    if (i < 0) i += n;
    if (i < 0 || i >= n) raise_index_error(message);
    return static_cast<size_t>(i);
  }
  static Self made(const str& text) { return Self(from_latin1_text(text)); }
  static list<Self> all_made(const list<str>& texts) {
    list<Self> parts;
    for (const str& each : texts) parts.append(made(each));
    return parts;
  }
  static int64_t found(int64_t place) {
    if (place < 0) raise_value_error("subsection not found");
    return place;
  }
  template <class B> static str part_of(const B& part) {
    if constexpr (std::is_integral_v<B>) return str::of(static_cast<unsigned char>(to_byte(part)));
    else return part.text();
  }
  template <class Change> Self changed(Change change) const {
    std::string data = raw();
    for (char& c : data) c = change(c);
    return Self(std::move(data));
  }
  template <class Test> bool all_bytes(Test test) const {
    for (const char c : raw()) {
      if (!test(static_cast<unsigned char>(c))) return false;
    }
    return !empty();
  }
  template <class Good, class Bad> bool cased(Good good, Bad bad) const {
    bool seen = false;
    for (const char c : raw()) {
      if (bad(static_cast<unsigned char>(c))) return false;
      seen |= good(static_cast<unsigned char>(c));
    }
    return seen;
  }

  Handle<ByteBody> body_;
};

}  // namespace detail

/** Python's `bytes`. */
class bytes : public detail::ByteBase<bytes> {
 public:
  static constexpr const char* range_message = "bytes must be in range(0, 256)";
  using ByteBase::ByteBase;
};

/** Python's `bytearray`: copies of the handle share the bytes. */
class bytearray : public detail::ByteBase<bytearray> {
 public:
  static constexpr const char* range_message = "byte must be in range(0, 256)";
  using ByteBase::ByteBase;

  /** A byte that can be set: `data[i] = value`. */
  class Place {
   public:
    Place(std::string& data, size_t at) : data_(data), at_(at) {}
    operator int64_t() const { return static_cast<unsigned char>(data_[at_]); }
    const Place& operator=(int64_t value) const {
      data_[at_] = detail::to_byte(value);
      return *this;
    }

   private:
    std::string& data_;
    size_t at_;
  };
  int64_t operator[](int64_t i) const { return at(place(i, "bytearray index out of range")); }
  void set(int64_t i, int64_t value) const {
    const size_t at = place(i, "bytearray index out of range");
    body_->data[at] = detail::to_byte(value);
  }
  void append(int64_t value) const { body_->data += detail::to_byte(value); }
  template <class Items> void extend(const Items& items) const { body_->data += from(items).raw(); }
  void insert(int64_t i, int64_t value) const {
    const auto n = static_cast<int64_t>(size());
    if (i < 0) i = i + n < 0 ? 0 : i + n;
    if (i > n) i = n;
    body_->data.insert(body_->data.begin() + i, detail::to_byte(value));
  }
  int64_t pop(int64_t i = -1) const {
    if (empty()) raise_index_error("pop from empty bytearray");
    const size_t from = place(i, "pop index out of range");
    const int64_t value = at(from);
    body_->data.erase(from, 1);
    return value;
  }
  void remove(int64_t value) const {
    const size_t found = body_->data.find(detail::to_byte(value));
    if (found == std::string::npos) raise_value_error("value not found in bytearray");
    body_->data.erase(found, 1);
  }
  void clear() const { body_->data.clear(); }
  void reverse() const { body_->data = std::string(body_->data.rbegin(), body_->data.rend()); }
  bytearray copy() const { return bytearray(raw()); }
  void assign(std::string data) const { body_->data = std::move(data); }
  template <class Other> bytearray& operator+=(const Other& other) {
    extend(other);
    return *this;
  }
};

/** Python's `data[start:stop:step]`. */
template <class Bytes>
  requires requires(const Bytes& data) { data.raw(); }
Bytes slice(const Bytes& data, bound start, bound stop = {}, bound step = {}) {
  const detail::Span span(static_cast<int64_t>(data.size()), start, stop, step);
  std::string picked;
  for (int64_t i = 0, at = span.start; i < span.count; ++i, at += span.step) picked += data.raw()[static_cast<size_t>(at)];
  return Bytes(std::move(picked));
}

/** Python's `data[start:stop:step] = items` and, without items, `del data[start:stop:step]`. */
template <class Items> void set_slice(const bytearray& data, bound start, bound stop, bound step, const Items& items) {
  list<int64_t> values = list<int64_t>::from(data);
  set_slice(values, start, stop, step, list<int64_t>::from(items));
  data.assign(bytearray::from(values).raw());
}
inline void del_slice(const bytearray& data, bound start, bound stop = {}, bound step = {}) {
  const list<int64_t> values = list<int64_t>::from(data);
  del_slice(values, start, stop, step);
  data.assign(bytearray::from(values).raw());
}
inline void del_item(const bytearray& data, int64_t i) {
  if (data.empty()) raise_index_error("bytearray index out of range");
  const auto n = static_cast<int64_t>(data.size());
  if (i < -n || i >= n) raise_index_error("bytearray index out of range");
  data.pop(i);
}

template <> struct Text<bytes> {
  static void repr(std::string& out, const bytes& data) { detail::write_byte_text(out, data.raw()); }
};
template <> struct Text<bytearray> {
  static void repr(std::string& out, const bytearray& data) {
    out += "bytearray(";
    detail::write_byte_text(out, data.raw());
    out += ')';
  }
};
template <> struct Hash<bytes> {
  static int64_t of(const bytes& data) { return data.text().hash(); }
};

namespace detail {

enum class Codec { utf8, ascii, latin1 };

inline Codec codec_of(const str& encoding) {
  std::string name;
  for (const char c : encoding.utf8()) {
    if (c != '-' && c != '_' && c != ' ') name += byte_lower(c);
  }
  if (name == "utf8" || name == "u8") return Codec::utf8;
  if (name == "ascii" || name == "usascii") return Codec::ascii;
  if (name == "latin1" || name == "iso88591" || name == "l1" || name == "latin") return Codec::latin1;
  throw LookupError("unknown encoding: " + encoding.utf8());
}

PY_COLD inline void check_errors(const str& errors) {
  const std::string name = errors.utf8();
  if (name != "strict" && name != "ignore" && name != "replace")
    throw LookupError("unknown error handler name '" + name + "'");
}

PY_COLD [[noreturn]] inline void raise_encode_error(const str& text, size_t first, size_t last, Codec codec) {
  const char* name = codec == Codec::ascii ? "ascii" : "latin-1";
  const char* limit = codec == Codec::ascii ? "128" : "256";
  std::string message = std::string("'") + name + "' codec can't encode character";
  if (last - first > 1) {
    message += "s in position " + std::to_string(first) + "-" + std::to_string(last - 1);
  } else {
    const char32_t c = text.point(first);
    const int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    std::string code;
    for (int i = digits - 1; i >= 0; --i) code += "0123456789abcdef"[c >> (4 * i) & 15];
    message += std::string(" '\\") + (digits == 2 ? "x" : digits == 4 ? "u" : "U") + code + "' in position " + std::to_string(first);
  }
  throw UnicodeEncodeError(message + ": ordinal not in range(" + limit + ")");
}

inline std::string encode_text(const str& text, const str& encoding, const str& errors) {
  const Codec codec = codec_of(encoding);
  if (codec == Codec::utf8) return text.utf8();
  const char32_t limit = codec == Codec::ascii ? 128 : 256;
  std::string data;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.point(i) < limit) {
      data += static_cast<char>(text.point(i));
      continue;
    }
    check_errors(errors);
    if (errors == str("replace")) data += '?';
    if (errors != str("strict")) continue;
    size_t last = i;
    while (last < text.size() && text.point(last) >= limit) ++last;
    raise_encode_error(text, i, last, codec);
  }
  return data;
}

inline str decode_bytes(const std::string& data, const str& encoding, const str& errors) {
  const Codec codec = codec_of(encoding);
  if (codec == Codec::latin1) return as_latin1(data);
  std::u32string out;
  const auto fail = [&](size_t first, size_t count, const char* reason) {
    check_errors(errors);
    if (errors == str("replace")) out += char32_t{0xFFFD};
    if (errors != str("strict")) return;
    std::string message = codec == Codec::ascii ? "'ascii' codec can't decode byte" : "'utf-8' codec can't decode byte";
    const auto c = static_cast<unsigned char>(data[first]);
    if (count > 1) message += "s in position " + std::to_string(first) + "-" + std::to_string(first + count - 1);
    else message += std::string(" 0x") + "0123456789abcdef"[c >> 4] + "0123456789abcdef"[c & 15] + " in position " + std::to_string(first);
    throw UnicodeDecodeError(message + ": " + reason);
  };
  for (size_t at = 0; at < data.size();) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(data[i]); };
    const unsigned char c = byte(at);
    if (c < 0x80) {
      out += c;
      ++at;
      continue;
    }
    if (codec == Codec::ascii) {
      fail(at++, 1, "ordinal not in range(128)");
      continue;
    }
    const size_t length = c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
    if (length == 0) {
      fail(at++, 1, "invalid start byte");
      continue;
    }
    size_t good = 1;
    while (good < length && at + good < data.size()) {
      const unsigned char next = byte(at + good);
      const unsigned char low = good > 1 ? 0x80 : c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
      const unsigned char high = good > 1 ? 0xBF : c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
      if (next < low || next > high) break;
      ++good;
    }
    if (good == length) {
      out += read_utf8(data.data(), data.size(), at);
      continue;
    }
    fail(at, good, at + good == data.size() ? "unexpected end of data" : "invalid continuation byte");
    at += good;
  }
  return str::from_points(out);
}

}  // namespace detail

inline bytes str::encode() const { return bytes(utf8()); }
inline bytes str::encode(const str& encoding) const { return bytes(detail::encode_text(*this, encoding, str("strict"))); }

/** Python's `ord(c)` of one byte. */
template <class Whole> int64_t ord(const detail::ByteBase<Whole>& c) {
  if (c.raw().size() != 1) detail::raise_not_a_character(c.raw().size());
  return static_cast<unsigned char>(c.raw()[0]);
}

}  // namespace py
