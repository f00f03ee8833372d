"""What a flow may ask for.

A flow is a generator: it yields what has to be done (`Request`, `Sleep`, `Read`, `Close`, `Work`, …)
and is sent the outcome. The transports do these things, in blocking or async ways; everything that is
decided, is decided in flows, once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from msgspec import UNSET

from .core import Core
from .exchange import Request, Response
from .options import DEFAULT_MAX_BODY, DEFAULT_RETRIES, DEFAULT_TIMEOUT, Options

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = [
    "Ask",
    "Close",
    "Deadline",
    "Effect",
    "Flow",
    "Read",
    "Sleep",
    "Wait",
    "Work",
    "deadline_of",
    "max_body_of",
    "retries_of",
    "timeout_of",
]

T = TypeVar("T")


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Read(NamedTuple):
    """Read the body of an answer that was left open; the outcome is a `Response`."""

    response: Response
    give_up_at: float | None
    max_body: int | None


class Close(NamedTuple):
    """Close an answer that was left open."""

    response: Response


class Work(NamedTuple):
    """Do something with files that may take a while; the outcome is what `do` returns.

    Async drivers do it in a worker thread, so that a slow disk cannot stop the event loop.
    """

    do: Callable[[], Any]


class Ask(NamedTuple):
    """Call a function of the caller's; the outcome is what it returns.

    Async drivers take coroutine functions too, and call others in a worker thread, since nobody
    knows how long they take.
    """

    function: Callable[[], Any]
    said: str
    """What errors call it."""


class Wait(NamedTuple):
    """Wait until another thread or task has done something."""

    future: Future[Any]
    seconds: float | None
    """At most; None for no limit."""


Effect: TypeAlias = Request | Sleep | Read | Close | Work | Ask | Wait
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


def retries_of(options: Options) -> int:
    """How often a request may be sent again."""
    return DEFAULT_RETRIES if options.retries is UNSET else options.retries


def max_body_of(options: Options) -> int | None:
    """Bytes that an answer may have that is read as a whole."""
    return DEFAULT_MAX_BODY if options.max_body is UNSET else options.max_body


def timeout_of(core: Core, options: Options, deadline: Deadline) -> float | None:
    """Seconds that each step of a request may take that is sent now."""
    seconds = DEFAULT_TIMEOUT if options.timeout is UNSET else options.timeout
    remaining = deadline.remaining(core)
    if remaining is None:
        return seconds
    return remaining if seconds is None else min(seconds, remaining)
