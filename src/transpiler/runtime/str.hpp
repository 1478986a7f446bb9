// requires: core, exceptions, compare
// Immutable text of Unicode code points: up to 15 Latin-1 characters in place, more in a shared buffer of 1 or 4 bytes each.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace py {

namespace detail {

/** Appends one code point in UTF-8. */
inline void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/** Reads one code point from well-formed UTF-8 and moves `at` past it; a stray byte stands for U+FFFD. */
constexpr char32_t read_utf8(const char* text, size_t size, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  const size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || at + length > size) {
    ++at;
    return 0xFFFD;
  }
  char32_t c = length == 1 ? first : first & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) {
      ++at;
      return 0xFFFD;
    }
    c = c << 6 | (byte(at + i) & 0x3F);
  }
  at += length;
  return c;
}

inline bool all_ascii(const unsigned char* text, size_t size) {
  size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    uint64_t word;
    std::memcpy(&word, text + i, 8);
    if (word & 0x8080808080808080u) return false;
  }
  for (; i < size; ++i) {
    if (text[i] & 0x80) return false;
  }
  return true;
}

/** A length that no `int64_t` of a list can be to a compiler, so that it stays in a register while lists change. */
class Length {
 public:
  constexpr Length(size_t value) : held_(Held{value}) {}
  constexpr operator size_t() const { return static_cast<size_t>(held_); }

 private:
  enum class Held : size_t {};
  Held held_;
};

/** The shared buffer of a long string; the characters follow it in memory. */
struct StrBody {
  size_t refs = 1;
  Length size = 0;
  size_t capacity = 0;
  int64_t hash = 0;
  unsigned width = 1;

  unsigned char* narrow() { return reinterpret_cast<unsigned char*>(this + 1); }
  char32_t* wide() { return reinterpret_cast<char32_t*>(this + 1); }

  static StrBody* make(size_t size, unsigned width, size_t capacity) {
    void* memory = std::malloc(sizeof(StrBody) + capacity * width);
    if (!memory) throw std::bad_alloc();
    auto* body = new (memory) StrBody;
    body->size = size;
    body->capacity = capacity;
    body->width = width;
    return body;
  }
};

/** The first `size` bytes, at most 8, as the low ones of a word. */
inline uint64_t load_bytes(const unsigned char* text, size_t size) {
  uint64_t word = 0;
  if (size == 8) {
    std::memcpy(&word, text, 8);
  } else if (size >= 4) {
    uint32_t first, last;
    std::memcpy(&first, text, 4);
    std::memcpy(&last, text + size - 4, 4);
    word = first | static_cast<uint64_t>(last) << (size - 4) * 8;
  } else if (size) {
    word = text[0] | static_cast<uint64_t>(text[size / 2]) << size / 2 * 8 | static_cast<uint64_t>(text[size - 1]) << (size - 1) * 8;
  }
  return word;
}

inline uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ (x >> 32);
}

}  // namespace detail

/** Python's `str`. */
class str {
 public:
  static constexpr size_t inline_capacity = 15;
  using relocatable = void;

  constexpr str() = default;
  str(const char* utf8) : str(from_utf8(utf8)) {}
  str(const std::string& utf8) : str(from_utf8(utf8)) {}
  constexpr str(uint64_t low, uint64_t high) : low_(Word{low}), high_(Word{high}) {}
  str(const str& other) : low_(other.low_), high_(other.high_) {
    if (is_shared()) ++body()->refs;
  }
  str(str&& other) noexcept : low_(other.low_), high_(other.high_) { other.low_ = other.high_ = Word{}; }
  str& operator=(const str& other) {
    if (other.is_shared()) ++other.body()->refs;
    release();
    low_ = other.low_;
    high_ = other.high_;
    return *this;
  }
  str& operator=(str&& other) noexcept {
    std::swap(low_, other.low_);
    std::swap(high_, other.high_);
    return *this;
  }
  ~str() { release(); }

  static str from_utf8(std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    if (detail::all_ascii(bytes, text.size())) return from_latin1(bytes, text.size());
    std::u32string points;
    points.reserve(text.size());
    for (size_t at = 0; at < text.size();) points += detail::read_utf8(text.data(), text.size(), at);
    return from_points(points.data(), points.size());
  }
  static str from_latin1(const unsigned char* text, size_t size) {
    str result;
    if (size <= inline_capacity) {
      const uint64_t end = static_cast<uint64_t>(size) << 56;
      result.put(detail::load_bytes(text, size < 8 ? size : 8), size > 8 ? detail::load_bytes(text + 8, size - 8) | end : end);
    } else {
      auto* body = detail::StrBody::make(size, 1, size);
      std::memcpy(body->narrow(), text, size);
      result.adopt(body);
    }
    return result;
  }
  static str from_points(const char32_t* text, size_t size) {
    char32_t all = 0;
    for (size_t i = 0; i < size; ++i) all |= text[i];
    if (all < 0x100) {
      unsigned char small[64];
      if (size <= sizeof small) {
        for (size_t i = 0; i < size; ++i) small[i] = static_cast<unsigned char>(text[i]);
        return from_latin1(small, size);
      }
      auto* body = detail::StrBody::make(size, 1, size);
      for (size_t i = 0; i < size; ++i) body->narrow()[i] = static_cast<unsigned char>(text[i]);
      str result;
      result.adopt(body);
      return result;
    }
    auto* body = detail::StrBody::make(size, 4, size);
    std::memcpy(body->wide(), text, size * sizeof(char32_t));
    str result;
    result.adopt(body);
    return result;
  }
  static str from_points(const std::u32string& text) { return from_points(text.data(), text.size()); }
  /** A string of so many characters below 256, which `fill(place)` writes. */
  template <class Fill> static str filled(size_t size, const Fill& fill) {
    if (size <= inline_capacity) {
      unsigned char characters[inline_capacity + 1];
      fill(characters);
      return from_latin1(characters, size);
    }
    auto* body = detail::StrBody::make(size, 1, size);
    fill(body->narrow());
    str result;
    result.adopt(body);
    return result;
  }
  /** The string of one character. */
  static str of(char32_t c) {
    if (c < 0x100) return str(c, uint64_t{1} << 56);
    return from_points(&c, 1);
  }

  /** Number of code points. */
  size_t size() const { return is_shared() ? size_t{body()->size} : high() >> 56; }
  bool empty() const { return high() >> 56 == 0; }
  bool is_wide() const { return is_shared() && body()->width == 4; }
  const unsigned char* narrow() const {
    return is_shared() ? body()->narrow() : reinterpret_cast<const unsigned char*>(this);
  }
  const char32_t* wide() const { return body()->wide(); }
  /** The code point at a place that is known to exist. */
  char32_t point(size_t i) const { return is_wide() ? wide()[i] : narrow()[i]; }
  /** Calls `use(characters, size)` with a pointer to 1-byte or 4-byte characters. */
  template <class Use> decltype(auto) visit(Use use) const {
    return is_wide() ? use(wide(), size()) : use(narrow(), size());
  }

  /** Appends the text in UTF-8. */
  void write(std::string& out) const {
    if (is_wide()) {
      for (size_t i = 0; i < size(); ++i) detail::append_utf8(out, wide()[i]);
    } else if (detail::all_ascii(narrow(), size())) {
      out.append(reinterpret_cast<const char*>(narrow()), size());
    } else {
      for (size_t i = 0; i < size(); ++i) detail::append_utf8(out, narrow()[i]);
    }
  }
  std::string utf8() const {
    std::string out;
    write(out);
    return out;
  }

  /** The character at `i`, which may count from the end. */
  str operator[](int64_t i) const { return of(at(i)); }
  /** The code point at `i`, which may count from the end. */
  char32_t at(int64_t i) const {
    const auto n = static_cast<int64_t>(size());
    if (i < 0) i += n;
    if (static_cast<uint64_t>(i) >= static_cast<uint64_t>(n)) [[unlikely]] raise_index_error("string index out of range");
    return point(static_cast<size_t>(i));
  }
  /** The `count` characters from `start`, both known to be in range. */
  str substring(size_t start, size_t count) const {
    if (count == size()) return *this;
    return is_wide() ? from_points(wide() + start, count) : from_latin1(narrow() + start, count);
  }

  /** Adds to the end, in place when nobody else holds the buffer. */
  str& operator+=(const str& other) {
    if (!is_shared() && !other.is_shared()) {
      const size_t old_size = high() >> 56, total = old_size + (other.high() >> 56);
      if (total > inline_capacity) return append(other);
      constexpr uint64_t characters = (uint64_t{1} << 56) - 1;
      const uint64_t own = high() & characters, added = other.low(), more = other.high() & characters, end = static_cast<uint64_t>(total) << 56;
      const size_t shift = old_size % 8 * 8;
      if (old_size >= 8) {
        put(low(), own | added << shift | end);
      } else if (shift == 0) {
        put(added, more | end);
      } else {
        put(low() | added << shift, more << shift | added >> (64 - shift) | end);
      }
      return *this;
    }
    if (is_shared() && !other.is_shared()) {
      detail::StrBody* own = body();
      const size_t added = other.high() >> 56, total = own->size + added;
      if (own->refs == 1 && own->width == 1 && total <= own->capacity) {
        unsigned char* end = own->narrow() + own->size;
        if (own->size + 16 <= own->capacity) {
          std::memcpy(end, &other.low_, 8);
          std::memcpy(end + 8, &other.high_, 8);
        } else {
          std::memcpy(end, other.narrow(), added);
        }
        own->size = total;
        own->hash = 0;
        return *this;
      }
    }
    return append(other);
  }
  friend str operator+(const str& a, const str& b) {
    if (!a.is_shared() && !b.is_shared() && a.size() + b.size() <= inline_capacity) return str(a) += b;
    const size_t total = a.size() + b.size();
    if (b.empty()) return a;
    if (a.empty()) return b;
    auto* joined = detail::StrBody::make(total, a.is_wide() || b.is_wide() ? 4 : 1, total);
    a.copy_to(joined, 0);
    b.copy_to(joined, a.size());
    str result;
    result.adopt(joined);
    return result;
  }
  friend str operator+(str&& a, const str& b) { return std::move(a += b); }

  /** The text `count` times. */
  friend str operator*(const str& text, int64_t count) {
    if (count <= 0 || text.empty()) return str();
    if (count == 1) return text;
    const size_t size = text.size(), total = size * static_cast<size_t>(count);
    if (total <= inline_capacity && !text.is_shared()) {
      unsigned char repeated[16];
      for (size_t i = 0; i < total; ++i) repeated[i] = text.narrow()[i % size];
      return from_latin1(repeated, total);
    }
    auto* body = detail::StrBody::make(total, text.is_wide() ? 4 : 1, total);
    if (size == 1 && body->width == 1) {
      std::memset(body->narrow(), text.narrow()[0], total);
    } else {
      for (size_t at = 0; at < total; at += size) text.copy_to(body, at);
    }
    str result;
    result.adopt(body);
    return result;
  }
  friend str operator*(int64_t count, const str& text) { return text * count; }
  str& operator*=(int64_t count) { return *this = *this * count; }

  friend bool operator==(const str& a, const str& b) {
    if (a.low_ == b.low_ && a.high_ == b.high_) return true;
    if (!a.is_shared() || !b.is_shared()) return false;
    const auto *x = a.body(), *y = b.body();
    return x->size == y->size && x->width == y->width && std::memcmp(x + 1, y + 1, x->size * x->width) == 0;
  }
  /** Negative, zero or positive, by code points. */
  int compare(const str& other) const {
    const size_t common = std::min(size(), other.size());
    if (!is_wide() && !other.is_wide()) {
      const int order = std::memcmp(narrow(), other.narrow(), common);
      if (order != 0) return order;
    } else {
      for (size_t i = 0; i < common; ++i) {
        const char32_t x = point(i), y = other.point(i);
        if (x != y) return x < y ? -1 : 1;
      }
    }
    return size() < other.size() ? -1 : size() > other.size();
  }
  friend bool operator<(const str& a, const str& b) { return a.compare(b) < 0; }
  friend bool operator<=(const str& a, const str& b) { return a.compare(b) <= 0; }
  friend bool operator>(const str& a, const str& b) { return a.compare(b) > 0; }
  friend bool operator>=(const str& a, const str& b) { return a.compare(b) >= 0; }

  int64_t hash() const {
    if (!is_shared()) {
      if (high() == 0) return 0;
#if defined(__SIZEOF_INT128__)
      __extension__ using wide = unsigned __int128;
      const wide product = static_cast<wide>(low() ^ 0xd6e8feb86659fd93u) * (high() ^ 0x9e3779b97f4a7c15u);
      return static_cast<int64_t>((static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64)) >> 1);
#else
      return static_cast<int64_t>(detail::mix(low() ^ detail::mix(high() + 0x9e3779b97f4a7c15u)) >> 1);
#endif
    }
    if (body()->hash == 0) body()->hash = hash_bytes(body() + 1, body()->size * body()->width);
    return body()->hash;
  }

  /** Where `part` first starts within [from, to), or -1. */
  int64_t find_from(const str& part, size_t from, size_t to) const {
    const size_t length = part.size();
    if (to > size()) to = size();
    if (from > to || length > to - from) return -1;
    if (length == 0) return static_cast<int64_t>(from);
    if (part.is_wide() && !is_wide()) return -1;
    if (!is_wide()) {
      const std::string_view text(reinterpret_cast<const char*>(narrow()), to);
      const auto at = text.find(std::string_view(reinterpret_cast<const char*>(part.narrow()), length), from);
      return at == std::string_view::npos ? -1 : static_cast<int64_t>(at);
    }
    for (size_t i = from; i + length <= to; ++i) {
      size_t matched = 0;
      while (matched < length && wide()[i + matched] == part.point(matched)) ++matched;
      if (matched == length) return static_cast<int64_t>(i);
    }
    return -1;
  }
  bool contains(const str& part) const { return find_from(part, 0, size()) >= 0; }

  /** Goes over the characters, each as a string of one. */
  class iterator;
  iterator begin() const;
  iterator end() const;
  using value_type = str;

  // Python's methods, defined in the section str_methods; ends of ranges default to the whole text.
  static constexpr int64_t to_end = INT64_MAX;
  str lower() const;
  str upper() const;
  str casefold() const;
  str capitalize() const;
  str title() const;
  str swapcase() const;
  str strip() const;
  str lstrip() const;
  str rstrip() const;
  str strip(const std::optional<str>& characters) const;
  str lstrip(const std::optional<str>& characters) const;
  str rstrip(const std::optional<str>& characters) const;
  list<str> split() const;
  list<str> split(const std::optional<str>& separator, int64_t limit = -1) const;
  list<str> rsplit() const;
  list<str> rsplit(const std::optional<str>& separator, int64_t limit = -1) const;
  list<str> splitlines(bool keep_ends = false) const;
  template <class Items> str join(const Items& items) const;
  str replace(const str& old, const str& fresh, int64_t limit = -1) const;
  bool startswith(const str& prefix, int64_t start = 0, int64_t end = to_end) const;
  bool endswith(const str& suffix, int64_t start = 0, int64_t end = to_end) const;
  template <class... Parts> bool startswith(const std::tuple<Parts...>& prefixes, int64_t start = 0, int64_t end = to_end) const;
  template <class... Parts> bool endswith(const std::tuple<Parts...>& suffixes, int64_t start = 0, int64_t end = to_end) const;
  int64_t find(const str& part, int64_t start = 0, int64_t end = to_end) const;
  int64_t rfind(const str& part, int64_t start = 0, int64_t end = to_end) const;
  int64_t index(const str& part, int64_t start = 0, int64_t end = to_end) const;
  int64_t rindex(const str& part, int64_t start = 0, int64_t end = to_end) const;
  int64_t count(const str& part, int64_t start = 0, int64_t end = to_end) const;
  bool isalpha() const;
  bool isdigit() const;
  bool isdecimal() const;
  bool isnumeric() const;
  bool isalnum() const;
  bool isspace() const;
  bool isupper() const;
  bool islower() const;
  bool istitle() const;
  bool isidentifier() const;
  bool isprintable() const;
  bool isascii() const { return !is_wide() && detail::all_ascii(narrow(), size()); }
  str zfill(int64_t width) const;
  str center(int64_t width, const str& fill = of(' ')) const;
  str ljust(int64_t width, const str& fill = of(' ')) const;
  str rjust(int64_t width, const str& fill = of(' ')) const;
  str expandtabs(int64_t size = 8) const;
  std::tuple<str, str, str> partition(const str& separator) const;
  std::tuple<str, str, str> rpartition(const str& separator) const;
  str removeprefix(const str& prefix) const;
  str removesuffix(const str& suffix) const;
  template <class Table> str translate(const Table& table) const;
  bytes encode() const;
  bytes encode(const str& encoding) const;
  template <class... Arguments> str format(const Arguments&... arguments) const;

 private:
  str& append(const str& other) {
    const size_t old_size = size(), added = other.size(), total = old_size + added;
    if (added == 0) return *this;
    if (old_size == 0) return *this = other;
    const unsigned width = is_wide() || other.is_wide() ? 4 : 1;
    // Adding a string to itself goes the way of a copy, because the buffer may move.
    if (is_shared() && body()->refs == 1 && body()->width == width && !(other.is_shared() && other.body() == body())) {
      detail::StrBody* grown = body();
      if (grown->capacity < total) {
        const size_t capacity = total + total / 2;
        grown = static_cast<detail::StrBody*>(std::realloc(grown, sizeof(detail::StrBody) + capacity * width));
        if (!grown) throw std::bad_alloc();
        grown->capacity = capacity;
        low_ = Word{reinterpret_cast<uintptr_t>(grown)};
      }
      other.copy_to(grown, old_size);
      grown->size = total;
      grown->hash = 0;
      return *this;
    }
    auto* joined = detail::StrBody::make(total, width, total + (is_shared() ? total / 8 : 48));
    copy_to(joined, 0);
    other.copy_to(joined, old_size);
    release();
    adopt(joined);
    return *this;
  }
  /** A type of its own, so that a compiler knows that no number of a list is part of a text. */
  enum class Word : uint64_t {};
  uint64_t low() const { return static_cast<uint64_t>(low_); }
  uint64_t high() const { return static_cast<uint64_t>(high_); }
  void put(uint64_t low, uint64_t high) {
    low_ = Word{low};
    high_ = Word{high};
  }
  bool is_shared() const { return high() >> 56 == 0xFF; }
  detail::StrBody* body() const { return reinterpret_cast<detail::StrBody*>(static_cast<uintptr_t>(low_)); }
  void adopt(detail::StrBody* body) { put(reinterpret_cast<uintptr_t>(body), uint64_t{0xFF} << 56); }
  void release() {
    if (is_shared() && --body()->refs == 0) std::free(body());
  }
  void copy_to(detail::StrBody* target, size_t at) const {
    const size_t count = size();
    if (target->width == 1) {
      std::memcpy(target->narrow() + at, narrow(), count);
    } else if (is_wide()) {
      std::memcpy(target->wide() + at, wide(), count * sizeof(char32_t));
    } else {
      for (size_t i = 0; i < count; ++i) target->wide()[at + i] = narrow()[i];
    }
  }
  static int64_t hash_bytes(const void* data, size_t size) {
    const auto* cursor = static_cast<const unsigned char*>(data);
    uint64_t state = size * 0x9e3779b97f4a7c15u;
    for (; size >= 8; size -= 8, cursor += 8) {
      uint64_t word;
      std::memcpy(&word, cursor, 8);
      state = (state ^ word) * 0xd6e8feb86659fd93u;
      state ^= state >> 29;
    }
    uint64_t rest = 0;
    std::memcpy(&rest, cursor, size);
    return static_cast<int64_t>(detail::mix(state ^ rest) >> 1 | 1);
  }

  // The characters in place with their number in the last byte, or the address of the body and 255.
  Word low_{};
  Word high_{};
};

class str::iterator {
 public:
  iterator(const str& text, size_t at) : text_(text), at_(at) {}
  str operator*() const { return str::of(text_.point(at_)); }
  iterator& operator++() {
    ++at_;
    return *this;
  }
  bool operator!=(const iterator& other) const { return at_ != other.at_; }

 private:
  str text_;
  size_t at_;
};
inline str::iterator str::begin() const { return str::iterator(*this, 0); }
inline str::iterator str::end() const { return str::iterator(str(), size()); }

/** A string literal as a template argument. */
template <size_t N> struct Literal {
  char text[N];
  constexpr Literal(const char (&source)[N]) {
    for (size_t i = 0; i < N; ++i) text[i] = source[i];
  }
  /** True when the text fits in place. */
  constexpr bool is_short() const {
    size_t count = 0;
    for (size_t at = 0; at + 1 < N; ++count) {
      if (detail::read_utf8(text, N - 1, at) > 0xFF) return false;
    }
    return count <= str::inline_capacity;
  }
  /** What a short text consists of; not a `str`, which is no literal type where its destructor is not constexpr. */
  constexpr std::pair<uint64_t, uint64_t> words() const {
    uint64_t words[2] = {0, 0};
    size_t count = 0;
    for (size_t at = 0; at + 1 < N; ++count) {
      words[count / 8] |= static_cast<uint64_t>(detail::read_utf8(text, N - 1, at)) << (count % 8 * 8);
    }
    return {words[0], words[1] | static_cast<uint64_t>(count) << 56};
  }
};

inline namespace literals {

#if defined(__clang__) && __clang_major__ < 17
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wgnu-string-literal-operator-template"
/** `"text"_s`: a `str` made once. Clang 14 crashes where it prints the call of a lambda that holds a literal of the other form. */
template <class Character, Character... characters> decltype(auto) operator""_s() {
  static constexpr char source[] = {characters..., '\0'};
  constexpr Literal<sizeof source> literal(source);
#pragma clang diagnostic pop
#else
/** `"text"_s`: a `str` made once. */
template <Literal literal> decltype(auto) operator""_s() {
#endif
  if constexpr (literal.is_short()) {
    constexpr auto words = literal.words();
    return str(words.first, words.second);
  } else {
    static const str text = str::from_utf8(std::string_view(literal.text, sizeof literal.text - 1));
    return static_cast<const str&>(text);
  }
}

}  // namespace literals

namespace detail {

/** False for what repr writes as an escape. */
inline bool is_printable(char32_t c) {
  if (c < 0x7F) return c >= 0x20;
  if (c < 0xA1 || c == 0xAD) return false;
  if (c < 0x378) return true;
  if (c >= 0x2000 && c <= 0x206F) return (c >= 0x2010 && c <= 0x2027) || (c >= 0x2030 && c <= 0x205E);
  if (c >= 0xD800 && c <= 0xF8FF) return false;
  if (c >= 0xFFF0 && c <= 0xFFFB) return false;
  return c != 0x1680 && c != 0x180E && c != 0x3000 && c != 0xFEFF && (c & 0xFFFE) != 0xFFFE && c < 0xE0000;
}

/** Appends `repr(text)`: quotes and escapes as in Python. */
inline void write_quoted(std::string& out, const str& text) {
  bool single = false, twin = false;
  for (size_t i = 0; i < text.size(); ++i) {
    single |= text.point(i) == '\'';
    twin |= text.point(i) == '"';
  }
  const char32_t quote = single && !twin ? '"' : '\'';
  const char* digits = "0123456789abcdef";
  out += static_cast<char>(quote);
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.point(i);
    if (c == quote || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_printable(c)) {
      append_utf8(out, c);
    } else {
      out += c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U";
      for (int shift = c < 0x100 ? 4 : c < 0x10000 ? 12 : 28; shift >= 0; shift -= 4) out += digits[c >> shift & 15];
    }
  }
  out += static_cast<char>(quote);
}

}  // namespace detail

template <> struct Text<str> {
  static void repr(std::string& out, const str& text) { detail::write_quoted(out, text); }
  static void str(std::string& out, const py::str& text) { text.write(out); }
};

template <> struct Hash<str> {
  static int64_t of(const str& text) { return text.hash(); }
};

inline std::string Argument::representation() const {
  if (!is_text) return shown;
  std::string out;
  detail::write_quoted(out, str::from_utf8(text));
  return out;
}

inline std::string BaseException::message() const {
  if (arguments_.empty()) return {};
  if (arguments_.size() == 1) return arguments_.front().text;
  std::string out = representation();
  return out.substr(std::char_traits<char>::length(type_name()));
}

inline std::string BaseException::representation() const {
  std::string out = type_name();
  out += '(';
  for (size_t i = 0; i < arguments_.size(); ++i) {
    if (i) out += ", ";
    out += arguments_[i].representation();
  }
  return out + ')';
}

inline std::string KeyError::message() const {
  return arguments().size() == 1 ? arguments().front().representation() : BaseException::message();
}

/** Python's `repr(value)`. */
template <class T> str repr(const T& value) {
  std::string out;
  write_repr(out, value);
  return str::from_utf8(out);
}

/** Python's `str(value)`. */
template <class T> str to_str(const T& value) {
  if constexpr (std::is_same_v<T, str>) {
    return value;
  } else {
    std::string out;
    write_str(out, value);
    return str::from_utf8(out);
  }
}

/** One string of the `str()` of each part; what an f-string becomes. */
template <class... Parts> str concat(const Parts&... parts) {
  std::string out;
  (write_str(out, parts), ...);
  return str::from_utf8(out);
}

}  // namespace py
