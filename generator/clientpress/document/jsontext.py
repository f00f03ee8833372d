"""JSON text to plain data, fast. Positions are searched only when a finding needs one."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from clientpress.diagnostics import Position

_WHITESPACE = " \t\n\r"


def read_json(text: str) -> tuple[Any, list[str]]:
    """Read a JSON document.

    Returns:
        The data, and the keys that an object has twice. The last value of such a key counts.

    Raises:
        json.JSONDecodeError: The text is not JSON.
        RecursionError: The document is too deep.
    """
    repeated = list[str]()

    def build(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return members

    return json.loads(text, object_pairs_hook=build), repeated


_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def find_half_character(text: str, data: Any) -> Position | None:
    """The position of half of a surrogate pair, or None.

    JSON can escape such a half, but UTF-8 cannot encode it (RFC 8259, section 8.2).
    """
    match = _HALF.search(text)
    if match is None:
        return None
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return position_at(text, match.start())
    return None


def find_in_json(text: str, steps: list[str]) -> Position:
    """The position of the node that the steps lead to, or of the nearest existing node above it.

    It walks the text, and skips the values beside the way, so that reading costs nothing for positions
    which nobody asks for.
    """
    index = _skip(text, 0)
    for step in steps:
        below = (
            _member(text, index, step)
            if text[index] == "{"
            else _item(text, index, step)
        )
        if below < 0:
            break
        index = below
    return position_at(text, index)


def position_at(text: str, index: int) -> Position:
    """Line and column of a character."""
    return Position(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


def find_key_twice(text: str, key: str) -> Position:
    """The position of the second appearance of a key in the text, or of the only one."""
    quoted = json.dumps(key, ensure_ascii=False)
    first = text.find(quoted)
    second = text.find(quoted, first + 1)
    return position_at(text, max(second, first, 0))


_value_end = json.JSONDecoder().raw_decode
_decoder: Any = json.decoder  # its stub lacks `scanstring`


def _skip(text: str, index: int) -> int:
    """The index of the next character that is not white space."""
    while text[index] in _WHITESPACE:
        index += 1
    return index


def _member(text: str, index: int, name: str) -> int:
    """The index of the value of a member; -1 when there is none. `index` is at the `{`."""
    index = _skip(text, index + 1)
    while text[index] == '"':
        key, after = _decoder.scanstring(text, index + 1)
        value = _skip(text, _skip(text, after) + 1)
        if key == name:
            return value
        index = _skip(text, _value_end(text, value)[1])
        if text[index] == ",":
            index = _skip(text, index + 1)
    return -1


def _item(text: str, index: int, step: str) -> int:
    """The index of an item; -1 when there is none. `index` is at the `[`."""
    if text[index] != "[" or not step.isdigit():
        return -1
    index = _skip(text, index + 1)
    for _ in range(int(step)):
        if text[index] == "]":
            return -1
        index = _skip(text, _value_end(text, index)[1])
        if text[index] != ",":
            return -1
        index = _skip(text, index + 1)
    return -1 if text[index] == "]" else index
