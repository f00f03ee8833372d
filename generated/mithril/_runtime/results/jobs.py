# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Jobs that are asked for until they end."""

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

__all__ = ["progress_of", "wait"]

T = TypeVar("T")


def progress_of(polling: Polling, job: object) -> tuple[float, float] | None:
    """How much of a job is done, and of how much; None if the job does not say."""
    if polling.progress is None:
        return None
    pointers = polling.progress.done
    done = [
        as_number(lookup(job, pointer))
        for pointer in ((pointers,) if isinstance(pointers, str) else pointers)
    ]
    total: Any = polling.progress.total
    whole = as_number(lookup(job, total) if isinstance(total, str) else total)
    known = [float(number) for number in done if number is not None]
    return None if whole is None or not known else (sum(known), float(whole))


def match(polling: Polling, situation: Situation) -> Rule | None:
    """The first rule that holds."""
    return next((r for r in polling.rules if holds(r.when, situation)), None)


def next_delay(
    interval: float, asked: float | None, remaining: float | None
) -> float | None:
    """Seconds until the next poll; None if it would come after the time limit.

    interval: what the caller wants.
    asked: what the server wants; the longer of the two counts.
    remaining: until the time limit. Shortly before it, a poll is made that comes early, unless
        the server asked to wait longer.
    """
    wanted = max(interval, asked or 0.0)
    if remaining is None or wanted < remaining:
        return wanted
    last = remaining - min(1.0, remaining / 4)
    is_worth_it = last > min(interval, 1.0) / 4 and last >= (asked or 0.0)
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
    """Ask for a job until a rule ends it; the job.

    Raises JobFailedError; PollingTimeoutError when timeout or deadline, whichever is earlier, is
    over; and what calls raise.
    """
    tolerant = polling.unavailable == "retry"
    prepared = prepare(core, operation, arguments, None, options)
    if tolerant:  # polling is the retry
        prepared = prepared._replace(options=replace(prepared.options, retries=0))
    needed = [p for rule in polling.rules for p in pointers_in(rule.when)]
    limit = _limit(core, prepared.options, timeout)
    # Whoever does not want to wait still wants to know.
    look = limit if timeout > 0 else deadline_of(core.clock, prepared.options)
    job: T | None = None
    while True:
        try:
            answer = yield from _poll(core, prepared, look, tolerant)
        except TransportError as e:
            if look.remaining(core.clock) != 0.0:
                raise
            raise _too_late(polling, timeout, job, e.trace) from e
        asked: float | None = None
        if answer is not None:
            asked = retry_after(answer.response.headers, core.clock.now())
            status = answer.response.status
            seen: Any = None
            if operation.result_decoder(status) is not None:
                seen = job = finish(core, operation, answer, needed)
                if on_progress is not None:
                    on_progress(job)
            rule = match(polling, Situation(seen, core.clock.now(), status))
            if rule is not None and rule.outcome != "pending":
                return _end(core, operation, rule, answer, seen)
            is_error = operation.result_decoder(status) is None
            if is_error and rule is None and not (tolerant and status >= 500):
                raise status_error(core, operation, answer)
        usual = spread(interval, core.clock.random(), 0.1)
        delay = next_delay(usual, asked, limit.remaining(core.clock))
        if delay is None:
            raise _too_late(polling, timeout, job, answer and answer.trace)
        yield Sleep(delay)
        look = limit


def _limit(core: Core, options: Options, timeout: float) -> Deadline:
    """The earlier one of deadline and timeout."""
    ends = (deadline_of(core.clock, options).at, core.clock.monotonic() + timeout)
    return Deadline(min(end for end in ends if end is not None))


def _poll(
    core: Core, prepared: Prepared, limit: Deadline, tolerant: bool
) -> Flow[Answer | None]:
    """One answer; None if there was none and that is tolerable. Raises TransportError."""
    try:
        return (yield from perform(core, prepared, limit))
    except TransportError:
        if tolerant and limit.remaining(core.clock) != 0.0:
            return None
        raise


def _too_late(
    polling: Polling, timeout: float, job: object, trace: Trace | None
) -> PollingTimeoutError:
    """Says for how long it was waited, and how far the job is as far as that is known."""
    said = f"The job had not ended after {timeout:g} s"
    pointers = [first_pointer(rule.when) for rule in polling.rules]
    states = [text for p in dict.fromkeys(pointers) if (text := _text_at(job, p))]
    if states:
        said += f": {states[0]}"
    done = progress_of(polling, job) if job is not None else None
    if done is not None:
        said += f" ({done[0]:g} of {done[1]:g})"
    return PollingTimeoutError(said, job=job, trace=trace)


def _end(
    core: Core, operation: Operation[T], rule: Rule, answer: Answer, job: Any
) -> T:
    if rule.outcome != "failed":
        # an answer that is an error ends the waiting, but is no job
        return job if job is not None else finish(core, operation, answer)
    pointer = first_pointer(rule.when)
    state = _text_at(job, pointer)
    reason = _text_at(job, rule.reason or None)
    said = ": ".join(dict.fromkeys(part for part in (state, reason) if part))
    raise JobFailedError(
        f"The job failed: {said}" if said else "The job failed",
        job=job,
        state=state,
        reason=reason,
        trace=answer.trace,
    )


def _text_at(job: object, pointer: str | None) -> str:
    """The scalar at a pointer in one line; "" for none."""
    if pointer is None or job is None:
        return ""
    found = lookup(job, pointer)
    if found is ABSENT or found is None or isinstance(found, (dict, list)):
        return ""
    return " ".join(str(found).split())
