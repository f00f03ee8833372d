# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The format CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import IO, Any

import msgspec

from ..values.jsontypes import JsonValue
from ..wire.arrow import arrow, arrow_csv, compute
from .assembly import Opened, Piece, ReadSettings
from .csv import CsvTable
from .scan import scan_csv
from .schema import Layout
from .source import Buffer, Input


class CsvFormat:
    """CSV (RFC 4180)."""

    name = "csv"
    has_signature = False

    def is_media_type(self, media_type: str) -> bool:
        """Whether a media type is one of CSV."""
        return media_type in ("text/csv", "application/csv")

    def starts(self, head: bytes) -> bool:
        """True: any file may be CSV."""
        return True

    def open(self, data: Buffer, unwrap: str) -> Opened:
        """A whole file."""
        return CsvTable(data)

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        """A file in batches, while it arrives."""
        with closing(file):
            layout, batches = scan_csv(
                file,
                settings.layouts,
                settings.row,
                settings.batch_rows,
                settings.kinds,
            )
            for assembled in batches:
                yield Piece(layout, assembled, {})

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        """Write a table."""
        flat = _flat(table)
        if flat.num_columns == 1 and flat.column(0).null_count:
            # readers skip an empty line, so a null is written as ""
            texts = compute().fill_null(flat.column(0).cast(arrow().string()), "")
            flat = arrow().Table.from_arrays([texts], names=flat.schema.names)
        arrow_csv().write_csv(flat, file)


def _flat(table: Any) -> Any:
    """The table with scalar cells: lists and other nested values become JSON text."""
    pa = arrow()
    types = pa.types
    for index, field in enumerate(table.schema):
        column = table.column(index)
        if types.is_dictionary(field.type):
            column = column.cast(field.type.value_type)
        if types.is_string_view(column.type) or types.is_null(column.type):
            column = column.cast(pa.string())
        if types.is_nested(column.type):
            texts = [None if v is None else _json_text(v) for v in column.to_pylist()]
            column = pa.chunked_array([pa.array(texts, pa.string())])
        if column.type != field.type:
            flat_field = pa.field(field.name, column.type)
            table = table.set_column(index, flat_field, column)
    return table


def _json_text(value: Any) -> str:
    import json  # writes NaN, which msgspec does not

    return json.dumps(value, default=msgspec.to_builtins)
