// requires: core, exceptions, bytes, int, int_math
// int.from_bytes() and int.to_bytes().
#include <cstdint>
#include <string>

namespace py {

namespace detail {

inline bool is_big_endian(const str& order) {
  if (order == str("big")) return true;
  if (order == str("little")) return false;
  raise_value_error("byteorder must be either 'little' or 'big'");
}

}  // namespace detail

/** Python's `int.from_bytes(data, order, signed=...)`, of any size. */
template <class Items> Int int_from_bytes(const Items& items, const str& order = str("big"), bool is_signed = false) {
  std::string data = bytes::from(items).raw();
  if (!detail::is_big_endian(order)) data = std::string(data.rbegin(), data.rend());
  Int value(int64_t{0});
  for (const char c : data) value = (value << Int(int64_t{8})) | Int(static_cast<int64_t>(static_cast<unsigned char>(c)));
  if (is_signed && !data.empty() && (data[0] & 0x80))
    value = value - (Int(int64_t{1}) << Int(static_cast<int64_t>(8 * data.size())));
  return value;
}

/** Python's `value.to_bytes(length, order, signed=...)`. */
inline bytes int_to_bytes(const Int& value, int64_t length = 1, const str& order = str("big"), bool is_signed = false) {
  if (length < 0) raise_value_error("length argument must be non-negative");
  const bool big = detail::is_big_endian(order);
  const Int zero(int64_t{0}), one(int64_t{1});
  if (value < zero && !is_signed) throw OverflowError("can't convert negative int to unsigned");
  const Int limit = one << Int(8 * length - (is_signed && length > 0 ? 1 : 0));
  const bool fits = length == 0 ? value == zero : value < limit && (!is_signed || value >= zero - limit);
  if (!fits) throw OverflowError("int too big to convert");
  std::string data;
  Int rest = value < zero ? value + (one << Int(8 * length)) : value;
  for (int64_t i = 0; i < length; ++i) {
    data += static_cast<char>(static_cast<int64_t>(rest & Int(int64_t{255})));
    rest = rest >> Int(int64_t{8});
  }
  if (big) data = std::string(data.rbegin(), data.rend());
  return bytes(std::move(data));
}

}  // namespace py
