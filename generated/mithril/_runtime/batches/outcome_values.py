# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Outcomes of single requests: the values, and how they are read from an item."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..calls.conditions import Condition, Situation
from ..values.pointers import ABSENT, lookup
from ..wire.decoders import Decoder
from ..wire.lines import Undecodable
from .id_index import id_at

__all__ = ["Case", "Failed", "Outcome", "Succeeded", "Undecodable", "classify"]

B = TypeVar("B")
E = TypeVar("E")
B_co = TypeVar("B_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)


class Case(Struct, frozen=True):
    """What an item holds where a condition is met.

    Attributes:
        result: "succeeded" or "failed".
        at: JSON Pointer to the body of the success or failure.
    """

    result: str
    at: str
    when: Condition


class Outcome(Struct, Generic[B, E], frozen=True, kw_only=True):
    """How the items of a batch's results are read.

    Attributes:
        id: JSON Pointer to the id of an item.
        cases: Which items succeeded and which failed; the first case that holds counts.
        item: The type of an item that is read from a file; plain JSON by default.
    """

    id: str
    cases: tuple[Case, ...]
    item: Decoder[Any] | None = None


class Succeeded(Struct, Generic[B_co], frozen=True):
    """A request that succeeded."""

    id: str
    body: B_co
    item: Any


class Failed(Struct, Generic[E_co], frozen=True):
    """A request that failed."""

    id: str
    error: E_co
    item: Any


def classify(
    outcome: Outcome[B, E], item: Any, line: int, now: float = 0.0
) -> Succeeded[B] | Failed[E] | Undecodable:
    """What an item says about its request.

    Args:
        line: The number of the item, from 1.
        now: The time in seconds, for conditions that need it.
    """
    id = id_at(item, outcome.id)
    if id is None:
        return Undecodable(line, item, f"There is no id at {outcome.id}")
    situation = Situation(item, now)
    for case in outcome.cases:
        if case.when.holds(situation):
            body: Any = lookup(item, case.at)
            body = None if body is ABSENT else body
            if case.result == "succeeded":
                return Succeeded(id, body, item)
            return Failed(id, body, item)
    return Undecodable(line, item, "It is neither a success nor a failure")
