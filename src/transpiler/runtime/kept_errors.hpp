// requires: core, exceptions, str, vartuple
// Exceptions that are kept as values, and what they are made of.
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace py {

/** A shared handle to an exception of class `T` or one derived from it. */
template <class T> class Kept {
 public:
  using error_type = T;

  Kept() = default;
  template <class Error>
    requires std::is_base_of_v<T, Error>
  Kept(const Error& error) : error_(std::static_pointer_cast<T>(error.clone())) {}
  template <class Error>
    requires std::is_base_of_v<T, Error>
  Kept(const Kept<Error>& other) : error_(other.shared()) {}
  explicit Kept(std::shared_ptr<T> error) : error_(std::move(error)) {}

  T* operator->() const { return error_.get(); }
  T& operator*() const { return *error_; }
  const std::shared_ptr<T>& shared() const { return error_; }
  explicit operator bool() const { return error_ != nullptr; }

 private:
  std::shared_ptr<T> error_;
};

template <class T> struct Text<Kept<T>> {
  static void repr(std::string& out, const Kept<T>& error) { write_repr(out, static_cast<const BaseException&>(*error)); }
  static void str(std::string& out, const Kept<T>& error) { write_str(out, static_cast<const BaseException&>(*error)); }
};

template <class T> const T& error_of(const T& error) { return error; }
template <class T> const T& error_of(const Kept<T>& error) { return *error; }

/** Python's `isinstance(error, T)`. */
template <class T, class Error> bool is_error(const Error& error) {
  return dynamic_cast<const T*>(&static_cast<const BaseException&>(error_of(error))) != nullptr;
}

/** `raise error from cause`. */
template <class T, class Cause> T with_cause(T error, const Cause& cause) {
  error.cause = static_cast<const BaseException&>(error_of(cause)).clone();
  return error;
}

/** Python's `error.__cause__`. */
template <class Error> std::optional<Kept<BaseException>> cause_of(const Error& error) {
  const auto& cause = static_cast<const BaseException&>(error_of(error)).cause;
  if (!cause) return std::nullopt;
  return Kept<BaseException>(cause);
}

template <> struct Text<Argument> {
  static void repr(std::string& out, const Argument& argument) { out += argument.representation(); }
  static void str(std::string& out, const Argument& argument) { out += argument.text; }
};
inline bool operator==(const Argument& a, const Argument& b) { return a.representation() == b.representation(); }
template <class T> bool operator==(const Argument& a, const T& b) {
  std::string text;
  write_repr(text, b);
  return a.representation() == text;
}

/** Python's `value` of a StopIteration. */
template <class Error> std::optional<Argument> value_of(const Error& error) {
  const auto& arguments = static_cast<const BaseException&>(error_of(error)).arguments();
  if (arguments.empty()) return std::nullopt;
  return arguments.front();
}

/** Python's `error.args`. */
template <class Error> vartuple<Argument> arguments_of(const Error& error) {
  return vartuple<Argument>::from(static_cast<const BaseException&>(error_of(error)).arguments());
}

}  // namespace py
