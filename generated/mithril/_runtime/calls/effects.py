# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What a flow may ask for.

A flow is a generator: it yields what has to be done (`Request`, `Sleep`, `Read`, `Close`, `Work`, …)
and is sent the outcome. The transports do these things, in blocking or async ways; everything that is
decided, is decided in flows, once for both.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from ..wire.messages import Read, Request, Response

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = [
    "Ask",
    "Close",
    "Effect",
    "Flow",
    "Sleep",
    "Wait",
    "Work",
]

T = TypeVar("T")


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


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
