// requires: core, exceptions, str, compare
// Instances of Python classes: a counted base and the handle to it.
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace py {

namespace copy {
struct Memo;
}  // namespace copy

/** Base of every class of the program. */
struct Object : Pooled {
  Object() = default;
  Object(const Object&) {}
  Object& operator=(const Object&) { return *this; }
  virtual ~Object() = default;

  /** Python's name of the class. */
  virtual const char* __name__() const { return "object"; }
  virtual str __repr__() {
    std::string out = "<__main__.";
    out += __name__();
    return str::from_utf8(out + " object at 0x7f0000000000>");
  }
  virtual str __str__() { return __repr__(); }
  /** A copy with the same attributes, and what gives it copies of those in their place; in programs that copy instances. */
  virtual Object* __clone__() const { return new Object(*this); }
  virtual void __deepen__(copy::Memo&) {}

  mutable size_t refs = 0;
};

/** A counted handle to an instance; two are equal when they are the same instance, unless the class has `__eq__`. */
template <class T> class ref {
 public:
  using element_type = T;
  using relocatable = void;

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
  ref<T> object(new T);
  if constexpr (sizeof...(Arguments) > 0 || requires { object->__init__(); })
    object->__init__(std::forward<Arguments>(arguments)...);
  return object;
}

/** Makes an exception of a class of the program, to be thrown. */
template <class T, class... Arguments> T make_error(const Arguments&... arguments) {
  T error;
  static_cast<BaseException&>(error) = BaseException(arguments...);
  if constexpr (requires { error.__init__(arguments...); }) error.__init__(arguments...);
  return error;
}

/** Python's `a is b` of instances. */
template <class A, class B> bool is_same(const ref<A>& a, const ref<B>& b) {
  return static_cast<const void*>(a.get()) == static_cast<const void*>(b.get());
}

/** Python's `bool(x)` of an instance or None. */
template <class T> bool truth(const ref<T>& object) {
  if (!object) return false;
  if constexpr (requires { object->__bool__(); }) return object->__bool__();
  else if constexpr (requires { object->__len__(); }) return object->__len__() != 0;
  else return true;
}

/** Goes over what the `__next__` of an instance gives, until it raises StopIteration. */
template <class T, class Object> class iterated_object {
 public:
  using value_type = T;
  explicit iterated_object(const Object& object) : object_(object) {}
  struct end_marker {};
  class iterator {
   public:
    explicit iterator(const Object& object) : object_(object) { advance(); }
    const T& operator*() const { return *value_; }
    iterator& operator++() {
      advance();
      return *this;
    }
    bool operator!=(end_marker) const { return value_.has_value(); }

   private:
    void advance() {
      try {
        value_ = object_->__next__();
      } catch (const StopIteration&) {
        value_.reset();
      }
    }
    Object object_;
    std::optional<T> value_;
  };
  iterator begin() const { return iterator(object_); }
  end_marker end() const { return {}; }

 private:
  Object object_;
};

/** Goes over what the `__getitem__` of an instance gives for 0, 1, 2 …, until it raises IndexError or StopIteration. */
template <class T, class Object> class indexed_object {
 public:
  using value_type = T;
  explicit indexed_object(const Object& object) : object_(object) {}
  struct end_marker {};
  class iterator {
   public:
    explicit iterator(const Object& object) : object_(object) { advance(); }
    const T& operator*() const { return *value_; }
    iterator& operator++() {
      advance();
      return *this;
    }
    bool operator!=(end_marker) const { return value_.has_value(); }

   private:
    void advance() {
      try {
        if constexpr (std::is_void_v<decltype(object_->__getitem__(at_))>) {
          object_->__getitem__(at_++);
          value_.emplace();
        } else {
          value_ = object_->__getitem__(at_++);
        }
      } catch (const IndexError&) {
        value_.reset();
      } catch (const StopIteration&) {
        value_.reset();
      }
    }
    Object object_;
    int64_t at_ = 0;
    std::optional<T> value_;
  };
  iterator begin() const { return iterator(object_); }
  end_marker end() const { return {}; }

 private:
  Object object_;
};

template <class T, class Object> indexed_object<T, Object> iterate_items(const Object& object) {
  return indexed_object<T, Object>(object);
}

/** Goes over the items of an instance from the last to the first. */
template <class T, class Object> class reversed_object {
 public:
  using value_type = T;
  explicit reversed_object(const Object& object) : object_(object) {}
  struct end_marker {};
  class iterator {
   public:
    explicit iterator(const Object& object) : object_(object), left_(object->__len__()) {}
    T operator*() const {
      if constexpr (std::is_void_v<decltype(object_->__getitem__(left_))>) {
        object_->__getitem__(left_ - 1);
        return T();
      } else {
        return object_->__getitem__(left_ - 1);
      }
    }
    iterator& operator++() {
      --left_;
      return *this;
    }
    bool operator!=(end_marker) const { return left_ > 0; }

   private:
    Object object_;
    int64_t left_;
  };
  iterator begin() const { return iterator(object_); }
  end_marker end() const { return {}; }

 private:
  Object object_;
};

template <class T, class Object> reversed_object<T, Object> reversed_indexed(const Object& object) {
  return reversed_object<T, Object>(object);
}

/** The same instance as its derived class, or None when it is not one. */
template <class T, class U> ref<T> ref_cast(const ref<U>& object) { return ref<T>(dynamic_cast<T*>(object.get())); }

/** Raises what Python raises for an attribute that an instance does not have. */
template <class T> PY_COLD [[noreturn]] void raise_no_attribute(const ref<T>& object, const char* name) {
  const std::string of = object ? object->__name__() : "NoneType";
  throw AttributeError("'" + of + "' object has no attribute '" + name + "'");
}

/** An instance of which an attribute is meant; None has none. */
template <class T> const ref<T>& with_attribute(const ref<T>& object, const char* name) {
  if (!object) [[unlikely]] raise_no_attribute(object, name);
  return object;
}

/** Python's `isinstance(object, T)`. */
template <class T, class U> bool isinstance(const ref<U>& object) { return dynamic_cast<const T*>(object.get()) != nullptr; }

template <class T, class Object> iterated_object<T, Object> iterate(const Object& object) {
  return iterated_object<T, Object>(object);
}

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
