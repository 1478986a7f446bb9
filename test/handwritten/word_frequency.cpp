// Count the words of a text and sort them, by hand: see test/benchmark/word_frequency.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

static std::string make_text(int count) {
  constexpr std::string_view syllables[] = {"ka", "lo", "mi", "ren", "su", "ta", "vo", "shi", "el", "or", "an", "dur"};
  std::string text;
  int64_t seed = 42;
  for (int i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const int64_t number = seed / 65536 % 1728;
    if (!text.empty()) text += ' ';
    const size_t start = text.size();
    text += syllables[number % 12];
    text += syllables[number / 12 % 12];
    if (number > 300) text += syllables[number / 144];
    if (seed / 1024 % 8 == 0) text[start] = static_cast<char>(text[start] - 32);
    if (seed / 2048 % 11 == 0) text += " and,";
  }
  return text;
}

static std::unordered_map<std::string, int64_t> count_words(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  std::unordered_map<std::string, int64_t> counts;
  const auto is_mark = [](char c) { return c == ',' || c == '.' || c == ';'; };
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find(' ', at), text.size());
    size_t first = at, last = end;
    while (first < last && is_mark(text[first])) ++first;
    while (first < last && is_mark(text[last - 1])) --last;
    if (at < end) ++counts[text.substr(first, last - first)];
    at = end + 1;
  }
  return counts;
}

int main(int argc, char** argv) {
  const auto counts = count_words(make_text(argc > 1 ? std::atoi(argv[1]) : 2500000));
  std::vector<std::pair<std::string, int64_t>> ranking(counts.begin(), counts.end());
  std::sort(ranking.begin(), ranking.end(), [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  int64_t total = 0;
  for (const auto& [word, number] : ranking) total += number;
  for (size_t i = 0; i < 5; ++i) std::printf("%s %lld\n", ranking[i].first.c_str(), static_cast<long long>(ranking[i].second));
  std::printf("%zu %lld\n", ranking.size(), static_cast<long long>(total));
}
