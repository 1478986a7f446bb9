// requires: core, exceptions, numbers
// Python's range as a value.
#include <cmath>
#include <cstdint>
#include <string>
#include <type_traits>

namespace py {

/** Python's `range`. */
class range {
 public:
  using value_type = int64_t;

  explicit range(int64_t stop) : range(0, stop) {}
  range(int64_t start, int64_t stop, int64_t step = 1) : start_(start), step_(step), stop_(stop) {
    if (step == 0) raise_value_error("range() arg 3 must not be zero");
    const auto low = static_cast<uint64_t>(step > 0 ? start : stop), high = static_cast<uint64_t>(step > 0 ? stop : start);
    const uint64_t stride = step > 0 ? static_cast<uint64_t>(step) : 0 - static_cast<uint64_t>(step);
    if (step > 0 ? start < stop : stop < start) count_ = (high - low - 1) / stride + 1;
  }

  size_t size() const { return count_; }
  int64_t __length_hint__() const { return static_cast<int64_t>(count_); }
  int64_t start() const { return start_; }
  int64_t stop() const { return stop_; }
  int64_t step() const { return step_; }
  int64_t at(uint64_t i) const { return static_cast<int64_t>(static_cast<uint64_t>(start_) + i * static_cast<uint64_t>(step_)); }
  int64_t operator[](int64_t i) const {
    if (i < 0) i += static_cast<int64_t>(count_);
    if (static_cast<uint64_t>(i) >= count_) raise_index_error("range object index out of range");
    return at(static_cast<uint64_t>(i));
  }
  bool contains(int64_t value) const {
    if (step_ > 0 ? value < start_ || value >= stop_ : value > start_ || value <= stop_) return false;
    const uint64_t away = step_ > 0 ? static_cast<uint64_t>(value) - static_cast<uint64_t>(start_)
                                    : static_cast<uint64_t>(start_) - static_cast<uint64_t>(value);
    return away % (step_ > 0 ? static_cast<uint64_t>(step_) : 0 - static_cast<uint64_t>(step_)) == 0;
  }
  template <class Number>
    requires std::is_floating_point_v<Number>
  bool contains(Number value) const {
    return value == std::floor(value) && std::abs(value) < 0x1p63 && contains(static_cast<int64_t>(value));
  }
  int64_t count(int64_t value) const { return contains(value); }
  int64_t index(int64_t value) const {
    if (!contains(value)) throw ValueError(std::to_string(value) + " is not in range");
    return (value - start_) / step_;
  }
  range reversed() const {
    if (count_ == 0) return range(0);
    return range(at(count_ - 1), start_ - (step_ > 0 ? 1 : -1), -step_);
  }

  class iterator {
   public:
    iterator(const range& values, uint64_t at) : values_(values.start_), step_(values.step_), at_(at) {}
    int64_t operator*() const {
      return static_cast<int64_t>(static_cast<uint64_t>(values_) + at_ * static_cast<uint64_t>(step_));
    }
    iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const iterator& other) const { return at_ != other.at_; }

   private:
    int64_t values_, step_;
    uint64_t at_;
  };
  iterator begin() const { return iterator(*this, 0); }
  iterator end() const { return iterator(*this, count_); }

  friend bool operator==(const range& a, const range& b) {
    if (a.count_ != b.count_) return false;
    return a.count_ == 0 || (a.start_ == b.start_ && (a.count_ == 1 || a.step_ == b.step_));
  }

 private:
  int64_t start_, step_, stop_;
  uint64_t count_ = 0;
};

template <> struct Text<range> {
  static void repr(std::string& out, const range& values) {
    out += "range(";
    write_repr(out, values.start());
    out += ", ";
    write_repr(out, values.stop());
    if (values.step() != 1) {
      out += ", ";
      write_repr(out, values.step());
    }
    out += ')';
  }
};

}  // namespace py
