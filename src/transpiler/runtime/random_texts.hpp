// requires: core, bytes, hashlib, random
// Texts and bytes as seeds of the module random: CPython seeds with their digits and those of their SHA-512.
#include <cstdint>
#include <string>
#include <vector>

namespace py::random {

inline Digits digits_of_data(std::string data) {
  data += hashlib::Hash("sha512", data).digest().raw();
  std::vector<uint32_t> digits;
  for (size_t end = data.size(); end > 0; end -= end < 4 ? end : 4) {
    uint32_t digit = 0;
    for (size_t at = end < 4 ? 0 : end - 4; at < end; ++at) digit = digit << 8 | static_cast<unsigned char>(data[at]);
    digits.push_back(digit);
  }
  while (digits.size() > 1 && digits.back() == 0) digits.pop_back();
  return Digits{digits};
}

/** What a stream is seeded with for a text. */
inline Digits digits_of(const str& text) { return digits_of_data(text.utf8()); }
/** The same for bytes. */
inline Digits digits_of(const bytes& data) { return digits_of_data(data.raw()); }

}  // namespace py::random
