# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""How a job is followed, as generated code says it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ..calls.conditions import Condition
from ..wire.errors import Error
from ..wire.trace import Trace

__all__ = [
    "JobFailedError",
    "Polling",
    "PollingError",
    "PollingTimeoutError",
    "Progress",
    "Rule",
]


class PollingError(Error):
    """A job failed, or did not end in time."""

    job: Any
    """The job as it was seen last; None if it was never seen."""

    def __init__(
        self, message: str, *, job: Any = None, trace: Trace | None = None
    ) -> None:
        super().__init__(message, trace=trace)
        self.job = job


class JobFailedError(PollingError):
    """The job ended without success."""

    state: str
    """What the job says about its state."""
    reason: str
    """Why it failed; "" where the job does not say."""

    def __init__(
        self,
        message: str,
        *,
        job: Any = None,
        state: str = "",
        reason: str = "",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, job=job, trace=trace)
        self.state = state
        self.reason = reason


class PollingTimeoutError(PollingError):
    """The job did not end in time; it may still be running."""


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
