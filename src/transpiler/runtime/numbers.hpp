// requires: core
// Integers and floats as text, and their hashes.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

namespace py {

namespace detail {

inline void write_int(std::string& out, int64_t value) {
  char buffer[24];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  out.append(buffer, end);
}

/** Python's repr of a float: the shortest digits that read back as the same number. */
inline void write_float(std::string& out, double value, bool whole_with_point = true) {
  if (value != value) {
    out += "nan";
    return;
  }
  if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
    return;
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const char* cursor = buffer;
  if (*cursor == '-') {
    out += '-';
    ++cursor;
  }
  char digits[24];
  int count = 0;
  for (; *cursor != 'e'; ++cursor) {
    if (*cursor != '.') digits[count++] = *cursor;
  }
  int exponent = 0;
  const bool negative = cursor[1] == '-';
  for (cursor += 2; cursor != end; ++cursor) exponent = exponent * 10 + (*cursor - '0');
  if (negative) exponent = -exponent;
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (count > 1) {
      out += '.';
      out.append(digits + 1, static_cast<size_t>(count - 1));
    }
    out += negative ? "e-" : "e+";
    const int magnitude = negative ? -exponent : exponent;
    if (magnitude < 10) out += '0';
    write_int(out, magnitude);
  } else if (exponent < 0) {
    out += "0.";
    out.append(static_cast<size_t>(-exponent - 1), '0');
    out.append(digits, static_cast<size_t>(count));
  } else {
    const int whole = exponent + 1;
    out.append(digits, static_cast<size_t>(count < whole ? count : whole));
    if (count < whole) out.append(static_cast<size_t>(whole - count), '0');
    if (count > whole) {
      out += '.';
      out.append(digits + whole, static_cast<size_t>(count - whole));
    } else if (whole_with_point) {
      out += ".0";
    }
  }
}

/** CPython's modulus for the hashes of numbers. */
inline constexpr uint64_t hash_modulus = (uint64_t{1} << 61) - 1;

inline int64_t hash_int(int64_t value) {
  const uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  const auto rest = static_cast<int64_t>(magnitude < hash_modulus ? magnitude : magnitude % hash_modulus);
  if (value >= 0) return rest;
  return rest == 1 ? -2 : -rest;
}

inline int64_t hash_float(double value) {
  if (!std::isfinite(value)) {
    if (std::isinf(value)) return value > 0 ? 314159 : -314159;
    return 0;
  }
  int exponent;
  double mantissa = std::frexp(value, &exponent);
  const bool negative = mantissa < 0;
  if (negative) mantissa = -mantissa;
  uint64_t x = 0;
  while (mantissa != 0) {
    x = ((x << 28) & hash_modulus) | x >> (61 - 28);
    mantissa *= 268435456.0;
    exponent -= 28;
    const auto y = static_cast<uint64_t>(mantissa);
    mantissa -= static_cast<double>(y);
    x += y;
    if (x >= hash_modulus) x -= hash_modulus;
  }
  exponent = exponent >= 0 ? exponent % 61 : 60 - ((-1 - exponent) % 61);
  x = ((x << exponent) & hash_modulus) | x >> (61 - exponent);
  const auto result = negative ? -static_cast<int64_t>(x) : static_cast<int64_t>(x);
  return result == -1 ? -2 : result;
}

}  // namespace detail

template <class T> struct Text<T, std::enable_if_t<std::is_integral_v<T>>> {
  static void repr(std::string& out, T value) {
    if constexpr (std::is_same_v<T, bool>) {
      out += value ? "True" : "False";
    } else {
      detail::write_int(out, static_cast<int64_t>(value));
    }
  }
};

template <> struct Text<double> {
  static void repr(std::string& out, double value) { detail::write_float(out, value); }
};

template <class T> struct Hash<T, std::enable_if_t<std::is_integral_v<T>>> {
  static int64_t of(T value) { return detail::hash_int(static_cast<int64_t>(value)); }
};

template <> struct Hash<double> {
  static int64_t of(double value) { return detail::hash_float(value); }
};

}  // namespace py
