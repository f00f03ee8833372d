# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""A whole batch: each request is sent once, and the jobs are followed until they end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..calls.core import Core
from ..calls.effects import Flow
from ..results.jobs import wait
from ..wire.errors import ConfigurationError
from .adding import AddingSender
from .plan import Running, arguments_of
from .sender import RunSettings, Sender
from .uploading import UploadingSender

__all__ = ["Ended", "RunSettings", "send_and_wait"]


class Ended(NamedTuple):
    """A job that has ended: what names it, and its last state."""

    id: str
    job: Any


def send_and_wait(
    core: Core,
    running: Running[Any, Any, Any],
    arguments: Sequence[Any],
    body: Any,
    requests: Any,
    settings: RunSettings,
) -> Flow[list[Ended]]:
    """Send what was not sent yet, and wait.

    Returns:
        The jobs.
    """
    if running.adding is not None:
        kind: type[Sender] = AddingSender
    elif running.uploading is not None:
        kind = UploadingSender
    else:
        raise ConfigurationError(f"{running.create.id}: requests cannot be sent")
    sender = kind(core, running, arguments, body, requests, settings)
    yield from sender.send_all()
    return (yield from _wait_all(sender))


def _wait_all(sender: Sender) -> Flow[list[Ended]]:
    core, running, settings = sender.core, sender.running, sender.settings
    until = core.clock.monotonic() + settings.timeout
    ended: list[Ended] = []
    for record in sender.state.jobs:
        arguments = arguments_of(running.status, record.id)
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
        ended.append(Ended(record.id, job))
    return ended
