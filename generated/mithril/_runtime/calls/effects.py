# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What a flow may ask for.

A flow is a generator: it yields what has to be done (`Request`, `Sleep`, `Read`, `Close`, or a
`Task`), and is sent the outcome. Drivers do these things, blocking or async; every decision is made
in flows, once for both.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

from ..wire.messages import Read, Request, Response

T = TypeVar("T")


class Sleep(NamedTuple):
    """Wait."""

    seconds: float


class Close(NamedTuple):
    """Close an answer that was left open."""

    response: Response


class Task(Protocol):
    """Something else that may take a while, and that knows how it is done."""

    def do(self) -> Any:
        """Do it, blocking; the outcome."""
        ...

    async def do_async(self) -> Any:
        """The same in an event loop."""
        ...


Effect: TypeAlias = Request | Sleep | Read | Close | Task
Flow: TypeAlias = Generator[Effect, Any, T]
