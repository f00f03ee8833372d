# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tables in files of async clients: pyarrow reads them in a worker thread, while they arrive."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing
from inspect import iscoroutinefunction
from typing import Protocol, TypeGuard, TypeVar

from .source import Source

T = TypeVar("T")


class AsyncSource(Protocol):
    """A file of an async client, such as an `AsyncDownload`."""

    async def read(self) -> bytes:
        """All bytes."""
        ...

    def chunks(self) -> AsyncGenerator[bytes]:
        """Its bytes."""
        ...


class _Arriving:
    """Chunks of the event loop, for a thread of anyio."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    def chunks(self) -> Iterator[bytes]:
        from anyio import from_thread

        while True:
            chunk = from_thread.run(anext, self._chunks, None)
            if chunk is None:
                return
            yield chunk


def is_async(source: Source | AsyncSource) -> TypeGuard[AsyncSource]:
    """Whether a file is one of an async client."""
    return iscoroutinefunction(getattr(source, "read", None))


async def in_thread(source: AsyncSource, read: Callable[[Source], T]) -> T:
    """What a function reads from a file that arrives."""
    from anyio import to_thread

    async with aclosing(source.chunks()) as chunks:
        return await to_thread.run_sync(read, _Arriving(chunks))


async def each_in_thread(
    source: AsyncSource, scan: Callable[[Source], Generator[T]]
) -> AsyncGenerator[T]:
    """What a function reads from a file that arrives, one by one."""
    from anyio import to_thread

    async with aclosing(source.chunks()) as chunks:
        items = scan(_Arriving(chunks))
        try:
            while True:
                item = await to_thread.run_sync(next, items, None)
                if item is None:
                    return
                yield item
        finally:
            await to_thread.run_sync(items.close)
