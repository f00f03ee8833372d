"""The files that tables are read from: bytes, paths, open files and streams."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO, Protocol, TypeAlias, cast, runtime_checkable

from ..wire.errors import InvalidRequestError
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

_PIECEWISE = (Chunked, Answered)
_HEAD = 65_536


class Input:
    """A file that is read once, from its start: as a whole, or chunk by chunk.

    Raises:
        InvalidRequestError: The source is not a file.
        TableError: The file cannot be read; by the methods as well.
    """

    def __init__(self, source: Source) -> None:
        self._data: bytes | None = None
        self._file: IO[bytes] | None = None
        self._is_ours = False
        if isinstance(source, (bytes, bytearray, memoryview)):
            self._data = bytes(source)
            self.head = self._data[:_HEAD]
            return
        if isinstance(source, os.PathLike):
            self._file = _open(source)
            self._is_ours = True
        elif isinstance(source, _PIECEWISE):
            self._file = _spooled(source)
            self._is_ours = True
        elif hasattr(source, "read"):
            self._file = source
        else:
            hint = " (a path must be a pathlib.Path)" if isinstance(source, str) else ""
            raise InvalidRequestError(
                f"Cannot read a table from a {type(source).__name__}{hint}"
            )
        self.head = self._read_head(self._file)

    def _read_head(
        self, file: IO[bytes], size: int = _HEAD, head: bytes = b""
    ) -> bytes:
        parts, length = [head], len(head)
        while length < size:
            try:
                chunk = cast("object", file.read(size - length))
            except OSError as e:
                raise _unreadable(e) from e
            if not isinstance(chunk, bytes):
                raise InvalidRequestError("A file must be opened in binary mode")
            if not chunk:
                break
            parts.append(chunk)
            length += len(chunk)
        return b"".join(parts)

    def longer_head(self, size: int) -> bytes:
        """Extend `head` to this number of bytes, or to the whole file."""
        if self._data is not None:
            self.head = self._data[:size]
        elif self._file is not None:
            self.head = self._read_head(self._file, size, self.head)
        return self.head

    def whole(self) -> Buffer:
        """All bytes. A large stream is copied to a temporary file, which is mapped into memory."""
        if self._data is not None or self._file is None:
            return self._data or b""
        if len(self.head) < _HEAD:
            self.close()
            return self.head
        try:
            if self._is_ours:
                return mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
            with tempfile.TemporaryFile() as spool:
                spool.write(self.head)
                shutil.copyfileobj(self._file, spool, 1 << 20)
                spool.flush()
                return mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as e:
            raise _unreadable(e) from e
        finally:
            self.close()

    def chunks(self, size: int) -> Iterator[bytes]:
        """All bytes, chunk by chunk."""
        if self._data is not None:
            for start in range(0, len(self._data), size):
                yield self._data[start : start + size]
            return
        try:
            yield self.head
            while self._file is not None and (chunk := self._file.read(size)):
                yield chunk
        except OSError as e:
            raise _unreadable(e) from e
        finally:
            self.close()

    def close(self) -> None:
        """Close the file, if it was opened here."""
        if self._is_ours and self._file is not None:
            self._file.close()


def _unreadable(error: OSError) -> TableError:
    return TableError(f"The file cannot be read: {error.strerror or error}")


def _spooled(source: Chunked | Answered) -> IO[bytes]:
    """The chunks of a source, in a temporary file."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        chunks = source.chunks() if isinstance(source, Chunked) else source.iter_bytes()
        for chunk in chunks:
            file.write(chunk)
        file.seek(0)  # this flushes the buffer
    except BaseException as e:
        file.close()
        if isinstance(e, OSError):
            raise _unreadable(e) from e
        raise
    return cast("IO[bytes]", file)


def _open(path: os.PathLike[str]) -> IO[bytes]:
    from ..wire.files import path_of  # needed for files only

    try:
        return cast("IO[bytes]", path_of(path, "The path of a table").open("rb"))
    except OSError as e:
        name = os.fspath(path)
        raise TableError(f"Cannot read {name!r}: {e.strerror}") from e
