# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Conditions on values and answers, as descriptions of jobs and outcomes use them."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from ..values.members import is_object, sent_members
from ..values.pointers import ABSENT, getter


class Situation(NamedTuple):
    """The state that conditions are evaluated on."""

    value: Any
    now: float
    """Seconds since the epoch."""
    status: int = 0


class At(Struct, frozen=True):
    """A condition on the value at a JSON Pointer.

    Attributes:
        test: "present" (there and not null), "absent", "empty" (absent, or a text, list or object
            without anything in it), "past" (a time that is over; a date without a time means the
            end of that day, UTC), "eq", "ne", "gt", "ge", "lt", "le", or "in".
    """

    pointer: str
    test: str
    value: Any = None


class Status(Struct, frozen=True):
    """A condition on the status of the answer: it is one of these."""

    statuses: tuple[int, ...]


class All(Struct, frozen=True):
    """All conditions hold."""

    conditions: tuple[Condition, ...]


class AnyOf(Struct, frozen=True):
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


class Not(Struct, frozen=True):
    """The condition does not hold."""

    condition: Condition


Condition: TypeAlias = At | Status | All | AnyOf | Not


def predicate(condition: Condition) -> Callable[[Situation], bool]:
    """A function that tells whether a condition holds; it may be called for millions of values."""
    if isinstance(condition, At):
        find, test = getter(condition.pointer), _TESTS[condition.test]
        wanted = condition.value
        return lambda situation: test(find(situation.value), wanted, situation.now)
    if isinstance(condition, Status):
        return lambda situation: situation.status in condition.statuses
    if isinstance(condition, Not):
        inner = predicate(condition.condition)
        return lambda situation: not inner(situation)
    parts = tuple(map(predicate, condition.conditions))
    decisive = isinstance(condition, AnyOf)

    def holds(situation: Situation) -> bool:
        for part in parts:
            if part(situation) is decisive:
                return decisive
        return not decisive

    return holds


def pointers_in(condition: Condition) -> list[str]:
    """All pointers to values in a condition."""
    if isinstance(condition, At):
        return [condition.pointer]
    if isinstance(condition, (All, AnyOf)):
        return [p for each in condition.conditions for p in pointers_in(each)]
    return pointers_in(condition.condition) if isinstance(condition, Not) else []


def first_pointer(condition: Condition) -> str | None:
    """The pointer of the first condition on a value, `Not` excluded; None if there is none."""
    if isinstance(condition, At):
        return condition.pointer
    if isinstance(condition, (All, AnyOf)):
        pointers = (first_pointer(each) for each in condition.conditions)
        return next((pointer for pointer in pointers if pointer is not None), None)
    return None


# ------------------------------------------------------------------ values
def as_number(value: Any) -> Decimal | None:
    """A number, or the number that a string holds; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _are_numbers(value: Any, wanted: Any) -> bool:
    """Whether both are numbers that Python compares exactly."""
    return value.__class__ in (int, float) and wanted.__class__ in (int, float)


def _equal(value: Any, wanted: Any) -> bool:
    if _are_numbers(value, wanted):
        return bool(value == wanted)
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    a, b = as_number(value), as_number(wanted)
    if a is not None and b is not None:
        return a == b
    return bool(value == wanted)


_DAY = 86_400.0


def _end_of(value: Any) -> float | None:
    """The end of a time, in seconds since the epoch; None if the value is not a time."""
    if isinstance(value, str):
        value = _parse_time(value.strip())
    if isinstance(value, dt.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return aware.timestamp()
    if isinstance(value, dt.date):
        day = dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
        return day.timestamp() + _DAY
    number = as_number(value)
    return None if number is None else float(number)


def _parse_time(text: str) -> dt.date | str:
    """A date, a date-time (which is a date too), or else the text."""
    try:
        if len(text) == len("2025-01-31"):
            return dt.date.fromisoformat(text)
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return text


# ------------------------------------------------------------------ tests
Test: TypeAlias = Callable[[Any, Any, float], bool]
"""Gets the value (ABSENT or None if there is none), the value of the condition, and the time."""


def _is_present(value: Any) -> bool:
    return value is not None and value is not ABSENT


def _is_empty(value: Any) -> bool:
    if value.__class__ is dict or not _is_present(value):  # most often
        return not value or value is ABSENT
    if is_object(value):
        return next(sent_members(value), None) is None
    return value in ("", [])


def _is_past(value: Any, now: float) -> bool:
    end = _end_of(value) if _is_present(value) else None
    return end is not None and end <= now


def _is_ordered(
    order: Callable[[Any, Any], bool], value: Any, wanted: Any, _: float
) -> bool:
    """Whether two values are in an order; False for values without one."""
    if _are_numbers(value, wanted):
        return order(value, wanted)
    a, b = as_number(value), as_number(wanted)
    if a is not None and b is not None:
        return order(a, b)
    is_text = isinstance(value, str) and isinstance(wanted, str)
    return is_text and order(str(value), str(wanted))


_TESTS: Mapping[str, Test] = {
    "present": lambda value, wanted, now: _is_present(value),
    "absent": lambda value, wanted, now: not _is_present(value),
    "empty": lambda value, wanted, now: _is_empty(value),
    "past": lambda value, wanted, now: _is_past(value, now),
    "eq": lambda value, wanted, now: _is_present(value) and _equal(value, wanted),
    "ne": lambda value, wanted, now: not (_is_present(value) and _equal(value, wanted)),
    "in": lambda value, wanted, now: (
        _is_present(value) and any(_equal(value, each) for each in wanted)
    ),
    "gt": partial(_is_ordered, operator.gt),
    "ge": partial(_is_ordered, operator.ge),
    "lt": partial(_is_ordered, operator.lt),
    "le": partial(_is_ordered, operator.le),
}
