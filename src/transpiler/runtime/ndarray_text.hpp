// requires: core, exceptions, np_numbers, numbers
// How NumPy writes an array: columns of one width, eight digits behind the point, the middle of what is long left out.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace py {

template <class T, int N> class ndarray;

namespace np {

/** A number taken apart: what stands before and behind the point, and the digits of its exponent with their sign. */
struct WrittenFloat {
  std::string whole, fraction, exponent;
};

/** The shortest text that reads back as the same number, with at most eight digits behind the point. */
inline WrittenFloat written_float(double x, bool scientific) {
  constexpr int precision = 8;
  const auto format = scientific ? std::chars_format::scientific : std::chars_format::fixed;
  char buffer[400];
  WrittenFloat parts;
  const auto split = [&](char* end) {
    const std::string text(buffer, end);
    const size_t power = text.find('e'), point = std::min(text.find('.'), power);
    parts.whole = text.substr(0, std::min(point, text.size()));
    parts.fraction = point < power ? text.substr(point + 1, power == std::string::npos ? power : power - point - 1) : "";
    if (point == std::string::npos) parts.fraction = "";
    parts.exponent = power == std::string::npos ? "" : text.substr(power + 1);
  };
  split(std::to_chars(buffer, buffer + sizeof buffer, x, format).ptr);
  if (parts.fraction.size() > precision) split(std::to_chars(buffer, buffer + sizeof buffer, x, format, precision).ptr);
  while (!parts.fraction.empty() && parts.fraction.back() == '0') parts.fraction.pop_back();
  return parts;
}

/** The texts of the elements of one array: all are of one width. */
template <class T> class ElementFormat;

template <> class ElementFormat<double> {
 public:
  explicit ElementFormat(const std::vector<double>& shown) {
    double largest = 0, smallest = HUGE_VAL;
    for (const double x : shown) {
      if (!std::isfinite(x) || x == 0) continue;
      largest = std::max(largest, std::fabs(x));
      smallest = std::min(smallest, std::fabs(x));
    }
    scientific_ = largest != 0 && (largest >= 1e8 || smallest < 0.0001 || largest / smallest > 1000.0);
    size_t odd = 0;
    bool finite = false;
    for (const double x : shown) {
      if (std::isfinite(x)) {
        finite = true;
        const auto parts = written_float(x, scientific_);
        left_ = std::max(left_, parts.whole.size());
        right_ = std::max(right_, parts.fraction.size());
        if (!parts.exponent.empty()) exponent_ = std::max(exponent_, parts.exponent.size() - 1);
      } else {
        odd = std::max(odd, size_t{x < 0 ? 4u : 3u});
      }
    }
    const size_t behind = scientific_ ? exponent_ + 2 + right_ : right_;
    if (!finite) left_ = 0;
    if (odd > behind + 1) left_ = std::max(left_, odd - behind - 1);
    width_ = left_ + behind + 1;
  }
  std::string operator()(double x) const {
    if (!std::isfinite(x)) {
      const std::string text = std::isnan(x) ? "nan" : x < 0 ? "-inf" : "inf";
      return std::string(width_ > text.size() ? width_ - text.size() : 0, ' ') + text;
    }
    auto [whole, fraction, exponent] = written_float(x, scientific_);
    std::string text = std::string(left_ > whole.size() ? left_ - whole.size() : 0, ' ') + whole + '.' + fraction;
    text.append(right_ - fraction.size(), scientific_ ? '0' : ' ');
    if (scientific_) text += std::string("e") + exponent[0] + std::string(exponent_ + 1 - exponent.size(), '0') + exponent.substr(1);
    return text;
  }

 private:
  bool scientific_;
  size_t left_ = 0, right_ = 0, exponent_ = 0, width_ = 0;
};

template <> class ElementFormat<int64_t> {
 public:
  explicit ElementFormat(const std::vector<int64_t>& shown) {
    for (const int64_t x : shown) width_ = std::max(width_, std::to_string(x).size());
  }
  std::string operator()(int64_t x) const {
    const std::string text = std::to_string(x);
    return std::string(width_ - text.size(), ' ') + text;
  }

 private:
  size_t width_ = 0;
};

template <> class ElementFormat<bool> {
 public:
  explicit ElementFormat(const std::vector<bool>&) {}
  std::string operator()(bool x) const { return x ? " True" : "False"; }
};

/** Writes an array as `str` or `repr` does. */
template <class T, int N> class ArrayWriter {
 public:
  ArrayWriter(const ndarray<T, N>& array, bool as_repr)
      : array_(array), separator_(as_repr ? ", " : " "), shortens_(array.count() > threshold), format_(shown(array)) {}

  std::string text(const std::string& prefix, int width) { return written({}, 0, prefix, width); }

 private:
  static constexpr int64_t threshold = 1000, edge = 3;

  /** The elements that are written, of which the width is told. */
  static std::vector<T> shown(const ndarray<T, N>& array) {
    std::vector<T> values;
    gather(array, array.count() > threshold, values, {}, 0);
    return values;
  }
  static void gather(const ndarray<T, N>& array, bool shortens, std::vector<T>& values, std::array<int64_t, N> at, int axis) {
    if (axis == N) return values.push_back(element(array, at));
    const int64_t length = array.extents()[axis];
    for (int64_t i = 0; i < length; ++i) {
      if (shortens && length > 2 * edge && i == edge) i = length - edge;
      at[axis] = i;
      gather(array, shortens, values, at, axis + 1);
    }
  }
  static T element(const ndarray<T, N>& array, const std::array<int64_t, N>& at) {
    int64_t offset = 0;
    for (int axis = 0; axis < N; ++axis) offset += at[axis] * array.strides()[axis];
    return array.data()[offset];
  }

  /** What stands at `at`, of which the first `axis` indexes are set; `indent` is in front of each line. */
  std::string written(std::array<int64_t, N> at, int axis, const std::string& indent, int width) {
    const int64_t length = array_.extents()[axis];
    const bool shortens = shortens_ && length > 2 * edge;
    std::string text;
    const auto each = [&](auto use, auto dots) {
      for (int64_t i = 0; i < length; ++i) {
        if (shortens && i == edge) {
          dots();
          i = length - edge;
        }
        at[axis] = i;
        use(i + 1 == length);
      }
    };
    if (axis == N - 1) {
      const int room = width - static_cast<int>(std::max(separator_.find_last_not_of(' ') + 1, size_t{1}));
      std::string line = indent;
      const auto extend = [&](const std::string& word) {
        if (static_cast<int>(line.size() + word.size()) > room && line.size() > indent.size()) {
          line.erase(line.find_last_not_of(' ') + 1);
          text += line + '\n';
          line = indent;
        }
        line += word;
      };
      each(
          [&](bool last) {
            extend(format_(element(array_, at)));
            if (!last) line += separator_;
          },
          [&] {
            extend("...");
            line += separator_;
          });
      text += line;
    } else {
      const std::string between = (separator_[0] == ',' ? "," : "") + std::string(static_cast<size_t>(N - axis - 1), '\n');
      each(
          [&](bool last) {
            text += indent + written(at, axis + 1, indent + ' ', width - 1);
            if (!last) text += between;
          },
          [&] { text += indent + "..." + between; });
    }
    return '[' + text.substr(indent.size()) + ']';
  }

  const ndarray<T, N>& array_;
  std::string separator_;
  bool shortens_;
  ElementFormat<T> format_;
};

/** Appends an array as `str` or `repr` writes it, as NumPy 2 does. */
template <class T, int N> void write_array(std::string& out, const ndarray<T, N>& array, bool as_repr) {
  constexpr int width = 75;
  const int64_t size = array.count();
  if (!as_repr) {
    out += size == 0 ? "[]" : ArrayWriter<T, N>(array, false).text(" ", width);
    return;
  }
  std::string text = "array(" + (size == 0 ? "[]" : ArrayWriter<T, N>(array, true).text(std::string(7, ' '), width - 1));
  std::string extras;
  if ((size == 0 && N > 1) || size > 1000) {
    extras = "shape=(";
    for (int axis = 0; axis < N; ++axis) extras += (axis ? ", " : "") + std::to_string(array.extents()[axis]);
    extras += N == 1 ? ",)" : ")";
  }
  if (size == 0) {
    extras += extras.empty() ? "dtype=" : ", dtype=";
    extras += std::is_same_v<T, double> ? "float64" : std::is_same_v<T, bool> ? "bool" : "int64";
  }
  if (!extras.empty()) {
    text += ',';
    const size_t last_line = text.size() - (text.rfind('\n') + 1);
    text += last_line + extras.size() + 2 > static_cast<size_t>(width) ? "\n      " + extras : ' ' + extras;
  }
  out += text + ')';
}

}  // namespace np

}  // namespace py
