// Trees are grown and thrown away, by hand: see test/benchmark/binary_trees.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

struct Tree {
  std::unique_ptr<Tree> left, right;
};

static std::unique_ptr<Tree> grow(int depth) {
  auto tree = std::make_unique<Tree>();
  if (depth > 0) {
    tree->left = grow(depth - 1);
    tree->right = grow(depth - 1);
  }
  return tree;
}

static int64_t count(const Tree& tree) { return tree.left ? 1 + count(*tree.left) + count(*tree.right) : 1; }

int main(int argc, char** argv) {
  const int deepest = argc > 1 ? std::atoi(argv[1]) : 16;
  std::printf("depth %d: %lld\n", deepest + 1, static_cast<long long>(count(*grow(deepest + 1))));
  const auto lasting = grow(deepest);
  for (int depth = 4; depth <= deepest; depth += 4) {
    const int rounds = 1 << (deepest - depth + 4);
    int64_t nodes = 0;
    for (int round = 0; round < rounds; ++round) nodes += count(*grow(depth));
    std::printf("%d trees of depth %d: %lld\n", rounds, depth, static_cast<long long>(nodes));
  }
  std::printf("lasting: %lld\n", static_cast<long long>(count(*lasting)));
}
