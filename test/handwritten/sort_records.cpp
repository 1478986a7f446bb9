// Sort records by several keys, by hand: see test/benchmark/sort_records.py.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Person {
  std::string name;
  int64_t age;
  double score;
};

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atoll(argv[1]) : 400000;
  const char* const names[] = {"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Margaret", "Ken"};
  std::vector<std::unique_ptr<Person>> people;
  int64_t seed = 1;
  for (int64_t i = 0; i < count; ++i) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    people.push_back(std::make_unique<Person>(Person{names[seed / 65536 % 8] + std::to_string(seed / 1024 % 100),
                                                     seed / 4096 % 90, static_cast<double>(seed) / 2147483648}));
  }
  std::vector<const Person*> by_age;
  for (const auto& person : people) by_age.push_back(person.get());
  auto by_name = by_age, by_score = by_age;
  std::stable_sort(by_age.begin(), by_age.end(), [](const Person* a, const Person* b) { return a->age < b->age; });
  std::stable_sort(by_name.begin(), by_name.end(), [](const Person* a, const Person* b) {
    const int order = a->name.compare(b->name);
    return order != 0 ? order < 0 : a->age > b->age;
  });
  std::stable_sort(by_score.begin(), by_score.end(), [](const Person* a, const Person* b) { return a->score > b->score; });
  std::printf("%s %lld %.6f\n", by_age[0]->name.c_str(), static_cast<long long>(by_name[0]->age), by_score[0]->score);
  std::vector<std::pair<int64_t, double>> pairs;
  std::vector<int64_t> numbers;
  for (const auto& person : people) {
    pairs.emplace_back(person->age, person->score);
    numbers.push_back(static_cast<int64_t>(person->score * 1000000));
  }
  std::sort(pairs.begin(), pairs.end());
  std::printf("%lld %.6f\n", static_cast<long long>(pairs.front().first), pairs.back().second);
  std::sort(numbers.begin(), numbers.end(), std::greater<>());
  int64_t checksum = 0;
  for (int64_t i = 0; i < count; i += 100) {
    checksum = (checksum * 31 + by_age[i]->age + static_cast<int64_t>(by_name[i]->name.size()) + numbers[i]) % 1000000007;
  }
  std::printf("%lld\n", static_cast<long long>(checksum));
}
