# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Files on a server: nothing is requested until they are read, saved, or taken chunk by chunk."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any, TypeVar

from ..calls.drivers import run, run_async
from ..wire.decoders import Raw
from ..wire.files import AtomicFile, path_of
from ..wire.messages import Failure
from ..wire.protocol import AsyncTransport, Transport
from .streaming import Streaming
from .streams import Opening
from .transfer import Transfer

T = TypeVar("T")

BYTES: Streaming[bytes] = Streaming(framing="bytes", item=Raw())

Open = Callable[[Streaming[Any]], Opening[Any]]
"""Makes the call whose answer is the file, once for each use."""


def _target(path: object) -> Path:
    return path_of(path, "The path to save to")


class ServerFile:
    """A file on a server.

    Nothing is sent until it is used, and each use requests the file again. If the connection
    breaks, the rest is requested, if the server says which version of the file it sends (RFC 9110,
    section 14). A digest that the server sends is checked (RFC 9530).

    Raises:
        Error: The call fails.
        StreamError: The file is incomplete, was changed during the transfer, or is damaged.
    """

    def __init__(self, open: Open, transport: Callable[[], Transport]) -> None:
        self._open = open
        self._transport = transport

    def chunks(self) -> Generator[bytes]:
        """The file's bytes as they arrive."""
        return self._stream(BYTES)

    def _stream(self, streaming: Streaming[T]) -> Generator[T]:
        opening: Opening[T] = self._open(streaming)
        transport = self._transport()
        run(opening.as_file(), transport)
        try:
            transfer = Transfer(opening)
            while True:
                failure: Failure | None = None
                for chunk in transport.chunks(opening.response):
                    if isinstance(chunk, Failure):
                        failure = chunk
                    else:
                        yield from opening.feed(transfer.take(chunk))
                failure = failure or transfer.missing()
                if failure is None:
                    break
                run(transfer.go_on(failure), transport)
            transfer.check()
            yield from opening.end()
        finally:
            run(opening.close(), transport)

    def read(self) -> bytes:
        """All bytes."""
        return b"".join(self.chunks())

    def save(self, path: Path) -> Path:
        """Save the file, complete or not at all.

        Returns:
            The path.
        """
        target = _target(path)
        with AtomicFile(target) as file, closing(self.chunks()) as chunks:
            for chunk in chunks:
                file.write(chunk)
        return target


class AsyncServerFile:
    """A file on a server; see `ServerFile`."""

    def __init__(self, open: Open, transport: Callable[[], AsyncTransport]) -> None:
        self._open = open
        self._transport = transport

    def chunks(self) -> AsyncGenerator[bytes]:
        """The file's bytes as they arrive."""
        return self._stream(BYTES)

    async def _stream(self, streaming: Streaming[T]) -> AsyncGenerator[T]:
        opening: Opening[T] = self._open(streaming)
        transport = self._transport()
        await run_async(opening.as_file(), transport)
        try:
            transfer = Transfer(opening)
            while True:
                failure: Failure | None = None
                async for chunk in transport.chunks(opening.response):
                    if isinstance(chunk, Failure):
                        failure = chunk
                    else:
                        for item in opening.feed(transfer.take(chunk)):
                            yield item
                failure = failure or transfer.missing()
                if failure is None:
                    break
                await run_async(transfer.go_on(failure), transport)
            transfer.check()
            for item in opening.end():
                yield item
        finally:
            await run_async(opening.close(), transport)

    async def read(self) -> bytes:
        """All bytes."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def save(self, path: Path) -> Path:
        """Save the file, complete or not at all.

        Returns:
            The path.
        """
        from anyio import to_thread

        target = _target(path)
        file = AtomicFile(target)
        try:
            async with aclosing(self.chunks()) as chunks:
                async for chunk in chunks:
                    await to_thread.run_sync(file.write, chunk)
            await to_thread.run_sync(file.publish)
        finally:
            file.discard()
        return target
