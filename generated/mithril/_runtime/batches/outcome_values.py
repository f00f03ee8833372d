# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Outcomes of single requests: the values, and how they are read from an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..calls.conditions import Condition, Situation, predicate
from ..values.pointers import ABSENT, getter
from ..wire.decoders import Decoder
from ..wire.lines import Undecodable
from .id_index import id_text

__all__ = ["Case", "Classifier", "Failed", "Outcome", "Succeeded", "Undecodable"]

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


class Classifier(Generic[B, E]):
    """What items say about their requests.

    Args:
        outcome: How the items are read.
    """

    def __init__(self, outcome: Outcome[B, E]) -> None:
        self._id = outcome.id
        self._find_id = getter(outcome.id)
        self._cases: list[
            tuple[Callable[[Situation], bool], Callable[[Any], Any], type[Any]]
        ] = [
            (predicate(case.when), getter(case.at), _KINDS[case.result])
            for case in outcome.cases
        ]

    def __call__(
        self, item: Any, line: int, now: float = 0.0
    ) -> Succeeded[B] | Failed[E] | Undecodable:
        """What an item says.

        Args:
            line: The number of the item, from 1.
            now: The time in seconds, for conditions that need it.
        """
        id = id_text(self._find_id(item))
        if id is None:
            return Undecodable(line, item, f"There is no id at {self._id}")
        situation = Situation(item, now)
        for holds, find, kind in self._cases:
            if holds(situation):
                body = find(item)
                outcome: Succeeded[B] | Failed[E] = kind(
                    id, None if body is ABSENT else body, item
                )
                return outcome
        return Undecodable(line, item, "It is neither a success nor a failure")


_KINDS: Mapping[str, type[Any]] = {"succeeded": Succeeded, "failed": Failed}
