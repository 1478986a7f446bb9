// requires: core, str, numbers
// print() through a buffer that is written out at exit, before input and before errors.
#include <cstdint>
#include <cstdio>
#include <string>
#if !defined(_WIN32)
#include <unistd.h>
#endif

namespace py {

namespace detail {

/** A buffered output; `file` is null for a text kept in memory. */
class Output {
 public:
  explicit Output(std::FILE* file, size_t limit) : file_(file), limit_(limit) {}
  std::string& buffer() { return buffer_; }
  void flush() {
    if (!buffer_.empty()) std::fwrite(buffer_.data(), 1, buffer_.size(), file_);
    buffer_.clear();
    std::fflush(file_);
  }
  void written() {
    if (buffer_.size() >= limit_) flush();
  }

 private:
  std::FILE* file_;
  size_t limit_;
  std::string buffer_;
};

/** Standard output; a terminal gets each line at once, anything else a buffer. */
inline Output& standard_output() {
#if defined(_WIN32)
  static Output* output = new Output(stdout, size_t{1} << 16);
#else
  static Output* output = new Output(stdout, isatty(1) ? 1 : size_t{1} << 16);
#endif
  return *output;
}

/** Standard error, written at once and after what standard output holds. */
inline Output& standard_error() {
  static Output* output = new Output(stderr, 1);
  return *output;
}

template <class First, class... Rest>
void write_joined(std::string& out, [[maybe_unused]] std::string_view separator, const First& first, const Rest&... rest) {
  write_str(out, first);
  ((out += separator, write_str(out, rest)), ...);
}

}  // namespace detail

/** Python's `print(a, b, ...)`. */
template <class... Arguments> void print(const Arguments&... arguments) {
  auto& output = detail::standard_output();
  if constexpr (sizeof...(arguments) > 0) detail::write_joined(output.buffer(), " ", arguments...);
  output.buffer() += '\n';
  output.written();
}

/** Python's `print(..., sep=..., end=..., file=...)`. */
template <class... Arguments>
void print_with(const str& separator, const str& end, detail::Output& output, const Arguments&... arguments) {
  if (&output == &detail::standard_error()) detail::standard_output().flush();
  if constexpr (sizeof...(arguments) > 0) detail::write_joined(output.buffer(), separator.utf8(), arguments...);
  end.write(output.buffer());
  output.written();
}
template <class... Arguments> void print_with(const str& separator, const str& end, const Arguments&... arguments) {
  print_with(separator, end, detail::standard_output(), arguments...);
}

/** Python's `print(*items, sep=..., end=...)`. */
template <class Items> void print_all(const Items& items, const str& separator = str::of(' '), const str& end = str::of('\n')) {
  auto& output = detail::standard_output();
  const std::string between = separator.utf8();
  bool first = true;
  for (auto&& item : items) {
    if (!first) output.buffer() += between;
    first = false;
    write_str(output.buffer(), item);
  }
  end.write(output.buffer());
  output.written();
}

}  // namespace py
