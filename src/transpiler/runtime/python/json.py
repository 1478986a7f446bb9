import json_read


class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        self.msg = msg
        self.doc = doc
        self.pos = pos
        self.lineno = doc[:pos].count("\n") + 1
        self.colno = pos - doc[:pos].rfind("\n")
        super().__init__(f"{msg}: line {self.lineno} column {self.colno} (char {pos})")


def loads(s):
    value = json_read.read(s)
    failure = json_read.failure()
    if failure != "":
        raise JSONDecodeError(failure, s, json_read.place())
    return value


def load(fp):
    return loads(fp.read())
