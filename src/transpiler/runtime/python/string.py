def capwords(s, sep=None):
    """Each word with a capital letter."""
    if sep is None:
        return " ".join([word.capitalize() for word in s.split()])
    return sep.join([word.capitalize() for word in s.split(sep)])


def _template_name(text, at):
    end = at
    while end < len(text) and (text[end] == "_" or (text[end].isascii() and text[end].isalnum())):
        end += 1
    if end > at and text[at].isdigit():
        return at
    return end


class Template:
    """A text with `$name` in it."""

    def __init__(self, template):
        self.template = template

    def _filled(self, mapping, safe):
        text = self.template
        out = []
        at = 0
        while at < len(text):
            c = text[at]
            if c != "$":
                out.append(c)
                at += 1
                continue
            if at + 1 < len(text) and text[at + 1] == "$":
                out.append("$")
                at += 2
                continue
            braced = at + 1 < len(text) and text[at + 1] == "{"
            start = at + 2 if braced else at + 1
            end = _template_name(text, start)
            if end == start or (braced and (end >= len(text) or text[end] != "}")):
                if not safe:
                    before = text[:at].split("\n")
                    raise ValueError(
                        "Invalid placeholder in string: line "
                        + str(len(before))
                        + ", col "
                        + str(len(before[-1]) + 1)
                    )
                out.append(c)
                at += 1
                continue
            name = text[start:end]
            after = end + 1 if braced else end
            if name in mapping:
                out.append(str(mapping[name]))
            elif safe:
                out.append(text[at:after])
            else:
                raise KeyError(name)
            at = after
        return "".join(out)

    def substitute(self, mapping={}, **named):
        return self._filled({**mapping, **named}, False)

    def safe_substitute(self, mapping={}, **named):
        return self._filled({**mapping, **named}, True)
