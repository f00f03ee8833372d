"""Conditions on a value, as `polling` and `outcome` use them."""

from __future__ import annotations

from typing import Any

from clientpress.diagnostics import Place
from clientpress.document.data import is_array
from clientpress.parse.extensions.common import Reader, is_number
from clientpress.runtime.calls.conditions import (
    All,
    AnyOf,
    At,
    Condition,
    Not,
    Status,
)

_TESTS = ("is", "eq", "ne", "gt", "ge", "lt", "le", "in")
_STATES = ("present", "absent", "past")


def parse_condition(value: Any, place: Place, reader: Reader) -> Condition | None:
    """One condition; findings are reported through the reader of the extension."""
    words = Reader(value, place, reader.report, "a condition")
    made: Condition | None = None
    if not words.ok:
        pass
    elif words.has("all") or words.has("any"):
        key = "all" if words.has("all") else "any"
        below = [
            parse_condition(item, where, reader) for item, where in words.items(key)
        ]
        known = tuple(condition for condition in below if condition is not None)
        made = All(known) if key == "all" else AnyOf(known)
    elif words.has("not"):
        inner = parse_condition(words.value("not"), place.child("not"), reader)
        made = Not(inner) if inner else None
    elif words.has("status"):
        statuses = words.value("status")
        if (
            is_array(statuses)
            and statuses
            and all(type(item) is int for item in statuses)
        ):
            made = Status(tuple(statuses))
        else:
            words.fail("status", "'status' must be a list of status codes")
    else:
        made = _comparison(words)
    reader.ok = words.finish() and reader.ok
    return made if words.ok else None


def _comparison(words: Reader) -> Condition | None:
    at = words.pointer("at", None)
    given = [test for test in _TESTS if words.has(test)]
    if len(given) != 1:
        words.fail(
            "", "a condition needs exactly one test", f"One of {', '.join(_TESTS)}."
        )
        return None
    test = given[0]
    if test == "is":
        return At(at, words.text("is", None, _STATES))
    value = words.value(test)
    if test == "in" and not is_array(value):
        words.fail("in", "'in' must be a list")
        return None
    for item in value if test == "in" else [value]:
        if not _is_scalar(item):
            words.fail(test, f"a value cannot be compared with {item!r}")
    return At(at, test, tuple(value) if test == "in" else value)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool)) or is_number(value)
