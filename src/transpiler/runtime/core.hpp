// requires:
// Ground of everything: None, counted handles, and the traits by which values are written and hashed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#if defined(_MSC_VER) && !defined(__clang__)
#define PY_COLD __declspec(noinline)
#else
#define PY_COLD [[gnu::cold, gnu::noinline]]
#endif

// Set when a sanitizer watches over memory and stack.
#if defined(__SANITIZE_ADDRESS__)
#define PY_WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PY_WATCHED
#endif
#endif

namespace py {

/**
 * The number, hidden from a compiler that knows it: compilers work out sines and powers of constants to the nearest number, which
 * the system's library, and Python with it, does not always hit.
 */
inline double at_run_time(double x) {
#if defined(__GNUC__)
  if (__builtin_constant_p(x)) {
    volatile double hidden = x;
    return hidden;
  }
#endif
  return x;
}

/**
 * Memory for the many small bodies that come and go: each size keeps what was given back and hands it out again. Only one
 * thread of a program runs Python's code.
 */
struct Pool {
  static constexpr size_t step = 16, largest = 128, chunk = 16384;
  struct Free {
    Free* next;
  };
  static inline constinit Free* free_lists[largest / step] = {};

  static void* take(size_t size) {
#if !defined(PY_WATCHED)
    if (size <= largest) {
      Free*& list = free_lists[(size - 1) / step];
      if (!list) [[unlikely]] fill(list, (size + step - 1) / step * step);
      Free* const place = list;
      list = place->next;
      return place;
    }
#endif
    return ::operator new(size);
  }
  static void give_back(void* place, [[maybe_unused]] size_t size) {
#if !defined(PY_WATCHED)
    if (size <= largest) {
      Free*& list = free_lists[(size - 1) / step];
      list = new (place) Free{list};
      return;
    }
#endif
    ::operator delete(place);
  }

  /** Memory of another size with the same first `used` bytes; what is large grows where it stands, if it can. */
  static void* resize(void* place, [[maybe_unused]] size_t old_size, size_t size, [[maybe_unused]] size_t used) {
#if !defined(PY_WATCHED)
    if (old_size <= largest || size <= largest) {
      void* const moved = size <= largest ? take(size) : allocate(size);
      if (used) std::memcpy(moved, place, used);
      release(place, old_size);
      return moved;
    }
#endif
    void* const moved = std::realloc(place, size);
    if (!moved) throw std::bad_alloc();
    return moved;
  }
  /** Gives back what `resize` gave. */
  static void release(void* place, [[maybe_unused]] size_t size) {
#if !defined(PY_WATCHED)
    if (size <= largest) {
      if (place) give_back(place, size);
      return;
    }
#endif
    std::free(place);
  }

 private:
  static void* allocate(size_t size) {
    void* const place = std::malloc(size);
    if (!place) throw std::bad_alloc();
    return place;
  }
  PY_COLD static void fill(Free*& list, size_t size) {
    auto* const memory = static_cast<unsigned char*>(::operator new(chunk));
    for (size_t at = chunk / size * size; at >= size;) {
      at -= size;
      list = new (memory + at) Free{list};
    }
  }
};

/** Gives a class the pool's memory. */
struct Pooled {
  static void* operator new(size_t size) { return Pool::take(size); }
  static void* operator new(size_t, void* place) { return place; }
  static void operator delete(void* place, size_t size) { Pool::give_back(place, size); }
};

/** The type of `None`; where a value may be missing, it stands for none. */
struct NoneType {
  template <class T> constexpr operator std::optional<T>() const { return std::nullopt; }
  friend constexpr bool operator==(NoneType, NoneType) { return true; }
};
inline constexpr NoneType None{};

class str;
class bytes;
class Int;
class range;
template <class T> class list;
template <class K, class V> class dict;
template <class T> class set;
template <class T> class frozenset;
template <class T> class deque;
template <class T> class ref;

/** How a value is written: `Text<T>::repr(out, value)` and, where it differs, `Text<T>::str(out, value)`; both append UTF-8. */
template <class T, class = void> struct Text;

/** How a value is hashed: `Hash<T>::of(value)`; the same numbers as CPython's, strings apart. */
template <class T, class = void> struct Hash;

/** Appends `repr(value)` in UTF-8. */
template <class T> void write_repr(std::string& out, const T& value) { Text<T>::repr(out, value); }

/** Appends `str(value)` in UTF-8. */
template <class T> void write_str(std::string& out, const T& value) {
  if constexpr (requires { Text<T>::str(out, value); }) {
    Text<T>::str(out, value);
  } else {
    Text<T>::repr(out, value);
  }
}

inline void write_str(std::string& out, const char* text) { out += text; }
inline void write_str(std::string& out, const std::string& text) { out += text; }
inline void write_str(std::string& out, std::string_view text) { out += text; }

/** Python's `hash(value)`. */
template <class T> int64_t hash(const T& value) { return Hash<T>::of(value); }

template <> struct Text<NoneType> {
  static void repr(std::string& out, NoneType) { out += "None"; }
};

template <> struct Hash<NoneType> {
  static int64_t of(NoneType) { return 0xfca86420; }
};

template <class T> struct Text<std::optional<T>> {
  static void repr(std::string& out, const std::optional<T>& value) {
    if (value) {
      write_repr(out, *value);
    } else {
      out += "None";
    }
  }
  static void str(std::string& out, const std::optional<T>& value) {
    if (value) {
      write_str(out, *value);
    } else {
      out += "None";
    }
  }
};

template <class T> struct Hash<std::optional<T>> {
  static int64_t of(const std::optional<T>& value) { return value ? hash(*value) : hash(None); }
};

/** A counted pointer to a body with a `refs` member. Copies share the body; not for use by several threads. */
template <class Body> class Handle {
 public:
  Handle() = default;
  /** Takes over a body whose count already includes this handle. */
  explicit Handle(Body* body) : body_(body) {}
  Handle(const Handle& other) : body_(other.body_) {
    if (body_) ++body_->refs;
  }
  Handle(Handle&& other) noexcept : body_(other.body_) { other.body_ = nullptr; }
  Handle& operator=(const Handle& other) {
    if (other.body_) ++other.body_->refs;
    release();
    body_ = other.body_;
    return *this;
  }
  Handle& operator=(Handle&& other) noexcept {
    std::swap(body_, other.body_);
    return *this;
  }
  ~Handle() { release(); }

  Body* operator->() const { return body_; }
  Body& operator*() const { return *body_; }
  Body* get() const { return body_; }

 private:
  void release() {
    if (body_ && --body_->refs == 0) destroy(body_);
  }
#if !defined(_MSC_VER)
  [[gnu::noinline]]
#endif
  static void destroy(Body* body) {
    delete body;
  }

  Body* body_ = nullptr;
};

/** True for values that may be moved in memory byte by byte; classes of the runtime say so by a member type `relocatable`. */
template <class T> inline constexpr bool is_relocatable = std::is_trivially_copyable_v<T> || requires { typename T::relocatable; };
template <class T> inline constexpr bool is_relocatable<std::optional<T>> = is_relocatable<T>;
template <class... T> inline constexpr bool is_relocatable<std::tuple<T...>> = (is_relocatable<T> && ...);

/** Base of what is made of other values, and may be moved byte by byte where all of them may. */
template <class... T> struct Relocatable {};
template <class... T>
  requires(is_relocatable<T> && ...)
struct Relocatable<T...> {
  using relocatable = void;
};

/** True for the numbers that are plain C++ integers, `bool` among them. */
template <class T> inline constexpr bool is_integer = std::is_integral_v<T>;

template <class T> struct is_optional_type : std::false_type {};
template <class T> struct is_optional_type<std::optional<T>> : std::true_type {};
/** True for `std::optional<...>`. */
template <class T> inline constexpr bool is_optional = is_optional_type<T>::value;

/** True for values of one of several types, `std::variant<...>`. */
template <class T> inline constexpr bool is_union = false;

}  // namespace py
