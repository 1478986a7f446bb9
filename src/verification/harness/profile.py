"""Runs a Python program once and writes down with which arguments it calls one of its functions.

Usage: profile.py PROGRAM.py FUNCTION OUT SEED FIRST SAMPLED SECONDS ARGUMENTS...

A statement at the start of the function's body does the writing, so that decorators, recursion and the depth of the stack are as they
were. OUT is JSON, replaced as a whole now and then, so that it is there whatever ends the program:
  calls      how many there were; `kept` are the arguments of the first ones and of a random sample of the rest, as harness.py writes values
  leftOut    how many of those that were to be kept could not be, by reason
  ranges     for each parameter the least and the greatest number seen in all calls, or null
  state      running, finished, failed (with `error`), cut (SECONDS were over), absent (there is no such function)
"""

import ast
import builtins
import json
import math
import os
import random
import sys
import threading
import time

LARGEST_CALL = 64 * 1024
DEEPEST = 60
# Python refuses to write longer ones, and they are slow.
LONGEST_INTEGER_BITS = 12_000
MARK = "__slipstream_seen__"


class LeftOut(Exception):
    pass


def encode(value, out, room, depth=0):
    """Writes plain data only, and of exactly these types: a subclass may behave in another way. `room` is how many bytes are left."""
    if depth > DEEPEST:
        raise LeftOut("nested too deep")
    kind = type(value)
    if value is None:
        out.append(b"N")
    elif kind is bool:
        out.append(b"T" if value else b"F")
    elif kind is int:
        if value.bit_length() > LONGEST_INTEGER_BITS:
            raise LeftOut("too large")
        out.append(b"i%d;" % value)
    elif kind is float:
        out.append(b"f%s;" % repr(value).encode())
    elif kind is str:
        if len(value) > room:
            raise LeftOut("too large")
        try:
            data = value.encode("utf-8")
        except UnicodeEncodeError:
            raise LeftOut("text with half a character") from None
        out.append(b"s%d:" % len(data) + data)
    elif kind is bytes:
        if len(value) > room:
            raise LeftOut("too large")
        out.append(b"b%d:" % len(value) + value)
    elif kind in (list, tuple, set, dict):
        if len(value) > room:
            raise LeftOut("too large")
        out.append(b"%s%d:" % ({list: b"l", tuple: b"t", set: b"e", dict: b"m"}[kind], len(value)))
        room -= len(out[-1])
        for item in value.items() if kind is dict else value:
            for part in item if kind is dict else (item,):
                room = encode(part, out, room, depth + 1)
        return room
    else:
        raise LeftOut("a value of type " + kind.__name__)
    room -= len(out[-1])
    if room < 0:
        raise LeftOut("too large")
    return room


class Record:
    def __init__(self, target, seed, first, sampled):
        self.target = target
        self.first = first
        self.sampled = sampled
        # Its own, so that the program's random numbers are as they were.
        self.dice = random.Random(seed)
        self.lock = threading.Lock()
        self.process = os.getpid()
        self.calls = 0
        self.kept = []
        self.left_out = {}
        self.ranges = None
        self.state = "running"
        self.error = None
        self.written = None
        self.started = time.monotonic()

    def see(self, *values):
        with self.lock:
            place = self.calls
            self.calls += 1
            if self.ranges is None:
                self.ranges = [None] * len(values)
            for index, value in enumerate(values):
                kind = type(value)
                if (kind is int and value.bit_length() <= 1000) or (kind is float and math.isfinite(value)):
                    known = self.ranges[index]
                    if known is None:
                        self.ranges[index] = [value, value]
                    elif value < known[0]:
                        known[0] = value
                    elif value > known[1]:
                        known[1] = value
            if place >= self.first + self.sampled:
                # Each call beyond the first ones has the same chance to be in the sample.
                place = self.first + self.dice.randrange(self.calls - self.first)
                if place >= self.first + self.sampled:
                    return
            try:
                out = [b"t%d:" % len(values)]
                room = LARGEST_CALL
                for value in values:
                    room = encode(value, out, room)
                call = b"".join(out).decode("utf-8")
            except LeftOut as reason:
                call = None
                text = str(reason)
                self.left_out[text] = self.left_out.get(text, 0) + 1
            except RuntimeError:
                # Another thread changes it at this moment.
                call = None
            if place < len(self.kept):
                self.kept[place] = call
            else:
                self.kept.append(call)

    def write(self):
        """Writes what is known; only the process that began, not one that the program forked."""
        if os.getpid() != self.process or self.written == (self.calls, self.state):
            return
        with self.lock:
            self.written = (self.calls, self.state)
            text = json.dumps(
                {
                    "calls": self.calls,
                    "kept": [call for call in self.kept if call is not None],
                    "leftOut": self.left_out,
                    "ranges": [each and [str(each[0]), str(each[1])] for each in self.ranges or []],
                    "state": self.state,
                    "error": self.error,
                    "seconds": time.monotonic() - self.started,
                }
            )
        with open(self.target + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.target + ".part", self.target)

    def watch(self, seconds):
        end = self.started + seconds
        while time.monotonic() < end:
            time.sleep(0.1)
            if self.state != "running":
                return
            self.write()
        if self.state == "running":
            self.state = "cut"
            self.write()
            os._exit(0)


def definitions(body, name):
    """The functions of this name at the top of the program, also below `if` and `try`."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.name == name:
                yield node
        elif not isinstance(node, ast.ClassDef):
            for field in ("body", "orelse", "finalbody"):
                yield from definitions(getattr(node, field, None) or [], name)
            for handler in getattr(node, "handlers", None) or []:
                yield from definitions(handler.body, name)


def instrument(tree, name):
    """Puts the statement that tells of a call at the start of the function. False when there is no such function."""
    found = False
    for node in definitions(tree.body, name):
        found = True
        known = node.args
        names = [each.arg for each in [*known.posonlyargs, *known.args, *known.kwonlyargs]]
        told = ast.Expr(
            ast.Call(ast.Name(MARK, ast.Load()), [ast.Name(each, ast.Load()) for each in names], []),
        )
        first = node.body[0]
        is_docstring = isinstance(first, ast.Expr) and isinstance(getattr(first, "value", None), ast.Constant)
        place = 1 if is_docstring and isinstance(first.value.value, str) else 0
        node.body.insert(place, ast.fix_missing_locations(ast.copy_location(told, first)))
    return found


def describe(error):
    line = None
    frames = error.__traceback__
    while frames:
        if frames.tb_frame.f_code.co_filename == "program.py":
            line = frames.tb_lineno
        frames = frames.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno
    text = type(error).__name__ + (": " + str(error) if str(error) else "")
    return {"text": text[:300], "line": line}


def main(program, name, target, seed, first, sampled, seconds, arguments):
    record = Record(os.path.abspath(target), seed, first, sampled)
    folder = os.getcwd()
    try:
        with open(program, encoding="utf-8") as file:
            source = file.read()
        tree = ast.parse(source, "program.py")
        if not instrument(tree, name):
            record.state = "absent"
            return
        code = compile(tree, "program.py", "exec")
        # What it prints is of no use here, and may be without end.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        setattr(builtins, MARK, record.see)
        module = type(sys)("__main__")
        module.__file__ = os.path.join(folder, "program.py")
        sys.modules["__main__"] = module
        sys.argv = ["program.py", *arguments]
        threading.Thread(target=record.watch, args=(seconds,), daemon=True).start()
        exec(code, module.__dict__)
        record.state = "finished"
    except SystemExit:
        record.state = "finished"
    except BaseException as error:
        record.state = "failed"
        record.error = describe(error)
    finally:
        record.write()
    # Threads and what is to be done at the end of the program add nothing.
    os._exit(0)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0], given[1], given[2], int(given[3]), int(given[4]), int(given[5]), float(given[6]), given[7:])
