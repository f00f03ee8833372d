"""Conditions on a value, for `polling` and `outcome`."""

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
_STATES = ("present", "absent", "empty", "past")


def parse_condition(value: Any, place: Place, reader: Reader) -> Condition | None:
    """Read one condition; findings are reported through the reader of the extension."""
    members = Reader(value, place, reader.report, "a condition")
    condition: Condition | None = None
    if not members.ok:
        pass
    elif members.has("all") or members.has("any"):
        key = "all" if members.has("all") else "any"
        below = [
            parse_condition(item, item_place, reader)
            for item, item_place in members.items(key)
        ]
        known = tuple(each for each in below if each is not None)
        condition = All(known) if key == "all" else AnyOf(known)
    elif members.has("not"):
        inner = parse_condition(members.value("not"), place.child("not"), reader)
        condition = Not(inner) if inner else None
    elif members.has("status"):
        statuses = members.value("status")
        if (
            is_array(statuses)
            and statuses
            and all(type(item) is int for item in statuses)
        ):
            condition = Status(tuple(statuses))
        else:
            members.fail("status", "'status' must be a list of status codes")
    else:
        condition = _comparison(members)
    reader.ok = members.finish() and reader.ok
    return condition if members.ok else None


def _comparison(members: Reader) -> Condition | None:
    """Read a test of the value at a pointer."""
    at = members.pointer("at", None)
    tests = [test for test in _TESTS if members.has(test)]
    if len(tests) != 1:
        members.fail(
            "", "a condition needs exactly one test", f"One of {', '.join(_TESTS)}."
        )
        return None
    test = tests[0]
    if test == "is":
        return At(at, members.text("is", None, _STATES))
    value = members.value(test)
    if test == "in" and not is_array(value):
        members.fail("in", "'in' must be a list")
        return None
    for item in value if test == "in" else [value]:
        if not _is_scalar(item):
            members.fail(test, f"a value cannot be compared with {item!r}")
    return At(at, test, tuple(value) if test == "in" else value)


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, (str, bool)) or is_number(value)
