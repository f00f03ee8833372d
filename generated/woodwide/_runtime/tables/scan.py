# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Reading of CSV in batches, while it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ..wire.arrow import arrow
from .assembly import Assembled, assemble, choose
from .cells import items_of
from .csv import CsvTable, Header, read_header, whole_header
from .csv_records import PLAIN, SPACED, whole_records
from .schema import Column, Kind, Layout, TableError
from .source import Input

_CHUNK = 1 << 22


def scan_csv(
    file: Input,
    layouts: Sequence[Layout[Any]],
    row: type[Any] | None,
    batch_rows: int,
    kinds: Mapping[str, Kind],
) -> tuple[Layout[Any], Iterator[Assembled]]:
    """The layout of a CSV file, and its batches in canonical form.

    Args:
        row: Class of the rows; None if the file decides.
        batch_rows: Number of rows in a batch.
        kinds: The kind of columns that may have several, by name.

    Raises:
        TableError: The header is not that of such a table; later, that a batch is wrong.
    """
    header = read_header(whole_header(file.head, file.longer_head))
    layout = choose(layouts, CsvTable(b"", header, 0), row)
    return layout, _batches(_pieces(file, header, layout, kinds), batch_rows)


def _pieces(
    file: Input, header: Header, layout: Layout[Any], kinds: Mapping[str, Kind]
) -> Iterator[Assembled]:
    settled: Layout[Any] | None = None  # known after the first piece
    row = 1
    skip = header.start  # bytes of the header that are still to come
    quotes = SPACED if header.is_spaced else PLAIN
    for records in whole_records(file.chunks(_CHUNK), quotes):
        data, skip = records[skip:], max(0, skip - len(records))
        if not data.strip(b"\r\n") and settled is not None:
            continue
        if settled is None:
            first = _settle(layout, kinds, None)
            piece = assemble(CsvTable(data, header, 0, row, kinds), first)
            settled = _settle(layout, kinds, piece.table.schema)
        else:
            piece = _assemble_next(CsvTable(data, header, 0, row, kinds), settled)
        row += piece.table.num_rows
        yield piece


def _assemble_next(piece: CsvTable, settled: Layout[Any]) -> Assembled:
    """A later piece as a table; errors name the argument `kinds`, which may help."""
    try:
        return assemble(piece, settled)
    except TableError as e:
        column = next((c for c in settled.columns if c.name == e.column), None)
        if column is None or e.row is None:
            raise
        hint = (
            f"scan with kinds={{{column.name!r}: …}} if other rows hold something else"
        )
        raise TableError(
            f"{e.message} ({hint})", column=e.column, row=e.row, expected=e.expected
        ) from None


def _settle(layout: Layout[Any], kinds: Mapping[str, Kind], schema: Any) -> Layout[Any]:
    """The layout with one kind for each column, so that all batches have the same types.

    Args:
        schema: Of the first piece, whose rows decide whether a column holds lists or scalars;
            None before it is read.
    """
    columns = tuple(_settled(c, kinds.get(c.name), schema) for c in layout.columns)
    return replace(layout, columns=columns)


def _settled(column: Column, kind: Kind | None, schema: Any) -> Column:
    if kind is not None:
        return replace(column, kinds=(kind,))
    if len(column.kinds) == 1:
        return column
    scalars = [k for k in column.kinds if items_of(k) is None]
    widest: list[Kind] = [k for k in ("string", "json", "number") if k in scalars]
    lists = [k for k in column.kinds if items_of(k) is not None]
    if not lists:
        return replace(column, kinds=tuple((widest or scalars)[:1]))
    if schema is None or column.name not in schema.names:
        return column
    is_lists = arrow().types.is_list(schema.field(column.name).type)
    return replace(
        column, kinds=tuple(lists[-1:] if is_lists else (widest or scalars)[:1])
    )


def _batches(pieces: Iterator[Assembled], batch_rows: int) -> Iterator[Assembled]:
    """Pieces of any length as batches of the same number of rows."""
    held: Any = None
    piece: Assembled | None = None
    has_any = False
    for piece in pieces:
        table: Any = piece.table
        held = table if held is None else arrow().concat_tables([held, table])
        while held.num_rows >= batch_rows:
            yield Assembled(held.slice(0, batch_rows), piece.extra)
            held = held.slice(batch_rows)
            has_any = True
    if piece is not None and (held.num_rows or not has_any):
        yield Assembled(held, piece.extra)
