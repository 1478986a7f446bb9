// requires: core, exceptions, range
// Slices `x[start:stop:step]`: reading, assigning and deleting.
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace py {

/** One end of a slice; absent means "from the very end". */
using bound = std::optional<int64_t>;

namespace detail {

/** A slice made to fit a length, as by Python's `slice.indices`. */
struct Span {
  int64_t start, stop, step, count;

  Span(int64_t size, bound first, bound last, bound stride) : step(stride.value_or(1)) {
    if (step == 0) raise_value_error("slice step cannot be zero");
    // A longer stride picks nothing more, and this one cannot overflow.
    if (step > size + 2) step = size + 2;
    if (step < -size - 2) step = -size - 2;
    const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? size : size - 1;
    const auto fit = [&](bound end, int64_t absent) {
      if (!end) return absent;
      const int64_t i = *end < 0 ? *end + size : *end;
      return i < low ? low : i > high ? high : i;
    };
    start = fit(first, step > 0 ? low : high);
    stop = fit(last, step > 0 ? high : low);
    if (step > 0) {
      count = stop > start ? (stop - start - 1) / step + 1 : 0;
    } else {
      count = start > stop ? (start - stop - 1) / -step + 1 : 0;
    }
  }
};

}  // namespace detail

/** Python's `x[start:stop:step]` for a list. */
template <class T> list<T> slice(const list<T>& values, bound start, bound stop = {}, bound step = {}) {
  const detail::Span span(static_cast<int64_t>(values.size()), start, stop, step);
  list<T> result;
  result.reserve(span.count);
  if (span.step == 1) {
    result.body()->copy(values.data() + span.start, static_cast<size_t>(span.count));
    return result;
  }
  for (int64_t i = 0, at = span.start; i < span.count; ++i, at += span.step) result.append(values.data()[at]);
  return result;
}

/** Python's `text[start:stop:step]`. */
template <class Str>
  requires std::is_same_v<Str, str>
Str slice(const Str& text, bound start, bound stop = {}, bound step = {}) {
  const detail::Span span(static_cast<int64_t>(text.size()), start, stop, step);
  if (span.step == 1) return text.substring(static_cast<size_t>(span.start), static_cast<size_t>(span.count));
  if (!text.is_wide()) {
    const unsigned char* characters = text.narrow();
    return Str::filled(static_cast<size_t>(span.count), [&](unsigned char* place) {
      for (int64_t i = 0, at = span.start; i < span.count; ++i, at += span.step) place[i] = characters[at];
    });
  }
  return text.visit([&](auto* characters, size_t) {
    std::u32string picked;
    picked.reserve(static_cast<size_t>(span.count));
    for (int64_t i = 0, at = span.start; i < span.count; ++i, at += span.step) picked += characters[at];
    return Str::from_points(picked);
  });
}

/** Python's `range(...)[start:stop:step]`. */
template <class Range>
  requires std::is_same_v<Range, range>
Range slice(const Range& values, bound start, bound stop = {}, bound step = {}) {
  const detail::Span span(static_cast<int64_t>(values.size()), start, stop, step);
  const auto at = [&](int64_t i) { return values.start() + i * values.step(); };
  return Range(at(span.start), at(span.stop), step.value_or(1) * values.step());
}

/** Raises what Python raises when the number of items is not that of the names they are given. */
inline void check_unpacked(int64_t size, int64_t wanted, bool or_more) {
  if (size < wanted) {
    throw ValueError("not enough values to unpack (expected " + std::string(or_more ? "at least " : "") +
                     std::to_string(wanted) + ", got " + std::to_string(size) + ")");
  }
  if (size > wanted && !or_more) throw ValueError("too many values to unpack (expected " + std::to_string(wanted) + ")");
}

/** Python's `values[start:stop:step] = items`. */
template <class T, class Items>
void set_slice(const list<T>& values, bound start, bound stop, bound step, const Items& items) {
  const list<T> fresh = list<T>::from(items);
  detail::Span span(static_cast<int64_t>(values.size()), start, stop, step);
  if (!step || span.step == 1) {
    if (span.stop < span.start) span.stop = span.start;
    values.erase(static_cast<size_t>(span.start), static_cast<size_t>(span.stop - span.start));
    values.insert_all(static_cast<size_t>(span.start), fresh);
    return;
  }
  if (static_cast<int64_t>(fresh.size()) != span.count) {
    throw ValueError("attempt to assign sequence of size " + std::to_string(fresh.size()) +
                     " to extended slice of size " + std::to_string(span.count));
  }
  for (int64_t i = 0, at = span.start; i < span.count; ++i, at += span.step) values.data()[at] = fresh.data()[i];
}

/** Python's `del values[i]`. */
template <class T> void del_item(const list<T>& values, int64_t i) {
  const auto size = static_cast<int64_t>(values.size());
  if (i < 0) i += size;
  if (i < 0 || i >= size) raise_index_error("list assignment index out of range");
  values.erase(static_cast<size_t>(i), 1);
}

/** Python's `del values[start:stop:step]`. */
template <class T> void del_slice(const list<T>& values, bound start, bound stop = {}, bound step = {}) {
  const detail::Span span(static_cast<int64_t>(values.size()), start, stop, step);
  if (span.step == 1) {
    if (span.count > 0) values.erase(static_cast<size_t>(span.start), static_cast<size_t>(span.count));
    return;
  }
  int64_t at = span.step > 0 ? span.start + (span.count - 1) * span.step : span.start;
  const int64_t stride = span.step > 0 ? span.step : -span.step;
  for (int64_t i = 0; i < span.count; ++i, at -= stride) values.erase(static_cast<size_t>(at), 1);
}

}  // namespace py
