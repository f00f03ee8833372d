# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Writing of result tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import chain
from operator import attrgetter
from typing import IO, Any, TypeVar, cast

import msgspec
from msgspec import UNSET, Struct, structs

from ..values.jsontypes import JsonValue
from ..values.kinds import is_list
from ..values.open_model import members_of
from ..wire.arrow import ArrowStream, ArrowTable, arrow, compute, is_stream
from .arrays import Filled, arrow_type, from_values
from .assembly import assemble, field_of
from .formats import TableFormat, write_file
from .parquet import ArrowSource
from .rows import attributes
from .schema import Column, Family, Layout, TableError
from .streams import read_stream

R = TypeVar("R")


# ------------------------------------------------------------------ rows to a table
def table_of(rows: Iterable[R] | ArrowStream, layout: Layout[R]) -> ArrowTable:
    """Rows, or the table of any Arrow library, in canonical form.

    Raises:
        TableError: Cells are not as declared.
    """
    if is_stream(rows):
        return assemble(
            ArrowSource(_with_families(read_stream(rows), layout)), layout
        ).table
    table: ArrowTable = _from_rows(list(cast("Iterable[Any]", rows)), layout)
    return table


def _with_families(table: Any, layout: Layout[Any]) -> Any:
    """A table in canonical form, but with the numbered columns of files for each family."""
    pa = arrow()
    for family in layout.families:
        indices = [
            i for i, name in enumerate(table.schema.names) if name == family.field
        ]
        for index in indices:
            column = table.column(index)
            if pa.types.is_fixed_size_list(column.type):
                table = table.remove_column(index)
                for number, member in enumerate(_members(column)):
                    table = table.append_column(family.name(number), member)
    return table


def _members(column: Any) -> list[Any]:
    """The items of fixed-size lists as columns: the first items, the second items, and so on."""
    pa, pc = arrow(), compute()
    width = column.type.list_size
    chunks = column.chunks or [pa.array([], column.type)]
    return [
        pa.chunked_array([pc.list_element(chunk, number) for chunk in chunks])
        for number in range(width)
    ]


def _from_rows(rows: list[Any], layout: Layout[Any]) -> Any:
    """Rows in canonical form; an optional column is left out if all rows have its default."""
    pa = arrow()
    for number, row in enumerate(rows, 1):
        if not isinstance(row, layout.row):
            raise TableError(
                f"Row {number} is a {type(row).__name__}, not a {layout.row.__name__}",
                row=number,
                expected=layout.row.__name__,
            )
    names, defaults = attributes(layout.row), _defaults(layout.row)
    fields: list[Any] = []
    arrays: list[Any] = []
    parts: list[Column | Family] = [*layout.columns, *layout.families]
    for part in parts:
        name = part.name if isinstance(part, Column) else part.field
        if name not in names:
            continue  # the row class has no such member
        get = attrgetter(names[name])
        values = [get(row) for row in rows]
        if not part.required and all(v is UNSET or v is defaults[name] for v in values):
            continue
        values = [None if v is UNSET else v for v in values]
        filled = (
            _column(part, values) if isinstance(part, Column) else _family(part, values)
        )
        fields.append(field_of(name, filled))
        arrays.append(filled.array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _defaults(row: type[Any]) -> Mapping[str, Any]:
    """Defaults of a row class by wire name."""
    if issubclass(row, Struct):
        return {info.encode_name: info.default for info in structs.fields(row)}
    return {member.wire: member.default for member in members_of(row).members.values()}


def _column(column: Column, values: list[Any]) -> Filled:
    try:
        values = msgspec.to_builtins(
            values
        )  # enumerations, and models in cells of JSON
    except (TypeError, ValueError) as e:
        raise TableError(
            f"Column {column.name!r} holds a value that tables cannot hold: {e}",
            column=column.name,
        ) from None
    return from_values(column, values)


def _family(family: Family, values: list[Any]) -> Filled:
    """A family as one column of fixed-size lists."""
    pa = arrow()
    width = next((len(v) for v in values if is_list(v)), 0)
    wrong = [
        (row, v) for row, v in enumerate(values, 1) if not is_list(v) or len(v) != width
    ]
    column = Column(family.field, (family.kind,), nullable=family.nullable)
    if wrong:
        row, value = wrong[0]
        actual = f"{len(value)} values" if is_list(value) else repr(value)
        raise TableError(
            f"Column {family.field!r}, row {row}: expected {width} values, found {actual}",
            column=family.field,
            row=row,
            expected=f"{width} values",
        )
    flat = from_values(column, list(chain.from_iterable(values))).array
    if pa.types.is_null(flat.type) or not len(flat):
        flat = pa.array([], arrow_type(family.kind))
    return Filled("", pa.FixedSizeListArray.from_arrays(flat, width))


# ------------------------------------------------------------------ a table to a file
def write(
    rows: Iterable[R] | ArrowStream,
    layout: Layout[R],
    target: os.PathLike[str] | IO[bytes],
    *,
    format: TableFormat,
    metadata: Mapping[str, JsonValue] | None = None,
    unwrap: str = "",
) -> int:
    """Write a table; see `Tables.write`.

    Returns:
        The number of rows.
    """
    table: Any = table_of(rows, layout)
    expanded = _with_families(table, layout)
    if hasattr(target, "write"):
        file = cast("IO[bytes]", target)
        write_file(format, expanded, layout, file, metadata, unwrap)
    else:
        from ..wire.files import AtomicFile, path_of  # needed for files only

        with AtomicFile(path_of(target, "The target")) as atomic:
            try:
                write_file(format, expanded, layout, atomic.stream, metadata, unwrap)
            except OSError as e:
                raise atomic.refused(e) from e
    return int(table.num_rows)
