// requires: core, exceptions, ndarray, list, vartuple, range, variant
// Arrays made of other things, and from nothing: `np.array`, `np.zeros`, `np.arange` and the like.
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace py {

namespace np {

/** `np.full`, and `np.zeros` and `np.ones` by it. */
template <class T, class Value, class... Length> auto full(Value value, Length... lengths) {
  return ndarray<T, sizeof...(Length)>({static_cast<int64_t>(lengths)...}, element_of<T>(value));
}
/** `np.full(shape, value)` of a shape that is a tuple. */
template <class T, class Value, class... Length> auto full_of(Value value, const std::tuple<Length...>& shape) {
  return std::apply([&](auto... lengths) { return full<T>(value, lengths...); }, shape);
}
/** `np.zeros_like(a)` and the like: an array of the same shape, filled with a value. */
template <class To, class T, int N, class Value> ndarray<To, N> full_like(const ndarray<T, N>& array, Value value) {
  return ndarray<To, N>(array.extents(), element_of<To>(value));
}
template <class T> ndarray<T, 2> eye(int64_t rows, int64_t columns, int64_t diagonal = 0) {
  ndarray<T, 2> result({rows, columns}, T());
  for (int64_t i = 0; i < rows; ++i) {
    if (i + diagonal >= 0 && i + diagonal < columns) result.ref(i, i + diagonal) = 1;
  }
  return result;
}

/** `np.arange(start, stop, step)`. */
template <class T, class A, class B, class C> ndarray<T, 1> arange(A start, B stop, C step) {
  const double first = static_cast<double>(start), last = static_cast<double>(stop), stride = static_cast<double>(step);
  if (stride == 0) throw ZeroDivisionError("division by zero");
  const double length = std::ceil((last - first) / stride);
  if (length > 9e15 || length != length) throw ValueError("Maximum allowed size exceeded");
  ndarray<T, 1> result({length > 0 ? static_cast<int64_t>(length) : 0});
  // NumPy works out the first two, and goes on by their difference.
  const T begin = static_cast<T>(start);
  const T delta = static_cast<T>(static_cast<T>(start) + static_cast<T>(step)) - begin;
  T* const out = result.data();
  for (int64_t i = 0; i < result.count(); ++i) out[i] = begin + static_cast<T>(i) * delta;
  return result;
}

/** `np.linspace(start, stop, count)`, without its last point where `endpoint` is False. */
template <class T> ndarray<T, 1> linspace(double start, double stop, int64_t count, bool endpoint = true) {
  if (count < 0) throw ValueError("Number of samples, " + std::to_string(count) + ", must be non-negative.");
  ndarray<T, 1> result({count});
  const int64_t parts = endpoint ? count - 1 : count;
  const double delta = stop - start, step = delta / static_cast<double>(parts);
  T* const out = result.data();
  for (int64_t i = 0; i < count; ++i) {
    double x = static_cast<double>(i);
    if (parts > 0) x = step == 0 ? x / static_cast<double>(parts) * delta : x * step;
    else x *= delta;
    x += start;
    if (endpoint && count > 1 && i == count - 1) x = stop;
    out[i] = element_of<T>(std::is_same_v<T, int64_t> ? std::floor(x) : x);
  }
  return result;
}

/** The elements and the shape of nested sequences. */
template <class T, int N> class Filler {
 public:
  template <class Items> static ndarray<T, N> made(const Items& items) {
    std::array<int64_t, N> shape{};
    measure<0>(items, shape);
    ndarray<T, N> result(shape);
    T* out = result.data();
    fill<0>(items, shape, out);
    return result;
  }

 private:
  template <class X> static int64_t length(const X& x) {
    if constexpr (detail::is_tuple<X>) return std::tuple_size_v<X>;
    else if constexpr (requires { x.extents(); }) return x.extents()[0];
    else if constexpr (requires { x.size(); }) return static_cast<int64_t>(x.size());
    else return static_cast<int64_t>(x.__len__());
  }
  template <class X, class Use> static void each_item(const X& x, Use use) {
    if constexpr (detail::is_tuple<X>) std::apply([&](const auto&... item) { (use(item), ...); }, x);
    else for (const auto& item : x) use(item);
  }
  template <int Axis, class X> static void measure(const X& x, std::array<int64_t, N>& shape) {
    if constexpr (Axis < N) {
      shape[Axis] = length(x);
      if constexpr (Axis + 1 < N) {
        bool first = true;
        each_item(x, [&](const auto& item) {
          if (first) measure<Axis + 1>(item, shape);
          first = false;
        });
      }
    }
  }
  template <int Axis, class X> static void fill(const X& x, const std::array<int64_t, N>& shape, T*& out) {
    if constexpr (Axis == N) {
      *out++ = visit([](const auto& held) { return element_of<T>(held); }, x);
    } else {
      if (length(x) != shape[Axis]) {
        std::string text = "(";
        for (int axis = 0; axis < Axis; ++axis) text += std::to_string(shape[axis]) + (axis + 1 < Axis ? ", " : Axis == 1 ? ",)" : ")");
        throw ValueError("setting an array element with a sequence. The requested array has an inhomogeneous shape after " +
                         std::to_string(Axis) + " dimensions. The detected shape was " + text + " + inhomogeneous part.");
      }
      each_item(x, [&](const auto& item) { fill<Axis + 1>(item, shape, out); });
    }
  }
};

/** `np.array(items)` of nested lists, tuples, ranges or arrays of numbers. */
template <class T, int N, class Items> ndarray<T, N> array_of(const Items& items) { return Filler<T, N>::made(items); }

/** `a.tolist()`. */
template <class T, int N> auto tolist(const ndarray<T, N>& array) {
  if constexpr (N == 1) {
    list<T> result;
    result.reserve(array.count());
    each(array, [&](T x) { result.append(x); });
    return result;
  } else {
    list<decltype(tolist(array.view(int64_t{0})))> result;
    for (const auto& part : array) result.append(tolist(part));
    return result;
  }
}

}  // namespace np

}  // namespace py
