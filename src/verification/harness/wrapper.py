"""Values to and from columns of bytes; library.hpp tells the format. Each kind has a function that writes a list of values and one
that reads a number of them. A value that is not exactly of the kind is refused, and the Python original is called instead."""

import array
import builtins
import ctypes
import inspect
import linecache
import os
import re
import types
import warnings
from functools import wraps as _wraps
from itertools import chain


class _Unfit(Exception):
    """The value has no place in the C++ types."""


class _Answer(ctypes.Structure):
    _fields_ = [("whole", ctypes.c_int64), ("real", ctypes.c_double), ("data", ctypes.c_void_p), ("size", ctypes.c_int64)]


_RETURNED, _CHANGED, _RAISED, _UNFIT = range(4)
_byref = ctypes.byref
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1
# Integers up to here are exact as floats.
_EXACT = 1 << 53
# What these hold is what str(error) tells, so that they can be made again from it.
_PLAIN_ERRORS = frozenset(
    "ArithmeticError AssertionError AttributeError IndexError LookupError NotImplementedError RuntimeError TypeError ValueError "
    "ZeroDivisionError".split()
)


def _refuse(value):
    raise _Unfit("a value of type " + type(value).__name__)


def _real(value):
    if type(value) is not int or not -_EXACT <= value <= _EXACT:
        _refuse(value)
    return float(value)


def _only(values, *kinds):
    for kind in set(map(type, values)):
        if kind not in kinds:
            raise _Unfit("a value of type " + kind.__name__)


def _array(code, values):
    try:
        return array.array(code, values).tobytes()
    except OverflowError:
        raise _Unfit("an integer beyond 64 bits") from None


def _numbers(code, data, at, count):
    items = array.array(code)
    items.frombytes(data[at : at + 8 * count])
    return items.tolist(), at + 8 * count


def _whole_kind(code):
    def write(values):
        _only(values, int)
        return _array("q", values)

    return write, lambda data, at, count: _numbers(code, data, at, count)


def _float_kind():
    def write(values):
        kinds = set(map(type, values))
        if kinds - {float, int}:
            _only(values, float, int)
        if int in kinds and not all(type(value) is float or -_EXACT <= value <= _EXACT for value in values):
            raise _Unfit("an integer beyond the precision of a float")
        return _array("d", values)

    return write, lambda data, at, count: _numbers("d", data, at, count)


def _bool_kind():
    def write(values):
        _only(values, bool)
        return bytes(values)

    return write, lambda data, at, count: (list(map(bool, data[at : at + count])), at + count)


def _pieces_kind(encode, decode):
    def write(values):
        parts = list(map(encode, values))
        return _array("q", list(map(len, parts))) + b"".join(parts)

    def read(data, at, count):
        lengths, at = _numbers("q", data, at, count)
        values = []
        for length in lengths:
            values.append(decode(bytes(data[at : at + length])))
            at += length
        return values, at

    return write, read


def _text_of(value):
    if type(value) is not str:
        _refuse(value)
    return value.encode("utf-8", "surrogatepass")


def _bytes_of(value):
    if type(value) is not bytes:
        _refuse(value)
    return value


def _gathered_kind(kind, item):
    write_items, read_items = item

    def write(values):
        _only(values, *kind)
        return _array("q", list(map(len, values))) + write_items(list(chain.from_iterable(values)))

    def read(data, at, count):
        lengths, at = _numbers("q", data, at, count)
        items, at = read_items(data, at, sum(lengths))
        values, start = [], 0
        for length in lengths:
            values.append(kind[0](items[start : start + length]))
            start += length
        return values, at

    return write, read


def _dict_kind(key, item):
    def write(values):
        _only(values, dict)
        keys = list(chain.from_iterable(values))
        items = list(chain.from_iterable(value.values() for value in values))
        return _array("q", list(map(len, values))) + key[0](keys) + item[0](items)

    def read(data, at, count):
        lengths, at = _numbers("q", data, at, count)
        keys, at = key[1](data, at, sum(lengths))
        items, at = item[1](data, at, sum(lengths))
        values, start = [], 0
        for length in lengths:
            values.append(dict(zip(keys[start : start + length], items[start : start + length])))
            start += length
        return values, at

    return write, read


def _tuple_kind(kind, places):
    def write(values):
        _only(values, kind)
        if any(len(value) != len(places) for value in values):
            raise _Unfit("a tuple of another length")
        columns = zip(*values) if values else [()] * len(places)
        return b"".join(place[0](list(column)) for place, column in zip(places, columns))

    def read(data, at, count):
        columns = []
        for place in places:
            column, at = place[1](data, at, count)
            columns.append(column)
        return (list(map(kind, zip(*columns))) if places else [kind() for _ in range(count)]), at

    return write, read


def _optional_kind(item):
    def write(values):
        there = [value is not None for value in values]
        return bytes(there) + item[0]([value for value in values if value is not None])

    def read(data, at, count):
        there = list(data[at : at + count])
        items, at = item[1](data, at + count, sum(there))
        rest = iter(items)
        return [next(rest) if is_there else None for is_there in there], at

    return write, read


def _encode(value):
    """A value as harness.hpp writes it."""
    kind = type(value)
    if value is None:
        return b"N"
    if kind is bool:
        return b"T" if value else b"F"
    if kind is int:
        try:
            return b"i%d;" % value
        except ValueError:
            raise _Unfit("an integer of more digits than Python writes") from None
    if kind is float:
        return b"f%s;" % repr(value).encode()
    if kind is str:
        data = _text_of(value)
        return b"s%d:" % len(data) + data
    if kind is bytes:
        return b"b%d:" % len(value) + value
    if kind is dict:
        return b"m%d:" % len(value) + b"".join(_encode(key) + _encode(item) for key, item in value.items())
    letter = {list: b"l", tuple: b"t", set: b"e", frozenset: b"e"}.get(kind)
    if letter is None:
        _refuse(value)
    return letter + b"%d:" % len(value) + b"".join(map(_encode, value))


def _decode(data, at=0):
    kind = data[at : at + 1]
    at += 1
    if kind in b"NTF":
        return {b"N": None, b"T": True, b"F": False}[kind], at
    if kind in b"if":
        end = data.index(b";", at)
        return (int if kind == b"i" else float)(data[at:end]), end + 1
    end = data.index(b":", at)
    size, at = int(data[at:end]), end + 1
    if kind in b"sb":
        piece = data[at : at + size]
        return (piece.decode("utf-8", "surrogatepass") if kind == b"s" else piece), at + size
    items = []
    for _ in range(2 * size if kind == b"m" else size):
        item, at = _decode(data, at)
        items.append(item)
    if kind == b"m":
        return dict(zip(items[::2], items[1::2])), at
    return {b"l": list, b"t": tuple, b"e": set}[kind](items), at


def _mapped_kind(convert, back, item):
    def write(values):
        return item[0]([convert(value) for value in values])

    def read(data, at, count):
        values, at = item[1](data, at, count)
        return list(map(back, values)), at

    return write, read


def _exactly(kind, to):
    return lambda value: to(value) if type(value) is kind else _refuse(value)


def _kind(text):
    """The two functions for a kind, such as `list(tuple(int64,str))`."""
    name, _, rest = text.partition("(")
    inner, depth, start = [], 0, 0
    for at, letter in enumerate(rest[:-1] + ","):
        if letter == "," and depth == 0:
            if at > start:
                inner.append(rest[start:at])
            start = at + 1
        depth += (letter == "(") - (letter == ")")
    if name == "text":
        return _pieces_kind(_encode, lambda data: _decode(data)[0])
    items = list(map(_kind, inner))
    if re.fullmatch(r"u?int\d+", name):
        return _whole_kind("Q" if name == "uint64" else "q")
    if name == "float":
        return _float_kind()
    if name == "bool":
        return _bool_kind()
    if name == "str":
        return _pieces_kind(_text_of, lambda data: data.decode("utf-8", "surrogatepass"))
    if name == "bytestr":
        return _pieces_kind(_bytes_of, bytes)
    if name == "list":
        return _gathered_kind((list,), items[0])
    if name == "tuplelist":
        return _gathered_kind((tuple,), items[0])
    if name == "set":
        return _gathered_kind((set, frozenset), items[0])
    if name == "dict":
        return _dict_kind(*items)
    if name == "tuple":
        return _tuple_kind(tuple, items)
    if name == "listtuple":
        return _tuple_kind(list, items)
    if name == "optional":
        return _optional_kind(items[0])
    # What C++ has in another type than Python has.
    if name == "as_bool":
        return _mapped_kind(_exactly(bool, int), bool, items[0])
    if name == "as_bytes":
        return _mapped_kind(_exactly(bytes, bytes), bytes, items[0])
    if name == "as_tuple":
        return _mapped_kind(_exactly(tuple, tuple), tuple, items[0])
    raise ValueError("unknown kind " + text)


def _original(source, name):
    """The Python that the C++ was made from, in a namespace of its own."""
    module = types.ModuleType(__name__)
    file = "<original of %s>" % name
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    exec(compile(source, file, "exec"), module.__dict__)
    for key, value in vars(module).items():
        # Its exceptions can be imported from here.
        if isinstance(value, type) and value.__module__ == __name__ and not key.startswith("_"):
            globals().setdefault(key, value)
    return module.__dict__[name]


def _defaults(function):
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


def _load(library, signature, parameters, name):
    """The entry of the library; None, with a warning, where it is missing or of another machine."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), library)
    try:
        loaded = ctypes.CDLL(path)
        told = loaded.slipstream_signature
        told.restype = ctypes.c_char_p
        if told().decode() != signature:
            raise OSError("it was built for another version of this module")
        if loaded.slipstream_start() != 0:
            raise OSError("it could not be started")
        entry = loaded.slipstream_call
    except (OSError, AttributeError) as error:
        warnings.warn("%s is computed in Python: %s cannot be used (%s)." % (name, path, error), RuntimeWarning, stacklevel=3)
        return None
    entry.restype = ctypes.c_int
    kinds = {"bool": ctypes.c_bool, "float": ctypes.c_double}
    scalar = [kinds.get(kind, ctypes.c_int64 if re.fullmatch(r"u?int\d+", kind) else ctypes.c_char_p) for kind in parameters]
    entry.argtypes = [*scalar, ctypes.POINTER(_Answer)]
    return entry


def _data(answer):
    return memoryview(ctypes.string_at(answer.data, answer.size))


def _first(read, answer):
    return read(_data(answer), 0, 1)[0][0]


def _can_put_back(old, new):
    """Only flat containers: inner lists would be others afterwards."""
    if type(old) not in (list, set, dict):
        return False
    items = chain(new.values(), old.values()) if type(new) is dict else chain(new, old)
    return not any(isinstance(item, (list, set, dict)) for item in items)


def _put_back(old, new):
    if type(old) is list:
        old[:] = new
        return
    old.clear()
    old.update(new)


def _settle(status, answer, arguments, result, readers, original):
    """Ends a call that did not simply return: `original` calls the Python, which has the last word wherever the C++ has none."""
    if status == _CHANGED:
        data = _data(answer)
        at = 0
        if callable(result):
            values, at = result(data, at, 1)
            result = values[0]
        changes = []
        for argument, read in zip(arguments, readers):
            if read is None:
                continue
            at += 1
            if data[at - 1]:
                values, at = read(data, at, 1)
                changes.append((argument, values[0]))
        if all(_can_put_back(old, new) for old, new in changes):
            for old, new in changes:
                _put_back(old, new)
            return result
    if status == _RAISED:
        name, _, message = bytes(_data(answer)).decode("utf-8", "replace").partition("\n")
        if name in _PLAIN_ERRORS:
            kind = getattr(builtins, name)
            raise (kind(message) if message else kind())
    return original()
