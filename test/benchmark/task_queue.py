"""Tasks of three kinds take turns on a machine: classes, methods that differ, a queue of objects."""

import sys


class Task:
    def __init__(self, name, priority):
        self.name = name
        self.priority = priority
        self.runs = 0
        self.waiting = 0
        self.next = None

    def run(self, machine):
        self.runs += 1
        return 1

    def cost(self):
        return self.priority


class Worker(Task):
    def __init__(self, name, priority, work):
        super().__init__(name, priority)
        self.work = work

    def run(self, machine):
        self.runs += 1
        self.work = (self.work * 17 + machine.clock) % 1009
        machine.total += self.work
        return 1 + self.work % 3

    def cost(self):
        return self.priority + self.work


class Handler(Task):
    def __init__(self, name, priority):
        super().__init__(name, priority)
        self.packets = []

    def run(self, machine):
        self.runs += 1
        if len(self.packets) > 16:
            total = 0
            for packet in self.packets:
                total += packet.value
            machine.total += total
            self.packets = []
            return 4
        self.packets.append(Packet(machine.clock % 101, self.priority))
        return 2


class Packet:
    def __init__(self, value, source):
        self.value = value
        self.source = source


class Machine:
    def __init__(self):
        self.clock = 0
        self.total = 0
        self.first = None
        self.last = None

    def push(self, task):
        task.next = None
        if self.last is None:
            self.first = task
        else:
            self.last.next = task
        self.last = task

    def pop(self):
        task = self.first
        self.first = task.next
        if self.first is None:
            self.last = None
        return task

    def step(self):
        task = self.pop()
        self.clock += task.run(self)
        task.waiting += task.cost() % 7
        self.push(task)


def simulate(steps):
    machine = Machine()
    tasks = []
    for i in range(30):
        if i % 3 == 0:
            tasks.append(Worker("worker", i, i * 31))
        elif i % 3 == 1:
            tasks.append(Handler("handler", i))
        else:
            tasks.append(Task("idle", i))
    for task in tasks:
        machine.push(task)
    for _ in range(steps):
        machine.step()
    return machine.clock, machine.total, sum(task.runs for task in tasks), sum(task.waiting for task in tasks)


steps = int(sys.argv[1]) if len(sys.argv) > 1 else 20000000
print(simulate(steps))
