# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""How a job is polled, as generated code describes it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from ..calls.conditions import Condition
from ..wire.errors import Error
from ..wire.trace import Trace


class PollingError(Error):
    """A job failed, or did not end in time."""

    def __init__(
        self, message: str, *, job: Any = None, trace: Trace | None = None
    ) -> None:
        super().__init__(message, trace=trace)
        self.job = job


class JobFailedError(PollingError):
    """The job failed."""

    state: str
    """The state that the job names; "" without."""
    reason: str
    """Why it failed; "" if the job does not say."""
    line: int | None
    """The line of the uploaded file that is wrong, from 1; None if the job names none."""

    def __init__(
        self,
        message: str,
        *,
        job: Any = None,
        state: str = "",
        reason: str = "",
        line: int | None = None,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, job=job, trace=trace)
        self.state = state
        self.reason = reason
        self.line = line


class PollingTimeoutError(PollingError):
    """The job did not end in time; it may still be running."""


class Rule(Struct, frozen=True):
    """A condition on a poll, and what it means for the job.

    Attributes:
        outcome: "succeeded", "ended" (cancelled, expired: partial results may exist), "failed",
            or "pending" (polling continues, even if the answer is an error).
        reason: JSON Pointer of the job's message about a failure.
        line: JSON Pointer of the number of the line that is wrong.
    """

    outcome: str
    when: Condition
    reason: str = ""
    line: str = ""


class Progress(Struct, frozen=True, kw_only=True):
    """How far a job is.

    Attributes:
        done: JSON Pointers of numbers; their sum is done.
        total: JSON Pointer of the whole, or the number itself.
    """

    done: str | tuple[str, ...]
    total: str | float


class Polling(Struct, frozen=True, kw_only=True):
    """How a job is polled.

    Attributes:
        rules: The first one that holds counts; if none holds, polling continues.
        interval: Seconds between polls.
        timeout: Seconds for all polls.
    """

    rules: tuple[Rule, ...]
    progress: Progress | None = None
    interval: float = 5.0
    timeout: float = 600.0
