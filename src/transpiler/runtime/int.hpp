// requires: core, exceptions, arithmetic, numbers, str, parse_numbers
// Integers of any size: a 64-bit value while it fits, 32-bit limbs beyond.
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace py {

namespace detail {

using Limbs = std::vector<uint32_t>;

inline void trim(Limbs& a) {
  while (!a.empty() && a.back() == 0) a.pop_back();
}
inline int compare_limbs(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}
inline Limbs add_limbs(const Limbs& a, const Limbs& b) {
  const Limbs &longer = a.size() < b.size() ? b : a, &shorter = a.size() < b.size() ? a : b;
  Limbs sum(longer.size() + 1);
  uint64_t carry = 0;
  for (size_t i = 0; i < longer.size(); ++i) {
    carry += uint64_t{longer[i]} + (i < shorter.size() ? shorter[i] : 0);
    sum[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
  sum[longer.size()] = static_cast<uint32_t>(carry);
  trim(sum);
  return sum;
}
/** a - b for a >= b. */
inline Limbs sub_limbs(const Limbs& a, const Limbs& b) {
  Limbs difference(a.size());
  int64_t borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t digit = int64_t{a[i]} - borrow - (i < b.size() ? b[i] : 0);
    borrow = digit < 0;
    difference[i] = static_cast<uint32_t>(digit);
  }
  trim(difference);
  return difference;
}
inline Limbs mul_school(const uint32_t* a, size_t n, const uint32_t* b, size_t m) {
  Limbs product(n + m);
  for (size_t i = 0; i < n; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < m; ++j) {
      carry += uint64_t{a[i]} * b[j] + product[i + j];
      product[i + j] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    product[i + m] = static_cast<uint32_t>(carry);
  }
  return product;
}
/** Karatsuba's product of large factors, the plain one of small. */
inline Limbs mul_limbs(const Limbs& a, const Limbs& b) {
  if (a.empty() || b.empty()) return {};
  Limbs product;
  const size_t half = std::max(a.size(), b.size()) / 2;
  if (a.size() < 48 || b.size() < 48 || a.size() <= half || b.size() <= half) {
    product = mul_school(a.data(), a.size(), b.data(), b.size());
  } else {
    const auto middle = static_cast<std::ptrdiff_t>(half);
    Limbs a0(a.begin(), a.begin() + middle), a1(a.begin() + middle, a.end());
    Limbs b0(b.begin(), b.begin() + middle), b1(b.begin() + middle, b.end());
    trim(a0);
    trim(b0);
    const Limbs low = mul_limbs(a0, b0), high = mul_limbs(a1, b1);
    const Limbs cross = sub_limbs(sub_limbs(mul_limbs(add_limbs(a0, a1), add_limbs(b0, b1)), low), high);
    product.resize(a.size() + b.size() + 1);
    const auto add_at = [&](const Limbs& part, size_t at) {
      uint64_t carry = 0;
      for (size_t i = 0; i < part.size() || carry; ++i) {
        carry += uint64_t{product[at + i]} + (i < part.size() ? part[i] : 0);
        product[at + i] = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
    };
    add_at(low, 0);
    add_at(cross, half);
    add_at(high, 2 * half);
  }
  trim(product);
  return product;
}
/** Divides in place and gives the rest. */
inline uint32_t div_small(Limbs& a, uint32_t divisor) {
  uint64_t rest = 0;
  for (size_t i = a.size(); i-- > 0;) {
    rest = rest << 32 | a[i];
    a[i] = static_cast<uint32_t>(rest / divisor);
    rest %= divisor;
  }
  trim(a);
  return static_cast<uint32_t>(rest);
}
inline Limbs shift_left(const Limbs& a, size_t count) {
  if (a.empty()) return a;
  const size_t whole = count / 32, bits = count % 32;
  Limbs shifted(a.size() + whole + 1);
  for (size_t i = 0; i < a.size(); ++i) {
    const uint64_t wide = uint64_t{a[i]} << bits;
    shifted[i + whole] |= static_cast<uint32_t>(wide);
    shifted[i + whole + 1] = static_cast<uint32_t>(wide >> 32);
  }
  trim(shifted);
  return shifted;
}
inline Limbs shift_right(const Limbs& a, size_t count) {
  const size_t whole = count / 32, bits = count % 32;
  if (whole >= a.size()) return {};
  Limbs shifted(a.size() - whole);
  for (size_t i = 0; i < shifted.size(); ++i) {
    const uint64_t wide = (i + whole + 1 < a.size() ? uint64_t{a[i + whole + 1]} << 32 : 0) | a[i + whole];
    shifted[i] = static_cast<uint32_t>(wide >> bits);
  }
  trim(shifted);
  return shifted;
}
/** Knuth's division: the quotient, with the rest left in `a`. */
inline Limbs divide_limbs(Limbs& a, const Limbs& b) {
  if (compare_limbs(a, b) < 0) return {};
  if (b.size() == 1) {
    Limbs quotient = a;
    const uint32_t rest = div_small(quotient, b[0]);
    a.assign(rest ? 1 : 0, rest);
    return quotient;
  }
  size_t shift = 0;
  while (!((b.back() << shift) & 0x80000000u)) ++shift;
  const Limbs divisor = shift_left(b, shift);
  Limbs rest = shift_left(a, shift);
  const size_t n = divisor.size();
  rest.resize(std::max(rest.size(), a.size()) + 1);
  Limbs quotient(rest.size() - n);
  for (size_t j = quotient.size(); j-- > 0;) {
    const uint64_t top = uint64_t{rest[j + n]} << 32 | rest[j + n - 1];
    uint64_t guess = top / divisor[n - 1], left = top % divisor[n - 1];
    while (guess >> 32 || guess * divisor[n - 2] > (left << 32 | rest[j + n - 2])) {
      --guess;
      left += divisor[n - 1];
      if (left >> 32) break;
    }
    int64_t borrow = 0;
    uint64_t carry = 0;
    for (size_t i = 0; i < n; ++i) {
      carry += guess * divisor[i];
      const int64_t digit = int64_t{rest[i + j]} - borrow - static_cast<int64_t>(carry & 0xFFFFFFFFu);
      rest[i + j] = static_cast<uint32_t>(digit);
      borrow = digit < 0;
      carry >>= 32;
    }
    const int64_t digit = int64_t{rest[j + n]} - borrow - static_cast<int64_t>(carry);
    rest[j + n] = static_cast<uint32_t>(digit);
    if (digit < 0) {
      --guess;
      uint64_t sum = 0;
      for (size_t i = 0; i < n; ++i) {
        sum += uint64_t{rest[i + j]} + divisor[i];
        rest[i + j] = static_cast<uint32_t>(sum);
        sum >>= 32;
      }
      rest[j + n] += static_cast<uint32_t>(sum);
    }
    quotient[j] = static_cast<uint32_t>(guess);
  }
  trim(rest);
  a = shift_right(rest, shift);
  trim(quotient);
  return quotient;
}
inline size_t bits_of(const Limbs& a) {
  if (a.empty()) return 0;
  size_t bits = 0;
  for (uint32_t top = a.back(); top; top >>= 1) ++bits;
  return (a.size() - 1) * 32 + bits;
}

}  // namespace detail

/** Python's `int` without bounds. */
class Int {
  using Limbs = detail::Limbs;
  struct Big {
    bool negative;
    Limbs limbs;
  };

 public:
  Int() = default;
  template <class T>
    requires std::is_integral_v<T>
  Int(T value) : small_(static_cast<int64_t>(value)) {}
  /** `int(text, base)`. */
  static Int parse(const str& text, int64_t base = 10) {
    bool negative;
    const std::string digits = detail::digits_of(text, base, negative);
    if (base == 10 && digits.size() > 4300) {
      throw ValueError("Exceeds the limit (4300 digits) for integer string conversion: value has " + std::to_string(digits.size()) +
                       " digits; use sys.set_int_max_str_digits() to increase the limit");
    }
    Limbs limbs;
    for (const char c : digits) {
      uint64_t carry = static_cast<uint64_t>(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
      for (uint32_t& limb : limbs) {
        carry += uint64_t{limb} * static_cast<uint64_t>(base);
        limb = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
      if (carry) limbs.push_back(static_cast<uint32_t>(carry));
    }
    return make(negative, std::move(limbs));
  }
  /** `int(x)` of a float. */
  static Int of(double x) {
    if (x != x) raise_value_error("cannot convert float NaN to integer");
    if (std::isinf(x)) throw OverflowError("cannot convert float infinity to integer");
    if (std::fabs(x) < 9e18) return static_cast<int64_t>(x);
    int exponent;
    const double mantissa = std::frexp(std::fabs(x), &exponent);
    const Int whole = static_cast<int64_t>(std::ldexp(mantissa, 53));
    return (x < 0 ? -whole : whole) << (exponent - 53);
  }

  bool is_small() const { return !big_; }
  /** The value as 64 bits; raises OverflowError when it is larger. */
  int64_t to_int64() const {
    if (big_) raise_overflow();
    return small_;
  }
  /** The nearest double, ties to even. */
  double to_double() const {
    if (!big_) return static_cast<double>(small_);
    const size_t bits = detail::bits_of(big_->limbs);
    if (bits > 1024) throw OverflowError("int too large to convert to float");
    const size_t shift = bits - 64;
    const Limbs top = detail::shift_right(big_->limbs, shift);
    uint64_t word = uint64_t{top[1]} << 32 | top[0];
    if (detail::shift_left(top, shift) != big_->limbs) word |= 1;
    const double value = std::ldexp(static_cast<double>(word), static_cast<int>(shift));
    if (std::isinf(value)) throw OverflowError("int too large to convert to float");
    return big_->negative ? -value : value;
  }
  explicit operator double() const { return to_double(); }
  explicit operator int64_t() const { return to_int64(); }
  explicit operator bool() const { return big_ || small_ != 0; }
  bool negative() const { return big_ ? big_->negative : small_ < 0; }
  /** The digits of the magnitude, least first. */
  Limbs magnitude() const {
    if (big_) return big_->limbs;
    const uint64_t value = small_ < 0 ? 0 - static_cast<uint64_t>(small_) : static_cast<uint64_t>(small_);
    Limbs limbs{static_cast<uint32_t>(value), static_cast<uint32_t>(value >> 32)};
    detail::trim(limbs);
    return limbs;
  }

  friend Int operator+(const Int& a, const Int& b) {
    int64_t sum;
    if (!a.big_ && !b.big_ && !detail::add_overflows(a.small_, b.small_, sum)) [[likely]] return sum;
    return add_signed(a, b, b.negative());
  }
  friend Int operator-(const Int& a, const Int& b) {
    int64_t difference;
    if (!a.big_ && !b.big_ && !detail::sub_overflows(a.small_, b.small_, difference)) [[likely]] return difference;
    return add_signed(a, b, !b.negative());
  }
  friend Int operator*(const Int& a, const Int& b) {
    int64_t product;
    if (!a.big_ && !b.big_ && !detail::mul_overflows(a.small_, b.small_, product)) [[likely]] return product;
    return make(a.negative() != b.negative(), detail::mul_limbs(a.magnitude(), b.magnitude()));
  }
  Int operator-() const { return Int(0) - *this; }
  Int operator+() const { return *this; }
  Int operator~() const { return Int(-1) - *this; }
  Int __abs__() const { return negative() ? -*this : *this; }

  /** Quotient and rest with Python's rounding. */
  static std::pair<Int, Int> divide(const Int& a, const Int& b, const char* message = "integer division or modulo by zero") {
    if (!b) raise_zero_division(message);
    if (!a.big_ && !b.big_ && b.small_ != -1) return {detail::floordiv_int(a.small_, b.small_), detail::mod_int(a.small_, b.small_)};
    Limbs rest = a.magnitude();
    Int quotient = make(a.negative() != b.negative(), detail::divide_limbs(rest, b.magnitude()));
    Int left = make(a.negative(), std::move(rest));
    if (left && left.negative() != b.negative()) {
      quotient = quotient - 1;
      left = left + b;
    }
    return {quotient, left};
  }
  Int __floordiv__(const Int& b) const { return divide(*this, b).first; }
  friend Int operator%(const Int& a, const Int& b) { return divide(a, b, "integer modulo by zero").second; }
  /** True division, rounded once. */
  friend double operator/(const Int& a, const Int& b) {
    if (!b) raise_zero_division("division by zero");
    if (!a.big_ && !b.big_) return detail::truediv_int(a.small_, b.small_);
    if (!a) return 0.0;
    const Limbs x = a.magnitude(), y = b.magnitude();
    const auto scale = static_cast<int64_t>(detail::bits_of(x)) - static_cast<int64_t>(detail::bits_of(y)) - 64;
    if (scale > 1024) throw OverflowError("integer division result too large for a float");
    // A quotient of at least 64 bits keeps a bit below the rounding position for what is cut off; subnormals lose more.
    int64_t shift = -scale;
    if (shift > 1074 + 2) shift = 1074 + 2;
    Limbs numerator = shift > 0 ? detail::shift_left(x, static_cast<size_t>(shift)) : x;
    const Limbs denominator = shift < 0 ? detail::shift_left(y, static_cast<size_t>(-shift)) : y;
    Limbs quotient = detail::divide_limbs(numerator, denominator);
    if (!numerator.empty()) {
      if (quotient.empty()) quotient.push_back(0);
      quotient[0] |= 1;
    }
    const size_t bits = detail::bits_of(quotient), extra = bits > 64 ? bits - 64 : 0;
    Limbs top = detail::shift_right(quotient, extra);
    if (extra && detail::shift_left(top, extra) != quotient) top[0] |= 1;
    top.resize(2);
    const double value = std::ldexp(static_cast<double>(uint64_t{top[1]} << 32 | top[0]), static_cast<int>(static_cast<int64_t>(extra) - shift));
    if (std::isinf(value)) throw OverflowError("integer division result too large for a float");
    return a.negative() != b.negative() ? -value : value;
  }
  Int __pow__(const Int& exponent) const {
    if (exponent.negative()) raise_value_error("a negative power of an integer gives a float, which this program does not expect");
    uint64_t count = static_cast<uint64_t>(exponent.to_int64());
    Int result = 1, base = *this;
    if (base.is_small() && base.small_ == 2) return Int(1) << Int(static_cast<int64_t>(count));
    for (; count; count >>= 1) {
      if (count & 1) result = result * base;
      if (count > 1) base = base * base;
    }
    return result;
  }
  friend Int operator<<(const Int& a, const Int& count) {
    if (count.negative()) raise_value_error("negative shift count");
    if (!a) return 0;
    const int64_t by = count.to_int64();
    if (!a.big_ && by < 62 && ((a.small_ << by) >> by) == a.small_) return a.small_ << by;
    return make(a.negative(), detail::shift_left(a.magnitude(), static_cast<size_t>(by)));
  }
  friend Int operator>>(const Int& a, const Int& count) {
    if (count.negative()) raise_value_error("negative shift count");
    if (!count.is_small()) return a.negative() ? -1 : 0;
    if (!a.big_) return a.small_ >> (count.small_ > 63 ? 63 : count.small_);
    if (!a.negative()) return make(false, detail::shift_right(a.big_->limbs, static_cast<size_t>(count.small_)));
    return ~(~a >> count);
  }
  friend Int operator&(const Int& a, const Int& b) { return combine(a, b, [](uint32_t x, uint32_t y) { return x & y; }); }
  friend Int operator|(const Int& a, const Int& b) { return combine(a, b, [](uint32_t x, uint32_t y) { return x | y; }); }
  friend Int operator^(const Int& a, const Int& b) { return combine(a, b, [](uint32_t x, uint32_t y) { return x ^ y; }); }

  Int& operator+=(const Int& b) { return *this = *this + b; }
  Int& operator-=(const Int& b) { return *this = *this - b; }
  Int& operator*=(const Int& b) { return *this = *this * b; }
  Int& operator%=(const Int& b) { return *this = *this % b; }
  Int& operator<<=(const Int& b) { return *this = *this << b; }
  Int& operator>>=(const Int& b) { return *this = *this >> b; }
  Int& operator&=(const Int& b) { return *this = *this & b; }
  Int& operator|=(const Int& b) { return *this = *this | b; }
  Int& operator^=(const Int& b) { return *this = *this ^ b; }

  /** Negative, zero or positive. */
  int compare(const Int& b) const {
    if (!big_ && !b.big_) return small_ < b.small_ ? -1 : small_ > b.small_;
    if (negative() != b.negative()) return negative() ? -1 : 1;
    const int order = detail::compare_limbs(magnitude(), b.magnitude());
    return negative() ? -order : order;
  }
  friend bool operator==(const Int& a, const Int& b) { return a.compare(b) == 0; }
  friend bool operator<(const Int& a, const Int& b) { return a.compare(b) < 0; }
  friend bool operator>(const Int& a, const Int& b) { return a.compare(b) > 0; }
  friend bool operator<=(const Int& a, const Int& b) { return a.compare(b) <= 0; }
  friend bool operator>=(const Int& a, const Int& b) { return a.compare(b) >= 0; }
  /** Against a float, exactly. */
  template <std::same_as<double> Float> int compare(Float b) const {
    if (b != b) return 2;
    if (std::isinf(b)) return b > 0 ? -1 : 1;
    const double whole = std::trunc(b);
    const int order = compare(of(whole));
    return order != 0 ? order : b > whole ? -1 : b < whole ? 1 : 0;
  }
  template <std::same_as<double> Float> friend bool operator==(const Int& a, Float b) { return a.compare(b) == 0; }
  template <std::same_as<double> Float> friend bool operator<(const Int& a, Float b) { return a.compare(b) == -1; }
  template <std::same_as<double> Float> friend bool operator>(const Int& a, Float b) { return a.compare(b) == 1; }
  template <std::same_as<double> Float> friend bool operator<=(const Int& a, Float b) { return a.compare(b) <= 0; }
  template <std::same_as<double> Float> friend bool operator>=(const Int& a, Float b) { return a.compare(b) == 0 || a.compare(b) == 1; }
  template <std::same_as<double> Float> friend bool operator<(Float a, const Int& b) { return b > a; }
  template <std::same_as<double> Float> friend bool operator>(Float a, const Int& b) { return b < a; }
  template <std::same_as<double> Float> friend bool operator<=(Float a, const Int& b) { return b >= a; }
  template <std::same_as<double> Float> friend bool operator>=(Float a, const Int& b) { return b <= a; }
  template <std::same_as<double> Float> friend double operator+(const Int& a, Float b) { return a.to_double() + b; }
  template <std::same_as<double> Float> friend double operator+(Float a, const Int& b) { return a + b.to_double(); }
  template <std::same_as<double> Float> friend double operator-(const Int& a, Float b) { return a.to_double() - b; }
  template <std::same_as<double> Float> friend double operator-(Float a, const Int& b) { return a - b.to_double(); }
  template <std::same_as<double> Float> friend double operator*(const Int& a, Float b) { return a.to_double() * b; }
  template <std::same_as<double> Float> friend double operator*(Float a, const Int& b) { return a * b.to_double(); }
  template <std::same_as<double> Float> friend double operator/(const Int& a, Float b) { return truediv(a.to_double(), b); }
  template <std::same_as<double> Float> friend double operator/(Float a, const Int& b) { return truediv(a, b.to_double()); }

  int64_t bit_length() const { return static_cast<int64_t>(detail::bits_of(magnitude())); }
  int64_t bit_count() const {
    int64_t bits = 0;
    for (uint32_t limb : magnitude()) {
      for (; limb; limb &= limb - 1) ++bits;
    }
    return bits;
  }
  /** Digits of the magnitude in base 2, 8, 10 or 16. */
  std::string digits(unsigned base = 10) const {
    Limbs limbs = magnitude();
    if (limbs.empty()) return "0";
    const uint32_t chunk = base == 10 ? 1000000000u : base == 8 ? 1u << 30 : base == 16 ? 1u << 28 : 1u << 31;
    const int width = base == 10 ? 9 : base == 8 ? 10 : base == 16 ? 7 : 31;
    std::string reversed;
    while (!limbs.empty()) {
      uint32_t part = detail::div_small(limbs, chunk);
      for (int i = 0; i < width && (part || !limbs.empty()); ++i, part /= base) reversed += "0123456789abcdef"[part % base];
    }
    return std::string(reversed.rbegin(), reversed.rend());
  }

 private:
  static Int make(bool negative, Limbs&& limbs) {
    detail::trim(limbs);
    Int result;
    if (limbs.size() <= 2) {
      const uint64_t value = (limbs.size() > 1 ? uint64_t{limbs[1]} << 32 : 0) | (limbs.empty() ? 0 : limbs[0]);
      if (value <= static_cast<uint64_t>(INT64_MAX) + negative) {
        result.small_ = static_cast<int64_t>(negative ? 0 - value : value);
        return result;
      }
    }
    result.big_ = std::make_shared<const Big>(Big{negative, std::move(limbs)});
    return result;
  }
  static Int add_signed(const Int& a, const Int& b, bool b_negative) {
    const Limbs x = a.magnitude(), y = b.magnitude();
    if (a.negative() == b_negative) return make(b_negative, detail::add_limbs(x, y));
    if (detail::compare_limbs(x, y) >= 0) return make(a.negative(), detail::sub_limbs(x, y));
    return make(b_negative, detail::sub_limbs(y, x));
  }
  /** Two's complement of `size` limbs. */
  Limbs complement(size_t size) const {
    Limbs limbs = magnitude();
    limbs.resize(size);
    if (!negative()) return limbs;
    uint64_t carry = 1;
    for (uint32_t& limb : limbs) {
      carry += static_cast<uint32_t>(~limb);
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    return limbs;
  }
  template <class Operation> static Int combine(const Int& a, const Int& b, Operation operation) {
    const size_t size = std::max(a.magnitude().size(), b.magnitude().size()) + 1;
    Limbs x = a.complement(size);
    const Limbs y = b.complement(size);
    for (size_t i = 0; i < size; ++i) x[i] = operation(x[i], y[i]);
    if (!(x.back() & 0x80000000u)) return make(false, std::move(x));
    uint64_t carry = 1;
    for (uint32_t& limb : x) {
      carry += static_cast<uint32_t>(~limb);
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    return make(true, std::move(x));
  }

  int64_t small_ = 0;
  // Set only for values that 64 bits cannot hold.
  std::shared_ptr<const Big> big_;
};

template <> struct Text<Int> {
  static void repr(std::string& out, const Int& value) {
    const std::string digits = value.digits();
    if (digits.size() > 4300) {
      throw ValueError("Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit");
    }
    if (value.negative()) out += '-';
    out += digits;
  }
};

template <> struct Hash<Int> {
  static int64_t of(const Int& value) {
    if (value.is_small()) return hash(value.to_int64());
    detail::Limbs limbs = value.magnitude();
    uint64_t rest = 0;
    for (size_t i = limbs.size(); i-- > 0;) {
      // 2**61 counts as 1, so a shift by 32 turns the 61 bits round.
      rest = ((rest << 32) & detail::hash_modulus) | rest >> 29;
      rest += limbs[i];
      if (rest >= detail::hash_modulus) rest -= detail::hash_modulus;
    }
    const auto result = value.negative() ? -static_cast<int64_t>(rest) : static_cast<int64_t>(rest);
    return result == -1 ? -2 : result;
  }
};

/** `pow(base, exponent, m)`. */
inline Int pow(const Int& base, const Int& exponent, const Int& m) {
  if (!m) raise_value_error("pow() 3rd argument cannot be 0");
  Int power = base % m, count = exponent;
  if (exponent.negative()) {
    Int r0 = power, r1 = m, s0 = 1, s1 = 0;
    while (r1) {
      const auto [quotient, rest] = Int::divide(r0, r1);
      r0 = std::exchange(r1, rest);
      s0 = std::exchange(s1, s0 - quotient * s1);
    }
    if (r0.__abs__() != Int(1)) raise_value_error("base is not invertible for the given modulus");
    power = (r0.negative() ? -s0 : s0) % m;
    count = -exponent;
  }
  Int result = Int(1) % m;
  const auto limbs = count.magnitude();
  for (size_t i = 0; i < detail::bits_of(limbs); ++i) {
    if (limbs[i / 32] >> (i % 32) & 1) result = result * power % m;
    power = power * power % m;
  }
  return result;
}

/** `a ** b` of integers where `b` may be negative, which gives a float. */
template <class Result, class Base> Result power_signed(const Base& a, int64_t b) {
  if (b < 0) return Result(power_float(static_cast<double>(a), b));
  return Result(Int(a).__pow__(b));
}

namespace math {

inline Int isqrt(const Int& n) {
  if (n.negative()) raise_value_error("isqrt() argument must be nonnegative");
  if (!n) return 0;
  Int root = Int(1) << Int((n.bit_length() + 1) / 2);
  while (true) {
    const Int next = (root + n.__floordiv__(root)) >> Int(1);
    if (next >= root) return root;
    root = next;
  }
}
/** `math.factorial(n)` of any size. */
inline Int factorial_big(int64_t n) {
  if (n < 0) raise_value_error("factorial() not defined for negative values");
  Int product = 1;
  for (int64_t i = 2; i <= n; ++i) product *= i;
  return product;
}
inline Int comb_big(int64_t n, int64_t k) {
  if (n < 0) raise_value_error("n must be a non-negative integer");
  if (k < 0) raise_value_error("k must be a non-negative integer");
  if (k > n) return 0;
  Int result = 1;
  for (int64_t i = 1; i <= (k < n - k ? k : n - k); ++i) result = (result * Int(n - i + 1)).__floordiv__(i);
  return result;
}
inline Int gcd(Int a, Int b) {
  while (b) a = std::exchange(b, a % b);
  return a.__abs__();
}

}  // namespace math

}  // namespace py
