// requires: core, exceptions, str, list, print
// open() for text, and io.StringIO.
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace py {

PY_EXCEPTION(UnsupportedOperation, OSError)

namespace detail {

/** A text in memory, of a file that is read or written, or of its own. */
struct FileBody {
  size_t refs = 1;
  std::u32string text;
  size_t at = 0;
  std::string name;
  std::string mode;
  bool readable = false, writable = false, in_memory = false, closed = false;
  /** Where what is written goes. */
  std::FILE* sink = nullptr;

  FileBody() = default;
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;
  ~FileBody() { close(); }
  void flush() {
    if (!sink) return;
    std::string out;
    for (const char32_t c : text) append_utf8(out, c);
    std::fwrite(out.data(), 1, out.size(), sink);
    std::fflush(sink);
    text.clear();
    at = 0;
  }
  void close() {
    flush();
    if (sink) std::fclose(sink);
    sink = nullptr;
    closed = true;
  }
};

PY_COLD [[noreturn]] inline void raise_os_error(int code, const std::string& name) {
  const std::string text = "[Errno " + std::to_string(code) + "] " + std::strerror(code) + ": ";
  std::string shown;
  write_repr(shown, str(name));
  if (code == ENOENT) throw FileNotFoundError(text + shown);
  if (code == EEXIST) throw FileExistsError(text + shown);
  if (code == EACCES || code == EPERM) throw PermissionError(text + shown);
  throw OSError(text + shown);
}

}  // namespace detail

/** What `open` and `io.StringIO` give. Copies share where it stands. */
class TextFile {
 public:
  using value_type = str;

  TextFile() : body_(new detail::FileBody) {}

  static TextFile open(const str& path, const str& given_mode = str("r")) {
    TextFile file;
    auto& body = *file.body_;
    body.name = path.utf8();
    body.mode = given_mode.utf8();
    std::string mode;
    for (const char c : body.mode) {
      if (c != 't') mode += c;
    }
    if (mode != "r" && mode != "w" && mode != "a" && mode != "x") throw ValueError("invalid mode: '" + body.mode + "'");
    if (mode == "r") {
      std::FILE* source = std::fopen(body.name.c_str(), "rb");
      if (!source) detail::raise_os_error(errno, body.name);
      std::string all;
      char buffer[65536];
      for (size_t count; (count = std::fread(buffer, 1, sizeof buffer, source)) > 0;) all.append(buffer, count);
      const bool failed = std::ferror(source) != 0;
      std::fclose(source);
      if (failed) throw OSError("[Errno 21] Is a directory: '" + body.name + "'");
      for (size_t i = 0; i < all.size();) {
        const char32_t c = detail::read_utf8(all.data(), all.size(), i);
        if (c == '\r' && i < all.size() && all[i] == '\n') continue;
        body.text += c == '\r' ? U'\n' : c;
      }
      body.readable = true;
      return file;
    }
    const char* how = mode == "a" ? "ab" : mode == "x" ? "wbx" : "wb";
    body.sink = std::fopen(body.name.c_str(), how);
    if (!body.sink) detail::raise_os_error(errno, body.name);
    body.writable = true;
    return file;
  }
  static TextFile memory(const str& text = str()) {
    TextFile file;
    auto& body = *file.body_;
    for (size_t i = 0; i < text.size(); ++i) body.text += text.point(i);
    body.readable = body.writable = body.in_memory = true;
    return file;
  }

  str read(int64_t count = -1) const {
    check_readable();
    auto& body = *body_;
    const size_t left = body.text.size() - std::min(body.at, body.text.size());
    const size_t taken = count < 0 || static_cast<size_t>(count) > left ? left : static_cast<size_t>(count);
    const str result = str::from_points(body.text.data() + body.at, taken);
    body.at += taken;
    return result;
  }
  str readline() const {
    check_readable();
    auto& body = *body_;
    size_t end = body.at;
    while (end < body.text.size() && body.text[end] != '\n') ++end;
    if (end < body.text.size()) ++end;
    const str line = body.at < end ? str::from_points(body.text.data() + body.at, end - body.at) : str();
    body.at = std::max(body.at, end);
    return line;
  }
  list<str> readlines() const {
    list<str> lines;
    for (str line = readline(); !line.empty(); line = readline()) lines.append(line);
    return lines;
  }
  int64_t write(const str& text) const {
    check_open();
    auto& body = *body_;
    if (!body.writable) throw UnsupportedOperation("not writable");
    if (body.in_memory) {
      if (body.at > body.text.size()) body.text.resize(body.at, U'\0');
      for (size_t i = 0; i < text.size(); ++i, ++body.at) {
        if (body.at < body.text.size()) body.text[body.at] = text.point(i);
        else body.text += text.point(i);
      }
    } else {
      for (size_t i = 0; i < text.size(); ++i) body.text += text.point(i);
      if (body.text.size() > 65536) body.flush();
    }
    return static_cast<int64_t>(text.size());
  }
  template <class Items> void writelines(const Items& items) const {
    for (auto&& item : items) write(item);
  }
  str getvalue() const {
    check_open();
    return str::from_points(body_->text);
  }
  int64_t seek(int64_t place) const {
    check_open();
    if (body_->sink) throw UnsupportedOperation("seek of a file that is written");
    if (place < 0) throw ValueError("Negative seek position " + std::to_string(place));
    body_->at = static_cast<size_t>(place);
    return place;
  }
  int64_t tell() const {
    check_open();
    return static_cast<int64_t>(body_->at);
  }
  int64_t truncate() const {
    check_open();
    if (body_->at < body_->text.size()) body_->text.resize(body_->at);
    return static_cast<int64_t>(body_->at);
  }
  void flush() const { body_->flush(); }
  void close() const { body_->close(); }
  bool readable() const { return body_->readable; }
  bool writable() const { return body_->writable; }
  bool closed() const { return body_->closed; }
  str name() const { return str(body_->name); }
  str mode() const { return str(body_->mode); }
  std::optional<str> next() const {
    str line = readline();
    if (line.empty()) return std::nullopt;
    return line;
  }

  class iterator;
  struct end_mark {};
  iterator begin() const;
  end_mark end() const { return {}; }

 private:
  void check_open() const {
    if (body_->closed) raise_value_error("I/O operation on closed file.");
  }
  void check_readable() const {
    check_open();
    if (!body_->readable) throw UnsupportedOperation("not readable");
  }

  Handle<detail::FileBody> body_;
};

/** Goes over the lines. */
class TextFile::iterator {
 public:
  explicit iterator(const TextFile& file) : file_(file) { ++*this; }
  const str& operator*() const { return line_; }
  iterator& operator++() {
    line_ = file_.readline();
    return *this;
  }
  bool operator!=(end_mark) const { return !line_.empty(); }

 private:
  TextFile file_;
  str line_;
};
inline TextFile::iterator TextFile::begin() const { return TextFile::iterator(*this); }

/** Python's `print(..., file=file)`. */
template <class... Arguments> void print_to(const TextFile& file, const str& separator, const str& end, const Arguments&... arguments) {
  std::string out;
  if constexpr (sizeof...(arguments) > 0) detail::write_joined(out, separator.utf8(), arguments...);
  end.write(out);
  file.write(str::from_utf8(out));
}

}  // namespace py
