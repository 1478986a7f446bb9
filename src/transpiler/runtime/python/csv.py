"""The module csv: its usual dialect, with another delimiter, quote or end of line where asked for."""


def reader(csvfile, delimiter=",", quotechar='"', skipinitialspace=False):
    fields = []
    field = ""
    quoted = False
    closing = False
    fresh = True
    begun = False
    for line in csvfile:
        for char in line:
            if quoted:
                if char == quotechar:
                    quoted = False
                    closing = True
                else:
                    field += char
                continue
            if closing and char == quotechar:
                field += char
                quoted = True
                closing = False
                continue
            closing = False
            if char == "\n" or char == "\r":
                continue
            if char == delimiter:
                fields.append(field)
                field = ""
                fresh = True
                begun = True
            elif fresh and char == quotechar:
                quoted = True
                fresh = False
                begun = True
            elif not (fresh and skipinitialspace and char == " "):
                field += char
                fresh = False
                begun = True
        if quoted:
            continue
        if begun:
            fields.append(field)
        yield fields
        fields = []
        field = ""
        closing = False
        fresh = True
        begun = False
    if quoted:
        fields.append(field)
        yield fields


def DictReader(f, fieldnames=None, delimiter=",", quotechar='"'):
    names = [] if fieldnames is None else list(fieldnames)
    for row in reader(f, delimiter, quotechar):
        if not names:
            names = row
        elif row:
            if len(row) > len(names):
                raise NotImplementedError("a row with more fields than names")
            record = {}
            for at, name in enumerate(names):
                record[name] = row[at] if at < len(row) else None
            yield record


class writer:
    def __init__(self, csvfile, delimiter=",", quotechar='"', lineterminator="\r\n"):
        self.csvfile = csvfile
        self.delimiter = delimiter
        self.quotechar = quotechar
        self.lineterminator = lineterminator

    def _written(self, text):
        for char in text:
            if char == self.delimiter or char == self.quotechar or char == "\n" or char == "\r":
                doubled = text.replace(self.quotechar, self.quotechar + self.quotechar)
                return self.quotechar + doubled + self.quotechar
        return text

    def _line(self, texts):
        if texts == [""]:
            texts = [self.quotechar + self.quotechar]
        return self.csvfile.write(self.delimiter.join(texts) + self.lineterminator)

    def writerow(self, row):
        return self._line([self._written("" if item is None else str(item)) for item in row])

    def writerows(self, rows):
        for row in rows:
            self._line([self._written("" if item is None else str(item)) for item in row])


class DictWriter:
    def __init__(self, f, fieldnames, delimiter=",", lineterminator="\r\n"):
        self.fieldnames = fieldnames
        self.writer = writer(f, delimiter, '"', lineterminator)

    def writeheader(self):
        return self.writer._line([self.writer._written(name) for name in self.fieldnames])

    def writerow(self, rowdict):
        for key in rowdict:
            if key not in self.fieldnames:
                raise ValueError("dict contains fields not in fieldnames: " + repr(key))
        row = [self.writer._written(str(rowdict[name]) if name in rowdict else "") for name in self.fieldnames]
        return self.writer._line(row)

    def writerows(self, rowdicts):
        for rowdict in rowdicts:
            self.writerow(rowdict)
