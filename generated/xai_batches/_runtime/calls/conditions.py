# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Conditions on values and answers, as descriptions of jobs and outcomes use them."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from ..values.members import is_object, sent_members
from ..values.pointers import ABSENT, lookup


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

    def holds(self, situation: Situation) -> bool:
        """Whether the condition holds; likewise for the classes below."""
        return _holds_at(self, situation)


class Status(Struct, frozen=True):
    """A condition on the status of the answer: it is one of these."""

    statuses: tuple[int, ...]

    def holds(self, situation: Situation) -> bool:
        return situation.status in self.statuses


class All(Struct, frozen=True):
    """All conditions hold."""

    conditions: tuple[Condition, ...]

    def holds(self, situation: Situation) -> bool:
        for each in self.conditions:  # noqa: SIM110 - much faster than `all`
            if not each.holds(situation):
                return False
        return True


class AnyOf(Struct, frozen=True):
    """At least one condition holds."""

    conditions: tuple[Condition, ...]

    def holds(self, situation: Situation) -> bool:
        return any(each.holds(situation) for each in self.conditions)


class Not(Struct, frozen=True):
    """The condition does not hold."""

    condition: Condition

    def holds(self, situation: Situation) -> bool:
        return not self.condition.holds(situation)


Condition: TypeAlias = At | Status | All | AnyOf | Not


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


def _holds_at(condition: At, situation: Situation) -> bool:
    value = lookup(situation.value, condition.pointer)
    is_present = value is not ABSENT and value is not None
    test, wanted = condition.test, condition.value
    if test in _ORDERS:
        if not is_present:
            return False
        if _are_numbers(value, wanted):  # most often
            return bool(_ORDERS[test](value, wanted))
        return _compare(test, value, wanted)
    if test == "present":
        return is_present
    if test == "absent":
        return not is_present
    if test == "empty":
        if not is_present:
            return True
        if is_object(value):
            return next(sent_members(value), None) is None
        return value in ("", [])
    if test == "ne":
        return not is_present or not _equal(value, wanted)
    if not is_present:
        return False
    if test == "past":
        end = _end_of(value)
        return end is not None and end <= situation.now
    if test == "eq":
        return _equal(value, wanted)
    return any(_equal(value, each) for each in wanted)


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


def _compare(test: str, value: Any, wanted: Any) -> bool:
    """Whether two values are in this order; False for values without an order."""
    a: Any = as_number(value)
    b: Any = as_number(wanted)
    if a is None or b is None:
        if not (isinstance(value, str) and isinstance(wanted, str)):
            return False
        a, b = str(value), str(wanted)
    return bool(_ORDERS[test](a, b))


_ORDERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


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
