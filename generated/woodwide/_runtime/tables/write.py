# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Writing of result tables, the inverse of reading."""

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
from ..values.model import layout as members_of
from ..wire.arrow import (
    ArrowStream,
    ArrowTable,
    arrow,
    compute,
    is_stream,
)
from ..wire.errors import InvalidRequestError, TableError
from .arrays import Filled, arrow_type, from_values
from .assembly import assemble
from .cells import refuse
from .files import read_stream, write_csv_file, write_parquet
from .parquet import ArrowSource
from .rows import attributes, column_values
from .schema import Column, Family, Layout, first_twin
from .source import Format

__all__ = ["table_of", "write"]

R = TypeVar("R")


# ------------------------------------------------------------------ rows to a table
def table_of(rows: Iterable[R] | ArrowStream, layout: Layout[R]) -> ArrowTable:
    """Rows, or another library's table, in canonical form.

    Raises TableError for cells that are not as declared.
    """
    if is_stream(rows):
        return assemble(
            ArrowSource(_with_families(read_stream(rows), layout)), layout
        ).table
    made: ArrowTable = _from_rows(list(cast("Iterable[Any]", rows)), layout)
    return made


def _with_families(table: Any, layout: Layout[Any]) -> Any:
    """A table in canonical form with its lists of fixed size as the numbered columns of files."""
    pa = arrow()
    for family in layout.families:
        places = [
            i for i, name in enumerate(table.schema.names) if name == family.field
        ]
        for place in places:
            column = table.column(place)
            if pa.types.is_fixed_size_list(column.type):
                table = table.remove_column(place)
                for number, member in enumerate(_members(column)):
                    table = table.append_column(family.name(number), member)
    return table


def _members(column: Any) -> list[Any]:
    """The columns that a column of fixed-size lists is made of."""
    pa, pc = arrow(), compute()
    width = column.type.list_size
    chunks = column.chunks or [pa.array([], column.type)]
    return [
        pa.chunked_array([pc.list_element(chunk, number) for chunk in chunks])
        for number in range(width)
    ]


def _from_rows(rows: list[Any], layout: Layout[Any]) -> Any:
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
            continue  # the class of the rows has no such member
        get = attrgetter(names[name])
        values = [get(row) for row in rows]
        if not part.required and all(v is UNSET or v is defaults[name] for v in values):
            continue
        values = [None if v is UNSET else v for v in values]
        filled = (
            _column(part, values) if isinstance(part, Column) else _family(part, values)
        )
        metadata = {b"content": b"json"} if filled.kind == "json" else None
        fields.append(pa.field(name, filled.array.type, metadata=metadata))
        arrays.append(filled.array)
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _defaults(row: type[Any]) -> Mapping[str, Any]:
    """Defaults of a row class by wire name."""
    if issubclass(row, Struct):
        return {info.encode_name: info.default for info in structs.fields(row)}
    return {member.wire: member.default for member in members_of(row).members.values()}


def _column(column: Column, values: list[Any]) -> Filled:
    try:
        values = msgspec.to_builtins(values)  # enumerations, models of free-form cells
    except (TypeError, ValueError) as e:
        raise TableError(
            f"Column {column.name!r} holds what tables cannot hold: {e}",
            column=column.name,
        ) from None
    return from_values(column, values)


def _family(family: Family, values: list[Any]) -> Filled:
    pa = arrow()
    width = next((len(v) for v in values if is_list(v)), 0)
    wrong = [
        (row, v) for row, v in enumerate(values, 1) if not is_list(v) or len(v) != width
    ]
    column = Column(family.field, (family.kind,), nullable=family.nullable)
    if wrong:
        row, value = wrong[0]
        found = f"{len(value)} values" if is_list(value) else repr(value)
        raise TableError(
            f"Column {family.field!r}, row {row}: expected {width} values, found {found}",
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
    format: Format,
    metadata: Mapping[str, JsonValue] | None = None,
    unwrap: str = "",
) -> int:
    """Write a table and tell the number of its rows; see `Tables.write`."""
    table: Any = table_of(rows, layout)
    if hasattr(target, "write"):
        _write(table, layout, cast("IO[bytes]", target), format, metadata, unwrap)
    else:
        from ..wire.files import AtomicFile, path_of  # needed for files only

        with AtomicFile(path_of(target, "The target")) as file:
            try:
                _write(table, layout, file.stream, format, metadata, unwrap)
            except OSError as e:
                raise file.refused(e) from e
    return int(table.num_rows)


def _write(
    table: Any,
    layout: Layout[Any],
    file: IO[bytes],
    format: Format,
    metadata: Mapping[str, JsonValue] | None,
    unwrap: str,
) -> None:
    expanded = _with_families(table, layout)
    if format == "json":
        content = _json_content(expanded, layout)
        if metadata is not None:
            content = {**metadata, **_nested(unwrap or "/data", content)}
        file.write(msgspec.json.encode(content))
    elif format == "parquet":
        write_parquet(expanded, file, metadata or {})
    elif format == "csv":
        write_csv_file(expanded, file)
    else:
        raise InvalidRequestError(f"No format of tables: {format!r}")


# ------------------------------------------------------------------ JSON
def _nested(pointer: str, value: Any) -> dict[str, Any]:
    for step in reversed(pointer.split("/")[1:]):
        value = {step.replace("~1", "/").replace("~0", "~"): value}
    return cast("dict[str, Any]", value)


def _json_content(table: Any, layout: Layout[Any]) -> dict[str, Any]:
    names: list[str] = table.schema.names
    for name in names:
        _refuse_nan(name, table.column(name))
    form = layout.json
    columns: dict[str, Any] = {name: column_values(table, name) for name in names}
    if form.layout == "list":
        return _nested(form.at, columns[layout.columns[0].name])
    if form.layout == "map":
        keys = [k if isinstance(k, str) else str(k) for k in columns[form.key]]
        content: dict[str, Any] = dict(zip(keys, columns[form.value], strict=True))
        if len(content) < len(keys):
            twice = first_twin(keys)
            raise TableError(
                f"Column {form.key!r}: {twice!r} is there twice, which a JSON map cannot hold",
                column=form.key,
            )
        columns = content
    return _nested(form.at, columns)


def _refuse_nan(name: str, column: Any) -> None:
    types, pc = arrow().types, compute()
    if types.is_list(column.type) and types.is_floating(column.type.value_type):
        if pc.all(pc.is_finite(pc.list_flatten(column))).as_py() is not False:
            return
        finite = [all(map(_is_finite, v or ())) for v in column.to_pylist()]
        row = finite.index(False) + 1
    elif types.is_floating(column.type):
        row = pc.index(pc.is_finite(column), False).as_py() + 1
        if not row:
            return
    else:
        return
    found = column[row - 1].as_py()
    error = refuse(Column(name, ("number",)), [(row, found)])
    raise TableError(
        f"{error.message}: JSON has no such number; write CSV or Parquet",
        column=name,
        row=row,
        expected="a finite number",
    )


def _is_finite(value: Any) -> bool:
    return value is None or float("-inf") < value < float("inf")
