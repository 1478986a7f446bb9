import ast
import contextlib
import importlib
import importlib.util
import io
import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import warnings

_HERE = os.path.dirname(os.path.abspath(__file__))


def _literal(text):
    """The value that a literal stands for; set() and float('inf') are taken for what they are, and nothing is evaluated."""

    def read(node):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id == "set" and not node.args:
                return set()
            if node.func.id == "float" and len(node.args) == 1:
                return float(ast.literal_eval(node.args[0]))
        if isinstance(node, ast.List):
            return [read(item) for item in node.elts]
        if isinstance(node, ast.Tuple):
            return tuple(read(item) for item in node.elts)
        if isinstance(node, ast.Set):
            return {read(item) for item in node.elts}
        if isinstance(node, ast.Dict):
            return {read(key): read(item) for key, item in zip(node.keys, node.values)}
        return ast.literal_eval(node)

    return read(ast.parse(text.strip(), mode="eval").body)


def _cases():
    with open(os.path.join(_HERE, INPUTS), encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [[_literal(each) if isinstance(each, str) else each for each in row["args"]] for row in rows]


def _encode(value):
    """A value as bytes, as the C++ side reads and writes it."""
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"T" if value else b"F"
    if isinstance(value, int):
        return b"i%d;" % int(value)
    if isinstance(value, float):
        return b"f%s;" % repr(float(value)).encode()
    if isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        return b"s%d:" % len(data) + data
    if isinstance(value, (bytes, bytearray)):
        return b"b%d:" % len(value) + bytes(value)
    if isinstance(value, dict):
        return b"m%d:" % len(value) + b"".join(_encode(key) + _encode(item) for key, item in value.items())
    letter = b"e" if isinstance(value, (set, frozenset)) else b"t" if isinstance(value, tuple) else b"l"
    if letter == b"l" and not hasattr(value, "__len__"):
        text = ("a value of type " + type(value).__name__).encode()
        return b"o%d:" % len(text) + text
    return letter + b"%d:" % len(value) + b"".join(map(_encode, value))


def _case(arguments):
    return b"c%d:" % len(arguments) + b"".join(map(_encode, arguments))


class _Reader:
    """Reads values as pairs of a kind and what belongs to it, so that each is compared by its type."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self):
        if self.at >= len(self.data):
            raise EOFError
        self.at += 1
        return self.data[self.at - 1 : self.at]

    def until(self, stop):
        end = self.data.find(stop, self.at)
        if end < 0:
            raise EOFError
        text = self.data[self.at : end].decode()
        self.at = end + 1
        return text

    def piece(self):
        size = int(self.until(b":"))
        if self.at + size > len(self.data):
            raise EOFError
        self.at += size
        return self.data[self.at - size : self.at]

    def text(self):
        self.take()
        return self.piece().decode("utf-8", "replace")

    def value(self):
        kind = self.take().decode()
        if kind in "N":
            return ("none", None)
        if kind in "TF":
            return ("int", int(kind == "T"))
        if kind == "i":
            return ("int", int(self.until(b";")))
        if kind == "f":
            return ("float", float(self.until(b";")))
        if kind == "s":
            return ("str", self.piece().decode("utf-8", "surrogatepass"))
        if kind in "bo":
            return ({"b": "bytes", "o": "object"}[kind], self.piece())
        size = int(self.until(b":"))
        if kind == "m":
            return ("dict", [(self.value(), self.value()) for _ in range(size)])
        return ({"l": "list", "t": "list", "e": "set"}[kind], [self.value() for _ in range(size)])


def _node(value):
    return _Reader(_encode(value)).value()


def _ordinal(value):
    bits = struct.unpack(">q", struct.pack(">d", value))[0]
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def _floats_agree(a, b):
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    if abs(a - b) <= max(ABSOLUTE, RELATIVE * max(abs(a), abs(b))):
        return True
    return abs(_ordinal(a) - _ordinal(b)) <= ULPS


def _canonical(node):
    kind, value = node
    if kind == "float" and value.is_integer():
        return repr(int(value))
    if kind in ("list", "set"):
        parts = [_canonical(item) for item in value]
        return "%s(%s)" % (kind, ",".join(sorted(parts) if kind == "set" else parts))
    return repr(value)


def _difference(expected, actual):
    """Where two values differ, in words; None when they are equal by the rules of the comparison."""
    kind, value = expected
    other_kind, other = actual
    told = "Python gives %s, the C++ %s" % (_shown(expected), _shown(actual))
    if "object" in (kind, other_kind):
        return told
    if kind == "bytes":
        numbers = other if other_kind == "bytes" else None
        if other_kind == "str":
            numbers = other.encode("utf-8", "surrogatepass")
        elif other_kind == "list" and all(item[0] == "int" for item in other):
            numbers = bytes(item[1] & 255 for item in other)
        return None if numbers == value else told
    if kind in ("none", "int", "str"):
        return None if actual == expected else told
    if kind == "float":
        return None if other_kind == "float" and _floats_agree(value, other) else told
    if kind == "dict":
        if other_kind != "dict" or len(other) != len(value):
            return told
        by_key = {_canonical(key): item for key, item in other}
        for key, item in value:
            if _canonical(key) not in by_key:
                return "the C++ has no entry for the key %s" % _shown(key)
            inner = _difference(item, by_key[_canonical(key)])
            if inner:
                return inner
        return None
    if kind == "set":
        same = other_kind in ("list", "set") and sorted(map(_canonical, value)) == sorted(map(_canonical, other))
        return None if same else told
    if other_kind != "list" or len(other) != len(value):
        return told
    for item, other_item in zip(value, other):
        inner = _difference(item, other_item)
        if inner:
            return inner
    return None


def _shown(node):
    kind, value = node
    if kind == "dict":
        text = "{%s}" % ", ".join("%s: %s" % (_shown(key), _shown(item)) for key, item in value)
    elif kind in ("list", "set"):
        text = ("[%s]" if kind == "list" else "{%s}") % ", ".join(map(_shown, value))
    else:
        text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"


_FRACTION = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?")


def _printed_difference(expected, actual):
    def lines(text):
        found = [line for line in text.replace("\r\n", "\n").split("\n") if not any(each.search(line) for each in excluded)]
        return sorted(found) if KIND == "unordered-lines" else found

    excluded = [re.compile(pattern) for pattern in EXCLUDED]
    left, right = lines(expected), lines(actual)
    if KIND == "tolerance" and len(left) == len(right):
        def same(a, b):
            numbers = zip(_FRACTION.findall(a), _FRACTION.findall(b))
            return _FRACTION.sub("#", a) == _FRACTION.sub("#", b) and all(_floats_agree(float(x), float(y)) for x, y in numbers)

        return None if all(map(same, left, right)) else "Python prints %r, the C++ %r" % (expected[:200], actual[:200])
    return None if left == right else "Python prints %r, the C++ %r" % (expected[:200], actual[:200])


def _original():
    """The Python function: that of its file, or the one that stands in this test."""
    module = type(sys)("slipstream_original")
    sys.modules["slipstream_original"] = module
    if ORIGINAL_FILE is None:
        exec(compile(ORIGINAL_SOURCE, "<original of %s>" % FUNCTION, "exec"), module.__dict__)
    else:
        path = os.path.normpath(os.path.join(_HERE, ORIGINAL_FILE))
        spec = importlib.util.spec_from_file_location("slipstream_original", path)
        module = importlib.util.module_from_spec(spec)
        sys.modules["slipstream_original"] = module
        spec.loader.exec_module(module)
    return getattr(module, FUNCTION)


# These say that the Python is not made for such arguments, and there is nothing to compare.
_UNFIT = ("TypeError", "AttributeError", "UnboundLocalError", "NameError", "RecursionError", "MemoryError")


def _call(function, arguments):
    """What a Python function does: ("returned", value) or ("raised", type), its arguments afterwards, and what it printed."""
    printed = io.StringIO()
    plain = arguments[: len(arguments) - len(KEYWORD_ONLY)]
    named = dict(zip(KEYWORD_ONLY, arguments[len(plain) :]))
    with contextlib.redirect_stdout(printed):
        try:
            outcome = ("returned", _node(function(*plain, **named)))
        except Exception as error:
            outcome = ("raised", type(error).__name__)
    return outcome, [_node(each) for each in arguments], printed.getvalue()


def _compiled_results(cases):
    """What the C++ does with each case, in a program that is compiled for this run."""
    compiler = next(filter(None, map(shutil.which, [COMPILER, "c++", "g++", "clang++"])), None)
    if compiler is None:
        raise unittest.SkipTest("There is no C++ compiler to compile %s with." % CPP)
    with tempfile.TemporaryDirectory() as folder:
        program, inputs = os.path.join(folder, "program"), os.path.join(folder, "inputs")
        built = subprocess.run([compiler, *FLAGS, os.path.join(_HERE, CPP), "-o", program], capture_output=True, text=True)
        if built.returncode != 0:
            raise AssertionError("The C++ does not compile:\n" + built.stderr)
        with open(inputs, "wb") as file:
            file.write(b"".join(map(_case, cases)))
        found = []
        # A crash costs one case.
        while len(found) < len(cases):
            results = os.path.join(folder, "results%d" % len(found))
            run = subprocess.run([program, inputs, results, str(len(found))], capture_output=True, timeout=600)
            with open(results, "rb") as file:
                outcomes, has_ended = _read_results(file.read(), run.stdout.decode("utf-8", "replace"))
            found += outcomes
            if has_ended:
                break
            found.append((("crashed", "the program ended with status %d" % run.returncode), [], ""))
        return found


def _read_results(data, stdout):
    printed, start = {}, 0
    for mark in re.finditer("\x1e(\\d+)\r?\n", stdout):
        printed[int(mark.group(1))] = stdout[start : mark.start()]
        start = mark.end()
    reader, outcomes = _Reader(data), []
    try:
        while True:
            letter = reader.take()
            if letter == b"D":
                reader.piece()
                continue
            if letter == b"E":
                return outcomes, True
            number = int(reader.until(b";"))
            kind = reader.take()
            if kind == b"r":
                outcome = ("returned", reader.value())
            elif kind == b"x":
                outcome = ("raised", reader.text(), reader.text())
            else:
                outcome = ("unfit", reader.text())
            outcomes.append((outcome, reader.value()[1], printed.get(number, "")))
    except EOFError:
        return outcomes, False


def _module_function():
    sys.path.insert(0, os.path.normpath(os.path.join(_HERE, MODULE_FOLDER)))
    with warnings.catch_warnings():
        # It warns where its library is missing, and computes in Python: there is no C++ to test then.
        warnings.simplefilter("error", RuntimeWarning)
        return getattr(importlib.import_module(MODULE), FUNCTION)


def _holds_large(node):
    kind, value = node
    if kind == "int":
        return abs(value) > 2**31 - 1
    if kind == "dict":
        return any(_holds_large(side) for entry in value for side in entry)
    return kind in ("list", "set") and any(map(_holds_large, value))


def _case_difference(python, cpp, arguments):
    """What differs in one case, in words; None when nothing does, or when it tells nothing."""
    expected, after, printed = python
    actual, other_after, other_printed = cpp
    if expected[0] == "raised" and expected[1] in _UNFIT or actual[0] == "unfit":
        return None
    if actual[0] == "crashed":
        return actual[1]
    if expected[0] == "raised":
        if actual[0] == "returned":
            return "Python raises %s, the C++ gives %s" % (expected[1], _shown(actual[1]))
        same = actual[1] in ("", expected[1])
        return None if same else "Python raises %s, the C++ %s" % (expected[1], actual[1])
    if actual[0] == "raised":
        # C++ that stops at an integer overflow rather than going on with a wrong number does what it should.
        told = actual[1] + " " + (actual[2] if len(actual) > 2 else "")
        large = any(map(_holds_large, [expected[1], *arguments]))
        if large and re.search("overflow|too large|out of range", told, re.I):
            return None
        return "Python gives %s, the C++ raises %s" % (_shown(expected[1]), told.strip() or "an exception")
    difference = _difference(expected[1], actual[1])
    for place, (left, right) in enumerate(zip(after, other_after)):
        inner = _difference(left, right)
        difference = difference or (inner and "argument %d afterwards: %s" % (place + 1, inner))
    return difference or _printed_difference(printed, other_printed)


class Regression(unittest.TestCase):
    """Calls the Python and the C++ on the same inputs and compares what they return, raise, print and do to their arguments."""

    def test_cpp_does_what_the_python_does(self):
        cases = _cases()
        self.assertTrue(cases, "there is no input in %s" % INPUTS)
        original = _original()
        if MODULE is None:
            found = _compiled_results(cases)
        else:
            function = _module_function()
            found = [_call(function, arguments) for arguments in _cases()]
        for arguments, cpp in zip(cases, found):
            call = "%s(%s)" % (FUNCTION, ", ".join(map(repr, arguments)))
            with self.subTest(call=call[:400]):
                before = list(map(_node, arguments))
                python = _call(original, arguments)
                difference = _case_difference(python, cpp, before)
                self.assertIsNone(difference, "%s: %s" % (call[:400], difference))


if __name__ == "__main__":
    unittest.main()
