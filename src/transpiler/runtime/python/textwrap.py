def dedent(text):
    """The text without the white space that all its lines begin with."""
    lines = []
    margin = None
    for line in text.split("\n"):
        stripped = line.lstrip(" \t")
        if stripped == "":
            lines.append("")
            continue
        lines.append(line)
        indent = line[: len(line) - len(stripped)]
        if margin is None:
            margin = indent
        elif not indent.startswith(margin):
            if margin.startswith(indent):
                margin = indent
            else:
                common = 0
                while common < len(margin) and common < len(indent) and margin[common] == indent[common]:
                    common += 1
                margin = margin[:common]
    if margin is None or margin == "":
        return "\n".join(lines)
    size = len(margin)
    return "\n".join([line[size:] if line != "" else line for line in lines])


def indent(text, prefix):
    """The text with a prefix before each line that is not empty."""
    return "".join([prefix + line if line.strip() != "" else line for line in text.splitlines(True)])


def _chunks(text):
    """Words and the spaces between them; a word ends after a hyphen within it."""
    chunks = []
    at = 0
    while at < len(text):
        start = at
        if text[at] == " ":
            while at < len(text) and text[at] == " ":
                at += 1
            chunks.append(text[start:at])
            continue
        while at < len(text) and text[at] != " ":
            at += 1
        word = text[start:at]
        piece = 0
        i = 1
        while i < len(word) - 1:
            if (
                word[i] == "-"
                and i - piece >= 2
                and word[i - 1].isalpha()
                and word[i - 2].isalpha()
                and word[i + 1].isalpha()
                and i + 2 < len(word)
                and (word[i + 2].isalpha() or word[i + 2] == "-")
            ):
                chunks.append(word[piece : i + 1])
                piece = i + 1
            i += 1
        chunks.append(word[piece:])
    return chunks


def wrap(
    text,
    width=70,
    initial_indent="",
    subsequent_indent="",
    break_long_words=True,
    drop_whitespace=True,
    max_lines=None,
    placeholder=" [...]",
):
    """The lines of a paragraph, none longer than the width."""
    if width <= 0:
        raise ValueError("invalid width " + str(width) + " (must be > 0)")
    plain = "".join([" " if c in "\t\n\x0b\x0c\r" else c for c in text.expandtabs()])
    chunks = [chunk for chunk in _chunks(plain) if chunk != ""]
    chunks.reverse()
    lines = []
    while len(chunks) > 0:
        current = []
        length = 0
        indentation = subsequent_indent if len(lines) > 0 else initial_indent
        room = width - len(indentation)
        if drop_whitespace and chunks[-1].strip() == "" and len(lines) > 0:
            chunks.pop()
        while len(chunks) > 0 and length + len(chunks[-1]) <= room:
            length += len(chunks[-1])
            current.append(chunks.pop())
        if len(chunks) > 0 and len(chunks[-1]) > room:
            space = 1 if room < 1 else room - length
            if break_long_words:
                current.append(chunks[-1][:space])
                chunks[-1] = chunks[-1][space:]
            elif len(current) == 0:
                current.append(chunks.pop())
            length = sum([len(chunk) for chunk in current])
        if drop_whitespace and len(current) > 0 and current[-1].strip() == "":
            length -= len(current[-1])
            current.pop()
        if len(current) == 0:
            continue
        is_last = len(chunks) == 0 or (drop_whitespace and len(chunks) == 1 and chunks[0].strip() == "")
        if max_lines is None or len(lines) + 1 < max_lines or (is_last and length <= room):
            lines.append(indentation + "".join(current))
            continue
        placed = False
        while len(current) > 0:
            if current[-1].strip() != "" and length + len(placeholder) <= room:
                current.append(placeholder)
                lines.append(indentation + "".join(current))
                placed = True
                break
            length -= len(current[-1])
            current.pop()
        if not placed:
            if len(lines) > 0:
                previous = lines[-1].rstrip()
                if len(previous) + len(placeholder) <= width:
                    lines[-1] = previous + placeholder
                    break
            lines.append(indentation + placeholder.lstrip())
        break
    return lines


def fill(
    text,
    width=70,
    initial_indent="",
    subsequent_indent="",
    break_long_words=True,
    drop_whitespace=True,
    max_lines=None,
    placeholder=" [...]",
):
    """The lines of a paragraph as one text."""
    return "\n".join(
        wrap(
            text,
            width,
            initial_indent,
            subsequent_indent,
            break_long_words,
            drop_whitespace,
            max_lines,
            placeholder,
        )
    )


def shorten(text, width, placeholder=" [...]"):
    """The text with its white space collapsed, cut to a width."""
    return "\n".join(wrap(" ".join(text.split()), width, "", "", True, True, 1, placeholder))
