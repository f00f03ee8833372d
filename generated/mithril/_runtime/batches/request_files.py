# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Batch input files: JSON Lines with one request a line, each with an id of its own."""

from __future__ import annotations

from bisect import bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Generic, NamedTuple, Self, TypeGuard, TypeVar, cast

from ..values.encoding import encode
from ..values.issues import MisfitError
from ..wire.errors import DataError, InvalidRequestError
from ..wire.files import AtomicFile, path_of
from ..wire.lines import DEFAULT_LONGEST, Line, LineFormat
from ..wire.trace import Trace
from .id_index import id_at, open_index

__all__ = [
    "Encoded",
    "LineError",
    "LineFormat",
    "LineWriter",
    "RequestFile",
    "encode_request",
    "is_request_file",
    "request_id",
    "request_name",
]

T = TypeVar("T")


class LineError(DataError):
    """A line of a file is wrong."""

    line: int
    """Counted from 1."""

    def __init__(
        self, message: str, *, line: int = 0, trace: Trace | None = None
    ) -> None:
        super().__init__(message, trace=trace)
        self.line = line


class Encoded(NamedTuple):
    """A request as it is sent."""

    id: str
    data: bytes
    """JSON without an end of line."""


def request_id(format: LineFormat[Any], request: object) -> str | None:
    """The id of a request; None if it has none.

    Args:
        format: What a request is.
        request: A model, a dict, or a line that was read.

    Raises:
        MisfitError: A line does not fit its type.
    """
    if isinstance(request, Line):
        request = format.item.decode(request.data)
    return id_at(request, format.id)


def encode_request(
    format: LineFormat[Any],
    request: object,
    kind: str,
    number: int,
    is_checked: bool = False,
) -> Encoded:
    """A request as JSON that fits its type, and its id.

    Args:
        format: What a request is.
        request: A model, a dict, or a line that was read.
        kind: What errors call it: "Line" or "Request".
        number: Its number, which they tell too.
        is_checked: Whether it is known to fit its type.

    Raises:
        InvalidRequestError: Members of the request do not fit its type, or it has no id.
    """
    id = None
    try:
        id = request_id(format, request)
        if isinstance(request, Line):
            data = request.data
        else:
            data = encode(request)
            if not is_checked:
                format.item.decode(data)
    except MisfitError as e:
        name = request_name(kind, number, id)
        raise InvalidRequestError(f"{name} is not as documented: {e}") from None
    if id is None:
        name = request_name(kind, number)
        raise InvalidRequestError(f"{name} has no id at {format.id}")
    return Encoded(id, data)


def request_name(kind: str, number: int, id: str | None = None) -> str:
    """What errors call a request."""
    return f"{kind} {number}" + ("" if id is None else f" (id {id!r})")


# ------------------------------------------------------------------ writing
class LineWriter(Generic[T]):
    """Writes requests into an input file, or into several where one cannot take them all.

    with LineWriter(format, Path("requests.jsonl"), split=True) as writer:
        for request in requests:
            writer.write(request)
    for path in writer.paths: …

    The files appear when the block ends without an exception, and not at all after one. An open
    binary file is written at once.

    Args:
        format: What a request is, and the limits of a file.
        target: The path of the (first) file, or an open binary file.
        split: True to continue in `requests-0002.jsonl` and so on at the limits of the format; or
            the pattern of all names but the first, such as "part-{number:03}.jsonl". By default
            the request that exceeds a limit is refused.
        index: Where to keep the ids, for sets larger than memory; an sqlite3 file that is removed
            at the end. In memory, an id costs about 120 bytes.

    Raises:
        InvalidRequestError: A file cannot be written, or `split` cannot be used.
    """

    def __init__(
        self,
        format: LineFormat[Any],
        target: Path | IO[bytes],
        *,
        split: bool | str = False,
        index: Path | None = None,
    ) -> None:
        self._format = format
        self._out: IO[bytes] | None = None
        self._first = Path()
        if hasattr(target, "write"):
            self._out = cast("IO[bytes]", target)
            if split:
                raise InvalidRequestError("split needs a path, not an open file")
        else:
            self._first = path_of(target, "The target")
        self._pattern = _pattern(self._first, split)
        self._files: list[AtomicFile] = []
        self._lines_here = 0
        self._bytes_here = 0
        self._is_closed = False
        self.lines: int = 0
        """Lines so far, in all files."""
        self.bytes: int = 0
        """Bytes so far, in all files."""
        self.paths: list[Path] = []
        """The files, in order."""
        if self._out is None:
            self._open()
        try:
            self._ids = open_index(index)
        except InvalidRequestError:
            for file in self._files:
                file.discard()
            raise

    def _open(self) -> None:
        path = self._first
        if self.paths:
            name = self._pattern(len(self.paths) + 1)
            path = path.with_name(name)
        if path in self.paths:
            raise InvalidRequestError(f"split names two files {path.name!r}")
        self._files.append(AtomicFile(path))
        self.paths.append(path)
        self._lines_here = self._bytes_here = 0

    def write(self, request: T | dict[str, Any]) -> str:
        """Write a request.

        Args:
            request: A model or a dict.

        Returns:
            Its id.

        Raises:
            InvalidRequestError: The request does not fit its type, has no id or the id of an
                earlier line, or exceeds a limit. Nothing is written then.
        """
        if self._is_closed:
            raise InvalidRequestError("The writer is closed")
        number = self.lines + 1
        id, data = encode_request(self._format, request, "Line", number)
        data += b"\n"
        self._make_room(len(data), number, id)
        earlier = self._ids.setdefault(id, number)
        if earlier != number:
            raise InvalidRequestError(
                f"Lines {earlier} and {number} have the same id {id!r}"
            )
        if self._out is not None:
            self._out.write(data)
        else:
            self._files[-1].write(data)
        self.lines = number
        self.bytes += len(data)
        self._lines_here += 1
        self._bytes_here += len(data)
        return id

    def _make_room(self, size: int, number: int, id: str) -> None:
        most_lines, most_bytes = self._format.max_lines, self._format.max_bytes
        if most_bytes and size > most_bytes:
            raise InvalidRequestError(
                f"Line {number} (id {id!r}) has {size:,} bytes; a file takes {most_bytes:,}"
            )
        limit = ""
        if most_lines and self._lines_here >= most_lines:
            limit = f"{most_lines:,} lines"
        elif most_bytes and self._bytes_here + size > most_bytes:
            limit = f"{most_bytes:,} bytes"
        if not limit:
            return
        if not self._splits:
            raise InvalidRequestError(
                f"Line {number} (id {id!r}) is too much for one file, which takes {limit};"
                " split=True goes on in the next one"
            )
        if self._ids.get(id) is None:  # else it is refused, and needs no file
            self._files[-1].finish()
            self._open()

    @property
    def _splits(self) -> bool:
        return self._pattern is not _no_name

    def close(self) -> None:
        """Finish the files, which get their names now."""
        if self._is_closed:
            return
        try:
            for file in self._files:
                file.finish()
            for file in self._files:
                file.publish()
        finally:
            self.discard()

    def discard(self) -> None:
        """Remove the files, unless `close` was called before."""
        self._is_closed = True
        for file in self._files:
            file.discard()
        self._files.clear()
        self._ids.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def _no_name(number: int) -> str:
    raise InvalidRequestError(f"There is no name for file {number}")


def _pattern(first: Path, split: bool | str) -> Callable[[int], str]:
    """What returns the names of the second and all further files."""
    if split is False:
        return _no_name
    if split is True:
        return lambda number: f"{first.stem}-{number:04}{first.suffix}"
    try:
        names = {split.format(number=number) for number in (2, 3)}
    except (LookupError, ValueError) as e:
        raise InvalidRequestError(
            f"split: {split!r} is no pattern of {{number}}"
        ) from e
    if len(names) < 2 or any(Path(name).name != name for name in names):
        raise InvalidRequestError(
            f"split: {split!r} must hold {{number}} and name no folder"
        )
    return lambda number: split.format(number=number)


# ------------------------------------------------------------------ reading
def is_request_file(value: object) -> TypeGuard[RequestFile[Any]]:
    """Whether a value is a `RequestFile`."""
    return isinstance(value, RequestFile)


class RequestFile(Generic[T]):
    """The requests of one or several input files, read again each time they are iterated.

    Args:
        format: What a line is.

    Raises:
        InvalidRequestError: A file cannot be read.
        LineError: While iterating: a line does not fit its type.
    """

    def __init__(self, format: LineFormat[T], *paths: Path) -> None:
        if not paths:
            raise InvalidRequestError("Give the paths of the input files")
        self.format = format
        self.paths: list[Path] = [path_of(path, "An input file") for path in paths]
        self._starts: list[int] = []
        size = 0
        for path in self.paths:
            self._starts.append(size)
            try:
                size += path.stat().st_size
            except OSError as e:
                raise _unreadable(path, e) from e

    def __iter__(self) -> Iterator[T]:
        for _, line in self.lines():
            yield self.decode(line)

    def decode(self, line: Line) -> T:
        """The request of a line.

        Raises:
            LineError: The line does not fit its type.
        """
        try:
            return self.format.item.decode(line.data)
        except MisfitError as e:
            message = f"Line {line.number} is not as documented: {e}"
            raise LineError(message, line=line.number) from None

    def lines(self) -> Iterator[tuple[int, Line]]:
        """The lines that are not blank, each after its place: bytes over all files, from 0."""
        number = 0
        for start, path in zip(self._starts, self.paths, strict=True):
            with _open(path) as file:
                place = start
                while data := file.readline(DEFAULT_LONGEST + 1):
                    number += 1
                    if len(data) > DEFAULT_LONGEST:
                        message = f"Line {number} of {path.name!r} is too long"
                        raise LineError(message, line=number)
                    line = _clean(data, place == start)
                    if line:
                        yield place, Line(number, line)
                    place += len(data)

    def request_at(self, place: int) -> T:
        """The request whose line starts at a place."""
        return self.decode(Line(0, self.line_at(place)))

    def line_at(self, place: int) -> bytes:
        """The line that starts at a place."""
        which = bisect_right(self._starts, place) - 1
        with _open(self.paths[which]) as file:
            file.seek(place - self._starts[which])
            return _clean(file.readline(), place == self._starts[which])


def _clean(data: bytes, is_first: bool) -> bytes:
    """A line without its end and without a byte order mark; empty if it is blank."""
    if is_first:
        data = data.removeprefix(BOM_UTF8)
    data = data.removesuffix(b"\n").removesuffix(b"\r")
    return data if data.strip(b" \t\r") else b""


def _open(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as e:
        raise _unreadable(path, e) from e


def _unreadable(path: Path, error: OSError) -> InvalidRequestError:
    return InvalidRequestError(f"Cannot read {path.name!r}: {error.strerror}")
