// requires: core, exceptions, str, str_methods, list, tuple, variant, vartuple
// The module re: patterns are compiled to a graph of nodes and matched by backtracking, in the order Python tries things.
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace py::re {

inline constexpr int64_t flag_ignorecase = 2, flag_multiline = 8, flag_dotall = 16, flag_verbose = 64, flag_ascii = 256;

/** Python's `re.error`. */
struct error : Exception {
  using Exception::Exception;
  const char* type_name() const override { return "re.error"; }
};

namespace detail {

enum class Op {
  accept, literal, any, any_or_line_end, set, line_start, line_end, text_start, text_end, boundary, no_boundary,
  group_start, group_end, back_reference, either, repeat_one, repeat, again, look_ahead, look_behind, atomic
};

/** Characters of a class: ranges, and classes such as `\d` by their letter. */
struct Set {
  std::vector<std::pair<char32_t, char32_t>> ranges;
  std::u32string classes;
  bool negated = false;
};

struct Node {
  Op op;
  int next = -1;
  int body = -1;
  char32_t character = 0;
  /** A group, a counter or a width. */
  int number = 0;
  int64_t least = 0, most = 0;
  bool greedy = true, possessive = false, negated = false, ignores_case = false, ascii = false;
  std::vector<int> choices;
  Set set;
};

inline bool is_word(char32_t c, bool ascii) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  return !ascii && (py::detail::is_alpha(c) || py::detail::is_numeric(c));
}
inline bool in_class(char32_t c, char32_t letter, bool ascii) {
  switch (letter) {
    case 'd': return ascii ? c >= '0' && c <= '9' : py::detail::is_decimal(c);
    case 'D': return !in_class(c, 'd', ascii);
    case 's': return ascii ? c == ' ' || (c >= 9 && c <= 13) : py::detail::is_space(c);
    case 'S': return !in_class(c, 's', ascii);
    case 'w': return is_word(c, ascii);
    default: return !is_word(c, ascii);
  }
}
inline bool in_set(const Set& set, char32_t c, bool ascii) {
  for (const auto& [first, last] : set.ranges) {
    if (c >= first && c <= last) return true;
  }
  for (const char32_t letter : set.classes) {
    if (in_class(c, letter, ascii)) return true;
  }
  return false;
}
inline bool accepts(const Node& node, char32_t c) {
  switch (node.op) {
    case Op::literal: return c == node.character || (node.ignores_case && py::detail::lower_of(c) == node.character);
    case Op::any: return c != '\n';
    case Op::any_or_line_end: return true;
    default: {
      bool found = in_set(node.set, c, node.ascii);
      if (!found && node.ignores_case)
        found = in_set(node.set, py::detail::lower_of(c), node.ascii) || in_set(node.set, py::detail::upper_of(c), node.ascii);
      return found != node.set.negated;
    }
  }
}

/** A compiled pattern. */
struct Program {
  str pattern;
  int64_t flags = 0;
  std::vector<Node> nodes;
  int start = 0;
  int groups = 0;
  int counters = 0;
  std::vector<std::pair<std::string, int>> names;
};

/** Reads a pattern; a part of it is a chain of nodes from `first` whose open ends are joined to what follows. */
class Parser {
 public:
  Parser(Program& program, int64_t flags) : program_(program), flags_(flags) {
    for (size_t i = 0; i < program.pattern.size(); ++i) text_ += program.pattern.point(i);
  }
  void parse() {
    Piece piece = alternatives();
    if (at_ < text_.size()) fail("unbalanced parenthesis");
    const int end = add(Op::accept);
    join(piece, end);
    program_.start = piece.first;
    program_.flags = flags_;
  }

 private:
  struct Piece {
    int first = -1;
    std::vector<int> ends;
    /** The number of characters it takes, or -1 where that is not fixed. */
    int64_t width = 0;
  };

  [[noreturn]] void fail(const std::string& reason) const { throw error(reason + " at position " + std::to_string(at_)); }
  bool has(int64_t flag) const { return (flags_ & flag) != 0; }
  bool more() const { return at_ < text_.size(); }
  char32_t peek() const { return more() ? text_[at_] : 0; }
  bool take(char32_t c) {
    if (!more() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  char32_t next() {
    if (!more()) fail("unexpected end of pattern");
    return text_[at_++];
  }
  int add(Op op) {
    Node node;
    node.op = op;
    node.ignores_case = has(flag_ignorecase);
    node.ascii = has(flag_ascii);
    program_.nodes.push_back(std::move(node));
    return static_cast<int>(program_.nodes.size()) - 1;
  }
  Node& node(int index) { return program_.nodes[static_cast<size_t>(index)]; }
  Piece single(int index, int64_t width) { return Piece{index, {index}, width}; }
  void join(const Piece& piece, int target) {
    for (const int end : piece.ends) node(end).next = target;
  }

  Piece alternatives() {
    std::vector<Piece> options{sequence()};
    while (take('|')) options.push_back(sequence());
    if (options.size() == 1) return options[0];
    Piece result = single(add(Op::either), options[0].width);
    result.ends.clear();
    for (const Piece& option : options) {
      node(result.first).choices.push_back(option.first);
      result.ends.insert(result.ends.end(), option.ends.begin(), option.ends.end());
      if (option.width != result.width) result.width = -1;
    }
    return result;
  }

  void skip_comments() {
    while (has(flag_verbose) && more()) {
      if (py::detail::is_space(peek())) {
        ++at_;
      } else if (peek() == '#') {
        while (more() && peek() != '\n') ++at_;
      } else {
        return;
      }
    }
  }

  /** What matches nothing: a group that is not kept, of no characters. */
  Piece nothing() {
    const int index = add(Op::either);
    return single(index, 0);
  }

  Piece sequence() {
    Piece result;
    while (true) {
      skip_comments();
      if (!more() || peek() == '|' || peek() == ')') break;
      Piece part = repeated();
      if (part.first < 0) continue;
      if (result.first < 0) {
        result = std::move(part);
      } else {
        join(result, part.first);
        result.ends = part.ends;
        result.width = result.width < 0 || part.width < 0 ? -1 : result.width + part.width;
      }
    }
    return result.first < 0 ? nothing() : result;
  }

  /** Reads `{2,5}`; false when the brace stands for itself. */
  bool bounds(int64_t& least, int64_t& most) {
    const size_t before = at_;
    ++at_;
    const auto number = [&](int64_t& value) {
      bool any = false;
      for (value = 0; more() && peek() >= '0' && peek() <= '9'; ++at_, any = true) {
        value = value * 10 + (peek() - '0');
        if (value > 1000000000) throw OverflowError("the repetition number is too large");
      }
      return any;
    };
    const bool low = number(least);
    bool valid = low;
    most = least;
    if (take(',')) {
      valid = true;
      if (!number(most)) most = std::numeric_limits<int64_t>::max();
    }
    if (valid && take('}')) {
      if (most < least) fail("min repeat greater than max repeat");
      return true;
    }
    at_ = before;
    return false;
  }

  Piece repeated() {
    Piece part = atom();
    repeated_ = false;
    while (true) {
      skip_comments();
      int64_t least = 0, most = std::numeric_limits<int64_t>::max();
      const char32_t c = peek();
      if (!more() || (c != '*' && c != '+' && c != '?' && c != '{')) return part;
      if (c == '{') {
        if (!bounds(least, most)) return part;
      } else {
        ++at_;
        if (c == '+') least = 1;
        if (c == '?') most = 1;
      }
      if (part.first < 0) fail("nothing to repeat");
      if (repeated_) fail("multiple repeat");
      const bool possessive = take('+');
      const bool greedy = possessive || !take('?');
      part = repetition(part, least, most, greedy, possessive);
      repeated_ = true;
    }
  }

  Piece repetition(const Piece& body, int64_t least, int64_t most, bool greedy, bool possessive) {
    const int64_t width = least == most && body.width >= 0 ? body.width * least : -1;
    const Op op = node(body.first).op;
    const bool is_one = body.ends.size() == 1 && body.ends[0] == body.first &&
                        (op == Op::literal || op == Op::any || op == Op::any_or_line_end || op == Op::set);
    const int index = add(is_one ? Op::repeat_one : Op::repeat);
    node(index).body = body.first;
    node(index).least = least;
    node(index).most = most;
    node(index).greedy = greedy;
    node(index).possessive = possessive && is_one;
    if (is_one) return single(index, width);
    const int counter = program_.counters++;
    const int again = add(Op::again);
    node(index).number = counter;
    Node& loop = node(again);
    loop.number = counter;
    loop.body = body.first;
    loop.least = least;
    loop.most = most;
    loop.greedy = greedy;
    join(body, again);
    node(index).body = again;
    Piece result{index, {again}, width};
    return possessive ? closed(result, Op::atomic) : result;
  }

  /** A part that is matched on its own: once it has matched, it is not tried again. */
  Piece closed(const Piece& inner, Op op) {
    join(inner, add(Op::accept));
    const int index = add(op);
    node(index).body = inner.first;
    return single(index, op == Op::atomic ? inner.width : 0);
  }

  Piece literal(char32_t c) {
    const int index = add(Op::literal);
    node(index).character = has(flag_ignorecase) ? py::detail::lower_of(c) : c;
    return single(index, 1);
  }

  Piece atom() {
    const char32_t c = next();
    switch (c) {
      case '.': return single(add(has(flag_dotall) ? Op::any_or_line_end : Op::any), 1);
      case '^': return single(add(has(flag_multiline) ? Op::line_start : Op::text_start), 0);
      case '$': {
        const int index = add(Op::line_end);
        node(index).negated = !has(flag_multiline);
        return single(index, 0);
      }
      case '(': return group();
      case '[': return characters();
      case '\\': return escape();
      case '*':
      case '+':
      case '?': --at_; return Piece{};
      default: return literal(c);
    }
  }

  static std::string utf8(const std::u32string& name) {
    std::string out;
    for (const char32_t c : name) py::detail::append_utf8(out, c);
    return out;
  }
  std::string name_until(char32_t end) {
    std::u32string name;
    while (peek() != end) name += next();
    ++at_;
    if (name.empty()) fail("missing group name");
    return utf8(name);
  }
  int group_number(const std::string& name) const {
    for (const auto& [known, number] : program_.names) {
      if (known == name) return number;
    }
    throw error("unknown group name '" + name + "' at position " + std::to_string(at_));
  }
  int64_t flag_of(char32_t letter) {
    switch (letter) {
      case 'i': return flag_ignorecase;
      case 'm': return flag_multiline;
      case 's': return flag_dotall;
      case 'x': return flag_verbose;
      case 'a': return flag_ascii;
      case 'u': return 0;
      default: fail("unknown extension or flag");
    }
  }

  Piece inside(int64_t flags) {
    const int64_t before = std::exchange(flags_, flags);
    Piece piece = alternatives();
    flags_ = before;
    if (!take(')')) fail("missing ), unterminated subpattern");
    return piece;
  }
  Piece captured(const std::string& name) {
    const int number = ++program_.groups;
    if (!name.empty()) program_.names.emplace_back(name, number);
    const int start = add(Op::group_start);
    node(start).number = number;
    Piece inner = inside(flags_);
    const int end = add(Op::group_end);
    node(end).number = number;
    node(start).next = inner.first;
    join(inner, end);
    return Piece{start, {end}, inner.width};
  }
  Piece looked(Op op, bool negated) {
    Piece inner = inside(flags_);
    if (op == Op::look_behind && inner.width < 0) throw error("look-behind requires fixed-width pattern");
    const int64_t width = inner.width;
    Piece piece = closed(inner, op);
    node(piece.first).negated = negated;
    node(piece.first).number = static_cast<int>(width);
    return piece;
  }

  Piece group() {
    if (!take('?')) return captured("");
    const char32_t kind = next();
    switch (kind) {
      case ':': return inside(flags_);
      case '=': return looked(Op::look_ahead, false);
      case '!': return looked(Op::look_ahead, true);
      case '>': return closed(inside(flags_), Op::atomic);
      case '#':
        while (next() != ')') {
        }
        return Piece{};
      case '<': {
        const char32_t direction = next();
        if (direction != '=' && direction != '!') fail("unknown extension ?<");
        return looked(Op::look_behind, direction == '!');
      }
      case 'P': {
        if (take('<')) return captured(name_until('>'));
        if (!take('=')) fail("unknown extension ?P");
        return reference(group_number(name_until(')')));
      }
      default: {
        int64_t on = 0, off = 0;
        bool negative = false;
        for (char32_t c = kind; ; c = next()) {
          if (c == '-') {
            negative = true;
          } else if (c == ':') {
            return inside((flags_ | on) & ~off);
          } else if (c == ')') {
            flags_ |= on;
            return Piece{};
          } else {
            (negative ? off : on) |= flag_of(c);
          }
        }
      }
    }
  }

  Piece reference(int number) {
    const int index = add(Op::back_reference);
    node(index).number = number;
    return single(index, -1);
  }

  char32_t hexadecimal(int digits) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
      const char32_t c = next();
      const int digit = c >= '0' && c <= '9' ? static_cast<int>(c - '0') : c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a') + 10 : c >= 'A' && c <= 'F' ? static_cast<int>(c - 'A') + 10 : -1;
      if (digit < 0) fail("incomplete escape");
      value = value << 4 | static_cast<char32_t>(digit);
    }
    return value;
  }
  /** The character that an escape stands for, after the letter was read. */
  char32_t escaped(char32_t c) {
    switch (c) {
      case 'n': return '\n';
      case 't': return '\t';
      case 'r': return '\r';
      case 'f': return '\f';
      case 'v': return '\v';
      case 'a': return '\a';
      case 'x': return hexadecimal(2);
      case 'u': return hexadecimal(4);
      case 'U': return hexadecimal(8);
      case '0': {
        char32_t value = 0;
        for (int i = 0; i < 2 && peek() >= '0' && peek() <= '7'; ++i) value = value * 8 + (next() - '0');
        return value;
      }
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) fail("bad escape");
        return c;
    }
  }

  Piece escape() {
    const char32_t c = next();
    switch (c) {
      case 'A': return single(add(Op::text_start), 0);
      case 'Z': return single(add(Op::text_end), 0);
      case 'b': return single(add(Op::boundary), 0);
      case 'B': return single(add(Op::no_boundary), 0);
      case 'd': case 'D': case 's': case 'S': case 'w': case 'W': {
        const int index = add(Op::set);
        node(index).set.classes = c;
        node(index).ignores_case = false;
        return single(index, 1);
      }
      default: break;
    }
    if (c >= '1' && c <= '9') {
      int number = static_cast<int>(c - '0');
      if (peek() >= '0' && peek() <= '9') number = number * 10 + static_cast<int>(next() - '0');
      if (number > program_.groups) fail("invalid group reference " + std::to_string(number));
      return reference(number);
    }
    return literal(escaped(c));
  }

  Piece characters() {
    const int index = add(Op::set);
    Set set;
    set.negated = take('^');
    bool first = true;
    while (first || peek() != ']') {
      first = false;
      bool is_class = false;
      const auto one = [&]() -> char32_t {
        const char32_t c = next();
        if (c != '\\') return c;
        const char32_t letter = next();
        if (letter == 'b') return '\b';
        if (std::u32string_view(U"dDsSwW").find(letter) != std::u32string_view::npos) {
          is_class = true;
          return letter;
        }
        return escaped(letter);
      };
      const char32_t low = one();
      if (is_class) {
        set.classes += low;
        continue;
      }
      char32_t high = low;
      if (peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
        ++at_;
        high = one();
        if (is_class || high < low) fail("bad character range");
      }
      set.ranges.emplace_back(low, high);
    }
    ++at_;
    node(index).set = std::move(set);
    return single(index, 1);
  }

  Program& program_;
  int64_t flags_;
  std::u32string text_;
  size_t at_ = 0;
  bool repeated_ = false;
};

/** Where the groups of a match begin and end, and which of them ended last (0 for none). */
struct Spans : std::vector<std::pair<int64_t, int64_t>> {
  int64_t last = 0;
};

/** Matches a program against a text of characters of one width. */
template <class Character> class Matcher {
 public:
  Matcher(const Program& program, const Character* text, size_t size)
      : program_(program), text_(text), size_(static_cast<int64_t>(size)), counts_(static_cast<size_t>(program.counters), {0, -1}) {}

  /** Matches at one place; `not_empty` there, and up to the end of the text where `whole`. */
  bool match(int64_t at, bool not_empty, bool whole, Spans& spans) {
    spans_.assign(static_cast<size_t>(program_.groups) + 1, {-1, -1});
    spans_.last = 0;
    starts_.assign(spans_.size(), -1);
    start_ = at;
    not_empty_ = not_empty;
    whole_ = whole;
    depth_ = 0;
    if (!run(program_.start, at)) return false;
    spans_[0] = {at, end_};
    spans = spans_;
    return true;
  }

 private:
  bool is_word_at(int64_t i) const { return i >= 0 && i < size_ && is_word(text_[i], program_.nodes.empty() ? false : (program_.flags & flag_ascii) != 0); }
  bool is_boundary(int64_t i) const { return is_word_at(i - 1) != is_word_at(i); }
  bool accept(int64_t at) {
    // Inside of what is matched on its own, any end will do.
    if (depth_ == 0 && ((whole_ && at != size_) || (not_empty_ && at == start_))) return false;
    end_ = at;
    return true;
  }
  bool same(int64_t a, int64_t b, bool ignores_case) const {
    const auto x = static_cast<char32_t>(text_[a]), y = static_cast<char32_t>(text_[b]);
    return x == y || (ignores_case && py::detail::lower_of(x) == py::detail::lower_of(y));
  }
  /** Matches a part on its own; where it ended is in `end_`. */
  bool alone(int body, int64_t at) {
    ++depth_;
    const bool found = run(body, at);
    --depth_;
    return found;
  }

  bool run(int index, int64_t at) {
    while (true) {
      const Node& node = program_.nodes[static_cast<size_t>(index)];
      switch (node.op) {
        case Op::accept: return accept(at);
        case Op::literal:
        case Op::any:
        case Op::any_or_line_end:
        case Op::set:
          if (at >= size_ || !accepts(node, static_cast<char32_t>(text_[at]))) return false;
          ++at;
          break;
        case Op::text_start:
          if (at != 0) return false;
          break;
        case Op::line_start:
          if (at != 0 && text_[at - 1] != '\n') return false;
          break;
        case Op::text_end:
          if (at != size_) return false;
          break;
        case Op::line_end:
          // Without MULTILINE only at the end, or before the line end that ends the text.
          if (at != size_ && !(text_[at] == '\n' && (!node.negated || at + 1 == size_))) return false;
          break;
        case Op::boundary:
          if (!is_boundary(at)) return false;
          break;
        case Op::no_boundary:
          if (size_ == 0 || is_boundary(at)) return false;
          break;
        case Op::group_start: {
          auto& start = starts_[static_cast<size_t>(node.number)];
          const int64_t before = std::exchange(start, at);
          if (run(node.next, at)) return true;
          starts_[static_cast<size_t>(node.number)] = before;
          return false;
        }
        case Op::group_end: {
          const auto group = static_cast<size_t>(node.number);
          const auto before = std::exchange(spans_[group], {starts_[group], at});
          const auto last = std::exchange(spans_.last, node.number);
          if (run(node.next, at)) return true;
          spans_[group] = before;
          spans_.last = last;
          return false;
        }
        case Op::back_reference: {
          const auto [from, to] = spans_[static_cast<size_t>(node.number)];
          if (from < 0 || at + (to - from) > size_) return false;
          for (int64_t i = from; i < to; ++i, ++at) {
            if (!same(i, at, node.ignores_case)) return false;
          }
          break;
        }
        case Op::either:
          if (node.choices.empty()) break;
          for (size_t i = 0; i + 1 < node.choices.size(); ++i) {
            if (run(node.choices[i], at)) return true;
          }
          index = node.choices.back();
          continue;
        case Op::repeat_one: return repeat_one(node, at);
        case Op::repeat: {
          const auto counter = static_cast<size_t>(node.number);
          const auto before = std::exchange(counts_[counter], {0, -1});
          if (run(node.body, at)) return true;
          counts_[counter] = before;
          return false;
        }
        case Op::again: return again(node, at);
        case Op::look_ahead:
        case Op::look_behind: {
          const int64_t from = node.op == Op::look_behind ? at - node.number : at;
          const Spans before = spans_;
          const bool found = from >= 0 && alone(node.body, from);
          if (found == node.negated) {
            spans_ = before;
            return false;
          }
          if (node.negated) {
            spans_ = before;
          } else if (run(node.next, at)) {
            return true;
          } else {
            spans_ = before;
            return false;
          }
          break;
        }
        case Op::atomic: {
          const Spans before = spans_;
          if (alone(node.body, at) && run(node.next, end_)) return true;
          spans_ = before;
          return false;
        }
      }
      index = node.next;
    }
  }

  bool repeat_one(const Node& node, int64_t at) {
    const Node& one = program_.nodes[static_cast<size_t>(node.body)];
    const int64_t room = size_ - at;
    const int64_t most = node.most < room ? node.most : room;
    if (most < node.least) return false;
    int64_t count = 0;
    const int64_t wanted = node.greedy ? most : node.least;
    while (count < wanted && accepts(one, static_cast<char32_t>(text_[at + count]))) ++count;
    if (count < node.least) return false;
    if (node.possessive) return run(node.next, at + count);
    if (node.greedy) {
      // What follows tells early where it cannot match.
      const Node& following = program_.nodes[static_cast<size_t>(node.next)];
      const bool is_literal = following.op == Op::literal && !following.ignores_case;
      for (; count >= node.least; --count) {
        if (is_literal && (at + count >= size_ || static_cast<char32_t>(text_[at + count]) != following.character)) continue;
        if (run(node.next, at + count)) return true;
      }
      return false;
    }
    while (true) {
      if (run(node.next, at + count)) return true;
      if (count >= most || !accepts(one, static_cast<char32_t>(text_[at + count]))) return false;
      ++count;
    }
  }

  /** After each turn of a loop: once more, or on. */
  bool again(const Node& node, int64_t at) {
    const auto counter = static_cast<size_t>(node.number);
    // Not taken apart in one: not every compiler lets a lambda hold the parts.
    const int64_t count = counts_[counter].first, last = counts_[counter].second;
    const auto turn = [&] {
      counts_[counter] = {count + 1, at};
      if (run(node.body, at)) return true;
      counts_[counter] = {count, last};
      return false;
    };
    if (count < node.least) return turn();
    // A turn that took nothing would go on for ever.
    const bool can_turn = count < node.most && last != at;
    if (node.greedy && can_turn && turn()) return true;
    if (run(node.next, at)) return true;
    return !node.greedy && can_turn && turn();
  }

  const Program& program_;
  const Character* text_;
  int64_t size_;
  Spans spans_;
  std::vector<int64_t> starts_;
  std::vector<std::pair<int64_t, int64_t>> counts_;
  int64_t start_ = 0, end_ = 0;
  int depth_ = 0;
  bool not_empty_ = false, whole_ = false;
};

}  // namespace detail

/** Python's `re.Match`. */
class Match {
 public:
  Match() = default;
  Match(std::shared_ptr<const detail::Program> program, str text, detail::Spans spans)
      : program_(std::move(program)), text_(std::move(text)), spans_(std::move(spans)) {}

  const str& string() const { return text_; }
  /** The group that ended last, and its name. */
  Optional<int64_t> lastindex() const { return spans_.last ? Optional<int64_t>(spans_.last) : Optional<int64_t>(); }
  Optional<str> lastgroup() const {
    for (const auto& [name, number] : program_->names) {
      if (number == spans_.last) return str(name);
    }
    return {};
  }
  size_t count() const { return spans_.size(); }
  /** The text of a group that took part. */
  str group(int64_t number = 0) const {
    const auto [from, to] = at(number);
    return from < 0 ? str() : text_.substring(static_cast<size_t>(from), static_cast<size_t>(to - from));
  }
  str group(const str& name) const { return group(number_of(name)); }
  /** The text of a group, or None where it took no part. */
  Optional<str> group_or_none(int64_t number) const {
    return at(number).first < 0 ? Optional<str>() : Optional<str>(group(number));
  }
  Optional<str> group_or_none(const str& name) const { return group_or_none(number_of(name)); }
  Optional<str> group_or_none(const Optional<str>& name) const { return group_or_none(number_of(name)); }
  template <class Group> int64_t start(const Group& group) const { return at(number_of(group)).first; }
  template <class Group> int64_t end(const Group& group) const { return at(number_of(group)).second; }
  int64_t start() const { return spans_[0].first; }
  int64_t end() const { return spans_[0].second; }
  template <class Group> std::tuple<int64_t, int64_t> span(const Group& group) const {
    const auto [from, to] = at(number_of(group));
    return {from, to};
  }
  std::tuple<int64_t, int64_t> span() const { return span(0); }
  /** What a template of `sub` gives for this match. */
  void expand(std::u32string& out, const str& replacement) const;
  const detail::Program& program() const { return *program_; }

 private:
  int64_t number_of(int64_t number) const { return number; }
  int64_t number_of(const str& name) const {
    for (const auto& [known, number] : program_->names) {
      if (str(known) == name) return number;
    }
    throw IndexError("no such group");
  }
  int64_t number_of(const Optional<str>& name) const {
    if (!name) throw IndexError("no such group");
    return number_of(*name);
  }
  std::pair<int64_t, int64_t> at(int64_t number) const {
    if (number < 0 || static_cast<size_t>(number) >= spans_.size()) throw IndexError("no such group");
    return spans_[static_cast<size_t>(number)];
  }

  std::shared_ptr<const detail::Program> program_;
  str text_;
  detail::Spans spans_;
};

inline bool operator==(const Match& a, const Match& b) { return &a == &b; }

/** Python's `re.Pattern`. */
class Pattern {
 public:
  Pattern() = default;
  explicit Pattern(const str& pattern, int64_t flags = 0) {
    auto program = std::make_shared<detail::Program>();
    program->pattern = pattern;
    detail::Parser(*program, flags).parse();
    program_ = std::move(program);
  }

  const str& pattern() const { return program_->pattern; }
  int64_t groups() const { return program_->groups; }
  /** The flags that the pattern was compiled with, those that it sets itself among them. */
  int64_t flags() const { return program_->flags; }

  Optional<Match> match(const str& text, int64_t from = 0, int64_t to = str::to_end) const { return at(text, from, to, false); }
  Optional<Match> fullmatch(const str& text, int64_t from = 0, int64_t to = str::to_end) const { return at(text, from, to, true); }
  Optional<Match> search(const str& text, int64_t from = 0, int64_t to = str::to_end) const {
    Optional<Match> found;
    go_over(text, from, to, [&](Match match) {
      found = std::move(match);
      return false;
    });
    return found;
  }
  list<Match> finditer(const str& text) const {
    list<Match> result;
    go_over(text, 0, str::to_end, [&](Match match) { return result.append(std::move(match)), true; });
    return result;
  }
  /** What `use(match)` gives for each match. */
  template <class T, class Use> list<T> findall(const str& text, const Use& use) const {
    list<T> result;
    go_over(text, 0, str::to_end, [&](const Match& match) { return result.append(use(match)), true; });
    return result;
  }
  /** The text with `replacement(out, match)` for each match, and how often. */
  template <class Replacement> std::tuple<str, int64_t> replaced(const Replacement& replacement, const str& text, int64_t limit) const {
    std::u32string out;
    int64_t count = 0, done = 0;
    const auto copy = [&](int64_t from, int64_t to) {
      for (int64_t i = from; i < to; ++i) out += text.point(static_cast<size_t>(i));
    };
    go_over(text, 0, str::to_end, [&](const Match& match) {
      copy(done, match.start());
      replacement(out, match);
      done = match.end();
      ++count;
      return limit <= 0 || count < limit;
    });
    if (count == 0) return {text, 0};
    copy(done, static_cast<int64_t>(text.size()));
    return {str::from_points(out), count};
  }
  /** The parts between the matches, with what `use(match, group)` gives of each group. */
  template <class T, class Use> list<T> split(const str& text, int64_t limit, const Use& use) const {
    list<T> result;
    int64_t count = 0, done = 0;
    const auto part = [&](int64_t from, int64_t to) { result.append(T(text.substring(static_cast<size_t>(from), static_cast<size_t>(to - from)))); };
    go_over(text, 0, str::to_end, [&](const Match& match) {
      part(done, match.start());
      for (int64_t group = 1; group <= program_->groups; ++group) result.append(use(match, group));
      done = match.end();
      return ++count, limit <= 0 || count < limit;
    });
    part(done, static_cast<int64_t>(text.size()));
    return result;
  }

 private:
  Optional<Match> at(const str& given, int64_t from, int64_t to, bool whole) const {
    const str text = bounded(given, from, to);
    return text.visit([&](const auto* characters, size_t size) -> Optional<Match> {
      detail::Matcher matcher(*program_, characters, size);
      detail::Spans spans;
      if (!matcher.match(from, false, whole, spans)) return {};
      return Match(program_, given, std::move(spans));
    });
  }
  /** The text up to where a match may reach; `from` is put inside of it. */
  static str bounded(const str& text, int64_t& from, int64_t to) {
    const auto size = static_cast<int64_t>(text.size());
    if (to > size) to = size;
    if (to < 0) to = 0;
    if (from < 0) from = 0;
    if (from > to) from = to;
    return text.substring(0, static_cast<size_t>(to));
  }
  /** Calls `use` with the matches, none over another, until it gives false. */
  template <class Use> void go_over(const str& given, int64_t from, int64_t to, const Use& use) const {
    const str text = bounded(given, from, to);
    text.visit([&](const auto* characters, size_t size) {
      detail::Matcher matcher(*program_, characters, size);
      const auto& first = program_->nodes[static_cast<size_t>(program_->start)];
      const bool is_literal = first.op == detail::Op::literal && !first.ignores_case;
      detail::Spans spans;
      bool not_empty = false;
      int64_t start = from;
      while (start <= static_cast<int64_t>(size)) {
        bool found = false;
        for (int64_t at = start; at <= static_cast<int64_t>(size); ++at, not_empty = false) {
          if (is_literal) {
            while (at < static_cast<int64_t>(size) && static_cast<char32_t>(characters[at]) != first.character) ++at, not_empty = false;
            if (at == static_cast<int64_t>(size)) break;
          }
          if (!matcher.match(at, not_empty, false, spans)) continue;
          found = true;
          break;
        }
        if (!found) return;
        // After a match of nothing the next one from the same place has to be something.
        not_empty = spans[0].first == spans[0].second;
        start = spans[0].second;
        if (!use(Match(program_, given, spans))) return;
      }
    });
  }

  std::shared_ptr<const detail::Program> program_;
};

inline bool operator==(const Pattern& a, const Pattern& b) { return a.pattern() == b.pattern(); }

/** A pattern, compiled once for each text and flags. */
inline const Pattern& compile(const str& pattern, int64_t flags = 0) {
  static auto* known = new std::map<std::pair<std::string, int64_t>, Pattern>;
  auto [entry, fresh] = known->try_emplace({pattern.utf8(), flags});
  if (fresh) {
    try {
      entry->second = Pattern(pattern, flags);
    } catch (...) {
      known->erase(entry);
      throw;
    }
  }
  return entry->second;
}
inline const Pattern& compile(const Pattern& pattern, int64_t = 0) { return pattern; }

inline void Match::expand(std::u32string& out, const str& replacement) const {
  const auto append = [&](const str& text) {
    for (size_t i = 0; i < text.size(); ++i) out += text.point(i);
  };
  const size_t size = replacement.size();
  for (size_t i = 0; i < size; ++i) {
    const char32_t c = replacement.point(i);
    if (c != '\\' || i + 1 == size) {
      if (c == '\\') throw error("bad escape (end of pattern) at position " + std::to_string(i));
      out += c;
      continue;
    }
    const char32_t letter = replacement.point(++i);
    if (letter == 'g') {
      std::string name;
      if (i + 1 >= size || replacement.point(i + 1) != '<') throw error("missing <");
      for (i += 2; i < size && replacement.point(i) != '>'; ++i) py::detail::append_utf8(name, replacement.point(i));
      bool is_number = !name.empty();
      for (const char digit : name) is_number &= digit >= '0' && digit <= '9';
      append(is_number ? group(std::stoll(name)) : group(str(name)));
    } else if (letter == '0') {
      char32_t value = 0;
      for (int digits = 0; digits < 2 && i + 1 < size && replacement.point(i + 1) >= '0' && replacement.point(i + 1) <= '7'; ++digits)
        value = value * 8 + (replacement.point(++i) - '0');
      out += value;
    } else if (letter >= '1' && letter <= '9') {
      int64_t number = letter - '0';
      if (i + 1 < size && replacement.point(i + 1) >= '0' && replacement.point(i + 1) <= '9') number = number * 10 + (replacement.point(++i) - '0');
      if (static_cast<size_t>(number) >= spans_.size()) throw error("invalid group reference " + std::to_string(number));
      append(group(number));
    } else if (letter == 'n') {
      out += U'\n';
    } else if (letter == 't') {
      out += U'\t';
    } else if (letter == 'r') {
      out += U'\r';
    } else if (letter == '\\') {
      out += U'\\';
    } else if ((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')) {
      throw error(std::string("bad escape \\") + static_cast<char>(letter));
    } else {
      out += U'\\';
      out += letter;
    }
  }
}

/** What replaces a match: a template, or what a function gives of the match. */
inline auto by_template(const str& replacement) {
  return [replacement](std::u32string& out, const Match& match) { match.expand(out, replacement); };
}
template <class Function> auto by_function(const Function& function) {
  return [&function](std::u32string& out, const Match& match) {
    const str text = function(match);
    for (size_t i = 0; i < text.size(); ++i) out += text.point(i);
  };
}

inline str escape(const str& text) {
  std::u32string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char32_t c = text.point(i);
    if (c < 0x80 && c != 0 && std::string_view("()[]{}?*+-|^$\\.&~# \t\n\r\v\f").find(static_cast<char>(c)) != std::string_view::npos)
      out += U'\\';
    out += c;
  }
  return str::from_points(out);
}

}  // namespace py::re

namespace py {

template <> struct Text<re::Pattern> {
  static void repr(std::string& out, const re::Pattern& pattern) {
    std::string quoted;
    write_repr(quoted, pattern.pattern());
    const py::str shown(quoted);
    out += "re.compile(";
    // As CPython shortens it.
    (shown.size() > 200 ? shown.substring(0, 200) : shown).write(out);
    static constexpr std::pair<int64_t, const char*> names[] = {{re::flag_ignorecase, "re.IGNORECASE"},
                                                                 {re::flag_multiline, "re.MULTILINE"},
                                                                 {re::flag_dotall, "re.DOTALL"},
                                                                 {re::flag_verbose, "re.VERBOSE"},
                                                                 {re::flag_ascii, "re.ASCII"}};
    const char* before = ", ";
    for (const auto& [flag, name] : names) {
      if ((pattern.flags() & flag) == 0) continue;
      out += before;
      out += name;
      before = "|";
    }
    out += ')';
  }
  static void str(std::string& out, const re::Pattern& pattern) { repr(out, pattern); }
};

template <> struct Text<re::Match> {
  static void repr(std::string& out, const re::Match& match) {
    out += "<re.Match object; span=(" + std::to_string(match.start()) + ", " + std::to_string(match.end()) + "), match=";
    // As CPython shortens it.
    std::string quoted;
    write_repr(quoted, match.group());
    const py::str shown(quoted);
    (shown.size() > 50 ? shown.substring(0, 50) : shown).write(out);
    out += '>';
  }
  static void str(std::string& out, const re::Match& match) { repr(out, match); }
};

}  // namespace py
