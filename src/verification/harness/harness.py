"""Calls one Python function on many inputs and writes what it gave, for comparison with C++ that is to do the same.

Usage: harness.py describe UNIT.py FUNCTION EXAMPLES OUT
       harness.py run UNIT.py FUNCTION INPUTS RESULTS SECONDS_PER_CASE SECONDS
       harness.py time UNIT.py FUNCTION INPUTS RESULTS SECONDS

`describe` writes JSON: the parameters, and the arguments of each example (one call a line in EXAMPLES). `run` reads and writes
values as harness.hpp does; a case that ends by k<reason> gave nothing to compare.
"""

import ctypes
import inspect
import io
import json
import math
import os
import sys
import threading
import time


class TimeUp(BaseException):
    pass


def encode(value, out, depth=0):
    if depth > 60:
        raise ValueError("nested too deep")
    kind = type(value)
    if value is None:
        out.append(b"N")
    elif kind is bool:
        out.append(b"T" if value else b"F")
    elif isinstance(value, int):
        out.append(b"i%s;" % str(int(value)).encode())
    elif isinstance(value, float):
        out.append(b"f%s;" % repr(float(value)).encode())
    elif isinstance(value, str):
        data = value.encode("utf-8", "surrogatepass")
        out.append(b"s%d:" % len(data) + data)
    elif isinstance(value, (bytes, bytearray)):
        out.append(b"b%d:" % len(value) + bytes(value))
    elif isinstance(value, (set, frozenset)):
        out.append(b"e%d:" % len(value))
        for item in value:
            encode(item, out, depth + 1)
    elif isinstance(value, dict):
        out.append(b"m%d:" % len(value))
        for key, item in value.items():
            encode(key, out, depth + 1)
            encode(item, out, depth + 1)
    elif isinstance(value, tuple):
        out.append(b"t%d:" % len(value))
        for item in value:
            encode(item, out, depth + 1)
    elif isinstance(value, list) or kind.__name__ in ("deque", "array", "ndarray"):
        out.append(b"l%d:" % len(value))
        for item in value:
            encode(item, out, depth + 1)
    else:
        data = ("a value of type " + kind.__name__).encode()
        out.append(b"o%d:" % len(data) + data)


def decode(data, at):
    kind = data[at : at + 1]
    at += 1
    if kind == b"N":
        return None, at
    if kind in b"TF":
        return kind == b"T", at
    if kind in b"if":
        end = data.index(b";", at)
        text = data[at:end].decode()
        return (int(text) if kind == b"i" else float(text)), end + 1
    end = data.index(b":", at)
    size = int(data[at:end])
    at = end + 1
    if kind == b"s":
        return data[at : at + size].decode("utf-8", "surrogatepass"), at + size
    if kind == b"b":
        return data[at : at + size], at + size
    items = []
    for _ in range(2 * size if kind == b"m" else size):
        item, at = decode(data, at)
        items.append(item)
    if kind == b"t":
        return tuple(items), at
    if kind == b"e":
        return set(items), at
    if kind == b"m":
        return dict(zip(items[::2], items[1::2])), at
    return items, at


def text_of(data):
    data = data.encode("utf-8", "replace")
    return b"s%d:" % len(data) + data


def load(path, name):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    # A module of its own, so that `if __name__ == "__main__"` stays silent and pickling by name works.
    module = type(sys)("slipstream_unit")
    module.__file__ = os.path.abspath(path)
    sys.modules["slipstream_unit"] = module
    exec(compile(source, path, "exec"), module.__dict__)
    return module.__dict__[name]


def describe(unit, name, examples, target):
    function = load(unit, name)
    result = {"parameters": [], "examples": [], "problem": None}
    signature = inspect.signature(function)
    names = []
    for parameter in signature.parameters.values():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            result["problem"] = "it takes *args or **kwargs"
        annotation = parameter.annotation
        text = None
        if annotation is not parameter.empty:
            text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        names.append(parameter.name)
        kind, has_default = parameter.kind.name, parameter.default is not parameter.empty
        result["parameters"].append({"name": parameter.name, "annotation": text, "kind": kind, "hasDefault": has_default})
    unwrapped = inspect.unwrap(function)
    for kind in ("iscoroutinefunction", "isasyncgenfunction", "isgeneratorfunction"):
        if getattr(inspect, kind)(unwrapped):
            result["problem"] = "it is a generator or an async function"
    if not callable(function) or inspect.isclass(function):
        result["problem"] = "it is not a function"
    if result["problem"] is None:
        with open(examples, encoding="utf-8") as file:
            calls = [json.loads(line) for line in file if line.strip()]
        for call in calls:
            try:
                # Literals only, as the caller made sure of.
                bound = eval(call, {"__builtins__": {}, name: signature.bind})
                bound.apply_defaults()
                out = []
                encode(tuple(bound.arguments[each] for each in names), out)
                result["examples"].append(b"".join(out).decode("utf-8", "surrogatepass"))
            except Exception:
                continue
    with open(target, "w", encoding="utf-8", errors="surrogatepass") as file:
        json.dump(result, file)


class Alarm:
    """Raises TimeUp in the main thread when a case takes too long: in Python code, on every platform."""

    def __init__(self):
        self.deadline = math.inf
        self.thread = threading.main_thread().ident
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        while True:
            time.sleep(0.02)
            if time.monotonic() > self.deadline:
                self.deadline = math.inf
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.thread), ctypes.py_object(TimeUp))


def run(unit, name, inputs, results, seconds_per_case, seconds):
    with open(inputs, "rb") as file:
        data = file.read()
    alarm = Alarm()
    started = time.monotonic()
    real_output = sys.stdout
    function = load(unit, name)
    keyword_only = [
        parameter.name for parameter in inspect.signature(function).parameters.values() if parameter.kind == parameter.KEYWORD_ONLY
    ]
    slow = 0
    # The function's globals may change from call to call, and stay so in the C++ as well.
    with open(results, "wb", buffering=0) as target:
        at = 0
        index = 0
        while at < len(data) and time.monotonic() - started < seconds:
            arguments, at = decode_case(data, at)
            out = [b"p%d;" % index]
            index += 1
            printed = io.StringIO()
            sys.stdout = printed
            plain = arguments[: len(arguments) - len(keyword_only)]
            named = dict(zip(keyword_only, arguments[len(plain) :]))
            try:
                try:
                    alarm.deadline = time.monotonic() + (seconds_per_case if slow < 3 else seconds_per_case / 5)
                    result = function(*plain, **named)
                    alarm.deadline = math.inf
                finally:
                    alarm.deadline = math.inf
                    sys.stdout = real_output
                part = [b"r"]
                encode(result, part)
                out += part
            except TimeUp:
                slow += 1
                out.append(b"k" + text_of("slow"))
            except (RecursionError, MemoryError) as error:
                out.append(b"k" + text_of(type(error).__name__))
            except SystemExit:
                out.append(b"x" + text_of("SystemExit") + text_of(""))
            except Exception as error:
                kind = type(error).__name__
                # What raises these was not meant to be called with such values.
                wrong = kind in ("TypeError", "AttributeError", "UnboundLocalError", "NameError") and not raised_on_purpose(error)
                out.append((b"k" + text_of(kind)) if wrong else b"x" + text_of(kind) + text_of(str(error)))
            after = []
            try:
                encode(tuple(arguments), after)
            except Exception:
                after = [b"t0:"]
            out += after
            out.append(text_of(printed.getvalue()))
            target.write(b"".join(out))
        target.write(b"E")


def time_calls(unit, name, inputs, results, seconds):
    """Writes how long one pass over all cases takes, in seconds, a line for each pass."""
    with open(inputs, "rb") as file:
        data = file.read()
    function = load(unit, name)
    keyword_only = [
        parameter.name for parameter in inspect.signature(function).parameters.values() if parameter.kind == parameter.KEYWORD_ONLY
    ]
    if keyword_only:
        called, plain = function, len(inspect.signature(function).parameters) - len(keyword_only)

        def function(*values):
            return called(*values[:plain], **dict(zip(keyword_only, values[plain:])))

    starts = []
    at = 0
    while at < len(data):
        starts.append(at)
        at = decode_case(data, at)[1]

    def one_pass(repeat):
        total = 0.0
        for start in starts:
            # Made anew each time: a function may change what it is given.
            copies = [decode_case(data, start)[0] for _ in range(repeat)]
            begin = time.perf_counter()
            for values in copies:
                try:
                    function(*values)
                except Exception:
                    pass
            total += time.perf_counter() - begin
        return total

    started = time.perf_counter()
    repeat = 1
    while one_pass(repeat) < 0.005 and repeat < 2048:
        repeat *= 2
    with open(results, "w") as target:
        while True:
            target.write("%.9g\n" % (one_pass(repeat) / repeat))
            target.flush()
            if time.perf_counter() - started >= seconds:
                break


def raised_on_purpose(error):
    """True when a `raise` statement of the program raised it, rather than an operation that failed."""
    frames = error.__traceback__
    while frames and frames.tb_next:
        frames = frames.tb_next
    if not frames:
        return False
    try:
        with open(frames.tb_frame.f_code.co_filename, encoding="utf-8") as file:
            return file.read().split("\n")[frames.tb_lineno - 1].lstrip().startswith("raise")
    except (OSError, IndexError):
        return False


def decode_case(data, at):
    end = data.index(b":", at)
    values = []
    count = int(data[at + 1 : end])
    at = end + 1
    for _ in range(count):
        value, at = decode(data, at)
        values.append(value)
    return values, at


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    # Long integers are results like any other.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    sys.argv = [arguments[0]]
    if command == "describe":
        describe(*arguments[:4])
    elif command == "time":
        time_calls(*arguments[:4], float(arguments[4]))
    else:
        run(*arguments[:4], float(arguments[4]), float(arguments[5]))
    sys.stdout.flush()
