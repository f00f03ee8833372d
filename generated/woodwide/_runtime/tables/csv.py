# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Result tables in CSV (RFC 4180), as whole files or parts that consist of whole records.

The CSV reader of pyarrow gets the declared types. If it fails, the file is read again as text,
which names the wrong cells, or accepts valid but unusual ones.
"""

from __future__ import annotations

import csv as csv_module
import io
import itertools
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ..values.jsontypes import JsonValue
from ..wire.arrow import arrow, arrow_csv, arrow_errors
from .arrays import WORTH_THREADS, Filled, arrow_type, empty, from_lists, from_text
from .csv_records import LARGEST_RECORD, PLAIN, SPACED
from .schema import Column, Kind, Layout, TableError, Wanted, first_twin
from .source import Buffer

_HEX = re.compile(rb"0[xX]")
_BLANK_LINES = re.compile(rb"[\r\n]*")
_SCALARS: frozenset[Kind] = frozenset({"boolean", "integer", "number", "string"})
_TEXT = Column("", ("string",))
_FREE: tuple[Kind, ...] = ("integer", "number", "string")
_BLOCK = 1 << 20
_SMALL = 4096
_HEAD = 65_536
_LONGEST_HEADER = 1 << 24
_SHOWN = 5


# ------------------------------------------------------------------ the header
class Header(NamedTuple):
    """The first record.

    Attributes:
        names: Names of the columns.
        start: Byte offset of the first row.
        is_spaced: Whether each comma is followed by a space.
    """

    names: tuple[str, ...]
    start: int
    is_spaced: bool


def read_header(head: bytes) -> Header:
    """The header.

    Args:
        head: The first bytes of a file, with the whole header line.

    Raises:
        TableError: The file has no header, or is not UTF-8.
    """
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
    """The first bytes of a file, with the whole header line.

    Args:
        longer: Returns this number of the first bytes.

    Raises:
        TableError: The header line is too long.
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
    """The byte offsets where the header starts, where it ends, and where the rows start."""
    begin = len(BOM_UTF8) if head.startswith(BOM_UTF8) else 0
    blank = _BLANK_LINES.match(head, begin)
    begin = blank.end() if blank else begin
    line_end = SPACED.first_end(head[begin:])
    if line_end is None:
        return begin, len(head), len(head)
    return begin, begin + line_end[0], begin + line_end[1]


def _is_spaced(header: bytes, rows: bytes) -> bool:
    """Whether each comma outside quotes is followed by a space, in the header or in `rows`."""
    if b"," not in header:
        return False
    outside = b"".join(SPACED.cell.split(header)[::2])
    if outside.count(b", ") == outside.count(b","):
        return True
    outside = b"".join(SPACED.cell.split(rows[: SPACED.last_end(rows)])[::2])
    return b", " in outside and outside.count(b", ") == outside.count(b",")


def _without_spaces(rows: bytes) -> bytes:
    """Whole records without the spaces after commas outside quotes."""
    parts = SPACED.cell.split(rows)
    for index in range(0, len(parts), 2):  # every other part is outside quotes
        while b", " in parts[index]:
            parts[index] = parts[index].replace(b", ", b",")
    return b"".join(parts)


# ------------------------------------------------------------------ the table
class CsvTable:
    """A CSV file, or some of its records.

    Args:
        header: The header of the file, if `data` is only a part of it.
        start: Byte offset of the first record in `data`; by default after the header.
        first_row: The number of the first row, for errors.
        extra: Kinds of undeclared columns by name; others are text. None: each column gets the
            narrowest kind that holds all of its cells.
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

    def names(self, layout: Layout[Any] | None = None) -> tuple[str, ...]:
        """The names in the header, for every layout."""
        return self._header.names

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """Some of the columns.

        Raises:
            TableError: Names the wrong rows or cells.
        """
        if layout.json.layout == "list" and self._data.find(b"[", self._start) >= 0:
            column = wanted[0].column
            texts = self._as_text([Wanted(_TEXT, wanted[0].name)])[0].array
            listed = from_lists(column, texts, self._first_row)
            if listed is not None:
                return [listed, *self._filled(wanted[1:])]
        return self._filled(wanted)

    def _filled(self, wanted: Sequence[Wanted]) -> list[Filled]:
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
        if size < _SMALL and not self._data[self._start :].strip(b"\r\n"):
            return [empty(w.column) for w in columns]
        self._check_quotes()
        table, types = self._read_typed(columns)
        if table is None:
            return self._as_text(columns)
        filled: list[Filled] = []
        for w in columns:
            cells = table.column(w.name)
            kind = types.get(w.name)
            if kind is None or kind == "string":
                filled.append(from_text(w.column, cells, self._first_row))
            elif cells.null_count and not w.column.nullable:
                return self._as_text(columns)
            else:
                filled.append(Filled(kind, cells))
        return filled

    def _kinds_of(self, name: str) -> tuple[Kind, ...]:
        """The kinds of an undeclared column."""
        return _FREE if self._extra is None else (self._extra.get(name, "string"),)

    def _read_typed(self, columns: Sequence[Wanted]) -> tuple[Any, dict[str, Kind]]:
        """The rows, read with the declared types.

        A column of numbers or lists is tried as numbers, if there is no list near the start.

        Returns:
            The table, None if some cells have another type; and the kinds by column.
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
        if "integer" in sure.values() and _HEX.search(self._data, self._start):
            return None, sure  # Arrow would take 0x10 for 16
        for types in tries:
            try:
                arrow_types = {name: arrow_type(kind) for name, kind in types.items()}
                return self._read(arrow_types, text_nulls=may_be_null), types
            except arrow_errors():
                continue
        return None, sure

    def _as_text(self, columns: Sequence[Wanted]) -> list[Filled]:
        """The columns, read again as text.

        Raises:
            TableError: Names the wrong rows or cells.
        """
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
        """The rows.

        Args:
            types: Arrow types by column.
            data: The rows; by default those of this table.
            rest: Arrow type of the other columns; by default string.
            text_nulls: Whether an empty cell without quotes in a column of texts is null.
            others: Further `pyarrow.csv.ParseOptions`.
        """
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
            except pa.ArrowInvalid as e:  # a record may be longer than a block
                if "straddling" not in str(e) or block >= LARGEST_RECORD:
                    raise
                block = min(block * 16, LARGEST_RECORD)

    @property
    def _has_quotes(self) -> bool:
        return self._data.find(b'"', self._start) >= 0

    def _check_quotes(self) -> None:
        """Raise TableError if a quote is never closed, which the reader does not report."""
        offset = PLAIN.open_at(self._data, self._start, len(self._data))
        if offset is not None:
            row = self._first_row + PLAIN.line_ends(self._data, self._start, offset)
            raise TableError(
                f"The CSV ends within quotes, in or after row {row}: it is not complete",
                row=row,
            )

    # -------------------------------------------------------------- explaining
    def _explain(self, message: str) -> TableError:
        """The error for rows that the reader does not accept even as text.

        Args:
            message: What the reader says, if no better reason is known.
        """
        pa = arrow()
        ragged: list[Any] = []

        def note(row: Any) -> str:
            ragged.append(row)
            return "skip"

        width = len(self._header.names)
        rows = bytes(self._data[self._start :])
        # the handler gets a row as text, so it fails if the row is not UTF-8
        rows = rows.decode("utf-8", "replace").encode()
        try:
            self._read({}, data=rows, rest=pa.binary(), invalid_row_handler=note)
            table = None if ragged else self._read({}, rest=pa.binary())
        except arrow_errors() as e:
            return TableError(f"The CSV cannot be read: {e}")
        if table is None:
            row = ragged[0].number + self._first_row - 1
            some = [
                f"row {r.number + self._first_row - 1} has {r.actual_columns}"
                for r in ragged[:_SHOWN]
            ]
            more = len(ragged) - len(some)
            text = ", ".join(some) + (f" and {more} more" if more > 0 else "")
            return TableError(
                f"The header names {width} columns, but {text} cells",
                row=row,
                expected=f"{width} cells",
            )
        for name in self._header.names:
            cells = table.column(name).to_pylist()
            for row, cell in enumerate(cells, self._first_row):
                if cell is not None and not _is_utf8(cell):
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
    """A word in every mixture of lower and upper case."""
    pairs = [(c, c.upper()) for c in word]
    return ["".join(letters) for letters in itertools.product(*pairs)]
