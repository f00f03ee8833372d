# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Where cells in quotes and records of CSV begin and end (RFC 4180, section 2).

A cell is in quotes only if it begins with one; a quote inside another cell is text, as in `5" pipe`.
Readers disagree about such quotes, so all of this package ask this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .schema import TableError
from .source import Buffer

LARGEST_RECORD = 1 << 30
"""Bytes; the reader of pyarrow takes no longer block."""

_LINE_ENDS = re.compile(rb"[\r\n]+")


class Quotes:
    """How cells in quotes are found.

    Args:
        is_spaced: Whether a space follows each comma, so that a quote may come after it.
    """

    def __init__(self, is_spaced: bool) -> None:
        before = [rb"[,\r\n]", *([rb", ", rb"  "] if is_spaced else [])]
        begins = b"|".join([rb"\A", *(b"(?<=%s)" % each for each in before)])
        inside = b"".join([rb"(?!\A)", *(b"(?<!%s)" % each for each in before)])
        cell = b'(?:%s)"(?:[^"]++|"")*+"' % begins
        self.cell = re.compile(b"(%s)" % cell)
        # Possessive: a cell whose quote is never closed ends the match.
        either = b'%s|%s"' % (cell, inside)
        self._closed = re.compile(b'(?:[^"]*+(?:%s))*+[^"]*+' % either)
        self._records = re.compile(rb'(?:(?:[^"\n]++|%s)*+\n)*+' % either)
        self._record = re.compile(rb'(?:[^"\r\n]++|%s)*+(\r\n|\n|\r)?' % either)

    def first_end(self, data: bytes) -> tuple[int, int] | None:
        """Byte offsets of the first line end outside quotes: where it starts and ends."""
        record = self._record.match(data)
        return record.span(1) if record and record[1] else None

    def last_end(self, data: bytes) -> int:
        """The byte offset after the last line end outside quotes; 0 if there is none.

        Args:
            data: Starts with a record.
        """
        end = data.rfind(b"\n") + 1
        if self.open_at(data, 0, end) is None:
            return end
        records = self._records.match(data)
        return records.end() if records else 0

    def open_at(self, data: Buffer, start: int, end: int) -> int | None:
        """The byte offset of a quote that is not closed before `end`; None if there is none.

        Args:
            start: Where a record starts.
        """
        if data.find(b'"', start, end) < 0:
            return None
        closed = self._closed.match(data, start, end)
        offset = closed.end() if closed else start
        return None if offset == end else offset

    def line_ends(self, data: Buffer, start: int, end: int) -> int:
        """The number of lines outside quotes between two offsets that end; blank ones do not count."""
        count = 0
        for cell in self.cell.finditer(data, start, end):
            count += len(_LINE_ENDS.findall(data, start, cell.start()))
            start = cell.end()
        return count + len(_LINE_ENDS.findall(data, start, end))


PLAIN, SPACED = Quotes(is_spaced=False), Quotes(is_spaced=True)


def whole_records(chunks: Iterable[bytes], quotes: Quotes) -> Iterator[bytes]:
    """The same bytes in chunks that end at the end of a record; a line end in quotes is data.

    Raises:
        TableError: A record is too long for the reader, perhaps because of an open quote.
    """
    held = b""
    searched = 0  # bytes of `held` in which no record ends
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        # A long record is searched again only after it has doubled.
        if size < 2 * searched:
            continue
        held = b"".join(parts)
        cut = quotes.last_end(held)
        if cut:
            yield held[:cut]
            held = held[cut:]
        parts, size, searched = [held], len(held), 0 if cut else len(held)
        if size > LARGEST_RECORD:
            raise TableError(
                f"A record of the CSV has more than {LARGEST_RECORD:,} bytes; perhaps a quote"
                " is not closed"
            )
    held = b"".join(parts)
    if held:
        yield held
