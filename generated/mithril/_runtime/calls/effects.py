# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Effects: what a flow may yield.

A flow is a generator: it yields what has to be done (`Request`, `Sleep`, `Read`, `Close`, or a
`Task`), and gets the outcome from `send`. Drivers do the effects, blocking or async; all decisions
are made in flows, once for both.
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
    """Another effect that may take long; it has methods that do it."""

    def do(self) -> Any:
        """Do it, blocking, and return the outcome."""
        ...

    async def do_async(self) -> Any:
        """Do it in an event loop, and return the outcome."""
        ...


Effect: TypeAlias = Request | Sleep | Read | Close | Task
Flow: TypeAlias = Generator[Effect, Any, T]
