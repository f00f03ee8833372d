# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The format JSON: an object of columns, a list or a map, bare or in an envelope."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from typing import IO, Any, cast

import msgspec

from ..values.jsontypes import JsonValue
from ..values.pointers import steps_of
from ..wire.arrow import arrow, compute
from ..wire.decoders import is_json
from .assembly import Assembled, Opened, Piece, ReadSettings, piece_of
from .cells import refuse
from .json import SPACE, JsonTable
from .rows import column_values
from .schema import Column, Layout, TableError, first_twin
from .source import Buffer, Input


class JsonFormat:
    """JSON (RFC 8259)."""

    name = "json"
    has_signature = False

    def is_media_type(self, media_type: str) -> bool:
        """Whether a media type is one of JSON."""
        return is_json(media_type)

    def starts(self, head: bytes) -> bool:
        """Whether the first bytes are the start of an object or array."""
        start = head.removeprefix(BOM_UTF8).lstrip(SPACE)[:1]
        return bool(start) and start in b"{["

    def open(self, data: Buffer, unwrap: str) -> Opened:
        """A whole file."""
        return JsonTable(data, unwrap)

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        """A file in batches; all of it is read first."""
        whole = piece_of(JsonTable(file.whole(), settings.unwrap), settings)
        table: Any = whole.assembled.table
        for start in range(0, max(table.num_rows, 1), settings.batch_rows):
            batch = table.slice(start, settings.batch_rows)
            yield whole._replace(assembled=Assembled(batch, whole.assembled.extra))

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        """Write a table; `metadata` are the members of an envelope around it.

        Raises:
            TableError: A number is NaN or infinite, or the names in a map are not unique.
        """
        content = _json_content(table, layout)
        if metadata is not None:
            content = {**metadata, **_nested(unwrap or "/data", content)}
        file.write(msgspec.json.encode(content))


def _nested(pointer: str, value: Any) -> dict[str, Any]:
    """Objects in which a JSON Pointer leads to a value."""
    for step in reversed(steps_of(pointer)):
        value = {step: value}
    return cast("dict[str, Any]", value)


def _json_content(table: Any, layout: Layout[Any]) -> dict[str, Any]:
    """The columns in the form of a layout."""
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
    """Raise TableError for the first number of a column that is NaN or infinite."""
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
    value = column[row - 1].as_py()
    error = refuse(Column(name, ("number",)), [(row, value)])
    raise TableError(
        f"{error.message}: JSON has no such number; write CSV or Parquet",
        column=name,
        row=row,
        expected="a finite number",
    )


def _is_finite(value: Any) -> bool:
    return value is None or float("-inf") < value < float("inf")
