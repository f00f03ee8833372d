# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""A whole batch: each request is sent once, and the jobs are followed until they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from ..calls.core import Core
from ..calls.effects import Flow
from ..results.jobs import wait
from ..results.polling import JobFailedError
from ..wire.errors import ConfigurationError, Error, InvalidRequestError
from .adding import AddingSender
from .outcome_values import Succeeded
from .plan import Running, arguments_of
from .sender import Given, RunSettings, Sender
from .state import StateFile
from .uploading import UploadingSender

__all__ = ["Ended", "Given", "RunSettings", "send_and_wait"]


class Ended(NamedTuple):
    """A job that has ended.

    Attributes:
        id: What names it.
        job: Its last state.
        failure: Why it failed; None if it did not.
        is_repeated: Whether its requests that did not succeed were sent again.
    """

    id: str
    job: Any
    failure: JobFailedError | None = None
    is_repeated: bool = False


class _Succeeded(NamedTuple):
    """Find out which requests succeeded; the outcome is their ids.

    Attributes:
        outcomes: An iterable, or for async clients an async iterable, of outcomes.
    """

    outcomes: Any

    def do(self) -> set[str]:
        return {each.id for each in self.outcomes if isinstance(each, Succeeded)}

    async def do_async(self) -> set[str]:
        return {each.id async for each in self.outcomes if isinstance(each, Succeeded)}


def send_and_wait(
    core: Core,
    running: Running[Any, Any, Any],
    given: Given,
    settings: RunSettings,
    outcomes: Callable[[list[Ended]], Any],
) -> Flow[list[Ended]]:
    """Send what was not sent yet, and wait; send again what failed, as often as the caller wants.

    Args:
        outcomes: The outcomes of jobs, which are read only to send requests again.

    Returns:
        The jobs, in the order in which they were created.

    Raises:
        JobFailedError: Every job failed.
    """
    if running.adding is not None:
        kind: type[Sender] = AddingSender
    elif running.uploading is not None:
        kind = UploadingSender
    else:
        raise ConfigurationError(f"{running.create.id}: requests cannot be sent")
    file = StateFile(settings.state)
    until = core.clock.monotonic() + settings.timeout
    ended: list[Ended] = []
    done = set[str]()
    attempt = total = 0
    while True:
        sender = kind(core, running, given, settings, file, attempt, done)
        if settings.attempts > 1 and not sender.reader.is_repeatable:
            raise InvalidRequestError(
                "attempts needs requests that can be read again: a list or a file"
            )
        yield from sender.send_all()
        total = total or sender.reader.count
        latest = yield from _wait_all(sender, until)
        attempt += 1
        if attempt < settings.attempts or sender.state.again is not None:
            done |= yield _Succeeded(outcomes(latest))
            if len(done) < total:
                ended += [each._replace(is_repeated=True) for each in latest]
                continue
        ended += latest
        if ended and all(each.failure for each in ended):
            raise cast("JobFailedError", ended[-1].failure)
        return ended


def _wait_all(sender: Sender, until: float) -> Flow[list[Ended]]:
    core, running, settings = sender.core, sender.running, sender.settings
    ended: list[Ended] = []
    for record in sender.state.jobs:
        if record.is_lost:
            continue
        arguments = arguments_of(running.status, record.id)
        try:
            job = yield from wait(
                core,
                running.status.operation,
                running.polling,
                arguments or (),
                timeout=max(0.0, until - core.clock.monotonic()),
                interval=settings.interval,
                on_progress=settings.on_progress,
                options=sender.options_left(),
            )
        except JobFailedError as e:
            # The outcomes of the other jobs are not lost.
            ended.append(Ended(record.id, e.job, e))
        except Error as e:
            e.job = record.id if e.job is None else e.job
            raise
        else:
            ended.append(Ended(record.id, job))
    return ended
