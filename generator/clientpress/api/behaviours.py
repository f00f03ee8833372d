"""What our extensions say about operations and schemas, checked and closed.

The grammar is in docs/extensions.md. Addresses at operations are OpenAPI runtime expressions;
addresses inside a value are JSON Pointers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Pagination:
    """`x-clientpress-pagination`: how the next page of a list is asked for, and what ends it."""

    kind: str
    items: str
    next: str = ""
    send: str = ""
    size: str = ""
    more: str = ""
    total: str = ""


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition on the value at a pointer: `is`, `eq`, `ne`, `gt`, `ge`, `lt`, `le` or `in`."""

    at: str
    test: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class StatusIs:
    """A condition on the status of the response."""

    statuses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All conditions hold."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    """The condition does not hold."""

    condition: Condition


Condition: TypeAlias = Compare | StatusIs | Every | Some | Negation


@dataclass(frozen=True, slots=True)
class Rule:
    """The first rule whose condition holds ends the job: succeeded, ended or failed."""

    outcome: str
    when: Condition
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much is done: pointers that are added up, and a pointer or number for the whole."""

    done: tuple[str, ...]
    total: str | float


@dataclass(frozen=True, slots=True)
class Polling:
    """`x-clientpress-polling` on a status operation."""

    rules: tuple[Rule, ...]
    method: str = "wait"
    interval: float = 5.0
    timeout: float = 600.0
    progress: Progress | None = None
    unavailable: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What an item holds when its condition is met: `result` is succeeded or failed, `at`
    points at the body.
    """

    result: str
    at: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Outcome:
    """`x-clientpress-outcome` on an item's schema: its id, and which items succeeded or failed."""

    id: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """`x-clientpress-lines`: JSON Lines framing, the id of a line, and the limits of a file."""

    item: str = ""
    id: str = ""
    max_lines: int = 0
    max_bytes: int = 0
