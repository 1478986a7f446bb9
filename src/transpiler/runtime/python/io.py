"""What the module io keeps in memory as bytes."""


class BytesIO:
    def __init__(self, initial_bytes=b""):
        self.data = bytearray(initial_bytes)
        self.at = 0

    def write(self, b):
        if self.at > len(self.data):
            self.data.extend(bytes(self.at - len(self.data)))
        self.data[self.at : self.at + len(b)] = b
        self.at += len(b)
        return len(b)

    def read(self, size=-1):
        end = len(self.data) if size is None or size < 0 else min(len(self.data), self.at + size)
        part = bytes(self.data[self.at : end])
        self.at = max(self.at, end)
        return part

    def readline(self):
        end = self.data.find(b"\n", self.at) + 1
        return self.read(end - self.at if end > 0 else -1)

    def readlines(self):
        lines = []
        while self.at < len(self.data):
            lines.append(self.readline())
        return lines

    def __iter__(self):
        return iter(self.readlines())

    def getvalue(self):
        return bytes(self.data)

    def seek(self, pos, whence=0):
        if whence == 0:
            if pos < 0:
                raise ValueError("negative seek value " + str(pos))
            self.at = pos
        else:
            self.at = max(0, pos + (self.at if whence == 1 else len(self.data)))
        return self.at

    def tell(self):
        return self.at

    def truncate(self, size=None):
        kept = self.at if size is None else size
        del self.data[kept:]
        return kept

    def close(self):
        self.at = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.close()
