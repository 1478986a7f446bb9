import struct

_sizes = {"b": 1, "B": 1, "h": 2, "H": 2, "i": 4, "I": 4, "l": 8, "L": 8, "q": 8, "Q": 8}
_names = {
    "b": "signed char",
    "B": "unsigned byte integer",
    "h": "signed short integer",
    "H": "unsigned short",
    "i": "signed integer",
    "I": "unsigned int",
}


class int_array:
    """An `array.array` of whole numbers."""

    def __init__(self, typecode, items=None):
        self.typecode = typecode
        self.itemsize = _sizes[typecode]
        bits = 8 * self.itemsize - (1 if typecode.islower() else 0)
        self._high = (1 << min(bits, 62)) - 1 if bits < 63 else 9223372036854775807
        self._low = -self._high - 1 if typecode.islower() else 0
        self.data = []
        if items is not None:
            for item in items:
                self.data.append(self._checked(item))

    def _checked(self, item):
        if self._low <= item <= self._high:
            return item
        if self.typecode == "L" or self.typecode == "Q":
            raise OverflowError("can't convert negative value to unsigned int")
        if self.typecode == "I" and item < 0:
            raise OverflowError("can't convert negative value to unsigned int")
        name = _names[self.typecode]
        if item > self._high:
            raise OverflowError(name + " is greater than maximum")
        raise OverflowError(name + " is less than minimum")

    def append(self, item):
        self.data.append(self._checked(item))

    def extend(self, items):
        for item in items:
            self.data.append(self._checked(item))

    def fromlist(self, items):
        for item in items:
            self.data.append(self._checked(item))

    def insert(self, index, item):
        self.data.insert(index, self._checked(item))

    def pop(self, index=-1):
        if len(self.data) == 0:
            raise IndexError("pop from empty array")
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("pop index out of range")
        return self.data.pop(index)

    def remove(self, item):
        if item not in self.data:
            raise ValueError("array.remove(x): x not in array")
        self.data.remove(item)

    def index(self, item):
        if item not in self.data:
            raise ValueError("array.index(x): x not in array")
        return self.data.index(item)

    def count(self, item):
        return self.data.count(item)

    def reverse(self):
        self.data.reverse()

    def tolist(self):
        return self.data[:]

    def tobytes(self):
        signed = self.typecode.islower()
        return b"".join([item.to_bytes(self.itemsize, "little", signed=signed) for item in self.data])

    def frombytes(self, data):
        if len(data) % self.itemsize != 0:
            raise ValueError("bytes length not a multiple of item size")
        signed = self.typecode.islower()
        for at in range(0, len(data), self.itemsize):
            self.data.append(int.from_bytes(data[at : at + self.itemsize], "little", signed=signed))

    def _like(self, items):
        made = int_array(self.typecode)
        made.data = items
        return made

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array index out of range")
        return self.data[index]

    def getitem_by_slice(self, span):
        return self._like(self.data[span])

    def __setitem__(self, index, item):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array assignment index out of range")
        self.data[index] = self._checked(item)

    def __delitem__(self, index):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array assignment index out of range")
        del self.data[index]

    def __contains__(self, item):
        return item in self.data

    def __iter__(self):
        return iter(self.data)

    def __reversed__(self):
        return reversed(self.data)

    def __add__(self, other):
        return self._like(self.data + other.data)

    def __iadd__(self, other):
        self.data.extend(other.data)
        return self

    def __mul__(self, times):
        return self._like(self.data * times)

    def __rmul__(self, times):
        return self._like(self.data * times)

    def __eq__(self, other):
        return self.data == other.data

    def __lt__(self, other):
        return self.data < other.data

    def __repr__(self):
        return f"array({self.typecode!r}, {self.data!r})" if self.data else f"array({self.typecode!r})"


class float_array:
    """An `array.array` of floats."""

    def __init__(self, typecode, items=None):
        self.typecode = typecode
        self.itemsize = 8 if typecode == "d" else 4
        self.data = []
        if items is not None:
            for item in items:
                self.data.append(self._rounded(float(item)))

    def _rounded(self, item):
        if self.itemsize == 8:
            return item
        return struct.unpack("<f", struct.pack("<f", item))[0]

    def append(self, item):
        self.data.append(self._rounded(float(item)))

    def extend(self, items):
        for item in items:
            self.data.append(self._rounded(float(item)))

    def fromlist(self, items):
        for item in items:
            self.data.append(self._rounded(float(item)))

    def insert(self, index, item):
        self.data.insert(index, self._rounded(float(item)))

    def pop(self, index=-1):
        if len(self.data) == 0:
            raise IndexError("pop from empty array")
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("pop index out of range")
        return self.data.pop(index)

    def remove(self, item):
        if item not in self.data:
            raise ValueError("array.remove(x): x not in array")
        self.data.remove(item)

    def index(self, item):
        if item not in self.data:
            raise ValueError("array.index(x): x not in array")
        return self.data.index(item)

    def count(self, item):
        return self.data.count(item)

    def reverse(self):
        self.data.reverse()

    def tolist(self):
        return self.data[:]

    def tobytes(self):
        if self.itemsize == 8:
            return b"".join([struct.pack("<d", item) for item in self.data])
        return b"".join([struct.pack("<f", item) for item in self.data])

    def _like(self, items):
        made = float_array(self.typecode)
        made.data = items
        return made

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array index out of range")
        return self.data[index]

    def getitem_by_slice(self, span):
        return self._like(self.data[span])

    def __setitem__(self, index, item):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array assignment index out of range")
        self.data[index] = self._rounded(float(item))

    def __delitem__(self, index):
        if not -len(self.data) <= index < len(self.data):
            raise IndexError("array assignment index out of range")
        del self.data[index]

    def __contains__(self, item):
        return item in self.data

    def __iter__(self):
        return iter(self.data)

    def __reversed__(self):
        return reversed(self.data)

    def __add__(self, other):
        return self._like(self.data + other.data)

    def __iadd__(self, other):
        self.data.extend(other.data)
        return self

    def __mul__(self, times):
        return self._like(self.data * times)

    def __rmul__(self, times):
        return self._like(self.data * times)

    def __eq__(self, other):
        return self.data == other.data

    def __lt__(self, other):
        return self.data < other.data

    def __repr__(self):
        return f"array({self.typecode!r}, {self.data!r})" if self.data else f"array({self.typecode!r})"
