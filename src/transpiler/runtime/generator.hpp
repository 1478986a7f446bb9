// requires: core, exceptions
// Python's generators as C++20 coroutines.
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

namespace py {

namespace detail {

/** What a generator returns at its end, if it does. */
template <class Returned> struct PromiseOfReturn {
  std::optional<Returned> returned;
  template <class Value> void return_value(Value&& value) { returned.emplace(std::forward<Value>(value)); }
};
template <> struct PromiseOfReturn<void> {
  void return_void() noexcept {}
};

}  // namespace detail

/** What a generator waits for in front of a `try` that catches what it is ended with: it is then ended by an error, even when it is dropped. */
struct CatchesItsEnd {};
inline constexpr CatchesItsEnd catches_its_end;

/**
 * What a function with `yield` gives; `T` is the type of the values, `Received` that of `yield` itself, `Returned` that of what it
 * returns at its end. Copies share where it stands.
 */
template <class T, class Received = NoneType, class Returned = void> class generator {
 public:
  using value_type = T;

  struct promise_type : detail::PromiseOfReturn<Returned> {
    size_t refs = 0;
    bool closed = false;
    bool started = false;
    bool is_told_of_end = false;
    std::optional<T> value;
    std::exception_ptr error;
    /** What the `yield` that it stands at gives or raises. */
    Received received{};
    std::exception_ptr thrown;
    /** The instance whose method this is, kept for as long as it may run. */
    std::shared_ptr<void> owner;

    promise_type() = default;
    template <class Self, class... Arguments>
      requires requires(Self& self) {
        self.refs;
        self.__name__();
      }
    explicit promise_type(Self& self, Arguments&...) {
      ++self.refs;
      owner = std::shared_ptr<void>(nullptr, [object = &self](void*) {
        if (--object->refs == 0) delete object;
      });
    }

    struct Yielded {
      promise_type& promise;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) const noexcept {}
      Received await_resume() const {
        if (promise.thrown) [[unlikely]] std::rethrow_exception(std::exchange(promise.thrown, nullptr));
        return std::exchange(promise.received, Received{});
      }
    };

    generator get_return_object() { return generator(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    template <class U> Yielded yield_value(U&& item) {
      value.emplace(static_cast<T>(std::forward<U>(item)));
      return {*this};
    }
    std::suspend_never await_transform(CatchesItsEnd) noexcept {
      is_told_of_end = true;
      return {};
    }
    void unhandled_exception() {
      try {
        throw;
      } catch (const StopIteration&) {
        error = std::make_exception_ptr(RuntimeError("generator raised StopIteration"));
      } catch (...) {
        error = std::current_exception();
      }
    }
  };

  generator() = default;
  generator(const generator& other) : frame_(other.frame_) { keep(); }
  generator(generator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator& operator=(generator other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~generator() { release(); }

  /** Runs to the next `yield` and gives its value, or nothing at the end. */
  std::optional<T> next() const {
    if (!advance()) return std::nullopt;
    return std::move(frame_.promise().value);
  }
  /** The same where the `yield` that it stands at gives a value. */
  std::optional<T> next_with(Received received) const {
    if (frame_) frame_.promise().received = std::move(received);
    return next();
  }
  /** The same where the `yield` that it stands at raises an error. */
  std::optional<T> next_by_error(std::exception_ptr error) const {
    if (is_new()) frame_.promise().closed = true;
    if (!frame_ || frame_.done() || frame_.promise().closed) std::rethrow_exception(error);
    frame_.promise().thrown = std::move(error);
    return next();
  }
  /** True while it stands in front of its first statement. */
  bool is_new() const { return frame_ && !frame_.promise().started && !frame_.promise().closed; }
  /** What it returned at its end. */
  Returned returned() const
    requires(!std::is_void_v<Returned>)
  {
    return *frame_.promise().returned;
  }
  [[noreturn]] void raise_stop() const {
    if constexpr (!std::is_void_v<Returned>) {
      if (frame_ && frame_.promise().returned) throw StopIteration(*std::exchange(frame_.promise().returned, std::nullopt));
    }
    throw StopIteration();
  }
  /** Ends it where it stands: `yield` raises GeneratorExit there. */
  void close() const {
    if (!frame_) return;
    end_by_error();
    frame_.promise().closed = true;
    if (frame_.promise().refs == 1) release();
  }

  class iterator;
  iterator begin() const;
  struct end_marker {};
  end_marker end() const { return {}; }

 private:
  explicit generator(std::coroutine_handle<promise_type> frame) : frame_(frame) { keep(); }
  void keep() {
    if (frame_) ++frame_.promise().refs;
  }
  void end_by_error() const {
    promise_type& promise = frame_.promise();
    if (!promise.started || promise.closed || frame_.done()) return;
    promise.thrown = std::make_exception_ptr(GeneratorExit());
    frame_.resume();
    try {
      if (auto error = std::exchange(promise.error, nullptr)) std::rethrow_exception(error);
    } catch (const GeneratorExit&) {
    }
    if (!frame_.done()) throw RuntimeError("generator ignored GeneratorExit");
  }
  void release() const {
    if (!frame_) return;
    if (frame_.promise().refs == 1 && frame_.promise().is_told_of_end) {
      try {
        end_by_error();
      } catch (...) {
        // Python, too, goes on when a generator that is dropped raises something.
      }
    }
    if (--frame_.promise().refs == 0) std::exchange(frame_, nullptr).destroy();
  }
  bool advance() const {
    if (!frame_ || frame_.done() || frame_.promise().closed) return false;
    frame_.promise().started = true;
    frame_.resume();
    if (auto error = std::exchange(frame_.promise().error, nullptr)) std::rethrow_exception(error);
    return !frame_.done();
  }

  mutable std::coroutine_handle<promise_type> frame_;
};

template <class T, class Received, class Returned> class generator<T, Received, Returned>::iterator {
 public:
  explicit iterator(const generator& owner) : owner_(owner) { more_ = owner_.advance(); }
  T& operator*() const { return *owner_.frame_.promise().value; }
  iterator& operator++() {
    more_ = owner_.advance();
    return *this;
  }
  bool operator!=(end_marker) const { return more_; }

 private:
  generator owner_;
  bool more_;
};

template <class T, class Received, class Returned>
typename generator<T, Received, Returned>::iterator generator<T, Received, Returned>::begin() const {
  return iterator(*this);
}

/** True for a value that is certainly None. */
template <class Value> bool is_nothing(const Value& value) {
  if constexpr (std::is_same_v<Value, NoneType>) return true;
  else if constexpr (requires { value.has_value(); }) return !value.has_value();
  else if constexpr (requires { std::get<NoneType>(value); }) return std::holds_alternative<NoneType>(value);
  else if constexpr (requires { value == nullptr; }) return value == nullptr;
  else return false;
}

/** Python's `generator.send(value)`. */
template <class T, class Received, class Returned> T send(const generator<T, Received, Returned>& source, Received value) {
  if (source.is_new() && !is_nothing(value)) throw TypeError("can't send non-None value to a just-started generator");
  auto item = source.next_with(std::move(value));
  if (!item) source.raise_stop();
  return *std::move(item);
}

/** Python's `generator.throw(error)`. */
template <class T, class Received, class Returned, class Error>
T throw_into(const generator<T, Received, Returned>& source, const Error& error) {
  std::exception_ptr raised;
  try {
    if constexpr (std::is_base_of_v<BaseException, Error>) error.raise();
    else error->raise();
  } catch (...) {
    raised = std::current_exception();
  }
  auto item = source.next_by_error(raised);
  if (!item) source.raise_stop();
  return *std::move(item);
}

/** What a function with `@contextmanager` does up to its `yield`, and the value of that. */
template <class T, class Received, class Returned> T enter(const generator<T, Received, Returned>& manager) {
  auto item = manager.next();
  if (!item) throw RuntimeError("generator didn't yield");
  return *std::move(item);
}

/** What it does behind its `yield`. */
template <class Manager> void leave(const Manager& manager) {
  if (manager.next()) throw RuntimeError("generator didn't stop");
}

/** The same for the error in hand; true when it is caught there. */
template <class Manager> bool leave_by_error(const Manager& manager) {
  if (manager.next_by_error(std::current_exception())) throw RuntimeError("generator didn't stop after throw()");
  return true;
}

}  // namespace py
