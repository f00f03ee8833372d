# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Result tables in CSV (RFC 4180), as a whole or in pieces of whole records.

The types of the columns are given to the reader. Only where it refuses is the file read again,
as text, which then tells the wrong cells, or takes what is right but unusual.
"""

from __future__ import annotations

import csv as csv_module
import io
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ..values.jsontypes import JsonValue
from ..wire.arrow import arrow, arrow_csv, arrow_errors
from .arrays import WORTH_THREADS, Filled, arrow_type, empty, from_text
from .schema import Column, Kind, Layout, TableError, Wanted, first_twin
from .source import Buffer

__all__ = ["LARGEST_BLOCK", "CsvTable", "Header", "read_header", "whole_header"]

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BLANK_LINES = re.compile(rb"[\r\n]*")
_SCALARS: frozenset[Kind] = frozenset({"boolean", "integer", "number", "string"})
_QUOTED = re.compile(rb'(?:(?<=[,\r\n])|\A)"(?:[^"]++|"")*+("?)')
"""A cell in quotes; where they are never closed, all that follows, and nothing in the group."""
_LINE_ENDS = re.compile(rb"[\r\n]+")
_FREE: tuple[Kind, ...] = ("integer", "number", "string")
_BLOCK = 1 << 20
LARGEST_BLOCK = 1 << 30
_SMALL = 4096
_HEAD = 65_536
_LONGEST_HEADER = 1 << 24
_SHOWN = 5


# ------------------------------------------------------------------ the header
class Header(NamedTuple):
    """The first record: names, where the rows start, whether a space follows each comma."""

    names: tuple[str, ...]
    start: int
    is_spaced: bool


def read_header(head: bytes) -> Header:
    """The header, from the first bytes of a file. Raises TableError where there is none."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise TableError("The CSV is UTF-16; it must be UTF-8")
    begin, end, start = _header_line(head)
    if not head[begin:end].strip():
        raise TableError("The CSV is empty: it has not even a header line")
    try:
        text = head[begin:end].decode("utf-8")
        names = next(
            csv_module.reader(io.StringIO(text, newline=""), skipinitialspace=True)
        )
    except UnicodeDecodeError:
        raise TableError("The header line of the CSV is not UTF-8") from None
    except csv_module.Error as e:
        raise TableError(f"The header line of the CSV cannot be read: {e}") from None
    names = [name.strip() for name in names]
    twice = first_twin(names)
    if twice is not None:
        raise TableError(f"Column {twice!r} is there twice in the CSV", column=twice)
    return Header(
        tuple(names), start, _is_spaced(head[begin:end], head[start : start + _SMALL])
    )


def whole_header(head: bytes, longer: Callable[[int], bytes]) -> bytes:
    """The first bytes of a file, as many as it takes to hold all of the header line.

    longer: gives so many of the first bytes. Raises TableError for a header without an end.
    """
    while _header_line(head)[2] == len(head):
        more = longer(8 * len(head))
        if len(more) <= len(head):
            break
        if len(head) > _LONGEST_HEADER:
            raise TableError(
                f"The header line of the CSV has no end within {len(head):,} bytes"
            )
        head = more
    return head


def _header_line(head: bytes) -> tuple[int, int, int]:
    """Where the header starts and ends, and where the rows start."""
    begin = len(_BOM) if head.startswith(_BOM) else 0
    blank = _BLANK_LINES.match(head, begin)
    begin = place = blank.end() if blank else begin
    while True:
        quote = head.find(b'"', place)
        found = _LINE_END.search(head, place, quote if quote >= 0 else len(head))
        if found is not None:
            return begin, *found.span()
        close = head.find(b'"', quote + 1) if quote >= 0 else -1
        if close < 0:
            return begin, len(head), len(head)
        place = close + 1


def _is_spaced(header: bytes, rows: bytes) -> bool:
    """Whether each comma is followed by a space, in the header or in all rows at the start."""
    if b"," not in header:
        return False
    outside = b"".join(header.split(b'"')[::2])
    if outside.count(b", ") == outside.count(b","):
        return True
    outside = b"".join(rows.rpartition(b"\n")[0].split(b'"')[::2])
    return b", " in outside and outside.count(b", ") == outside.count(b",")


def _without_spaces(rows: bytes) -> bytes:
    """Whole records without the spaces that follow a comma outside of quotes."""
    if b'"' not in rows:
        while b", " in rows:
            rows = rows.replace(b", ", b",")
        return rows
    parts = rows.split(b'"')
    for place in range(0, len(parts), 2):
        part = parts[place]
        if b", " in part:
            while b", " in part:
                part = part.replace(b", ", b",")
            parts[place] = part
    return b'"'.join(parts)


# ------------------------------------------------------------------ the table
class CsvTable:
    """A CSV file, or some records of one.

    header, start, first_row: given where the records are not the first ones of their file.
    extra: kinds of undeclared columns, text if it does not say; else what all of the cells are.
    """

    def __init__(
        self,
        data: Buffer,
        header: Header | None = None,
        start: int | None = None,
        first_row: int = 1,
        extra: Mapping[str, Kind] | None = None,
    ) -> None:
        if header is None:
            header = read_header(whole_header(data[:_HEAD], lambda n: data[:n]))
        self._header = header
        self._extra = extra
        self._first_row = first_row
        self._data: Buffer = data
        self._start = self._header.start if start is None else start
        if self._header.is_spaced:
            self._data = _without_spaces(data[self._start :])
            self._start = 0
        self.metadata: Mapping[str, JsonValue] = {}
        self.is_empty = False

    def names(self, layout: Layout[Any] | None = None) -> tuple[str, ...]:
        """The names in the header, the same for each layout."""
        return self._header.names

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """The columns. Raises TableError for rows and cells that are wrong."""
        columns = [
            (
                w
                if w.column.kinds
                else Wanted(
                    Column(w.name, self._kinds_of(w.name), nullable=True), w.name
                )
            )
            for w in wanted
        ]
        size = len(self._data) - self._start
        if size < _SMALL and not self._data[self._start :].strip():
            return [empty(w.column) for w in columns]
        self._check_quotes()
        table, types = self._read_typed(columns)
        if table is None:
            return self._as_text(columns)
        filled: list[Filled] = []
        for w in columns:
            found = table.column(w.name)
            kind = types.get(w.name)
            if kind is None or kind == "string":
                filled.append(from_text(w.column, found, self._first_row))
            elif found.null_count and not w.column.nullable:
                return self._as_text(columns)
            else:
                filled.append(Filled(kind, found))
        return filled

    def _kinds_of(self, name: str) -> tuple[Kind, ...]:
        """The kinds of an undeclared column."""
        return _FREE if self._extra is None else (self._extra.get(name, "string"),)

    def _read_typed(self, columns: Sequence[Wanted]) -> tuple[Any, dict[str, Kind]]:
        """The rows as their declared types, and these; None if some cells are not such.

        A column of numbers or lists is tried as numbers, if no list is near the start.
        """
        sure: dict[str, Kind] = {
            w.name: w.column.kinds[0]
            for w in columns
            if len(w.column.kinds) == 1 and w.column.kinds[0] in _SCALARS
        }
        guessed: dict[str, Kind] = {
            w.name: "number"
            for w in columns
            if set(w.column.kinds) == {"number", "numbers"}
        }
        tries = [sure | guessed, sure] if guessed else [sure]
        if b"[" in self._data[self._start : self._start + _SMALL]:
            tries = tries[-1:]
        may_be_null = any(
            w.column.nullable and sure.get(w.name) != "number" for w in columns
        )
        for types in tries:
            try:
                arrow_types = {name: arrow_type(kind) for name, kind in types.items()}
                return self._read(arrow_types, text_nulls=may_be_null), types
            except arrow_errors():
                continue
        return None, sure

    def _as_text(self, columns: Sequence[Wanted]) -> list[Filled]:
        """The second pass: columns by their texts, which names what is wrong."""
        try:
            table = self._read({})
        except arrow_errors() as e:
            raise self._explain(str(e)) from None
        return [
            from_text(w.column, table.column(w.name), self._first_row) for w in columns
        ]

    # -------------------------------------------------------------- reading
    def _read(
        self,
        types: Mapping[str, Any],
        *,
        data: bytes | None = None,
        rest: Any = None,
        text_nulls: bool = True,
        **others: Any,
    ) -> Any:
        """The rows; columns without a type are of the type `rest`, text if it is not given."""
        pa, csv = arrow(), arrow_csv()
        names = list(self._header.names)
        rest = pa.string() if rest is None else rest
        whole = pa.py_buffer(self._data).slice(self._start)
        buffer = whole if data is None else pa.py_buffer(data)
        convert = csv.ConvertOptions(
            column_types={name: types.get(name, rest) for name in names},
            null_values=[""],
            strings_can_be_null=text_nulls,
            quoted_strings_can_be_null=False,
            true_values=[*_spellings("true"), "1"],
            false_values=[*_spellings("false"), "0"],
        )
        parse = csv.ParseOptions(newlines_in_values=self._has_quotes, **others)
        block = _BLOCK
        while True:
            read = csv.ReadOptions(
                column_names=names,
                block_size=block,
                use_threads=not others and len(buffer) > WORTH_THREADS,
            )
            try:
                return csv.read_csv(pa.BufferReader(buffer), read, parse, convert)
            except pa.ArrowInvalid as e:  # a record that is longer than a block
                if "straddling" not in str(e) or block >= LARGEST_BLOCK:
                    raise
                block = min(block * 16, LARGEST_BLOCK)

    @property
    def _has_quotes(self) -> bool:
        return self._data.find(b'"', self._start) >= 0

    def _check_quotes(self) -> None:
        """Raise TableError where a quote is never closed, which the reader does not tell."""
        if not self._has_quotes:
            return
        size, step = len(self._data), 1 << 24
        count = sum(
            self._data[at : at + step].count(b'"')
            for at in range(self._start, size, step)
        )
        if count % 2 == 0:
            return
        # odd: a quote within a cell is only odd, but one that is open swallows what follows
        place, row = self._start, self._first_row
        for cell in _QUOTED.finditer(self._data, self._start):
            row += len(_LINE_ENDS.findall(self._data, place, cell.start()))
            place = cell.end()
            if not cell[1]:
                raise TableError(
                    f"The CSV ends within quotes, in or after row {row}: it is not complete",
                    row=row,
                )

    # -------------------------------------------------------------- explaining
    def _explain(self, message: str) -> TableError:
        """What is wrong with rows that the reader does not take even as text."""
        pa = arrow()
        ragged: list[Any] = []

        def note(row: Any) -> str:
            ragged.append(row)
            return "skip"

        width = len(self._header.names)
        plain = bytes(self._data[self._start :])
        # the handler gets the row as text, and cannot say that it is none
        plain = plain.decode("utf-8", "replace").encode()
        try:
            self._read({}, data=plain, rest=pa.binary(), invalid_row_handler=note)
            table = None if ragged else self._read({}, rest=pa.binary())
        except arrow_errors() as e:
            return TableError(f"The CSV cannot be read: {e}")
        if table is None:
            row = ragged[0].number + self._first_row - 1
            shown = [
                f"row {r.number + self._first_row - 1} has {r.actual_columns}"
                for r in ragged[:_SHOWN]
            ]
            more = len(ragged) - len(shown)
            text = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
            return TableError(
                f"The header names {width} columns, but {text} cells",
                row=row,
                expected=f"{width} cells",
            )
        for name in self._header.names:
            for place, cell in enumerate(table.column(name).to_pylist()):
                if cell is not None and not _is_utf8(cell):
                    row = place + self._first_row
                    return TableError(
                        f"Column {name!r}, row {row}: not UTF-8",
                        column=name,
                        row=row,
                        expected="text in UTF-8",
                    )
        return TableError(f"The CSV cannot be read: {message}")


def _is_utf8(cell: bytes) -> bool:
    try:
        cell.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@cache
def _spellings(word: str) -> list[str]:
    """A word in every mixture of cases."""
    pairs = [(c, c.upper()) for c in word]
    return ["".join(spelt) for spelt in itertools.product(*pairs)]
