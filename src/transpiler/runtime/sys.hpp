// requires: core, exceptions, str, list, print, main
// The module sys, standard input apart.
#include <cstdint>
#include <limits>
#include <string>

namespace py::sys {

inline constexpr int64_t maxsize = INT64_MAX;
inline constexpr int64_t maxunicode = 0x10FFFF;
inline const str byteorder = "little";
#if defined(_WIN32)
inline const str platform = "win32";
#elif defined(__APPLE__)
inline const str platform = "darwin";
#else
inline const str platform = "linux";
#endif

namespace float_info {

inline constexpr double max = std::numeric_limits<double>::max();
inline constexpr double min = std::numeric_limits<double>::min();
inline constexpr double epsilon = std::numeric_limits<double>::epsilon();
inline constexpr int64_t dig = 15;

}  // namespace float_info

/** Python's `sys.argv`. */
inline list<str> argv;
inline void set_argv(int count, char** arguments) {
  for (int i = 0; i < count; ++i) argv.append(str::from_utf8(arguments[i]));
}

template <class T> [[noreturn]] void exit(const T& status) { throw SystemExit(status); }
[[noreturn]] inline void exit() { throw SystemExit(); }

inline int64_t& recursion_limit() {
  static int64_t limit = 1000;
  return limit;
}
inline void setrecursionlimit(int64_t limit) {
  if (limit < 1) raise_value_error("recursion limit must be greater or equal than 1");
  recursion_limit() = limit;
  py::detail::set_recursion_depth(limit);
}
inline int64_t getrecursionlimit() { return recursion_limit(); }

/** Python's `sys.stdout` and `sys.stderr`. */
struct Stream {
  py::detail::Output& (*output)();
  int64_t write(const str& text) const {
    if (output != py::detail::standard_output) py::detail::standard_output().flush();
    text.write(output().buffer());
    output().written();
    return static_cast<int64_t>(text.size());
  }
  void flush() const { output().flush(); }
  operator py::detail::Output&() const { return output(); }
};
// `stdout` and `stderr` themselves are macros of <cstdio>.
inline constexpr Stream stdout_{py::detail::standard_output};
inline constexpr Stream stderr_{py::detail::standard_error};

}  // namespace py::sys
