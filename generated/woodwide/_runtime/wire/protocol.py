# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What a client needs of an HTTP library. Only `transport.py`, which uses httpx2, knows the library."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any, Protocol

from .messages import Failure, Read, Request, Response
from .secrets import Quiet


class Settings(Quiet, frozen=True):
    """Settings of the transports of a client."""

    verify: bool | str = True
    proxy: str | None = None
    given: Any = None
    """An httpx2 client, or a function that returns one."""


class Transport(Protocol):
    """Sends requests and waits, blocking. It raises nothing, but returns a `Failure`.

    Attributes:
        sleep: Waits for a number of seconds.
    """

    sleep: Callable[[float], None]

    def fits(self) -> bool:
        """Whether it can be used here; if not, a new one is created."""
        ...

    def send(self, request: Request) -> Response | Failure:
        """Send a request; read the answer unless `request.stream` is true."""
        ...

    def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        ...

    def chunks(self, response: Response) -> Iterator[bytes | Failure]:
        """The chunks of an answer, open or not; a failure is the last one."""
        ...

    def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
        """Read the rest of an answer that is not needed, so that its connection can be used again."""
        ...

    def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncTransport(Protocol):
    """The same for async clients; see `Transport`."""

    sleep: Callable[[float], Awaitable[None]]

    def fits(self) -> bool:
        """Whether its connections belong to the running event loop; if not, a new one is created."""
        ...

    async def send(self, request: Request) -> Response | Failure: ...
    async def read(self, effect: Read) -> Response | Failure: ...
    def chunks(self, response: Response) -> AsyncIterator[bytes | Failure]: ...
    async def drain(
        self, response: Response, chunks: AsyncIterator[bytes | Failure]
    ) -> None: ...
    async def close_response(self, response: Response) -> None: ...
    async def close(self) -> None: ...
