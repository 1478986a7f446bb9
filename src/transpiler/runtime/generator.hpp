// requires: core, exceptions
// Python's generators as C++20 coroutines.
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace py {

/** What a function with `yield` gives; `T` is the type of the values. Copies share where it stands. */
template <class T> class generator {
 public:
  using value_type = T;

  struct promise_type {
    size_t refs = 0;
    std::optional<T> value;
    std::exception_ptr error;
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

    generator get_return_object() { return generator(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    template <class U> std::suspend_always yield_value(U&& item) {
      value.emplace(static_cast<T>(std::forward<U>(item)));
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() { error = std::current_exception(); }
  };

  generator() = default;
  generator(const generator& other) : frame_(other.frame_) { keep(); }
  generator(generator&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  generator& operator=(generator other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~generator() {
    if (frame_ && --frame_.promise().refs == 0) frame_.destroy();
  }

  /** Runs to the next `yield` and gives its value, or nothing at the end. */
  std::optional<T> next() const {
    if (!advance()) return std::nullopt;
    return std::move(frame_.promise().value);
  }
  void close() const {
    if (frame_ && !frame_.done()) closed_ = true;
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
  bool advance() const {
    if (!frame_ || frame_.done() || closed_) return false;
    frame_.resume();
    if (auto error = std::exchange(frame_.promise().error, nullptr)) std::rethrow_exception(error);
    return !frame_.done();
  }

  std::coroutine_handle<promise_type> frame_;
  mutable bool closed_ = false;
};

template <class T> class generator<T>::iterator {
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

template <class T> typename generator<T>::iterator generator<T>::begin() const { return iterator(*this); }

}  // namespace py
