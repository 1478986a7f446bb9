// requires: core, exceptions, str, list, dict, numbers, variant, int, parse_numbers
// json.loads().
#include <cstdint>
#include <cstdlib>
#include <string>
#include <type_traits>

namespace py::json_read {

/** What was wrong with the text that was read last, in Python's words, and where; empty when nothing was. */
inline std::string failed;
inline int64_t failed_at = 0;

namespace detail {

struct Stop {};
[[noreturn]] inline void stop(const char* what, size_t at) {
  failed = what;
  failed_at = static_cast<int64_t>(at);
  throw Stop{};
}

template <class T> class Reader {
 public:
  explicit Reader(const str& text) : text_(text) {}

  T whole() {
    skip();
    T value = read();
    skip();
    if (at_ < text_.size()) stop("Extra data", at_);
    return value;
  }

 private:
  using Items = list<T>;
  using Entries = dict<str, T>;

  char32_t here() const { return at_ < text_.size() ? text_.point(at_) : U'\0'; }
  void skip() {
    while (at_ < text_.size() && (here() == ' ' || here() == '\t' || here() == '\n' || here() == '\r')) ++at_;
  }
  bool take(const char* word) {
    size_t end = at_;
    for (const char* c = word; *c; ++c, ++end)
      if (end >= text_.size() || text_.point(end) != static_cast<char32_t>(*c)) return false;
    at_ = end;
    return true;
  }

  T read() {
    if (here() == '"') return T(text());
    if (here() == '{') return object();
    if (here() == '[') return array();
    if (take("null")) return T(None);
    if (take("true")) return T(true);
    if (take("false")) return T(false);
    if (take("NaN")) return T(std::strtod("nan", nullptr));
    if (take("Infinity")) return T(std::strtod("inf", nullptr));
    if (take("-Infinity")) return T(std::strtod("-inf", nullptr));
    return number();
  }

  bool is_digit() const { return at_ < text_.size() && here() >= '0' && here() <= '9'; }
  void digits(std::string& out) {
    for (; is_digit(); ++at_) out += static_cast<char>(here());
  }
  T number() {
    const size_t start = at_;
    std::string out;
    if (here() == '-') {
      out += '-';
      ++at_;
    }
    if (!is_digit()) {
      at_ = start;
      stop("Expecting value", start);
    }
    if (here() == '0') {
      out += '0';
      ++at_;
    } else {
      digits(out);
    }
    bool whole = true;
    const auto more = [&](size_t from, std::string part) {
      at_ = from;
      const size_t before = part.size();
      digits(part);
      if (part.size() == before) return false;
      out += part;
      whole = false;
      return true;
    };
    if (here() == '.') {
      const size_t before = at_;
      if (!more(at_ + 1, ".")) at_ = before;
    }
    if (here() == 'e' || here() == 'E') {
      const size_t before = at_;
      size_t from = at_ + 1;
      std::string part = "e";
      if (from < text_.size() && (text_.point(from) == '+' || text_.point(from) == '-'))
        part += static_cast<char>(text_.point(from++));
      if (!more(from, part)) at_ = before;
    }
    if (!whole) return T(std::strtod(out.c_str(), nullptr));
    const Int value = Int::parse(str::from_utf8(out));
    if constexpr (std::is_constructible_v<T, Int>) return T(value);
    else return T(static_cast<int64_t>(value));
  }

  char32_t escaped_unit(size_t at) {
    char32_t unit = 0;
    for (size_t i = 0; i < 4; ++i) {
      const char32_t c = at + i < text_.size() ? text_.point(at + i) : U'\0';
      const int digit = c >= '0' && c <= '9' ? static_cast<int>(c - '0')
                        : c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a') + 10
                        : c >= 'A' && c <= 'F' ? static_cast<int>(c - 'A') + 10
                                               : -1;
      if (digit < 0) stop("Invalid \\uXXXX escape", at - 1);
      unit = unit << 4 | static_cast<char32_t>(digit);
    }
    return unit;
  }
  str text() {
    const size_t start = at_++;
    std::string out;
    while (true) {
      if (at_ >= text_.size()) stop("Unterminated string starting at", start);
      const char32_t c = here();
      if (c == '"') break;
      if (c != '\\') {
        if (c < 0x20) stop("Invalid control character at", at_);
        py::detail::append_utf8(out, c);
        ++at_;
        continue;
      }
      if (at_ + 1 >= text_.size()) stop("Unterminated string starting at", start);
      const char32_t next = text_.point(at_ + 1);
      at_ += 2;
      switch (next) {
        case '"':
        case '\\':
        case '/': out += static_cast<char>(next); break;
        case 'b': out += '\b'; break;
        case 'f': out += '\f'; break;
        case 'n': out += '\n'; break;
        case 'r': out += '\r'; break;
        case 't': out += '\t'; break;
        case 'u': {
          char32_t unit = escaped_unit(at_);
          at_ += 4;
          if (unit >= 0xD800 && unit < 0xDC00 && here() == '\\' && at_ + 1 < text_.size() && text_.point(at_ + 1) == 'u') {
            const char32_t low = escaped_unit(at_ + 2);
            if (low >= 0xDC00 && low < 0xE000) {
              unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
              at_ += 6;
            }
          }
          py::detail::append_utf8(out, unit);
          break;
        }
        default: stop("Invalid \\escape", at_ - 2);
      }
    }
    ++at_;
    return str::from_utf8(out);
  }

  T array() {
    Items items;
    ++at_;
    skip();
    if (here() == ']') {
      ++at_;
      return T(items);
    }
    while (true) {
      items.append(read());
      skip();
      if (here() == ']') break;
      if (here() != ',') stop("Expecting ',' delimiter", at_);
      ++at_;
      skip();
    }
    ++at_;
    return T(items);
  }

  T object() {
    Entries entries;
    ++at_;
    skip();
    if (here() == '}') {
      ++at_;
      return T(entries);
    }
    while (true) {
      if (here() != '"') stop("Expecting property name enclosed in double quotes", at_);
      const str key = text();
      skip();
      if (here() != ':') stop("Expecting ':' delimiter", at_);
      ++at_;
      skip();
      entries.set(key, read());
      skip();
      if (here() == '}') break;
      if (here() != ',') stop("Expecting ',' delimiter", at_);
      ++at_;
      skip();
    }
    ++at_;
    return T(entries);
  }

  const str& text_;
  size_t at_ = 0;
};

}  // namespace detail

/** The value of a text in JSON; None where the text is none, and then it is said what is wrong with it. */
template <class T> T read(const str& text) {
  failed.clear();
  try {
    return detail::Reader<T>(text).whole();
  } catch (const detail::Stop&) {
    return T(None);
  }
}

inline str failure() { return str::from_utf8(failed); }
inline int64_t place() { return failed_at; }

}  // namespace py::json_read
