# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Doing what flows ask for."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol, TypeVar

from .effects import Effect, Flow, Read, Sleep, Work
from .exchange import Failure, Request, Response

__all__ = ["AsyncTransport", "Transport", "run", "run_async"]

T = TypeVar("T")


class Transport(Protocol):
    """What can be done, blocking."""

    def send(self, request: Request) -> Response | Failure:
        """Send a request."""
        ...

    def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        ...

    def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


class AsyncTransport(Protocol):
    """What can be done, async."""

    async def send(self, request: Request) -> Response | Failure:
        """Send a request."""
        ...

    async def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        ...

    async def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        ...

    def sleep(self, seconds: float, /) -> Awaitable[None]:
        """Wait."""
        ...


def run(flow: Flow[T], transport: Transport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    while True:
        try:
            effect: Effect = flow.send(outcome)
        except StopIteration as stop:
            result: T = stop.value
            return result
        outcome = None
        if isinstance(effect, Request):
            outcome = transport.send(effect)
        elif isinstance(effect, Sleep):
            transport.sleep(effect.seconds)
        elif isinstance(effect, Read):
            outcome = transport.read(effect)
        elif isinstance(effect, Work):
            outcome = effect.do()
        else:
            transport.close_response(effect.response)


async def run_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Run a flow to its result."""
    outcome: Any = None
    while True:
        try:
            effect: Effect = flow.send(outcome)
        except StopIteration as stop:
            result: T = stop.value
            return result
        outcome = None
        if isinstance(effect, Request):
            outcome = await transport.send(effect)
        elif isinstance(effect, Sleep):
            await transport.sleep(effect.seconds)
        elif isinstance(effect, Read):
            outcome = await transport.read(effect)
        elif isinstance(effect, Work):
            from anyio import to_thread

            outcome = await to_thread.run_sync(effect.do)
        else:
            await transport.close_response(effect.response)
