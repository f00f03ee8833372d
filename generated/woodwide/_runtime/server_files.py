# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Files that a server holds: read, saved, or taken piece by piece, and not sent for before."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any, TypeVar

from .atomic import AtomicFile, path_of
from .driving import run, run_async
from .exchange import Failure
from .operation import Raw
from .streams import AsyncStreamTransport, Opening, Streaming, StreamTransport

__all__ = ["BYTES", "AsyncServerFile", "Open", "ServerFile"]

T = TypeVar("T")

BYTES: Streaming[bytes] = Streaming(framing="bytes", item=Raw())

Open = Callable[[Streaming[Any]], Opening[Any]]
"""Makes the call that a file comes from, once for each use."""


class _Meter:
    """Whether as many bytes came as were announced; not every transport looks."""

    def __init__(self, opening: Opening[Any]) -> None:
        self._opening = opening
        self._came = 0
        headers = opening.headers
        announced = headers.get("content-length", "")
        is_known = announced.isdecimal() and "content-encoding" not in headers
        self._announced = int(announced) if is_known else 0

    def count(self, chunk: bytes | Failure) -> None:
        if isinstance(chunk, bytes):
            self._came += len(chunk)

    def check(self) -> None:
        """Raises StreamError."""
        if self._came < self._announced:
            message = f"{self._came:,} bytes came of {self._announced:,}"
            for _ in self._opening.feed(Failure("broken", message, True)):
                pass  # it raises, with everything that is known about the request


def _target(path: object) -> Path:
    return path_of(path, "The path to save to")


class ServerFile:
    """A file that a server holds.

    Nothing is sent until it is used, and each use asks for the file again. Raises what calls
    raise, and StreamError if the file ends before its end.
    """

    def __init__(self, open: Open, transport: Callable[[], StreamTransport]) -> None:
        self._open = open
        self._transport = transport

    def chunks(self) -> Generator[bytes]:
        """The file's bytes as they come."""
        return self._stream(BYTES)

    def _stream(self, streaming: Streaming[T]) -> Generator[T]:
        opening: Opening[T] = self._open(streaming)
        transport = self._transport()
        run(opening.open(), transport)
        try:
            meter = _Meter(opening)
            for chunk in transport.chunks(opening.handle):
                meter.count(chunk)
                yield from opening.feed(chunk)
            meter.check()
            yield from opening.end()
        finally:
            run(opening.close(), transport)

    def read(self) -> bytes:
        """All of it."""
        return b"".join(self.chunks())

    def save(self, path: Path) -> Path:
        """Save it as a file, which appears whole or not at all; the path."""
        target = _target(path)
        with AtomicFile(target) as file, closing(self.chunks()) as chunks:
            for chunk in chunks:
                file.write(chunk)
        return target


class AsyncServerFile:
    """A file that a server holds; see `ServerFile`."""

    def __init__(
        self, open: Open, transport: Callable[[], AsyncStreamTransport]
    ) -> None:
        self._open = open
        self._transport = transport

    def chunks(self) -> AsyncGenerator[bytes]:
        """The file's bytes as they come."""
        return self._stream(BYTES)

    async def _stream(self, streaming: Streaming[T]) -> AsyncGenerator[T]:
        opening: Opening[T] = self._open(streaming)
        transport = self._transport()
        await run_async(opening.open(), transport)
        try:
            meter = _Meter(opening)
            async for chunk in transport.chunks(opening.handle):
                meter.count(chunk)
                for item in opening.feed(chunk):
                    yield item
            meter.check()
            for item in opening.end():
                yield item
        finally:
            await run_async(opening.close(), transport)

    async def read(self) -> bytes:
        """All of it."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def save(self, path: Path) -> Path:
        """Save it as a file, which appears whole or not at all; the path."""
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
