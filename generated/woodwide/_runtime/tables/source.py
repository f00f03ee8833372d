# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The files that tables are read from: bytes, paths, open files and streams."""

from __future__ import annotations

import io
import itertools
import mmap
import os
import tempfile
from collections.abc import Iterator
from typing import IO, Protocol, TypeAlias, cast, runtime_checkable

from ..wire.arrow import arrow, arrow_errors
from ..wire.errors import Error, InvalidRequestError
from .schema import TableError


@runtime_checkable
class Chunked(Protocol):
    """A file that is read chunk by chunk, such as a `Download`."""

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        ...


@runtime_checkable
class Answered(Protocol):
    """A response of httpx2."""

    def iter_bytes(self) -> Iterator[bytes]:
        """Its body, decompressed."""
        ...


Source: TypeAlias = (
    bytes | bytearray | memoryview | os.PathLike[str] | IO[bytes] | Chunked | Answered
)
"""A file: its bytes, its path, an open binary file, a `Download`, or a response of httpx2."""

Buffer: TypeAlias = bytes | mmap.mmap
"""All bytes of a file; large files are mapped into memory, not read."""

_HEAD = 65_536
_CHUNK = 1 << 20
_CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
"""The first bytes of compressed files (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1)."""


class Input:
    """A file that is read once, from its start: as a whole, or chunk by chunk.

    A file that is compressed with gzip or zstd is decompressed.

    Attributes:
        head: The first bytes, or the whole file if it is small.

    Raises:
        InvalidRequestError: The source is not a file.
        TableError: The file cannot be read; by the methods as well.
    """

    def __init__(self, source: Source) -> None:
        self._data: bytes | None = None
        self._file: IO[bytes] | None = None  # opened here
        if isinstance(source, (bytes, bytearray, memoryview)):
            self._data = bytes(source)
            chunks = _read(io.BytesIO(self._data))
        elif isinstance(source, os.PathLike):
            self._file = _open(source)
            chunks = _read(self._file)
        elif isinstance(source, Chunked):
            chunks = source.chunks()
        elif isinstance(source, Answered):
            chunks = source.iter_bytes()
        elif hasattr(source, "read"):
            chunks = _read(source)
        else:
            hint = " (a path must be a pathlib.Path)" if isinstance(source, str) else ""
            raise InvalidRequestError(
                f"Cannot read a table from a {type(source).__name__}{hint}"
            )
        self._source = self._rest = chunks
        self.head = b""
        start = self.longer_head(max(map(len, _CODECS)))
        codec = next((c for m, c in _CODECS.items() if start.startswith(m)), None)
        self._is_compressed = codec is not None
        if codec is not None:
            self._rest = _decompressed(itertools.chain([self.head], chunks), codec)
            self.head = b""
        self.longer_head(_HEAD)

    def _next(self) -> bytes | None:
        try:
            return next(self._rest, None)
        except BaseException as e:
            self.close()
            if isinstance(e, OSError) and not isinstance(e, Error):
                raise _unreadable(e) from e
            raise

    def longer_head(self, size: int) -> bytes:
        """Extend `head` to at least this number of bytes, or to the whole file."""
        parts, length = [self.head], len(self.head)
        while length < size and (chunk := self._next()) is not None:
            parts.append(chunk)
            length += len(chunk)
        self.head = b"".join(parts)
        return self.head

    def whole(self) -> Buffer:
        """All bytes. A large stream is copied to a temporary file, which is mapped into memory."""
        try:
            if self._data is not None and not self._is_compressed:
                return self._data
            chunk = self._next()
            if chunk is None:
                return self.head
            if self._file is not None and not self._is_compressed:
                return _mapped(self._file)
            with tempfile.TemporaryFile() as spool:
                spool.write(self.head)
                while chunk is not None:
                    spool.write(chunk)
                    chunk = self._next()
                spool.flush()
                return _mapped(cast("IO[bytes]", spool))
        except Error:  # some errors of a client are OSErrors too
            raise
        except OSError as e:
            raise _unreadable(e) from e
        finally:
            self.close()

    def chunks(self, size: int) -> Iterator[bytes]:
        """All bytes, in chunks of about `size` bytes."""
        parts: list[bytes] = []
        length = 0
        try:
            for chunk in itertools.chain([self.head], iter(self._next, None)):
                for start in range(0, len(chunk), size):
                    parts.append(chunk[start : start + size])
                    length += len(parts[-1])
                    if length >= size:
                        yield b"".join(parts)
                        parts, length = [], 0
            if parts:
                yield b"".join(parts)
        finally:
            self.close()

    def close(self) -> None:
        """Stop reading, and close the file, if it was opened here."""
        stop = getattr(self._source, "close", None)
        if stop is not None:
            stop()
        if self._file is not None:
            self._file.close()


def _unreadable(error: OSError) -> TableError:
    return TableError(f"The file cannot be read: {error.strerror or error}")


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := cast("object", file.read(_CHUNK)):
        if not isinstance(chunk, bytes):
            raise InvalidRequestError("A file must be opened in binary mode")
        yield chunk


def _mapped(file: IO[bytes]) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class _File(io.RawIOBase):
    """Chunks as a file, which pyarrow needs."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; none at the end."""
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._left = memoryview(chunk)
        data, self._left = self._left[:size], self._left[size:]
        return bytes(data)


def _decompressed(chunks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    """The chunks of a compressed file, decompressed; all members and frames of it.

    Raises:
        TableError: It is damaged or not complete.
    """
    pa = arrow()
    try:
        stream = pa.CompressedInputStream(_File(chunks), codec)
        while data := stream.read(_CHUNK):
            yield data
    except Error:
        raise
    except arrow_errors() as e:
        raise TableError(f"The file cannot be decompressed ({codec}): {e}") from None


def _open(path: os.PathLike[str]) -> IO[bytes]:
    from ..wire.files import path_of  # needed for files only

    try:
        return cast("IO[bytes]", path_of(path, "The path of a table").open("rb"))
    except OSError as e:
        name = os.fspath(path)
        raise TableError(f"Cannot read {name!r}: {e.strerror}") from e
