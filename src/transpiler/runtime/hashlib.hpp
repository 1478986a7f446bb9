// requires: core, exceptions, str, bytes
// The module hashlib: md5, sha1 and the SHA-2 family.
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace py::hashlib {

namespace detail {

template <class Word> Word turn_left(Word x, int n) { return static_cast<Word>(x << n | x >> (8 * sizeof(Word) - n)); }
template <class Word> Word turn_right(Word x, int n) { return static_cast<Word>(x >> n | x << (8 * sizeof(Word) - n)); }

/** The message with its end marked and its length in bits, to whole blocks. */
inline std::string padded(std::string data, size_t block, bool big) {
  const uint64_t bits = static_cast<uint64_t>(data.size()) * 8;
  const size_t length = block / 8;
  data += '\x80';
  while (data.size() % block != block - length) data += '\0';
  for (size_t i = 0; i < length; ++i) {
    const size_t at = big ? length - 1 - i : i;
    data += at < 8 ? static_cast<char>(bits >> (8 * at)) : '\0';
  }
  return data;
}
template <class Word> std::vector<Word> words_of(const std::string& data, size_t start, size_t count, bool big) {
  std::vector<Word> words(count);
  constexpr size_t size = sizeof(Word);
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < size; ++j) {
      const auto byte = static_cast<Word>(static_cast<unsigned char>(data[start + i * size + j]));
      words[i] |= static_cast<Word>(byte << (8 * (big ? size - 1 - j : j)));
    }
  }
  return words;
}
template <class Word, size_t n> std::string text_of(const std::array<Word, n>& state, size_t size, bool big) {
  std::string out;
  for (const Word word : state) {
    for (size_t j = 0; j < sizeof(Word); ++j) out += static_cast<char>(word >> (8 * (big ? sizeof(Word) - 1 - j : j)));
  }
  return out.substr(0, size);
}

inline std::string md5(const std::string& message) {
  static constexpr int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
  std::array<uint32_t, 4> state{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  const std::string data = padded(message, 64, false);
  for (size_t at = 0; at < data.size(); at += 64) {
    const auto words = words_of<uint32_t>(data, at, 16, false);
    auto [a, b, c, d] = state;
    for (uint32_t i = 0; i < 64; ++i) {
      const uint32_t round = i / 16;
      const uint32_t f = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
      const uint32_t place = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : 7 * i % 16;
      const auto constant = static_cast<uint32_t>(std::floor(std::fabs(std::sin(i + 1.0)) * 4294967296.0));
      const uint32_t mixed = a + f + constant + words[place];
      a = d;
      d = c;
      c = b;
      b += turn_left(mixed, turns[round][i % 4]);
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d};
  }
  return text_of(state, 16, false);
}

inline std::string sha1(const std::string& message) {
  std::array<uint32_t, 5> state{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::string data = padded(message, 64, true);
  for (size_t at = 0; at < data.size(); at += 64) {
    auto words = words_of<uint32_t>(data, at, 16, true);
    for (size_t i = 16; i < 80; ++i) words.push_back(turn_left(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1));
    auto [a, b, c, d, e] = state;
    for (size_t i = 0; i < 80; ++i) {
      const uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      const uint32_t k = i < 20 ? 0x5A827999 : i < 40 ? 0x6ED9EBA1 : i < 60 ? 0x8F1BBCDC : 0xCA62C1D6;
      const uint32_t next = turn_left(a, 5) + f + e + k + words[i];
      e = d;
      d = c;
      c = turn_left(b, 30);
      b = a;
      a = next;
    }
    state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
  }
  return text_of(state, 20, true);
}

/** The first bits of the fractional part of a root of a prime, exact: the constants of SHA-2. */
inline uint64_t root_bits(uint64_t prime, int power) {
  // The largest x with x**power <= prime << (64 * power), of which the lowest 64 bits are wanted.
  uint64_t whole = 1;
  const auto raised = [&](uint64_t x) { return power == 2 ? x * x : x * x * x; };
  while (raised(whole + 1) <= prime) ++whole;
  uint64_t fraction = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const uint64_t tried = fraction | uint64_t{1} << bit;
    // (whole + tried / 2**64) ** power, in digits of 32 bits, least first.
    std::array<uint64_t, 3> base{tried & 0xFFFFFFFF, tried >> 32, whole};
    std::vector<uint64_t> product{1};
    for (int times = 0; times < power; ++times) {
      std::vector<uint64_t> next(product.size() + 3);
      for (size_t i = 0; i < product.size(); ++i) {
        uint64_t carry = 0;
        for (size_t j = 0; j < 3; ++j) {
          const uint64_t sum = next[i + j] + product[i] * base[j] + carry;
          next[i + j] = sum & 0xFFFFFFFF;
          carry = sum >> 32;
        }
        for (size_t k = i + 3; carry != 0 && k < next.size(); ++k) {
          const uint64_t sum = next[k] + carry;
          next[k] = sum & 0xFFFFFFFF;
          carry = sum >> 32;
        }
      }
      product = std::move(next);
    }
    const size_t point = static_cast<size_t>(2 * power);
    uint64_t integral = 0;
    for (size_t i = point; i < product.size() && i < point + 2; ++i) integral |= product[i] << (32 * (i - point));
    if (integral < prime) fraction = tried;
  }
  return fraction;
}
inline std::vector<uint64_t> primes(size_t count) {
  std::vector<uint64_t> found;
  for (uint64_t n = 2; found.size() < count; ++n) {
    bool is_prime = true;
    for (const uint64_t p : found) is_prime = is_prime && n % p != 0;
    if (is_prime) found.push_back(n);
  }
  return found;
}

/** SHA-2 with words of 32 or 64 bits. */
template <class Word> std::string sha2(const std::string& message, std::array<Word, 8> state, size_t size) {
  constexpr bool wide = sizeof(Word) == 8;
  constexpr size_t rounds = wide ? 80 : 64;
  static const std::vector<Word> constants = [] {
    std::vector<Word> all;
    for (const uint64_t p : primes(rounds)) all.push_back(static_cast<Word>(root_bits(p, 3) >> (wide ? 0 : 32)));
    return all;
  }();
  const auto turned = [](Word x, int a, int b, int c) { return turn_right(x, a) ^ turn_right(x, b) ^ turn_right(x, c); };
  const auto shifted = [](Word x, int a, int b, int c) { return static_cast<Word>(turn_right(x, a) ^ turn_right(x, b) ^ x >> c); };
  const std::string data = padded(message, 16 * sizeof(Word), true);
  for (size_t at = 0; at < data.size(); at += 16 * sizeof(Word)) {
    auto words = words_of<Word>(data, at, 16, true);
    for (size_t i = 16; i < rounds; ++i) {
      const Word s0 = wide ? shifted(words[i - 15], 1, 8, 7) : shifted(words[i - 15], 7, 18, 3);
      const Word s1 = wide ? shifted(words[i - 2], 19, 61, 6) : shifted(words[i - 2], 17, 19, 10);
      words.push_back(static_cast<Word>(words[i - 16] + s0 + words[i - 7] + s1));
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (size_t i = 0; i < rounds; ++i) {
      const Word s1 = wide ? turned(e, 14, 18, 41) : turned(e, 6, 11, 25);
      const Word s0 = wide ? turned(a, 28, 34, 39) : turned(a, 2, 13, 22);
      const Word first = static_cast<Word>(h + s1 + ((e & f) ^ (~e & g)) + constants[i] + words[i]);
      const Word second = static_cast<Word>(s0 + ((a & b) ^ (a & c) ^ (b & c)));
      h = g;
      g = f;
      f = e;
      e = static_cast<Word>(d + first);
      d = c;
      c = b;
      b = a;
      a = static_cast<Word>(first + second);
    }
    const std::array<Word, 8> added{a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i) state[i] = static_cast<Word>(state[i] + added[i]);
  }
  return text_of(state, size, true);
}
template <class Word> std::array<Word, 8> roots(size_t skipped) {
  const auto all = primes(8 + skipped);
  std::array<Word, 8> state{};
  for (size_t i = 0; i < 8; ++i) {
    const uint64_t bits = root_bits(all[i + skipped], 2);
    state[i] = static_cast<Word>(skipped != 0 && sizeof(Word) == 4 ? bits : sizeof(Word) == 4 ? bits >> 32 : bits);
  }
  return state;
}

}  // namespace detail

/** What `md5()`, `sha256()` and the others give: all that it was given, worked out when it is asked. */
class Hash {
 public:
  Hash() = default;
  Hash(std::string name, std::string data) : body_(new Body) {
    body_->name = std::move(name);
    body_->data = std::move(data);
  }
  template <class Bytes> void update(const Bytes& data) const { body_->data += data.raw(); }
  bytes digest() const { return bytes(raw()); }
  str hexdigest() const { return bytes(raw()).hex(); }
  Hash copy() const { return Hash(body_->name, body_->data); }
  str name() const { return str(body_->name); }
  int64_t digest_size() const { return static_cast<int64_t>(raw().size()); }

 private:
  struct Body {
    size_t refs = 1;
    std::string name, data;
  };
  std::string raw() const {
    const std::string& data = body_->data;
    if (body_->name == "md5") return detail::md5(data);
    if (body_->name == "sha1") return detail::sha1(data);
    if (body_->name == "sha224") return detail::sha2<uint32_t>(data, detail::roots<uint32_t>(8), 28);
    if (body_->name == "sha256") return detail::sha2<uint32_t>(data, detail::roots<uint32_t>(0), 32);
    if (body_->name == "sha384") return detail::sha2<uint64_t>(data, detail::roots<uint64_t>(8), 48);
    return detail::sha2<uint64_t>(data, detail::roots<uint64_t>(0), 64);
  }

  Handle<Body> body_;
};

inline Hash make(const char* name) { return Hash(name, std::string()); }
template <class Bytes> Hash make(const char* name, const Bytes& data) { return Hash(name, data.raw()); }

}  // namespace py::hashlib
