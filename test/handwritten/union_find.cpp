// Join sets of numbers, and the cheapest net, by hand: see test/benchmark/union_find.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

class UnionFind {
 public:
  explicit UnionFind(int64_t count) : groups(count), parent_(count), size_(count, 1) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  int64_t find(int64_t x) {
    while (parent_[x] != x) {
      parent_[x] = parent_[parent_[x]];
      x = parent_[x];
    }
    return x;
  }
  bool join(int64_t a, int64_t b) {
    a = find(a);
    b = find(b);
    if (a == b) return false;
    if (size_[a] < size_[b]) std::swap(a, b);
    parent_[b] = a;
    size_[a] += size_[b];
    --groups;
    return true;
  }
  int64_t groups;

 private:
  std::vector<int64_t> parent_, size_;
};

using Edge = std::tuple<int64_t, int64_t, int64_t>;

static std::vector<Edge> make_edges(int64_t count, int64_t nodes) {
  std::vector<Edge> edges;
  int64_t seed = 5;
  for (int64_t i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const int64_t a = seed / 128 % nodes;
    seed = (seed * 1103515245 + 12345) % 2147483648;
    edges.emplace_back(seed / 1024 % 10000, a, seed / 128 % nodes);
  }
  return edges;
}

int main(int argc, char** argv) {
  const int64_t nodes = argc > 1 ? std::atoll(argv[1]) : 500000;
  std::vector<Edge> edges = make_edges(nodes * 3, nodes);
  std::sort(edges.begin(), edges.end());
  UnionFind joined(nodes);
  int64_t total = 0, used = 0;
  for (const auto& [weight, a, b] : edges) {
    if (!joined.join(a, b)) continue;
    total += weight;
    ++used;
  }
  std::printf("(%lld, %lld, %lld)\n", static_cast<long long>(total), static_cast<long long>(used),
              static_cast<long long>(joined.groups));
}
