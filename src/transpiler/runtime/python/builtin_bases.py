class list_base:
    """What a class derived from `list` has of it."""

    def __init__(self, items=None):
        self.data = [] if items is None else items

    def append(self, item):
        self.data.append(item)

    def extend(self, items):
        self.data.extend(items)

    def insert(self, index, item):
        self.data.insert(index, item)

    def pop(self, index=-1):
        return self.data.pop(index)

    def remove(self, item):
        self.data.remove(item)

    def clear(self):
        self.data.clear()

    def index(self, item):
        return self.data.index(item)

    def count(self, item):
        return self.data.count(item)

    def sort(self, *, reverse=False):
        self.data.sort(reverse=reverse)

    def reverse(self):
        self.data.reverse()

    def copy(self):
        return self.data.copy()

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.data[index]

    def getitem_by_slice(self, span):
        return self.data[span]

    def __setitem__(self, index, item):
        self.data[index] = item

    def __delitem__(self, index):
        del self.data[index]

    def __contains__(self, item):
        return item in self.data

    def __iter__(self):
        return iter(self.data)

    def __reversed__(self):
        return reversed(self.data)

    def __add__(self, other):
        if isinstance(other, list_base):
            return self.data + other.data
        return self.data + other

    def __iadd__(self, items):
        self.data.extend(items)
        return self

    def __mul__(self, times):
        return self.data * times

    def __eq__(self, other):
        if isinstance(other, list_base):
            return self.data == other.data
        return self.data == other

    def __lt__(self, other):
        if isinstance(other, list_base):
            return self.data < other.data
        return self.data < other

    def __repr__(self):
        return repr(self.data)


class dict_base:
    """What a class derived from `dict` has of it."""

    def __init__(self, items=None):
        self.data = {} if items is None else items

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value

    def __delitem__(self, key):
        del self.data[key]

    def __contains__(self, key):
        return key in self.data

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __reversed__(self):
        return reversed(self.data)

    def keys(self):
        return self.data.keys()

    def values(self):
        return self.data.values()

    def items(self):
        return self.data.items()

    def get(self, key, default=None):
        return self.data.get(key, default)

    def pop(self, key):
        return self.data.pop(key)

    def popitem(self):
        return self.data.popitem()

    def setdefault(self, key, default):
        return self.data.setdefault(key, default)

    def update(self, other):
        if isinstance(other, dict_base):
            self.data.update(other.data)
        else:
            self.data.update(other)

    def clear(self):
        self.data.clear()

    def copy(self):
        return self.data.copy()

    def __eq__(self, other):
        if isinstance(other, dict_base):
            return self.data == other.data
        return self.data == other

    def __repr__(self):
        return repr(self.data)


class set_base:
    """What a class derived from `set` has of it."""

    def __init__(self, items=None):
        self.data = set() if items is None else items

    def add(self, item):
        self.data.add(item)

    def discard(self, item):
        self.data.discard(item)

    def remove(self, item):
        self.data.remove(item)

    def pop(self):
        return self.data.pop()

    def clear(self):
        self.data.clear()

    def update(self, items):
        self.data.update(items)

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __contains__(self, item):
        return item in self.data

    def __eq__(self, other):
        if isinstance(other, set_base):
            return self.data == other.data
        return self.data == other

    def __repr__(self):
        return f"{type(self).__name__}({self.data!r})" if self.data else f"{type(self).__name__}()"


class UserList_base(list_base):
    pass


class UserDict_base:
    """`collections.UserDict`: what stores and reads calls the methods of the class."""

    def __init__(self, items=None):
        self.data = {}
        if items is not None:
            self.update(items)

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value

    def __delitem__(self, key):
        del self.data[key]

    def __contains__(self, key):
        return key in self.data

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def keys(self):
        return self.data.keys()

    def values(self):
        return [self[key] for key in self.data]

    def items(self):
        return [(key, self[key]) for key in self.data]

    def get(self, key, default=None):
        if key in self:
            return self[key]
        return default

    def pop(self, key):
        value = self[key]
        del self[key]
        return value

    def setdefault(self, key, default):
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, other):
        for key in other:
            self[key] = other[key]

    def clear(self):
        self.data.clear()

    def __eq__(self, other):
        return self.data == other.data

    def __repr__(self):
        return repr(self.data)


class int_base:
    def __init__(self, value=0):
        self.value = int(value)

    def __repr__(self):
        return repr(self.value)

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __le__(self, other):
        return self.value <= other.value

    def __gt__(self, other):
        return self.value > other.value

    def __ge__(self, other):
        return self.value >= other.value

    def __hash__(self):
        return hash(self.value)


class float_base:
    def __init__(self, value=0.0):
        self.value = float(value)

    def __repr__(self):
        return repr(self.value)

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __le__(self, other):
        return self.value <= other.value

    def __gt__(self, other):
        return self.value > other.value

    def __ge__(self, other):
        return self.value >= other.value

    def __hash__(self):
        return hash(self.value)


class str_base:
    def __init__(self, value=""):
        self.value = str(value)

    def __repr__(self):
        return repr(self.value)

    def __str__(self):
        return self.value

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        return self.value < other.value

    def __le__(self, other):
        return self.value <= other.value

    def __gt__(self, other):
        return self.value > other.value

    def __ge__(self, other):
        return self.value >= other.value

    def __hash__(self):
        return hash(self.value)
