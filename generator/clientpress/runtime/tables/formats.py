"""The formats of table files. A new one is a module like `parquet`, and its name and class here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any, Literal, Protocol, TypeAlias

from ..values.jsontypes import JsonValue
from ..wire.decoders import media_type_of
from ..wire.errors import InvalidRequestError
from .assembly import Opened, Piece, ReadSettings
from .csv_format import CsvFormat
from .json_format import JsonFormat
from .parquet import ParquetFormat
from .schema import Layout
from .source import Buffer, Input

__all__ = ["FORMATS", "Format", "TableFormat", "format_named", "format_of"]

Format: TypeAlias = Literal["json", "csv", "parquet"]
"""Format of a table file."""


class TableFormat(Protocol):
    """How files of one format are recognised, read and written."""

    name: str
    has_signature: bool
    """Whether its files begin with bytes that no other file begins with."""

    def is_media_type(self, media_type: str) -> bool:
        """Whether a media type, in lower case and without parameters, names the format."""
        ...

    def starts(self, head: bytes) -> bool:
        """Whether a file that begins with these bytes may be of the format."""
        ...

    def open(self, data: Buffer, unwrap: str) -> Opened:
        """A whole file; `unwrap` is the JSON Pointer of the columns in an envelope."""
        ...

    def scan(self, file: Input, settings: ReadSettings) -> Iterator[Piece]:
        """A file in batches; at least one comes."""
        ...

    def write(
        self,
        table: Any,
        layout: Layout[Any],
        file: IO[bytes],
        metadata: Mapping[str, JsonValue] | None,
        unwrap: str,
    ) -> None:
        """Write a `pyarrow.Table`."""
        ...


FORMATS: tuple[TableFormat, ...] = (ParquetFormat(), JsonFormat(), CsvFormat())
"""In the order in which a file is tried. Anything may be CSV, so it is the last."""


def format_named(name: str) -> TableFormat:
    """The format of a name. Raises InvalidRequestError if there is none."""
    for format in FORMATS:
        if format.name == name:
            return format
    raise InvalidRequestError(f"No format of tables: {name!r}")


def format_of(content_type: str, data: bytes) -> TableFormat:
    """The format that a media type names; that of the content where it names none.

    A file with the signature of a format is of that format, whatever its media type says.
    """
    by_content = next(format for format in FORMATS if format.starts(data))
    if by_content.has_signature:
        return by_content
    media_type = media_type_of(content_type)
    named = (format for format in FORMATS if format.is_media_type(media_type))
    return next(named, by_content)
