// Shift letters, turn words round, join lines, by hand: see test/benchmark/string_building.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

static std::string shift(const std::string& text, int64_t distance) {
  std::string result;
  for (const char letter : text) {
    result += is_letter(letter) ? static_cast<char>((letter - 'a' + distance) % 26 + 'a') : letter;
  }
  return result;
}

static bool is_palindrome(const std::string& text) {
  std::string letters;
  for (const char letter : text) {
    if (is_letter(letter)) letters += letter;
  }
  return letters == std::string(letters.rbegin(), letters.rend());
}

static std::string make_line(int64_t number) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz";
  std::string line;
  for (int64_t k = 0; k < 8; ++k) {
    number = (number * 48271 + k) % 2147483647;
    if (k) line += ' ';
    line += alphabet.substr(number % 19, number % 5 + 2);
  }
  return line;
}

static std::string replace(const std::string& text, char wanted, std::string_view replacement) {
  std::string result;
  for (const char c : text) {
    if (c == wanted) {
      result += replacement;
    } else {
      result += c;
    }
  }
  return result;
}

int main(int argc, char** argv) {
  const int lines = argc > 1 ? std::atoi(argv[1]) : 240000;
  size_t total = 0;
  int64_t palindromes = 0, vowels = 0;
  std::vector<std::string> pieces;
  for (int i = 0; i < lines; ++i) {
    const std::string line = make_line(i + 1);
    const std::string moved = shift(line, i % 26);
    if (is_palindrome(line + std::string(line.rbegin(), line.rend()))) ++palindromes;
    vowels += std::count(moved.begin(), moved.end(), 'e') + std::count(moved.begin(), moved.end(), 'a');
    std::string upper = moved;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    pieces.push_back(std::to_string(i) + ": " + upper);
    total += replace(moved, 'a', "<a>").size();
  }
  std::string text;
  for (const std::string& piece : pieces) {
    if (!text.empty()) text += '\n';
    text += piece;
  }
  std::printf("%zu %lld %lld %zu\n%s\n", total, static_cast<long long>(palindromes), static_cast<long long>(vowels), text.size(),
              text.substr(text.size() - 40).c_str());
}
