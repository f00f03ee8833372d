# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What a flow may ask for.

A flow is a generator: it yields what has to be done (`Request`, `Sleep`, `Read`, `Close`, `Work`)
and is sent the outcome. The transports do these things, in blocking or async ways; everything that is
decided, is decided in flows, once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeAlias, TypeVar

from msgspec import UNSET

from .core import Core
from .exchange import Request, Response
from .options import Options

__all__ = [
    "Close",
    "Deadline",
    "Effect",
    "Flow",
    "Read",
    "Sleep",
    "Work",
    "deadline_of",
]

T = TypeVar("T")


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Read(NamedTuple):
    """Read the body of an answer that was left open; the outcome is a `Response`."""

    response: Response
    give_up_at: float | None


class Close(NamedTuple):
    """Close an answer that was left open."""

    response: Response


class Work(NamedTuple):
    """Do something with files that may take a while; the outcome is what `do` returns.

    Async drivers do it in a worker thread, so that a slow disk cannot stop the event loop.
    """

    do: Callable[[], Any]


Effect: TypeAlias = Request | Sleep | Read | Close | Work
Flow: TypeAlias = Generator[Effect, Any, T]


class Deadline(NamedTuple):
    """The end of all waiting, on the monotonic clock; None for none."""

    at: float | None

    def remaining(self, core: Core) -> float | None:
        """Seconds left; not negative."""
        return None if self.at is None else max(0.0, self.at - core.clock.monotonic())


def deadline_of(core: Core, options: Options) -> Deadline:
    """The deadline of a call that starts now."""
    if options.deadline is UNSET or options.deadline is None:
        return Deadline(None)
    return Deadline(core.clock.monotonic() + options.deadline)
