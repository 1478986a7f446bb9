// requires: core, exceptions, str, list, print
// Standard input: input() and the methods of sys.stdin.
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>

namespace py {

namespace detail {

/** Reads a line with its newline; false at the end of the input. */
inline bool read_line(std::string& line) {
  line.clear();
  char buffer[65536];
  while (std::fgets(buffer, sizeof buffer, stdin)) {
    line += buffer;
    if (line.back() == '\n') break;
  }
  if (line.size() > 1 && line[line.size() - 2] == '\r' && line.back() == '\n') line.erase(line.size() - 2, 1);
  return !line.empty();
}

}  // namespace detail

/** Python's `input(prompt)`. */
inline str input(const str& prompt = str()) {
  prompt.write(detail::standard_output().buffer());
  detail::standard_output().flush();
  std::string line;
  if (!detail::read_line(line)) throw EOFError("EOF when reading a line");
  if (line.back() == '\n') line.pop_back();
  return str::from_utf8(line);
}

namespace sys {

/** Python's `sys.stdin`. */
struct Stdin {
  using value_type = str;

  str readline() const {
    std::string line;
    py::detail::read_line(line);
    return str::from_utf8(line);
  }
  str read() const {
    std::string all, line;
    while (py::detail::read_line(line)) all += line;
    return str::from_utf8(all);
  }
  list<str> readlines() const {
    list<str> lines;
    std::string line;
    while (py::detail::read_line(line)) lines.append(str::from_utf8(line));
    return lines;
  }
  class iterator {
   public:
    iterator() { ++*this; }
    const str& operator*() const { return *line_; }
    iterator& operator++() {
      std::string line;
      line_.reset();
      if (py::detail::read_line(line)) line_ = str::from_utf8(line);
      return *this;
    }
    struct end {};
    bool operator!=(end) const { return line_.has_value(); }

   private:
    std::optional<str> line_;
  };
  iterator begin() const { return {}; }
  iterator::end end() const { return {}; }
};
// `stdin` itself is a macro of <cstdio>.
inline constexpr Stdin stdin_{};

}  // namespace sys

}  // namespace py
