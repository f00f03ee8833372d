# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
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
    holds,
    pointers_in,
)
from ..calls.core import Core
from ..calls.effects import Flow, Sleep
from ..calls.flow import perform
from ..calls.limits import Deadline, deadline_of
from ..calls.options import Options
from ..calls.pauses import spread
from ..calls.preparing import Prepared, prepare
from ..calls.retry import retry_after
from ..values.pointers import ABSENT, lookup
from ..wire.errors import TransportError
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
    return next((r for r in polling.rules if holds(r.when, situation)), None)


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

    Args:
        timeout: Seconds for all polls.
        interval: Seconds between polls.
        on_progress: Called with the job after each poll.

    Returns:
        The job.

    Raises:
        JobFailedError: A rule says that the job failed.
        PollingTimeoutError: The timeout or the deadline of the call was reached.
        Error: A poll fails.
    """
    tolerant = polling.unavailable == "retry"
    prepared = prepare(core, operation, arguments, None, options)
    if tolerant:  # the next poll is the retry
        prepared = prepared._replace(options=replace(prepared.options, retries=0))
    needed = [p for rule in polling.rules for p in pointers_in(rule.when)]
    limit = _limit(core, prepared.options, timeout)
    # with a timeout of 0 there is still one poll
    deadline = limit if timeout > 0 else deadline_of(core.clock, prepared.options)
    job: T | None = None
    while True:
        try:
            answer = yield from _poll(core, prepared, deadline, tolerant)
        except TransportError as e:
            if deadline.remaining(core.clock) != 0.0:
                raise
            raise _too_late(polling, timeout, job, e.trace) from e
        server_delay: float | None = None
        if answer is not None:
            server_delay = retry_after(answer.response.headers, core.clock.now())
            status = answer.response.status
            polled: Any = None
            if operation.result_decoder(status) is not None:
                polled = job = finish(core, operation, answer, needed)
                if on_progress is not None:
                    on_progress(job)
            rule = match(polling, Situation(polled, core.clock.now(), status))
            if rule is not None and rule.outcome != "pending":
                return _end(core, operation, rule, answer, polled)
            is_error = operation.result_decoder(status) is None
            if is_error and rule is None and not (tolerant and status >= 500):
                raise status_error(core, operation, answer)
        pause = spread(interval, core.clock.random(), 0.1)
        delay = next_delay(pause, server_delay, limit.remaining(core.clock))
        if delay is None:
            raise _too_late(polling, timeout, job, answer and answer.trace)
        yield Sleep(delay)
        deadline = limit


def _limit(core: Core, options: Options, timeout: float) -> Deadline:
    """The earlier one of deadline and timeout."""
    ends = (deadline_of(core.clock, options).at, core.clock.monotonic() + timeout)
    return Deadline(min(end for end in ends if end is not None))


def _poll(
    core: Core, prepared: Prepared, limit: Deadline, tolerant: bool
) -> Flow[Answer | None]:
    """One answer; None if there was none and polling goes on."""
    try:
        return (yield from perform(core, prepared, limit))
    except TransportError:
        if tolerant and limit.remaining(core.clock) != 0.0:
            return None
        raise


def _too_late(
    polling: Polling, timeout: float, job: object, trace: Trace | None
) -> PollingTimeoutError:
    """The error with the time that was waited, and the state and progress of the job if known."""
    message = f"The job had not ended after {timeout:g} s"
    pointers = [first_pointer(rule.when) for rule in polling.rules]
    states = [text for p in dict.fromkeys(pointers) if (text := _text_at(job, p))]
    if states:
        message += f": {states[0]}"
    done = progress_of(polling, job) if job is not None else None
    if done is not None:
        message += f" ({done[0]:g} of {done[1]:g})"
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
    raise JobFailedError(
        f"The job failed: {details}" if details else "The job failed",
        job=job,
        state=state,
        reason=reason,
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
