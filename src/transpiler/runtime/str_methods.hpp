// requires: core, exceptions, str, list, tuple
// The methods of str.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

namespace py {

namespace detail {

inline bool is_space(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}
/** Letters of which the upper case is a fixed distance away: `first` to `last` are lower case, in steps of `step`. */
struct CaseRange {
  char32_t first, last;
  int32_t to_upper;
  char32_t step;
};
/** Latin, Greek, Cyrillic and Armenian, and numbers and letters in circles and of full width. */
inline constexpr CaseRange case_ranges[] = {
    {0xE0, 0xF6, -32, 1},      {0xF8, 0xFE, -32, 1},      {0xFF, 0xFF, 121, 1},      {0x101, 0x12F, -1, 2},
    {0x133, 0x137, -1, 2},     {0x13A, 0x148, -1, 2},     {0x14B, 0x177, -1, 2},     {0x17A, 0x17E, -1, 2},
    {0x1A1, 0x1A5, -1, 2},     {0x1B0, 0x1B0, -1, 1},     {0x1B4, 0x1B6, -1, 2},
    {0x1CE, 0x1DC, -1, 2},     {0x1DF, 0x1EF, -1, 2},     {0x1F9, 0x21F, -1, 2},     {0x223, 0x233, -1, 2},
    {0x3AC, 0x3AC, -38, 1},    {0x3AD, 0x3AF, -37, 1},    {0x3B1, 0x3C1, -32, 1},    {0x3C3, 0x3CB, -32, 1},
    {0x3CC, 0x3CC, -64, 1},    {0x3CD, 0x3CE, -63, 1},    {0x430, 0x44F, -32, 1},    {0x450, 0x45F, -80, 1},
    {0x461, 0x481, -1, 2},     {0x48B, 0x4BF, -1, 2},     {0x4C2, 0x4CE, -1, 2},     {0x4CF, 0x4CF, -15, 1},
    {0x4D1, 0x52F, -1, 2},     {0x561, 0x586, -48, 1},    {0x1E01, 0x1E95, -1, 2},   {0x1EA1, 0x1EFF, -1, 2},
    {0x2170, 0x217F, -16, 1},  {0x24D0, 0x24E9, -26, 1},  {0xFF41, 0xFF5A, -32, 1},
};
inline char32_t lower_of(char32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c == 0x1E9E) return 0xDF;
  for (const auto& [first, last, to_upper, step] : case_ranges) {
    const char32_t lower = c - static_cast<char32_t>(to_upper);
    if (lower >= first && lower <= last && (lower - first) % step == 0) return lower;
  }
  return c;
}
inline char32_t upper_of(char32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  if (c == 0xB5) return 0x39C;
  if (c == 0x131) return 'I';
  if (c == 0x17F) return 'S';
  if (c == 0x3C2) return 0x3A3;
  for (const auto& [first, last, to_upper, step] : case_ranges) {
    if (c >= first && c <= last && (c - first) % step == 0) return c + static_cast<char32_t>(to_upper);
  }
  return c;
}
/** Of the letters known here only this one becomes two. */
inline constexpr char32_t sharp_s = 0xDF;
inline void append_upper(std::u32string& out, char32_t c) {
  if (c == sharp_s) out += U"SS";
  else if (c == 0x149) out += U"\u02BCN";
  else out += upper_of(c);
}
inline void append_title(std::u32string& out, char32_t c) {
  if (c == sharp_s) out += U"Ss";
  else out += upper_of(c);
}
inline bool is_upper(char32_t c) { return lower_of(c) != c || c == 0x130; }
inline bool is_lower(char32_t c) { return upper_of(c) != c || c == sharp_s || c == 0xAA || c == 0xBA || c == 0x138 || c == 0x149; }
inline bool is_decimal(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x966 && c <= 0x96F) || (c >= 0xFF10 && c <= 0xFF19);
}
inline bool is_digit(char32_t c) {
  return is_decimal(c) || c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070 || (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089);
}
/** Signs of Chinese that stand for numbers. */
inline constexpr std::u32string_view numerals =
    U"\u3007\u3405\u3483\u382A\u3B4D\u4E00\u4E03\u4E07\u4E09\u4E5D\u4E8C\u4E94\u4E96\u4EBF\u4EC0\u4EDF\u4EE8\u4F0D\u4F70\u5104"
    U"\u5146\u5169\u516B\u516D\u5341\u5343\u5344\u5345\u534C\u53C1\u53C2\u53C3\u53C4\u56DB\u58F1\u58F9\u5E7A\u5EFE\u5EFF\u5F0C"
    U"\u5F0D\u5F0E\u5F10\u62FE\u634C\u67D2\u6F06\u7396\u767E\u8086\u842C\u8CAE\u8CB3\u8D30\u9621\u9646\u964C\u9678\u96F6";
inline bool is_numeric(char32_t c) {
  if (c < 0x3000) return is_digit(c) || (c >= 0xBC && c <= 0xBE) || (c >= 0x2150 && c <= 0x2189 && c != 0x2183 && c != 0x2184);
  return is_decimal(c) || numerals.find(c) != numerals.npos;
}
inline bool is_alpha(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (c < 0x100) return c == 0xAA || c == 0xB5 || c == 0xBA || (c >= 0xC0 && c != 0xD7 && c != 0xF7);
  if (c < 0x2000) return !(c >= 0x2C2 && c <= 0x36F) && !is_decimal(c) && is_printable(c) && c != 0x37E && c != 0x387 && !(c >= 0x482 && c <= 0x489);
  return (c >= 0x2C00 && c <= 0x2DFF) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) || (c >= 0x3400 && c <= 0x4DBF) ||
         (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x20000 && c <= 0x323AF);
}

/** The text with each character replaced, for text of ASCII alone. */
template <class Change> str change_ascii(const str& text, const Change& change) {
  const unsigned char* characters = text.narrow();
  const size_t size = text.size();
  return str::filled(size, [&](unsigned char* place) {
    for (size_t i = 0; i < size; ++i) place[i] = change(characters[i]);
  });
}
inline constexpr auto ascii_lower = [](unsigned char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
inline constexpr auto ascii_upper = [](unsigned char c) { return static_cast<unsigned char>(c >= 'a' && c <= 'z' ? c - 32 : c); };
template <class Change> str change_points(const str& text, const Change& change) {
  return text.visit([&](auto* characters, size_t size) {
    std::u32string changed(size, 0);
    for (size_t i = 0; i < size; ++i) changed[i] = change(static_cast<char32_t>(characters[i]));
    return str::from_points(changed);
  });
}
template <class Test> bool all_points(const str& text, const Test& test) {
  return text.visit([&](auto* characters, size_t size) {
    for (size_t i = 0; i < size; ++i) {
      if (!test(static_cast<char32_t>(characters[i]))) return false;
    }
    return size > 0;
  });
}
/** True when cased characters are there and none is of the other case. */
template <class Good, class Bad> bool all_cased(const str& text, const Good& good, const Bad& bad) {
  bool seen = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (bad(text.point(i))) return false;
    seen |= good(text.point(i));
  }
  return seen;
}
template <class Test> str strip_where(const str& text, bool left, bool right, const Test& test) {
  return text.visit([&](auto* characters, size_t size) {
    size_t first = 0, last = size;
    while (left && first < last && test(static_cast<char32_t>(characters[first]))) ++first;
    while (right && last > first && test(static_cast<char32_t>(characters[last - 1]))) --last;
    return text.substring(first, last - first);
  });
}
inline str strip_ends(const str& text, const std::optional<str>& characters, bool left, bool right) {
  if (!characters) return strip_where(text, left, right, is_space);
  return characters->visit([&](auto* wanted, size_t count) {
    return strip_where(text, left, right, [&](char32_t c) {
      for (size_t i = 0; i < count; ++i) {
        if (wanted[i] == c) return true;
      }
      return false;
    });
  });
}
inline void fit_range(int64_t size, int64_t& start, int64_t& end) {
  if (start < 0) start = start + size < 0 ? 0 : start + size;
  if (end < 0) end = end + size < 0 ? 0 : end + size;
  if (end > size) end = size;
}
inline bool matches_at(const str& text, const str& part, size_t at) {
  if (at + part.size() > text.size()) return false;
  for (size_t i = 0; i < part.size(); ++i) {
    if (text.point(at + i) != part.point(i)) return false;
  }
  return true;
}
inline const str& separator_of(const std::optional<str>& separator) {
  if (separator->empty()) raise_value_error("empty separator");
  return *separator;
}

}  // namespace detail

inline str str::lower() const {
  if (isascii()) return detail::change_ascii(*this, detail::ascii_lower);
  if (!is_wide()) return detail::change_points(*this, detail::lower_of);
  std::u32string out;
  const auto is_cased = [&](size_t i) { return detail::is_upper(point(i)) || detail::is_lower(point(i)); };
  for (size_t i = 0; i < size(); ++i) {
    const char32_t c = point(i);
    if (c == 0x130) out += U"i\u0307";
    // A sigma at the end of a word has a form of its own.
    else if (c == 0x3A3 && i > 0 && is_cased(i - 1) && (i + 1 == size() || !is_cased(i + 1))) out += char32_t{0x3C2};
    else out += detail::lower_of(c);
  }
  return from_points(out);
}
inline str str::casefold() const {
  std::u32string out;
  for (size_t i = 0; i < size(); ++i) {
    const char32_t c = point(i);
    if (c == 0xDF || c == 0x1E9E) out += U"ss";
    else out += c == 0xB5 ? char32_t{0x3BC} : c == 0x17F ? U's' : c == 0x3C2 ? char32_t{0x3C3} : detail::lower_of(c);
  }
  return from_points(out);
}
inline str str::upper() const {
  if (isascii()) return detail::change_ascii(*this, detail::ascii_upper);
  std::u32string out;
  for (size_t i = 0; i < size(); ++i) detail::append_upper(out, point(i));
  return from_points(out);
}
inline str str::swapcase() const {
  std::u32string out;
  for (size_t i = 0; i < size(); ++i) {
    if (const char32_t c = point(i); detail::is_upper(c)) out += detail::lower_of(c);
    else detail::append_upper(out, c);
  }
  return from_points(out);
}
inline str str::capitalize() const {
  if (isascii()) {
    bool first = true;
    return detail::change_ascii(*this, [&](unsigned char c) { return std::exchange(first, false) ? detail::ascii_upper(c) : detail::ascii_lower(c); });
  }
  std::u32string out;
  for (size_t i = 0; i < size(); ++i) {
    if (i == 0) detail::append_title(out, point(i));
    else out += detail::lower_of(point(i));
  }
  return from_points(out);
}
inline str str::title() const {
  std::u32string out;
  bool inside = false;
  for (size_t i = 0; i < size(); ++i) {
    const char32_t c = point(i);
    if (inside) out += detail::lower_of(c);
    else detail::append_title(out, c);
    inside = detail::is_upper(c) || detail::is_lower(c);
  }
  return from_points(out);
}

inline str str::strip() const { return detail::strip_where(*this, true, true, detail::is_space); }
inline str str::lstrip() const { return detail::strip_where(*this, true, false, detail::is_space); }
inline str str::rstrip() const { return detail::strip_where(*this, false, true, detail::is_space); }
inline str str::strip(const std::optional<str>& characters) const { return detail::strip_ends(*this, characters, true, true); }
inline str str::lstrip(const std::optional<str>& characters) const { return detail::strip_ends(*this, characters, true, false); }
inline str str::rstrip(const std::optional<str>& characters) const { return detail::strip_ends(*this, characters, false, true); }

inline list<str> str::split() const { return split(std::nullopt); }
inline list<str> str::split(const std::optional<str>& separator, int64_t limit) const {
  list<str> parts;
  const size_t n = size();
  size_t at = 0;
  if (separator) {
    const str& between = detail::separator_of(separator);
    for (int64_t found; limit != 0 && (found = find_from(between, at, n)) >= 0; --limit) {
      parts.append(substring(at, static_cast<size_t>(found) - at));
      at = static_cast<size_t>(found) + between.size();
    }
    parts.append(substring(at, n - at));
    return parts;
  }
  while (true) {
    while (at < n && detail::is_space(point(at))) ++at;
    if (at == n) return parts;
    if (limit-- == 0) {
      parts.append(substring(at, n - at));
      return parts;
    }
    const size_t start = at;
    while (at < n && !detail::is_space(point(at))) ++at;
    parts.append(substring(start, at - start));
  }
}
inline list<str> str::rsplit() const { return split(); }
inline list<str> str::rsplit(const std::optional<str>& separator, int64_t limit) const {
  list<str> parts;
  size_t end = size();
  if (separator) {
    const str& between = detail::separator_of(separator);
    for (int64_t found; limit != 0 && (found = rfind(between, 0, static_cast<int64_t>(end))) >= 0; --limit) {
      const size_t after = static_cast<size_t>(found) + between.size();
      parts.append(substring(after, end - after));
      end = static_cast<size_t>(found);
    }
    parts.append(substring(0, end));
  } else {
    while (true) {
      while (end > 0 && detail::is_space(point(end - 1))) --end;
      if (end == 0) break;
      if (limit-- == 0) {
        parts.append(substring(0, end));
        break;
      }
      const size_t last = end;
      while (end > 0 && !detail::is_space(point(end - 1))) --end;
      parts.append(substring(end, last - end));
    }
  }
  parts.reverse();
  return parts;
}
inline list<str> str::splitlines(bool keep_ends) const {
  list<str> lines;
  for (size_t at = 0; at < size();) {
    size_t end = at;
    const auto is_break = [](char32_t c) {
      return (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c == 0x85 || c == 0x2028 || c == 0x2029;
    };
    while (end < size() && !is_break(point(end))) ++end;
    size_t next = end < size() ? end + 1 : end;
    if (end + 1 < size() && point(end) == '\r' && point(end + 1) == '\n') ++next;
    lines.append(substring(at, (keep_ends ? next : end) - at));
    at = next;
  }
  return lines;
}

template <class Items> str str::join(const Items& items) const {
  if constexpr (std::is_same_v<Items, list<str>>) {
    // All is measured first and then copied once.
    const str *begin = items.data(), *end = begin + items.size();
    if (begin == end) return str();
    bool wide = is_wide() && end - begin > 1;
    size_t total = size() * static_cast<size_t>(end - begin - 1);
    for (const str* item = begin; item != end; ++item) {
      wide |= item->is_wide();
      total += item->size();
    }
    if (!wide) {
      return filled(total, [&](unsigned char* place) {
        const size_t between = size();
        unsigned char* const limit = place + total;
        const auto put = [&](const str& text) {
          const size_t count = text.size();
          if (!text.is_shared() && place + 16 <= limit) {
            std::memcpy(place, &text.low_, 8);
            std::memcpy(place + 8, &text.high_, 8);
          } else {
            std::memcpy(place, text.narrow(), count);
          }
          place += count;
        };
        for (const str* item = begin; item != end; ++item) {
          if (between && item != begin) put(*this);
          put(*item);
        }
      });
    }
  }
  str joined;
  bool first = true;
  for (auto&& item : items) {
    if (!first) joined += *this;
    first = false;
    joined += item;
  }
  return joined;
}

/** Joins what comes one by one: `separator.join(...)`. */
class Joiner {
 public:
  explicit Joiner(str separator) : separator_(std::move(separator)) {}
  void add(const str& item) {
    if (!is_first_) text_ += separator_;
    is_first_ = false;
    text_ += item;
  }
  str text() { return std::move(text_); }

 private:
  str separator_, text_;
  bool is_first_ = true;
};

inline str str::replace(const str& old, const str& fresh, int64_t limit) const {
  str replaced;
  size_t at = 0;
  if (old.empty()) {
    for (; at <= size() && limit != 0; ++at, --limit) {
      replaced += fresh;
      if (at < size()) replaced += of(point(at));
    }
    if (at < size()) replaced += substring(at, size() - at);
    return replaced;
  }
  if (!is_wide() && !fresh.is_wide() && old.size() == 1) {
    if (old.is_wide()) return *this;
    const unsigned char *text = narrow(), *added = fresh.narrow(), wanted = old.narrow()[0];
    const size_t n = size(), length = fresh.size();
    const auto all = static_cast<size_t>(std::count(text, text + n, wanted));
    const size_t count = limit >= 0 && static_cast<size_t>(limit) < all ? static_cast<size_t>(limit) : all;
    if (count == 0) return *this;
    return filled(n - count + count * length, [&](unsigned char* place) {
      size_t left = count;
      for (size_t i = 0; i < n; ++i) {
        if (text[i] == wanted && left > 0) {
          --left;
          for (size_t k = 0; k < length; ++k) *place++ = added[k];
        } else {
          *place++ = text[i];
        }
      }
    });
  }
  for (int64_t found; limit != 0 && (found = find_from(old, at, size())) >= 0; --limit) {
    replaced += substring(at, static_cast<size_t>(found) - at);
    replaced += fresh;
    at = static_cast<size_t>(found) + old.size();
  }
  if (at == 0) return *this;
  replaced += substring(at, size() - at);
  return replaced;
}

inline bool str::startswith(const str& prefix, int64_t start, int64_t end) const {
  if (start > static_cast<int64_t>(size())) return false;
  detail::fit_range(static_cast<int64_t>(size()), start, end);
  return static_cast<int64_t>(prefix.size()) <= end - start && detail::matches_at(*this, prefix, static_cast<size_t>(start));
}
inline bool str::endswith(const str& suffix, int64_t start, int64_t end) const {
  if (start > static_cast<int64_t>(size())) return false;
  detail::fit_range(static_cast<int64_t>(size()), start, end);
  const auto length = static_cast<int64_t>(suffix.size());
  return length <= end - start && detail::matches_at(*this, suffix, static_cast<size_t>(end - length));
}
template <class... Parts> bool str::startswith(const std::tuple<Parts...>& prefixes, int64_t start, int64_t end) const {
  return std::apply([&](const auto&... prefix) { return (startswith(prefix, start, end) || ...); }, prefixes);
}
template <class... Parts> bool str::endswith(const std::tuple<Parts...>& suffixes, int64_t start, int64_t end) const {
  return std::apply([&](const auto&... suffix) { return (endswith(suffix, start, end) || ...); }, suffixes);
}

inline int64_t str::find(const str& part, int64_t start, int64_t end) const {
  if (start > static_cast<int64_t>(size())) return -1;
  detail::fit_range(static_cast<int64_t>(size()), start, end);
  return start > end ? -1 : find_from(part, static_cast<size_t>(start), static_cast<size_t>(end));
}
inline int64_t str::rfind(const str& part, int64_t start, int64_t end) const {
  detail::fit_range(static_cast<int64_t>(size()), start, end);
  for (int64_t at = end - static_cast<int64_t>(part.size()); at >= start; --at) {
    if (detail::matches_at(*this, part, static_cast<size_t>(at))) return at;
  }
  return -1;
}
inline int64_t str::index(const str& part, int64_t start, int64_t end) const {
  const int64_t found = find(part, start, end);
  if (found < 0) raise_value_error("substring not found");
  return found;
}
inline int64_t str::rindex(const str& part, int64_t start, int64_t end) const {
  const int64_t found = rfind(part, start, end);
  if (found < 0) raise_value_error("substring not found");
  return found;
}
inline int64_t str::count(const str& part, int64_t start, int64_t end) const {
  if (start > static_cast<int64_t>(size())) return 0;
  detail::fit_range(static_cast<int64_t>(size()), start, end);
  if (start > end) return 0;
  if (part.empty()) return end - start + 1;
  if (part.size() == 1 && !is_wide()) {
    return part.is_wide() ? 0 : std::count(narrow() + start, narrow() + end, part.narrow()[0]);
  }
  int64_t found = 0;
  for (int64_t at = start; (at = find_from(part, static_cast<size_t>(at), static_cast<size_t>(end))) >= 0; ++found) {
    at += static_cast<int64_t>(part.size());
  }
  return found;
}

inline bool str::isalpha() const { return detail::all_points(*this, detail::is_alpha); }
inline bool str::isdigit() const { return detail::all_points(*this, detail::is_digit); }
inline bool str::isdecimal() const { return detail::all_points(*this, detail::is_decimal); }
inline bool str::isnumeric() const { return detail::all_points(*this, detail::is_numeric); }
inline bool str::isalnum() const {
  return detail::all_points(*this, [](char32_t c) { return detail::is_alpha(c) || detail::is_numeric(c); });
}
inline bool str::isspace() const { return detail::all_points(*this, detail::is_space); }
inline bool str::isprintable() const { return empty() || detail::all_points(*this, detail::is_printable); }
inline bool str::isupper() const { return detail::all_cased(*this, detail::is_upper, detail::is_lower); }
inline bool str::islower() const { return detail::all_cased(*this, detail::is_lower, detail::is_upper); }
inline bool str::istitle() const {
  bool inside = false, seen = false;
  for (size_t i = 0; i < size(); ++i) {
    const bool upper = detail::is_upper(point(i)), lower = detail::is_lower(point(i));
    if ((upper && inside) || (lower && !inside)) return false;
    inside = upper || lower;
    seen |= inside;
  }
  return seen;
}
inline bool str::isidentifier() const {
  if (empty() || !(point(0) == '_' || detail::is_alpha(point(0)))) return false;
  return detail::all_points(*this, [](char32_t c) { return c == '_' || detail::is_alpha(c) || detail::is_decimal(c); });
}

inline str str::ljust(int64_t width, const str& fill) const { return *this + fill * (width - static_cast<int64_t>(size())); }
inline str str::rjust(int64_t width, const str& fill) const { return fill * (width - static_cast<int64_t>(size())) + *this; }
inline str str::center(int64_t width, const str& fill) const {
  const int64_t room = width - static_cast<int64_t>(size());
  if (room <= 0) return *this;
  const int64_t left = room / 2 + (room & width & 1);
  return fill * left + *this + fill * (room - left);
}
inline str str::zfill(int64_t width) const {
  const int64_t room = width - static_cast<int64_t>(size());
  if (room <= 0) return *this;
  const bool sign = !empty() && (point(0) == '+' || point(0) == '-');
  return substring(0, sign) + of('0') * room + substring(sign, size() - sign);
}
inline str str::expandtabs(int64_t tab) const {
  std::u32string out;
  int64_t column = 0;
  for (size_t i = 0; i < size(); ++i) {
    const char32_t c = point(i);
    if (c == '\t') {
      const int64_t spaces = tab > 0 ? tab - column % tab : 0;
      out.append(static_cast<size_t>(spaces), ' ');
      column += spaces;
    } else {
      out += c;
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  return from_points(out);
}
inline std::tuple<str, str, str> str::partition(const str& separator) const {
  const int64_t at = find(separator);
  if (separator.empty()) raise_value_error("empty separator");
  if (at < 0) return {*this, str(), str()};
  const size_t after = static_cast<size_t>(at) + separator.size();
  return {substring(0, static_cast<size_t>(at)), separator, substring(after, size() - after)};
}
inline std::tuple<str, str, str> str::rpartition(const str& separator) const {
  const int64_t at = rfind(separator);
  if (separator.empty()) raise_value_error("empty separator");
  if (at < 0) return {str(), str(), *this};
  const size_t after = static_cast<size_t>(at) + separator.size();
  return {substring(0, static_cast<size_t>(at)), separator, substring(after, size() - after)};
}
inline str str::removeprefix(const str& prefix) const {
  return startswith(prefix) ? substring(prefix.size(), size() - prefix.size()) : *this;
}
inline str str::removesuffix(const str& suffix) const {
  return !suffix.empty() && endswith(suffix) ? substring(0, size() - suffix.size()) : *this;
}

namespace detail {

inline void put_translation(str& out, const str& text) { out += text; }
inline void put_translation(str& out, int64_t point) { out += str::of(static_cast<char32_t>(point)); }
inline void put_translation(str&, NoneType) {}
template <class T> void put_translation(str& out, const std::optional<T>& value) {
  if (value) put_translation(out, *value);
}
template <class... T> void put_translation(str& out, const std::variant<T...>& value) {
  std::visit([&](const auto& held) { put_translation(out, held); }, value);
}

}  // namespace detail

template <class Table> str str::translate(const Table& table) const {
  str out;
  for (size_t i = 0; i < size(); ++i) {
    const int64_t code = point(i);
    if (auto* found = table.find(code)) {
      detail::put_translation(out, *found);
    } else {
      out += of(point(i));
    }
  }
  return out;
}

}  // namespace py
