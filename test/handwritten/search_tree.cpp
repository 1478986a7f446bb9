// A search tree of nodes, by hand: see test/benchmark/search_tree.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

struct Node {
  int64_t key, value;
  std::unique_ptr<Node> left, right;
};

struct Tree {
  std::unique_ptr<Node> root;
  int64_t size = 0;

  void insert(int64_t key, int64_t value) {
    std::unique_ptr<Node>* place = &root;
    while (*place) {
      Node& node = **place;
      if (key == node.key) {
        node.value += value;
        return;
      }
      place = key < node.key ? &node.left : &node.right;
    }
    *place = std::make_unique<Node>(Node{key, value, nullptr, nullptr});
    ++size;
  }
  const int64_t* find(int64_t key) const {
    for (const Node* node = root.get(); node; node = key < node->key ? node->left.get() : node->right.get()) {
      if (key == node->key) return &node->value;
    }
    return nullptr;
  }
};

static int64_t height(const Node* node) {
  return node ? 1 + std::max(height(node->left.get()), height(node->right.get())) : 0;
}
static int64_t total(const Node* node) {
  return node ? total(node->left.get()) + node->key * node->value % 1000 + total(node->right.get()) : 0;
}

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atoll(argv[1]) : 250000;
  Tree tree;
  int64_t seed = 99;
  for (int64_t i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    tree.insert(seed / 16 % (count * 2), i % 10);
  }
  int64_t found = 0;
  for (int64_t key = 0; key < count * 2; ++key) {
    if (const int64_t* value = tree.find(key)) found += *value;
  }
  std::printf("%lld %lld %lld %lld\n", static_cast<long long>(tree.size), static_cast<long long>(height(tree.root.get())),
              static_cast<long long>(total(tree.root.get())), static_cast<long long>(found));
}
