"""Tables of any Arrow library, as files: what uploads and writing have in common."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any, Literal, cast

import msgspec

from ..values.jsontypes import JsonValue
from ..wire.arrow import (
    ArrowStream,
    arrow,
    arrow_csv,
    arrow_errors,
    compute,
    is_stream,
    parquet,
)
from ..wire.errors import InvalidRequestError, TableError
from .schema import first_twin

__all__ = [
    "as_table_file",
    "read_stream",
    "refuse_twins",
    "write_csv_file",
    "write_parquet",
]

_IN_MEMORY = 16 * 1024 * 1024
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")


# ------------------------------------------------------------------ streams
def read_stream(stream: ArrowStream) -> Any:
    """All of a stream, a `pyarrow.Table`. Raises TableError where the stream fails."""
    pa = arrow()
    try:
        table = pa.RecordBatchReader.from_stream(stream).read_all()
    except arrow_errors() as e:
        raise TableError(f"The Arrow stream cannot be read: {e}") from None
    refuse_twins(table.schema)
    return table


def refuse_twins(schema: Any) -> None:
    """Raise TableError for a column that is there twice."""
    twice = first_twin(schema.names)
    if twice is not None:
        raise TableError(f"Column {twice!r} is there twice", column=twice)


# ------------------------------------------------------------------ Parquet
def write_parquet(
    table: Any, file: IO[bytes], metadata: Mapping[str, JsonValue]
) -> None:
    """Write a table as Parquet, with key-value metadata."""
    kept: Mapping[bytes, bytes] = table.schema.metadata or {}
    said: dict[Any, Any] = dict(kept)
    said |= {
        key: value if isinstance(value, str) else msgspec.json.encode(value)
        for key, value in metadata.items()
    }
    parquet().write_table(table.replace_schema_metadata(said), file)


# ------------------------------------------------------------------ CSV
def write_csv_file(table: Any, file: IO[bytes]) -> None:
    """Write a table as CSV. Raises TableError for types that have no text form."""
    flat = _flat(table)
    if flat.num_columns == 1 and flat.column(0).null_count:
        # an empty line would be no row; quotes make it one
        texts = compute().fill_null(flat.column(0).cast(arrow().string()), "")
        flat = arrow().Table.from_arrays([texts], names=flat.schema.names)
    try:
        arrow_csv().write_csv(flat, file)
    except arrow_errors() as e:
        raise TableError(f"The table cannot be written as CSV: {e}") from None


def _flat(table: Any) -> Any:
    """A table whose cells are scalars: lists and the like become JSON text."""
    pa = arrow()
    types = pa.types
    for place, field in enumerate(table.schema):
        column = table.column(place)
        if types.is_dictionary(field.type):
            column = column.cast(field.type.value_type)
        if types.is_string_view(column.type) or types.is_null(column.type):
            column = column.cast(pa.string())
        if types.is_nested(column.type):
            texts = [None if v is None else _json_text(v) for v in column.to_pylist()]
            column = pa.chunked_array([pa.array(texts, pa.string())])
        if column.type != field.type:
            made = pa.field(field.name, column.type)
            table = table.set_column(place, made, column)
    return table


def _json_text(value: Any) -> str:
    import json  # its NaN is what CSV readers understand

    return json.dumps(value, default=str)


# ------------------------------------------------------------------ for upload
def as_table_file(
    value: object, format: Literal["csv", "parquet"]
) -> bytes | IO[bytes]:
    """A table of any Arrow library (polars, pandas, DuckDB, pyarrow, a `Table`) as a file to upload.

    Bytes, or from 16 MB on an open temporary file. An index that pandas hands over as columns is
    left out. Raises InvalidRequestError for what is no such table, TableError for one that fails.
    """
    if not is_stream(value):
        raise InvalidRequestError(
            f"A {type(value).__name__} is no table: it lacks the Arrow interface"
            " (__arrow_c_stream__)"
        )
    table = read_stream(value)
    names: Sequence[str] = table.schema.names
    table = table.select([n for n in names if not _PANDAS_INDEX.fullmatch(n)])
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        if format == "csv":
            write_csv_file(table, cast("IO[bytes]", file))
        elif format == "parquet":
            write_parquet(table, cast("IO[bytes]", file), {})
        else:
            raise InvalidRequestError(f"No format of tables to upload: {format!r}")
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    if size > _IN_MEMORY:
        return cast("IO[bytes]", file)
    with file:
        return file.read()
