// Walk over a grid with walls, and mix sets of numbers, by hand: see test/benchmark/set_work.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <unordered_set>
#include <utility>
#include <vector>

using Place = std::pair<int64_t, int64_t>;
struct PlaceHash {
  size_t operator()(const Place& place) const {
    return static_cast<size_t>(place.first) * 0x9e3779b97f4a7c15u + static_cast<size_t>(place.second);
  }
};
using Places = std::unordered_set<Place, PlaceHash>;
using Numbers = std::unordered_set<int64_t>;

static std::pair<size_t, int64_t> reachable(int64_t size, const Places& walls) {
  Places seen{{0, 0}};
  std::vector<Place> border{{0, 0}}, following;
  int64_t steps = 0;
  constexpr Place directions[] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  for (; !border.empty(); ++steps) {
    following.clear();
    for (const auto& [x, y] : border) {
      for (const auto& [dx, dy] : directions) {
        const Place place{x + dx, y + dy};
        if (place.first < 0 || place.first >= size || place.second < 0 || place.second >= size || walls.contains(place)) continue;
        if (seen.insert(place).second) following.push_back(place);
      }
    }
    std::swap(border, following);
  }
  return {seen.size(), steps};
}

static Places make_walls(int64_t size) {
  Places walls;
  int64_t seed = 12345;
  for (int64_t x = 0; x < size; ++x) {
    for (int64_t y = 0; y < size; ++y) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      if (seed / 65536 % 10 < 3 && x + y > 2) walls.emplace(x, y);
    }
  }
  return walls;
}

static void mix(int64_t count) {
  Numbers evens, threes;
  for (int64_t i = 0; i < count; i += 2) evens.insert(i);
  for (int64_t i = 0; i < count; i += 3) threes.insert(i);
  Numbers both, either = evens, rest, odd_ones = threes;
  for (const int64_t value : threes) {
    if (evens.contains(value)) both.insert(value);
  }
  either.insert(threes.begin(), threes.end());
  for (const int64_t value : either) {
    if (!both.contains(value)) rest.insert(value);
  }
  for (const int64_t value : rest) {
    if (!odd_ones.erase(value)) odd_ones.insert(value);
  }
  int64_t total = 0;
  for (const int64_t value : odd_ones) total += value;
  std::printf("(%zu, %zu, %zu, %zu, %lld)\n", both.size(), either.size(), rest.size(), odd_ones.size(),
              static_cast<long long>(total));
}

int main(int argc, char** argv) {
  const int64_t size = argc > 1 ? std::atoll(argv[1]) : 700;
  const auto [places, steps] = reachable(size, make_walls(size));
  std::printf("(%zu, %lld)\n", places, static_cast<long long>(steps));
  for (int64_t round = 0; round < 4; ++round) mix(size * 1000 + round);
}
