// requires: core, exceptions, numbers, arithmetic
// Products of 64-bit integers before a remainder, a mask or a division brings them back to 64 bits.
#include <concepts>
#include <cstdint>

namespace py {

/** A sum of products of 64-bit integers, with twice their bits where the compiler has such; one that outgrows them raises OverflowError. */
class Wide {
 public:
#if defined(__SIZEOF_INT128__)
  __extension__ using Integer = __int128;
#else
  using Integer = int64_t;
#endif

  explicit Wide(int64_t value) : value_(value) {}

  bool is_small() const { return static_cast<int64_t>(value_) == value_; }
  Integer value() const { return value_; }
  int64_t narrow() const {
    if (!is_small()) [[unlikely]] raise_overflow();
    return static_cast<int64_t>(value_);
  }

  friend Wide operator+(Wide a, Wide b) {
    if (b.value_ >= 0 ? a.value_ > highest - b.value_ : a.value_ < -highest - b.value_) [[unlikely]] raise_overflow();
    return Wide(a.value_ + b.value_, 0);
  }
  Wide operator-() const { return Wide(-value_, 0); }
  friend Wide operator-(Wide a, Wide b) { return a + -b; }
  friend Wide operator*(Wide a, Wide b) {
#if defined(__SIZEOF_INT128__)
    if (a.is_small() && b.is_small()) [[likely]] {
      // A product that needs no more bits is known to be small by what follows.
      int64_t product;
      if (!detail::mul_overflows(static_cast<int64_t>(a.value_), static_cast<int64_t>(b.value_), product)) [[likely]] return Wide(product);
      return Wide(a.value_ * b.value_, 0);
    }
#endif
    const Integer magnitude = b.value_ < 0 ? -b.value_ : b.value_;
    if (magnitude != 0 && (a.value_ < 0 ? -a.value_ : a.value_) > highest / magnitude) raise_overflow();
    return Wide(a.value_ * b.value_, 0);
  }
  friend Wide operator+(Wide a, int64_t b) { return a + Wide(b); }
  friend Wide operator-(Wide a, int64_t b) { return a - Wide(b); }
  friend Wide operator*(Wide a, int64_t b) { return a * Wide(b); }
  friend Wide operator+(int64_t a, Wide b) { return Wide(a) + b; }
  friend Wide operator-(int64_t a, Wide b) { return Wide(a) - b; }
  friend Wide operator*(int64_t a, Wide b) { return Wide(a) * b; }
  friend int64_t operator&(Wide a, int64_t b) { return Wide(a.value_ & static_cast<Integer>(b), 0).narrow(); }

 private:
  // Of every product and sum the negative exists as well.
  static constexpr Integer highest = static_cast<Integer>((static_cast<Integer>(1) << (sizeof(Integer) * 8 - 2)) - 1) * 2 + 1;

  Wide(Integer value, int) : value_(value) {}

  Integer value_;
};

/** `a % b`, with the sign of `b`. */
template <std::integral Divisor> int64_t mod(Wide a, Divisor divisor) {
  const int64_t b = divisor;
  if (detail::power_of_two(b) >= 0) return static_cast<int64_t>(a.value() & (b - 1));
  if (a.is_small()) [[likely]] return detail::mod_int(static_cast<int64_t>(a.value()), b);
  if (b == 0) raise_zero_division("integer modulo by zero");
  const auto rest = static_cast<int64_t>(a.value() % b);
  return rest != 0 && (rest ^ b) < 0 ? rest + b : rest;
}

/** `a // b`, rounded towards minus infinity. */
template <std::integral Divisor> int64_t floordiv(Wide a, Divisor divisor) {
  const int64_t b = divisor;
  if (a.is_small()) [[likely]] return detail::floordiv_int(static_cast<int64_t>(a.value()), b);
  if (b == 0) raise_zero_division("integer division or modulo by zero");
  const Wide::Integer quotient = a.value() / b;
  const bool rounds = a.value() % b != 0 && (a.value() < 0) != (b < 0);
  const auto result = static_cast<int64_t>(quotient - rounds);
  if (result != quotient - rounds) raise_overflow();
  return result;
}

}  // namespace py
