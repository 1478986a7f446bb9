// requires: core, exceptions, slice
// slice(...) as a value.
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace py {

/** Python's `slice` object. */
class slice_object {
 public:
  slice_object() = default;
  slice_object(bound start, bound stop, bound step) : start_(start), stop_(stop), step_(step) {}
  bound start() const { return start_; }
  bound stop() const { return stop_; }
  bound step() const { return step_; }
  std::tuple<int64_t, int64_t, int64_t> indices(int64_t size) const {
    if (size < 0) raise_value_error("length should not be negative");
    const detail::Span span(size, start_, stop_, step_);
    return {span.start, span.stop, step_.value_or(1)};
  }
  friend bool operator==(const slice_object& a, const slice_object& b) {
    return a.start_ == b.start_ && a.stop_ == b.stop_ && a.step_ == b.step_;
  }

 private:
  bound start_, stop_, step_;
};

template <> struct Text<slice_object> {
  static void repr(std::string& out, const slice_object& value) {
    out += "slice(";
    write_repr(out, value.start());
    out += ", ";
    write_repr(out, value.stop());
    out += ", ";
    write_repr(out, value.step());
    out += ')';
  }
};

/** Python's `values[s]` for a slice object. */
template <class Items> Items slice_by(const Items& values, const slice_object& span) {
  return slice(values, span.start(), span.stop(), span.step());
}

}  // namespace py
