// requires: core, exceptions, ndarray
// Operators on whole arrays: one loop for each, broadcasting what has fewer dimensions or a length of one.
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace py {

namespace np {

template <class T> struct operand_type { using element = plain<T>; static constexpr int dimensions = 0; };
template <class T, int N> struct operand_type<ndarray<T, N>> { using element = T; static constexpr int dimensions = N; };
/** The element type of an array or of a number. */
template <class A> using element_type = typename operand_type<A>::element;
template <class A, class B>
inline constexpr int common_dimensions = operand_type<A>::dimensions > operand_type<B>::dimensions ? operand_type<A>::dimensions
                                                                                                   : operand_type<B>::dimensions;
/** Two operands of which at least one is an array. */
template <class A, class B>
concept Operands = (is_ndarray<A> || is_ndarray<B>) && (is_ndarray<A> || is_number<A>) && (is_ndarray<B> || is_number<B>);

template <size_t N> std::string spaced_shape(const std::array<int64_t, N>& shape) { return shape_text(shape); }

/** Takes the shape of one more operand into a common one. */
template <size_t N, class A> void broaden(std::array<int64_t, N>& shape, const A& operand) {
  if constexpr (is_ndarray<A>) {
    constexpr size_t own = A::dimensions;
    for (size_t axis = 0; axis < own; ++axis) {
      int64_t& length = shape[N - own + axis];
      const int64_t given = operand.extents()[axis];
      if (length == 1) length = given;
      else if (given != 1 && given != length) length = -1;
    }
  }
}
template <class A> std::string shape_of_operand(const A& operand) {
  if constexpr (is_ndarray<A>) return shape_text(operand.extents()) + " ";
  else return "() ";
}
/** The shape that operands have together. */
template <int N, class... A> std::array<int64_t, N> broadcast_shape(const A&... operands) {
  std::array<int64_t, N> shape;
  shape.fill(1);
  (broaden(shape, operands), ...);
  for (const int64_t length : shape) {
    if (length < 0) throw ValueError("operands could not be broadcast together with shapes " + (shape_of_operand(operands) + ...));
  }
  return shape;
}

/** One number, wherever it is looked for. */
template <class T> struct Constant {
  using element = T;
  T value;
  Constant row(const auto&) const { return *this; }
  Constant part() const { return *this; }
  int64_t step() const { return 1; }
  T operator[](int64_t) const { return value; }
};
/** Elements that lie one behind the other. */
template <class T> struct Dense {
  T* first;
  T& operator[](int64_t i) const { return first[i]; }
};
/** Elements at a fixed distance. */
template <class T> struct Spaced {
  T* first;
  int64_t distance;
  T& operator[](int64_t i) const { return first[i * distance]; }
};
/** The elements of an array as one of `N` dimensions, along whose last axis is gone fastest. */
template <class T, int N> struct Lanes {
  using element = T;
  T* data;
  std::array<int64_t, N> strides;
  Spaced<T> row(const std::array<int64_t, N>& at) const {
    T* first = data;
    for (int axis = 0; axis + 1 < N; ++axis) first += at[axis] * strides[axis];
    return {first, strides[N - 1]};
  }
  int64_t step() const { return strides[N - 1]; }
};
template <class T> Dense<T> dense(const Spaced<T>& run) { return {run.first}; }
template <class T> Constant<T> dense(const Constant<T>& run) { return run; }

template <int N, class A> auto lanes(const A& operand, const std::array<int64_t, N>& shape) {
  if constexpr (is_ndarray<A>) {
    constexpr int own = A::dimensions;
    Lanes<typename A::element, N> result{operand.data(), {}};
    for (int axis = 0; axis < own; ++axis) {
      const bool repeats = operand.extents()[axis] == 1 && shape[N - own + axis] != 1;
      result.strides[N - own + axis] = repeats ? 0 : operand.strides()[axis];
    }
    return result;
  } else {
    return Constant<plain<A>>{static_cast<plain<A>>(operand)};
  }
}

template <size_t N, class A> bool fills(const std::array<int64_t, N>& shape, const A& operand) {
  if constexpr (is_ndarray<A>) {
    if constexpr (A::dimensions != static_cast<int>(N)) return false;
    else return operand.extents() == shape && operand.is_contiguous();
  } else {
    return true;
  }
}

/** `use(out[i], operands[i]...)` for all elements of `out`, to whose shape the operands are broadcast. */
template <class R, int N, class Use, class... A> void for_each(const ndarray<R, N>& out, Use use, const A&... operands) {
  const auto& shape = out.extents();
  if (out.count() == 0) return;
  const auto run = [&](int64_t count, auto target, auto... from) {
    for (int64_t i = 0; i < count; ++i) use(target[i], from[i]...);
  };
  const auto first = [](const auto& operand) {
    if constexpr (is_ndarray<std::decay_t<decltype(operand)>>) return Dense<typename std::decay_t<decltype(operand)>::element>{operand.data()};
    else return Constant<plain<std::decay_t<decltype(operand)>>>{static_cast<plain<std::decay_t<decltype(operand)>>>(operand)};
  };
  if (out.is_contiguous() && (fills(shape, operands) && ...)) return run(out.count(), Dense<R>{out.data()}, first(operands)...);
  const auto rows = [&](const auto& target, const auto&... from) {
    const bool is_dense = target.step() == 1 && ((from.step() == 1) && ...);
    std::array<int64_t, N> at{};
    for (;;) {
      if (is_dense) run(shape[N - 1], dense(target.row(at)), dense(from.row(at))...);
      else run(shape[N - 1], target.row(at), from.row(at)...);
      int axis = N - 2;
      for (; axis >= 0 && ++at[axis] == shape[axis]; --axis) at[axis] = 0;
      if (axis < 0) return;
    }
  };
  rows(lanes<N>(out, shape), lanes<N>(operands, shape)...);
}

/** An operator on arrays and numbers, as a new array. */
template <class Operator, class A, class B> auto on_arrays(const A& a, const B& b) {
  using Left = element_type<A>;
  using Right = element_type<B>;
  using Result = decltype(apply<Operator>(Left(), Right()));
  constexpr int N = common_dimensions<A, B>;
  ndarray<Result, N> result(broadcast_shape<N>(a, b));
  const auto work = [&] { for_each(result, [](Result& to, Left x, Right y) { to = apply<Operator>(x, y); }, a, b); };
  if constexpr (std::is_same_v<Result, double>) {
    const FloatWatch watch(Operator::name);
    work();
  } else {
    work();
  }
  return result;
}

/** True where two arrays may have memory in common. */
template <class A, class B> bool share_memory(const A& a, const B& b) {
  if constexpr (is_ndarray<B> && std::is_same_v<typename A::element, element_type<B>>) return a.body().get() == b.body().get();
  else return false;
}

template <class T, int N, class Value> void assign_apart(const ndarray<T, N>& to, const Value& value) {
  using From = element_type<Value>;
  for_each(to, [](T& place, From x) { place = element_of<T>(x); }, value);
}
/** `a[...] = value`: the value is broadcast, and worked out before anything changes. */
template <class T, int N, class Value> void assign(const ndarray<T, N>& to, const Value& value) {
  if constexpr (is_ndarray<Value>) {
    auto shape = to.extents();
    // Axes of length one in front are left out.
    if constexpr (Value::dimensions > N) {
      static_assert(Value::dimensions <= N, "an array of more dimensions cannot be assigned");
    } else {
      const auto common = [&] {
        broaden(shape, value);
        return shape == to.extents();
      }();
      if (!common)
        throw ValueError("could not broadcast input array from shape " + shape_text(value.extents()) + " into shape " +
                         shape_text(to.extents()));
    }
    if (share_memory(to, value)) return assign_apart(to, copy(value));
  }
  assign_apart(to, value);
}
template <class T, int N, class B> bool same_layout(const ndarray<T, N>& a, const B& b) {
  if constexpr (B::dimensions == N) return a.extents() == b.extents() && a.strides() == b.strides();
  else return false;
}
/** `a op= b`: in place, also for other views of the same memory. */
template <class Operator, class T, int N, class B> void change(const ndarray<T, N>& to, const B& b) {
  if constexpr (is_ndarray<B>) {
    if (share_memory(to, b) && !(b.data() == to.data() && same_layout(to, b))) return change<Operator>(to, copy(b));
  }
  const auto shape = broadcast_shape<(common_dimensions<ndarray<T, N>, B>)>(to, b);
  bool fits = shape.size() == static_cast<size_t>(N);
  if constexpr (shape.size() == static_cast<size_t>(N)) fits = shape == to.extents();
  if (!fits)
    throw ValueError("non-broadcastable output operand with shape " + shape_text(to.extents()) +
                     " doesn't match the broadcast shape " + shape_text(shape));
  if constexpr (shape.size() == static_cast<size_t>(N)) {
    using Right = element_type<B>;
    const FloatWatch watch(Operator::name);
    for_each(to, [](T& place, Right y) { place = static_cast<T>(apply<Operator>(place, y)); }, b);
  }
}

/** `a ** b`: of one number NumPy works out squares, roots and the like directly. */
template <class A, class B>
  requires Operands<A, B>
auto power(const A& a, const B& b) {
  if constexpr (is_ndarray<A> && is_number<B>) {
    if constexpr (std::is_same_v<element_type<A>, double>) {
      const auto exponent = static_cast<double>(b);
      const auto each = [&](auto use) {
        ndarray<double, A::dimensions> result(a.extents());
        const FloatWatch watch("power");
        for_each(result, [&](double& to, double x) { to = use(x); }, a);
        return result;
      };
      if (exponent == 2) return each([](double x) { return x * x; });
      if (exponent == 1) return each([](double x) { return x; });
      if (exponent == 0) return each([](double) { return 1.0; });
      if (exponent == -1) return each([](double x) { return 1.0 / x; });
      if (exponent == 0.5) return each([](double x) { return std::sqrt(x); });
    }
  }
  return on_arrays<Power>(a, b);
}

/** An operator of one operand. */
template <class T, int N, class Use> auto each_of(const ndarray<T, N>& array, Use use) {
  using Result = decltype(use(T()));
  ndarray<Result, N> result(array.extents());
  for_each(result, [&](Result& to, T x) { to = use(x); }, array);
  return result;
}

/** `-a`, `abs(a)`, `~a`. */
template <class T, int N> auto negative(const ndarray<T, N>& array) {
  return each_of(array, [](T x) {
    if constexpr (std::is_same_v<T, double>) return -x;
    else return static_cast<T>(-static_cast<uint64_t>(x));
  });
}
template <class T, int N> auto positive(const ndarray<T, N>& array) { return copy(array); }
template <class T, int N> auto invert(const ndarray<T, N>& array) {
  return each_of(array, [](T x) {
    if constexpr (std::is_same_v<T, bool>) return !x;
    else return ~x;
  });
}
template <class T> auto absolute(T x) {
  if constexpr (std::is_same_v<T, double>) return std::fabs(x);
  else if constexpr (std::is_same_v<T, bool>) return x;
  else return x < 0 ? static_cast<int64_t>(-static_cast<uint64_t>(x)) : static_cast<int64_t>(x);
}
template <class T, int N> auto absolute(const ndarray<T, N>& array) {
  return each_of(array, [](T x) { return absolute(x); });
}

}  // namespace np

}  // namespace py
