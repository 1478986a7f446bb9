// The shortest ways through a net, by hand: see test/benchmark/shortest_paths.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <utility>
#include <vector>

using Pair = std::pair<int64_t, int64_t>;
using Net = std::vector<std::vector<Pair>>;

static Net make_net(int64_t nodes, int degree) {
  Net neighbours(nodes);
  int64_t seed = 3;
  for (int64_t node = 0; node < nodes; ++node) {
    for (int k = 0; k < degree; ++k) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const int64_t other = seed / 128 % nodes, weight = seed / 65536 % 100 + 1;
      neighbours[node].emplace_back(other, weight);
      neighbours[other].emplace_back(node, weight);
    }
  }
  return neighbours;
}

static std::vector<int64_t> distances(const Net& neighbours, int64_t start) {
  std::vector<int64_t> best(neighbours.size(), std::numeric_limits<int64_t>::max());
  best[start] = 0;
  std::priority_queue<Pair, std::vector<Pair>, std::greater<>> heap;
  heap.emplace(0, start);
  while (!heap.empty()) {
    const auto [distance, node] = heap.top();
    heap.pop();
    if (distance > best[node]) continue;
    for (const auto& [other, weight] : neighbours[node]) {
      const int64_t candidate = distance + weight;
      if (candidate < best[other]) {
        best[other] = candidate;
        heap.emplace(candidate, other);
      }
    }
  }
  return best;
}

static std::vector<int64_t> hops(const Net& neighbours, int64_t start) {
  std::vector<int64_t> steps(neighbours.size(), -1);
  steps[start] = 0;
  std::deque<int64_t> queue{start};
  while (!queue.empty()) {
    const int64_t node = queue.front();
    queue.pop_front();
    for (const auto& [other, weight] : neighbours[node]) {
      if (steps[other] >= 0) continue;
      steps[other] = steps[node] + 1;
      queue.push_back(other);
    }
  }
  return steps;
}

int main(int argc, char** argv) {
  const Net net = make_net(argc > 1 ? std::atoll(argv[1]) : 200000, 3);
  int64_t far = 0;
  for (int64_t start = 0; start < 2; ++start) {
    const auto best = distances(net, start);
    far = std::max(far, *std::max_element(best.begin(), best.end()));
  }
  const auto steps = hops(net, 0);
  std::printf("%lld %lld\n", static_cast<long long>(far), static_cast<long long>(*std::max_element(steps.begin(), steps.end())));
}
