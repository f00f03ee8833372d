# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The format Parquet, and tables in the memory of other Arrow libraries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import msgspec

from ..values.jsontypes import JsonValue
from ..wire.arrow import arrow, arrow_errors, parquet
from .arrays import Filled, from_arrow
from .assembly import Opened, Piece, ReadSettings, piece_of
from .schema import Layout, TableError, Wanted
from .source import Buffer, Input
from .streams import refuse_twins

_MAGIC = b"PAR1"
_OWN = (b"ARROW:", b"pandas", b"parquet.")
"""Prefixes of the metadata keys in which libraries keep their own types."""


class ArrowSource:
    """Columns of a Parquet file or Arrow table.

    Args:
        first_row: The number of the first row, for errors.
    """

    def __init__(
        self,
        table: Any,
        metadata: Mapping[str, JsonValue] | None = None,
        first_row: int = 1,
    ) -> None:
        self._table = table
        self._first_row = first_row
        self.metadata: Mapping[str, JsonValue] = metadata or {}

    def names(self, layout: Layout[Any] | None = None) -> tuple[str, ...]:
        """Names of the columns, for every layout."""
        return tuple(self._table.schema.names)

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """Some of the columns, with their types widened to the declared ones.

        Raises:
            TableError: A type or cell does not fit.
        """
        table = self._table
        indices = {name: i for i, name in enumerate(table.schema.names)}
        return [
            from_arrow(w.column, table.column(indices[w.name]), self._first_row)
            for w in wanted
        ]


def _metadata_of(schema: Any) -> dict[str, JsonValue]:
    metadata: Mapping[bytes, bytes] = schema.metadata or {}
    return {
        key.decode("utf-8", "replace"): _value_of(value.decode("utf-8", "replace"))
        for key, value in metadata.items()
        if not key.startswith(_OWN)
    }


def _value_of(text: str) -> JsonValue:
    """A value of the key-value metadata, which holds texts: JSON, or else the text itself."""
    try:
        value: JsonValue = msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return text
    return value


def _text_of(value: JsonValue) -> str:
    """The text from which `_value_of` makes the value."""
    if isinstance(value, str) and _value_of(value) == value:
        return value
    return msgspec.json.encode(value).decode()


def _sound(table: Any) -> Any:
    """The table, if its texts are UTF-8 and its lists are complete; reading does not check that.

    Raises:
        pyarrow.ArrowInvalid: They are not.
    """
    table.validate(full=True)
    return table


def _open(data: Buffer, batch_rows: int = 0) -> Iterator[ArrowSource]:
    """A Parquet file.

    Args:
        batch_rows: Number of rows in a batch; 0 for the whole file as one.

    Raises:
        TableError: The file is not Parquet, or damaged.
    """
    pa, pq = arrow(), parquet()
    try:
        file = pq.ParquetFile(
            pa.BufferReader(pa.py_buffer(data)), page_checksum_verification=True
        )
        schema = file.schema_arrow
        metadata = _metadata_of(schema)
        refuse_twins(schema)
        if not batch_rows:
            yield ArrowSource(_sound(file.read()), metadata)
            return
        row = 1
        for batch in file.iter_batches(batch_size=batch_rows):
            table = _sound(pa.Table.from_batches([batch]))
            yield ArrowSource(table, metadata, row)
            row += batch.num_rows
        if row == 1:
            yield ArrowSource(schema.empty_table(), metadata)
    except TableError:
        raise
    except arrow_errors() as e:
        if data[:4] != _MAGIC:
            raise TableError(
                "This is no Parquet file: it does not start with PAR1"
            ) from None
        cut = "" if data[-4:] == _MAGIC else ": it is cut off"
        reason = str(e).splitlines()[0] if str(e) else type(e).__name__
        raise TableError(f"The Parquet file cannot be read{cut} ({reason})") from None


class ParquetFormat:
    """Apache Parquet."""

    name = "parquet"
    has_signature = True

    def is_media_type(self, media_type: str) -> bool:
        """Whether a media type is one of Parquet; there are several in use."""
        return "parquet" in media_type

    def starts(self, head: bytes) -> bool:
        """Whether the first bytes are the magic number of Parquet."""
        return head.startswith(_MAGIC)

    def open(self, data: Buffer, unwrap: str) -> Opened:
        """A whole file."""
        return next(_open(data))

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        """A file in batches."""
        for opened in _open(file.whole(), settings.batch_rows):
            yield piece_of(opened, settings)

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        """Write a table; `metadata` is added to its key-value metadata."""
        own: Mapping[bytes, bytes] = table.schema.metadata or {}
        merged: dict[Any, Any] = dict(own)
        merged |= {key: _text_of(value) for key, value in (metadata or {}).items()}
        parquet().write_table(table.replace_schema_metadata(merged), file)
