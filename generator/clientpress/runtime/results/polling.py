"""How a job is followed, as generated code says it."""

from __future__ import annotations

from msgspec import Struct

from ..calls.conditions import Condition

__all__ = ["Polling", "Progress", "Rule"]


class Rule(Struct, frozen=True):
    """What ends a job.

    outcome: "succeeded", "ended" (cancelled, expired: partial results may exist), "failed", or
        "pending" (not yet: goes on, even if the answer is an error).
    reason: pointer to what the job says about a failure.
    """

    outcome: str
    when: Condition
    reason: str = ""


class Progress(Struct, frozen=True, kw_only=True):
    """How far a job is: pointers that are added up; a pointer or number for the whole."""

    done: str | tuple[str, ...]
    total: str | float


class Polling(Struct, frozen=True, kw_only=True):
    """How a job is followed. The first rule that holds ends it; without one it goes on.

    interval, timeout: seconds.
    unavailable: "retry" if failing connections and 5xx answers do not end the waiting.
    """

    rules: tuple[Rule, ...]
    progress: Progress | None = None
    interval: float = 5.0
    timeout: float = 600.0
    unavailable: str = ""
