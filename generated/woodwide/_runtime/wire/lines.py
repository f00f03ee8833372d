# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""JSON Lines: bytes to lines, lines to values.

Lines end at LF alone. U+2028, U+0085 and the like are data inside JSON strings, so bytes are
split here, not decoded text.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from typing import Any, Generic, NamedTuple, TypeVar, cast

from msgspec import Struct

from ..values.decoding import Json
from ..values.issues import Issue, MisfitError
from .decoders import Decoder

T = TypeVar("T")

DEFAULT_LONGEST = 256 * 1024 * 1024
_BLANK = b" \t\r"


class Undecodable(Struct, frozen=True):
    """A line or item that could not be read.

    Attributes:
        line: Its number, counted from 1.
        raw: The line as bytes (cut if it is too long), or the item as far as it was read.
        reason: What is wrong.
    """

    line: int
    raw: Any
    reason: str


class Line(NamedTuple):
    """One line that is not blank."""

    number: int
    """From 1; blank lines count."""
    data: bytes
    """Without its end, and cut if it is too long."""
    too_long: bool = False


class LineFormat(Struct, Generic[T], frozen=True, kw_only=True):
    """The lines of an input file.

    Attributes:
        item: The decoder of a line.
        id: JSON Pointer to the id of a line.
        max_lines: How many lines the API accepts in one file; 0 for no limit.
        max_bytes: The same for its bytes.
    """

    item: Decoder[T]
    id: str
    max_lines: int = 0
    max_bytes: int = 0


class LineSplitter:
    """Splits chunks of bytes into lines, wherever the chunks are cut.

    Accepts LF and CR LF, a byte order mark at the start, blank lines (skipped), and a last line
    without an end. Holds at most one line, and not more than `longest` bytes of it.
    """

    def __init__(self, longest: int = DEFAULT_LONGEST) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._length = 0
        self._number = 0

    def feed(self, chunk: bytes) -> list[Line]:
        """The lines that end in this chunk."""
        first, *others = chunk.split(b"\n")
        self._hold(first)
        if not others:
            return []
        last = others.pop()
        lines = self.end()
        for data in others:
            line = self._line(data, len(data))
            if line is not None:
                lines.append(line)
        self._hold(last)
        return lines

    def end(self) -> list[Line]:
        """The last line, if it has no end."""
        line = self._line(b"".join(self._parts), self._length)
        self._parts.clear()
        self._length = 0
        return [] if line is None else [line]

    def _hold(self, part: bytes) -> None:
        if part:
            # one byte more than `longest` shows that the line is too long
            room = self._longest + 1 - self._length
            if room > 0:
                self._parts.append(part[:room])
            self._length += len(part)

    def _line(self, data: bytes, length: int) -> Line | None:
        """The next line, of which `data` is the beginning; None if it is blank."""
        self._number = number = self._number + 1
        if number == 1 and data.startswith(BOM_UTF8):
            data = data[len(BOM_UTF8) :]
        if length > self._longest:
            return Line(number, data[: self._longest], True)
        return Line(number, data.removesuffix(b"\r")) if data.strip(_BLANK) else None


class LineParser(Generic[T]):
    """Decodes chunks of bytes to values; a line that cannot be read becomes an `Undecodable`.

    Args:
        keep: Gets the places of a line that do not fit their types, and returns whether the line
            is kept, with these values as they came. By default it is.
    """

    def __init__(
        self,
        decoder: Decoder[T],
        longest: int = DEFAULT_LONGEST,
        keep: Callable[[Sequence[Issue]], bool] = bool,
    ) -> None:
        self._decoder = decoder
        self._keep = keep
        self._splitter = LineSplitter(longest)

    def feed(self, chunk: bytes) -> list[T | Undecodable]:
        """The values of the lines that end in this chunk."""
        return [self._value(line) for line in self._splitter.feed(chunk)]

    def end(self) -> list[T | Undecodable]:
        """The value of a last line without an end."""
        return [self._value(line) for line in self._splitter.end()]

    def _value(self, line: Line) -> T | Undecodable:
        if line.too_long:
            return Undecodable(line.number, line.data, "The line is too long")
        decoder: Any = self._decoder
        issues: list[Issue] = []
        try:
            if not isinstance(decoder, Json):
                return cast("T", decoder.decode(line.data))
            value = cast("T", decoder.decode(line.data, issues))
        except MisfitError as e:
            return Undecodable(line.number, line.data, str(e))
        issues = [issue for issue in issues if not issue.is_format]
        if issues and (
            decoder.is_other(value, line.data, issues) or not self._keep(issues)
        ):
            return Undecodable(line.number, line.data, str(MisfitError(issues)))
        return value


def read_lines(
    chunks: Iterable[bytes], decoder: Decoder[T], longest: int = DEFAULT_LONGEST
) -> Iterator[T | Undecodable]:
    """The values of a JSON Lines file; one that does not fit is an `Undecodable`."""
    parser = LineParser(decoder, longest)
    for chunk in chunks:
        yield from parser.feed(chunk)
    yield from parser.end()


async def read_lines_async(
    chunks: AsyncIterable[bytes], decoder: Decoder[T], longest: int = DEFAULT_LONGEST
) -> AsyncIterator[T | Undecodable]:
    """The same as `read_lines` for an async iterable of chunks."""
    parser = LineParser(decoder, longest)
    async for chunk in chunks:
        for value in parser.feed(chunk):
            yield value
    for value in parser.end():
        yield value
