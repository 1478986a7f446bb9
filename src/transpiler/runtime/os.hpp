// requires: core, exceptions, str, list, tuple, files
// What programs use of os and os.path.
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <tuple>

namespace py::os {

inline const str sep = "/";
inline const str linesep = "\n";

namespace detail {

inline std::filesystem::path path_of(const str& text) { return std::filesystem::path(text.utf8()); }
inline void check(const std::error_code& error, const str& name) {
  if (error) py::detail::raise_os_error(error.value(), name.utf8());
}

}  // namespace detail

inline str getcwd() { return str(std::filesystem::current_path().string()); }
inline void remove(const str& name) {
  std::error_code error;
  if (!std::filesystem::exists(detail::path_of(name), error)) py::detail::raise_os_error(ENOENT, name.utf8());
  std::filesystem::remove(detail::path_of(name), error);
  detail::check(error, name);
}
inline void mkdir(const str& name) {
  std::error_code error;
  if (!std::filesystem::create_directory(detail::path_of(name), error) && !error) py::detail::raise_os_error(EEXIST, name.utf8());
  detail::check(error, name);
}
inline void makedirs(const str& name, bool exist_ok = false) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(detail::path_of(name), error);
  detail::check(error, name);
  if (!made && !exist_ok) py::detail::raise_os_error(EEXIST, name.utf8());
}
inline void rmdir(const str& name) { remove(name); }
inline void rename(const str& from, const str& to) {
  std::error_code error;
  std::filesystem::rename(detail::path_of(from), detail::path_of(to), error);
  detail::check(error, from);
}

namespace path {

inline bool exists(const str& name) {
  std::error_code error;
  return std::filesystem::exists(detail::path_of(name), error);
}
inline bool isfile(const str& name) {
  std::error_code error;
  return std::filesystem::is_regular_file(detail::path_of(name), error);
}
inline bool isdir(const str& name) {
  std::error_code error;
  return std::filesystem::is_directory(detail::path_of(name), error);
}
inline int64_t getsize(const str& name) {
  std::error_code error;
  const auto size = std::filesystem::file_size(detail::path_of(name), error);
  detail::check(error, name);
  return static_cast<int64_t>(size);
}
inline str join(const str& first) { return first; }
template <class... Rest> str join(const str& first, const str& second, const Rest&... rest) {
  if (second.startswith(sep)) return join(second, rest...);
  return join(first.empty() || first.endswith(sep) ? first + second : first + sep + second, rest...);
}
inline std::tuple<str, str> split(const str& name) {
  const int64_t at = name.rfind(sep) + 1;
  const str head = name.substring(0, static_cast<size_t>(at)), tail = name.substring(static_cast<size_t>(at), name.size() - static_cast<size_t>(at));
  const str plain = head.rstrip(std::optional<str>(sep));
  return {plain.empty() ? head : plain, tail};
}
inline str basename(const str& name) { return std::get<1>(split(name)); }
inline str dirname(const str& name) { return std::get<0>(split(name)); }
inline std::tuple<str, str> splitext(const str& name) {
  const int64_t slash = name.rfind(sep), dot = name.rfind(str("."));
  // Dots at the front of a name belong to it.
  int64_t first = slash + 1;
  while (first < dot && name.point(static_cast<size_t>(first)) == '.') ++first;
  if (dot <= first) return {name, str()};
  const auto at = static_cast<size_t>(dot);
  return {name.substring(0, at), name.substring(at, name.size() - at)};
}
inline bool isabs(const str& name) { return name.startswith(sep); }

}  // namespace path

}  // namespace py::os
