# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies that are read while they are sent: files, and iterables of bytes.

Async clients read files in a worker thread: a chunk takes some fifty microseconds longer, but a
slow disk or network share cannot block the event loop.
"""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from io import UnsupportedOperation
from typing import IO, Any, TypeAlias, cast

from ..values.kinds import is_iterable, is_tuple
from .body import Source
from .errors import InvalidRequestError

FileContent: TypeAlias = bytes | os.PathLike[str] | IO[bytes]
"""A file: its bytes, its path, or an open binary file."""

FileInput: TypeAlias = (
    FileContent | tuple[str, FileContent] | tuple[str, FileContent, str]
)
"""A file to upload, alone or with a name, or with a name and a media type."""

CHUNK = 262_144


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
    """Bytes unchanged, or a source for a path, a file, or an (async) iterable of bytes.

    Raises:
        InvalidRequestError: It is something else, or a file that cannot be read.
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


# ------------------------------------------------------------------ files to upload
def is_file(value: Any) -> bool:
    """Whether a value is a file to upload."""
    return isinstance(value, (bytes, tuple, os.PathLike)) or hasattr(value, "read")


def file_parts(part: str, declared: str, value: Any) -> tuple[str, Any, str]:
    """Name, content and media type of a file.

    Args:
        part: Its name in errors, and the name of a file without one.
        declared: The media types of the document, separated by commas; "" for any.

    Raises:
        InvalidRequestError: It is a tuple in another form.
    """
    name, media_type = "", ""
    content = value
    if is_tuple(value):
        if len(value) not in (2, 3) or not isinstance(value[0], str):
            raise InvalidRequestError(
                f"Part {part!r} must be (name, content) or (name, content, type)"
            )
        name, content = value[:2]
        media_type = value[2] if len(value) == 3 else ""
    name = name or _name_of(content) or part
    return name, content, media_type or _chosen(declared, name)


def _chosen(declared: str, name: str) -> str:
    """The media type of a file: the one of its name if that is declared, else the first one."""
    if declared and not set("*,") & set(declared):
        return declared
    guessed = _guess(name)
    listed = [media_type.strip() for media_type in declared.split(",")]
    kind = guessed.partition("/")[0]
    if guessed in listed or f"{kind}/*" in listed or "*/*" in listed:
        return guessed
    return next((one for one in listed if one and "*" not in one), guessed)


def _name_of(content: Any) -> str:
    """The name of a file without folders; "" if it has none."""
    from pathlib import PurePath  # needed for files only

    named: object = getattr(content, "name", "")  # a path has one too
    return PurePath(named).name if isinstance(named, str) else ""


_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
"""Media types that the table of the operating system may not have."""


def _guess(name: str) -> str:
    known = _TYPES.get(name.rpartition(".")[2].lower())
    if known:
        return known
    from mimetypes import guess_type  # reads files of the system when it is loaded

    return guess_type(name)[0] or "application/octet-stream"
