# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Request bodies: what they are made of, how long they are, whether they can be sent again.

A body is a sequence of segments: bytes, or sources that are read while they are sent. Files are
read in a worker thread when sent by an async client: a chunk costs some fifty microseconds more
so, but a slow disk or network share cannot stop the event loop.
"""

from __future__ import annotations

import os
import stat
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Iterable,
    Iterator,
    Sequence,
)
from io import UnsupportedOperation
from typing import IO, Any, NamedTuple, TypeAlias, cast

from ..values.kinds import is_iterable
from .errors import InvalidRequestError

__all__ = [
    "FileContent",
    "FileInput",
    "Payload",
    "Source",
    "open_source",
]

FileContent: TypeAlias = bytes | os.PathLike[str] | IO[bytes]
"""A file: its bytes, its path, or an open binary file."""

FileInput: TypeAlias = (
    FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]
)
"""A file to upload, alone or with a name, or with a name and a media type."""

CHUNK = 262_144


# ------------------------------------------------------------------ sources
class Source:
    """Bytes that are read while they are sent."""

    length: int | None = None
    """The number of bytes; None if it is not known."""
    replayable: bool = False
    """Whether they can be read again from the start."""
    blocking: bool = True
    """Whether reading may have to wait for a disk."""

    def chunks(self) -> Iterator[bytes]:
        """All bytes, from the start. Raises InvalidRequestError where that is not possible."""
        raise NotImplementedError

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """The same for async clients."""
        if not self.blocking:
            for chunk in self.chunks():
                yield chunk
            return
        from anyio import to_thread

        chunks = self.chunks()
        while True:
            chunk = await to_thread.run_sync(next, chunks, b"")
            if not chunk:
                return
            yield chunk


class _PathSource(Source):
    replayable = True

    def __init__(self, path: os.PathLike[str]) -> None:
        from .files import path_of  # needed for files only

        self._path = path_of(path, "The path of a file")
        try:
            status = self._path.stat()
        except OSError as e:
            raise self._unreadable(e) from e
        if stat.S_ISDIR(status.st_mode):
            raise InvalidRequestError(
                f"Cannot read {self._path.name!r}: it is a folder"
            )
        if stat.S_ISREG(status.st_mode):
            self.length = status.st_size
        else:
            self.replayable = False  # a pipe or a device has no length

    def chunks(self) -> Iterator[bytes]:
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except OSError as e:
            raise self._unreadable(e) from e

    def _unreadable(self, error: OSError) -> InvalidRequestError:
        return InvalidRequestError(f"Cannot read {self._path.name!r}: {error.strerror}")


class _FileSource(Source):
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._start = 0
        self._is_spent = False
        try:
            self._start = file.tell()
            self.length = file.seek(0, os.SEEK_END) - self._start
            file.seek(self._start)
            self.replayable = True
        except (AttributeError, OSError, UnsupportedOperation):
            self.length = None

    def chunks(self) -> Iterator[bytes]:
        if self.replayable:
            self._file.seek(self._start)
        elif self._is_spent:
            raise InvalidRequestError("The file cannot be read again")
        self._is_spent = True
        while chunk := self._file.read(CHUNK):
            if isinstance(chunk, str):
                raise InvalidRequestError("A file must be opened in binary mode")
            yield chunk


class _IterableSource(Source):
    blocking = False

    def __init__(self, items: Iterable[bytes]) -> None:
        self._items = items
        self.replayable = not isinstance(items, Iterator)

    def chunks(self) -> Iterator[bytes]:
        return (chunk for chunk in self._items if chunk)


class _AsyncSource(Source):
    blocking = False

    def __init__(self, items: AsyncIterable[bytes]) -> None:
        self._items = items
        self.replayable = not isinstance(items, AsyncIterator)

    def chunks(self) -> Iterator[bytes]:
        raise InvalidRequestError("An async iterator needs the async client")

    async def async_chunks(self) -> AsyncIterator[bytes]:
        async for chunk in self._items:
            if chunk:
                yield chunk


def open_source(content: Any) -> bytes | Source:
    """Bytes as they are, or a source for a path, a file, or an (async) iterable of bytes.

    Raises InvalidRequestError for anything else, and for files that cannot be read.
    """
    if isinstance(content, (bytes, bytearray)):
        return bytes(content)
    if isinstance(content, str):
        raise InvalidRequestError("A path must be a pathlib.Path, not a str")
    if isinstance(content, os.PathLike):
        return _PathSource(cast("os.PathLike[str]", content))
    if hasattr(content, "read"):
        return _FileSource(content)
    if isinstance(content, AsyncIterable):
        return _AsyncSource(cast("AsyncIterable[bytes]", content))
    if is_iterable(content):
        return _IterableSource(content)
    raise InvalidRequestError(f"Cannot send a {type(content).__name__} as a file")


# ------------------------------------------------------------------ payloads
class Payload(NamedTuple):
    """A body as it will be sent."""

    content_type: str
    segments: Sequence[bytes | Source]

    @property
    def length(self) -> int | None:
        """The number of bytes of all sources; None if it is not known."""
        total = 0
        for segment in self.segments:
            length = len(segment) if isinstance(segment, bytes) else segment.length
            if length is None:
                return None
            total += length
        return total

    @property
    def replayable(self) -> bool:
        """Whether it can be sent again."""
        return all(isinstance(s, bytes) or s.replayable for s in self.segments)

    @property
    def in_memory(self) -> bytes | None:
        """All of it, if no part has to be read first."""
        if len(self.segments) == 1 and isinstance(self.segments[0], bytes):
            return self.segments[0]
        if all(isinstance(s, bytes) for s in self.segments):
            return b"".join(cast("Sequence[bytes]", self.segments))
        return None

    def chunks(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                yield from segment.chunks()

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """The same for async clients."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                async for chunk in segment.async_chunks():
                    yield chunk
