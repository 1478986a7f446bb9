// requires: core, exceptions, ndarray, ndarray_operators
// Sums and the like of arrays, worked out in the order in which NumPy does: the last digits of a sum of floats depend on it.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace py {

namespace np {

/** NumPy's pairwise sum: eight sums next to each other in blocks of up to 128, halves beyond. */
inline double pairwise_sum(const double* x, int64_t count, int64_t step) {
  if (count < 8) {
    double sum = -0.0;
    for (int64_t i = 0; i < count; ++i) sum += x[i * step];
    return sum;
  }
  if (count <= 128) {
    double part[8];
    for (int64_t k = 0; k < 8; ++k) part[k] = x[k * step];
    int64_t i = 8;
    for (; i < count - count % 8; i += 8) {
      for (int64_t k = 0; k < 8; ++k) part[k] += x[(i + k) * step];
    }
    double sum = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    for (; i < count; ++i) sum += x[i * step];
    return sum;
  }
  int64_t half = count / 2;
  half -= half % 8;
  return pairwise_sum(x, half, step) + pairwise_sum(x + half * step, count - half, step);
}

/** The lines of an array in the order of memory: NumPy goes fastest along the axis whose elements lie nearest. */
template <bool is_sum, class T, int N, class Use> void each_line(const ndarray<T, N>& array, Use use) {
  if (array.count() == 0) return;
  T* data = array.data();
  auto shape = array.extents(), strides = array.strides();
  for (int axis = 0; axis < N; ++axis) {
    if (strides[axis] >= 0) continue;
    data += strides[axis] * (shape[axis] - 1);
    strides[axis] = -strides[axis];
  }
  if constexpr (N == 1) {
    use(data, strides[0], shape[0]);
  } else {
    if (shape[1] == 1 || (shape[0] != 1 && strides[0] < strides[1])) {
      std::swap(shape[0], shape[1]);
      std::swap(strides[0], strides[1]);
    }
    // Lines that follow each other at the same distance are one.
    if (shape[0] == 1) use(data, strides[1], shape[1]);
    else if (strides[0] == shape[1] * strides[1]) use(data, strides[1], shape[0] * shape[1]);
    else {
      if (std::is_same_v<T, double> && is_sum) stop_at("versions of NumPy add up a part of a matrix in different orders: take its `.copy()` before");
      for (int64_t i = 0; i < shape[0]; ++i) use(data + i * strides[0], strides[1], shape[1]);
    }
  }
}

/** The type of a sum or product: booleans are counted. */
template <class T> using counted = std::conditional_t<std::is_same_v<T, bool>, int64_t, T>;

[[noreturn]] PY_COLD inline void raise_empty(const char* name) {
  throw ValueError(std::string("zero-size array to reduction operation ") + name + " which has no identity");
}

/** What a reduction does with one line of elements, or of results so far. */
struct Sum {
  template <class T> static counted<T> start() { return std::is_same_v<T, double> ? static_cast<counted<T>>(-0.0) : 0; }
  template <class T> static void take(counted<T>& sum, const T* x, int64_t step, int64_t count) {
    if constexpr (std::is_same_v<T, double>) sum += pairwise_sum(x, count, step);
    else
      for (int64_t i = 0; i < count; ++i) sum = apply<Add>(sum, static_cast<int64_t>(x[i * step]));
  }
  template <class T> static void add(counted<T>& sum, T x) { sum = apply<Add>(sum, static_cast<counted<T>>(x)); }
  static constexpr const char* empty = nullptr;
};
struct Product {
  template <class T> static counted<T> start() { return 1; }
  template <class T> static void take(counted<T>& product, const T* x, int64_t step, int64_t count) {
    for (int64_t i = 0; i < count; ++i) add(product, x[i * step]);
  }
  template <class T> static void add(counted<T>& product, T x) { product = apply<Multiply>(product, static_cast<counted<T>>(x)); }
  static constexpr const char* empty = nullptr;
};
/** The larger of two, or the smaller; nan where one of them is. */
template <bool largest> struct Extreme {
  static constexpr const char* name = largest ? "maximum" : "minimum";
  static constexpr const char* empty = name;
  template <class T> static T of(T a, T b) { return (largest ? a >= b : a <= b) || a != a ? a : b; }
};
using Maximum = Extreme<true>;
using Minimum = Extreme<false>;

/** `a.sum()` and `a.prod()`. */
template <class Reduction, class T, int N> counted<T> reduce(const ndarray<T, N>& array) {
  if (array.count() == 0) return std::is_same_v<Reduction, Sum> ? 0 : 1;
  auto result = Reduction::template start<T>();
  each_line<std::is_same_v<Reduction, Sum>>(array, [&](const T* x, int64_t step, int64_t count) { Reduction::template take<T>(result, x, step, count); });
  return result;
}
template <class Reduction, class T> ndarray<counted<T>, 1> reduce_along(const ndarray<T, 2>& array, int64_t axis) {
  const auto [rows, columns] = array.extents();
  const auto [down, across] = array.strides();
  const bool over_rows = wrapped_axis(axis, 2) == 0;
  ndarray<counted<T>, 1> result({over_rows ? columns : rows}, Reduction::template start<T>());
  if (array.count() == 0 && std::is_same_v<Reduction, Sum>) return ndarray<counted<T>, 1>(result.extents(), 0);
  counted<T>* const out = result.data();
  const auto sign = [](int64_t x) { return x < 0 ? -x : x; };
  const int64_t inner = over_rows ? rows : columns, along = over_rows ? down : across, apart = over_rows ? across : down;
  // Lines whose elements lie nearest are worked out as such, others element by element, all results at once.
  const bool in_lines = sign(along) < sign(apart) || result.count() == 1;
  for (int64_t i = 0; in_lines && i < result.count(); ++i) {
    const T* first = array.data() + i * apart;
    if (along < 0 && inner > 0) Reduction::template take<T>(out[i], first + (inner - 1) * along, -along, inner);
    else Reduction::template take<T>(out[i], first, along, inner);
  }
  for (int64_t k = 0; !in_lines && k < inner; ++k) {
    const T* first = array.data() + (along < 0 ? inner - 1 - k : k) * along;
    for (int64_t i = 0; i < result.count(); ++i) Reduction::template add<T>(out[i], first[i * apart]);
  }
  return result;
}
template <class T, int N> auto sum(const ndarray<T, N>& array) { return reduce<Sum>(array); }
template <class T> auto sum(const ndarray<T, 2>& array, int64_t axis) { return reduce_along<Sum>(array, axis); }
template <class T, int N> auto prod(const ndarray<T, N>& array) { return reduce<Product>(array); }
template <class T> auto prod(const ndarray<T, 2>& array, int64_t axis) { return reduce_along<Product>(array, axis); }

/** Calls `use` with each line that lies along an axis, as arrays of one dimension. */
template <class T, class Use> void each_along(const ndarray<T, 2>& array, int64_t axis, Use use) {
  const bool over_rows = wrapped_axis(axis, 2) == 0;
  for (int64_t i = 0; i < array.extents()[over_rows ? 1 : 0]; ++i) use(i, over_rows ? array.view(all_of, i) : array.view(i));
}
/** `use` of each line along an axis, as a new array. */
template <class T, class Use> auto of_lines(const ndarray<T, 2>& array, int64_t axis, Use use) {
  using Result = decltype(use(array.view(int64_t{0})));
  ndarray<Result, 1> result({array.extents()[wrapped_axis(axis, 2) == 0 ? 1 : 0]});
  each_along(array, axis, [&](int64_t i, const ndarray<T, 1>& line) { result.data()[i] = use(line); });
  return result;
}

template <class Which, class T, int N> T extreme(const ndarray<T, N>& array) {
  if (array.count() == 0) raise_empty(Which::name);
  T result{};
  bool first = true;
  each(array, [&](T x) {
    result = first ? x : Which::of(result, x);
    first = false;
  });
  return result;
}
template <class T, int N> T max(const ndarray<T, N>& array) { return extreme<Maximum>(array); }
template <class T, int N> T min(const ndarray<T, N>& array) { return extreme<Minimum>(array); }
template <class T> auto max(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return max(line); });
}
template <class T> auto min(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return min(line); });
}

/** The first place of the largest or the smallest element, or of a nan. */
template <bool largest, class T, int N> int64_t place_of(const ndarray<T, N>& array) {
  if (array.count() == 0)
    throw ValueError(std::string("attempt to get arg") + (largest ? "max" : "min") + " of an empty sequence");
  int64_t place = 0, i = 0;
  T best{};
  each(array, [&](T x) {
    if (i == 0 || (best == best && (x != x || (largest ? x > best : x < best)))) best = x, place = i;
    ++i;
  });
  return place;
}
template <class T, int N> int64_t argmax(const ndarray<T, N>& array) { return place_of<true>(array); }
template <class T, int N> int64_t argmin(const ndarray<T, N>& array) { return place_of<false>(array); }
template <class T> auto argmax(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return argmax(line); });
}
template <class T> auto argmin(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return argmin(line); });
}

template <class T, int N> bool any(const ndarray<T, N>& array) {
  bool found = false;
  each(array, [&](T x) { found = found || x != 0; });
  return found;
}
template <class T, int N> bool all(const ndarray<T, N>& array) {
  bool holds = true;
  each(array, [&](T x) { holds = holds && x != 0; });
  return holds;
}
template <class T> auto any(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return any(line); });
}
template <class T> auto all(const ndarray<T, 2>& array, int64_t axis) {
  return of_lines(array, axis, [](const auto& line) { return all(line); });
}
template <class T, int N> int64_t count_nonzero(const ndarray<T, N>& array) {
  int64_t count = 0;
  each(array, [&](T x) { count += x != 0; });
  return count;
}

/** `a.mean()`; of nothing it is nan. */
template <class T, int N> double mean(const ndarray<T, N>& array) {
  if (array.count() == 0) warn("invalid value", "scalar divide");
  return static_cast<double>(sum(array)) / static_cast<double>(array.count());
}
template <class T> ndarray<double, 1> mean(const ndarray<T, 2>& array, int64_t axis) {
  return on_arrays<Divide>(sum(array, axis), array.extents()[wrapped_axis(axis, 2)]);
}
/** `a.var()`: the mean of the squares of what is off the mean. */
template <class T, int N> double var(const ndarray<T, N>& array, int64_t less = 0) {
  const auto off = on_arrays<Subtract>(array, mean(array));
  return sum(on_arrays<Multiply>(off, off)) / static_cast<double>(array.count() > less ? array.count() - less : 0);
}
template <class T, int N> double std(const ndarray<T, N>& array, int64_t less = 0) { return ::std::sqrt(var(array, less)); }

/** `a.var(axis)`. */
template <class T> ndarray<double, 1> var_along(const ndarray<T, 2>& array, int64_t axis, int64_t less = 0) {
  const int along = wrapped_axis(axis, 2);
  const int64_t length = array.extents()[along];
  const auto means = mean(array, axis);
  const auto off = along == 0 ? on_arrays<Subtract>(array, means) : on_arrays<Subtract>(array, reshape(means, int64_t{-1}, int64_t{1}));
  return on_arrays<Divide>(sum(on_arrays<Multiply>(off, off), axis), length > less ? length - less : 0);
}
template <class T> ndarray<double, 1> std_along(const ndarray<T, 2>& array, int64_t axis, int64_t less = 0) {
  return each_of(var_along(array, axis, less), [](double x) { return ::std::sqrt(x); });
}

/** `a.cumsum()` and `a.cumprod()`, over all elements in order. */
template <class Operator, class T, int N> ndarray<counted<T>, 1> accumulate(const ndarray<T, N>& array) {
  ndarray<counted<T>, 1> result({array.count()});
  counted<T>* out = result.data();
  counted<T> last{};
  bool first = true;
  each(array, [&](T x) {
    last = first ? static_cast<counted<T>>(x) : apply<Operator>(last, static_cast<counted<T>>(x));
    first = false;
    *out++ = last;
  });
  return result;
}
template <class T, int N> auto cumsum(const ndarray<T, N>& array) { return accumulate<Add>(array); }
template <class T, int N> auto cumprod(const ndarray<T, N>& array) { return accumulate<Multiply>(array); }

template <class Operator, class T> ndarray<counted<T>, 2> accumulate_along(const ndarray<T, 2>& array, int64_t axis) {
  const auto result = astype<counted<T>>(array);
  const bool over_rows = wrapped_axis(axis, 2) == 0;
  for (int64_t i = over_rows ? 1 : 0; i < array.extents()[0]; ++i) {
    for (int64_t j = over_rows ? 0 : 1; j < array.extents()[1]; ++j)
      change_element<Operator>(result.ref(i, j), over_rows ? result.ref(i - 1, j) : result.ref(i, j - 1));
  }
  return result;
}
template <class T> auto cumsum(const ndarray<T, 2>& array, int64_t axis) { return accumulate_along<Add>(array, axis); }
template <class T> auto cumprod(const ndarray<T, 2>& array, int64_t axis) { return accumulate_along<Multiply>(array, axis); }

/** Python's own `sum(a)`: one element after the other. */
template <class T> counted<T> python_sum(const ndarray<T, 1>& array) {
  counted<T> total = 0;
  each(array, [&](T x) { total = apply<Add>(total, static_cast<counted<T>>(x)); });
  return total;
}

}  // namespace np

}  // namespace py
