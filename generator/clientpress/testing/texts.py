"""Texts for formats and patterns: the shortest that match, always the same ones."""

from __future__ import annotations

import importlib
import re
import warnings
from functools import cache
from typing import Any

_parser: Any = importlib.import_module("re._parser")
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@ !\"#$%&'()*+,;<=>?[\\]^`{|}~\t\né日"

FORMATS = {
    "date-time": (
        "2024-02-29T12:30:45Z",
        "2023-01-02T03:04:05.678Z",
        "1999-12-31T23:59:59+01:00",
    ),
    "date": ("2024-02-29", "2023-01-02", "1999-12-31"),
    "time": ("12:30:45Z", "03:04:05Z", "23:59:59Z"),
    "duration": ("PT5M", "P1D", "PT30S"),
    "uuid": (
        "123e4567-e89b-42d3-a456-426614174000",
        "123e4567-e89b-42d3-a456-426614174001",
        "123e4567-e89b-42d3-a456-426614174002",
    ),
    "email": ("a@example.com", "b@example.com", "c@example.com"),
    "hostname": ("example.com", "example.org", "example.net"),
    "ipv4": ("192.0.2.1", "192.0.2.2", "192.0.2.3"),
    "ipv6": ("2001:db8::1", "2001:db8::2", "2001:db8::3"),
    "uri": ("https://example.com/a", "https://example.com/b", "https://example.com/c"),
    "url": ("https://example.com/a", "https://example.com/b", "https://example.com/c"),
    "uri-reference": ("/a", "/b", "/c"),
    "byte": ("aGVsbG8=", "d29ybGQ=", "YQ=="),
    "base64": ("aGVsbG8=", "d29ybGQ=", "YQ=="),
    "base64url": ("aGVsbG8", "d29ybGQ", "YQ"),
    "decimal": ("1.5", "2.25", "3"),
    "int64": ("12", "13", "14"),
    "uint64": ("12", "13", "14"),
    "int32": ("12", "13", "14"),
    "json-pointer": ("/a", "/b", "/c"),
    "regex": ("a", "b", "c"),
}


def plain(index: int, shortest: int, longest: int | None) -> str:
    """A text within limits of length; different indices give different texts."""
    text = ("text", "other", "third")[index] if index < 3 else f"text{index}"
    if len(text) < shortest:
        text += "x" * (shortest - len(text))
    if longest is not None and len(text) > longest:
        text = (
            text[:longest]
            if index == 0
            else text[: max(0, longest - 1)] + str(index)[:longest]
        )
    return text


def matching(pattern: str, shortest: int = 0, index: int = 0) -> str | None:
    """A text that a pattern matches; None where none is found."""
    try:
        parsed, compiled = _parsed(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    for extra in (0, 1, 2, 3, 5, 8, shortest, *range(9, 40)):
        try:
            text = _Maker(extra, index).sequence(parsed)
        except _Impossible:
            return None
        if len(text) >= shortest and compiled.search(text):
            return text
    return None


@cache
def _parsed(pattern: str) -> tuple[Any, re.Pattern[str]]:
    """The syntax tree of a pattern, and the pattern compiled."""
    with warnings.catch_warnings():
        # Python warns about patterns whose meaning may change in a later version. Users who test
        # with a document cannot change its patterns.
        warnings.simplefilter("ignore")
        return _parser.parse(pattern), re.compile(pattern)


def finds(pattern: str, text: str) -> bool:
    """Whether a pattern matches somewhere in a text."""
    try:
        return _parsed(pattern)[1].search(text) is not None
    except (re.error, RecursionError, OverflowError):
        return False


class _Impossible(ValueError):
    """A part of a pattern that no text can be made for."""


class _Maker:
    """Makes a text for the syntax tree of a pattern.

    Args:
        extra: How often to repeat a part beyond its minimum.
        index: Which branches and letters to choose.
    """

    def __init__(self, extra: int, index: int) -> None:
        self._extra, self._index = extra, index
        self._groups: dict[int, str] = {}

    def sequence(self, parts: Any) -> str:
        """A text for a sequence of parts."""
        return "".join(self._part(str(op), value) for op, value in parts)

    def _part(self, op: str, value: Any) -> str:
        """A text for one part."""
        match op:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL":
                return "a" if value != ord("a") else "b"
            case "ANY":
                return "a"
            case "IN":
                return self._one_of(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                low, high, inner = value
                most = int(high) if str(high) != "MAXREPEAT" else 10_000
                count = min(low + self._extra, most)
                self._extra -= count - low if self._extra > 8 else 0
                return "".join(self.sequence(inner) for _ in range(count))
            case "SUBPATTERN":
                text = self.sequence(value[3])
                if value[0] is not None:
                    self._groups[value[0]] = text
                return text
            case "ATOMIC_GROUP":
                return self.sequence(value)
            case "BRANCH":
                branches = value[1]
                return self.sequence(branches[self._index % len(branches)])
            case "GROUPREF":
                return self._groups.get(value, "")
            case "AT" | "ASSERT" | "ASSERT_NOT":
                return ""
            case _:
                raise _Impossible(op)

    def _one_of(self, parts: Any) -> str:
        """A letter of a set of characters."""
        names = [(str(op), value) for op, value in parts]
        negated = names[0][0] == "NEGATE"
        for letter in _LETTERS[self._index % 3 :]:
            if (
                any(_is_in(letter, op, v) for op, v in names if op != "NEGATE")
                != negated
            ):
                return letter
        if not negated:
            for op, value in names:
                if op in ("LITERAL", "RANGE"):
                    return chr(value if op == "LITERAL" else value[0])
        raise _Impossible("IN")


def _is_in(letter: str, op: str, value: Any) -> bool:
    """Whether a letter is in a part of a set of characters."""
    if op == "LITERAL":
        return bool(ord(letter) == value)
    if op == "RANGE":
        return bool(value[0] <= ord(letter) <= value[1])
    kind = str(value)
    in_class = {"DIGIT": letter.isdigit(), "SPACE": letter.isspace()}.get(
        kind.rpartition("_")[2], letter.isalnum() or letter == "_"
    )
    return bool(in_class) != ("NOT" in kind)
