// Tasks of three kinds take turns on a machine, by hand: see test/benchmark/task_queue.py.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

struct Machine;

struct Task {
  Task(std::string name, int64_t priority) : name(std::move(name)), priority(priority) {}
  virtual ~Task() = default;
  virtual int64_t run(Machine&) {
    ++runs;
    return 1;
  }
  virtual int64_t cost() const { return priority; }

  std::string name;
  int64_t priority, runs = 0, waiting = 0;
  Task* next = nullptr;
};

struct Machine {
  int64_t clock = 0, total = 0;
  Task *first = nullptr, *last = nullptr;

  void push(Task* task) {
    task->next = nullptr;
    if (last) {
      last->next = task;
    } else {
      first = task;
    }
    last = task;
  }
  Task* pop() {
    Task* task = first;
    first = task->next;
    if (!first) last = nullptr;
    return task;
  }
  void step() {
    Task* task = pop();
    clock += task->run(*this);
    task->waiting += task->cost() % 7;
    push(task);
  }
};

struct Worker : Task {
  Worker(std::string name, int64_t priority, int64_t work) : Task(std::move(name), priority), work(work) {}
  int64_t run(Machine& machine) override {
    ++runs;
    work = (work * 17 + machine.clock) % 1009;
    machine.total += work;
    return 1 + work % 3;
  }
  int64_t cost() const override { return priority + work; }
  int64_t work;
};

struct Packet {
  int64_t value, source;
};

struct Handler : Task {
  using Task::Task;
  int64_t run(Machine& machine) override {
    ++runs;
    if (packets.size() > 16) {
      for (const auto& packet : packets) machine.total += packet->value;
      packets.clear();
      return 4;
    }
    packets.push_back(std::make_unique<Packet>(Packet{machine.clock % 101, priority}));
    return 2;
  }
  std::vector<std::unique_ptr<Packet>> packets;
};

int main(int argc, char** argv) {
  const int64_t steps = argc > 1 ? std::atoll(argv[1]) : 20000000;
  Machine machine;
  std::vector<std::unique_ptr<Task>> tasks;
  for (int64_t i = 0; i < 30; ++i) {
    if (i % 3 == 0) {
      tasks.push_back(std::make_unique<Worker>("worker", i, i * 31));
    } else if (i % 3 == 1) {
      tasks.push_back(std::make_unique<Handler>("handler", i));
    } else {
      tasks.push_back(std::make_unique<Task>("idle", i));
    }
  }
  for (const auto& task : tasks) machine.push(task.get());
  for (int64_t step = 0; step < steps; ++step) machine.step();
  int64_t runs = 0, waiting = 0;
  for (const auto& task : tasks) {
    runs += task->runs;
    waiting += task->waiting;
  }
  std::printf("(%lld, %lld, %lld, %lld)\n", static_cast<long long>(machine.clock), static_cast<long long>(machine.total),
              static_cast<long long>(runs), static_cast<long long>(waiting));
}
