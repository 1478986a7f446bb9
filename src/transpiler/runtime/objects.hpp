// requires: core, exceptions, str, compare
// Instances of Python classes: a counted base and the handle to it.
#include <cstdint>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace py {

/** Base of every class of the program. */
struct Object {
  Object() = default;
  Object(const Object&) {}
  Object& operator=(const Object&) { return *this; }
  virtual ~Object() = default;

  /** Python's name of the class. */
  virtual const char* __name__() const { return "object"; }
  virtual str __repr__() const {
    std::string out = "<__main__.";
    out += __name__();
    return str::from_utf8(out + " object at 0x7f0000000000>");
  }
  virtual str __str__() const { return __repr__(); }

  mutable size_t refs = 0;
};

/** A counted handle to an instance; two are equal when they are the same instance, unless the class has `__eq__`. */
template <class T> class ref {
 public:
  using element_type = T;

  ref() = default;
  ref(std::nullptr_t) {}
  ref(NoneType) {}
  ref(T* object) : object_(object) {
    if (object_) ++object_->refs;
  }
  ref(const ref& other) : ref(other.object_) {}
  ref(ref&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
  template <class Derived>
    requires std::is_convertible_v<Derived*, T*>
  ref(const ref<Derived>& other) : ref(static_cast<T*>(other.get())) {}
  ref& operator=(const ref& other) {
    ref copy(other);
    std::swap(object_, copy.object_);
    return *this;
  }
  ref& operator=(ref&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~ref() {
    if (object_ && --object_->refs == 0) delete object_;
  }

  T* operator->() const {
    if (!object_) [[unlikely]] raise_none();
    return object_;
  }
  T& operator*() const { return *operator->(); }
  T* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }
  bool is(const ref& other) const { return object_ == other.object_; }

 private:
  PY_COLD [[noreturn]] static void raise_none() { throw AttributeError("'NoneType' object has no such attribute"); }

  T* object_ = nullptr;
};

/** Makes an instance: Python's `T(...)`. */
template <class T, class... Arguments> ref<T> make(Arguments&&... arguments) {
  return ref<T>(new T(std::forward<Arguments>(arguments)...));
}

/** The same instance as its derived class, or None when it is not one. */
template <class T, class U> ref<T> ref_cast(const ref<U>& object) { return ref<T>(dynamic_cast<T*>(object.get())); }

/** Python's `isinstance(object, T)`. */
template <class T, class U> bool isinstance(const ref<U>& object) { return dynamic_cast<const T*>(object.get()) != nullptr; }

template <class T> bool operator==(const ref<T>& a, NoneType) { return !a; }

template <class A, class B> bool operator==(const ref<A>& a, const ref<B>& b) {
  if constexpr (requires { static_cast<bool>(a->__eq__(b)); }) {
    if (a && b) return static_cast<bool>(a->__eq__(b));
  }
  return static_cast<const void*>(a.get()) == static_cast<const void*>(b.get());
}
template <class A, class B> auto operator<(const ref<A>& a, const ref<B>& b) {
  if constexpr (requires { a->__lt__(b); }) {
    return a->__lt__(b);
  } else {
    return b->__gt__(a);
  }
}
template <class A, class B> auto operator>(const ref<A>& a, const ref<B>& b) {
  if constexpr (requires { a->__gt__(b); }) {
    return a->__gt__(b);
  } else {
    return b->__lt__(a);
  }
}
template <class A, class B> auto operator<=(const ref<A>& a, const ref<B>& b) {
  if constexpr (requires { a->__le__(b); }) {
    return a->__le__(b);
  } else {
    return b->__ge__(a);
  }
}
template <class A, class B> auto operator>=(const ref<A>& a, const ref<B>& b) {
  if constexpr (requires { a->__ge__(b); }) {
    return a->__ge__(b);
  } else {
    return b->__le__(a);
  }
}

template <class T> struct Text<ref<T>> {
  static void repr(std::string& out, const ref<T>& object) {
    if (object) {
      object->__repr__().write(out);
    } else {
      out += "None";
    }
  }
  static void str(std::string& out, const ref<T>& object) {
    if (object) {
      object->__str__().write(out);
    } else {
      out += "None";
    }
  }
};

template <class T> struct Hash<ref<T>> {
  static int64_t of(const ref<T>& object) {
    if constexpr (requires { object->__hash__(); }) {
      return object->__hash__();
    } else {
      return static_cast<int64_t>(reinterpret_cast<uintptr_t>(object.get()) >> 4);
    }
  }
};

}  // namespace py
