# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What a client needs of an HTTP library. `transport.py` does it with httpx2; nothing else knows which
library it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Protocol

from .messages import Failure, Read, Request, Response


class Transport(Protocol):
    """Sends requests and waits, blocking. It raises nothing: what goes wrong is a `Failure`.

    Attributes:
        sleep: Waits some seconds.
    """

    sleep: Callable[[float], None]

    def fits(self) -> bool:
        """Whether it can be used here; if not, another one is made."""
        ...

    def send(self, request: Request) -> Response | Failure:
        """Send a request; read the answer unless it is wanted as a stream."""
        ...

    def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        ...

    def chunks(self, response: Response) -> Iterator[bytes | Failure]:
        """The chunks of an answer, open or not; a failure is the last one."""
        ...

    def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
        """Read the end of an answer that says no more, so that its connection can be used again."""
        ...

    def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncTransport(Protocol):
    """The same, async."""

    sleep: Callable[[float], Awaitable[None]]

    def fits(self) -> bool:
        """Whether its connections belong to the running event loop; if not, another one is made."""
        ...

    async def send(self, request: Request) -> Response | Failure:
        """Send a request; read the answer unless it is wanted as a stream."""
        ...

    async def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        ...

    def chunks(self, response: Response) -> AsyncIterator[bytes | Failure]:
        """The chunks of an answer, open or not; a failure is the last one."""
        ...

    async def drain(
        self, response: Response, chunks: AsyncIterator[bytes | Failure]
    ) -> None:
        """Read the end of an answer that says no more, so that its connection can be used again."""
        ...

    async def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
