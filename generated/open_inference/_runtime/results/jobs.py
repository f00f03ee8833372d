# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Jobs that are polled until they end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from ..calls.answers import Answer, finish, status_error
from ..calls.conditions import (
    Situation,
    as_number,
    first_pointer,
    pointers_in,
    predicate,
)
from ..calls.core import Core
from ..calls.effects import Flow, Sleep
from ..calls.flow import perform
from ..calls.limits import Deadline, deadline_of
from ..calls.options import Options
from ..calls.pauses import spread
from ..calls.preparing import prepare
from ..calls.retry import back_off, retry_after
from ..values.pointers import ABSENT, lookup
from ..wire.errors import Error, StatusError, TransportError
from ..wire.operation import Operation
from ..wire.trace import Trace
from .polling import JobFailedError, Polling, PollingTimeoutError, Rule

T = TypeVar("T")


def progress_of(polling: Polling, job: object) -> tuple[float, float] | None:
    """How much of a job is done, and the total; None if the job does not say."""
    if polling.progress is None:
        return None
    pointers = polling.progress.done
    done = [
        as_number(lookup(job, pointer))
        for pointer in ((pointers,) if isinstance(pointers, str) else pointers)
    ]
    whole: Any = polling.progress.total
    total = as_number(lookup(job, whole) if isinstance(whole, str) else whole)
    known = [float(number) for number in done if number is not None]
    return None if total is None or not known else (sum(known), float(total))


def match(polling: Polling, situation: Situation) -> Rule | None:
    """The first rule that holds; None if no rule does."""
    return next((r for r in polling.rules if predicate(r.when)(situation)), None)


def next_delay(
    interval: float, server_delay: float | None, remaining: float | None
) -> float | None:
    """Seconds until the next poll; None if it would be after the time limit.

    Args:
        interval: Seconds that the caller wants to wait.
        server_delay: Seconds that the server asks for; the longer of the two counts.
        remaining: Seconds until the time limit. The last poll is a bit before the limit, unless
            the server asks for a longer wait.
    """
    delay = max(interval, server_delay or 0.0)
    if remaining is None or delay < remaining:
        return delay
    last = remaining - min(1.0, remaining / 4)
    is_worth_it = last > min(interval, 1.0) / 4 and last >= (server_delay or 0.0)
    return last if is_worth_it else None


def wait(
    core: Core,
    operation: Operation[T],
    polling: Polling,
    arguments: Sequence[Any],
    *,
    timeout: float,
    interval: float,
    on_progress: Callable[[T], object] | None = None,
    options: Options | None = None,
) -> Flow[T]:
    """Poll a job until a rule ends it.

    Failures that may pass are waited through: broken connections, 429, 5xx, and 404 for a new job.

    Args:
        timeout: Seconds for all polls.
        interval: Seconds between polls; longer after failures.
        on_progress: Called with the job after each poll.

    Returns:
        The job.

    Raises:
        JobFailedError: A rule says that the job failed.
        PollingTimeoutError: The timeout or the deadline of the call was reached. If the last poll
            failed, its error is the cause.
        Error: A poll fails in a way that will not pass. It holds the job as last seen.
    """
    prepared = prepare(core, operation, arguments, None, options)
    # The next poll is the retry.
    prepared = replace(prepared, options=replace(prepared.options, retries=0))
    needed = [p for rule in polling.rules for p in pointers_in(rule.when)]
    limit = _limit(core, prepared.options, timeout)
    # with a timeout of 0 there is still one poll
    deadline = limit if timeout > 0 else deadline_of(core.clock, prepared.options)
    new_until = core.clock.monotonic() + _NEW
    job: T | None = None
    failures = 0
    while True:
        answer: Answer | None = None
        failure: Error | None = None
        server_delay: float | None = None
        try:
            answer = yield from perform(core, prepared, deadline)
            status, polled = answer.response.status, None
            server_delay = retry_after(answer.response.headers, core.clock.now())
            if operation.result_decoder(status) is not None:
                polled = job = finish(core, operation, answer, needed)
                if on_progress is not None:
                    on_progress(job)
            rule = match(polling, Situation(polled, core.clock.now(), status))
            if rule is not None and rule.outcome != "pending":
                return _end(core, operation, rule, answer, polled)
            if operation.result_decoder(status) is None and rule is None:
                raise status_error(core, operation, answer)
        except Error as e:
            e.job = job if e.job is None else e.job
            is_new = bool(needed) and job is None and core.clock.monotonic() < new_until
            if not _may_pass(e, is_new):
                raise
            failure = e
        failures = 0 if failure is None else failures + 1
        random = core.clock.random()
        pause = spread(interval, random, 0.1)
        if failures:
            pause = max(pause, back_off(failures, random))
        delay = next_delay(pause, server_delay, limit.remaining(core.clock))
        if delay is None:
            seen = answer or failure
            trace = None if seen is None else seen.trace
            raise _too_late(polling, timeout, job, trace, failure) from failure
        yield Sleep(delay)
        deadline = limit


_NEW = 20.0
"""Seconds in which a server may not know a new job yet."""
_LASTING = frozenset({501, 505})
"""Statuses of 5xx that say that the server will never do this."""


def _may_pass(error: Error, is_new: bool) -> bool:
    """Whether a later poll may succeed.

    Args:
        is_new: Whether the job may be so new that the server does not know it yet.
    """
    if isinstance(error, StatusError):
        status = error.status
        if status == 404:
            return is_new
        return status in (408, 425, 429) or (status >= 500 and status not in _LASTING)
    return isinstance(error, TransportError) and not error.lasts


def _limit(core: Core, options: Options, timeout: float) -> Deadline:
    """The earlier one of deadline and timeout."""
    ends = (deadline_of(core.clock, options).at, core.clock.monotonic() + timeout)
    return Deadline(min(end for end in ends if end is not None))


def _too_late(
    polling: Polling,
    timeout: float,
    job: object,
    trace: Trace | None,
    failure: Error | None,
) -> PollingTimeoutError:
    """The error with the time that was waited, the state and progress of the job if known, and the
    failure of the last poll.
    """
    message = f"The job had not ended after {timeout:g} s"
    pointers = [first_pointer(rule.when) for rule in polling.rules]
    states = [text for p in dict.fromkeys(pointers) if (text := _text_at(job, p))]
    if states:
        message += f": {states[0]}"
    done = progress_of(polling, job) if job is not None else None
    if done is not None:
        message += f" ({done[0]:g} of {done[1]:g})"
    if failure is not None:
        message += f"; the last poll failed: {failure.message}"
    return PollingTimeoutError(message, job=job, trace=trace)


def _end(
    core: Core, operation: Operation[T], rule: Rule, answer: Answer, job: Any
) -> T:
    if rule.outcome != "failed":
        # a rule may end the polling with an error response, which is no job
        return job if job is not None else finish(core, operation, answer)
    pointer = first_pointer(rule.when)
    state = _text_at(job, pointer)
    reason = _text_at(job, rule.reason or None)
    details = ": ".join(dict.fromkeys(part for part in (state, reason) if part))
    line = as_number(lookup(job, rule.line)) if rule.line and job is not None else None
    if line is not None:
        details += f" (line {line})"
    raise JobFailedError(
        f"The job failed: {details}" if details else "The job failed",
        job=job,
        state=state,
        reason=reason,
        line=None if line is None else int(line),
        trace=answer.trace,
    )


def _text_at(job: object, pointer: str | None) -> str:
    """The scalar at a pointer in one line; "" if there is none."""
    if pointer is None or job is None:
        return ""
    value = lookup(job, pointer)
    if value is ABSENT or value is None or isinstance(value, (dict, list)):
        return ""
    return " ".join(str(value).split())
