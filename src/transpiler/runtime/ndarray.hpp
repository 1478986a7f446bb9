// requires: core, exceptions, np_numbers, tuple, ndarray_text
// NumPy's array: a block of memory, and a view of it by shape and strides. A slice is another view of the same memory.
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

namespace detail {

/** The memory behind arrays. */
template <class T> struct ArrayBody {
  size_t refs = 1;
  T* const first;
  explicit ArrayBody(size_t count) : first(new T[count ? count : 1]) {}
  ArrayBody(const ArrayBody&) = delete;
  ArrayBody& operator=(const ArrayBody&) = delete;
  ~ArrayBody() { delete[] first; }
};

}  // namespace detail

namespace np {

/** A slice as an index of an array: `start:stop:step`. */
struct cut {
  std::optional<int64_t> start, stop, step;
};
/** `:` as an index. */
inline constexpr cut all_of{};

template <size_t N> std::string shape_text(const std::array<int64_t, N>& shape) {
  std::string text = "(";
  for (size_t axis = 0; axis < N; ++axis) text += std::to_string(shape[axis]) + (axis + 1 < N ? "," : N == 1 ? ",)" : ")");
  return text;
}

[[noreturn]] PY_COLD inline void raise_out_of_bounds(int64_t i, int axis, int64_t size) {
  throw IndexError("index " + std::to_string(i) + " is out of bounds for axis " + std::to_string(axis) + " with size " +
                   std::to_string(size));
}

/** An index that may count from the end as one that does not. */
inline int64_t wrapped(int64_t i, int64_t size, int axis) {
  if (static_cast<uint64_t>(i) < static_cast<uint64_t>(size)) [[likely]] return i;
  if (i < 0 && i + size >= 0) return i + size;
  raise_out_of_bounds(i, axis, size);
}

/** An axis that may count from the end. */
inline int wrapped_axis(int64_t axis, int dimensions) {
  if (axis < -dimensions || axis >= dimensions)
    throw ValueError("axis " + std::to_string(axis) + " is out of bounds for array of dimension " + std::to_string(dimensions));
  return static_cast<int>(axis < 0 ? axis + dimensions : axis);
}

template <class Index> inline constexpr bool is_position = std::is_integral_v<Index>;

}  // namespace np

/** An array of `N` dimensions. Copies of it are the same array; `T` is double, int64_t or bool. */
template <class T, int N> class ndarray {
 public:
  using element = T;
  using Shape = std::array<int64_t, N>;
  /** What going over it gives: elements, or arrays of one dimension less. */
  using value_type = std::conditional_t<N == 1, T, ndarray<T, N == 1 ? 1 : N - 1>>;
  static constexpr int dimensions = N;

  ndarray() : ndarray(Shape{}) {}
  /** An array of this shape whose elements are not set. */
  explicit ndarray(const Shape& shape) : shape_(shape) {
    int64_t count = 1;
    for (int axis = N; axis-- > 0;) {
      if (shape[axis] < 0) throw ValueError("negative dimensions are not allowed");
      strides_[axis] = count;
      const int64_t whole = shape[axis];
      if (whole > 0 && count > (int64_t{1} << 56) / whole)
        throw MemoryError("Unable to allocate this array: it is too large.");
      count *= whole;
    }
    body_ = Handle(new detail::ArrayBody<T>(static_cast<size_t>(count)));
    data_ = body_->first;
  }
  ndarray(const Shape& shape, T value) : ndarray(shape) {
    for (T *x = data_, *end = data_ + count(); x != end; ++x) *x = value;
  }
  /** A view of the memory of another array. */
  ndarray(const Handle<detail::ArrayBody<T>>& body, T* data, const Shape& shape, const Shape& strides)
      : body_(body), data_(data), shape_(shape), strides_(strides) {}

  const Handle<detail::ArrayBody<T>>& body() const { return body_; }
  T* data() const { return data_; }
  const Shape& extents() const { return shape_; }
  const Shape& strides() const { return strides_; }
  /** Python's `a.shape`. */
  auto shape() const { return std::tuple_cat(shape_); }
  /** How many elements there are. */
  int64_t count() const {
    int64_t count = 1;
    for (const int64_t length : shape_) count *= length;
    return count;
  }
  /** Python's `len(a)`. */
  int64_t size() const { return shape_[0]; }
  /** True when the elements lie one behind the other, in order. */
  bool is_contiguous() const {
    int64_t expected = 1;
    for (int axis = N; axis-- > 0;) {
      if (shape_[axis] != 1 && strides_[axis] != expected) return count() == 0;
      expected *= shape_[axis];
    }
    return true;
  }

  /** The place of an element, whose indexes may count from the end. */
  T& ref(int64_t i) const
    requires(N == 1)
  {
    return data_[at<0>(i)];
  }
  T& ref(int64_t i, int64_t j) const
    requires(N == 2)
  {
    return data_[at<0>(i) + at<1>(j)];
  }
  /** An element. */
  template <class... Index>
    requires(sizeof...(Index) == N)
  T operator()(Index... index) const {
    return ref(static_cast<int64_t>(index)...);
  }

  /** `a[i, start:stop, ...]`: a view; each position takes an axis away. */
  template <class... Index> auto view(const Index&... index) const {
    constexpr int taken = (0 + ... + static_cast<int>(np::is_position<Index>));
      constexpr int rank = N - taken;
    std::array<int64_t, rank> shape, strides;
    T* data = data_;
    int axis = 0, to = 0;
    (place(index, data, axis, to, shape, strides), ...);
    for (; axis < N; ++axis, ++to) shape[to] = shape_[axis], strides[to] = strides_[axis];
    return ndarray<T, rank>(body_, data, shape, strides);
  }
  /** `a[i]` where going over the array gives it. */
  value_type operator[](int64_t i) const {
    if constexpr (N == 1) return (*this)(i);
    else return view(i);
  }

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = typename ndarray::value_type;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = value_type;
    iterator(const ndarray& of, int64_t at) : of_(of), at_(at) {}
    value_type operator*() const { return of_[at_]; }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator==(const iterator& other) const { return at_ == other.at_; }
    bool operator!=(const iterator& other) const { return at_ != other.at_; }

   private:
    ndarray of_;
    int64_t at_;
  };
  iterator begin() const { return iterator(*this, 0); }
  iterator end() const { return iterator(*this, shape_[0]); }

 private:
  template <int Axis> int64_t at(int64_t i) const {
    if (static_cast<uint64_t>(i) >= static_cast<uint64_t>(shape_[Axis])) [[unlikely]] i = np::wrapped(i, shape_[Axis], Axis);
    return i * strides_[Axis];
  }
  template <class Index, class Extents>
  void place(const Index& index, T*& data, int& axis, int& to, Extents& shape, Extents& strides) const {
    if constexpr (np::is_position<Index>) {
      data += np::wrapped(static_cast<int64_t>(index), shape_[axis], axis) * strides_[axis];
      ++axis;
    } else {
      const int64_t length = shape_[axis], step = index.step.value_or(1);
      if (step == 0) throw ValueError("slice step cannot be zero");
      const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? length : length - 1;
      const auto bound = [&](const std::optional<int64_t>& given, int64_t absent) {
        if (!given) return absent;
        const int64_t i = *given < 0 ? *given + length : *given;
        return i < low ? low : i > high ? high : i;
      };
      const int64_t from = bound(index.start, step > 0 ? 0 : length - 1), until = bound(index.stop, step > 0 ? length : -1);
      const int64_t count = step > 0 ? (until - from + step - 1) / step : (until - from + step + 1) / step;
      shape[to] = count < 0 ? 0 : count;
      strides[to++] = strides_[axis] * step;
      if (count > 0) data += from * strides_[axis];
      ++axis;
    }
  }

  Handle<detail::ArrayBody<T>> body_;
  T* data_;
  Shape shape_;
  Shape strides_;
};

template <class T> inline constexpr bool is_ndarray = false;
template <class T, int N> inline constexpr bool is_ndarray<ndarray<T, N>> = true;

template <class T, int N> struct Text<ndarray<T, N>> {
  static void str(std::string& out, const ndarray<T, N>& array) { np::write_array(out, array, false); }
  static void repr(std::string& out, const ndarray<T, N>& array) { np::write_array(out, array, true); }
};

namespace np {

/** Calls `use(data, step, count)` for the runs of elements along the last axis, in order. */
template <class T, int N, class Use> void each_run(const ndarray<T, N>& array, Use use) {
  const auto& shape = array.extents();
  const auto& strides = array.strides();
  if (array.count() == 0) return;
  if (array.is_contiguous()) return use(array.data(), int64_t{1}, array.count());
  if constexpr (N == 1) {
    use(array.data(), strides[0], shape[0]);
  } else if constexpr (N == 2) {
    for (int64_t i = 0; i < shape[0]; ++i) use(array.data() + i * strides[0], strides[1], shape[1]);
  } else {
    for (int64_t i = 0; i < shape[0]; ++i) {
      for (int64_t j = 0; j < shape[1]; ++j) use(array.data() + i * strides[0] + j * strides[1], strides[2], shape[2]);
    }
  }
}

/** Calls `use` with each element, in order. */
template <class T, int N, class Use> void each(const ndarray<T, N>& array, Use use) {
  each_run(array, [&](T* x, int64_t step, int64_t count) {
    if (step == 1) {
      for (int64_t i = 0; i < count; ++i) use(x[i]);
    } else {
      for (int64_t i = 0; i < count; ++i) use(x[i * step]);
    }
  });
}

/** Calls `use` with each element of an array and that of another one of the same shape. */
template <class T, class S, int N, class Use> void each_pair(const ndarray<T, N>& array, const ndarray<S, N>& other, Use use) {
  const auto& shape = array.extents();
  for (int64_t i = 0; i < shape[0]; ++i) {
    if constexpr (N == 1) use(array.ref(i), other.ref(i));
    else
      for (int64_t j = 0; j < shape[1]; ++j) use(array.ref(i, j), other.ref(i, j));
  }
}
template <class T, int N> void check_mask(const ndarray<T, N>& array, const ndarray<bool, N>& mask) {
  for (int axis = 0; axis < N; ++axis) {
    if (array.extents()[axis] != mask.extents()[axis])
      throw IndexError("boolean index did not match indexed array along axis " + std::to_string(axis) + "; size of axis is " +
                       std::to_string(array.extents()[axis]) + " but size of corresponding boolean axis is " +
                       std::to_string(mask.extents()[axis]));
  }
}

/** A new array with the same elements, as another type where `To` is one. */
template <class To, class T, int N> ndarray<To, N> astype(const ndarray<T, N>& array) {
  ndarray<To, N> result(array.extents());
  To* out = result.data();
  each(array, [&](T x) { *out++ = element_of<To>(x); });
  return result;
}
template <class T, int N> ndarray<T, N> copy(const ndarray<T, N>& array) { return astype<T>(array); }

/** The shape that a new one must have: one length may be -1, which is what is left. */
template <size_t M> std::array<int64_t, M> fitted(int64_t size, std::array<int64_t, M> shape) {
  int64_t known = 1;
  int unknown = -1;
  const auto wanted = shape;
  for (size_t axis = 0; axis < M; ++axis) {
    if (shape[axis] < 0 && unknown >= 0) throw ValueError("can only specify one unknown dimension");
    if (shape[axis] < 0) unknown = static_cast<int>(axis);
    else known *= shape[axis];
  }
  if (unknown >= 0 && known != 0 && size % known == 0) {
    shape[unknown] = size / known;
    known *= shape[unknown];
  }
  if (known != size || (unknown >= 0 && shape[unknown] < 0))
    throw ValueError("cannot reshape array of size " + std::to_string(size) + " into shape " + shape_text(wanted));
  return shape;
}

/** Strides that give the elements of an array in another shape without moving them; nothing where there are none. */
template <class T, int N, size_t M>
std::optional<std::array<int64_t, M>> strides_for(const ndarray<T, N>& array, const std::array<int64_t, M>& shape) {
  std::array<int64_t, M> strides{};
  if (array.is_contiguous()) {
    int64_t step = 1;
    for (size_t axis = M; axis-- > 0; step *= shape[axis]) strides[axis] = step;
    return strides;
  }
  // Axes of the old shape that lie one behind the other stand for axes of the new one with the same count of elements.
  std::array<int64_t, N> old_shape, old_strides;
  int count = 0;
  for (int axis = 0; axis < N; ++axis) {
    if (array.extents()[axis] == 1) continue;
    old_shape[count] = array.extents()[axis];
    old_strides[count++] = array.strides()[axis];
  }
  int from = 0;
  size_t to = 0;
  while (from < count && to < M) {
    int64_t in_new = shape[to], in_old = old_shape[from];
    int old_end = from + 1;
    size_t new_end = to + 1;
    while (in_new != in_old) {
      if (in_new < in_old) in_new *= shape[new_end++];
      else in_old *= old_shape[old_end++];
    }
    for (int axis = from; axis + 1 < old_end; ++axis) {
      if (old_strides[axis] != old_shape[axis + 1] * old_strides[axis + 1]) return std::nullopt;
    }
    strides[new_end - 1] = old_strides[old_end - 1];
    for (size_t axis = new_end - 1; axis > to; --axis) strides[axis - 1] = strides[axis] * shape[axis];
    from = old_end;
    to = new_end;
  }
  return strides;
}

/** `a.reshape(shape)`: a view where the elements can stay where they are, else a copy. */
template <class T, int N, class... Length> auto reshape(const ndarray<T, N>& array, Length... lengths) {
  constexpr size_t M = sizeof...(Length);
  const auto shape = fitted(array.count(), std::array<int64_t, M>{static_cast<int64_t>(lengths)...});
  if (const auto strides = strides_for(array, shape))
    return ndarray<T, static_cast<int>(M)>(array.body(), array.data(), shape, *strides);
  const auto moved = copy(array);
  return ndarray<T, static_cast<int>(M)>(moved.body(), moved.data(), shape, *strides_for(moved, shape));
}
template <class T, int N> ndarray<T, 1> ravel(const ndarray<T, N>& array) { return reshape(array, array.count()); }
template <class T, int N> ndarray<T, 1> flatten(const ndarray<T, N>& array) { return ravel(copy(array)); }

/** `a.T`. */
template <class T, int N> ndarray<T, N> transpose(const ndarray<T, N>& array) {
  auto shape = array.extents(), strides = array.strides();
  for (int axis = 0; axis < N / 2; ++axis) {
    std::swap(shape[axis], shape[N - 1 - axis]);
    std::swap(strides[axis], strides[N - 1 - axis]);
  }
  return ndarray<T, N>(array.body(), array.data(), shape, strides);
}

}  // namespace np

}  // namespace py
