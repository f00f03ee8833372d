"""Tables of any Arrow library, by the Arrow C stream interface."""

from __future__ import annotations

from typing import Any

from ..wire.arrow import ArrowStream, arrow, arrow_errors
from .schema import TableError, first_twin


def read_stream(stream: ArrowStream) -> Any:
    """All record batches of a stream, as a `pyarrow.Table`.

    Raises:
        TableError: The stream fails, or a column is there twice.
    """
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
