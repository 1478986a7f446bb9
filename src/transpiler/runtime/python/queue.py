"""The module queue for programs of one thread: what would wait for ever raises Empty or Full."""

import heapq
from collections import deque


class Empty(Exception):
    pass


class Full(Exception):
    pass


class Queue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self.items = deque()

    def qsize(self):
        return len(self.items)

    def empty(self):
        return len(self.items) == 0

    def full(self):
        return 0 < self.maxsize <= len(self.items)

    def put(self, item, block=True, timeout=None):
        if self.full():
            raise Full()
        self.items.append(item)

    def put_nowait(self, item):
        self.put(item)

    def get(self, block=True, timeout=None):
        if len(self.items) == 0:
            raise Empty()
        return self.items.popleft()

    def get_nowait(self):
        return self.get()

    def task_done(self):
        pass

    def join(self):
        pass


class SimpleQueue:
    def __init__(self):
        self.items = deque()

    def qsize(self):
        return len(self.items)

    def empty(self):
        return len(self.items) == 0

    def put(self, item, block=True, timeout=None):
        self.items.append(item)

    def put_nowait(self, item):
        self.put(item)

    def get(self, block=True, timeout=None):
        if len(self.items) == 0:
            raise Empty()
        return self.items.popleft()

    def get_nowait(self):
        return self.get()


class LifoQueue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self.items = []

    def qsize(self):
        return len(self.items)

    def empty(self):
        return len(self.items) == 0

    def full(self):
        return 0 < self.maxsize <= len(self.items)

    def put(self, item, block=True, timeout=None):
        if self.full():
            raise Full()
        self.items.append(item)

    def put_nowait(self, item):
        self.put(item)

    def get(self, block=True, timeout=None):
        if len(self.items) == 0:
            raise Empty()
        return self.items.pop()

    def get_nowait(self):
        return self.get()

    def task_done(self):
        pass

    def join(self):
        pass


class PriorityQueue:
    def __init__(self, maxsize=0):
        self.maxsize = maxsize
        self.items = []

    def qsize(self):
        return len(self.items)

    def empty(self):
        return len(self.items) == 0

    def full(self):
        return 0 < self.maxsize <= len(self.items)

    def put(self, item, block=True, timeout=None):
        if self.full():
            raise Full()
        heapq.heappush(self.items, item)

    def put_nowait(self, item):
        self.put(item)

    def get(self, block=True, timeout=None):
        if len(self.items) == 0:
            raise Empty()
        return heapq.heappop(self.items)

    def get_nowait(self):
        return self.get()

    def task_done(self):
        pass

    def join(self):
        pass
