"""Finished pieces of Python text: the only things a template may output.

Text of a document can never become code: it enters through `literal`, `docstring` or `comment`,
which quote it, or through `identifier`, which refuses everything that is not a name.
`clientpress.render.environment` lets nothing else through.
"""

from __future__ import annotations

import inspect
import keyword
import re
import textwrap
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from markupsafe import Markup

WIDTH = 88

_MARKER = re.compile(r" *([-*+•]|\d{1,2}[.)]) +")


class Py(Markup):
    """Python text that is known to be safe."""

    __slots__ = ()


def columns(text: str) -> int:
    """How many columns a line of code takes, as black counts them: wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(1 + _is_wide(char) for char in text)


def _is_wide(char: str) -> bool:
    # Black takes the modifiers of emoji (category Sk) as narrow.
    wide = unicodedata.east_asian_width(char) in ("W", "F")
    return wide and unicodedata.category(char) != "Sk"


@cache
def identifier(name: str) -> Py:
    """A name, dotted or not."""
    for part in name.split("."):
        if not part.isidentifier() or (
            keyword.iskeyword(part) and part not in ("None", "True", "False")
        ):
            raise ValueError(f"{name!r} is not a Python name")
    return Py(name)


def literal(value: Any) -> Py:
    """A scalar as Python source, with strings quoted as black quotes them."""
    if isinstance(value, str):
        return Py(_string(value))
    if value is None or isinstance(value, (bool, int)):
        return Py(repr(value))
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return Py(repr(value).replace("e+", "e"))
    raise TypeError(f"{value!r} has no literal form")


def _string(text: str) -> str:
    """A string literal: double quotes unless single quotes need fewer escapes."""
    quote = '"' if text.count('"') <= text.count("'") else "'"
    out = [quote]
    for char in text:
        if char == quote or char == "\\":
            out.append("\\" + char)
        elif char.isprintable():
            out.append(char)
        else:
            out.append(repr(char)[1:-1])
    return "".join(out) + quote


def comment(text: str) -> Py:
    """A comment of one line."""
    return Py("# " + " ".join(_printable(text).split()))


def docstring(text: str, indent: int) -> Py:
    """A docstring as black leaves it: prose is filled anew, lists and tables keep their lines.

    The result starts at the quotes; further lines are indented by `indent` spaces.
    """
    return docstring_of(prose(text, WIDTH - indent), indent)


def docstring_of(lines: Sequence[str], indent: int) -> Py:
    """A docstring of lines made by `prose`."""
    if not lines:
        return Py('"""Undocumented."""')
    rows = list(lines)
    if rows[0][:1] == '"':
        rows[0] = "\\" + rows[0]
    room = WIDTH - indent - 6
    if len(rows) == 1 and len(rows[0]) > room:
        rows = _wrapped(rows[0], room)
    if len(rows) == 1:
        # Black sets a space between a text that ends in a quote and the closing quotes.
        gap = " " if rows[0][-1] == '"' else ""
        return Py(f'"""{rows[0]}{gap}"""')
    if len(rows[0]) > WIDTH - indent - 3:
        rows[:1] = _wrapped(rows[0], WIDTH - indent - 3)
    pad = " " * indent
    text = [
        f'"""{rows[0]}',
        *(pad + row if row else "" for row in rows[1:]),
        f'{pad}"""',
    ]
    return Py("\n".join(text))


def prose(text: str, width: int) -> list[str]:
    """The lines of a text: prose is filled anew, lists hang, tables and code stay as they are."""
    text = inspect.cleandoc(_printable(text)).strip()
    if not text:
        return []
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    out = list[str]()
    paragraph = list[str]()
    fenced = False
    for line in text.split("\n"):
        line = line.rstrip()
        fence = line.lstrip().startswith("```")
        verbatim = fenced or fence or line.lstrip()[:1] in ("|", "#", ">", "<")
        if (
            verbatim
            or not line
            or _MARKER.match(line)
            or (line[:4] == "    " and not paragraph)
        ):
            out += _filled(paragraph, width, opens=not out)
            paragraph = []
        if verbatim:
            out.append(line)
        elif line:
            paragraph.append(line)
        elif out and out[-1]:
            out.append("")
        fenced = fenced != fence
    return _flush_left(out + _filled(paragraph, width, opens=not out))


def _filled(paragraph: list[str], width: int, *, opens: bool) -> list[str]:
    """A paragraph or list item in lines of at most `width` characters; one that opens leaves room for the quotes."""
    if not paragraph:
        return []
    first = paragraph[0]
    lead = first[: len(first) - len(first.lstrip())]
    marker = _MARKER.match(first)
    hang = " " * len(marker.group()) if marker else lead
    if len(hang) > width // 2:
        return paragraph
    text = " ".join([first.strip(), *(line.strip() for line in paragraph[1:])])
    if opens and len(text) > width - 3:
        rows = _wrapped(text, width, '"""', hang)
        return [rows[0][3:], *rows[1:]]
    return _wrapped(text, width, lead, hang)


def hanging(head: str, text: str, width: int) -> list[str]:
    """An entry of a list in a docstring: `head` and the text, further lines indented."""
    lines = prose(text, width - 4)
    body = " ".join(line.strip() for line in lines if line)
    return _wrapped(f"{head} {body}".strip(), width, "    ", "        ")


def _wrapped(text: str, width: int, lead: str = "", hang: str = "") -> list[str]:
    if len(lead) + len(text) <= width:
        return [lead + text]
    return textwrap.wrap(
        text,
        width,
        initial_indent=lead,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _flush_left(lines: list[str]) -> list[str]:
    """Black moves the lines after the first to the left margin together; do it before."""
    rest = [len(line) - len(line.lstrip()) for line in lines[1:] if line]
    cut = min(rest, default=0)
    return lines[:1] + [line[cut:] for line in lines[1:]]


_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def _printable(text: str) -> str:
    """Text without characters that editors hide or terminals obey."""
    if text.isascii():
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
        return _CONTROL.sub(" ", text)
    out = list[str]()
    for char in text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "):
        if char == "\n" or char.isprintable():
            out.append(char)
        elif unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cc"):
            out.append(" ")
    return "".join(out)
