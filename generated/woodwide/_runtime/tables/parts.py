# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Parts of multipart bodies that take data frames as well as files."""

from __future__ import annotations

from typing import Any

from ..wire.arrow import is_stream
from ..wire.multipart_body import Part
from .schema import FileFormat

__all__ = ["TablePart"]


class TablePart(Part, frozen=True):
    """A file that is a table.

    tables: the formats that are taken; a data frame is sent in the first.
    """

    tables: tuple[FileFormat, ...] = ("csv",)

    def file_of(self, value: Any) -> Any:
        """A data frame of any Arrow library as a file; everything else as it is."""
        if not is_stream(value):
            return value
        from .frames import as_table_file  # loaded with the first data frame

        format = self.tables[0]
        return f"table.{format}", as_table_file(value, format)
