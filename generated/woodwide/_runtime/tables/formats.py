# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The formats of table files.

A new format is a module like `parquet`, its name in `Format`, and its class in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, Literal, Protocol, TypeAlias

from ..values.jsontypes import JsonValue
from ..wire.decoders import media_type_of
from ..wire.errors import Error, InvalidRequestError
from .assembly import Opened, Piece, ReadSettings
from .csv_format import CsvFormat
from .json_format import JsonFormat
from .parquet import ParquetFormat
from .schema import Layout, TableError
from .source import Buffer, Input

Format: TypeAlias = Literal["json", "csv", "parquet"]
"""Format of a table file."""


class TableFormat(Protocol):
    """How files of one format are recognised, read and written."""

    name: str
    has_signature: bool
    """Whether files of other formats never begin with the same bytes."""

    def is_media_type(self, media_type: str) -> bool:
        """Whether a media type, in lower case and without parameters, is one of the format."""
        ...

    def starts(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes may be of the format."""
        ...

    def open(self, data: Buffer, unwrap: str) -> Opened:
        """Open a whole file.

        Args:
            unwrap: JSON Pointer of the columns in an envelope.

        Raises:
            TableError: The file cannot be read.
        """
        ...

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        """A file in batches, of which there is at least one.

        Raises:
            TableError: The file cannot be read, or is not such a table.
        """
        ...

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        """Write a `pyarrow.Table`.

        Args:
            metadata: The envelope of JSON, the key-value metadata of Parquet; None for none.
            unwrap: JSON Pointer of the columns in the envelope.

        Raises:
            TableError: The format cannot hold a value or a type.
        """
        ...


FORMATS: tuple[TableFormat, ...] = (ParquetFormat(), JsonFormat(), CsvFormat())
"""In the order in which they are tried. Any file may be CSV, so it is the last."""


def write_file(
    format: TableFormat,
    table: Any,
    layout: Layout[Any],
    file: IO[bytes],
    metadata: Mapping[str, JsonValue] | None,
    unwrap: str,
) -> None:
    """Write a table in a format; see `TableFormat.write`.

    Raises:
        TableError: The format cannot hold a value or a type.
        OSError: The file cannot be written.
    """
    try:
        format.write(table, layout, file, metadata, unwrap)
    except (Error, OSError):
        raise
    except Exception as e:  # whatever the library of the format raises
        name = "Parquet" if format.name == "parquet" else format.name.upper()
        raise TableError(f"The table cannot be written as {name}: {e}") from None


def format_named(name: str) -> TableFormat:
    """The format with a name.

    Raises:
        InvalidRequestError: There is none.
    """
    for format in FORMATS:
        if format.name == name:
            return format
    raise InvalidRequestError(f"No format of tables: {name!r}")


def format_of(content_type: str, data: bytes) -> TableFormat:
    """The format of a file, by its signature, else by its media type, else by its first bytes."""
    by_content = next(format for format in FORMATS if format.starts(data))
    if by_content.has_signature:
        return by_content
    media_type = media_type_of(content_type)
    named = (format for format in FORMATS if format.is_media_type(media_type))
    return next(named, by_content)
