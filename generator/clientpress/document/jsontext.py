"""JSON text to plain data, fast; positions only when a finding needs them."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from clientpress.diagnostics import Position

_WHITESPACE = " \t\n\r"


def read_json(text: str) -> tuple[Any, list[str]]:
    """Read a JSON document: its data, and the keys that an object has twice, where the last one
    counts.

    Raises:
        json.JSONDecodeError: The text is not JSON.
        RecursionError: The document is too deep.
    """
    repeated = list[str]()

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.extend(key for key, count in counts.items() if count > 1)
        return found

    return json.loads(text, object_pairs_hook=made), repeated


_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def find_half_character(text: str, data: Any) -> Position | None:
    """The position of half a surrogate pair: JSON can write it, but no text can hold it."""
    found = _HALF.search(text)
    if found is None:
        return None
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return position_at(text, found.start())
    return None


def find_in_json(text: str, steps: list[str]) -> Position:
    """The position of the node that the steps lead to, or of the nearest one above it that exists.

    Walks the text and skips what is not on the way, so nothing is paid before a finding is shown.
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
    """The position of the second appearance of a key that one object has twice (or of its first
    in the text).
    """
    quoted = json.dumps(key, ensure_ascii=False)
    first = text.find(quoted)
    second = text.find(quoted, first + 1)
    return position_at(text, max(second, first, 0))


_value_end = json.JSONDecoder().raw_decode
_decoder: Any = json.decoder  # its stub lacks `scanstring`


def _skip(text: str, index: int) -> int:
    while text[index] in _WHITESPACE:
        index += 1
    return index


def _member(text: str, index: int, wanted: str) -> int:
    """The index of the key of a member; what it stands before is found from there by
    `_after_key`.
    """
    index = _skip(text, index + 1)
    while text[index] == '"':
        key, after = _decoder.scanstring(text, index + 1)
        value = _skip(text, _skip(text, after) + 1)
        if key == wanted:
            return value
        index = _skip(text, _value_end(text, value)[1])
        if text[index] == ",":
            index = _skip(text, index + 1)
    return -1


def _item(text: str, index: int, wanted: str) -> int:
    if text[index] != "[" or not wanted.isdigit():
        return -1
    index = _skip(text, index + 1)
    for _ in range(int(wanted)):
        if text[index] == "]":
            return -1
        index = _skip(text, _value_end(text, index)[1])
        if text[index] != ",":
            return -1
        index = _skip(text, index + 1)
    return -1 if text[index] == "]" else index
