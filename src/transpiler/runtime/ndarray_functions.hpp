// requires: core, exceptions, ndarray, ndarray_operators, ndarray_reduce
// Functions on whole arrays that are neither operators nor reductions.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>

namespace py {

namespace np {

/** A function of floats on each element of an array, or on a number. */
template <class X, class Use> auto of_floats(const X& x, const char* name, Use use) {
  const FloatWatch watch(name);
  if constexpr (is_ndarray<X>) return each_of(x, [&](auto each) { return static_cast<double>(use(static_cast<double>(each))); });
  else return static_cast<double>(use(static_cast<double>(x)));
}
template <class X> auto sqrt(const X& x) {
  return of_floats(x, "sqrt", [](double each) { return ::std::sqrt(each); });
}
/** `np.floor` and the like: integers stay what they are. */
template <class X> auto floor(const X& x) {
  return of_floats(x, "floor", [](double each) { return ::std::floor(each); });
}
template <class X> auto ceil(const X& x) {
  return of_floats(x, "ceil", [](double each) { return ::std::ceil(each); });
}

/** `np.round(x, digits)`: scaled, rounded to even and scaled back. */
template <class X> auto round(const X& x, int64_t digits = 0) {
  double scale = 1;
  for (int64_t i = 0; i < digits; ++i) scale *= 10;
  return of_floats(x, "round", [scale](double each) { return scale == 1 ? std::nearbyint(each) : std::nearbyint(each * scale) / scale; });
}
template <class T, int N> auto isnan(const ndarray<T, N>& x) {
  return each_of(x, [](T each) { return each != each; });
}
template <class T> ndarray<T, 1> diff(const ndarray<T, 1>& array) {
  return on_arrays<Subtract>(array.view(cut{1, std::nullopt, std::nullopt}), array.view(cut{std::nullopt, -1, std::nullopt}));
}
template <class A, class B> auto outer(const ndarray<A, 1>& a, const ndarray<B, 1>& b) {
  return on_arrays<Multiply>(reshape(a, a.count(), int64_t{1}), b);
}

template <class Which, class A, class B> auto extreme_of(const A& a, const B& b) {
  if constexpr (is_ndarray<A> || is_ndarray<B>) return on_arrays<Which>(a, b);
  else return apply<Which>(static_cast<plain<A>>(a), static_cast<plain<B>>(b));
}
template <class A, class B> auto maximum(const A& a, const B& b) { return extreme_of<Maximum>(a, b); }
template <class A, class B> auto minimum(const A& a, const B& b) { return extreme_of<Minimum>(a, b); }
/** `np.clip(a, low, high)`. */
template <class A, class L, class H> auto clip(const A& array, const L& low, const H& high) {
  return minimum(maximum(array, low), high);
}

/** `np.where(condition, yes, no)`. */
template <int N, class A, class B> auto where(const ndarray<bool, N>& condition, const A& yes, const B& no) {
  using Result = common<element_type<A>, element_type<B>>;
  constexpr int M = std::max({N, operand_type<A>::dimensions, operand_type<B>::dimensions});
  ndarray<Result, M> result(broadcast_shape<M>(condition, yes, no));
  for_each(
      result,
      [](Result& to, bool holds, auto x, auto y) { to = holds ? static_cast<Result>(x) : static_cast<Result>(y); }, condition, yes, no);
  return result;
}

/** The elements of an array where a mask of the same shape holds. */
template <class T, int N> ndarray<T, 1> select(const ndarray<T, N>& array, const ndarray<bool, N>& mask) {
  check_mask(array, mask);
  ndarray<T, 1> result({count_nonzero(mask)});
  T* out = result.data();
  each_pair(array, mask, [&](T& x, bool holds) {
    if (holds) *out++ = x;
  });
  return result;
}
/** `a[mask] = value` of one value. */
template <class T, int N, class Value> void assign_where(const ndarray<T, N>& array, const ndarray<bool, N>& mask, Value value) {
  check_mask(array, mask);
  each_pair(array, mask, [&](T& x, bool holds) {
    if (holds) x = element_of<T>(value);
  });
}
/** `a[places]`: the elements, or the rows, at these places. */
template <class T, int N> ndarray<T, N> take(const ndarray<T, N>& array, const ndarray<int64_t, 1>& places) {
  auto shape = array.extents();
  shape[0] = places.count();
  ndarray<T, N> result(shape);
  for (int64_t i = 0; i < places.count(); ++i) {
    if constexpr (N == 1) result.ref(i) = array.ref(places.ref(i));
    else assign(result.view(i), array.view(places.ref(i)));
  }
  return result;
}

/** True where an order puts `a` before `b`: nan comes last. */
template <class T> bool comes_before(T a, T b) { return a < b || (b != b && a == a); }
/** `a.sort()`: along the last axis. */
template <class T, int N> void sort(const ndarray<T, N>& array) {
  const auto in_order = [](const ndarray<T, 1>& line) {
    const auto sorted = copy(line);
    std::sort(sorted.data(), sorted.data() + sorted.count(), comes_before<T>);
    assign(line, sorted);
  };
  if constexpr (N == 1) in_order(array);
  else
    for (int64_t i = 0; i < array.extents()[0]; ++i) in_order(array.view(i));
}
/** `np.sort(a)`. */
template <class T, int N> ndarray<T, N> sorted(const ndarray<T, N>& array) {
  const auto result = copy(array);
  sort(result);
  return result;
}

/** `np.concatenate(arrays, axis)` of arrays of one type. */
template <class T, int N, class... Other> ndarray<T, N> concatenate(int64_t axis, const ndarray<T, N>& first, const Other&... others) {
  const auto along = wrapped_axis(axis, N);
  auto shape = first.extents();
  const auto widen = [&](const ndarray<T, N>& other) {
    for (int each = 0; each < N; ++each) {
      if (each != along && other.extents()[each] != shape[each])
        throw ValueError("all the input array dimensions except for the concatenation axis must match exactly, but along dimension " +
                         std::to_string(each) + " they differ");
    }
    shape[along] += other.extents()[along];
  };
  (widen(others), ...);
  ndarray<T, N> result(shape);
  int64_t at = 0;
  const auto put = [&](const ndarray<T, N>& part) {
    const cut span{at, at + part.extents()[along], std::nullopt};
    if constexpr (N == 1) assign(result.view(span), part);
    else if (along == 0) assign(result.view(span), part);
    else assign(result.view(all_of, span), part);
    at += part.extents()[along];
  };
  put(first);
  (put(others), ...);
  return result;
}

/** `np.vstack` of arrays of one dimension. */
template <class T, class... Other> ndarray<T, 2> stack(const ndarray<T, 1>& first, const Other&... others) {
  return concatenate(0, reshape(first, int64_t{1}, first.count()), reshape(others, int64_t{1}, others.count())...);
}
/** `np.column_stack` of arrays of one dimension. */
template <class T, class... Other> ndarray<T, 2> column_stack(const ndarray<T, 1>& first, const Other&... others) {
  return concatenate(1, reshape(first, first.count(), int64_t{1}), reshape(others, others.count(), int64_t{1})...);
}

/** `np.roll(a, shift)`: what falls off at the end comes in at the beginning. */
template <class T, int N> ndarray<T, N> roll(const ndarray<T, N>& array, int64_t shift) {
  const int64_t count = array.count();
  ndarray<T, N> result(array.extents());
  int64_t to = count ? ((shift % count) + count) % count : 0;
  each(array, [&](T x) {
    result.data()[to] = x;
    if (++to == count) to = 0;
  });
  return result;
}
template <class T> ndarray<T, 2> roll(const ndarray<T, 2>& array, int64_t shift, int64_t axis) {
  ndarray<T, 2> result(array.extents());
  const bool over_rows = wrapped_axis(axis, 2) == 0;
  for (int64_t i = 0; i < array.extents()[over_rows ? 1 : 0]; ++i) {
    if (over_rows) assign(result.view(all_of, i), roll(array.view(all_of, i), shift));
    else assign(result.view(i), roll(array.view(i), shift));
  }
  return result;
}

/** `a.argsort(kind="stable")`. */
template <class T> ndarray<int64_t, 1> argsort(const ndarray<T, 1>& array) {
  ndarray<int64_t, 1> places({array.count()});
  for (int64_t i = 0; i < places.count(); ++i) places.ref(i) = i;
  ::std::stable_sort(places.data(), places.data() + places.count(),
                     [&](int64_t a, int64_t b) { return comes_before(array.ref(a), array.ref(b)); });
  return places;
}
/** `np.unique(a)`. */
template <class T, int N> ndarray<T, 1> unique(const ndarray<T, N>& array) {
  const auto all = sorted(flatten(array));
  const T* const end = ::std::unique(all.data(), all.data() + all.count());
  return all.view(cut{0, end - all.data(), std::nullopt});
}
/** `np.flatnonzero(a)`. */
template <class T, int N> ndarray<int64_t, 1> flatnonzero(const ndarray<T, N>& array) {
  ndarray<int64_t, 1> places({count_nonzero(array)});
  int64_t i = 0, to = 0;
  each(array, [&](T x) {
    if (x != 0) places.ref(to++) = i;
    ++i;
  });
  return places;
}
/** `np.nonzero(a)`. */
template <class T> std::tuple<ndarray<int64_t, 1>> nonzero(const ndarray<T, 1>& array) { return {flatnonzero(array)}; }
template <class T> std::tuple<ndarray<int64_t, 1>, ndarray<int64_t, 1>> nonzero(const ndarray<T, 2>& array) {
  const auto places = flatnonzero(array);
  return {on_arrays<FloorDivide>(places, array.extents()[1]), on_arrays<Remainder>(places, array.extents()[1])};
}
/** `np.trace(a)`. */
template <class T> counted<T> trace(const ndarray<T, 2>& array) {
  const auto [rows, columns] = array.extents();
  const int64_t step = array.strides()[0] + array.strides()[1];
  return sum(ndarray<T, 1>(array.body(), array.data(), {::std::min(rows, columns)}, {step}));
}
/** `np.allclose(a, b)`. */
template <class A, class B> bool allclose(const A& a, const B& b, double relative = 1e-5, double absolute_ = 1e-8) {
  const auto near = [&](double x, double y) { return x == y || ::std::fabs(x - y) <= absolute_ + relative * ::std::fabs(y); };
  ndarray<bool, common_dimensions<A, B>> close(broadcast_shape<(common_dimensions<A, B>)>(a, b));
  for_each(close, [&](bool& to, auto x, auto y) { to = near(static_cast<double>(x), static_cast<double>(y)); }, a, b);
  return all(close);
}

/** `a @ b` of integers, which wrap. */
template <int N, int M> auto dot(const ndarray<int64_t, N>& a, const ndarray<int64_t, M>& b) {
  const int64_t inner = b.extents()[0];
  if (a.extents()[N - 1] != inner)
    throw ValueError("shapes " + shape_text(a.extents()) + " and " + shape_text(b.extents()) + " not aligned: " +
                     std::to_string(a.extents()[N - 1]) + " (dim " + std::to_string(N - 1) + ") != " + std::to_string(inner) + " (dim 0)");
  const auto line = [&](const ndarray<int64_t, 1>& left, const ndarray<int64_t, 1>& right) {
    int64_t total = 0;
    for (int64_t k = 0; k < inner; ++k) total = apply<Add>(total, apply<Multiply>(left.ref(k), right.ref(k)));
    return total;
  };
  if constexpr (N == 1 && M == 1) {
    return line(a, b);
  } else if constexpr (M == 1) {
    ndarray<int64_t, 1> result({a.extents()[0]});
    for (int64_t i = 0; i < result.count(); ++i) result.ref(i) = line(a.view(i), b);
    return result;
  } else if constexpr (N == 1) {
    ndarray<int64_t, 1> result({b.extents()[1]});
    for (int64_t j = 0; j < result.count(); ++j) result.ref(j) = line(a, b.view(all_of, j));
    return result;
  } else {
    ndarray<int64_t, 2> result({a.extents()[0], b.extents()[1]});
    for (int64_t i = 0; i < result.extents()[0]; ++i) {
      for (int64_t j = 0; j < result.extents()[1]; ++j) result.ref(i, j) = line(a.view(i), b.view(all_of, j));
    }
    return result;
  }
}

template <class T, int N> bool array_equal(const ndarray<T, N>& a, const ndarray<T, N>& b) {
  return a.extents() == b.extents() && all(on_arrays<Equal>(a, b));
}

}  // namespace np

}  // namespace py
