# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tables of any Arrow library, by the Arrow C stream interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..wire.arrow import ArrowStream, arrow
from .schema import TableError, first_twin

_EXTENSION = b"ARROW:extension:name"


def read_stream(stream: ArrowStream) -> Any:
    """All record batches of a stream, as a `pyarrow.Table` of types that Arrow itself defines.

    Raises:
        TableError: The stream fails, a column is there twice, or has a type of its library.
    """
    pa = arrow()
    try:
        table = pa.RecordBatchReader.from_stream(stream).read_all()
        table.validate(full=True)
    except Exception as e:  # whatever the library raises
        reason = str(e) or type(e).__name__
        raise TableError(f"The Arrow stream cannot be read: {reason}") from None
    refuse_twins(table.schema)
    for index, field in enumerate(table.schema):
        cells = _plain(field, table.column(index))
        if cells is not None:
            table = table.set_column(index, pa.field(field.name, cells.type), cells)
    return table


def _plain(field: Any, cells: Any) -> Any:
    """A column with another type, if few readers and writers know its own; else None."""
    pa = arrow()
    metadata: Mapping[bytes, bytes] = field.metadata or {}
    unknown = metadata.get(_EXTENSION, b"").decode()
    name = getattr(field.type, "extension_name", unknown)
    if name == "arrow.json":
        return cells.cast(pa.string())
    if name == "arrow.uuid":
        return pa.chunked_array(
            [pa.array([v if v is None else str(v) for v in cells.to_pylist()])]
        )
    if name:
        raise TableError(
            f"Column {field.name!r} has a type of its library ({name}), which tables cannot hold;"
            " convert it",
            column=field.name,
        )
    tp = field.type
    if not (pa.types.is_dictionary(tp) and pa.types.is_string_view(tp.value_type)):
        return None
    chunks = [
        pa.DictionaryArray.from_arrays(c.indices, c.dictionary.cast(pa.string()))
        for c in cells.chunks
    ]
    kind = pa.dictionary(tp.index_type, pa.string())
    return pa.chunked_array(chunks, kind)


def refuse_twins(schema: Any) -> None:
    """Raise TableError for a column that is there twice."""
    twice = first_twin(schema.names)
    if twice is not None:
        raise TableError(f"Column {twice!r} is there twice", column=twice)
