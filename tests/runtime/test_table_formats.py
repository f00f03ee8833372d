"""A format of tables is one class in one registry: a new one is read, scanned and written."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import IO, Any

import pytest

from clientpress.runtime.tables import formats
from clientpress.runtime.tables.assembly import Opened, Piece, ReadSettings, piece_of
from clientpress.runtime.tables.parquet import ArrowSource
from clientpress.runtime.tables.schema import Layout
from clientpress.runtime.tables.source import Buffer, Input
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.errors import InvalidRequestError

from .arrow_libraries import pa
from .result_tables import TABLES, Prediction


class ArrowFile:
    """Files of the Arrow IPC format."""

    name = "arrow"
    has_signature = True

    def is_media_type(self, media_type: str) -> bool:
        return media_type == "application/vnd.apache.arrow.file"

    def starts(self, head: bytes) -> bool:
        return head.startswith(b"ARROW1")

    def open(self, data: Buffer, unwrap: str) -> Opened:
        return ArrowSource(pa.ipc.open_file(pa.py_buffer(data)).read_all())

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        whole = self.open(file.whole(), "")
        yield piece_of(whole, settings)

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "FORMATS", (ArrowFile(), *formats.FORMATS))


ROWS = [Prediction(id=1, prediction="a"), Prediction(id=2, prediction="b")]
NAME: Any = "arrow"


def test_a_new_format_is_written_and_read() -> None:
    file = io.BytesIO()
    assert TABLES.write(ROWS, Prediction, file, format=NAME) == 2
    read = TABLES.read(file.getvalue(), Prediction)  # by its first bytes
    assert list(read.rows()) == ROWS
    (batch,) = TABLES.scan(file.getvalue(), Prediction, format=NAME)
    assert list(batch.rows()) == ROWS
    assert formats.format_of("", file.getvalue()).name == "arrow"


def test_a_format_that_there_is_none_of() -> None:
    wrong: Any = "xlsx"
    with pytest.raises(InvalidRequestError, match="No format of tables: 'xlsx'"):
        TABLES.read(b"", Prediction, format=wrong)
