// requires: core
// Python's exception classes, thrown by value and caught by reference.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace py {

/** One of the values that an exception was made of, as it is written. */
struct Argument {
  /** `str` of it in UTF-8. */
  std::string text;
  /** `repr` of it; empty for a string, which is quoted when it is asked for. */
  std::string shown;
  bool is_text = true;

  std::string representation() const;
};

/** Root of all exceptions. Carries what `str(e)` and `repr(e)` need. */
class BaseException {
 public:
  BaseException() = default;
  BaseException(const BaseException&) = default;
  BaseException(BaseException&&) = default;
  BaseException& operator=(const BaseException&) = default;
  virtual ~BaseException() = default;

  /** With one argument `str(e)` is that argument's text; with several it is their tuple. */
  template <class First, class... Rest>
    requires(!std::is_base_of_v<BaseException, std::remove_cvref_t<First>> || sizeof...(Rest) > 0)
  explicit BaseException(const First& first, const Rest&... rest) {
    arguments_.reserve(1 + sizeof...(rest));
    take(first);
    (take(rest), ...);
  }

  /** Python's name of the class. */
  virtual const char* type_name() const { return "BaseException"; }
  /** `str(e)` in UTF-8. */
  virtual std::string message() const;
  /** `repr(e)` in UTF-8; defined with `str`, whose quoting it uses. */
  virtual std::string representation() const;
  /** What it was made of. */
  const std::vector<Argument>& arguments() const { return arguments_; }
  /** A copy of the same class. */
  virtual std::shared_ptr<BaseException> clone() const { return std::make_shared<BaseException>(*this); }
  /** Throws a copy of the same class. */
  [[noreturn]] virtual void raise() const { throw *this; }

  /** What `raise … from` names. */
  std::shared_ptr<BaseException> cause;

 private:
  template <class T> void take(const T& value) {
    Argument argument;
    if constexpr (std::is_convertible_v<T, const char*> || std::is_same_v<T, std::string>) {
      argument.text = value;
    } else {
      write_str(argument.text, value);
      argument.is_text = std::is_same_v<T, str>;
      if (!argument.is_text) write_repr(argument.shown, value);
    }
    arguments_.push_back(std::move(argument));
  }

  std::vector<Argument> arguments_;
};

/** What lets an exception be copied and thrown without its class being known. */
#define PY_THROWABLE(name)                                                                                     \
  std::shared_ptr<py::BaseException> clone() const override { return std::make_shared<name>(*this); }          \
  [[noreturn]] void raise() const override { throw *this; }

/** Declares an exception class that only differs in its name. */
#define PY_EXCEPTION(name, base)                               \
  struct name : base {                                         \
    using base::base;                                          \
    const char* type_name() const override { return #name; }   \
    PY_THROWABLE(name)                                         \
  };

PY_EXCEPTION(Exception, BaseException)
PY_EXCEPTION(KeyboardInterrupt, BaseException)
PY_EXCEPTION(GeneratorExit, BaseException)
PY_EXCEPTION(ArithmeticError, Exception)
PY_EXCEPTION(FloatingPointError, ArithmeticError)
PY_EXCEPTION(OverflowError, ArithmeticError)
PY_EXCEPTION(ZeroDivisionError, ArithmeticError)
PY_EXCEPTION(AssertionError, Exception)
PY_EXCEPTION(AttributeError, Exception)
PY_EXCEPTION(BufferError, Exception)
PY_EXCEPTION(EOFError, Exception)
PY_EXCEPTION(ImportError, Exception)
PY_EXCEPTION(ModuleNotFoundError, ImportError)
PY_EXCEPTION(LookupError, Exception)
PY_EXCEPTION(IndexError, LookupError)
PY_EXCEPTION(MemoryError, Exception)
PY_EXCEPTION(NameError, Exception)
PY_EXCEPTION(UnboundLocalError, NameError)
PY_EXCEPTION(OSError, Exception)
PY_EXCEPTION(FileNotFoundError, OSError)
PY_EXCEPTION(FileExistsError, OSError)
PY_EXCEPTION(PermissionError, OSError)
PY_EXCEPTION(TimeoutError, OSError)
PY_EXCEPTION(IsADirectoryError, OSError)
PY_EXCEPTION(NotADirectoryError, OSError)
PY_EXCEPTION(ConnectionError, OSError)
PY_EXCEPTION(ReferenceError, Exception)
PY_EXCEPTION(RuntimeError, Exception)
PY_EXCEPTION(NotImplementedError, RuntimeError)
PY_EXCEPTION(RecursionError, RuntimeError)
PY_EXCEPTION(StopIteration, Exception)
PY_EXCEPTION(StopAsyncIteration, Exception)
PY_EXCEPTION(SyntaxError, Exception)
PY_EXCEPTION(IndentationError, SyntaxError)
PY_EXCEPTION(TabError, IndentationError)
PY_EXCEPTION(SystemError, Exception)
PY_EXCEPTION(TypeError, Exception)
PY_EXCEPTION(ValueError, Exception)
PY_EXCEPTION(UnicodeError, ValueError)
PY_EXCEPTION(UnicodeDecodeError, UnicodeError)
PY_EXCEPTION(UnicodeEncodeError, UnicodeError)
PY_EXCEPTION(Warning, Exception)
PY_EXCEPTION(UserWarning, Warning)
PY_EXCEPTION(DeprecationWarning, Warning)
PY_EXCEPTION(RuntimeWarning, Warning)

/** `str(e)` of a KeyError is the repr of the key. */
struct KeyError : LookupError {
  using LookupError::LookupError;
  const char* type_name() const override { return "KeyError"; }
  PY_THROWABLE(KeyError)
  std::string message() const override;
};

/** Ends the program with `code`, or with 1 after writing its text to standard error. */
struct SystemExit : BaseException {
  SystemExit() = default;
  explicit SystemExit(NoneType) {}
  template <class T> explicit SystemExit(const T& value) : BaseException(value) {
    if constexpr (std::is_integral_v<T>) {
      code = static_cast<int>(value);
    } else {
      code = 1;
      has_text = true;
    }
  }
  const char* type_name() const override { return "SystemExit"; }
  PY_THROWABLE(SystemExit)

  int code = 0;
  bool has_text = false;
};

template <class T> struct Text<T, std::enable_if_t<std::is_base_of_v<BaseException, T>>> {
  static void repr(std::string& out, const T& error) { out += error.representation(); }
  static void str(std::string& out, const T& error) { out += error.message(); }
};

/** Runs something on leaving a block, as `finally` does; what runs may raise. */
template <class Action> class Finally {
 public:
  explicit Finally(Action action) : action_(action) {}
  Finally(const Finally&) = delete;
  Finally& operator=(const Finally&) = delete;
  ~Finally() noexcept(false) { run(); }
  void run() {
    if (!std::exchange(done_, true)) action_();
  }
  void dismiss() { done_ = true; }

 private:
  Action action_;
  bool done_ = false;
};

/** Raises what Python raises when a variable is read that has no value. */
PY_COLD inline int64_t unbound(const char* name, bool in_module) {
  if (in_module) throw NameError(std::string("name '") + name + "' is not defined");
  throw UnboundLocalError(std::string("cannot access local variable '") + name + "' where it is not associated with a value");
}

/** The same for an inner function that reads a variable of the one around it. */
PY_COLD [[noreturn]] inline void unbound_free(const char* name) {
  throw NameError(std::string("cannot access free variable '") + name +
                  "' where it is not associated with a value in enclosing scope");
}

/** A variable that may be read before it has a value. */
template <class T> class Local {
 public:
  explicit Local(const char* name, bool in_module) : name_(name), in_module_(in_module) {}
  template <class U> Local& operator=(const U& other) {
    value = other;
    bound_ = true;
    return *this;
  }
  T& get() {
    if (!bound_) [[unlikely]] unbound(name_, in_module_);
    return value;
  }
  /** For an inner function. */
  T& get_free() {
    if (!bound_) [[unlikely]] unbound_free(name_);
    return value;
  }
  void unset() {
    get();
    value = T{};
    bound_ = false;
  }

  T value{};

 private:
  const char* name_;
  bool in_module_;
  bool bound_ = false;
};

/** A variable that inner functions share. */
template <class T> class Cell {
 public:
  explicit Cell(const char* name) : held_(std::make_shared<Local<T>>(name, false)) {}
  template <class U> const Cell& operator=(const U& other) const {
    *held_ = other;
    return *this;
  }
  T& get() const { return held_->get(); }
  T& get_free() const { return held_->get_free(); }
  void unset() const { held_->unset(); }

 private:
  std::shared_ptr<Local<T>> held_;
};

PY_COLD [[noreturn]] inline void raise_overflow() {
  throw OverflowError("integer overflow: the result does not fit 64 bits");
}
PY_COLD [[noreturn]] inline void raise_index_error(const char* message) { throw IndexError(message); }
PY_COLD [[noreturn]] inline void raise_value_error(const char* message) { throw ValueError(message); }
PY_COLD [[noreturn]] inline void raise_type_error(const char* message) { throw TypeError(message); }
PY_COLD [[noreturn]] inline void raise_zero_division(const char* message) { throw ZeroDivisionError(message); }
PY_COLD [[noreturn]] inline void raise_runtime_error(const char* message) { throw RuntimeError(message); }
template <class K> PY_COLD [[noreturn]] void raise_key_error(const K& key) { throw KeyError(key); }

}  // namespace py
