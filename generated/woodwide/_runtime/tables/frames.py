# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tables of any Arrow library as files to upload."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from typing import IO, cast, get_args

from ..wire.arrow import is_stream
from ..wire.errors import InvalidRequestError
from .formats import format_named, write_file
from .schema import FileFormat, Layout
from .streams import read_stream

_IN_MEMORY = 16 * 1024 * 1024
_PANDAS_INDEX = re.compile(r"__index_level_\d+__")
_ANY = Layout("any", object)


def as_table_file(value: object, format: FileFormat) -> bytes | IO[bytes]:
    """A table of any Arrow library as a file to upload.

    Such libraries are polars, pandas, DuckDB and pyarrow; a `Table` can be passed as well. An index
    that pandas passes as columns is left out.

    Returns:
        Bytes, or above 16 MiB an open temporary file.

    Raises:
        InvalidRequestError: The value has no Arrow interface, or the format is unknown.
        TableError: The table cannot be read, or the format cannot hold it.
    """
    if not is_stream(value):
        raise InvalidRequestError(
            f"A {type(value).__name__} is no table: it lacks the Arrow interface"
            " (__arrow_c_stream__)"
        )
    if format not in get_args(FileFormat):
        raise InvalidRequestError(f"No format of tables to upload: {format!r}")
    table = read_stream(value)
    names: Sequence[str] = table.schema.names
    table = table.select([n for n in names if not _PANDAS_INDEX.fullmatch(n)])
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        target = cast("IO[bytes]", file)
        write_file(format_named(format), table, _ANY, target, {}, "")
        size = file.tell()
        file.seek(0)
    except BaseException:
        file.close()
        raise
    if size > _IN_MEMORY:
        return cast("IO[bytes]", file)
    with file:
        return file.read()
