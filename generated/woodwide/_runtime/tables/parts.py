# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Parts of multipart bodies (RFC 7578) that accept data frames as well as files."""

from __future__ import annotations

from typing import Any

from ..wire.arrow import is_stream
from ..wire.multipart_body import Part
from .schema import FileFormat


class TablePart(Part, frozen=True):
    """A part that is a file with a table.

    Attributes:
        tables: The formats that the server accepts; a data frame is sent in the first.
    """

    tables: tuple[FileFormat, ...] = ("csv",)

    def file_of(self, value: Any) -> Any:
        """A data frame of any Arrow library as a file name and content; other values unchanged."""
        if not is_stream(value):
            return value
        from .frames import as_table_file  # loaded with the first data frame

        format = self.tables[0]
        return f"table.{format}", as_table_file(value, format)
