# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Result tables: JSON, CSV and Parquet files are read into one `Table`, which holds Arrow columns.

Needs pyarrow, which is imported at the first call.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from functools import partial
from typing import IO, TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

from ..values.jsontypes import JsonValue
from ..wire.arrow import ArrowStream, ArrowTable, arrow
from ..wire.errors import InvalidRequestError
from .assembly import Piece, ReadSettings, layouts_of, piece_of
from .async_files import AsyncSource, each_in_thread, in_thread, is_async
from .formats import Format, TableFormat, format_named, format_of
from .rows import column_values, make_rows
from .schema import Column, Family, JsonLayout, Kind, Layout
from .source import Input, Source
from .write import write

if TYPE_CHECKING:
    import os

__all__ = [
    "Column",
    "Family",
    "Format",
    "JsonLayout",
    "Kind",
    "Layout",
    "ReadTable",
    "ScanTable",
    "Source",
    "Table",
    "Tables",
    "WriteTable",
]

R = TypeVar("R")
AnyRow = TypeVar("AnyRow")


class Table(Generic[R]):
    """An immutable result table: the columns that the file has, by their declared names.

    Any Arrow library accepts it: `polars.DataFrame(table)`, `pandas.DataFrame.from_arrow(table)`,
    `pyarrow.table(table)`.
    """

    __slots__ = ("_layout", "_table", "extra", "metadata")

    metadata: Mapping[str, JsonValue]
    """The envelope of JSON, the key-value metadata of Parquet; empty for CSV."""
    extra: tuple[str, ...]
    """Columns that are not declared. They are in `columns`, but not in rows."""

    def __init__(
        self,
        table: ArrowTable,
        layout: Layout[R],
        metadata: Mapping[str, JsonValue] | None = None,
        extra: tuple[str, ...] = (),
    ) -> None:
        self._table: Any = table
        self._layout = layout
        self.metadata = {} if metadata is None else metadata
        self.extra = extra

    @property
    def row(self) -> type[R]:
        """Class of the rows."""
        return self._layout.row

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        return int(self._table.num_rows)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: declared ones in their order, then the others."""
        return tuple(self._table.schema.names)

    def rows(self) -> Iterator[R]:
        """The rows, created some thousands at a time. Absent columns have their defaults.

        Raises:
            TableError: A cell does not fit the row class.
        """
        return make_rows(self._table, self._layout.row)

    def column(self, name: str) -> list[JsonValue]:
        """The values of a column.

        Raises:
            InvalidRequestError: There is no such column.
        """
        if name not in self._table.schema.names:
            names = ", ".join(self.columns)
            raise InvalidRequestError(f"There is no column {name!r}; there are {names}")
        return column_values(self._table, name)

    def to_arrow(self) -> ArrowTable:
        """The `pyarrow.Table`."""
        return cast(ArrowTable, self._table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __iter__(self) -> Iterator[R]:
        return self.rows()

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        columns = ", ".join(self.columns[:8]) + (", …" if self.columns[8:] else "")
        return f"<Table of {self.num_rows} {self._layout.row.__name__} rows: {columns}>"

    def __eq__(self, other: object) -> bool:
        """Whether row class, columns, types, cells and metadata are equal. NaN equals no number."""
        if not isinstance(other, Table):
            return NotImplemented
        theirs = cast("Table[object]", other)
        return self is theirs or (
            self.row is theirs.row
            and self.metadata == theirs.metadata
            and bool(self._table.equals(theirs._table))
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return Table, (self._table, self._layout, self.metadata, self.extra)


class ReadTable(Protocol[AnyRow]):
    """Reads a whole result table.

    A column of several kinds gets the narrowest of int64, double and text that holds all of its
    cells. In CSV, a column that may be text is numbers only if each of them is written as it would be
    written again: labels such as `1.10`, `12E3` and `nan` stay text.

    Args:
        source: Its bytes, its path, an open binary file, a `Download`, or a response of httpx2; may
            be compressed with gzip or zstd. For a file of an async client the result is awaited.
        row: Class of its rows; by default its metadata or columns decide.
        format: By default its first bytes decide.
        kinds: The kind of columns that may have several, by name, for CSV.

    Raises:
        TableError: The file is not such a table; names row and column, if there are any.
        InvalidRequestError: An argument is wrong.
        ConfigurationError: pyarrow is not installed.
    """

    @overload
    def __call__(
        self,
        source: Source,
        row: type[R],
        *,
        format: Format | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Table[R]: ...
    @overload
    def __call__(
        self,
        source: Source,
        row: None = None,
        *,
        format: Format | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Table[AnyRow]: ...
    @overload
    def __call__(
        self,
        source: AsyncSource,
        row: type[R],
        *,
        format: Format | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Awaitable[Table[R]]: ...
    @overload
    def __call__(
        self,
        source: AsyncSource,
        row: None = None,
        *,
        format: Format | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Awaitable[Table[AnyRow]]: ...


class ScanTable(Protocol[AnyRow]):
    """Reads a result table in batches; an empty table is one batch.

    CSV is read while it arrives; JSON and Parquet from a stream are first copied to a temporary
    file.

    Args:
        source: See `ReadTable`; likewise `row` and `format`. For a file of an async client, the
            batches are for `async for`.
        batch_rows: Number of rows in a batch.
        kinds: The kind of columns that may have several, by name, for CSV. By default such a column
            is text if it may be text, since later rows are not known yet, and an undeclared column
            is text.

    Raises:
        Error: As `ReadTable`, when the wrong batch is reached.
    """

    @overload
    def __call__(
        self,
        source: Source,
        row: type[R],
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[R]]: ...
    @overload
    def __call__(
        self,
        source: Source,
        row: None = None,
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[AnyRow]]: ...
    @overload
    def __call__(
        self,
        source: AsyncSource,
        row: type[R],
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> AsyncGenerator[Table[R]]: ...
    @overload
    def __call__(
        self,
        source: AsyncSource,
        row: None = None,
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> AsyncGenerator[Table[AnyRow]]: ...


class WriteTable(Protocol):
    """Writes a table file; see `Tables.write`."""

    def __call__(
        self,
        rows: Iterable[R] | ArrowStream,
        row: type[R],
        target: os.PathLike[str] | IO[bytes],
        *,
        format: Format,
        metadata: Mapping[str, JsonValue] | None = None,
    ) -> int:
        """The number of rows."""
        ...


class Tables(Generic[AnyRow]):
    """The result tables of an API; `AnyRow` is the union of their row classes.

    Args:
        layouts: In the order in which they are tried if a file does not say which table it is.
        unwrap: JSON Pointer of the columns in an envelope.
    """

    def __init__(self, layouts: Sequence[Layout[Any]], unwrap: str = "") -> None:
        self._layouts = tuple(layouts)
        self._unwrap = unwrap

    @property
    def layouts(self) -> tuple[Layout[Any], ...]:
        """All layouts."""
        return self._layouts

    def layout_of(self, row: type[R]) -> Layout[R]:
        """The layout of a row class.

        Raises:
            InvalidRequestError: There is none.
        """
        return layouts_of(self._layouts, row)[0]

    @property
    def read(self) -> ReadTable[AnyRow]:
        """Reads a whole table; see `ReadTable`."""
        return cast("ReadTable[AnyRow]", self._read)

    @property
    def scan(self) -> ScanTable[AnyRow]:
        """Reads a table in batches; see `ScanTable`."""
        return cast("ScanTable[AnyRow]", self._scan)

    def _read(
        self,
        source: Source | AsyncSource,
        row: type[Any] | None = None,
        *,
        format: Format | None = None,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Table[Any] | Awaitable[Table[Any]]:
        settings = ReadSettings(self._layouts, row, self._unwrap, kinds=kinds or {})
        if is_async(source):
            return in_thread(source, partial(self._whole, format, settings))
        return self._whole(format, settings, cast("Source", source))

    def _whole(
        self, format: Format | None, settings: ReadSettings, source: Source
    ) -> Table[Any]:
        arrow()
        file = Input(source)
        data = file.whole()
        table_format = _format(format, file)
        if table_format.name != "csv":
            settings = settings._replace(kinds={})
        return _table(piece_of(table_format.open(data, self._unwrap), settings))

    def _scan(
        self,
        source: Source | AsyncSource,
        row: type[Any] | None = None,
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[Any]] | AsyncGenerator[Table[Any]]:
        settings = ReadSettings(
            self._layouts, row, self._unwrap, batch_rows, kinds or {}
        )
        if is_async(source):
            return each_in_thread(source, partial(self._batches, format, settings))
        return self._batches(format, settings, cast("Source", source))

    def _batches(
        self, format: Format | None, settings: ReadSettings, source: Source
    ) -> Generator[Table[Any]]:
        arrow()
        if settings.batch_rows < 1:
            raise InvalidRequestError("batch_rows must be at least 1")
        file = Input(source)
        yield from map(_table, _format(format, file).scan(file, settings))

    def write(
        self,
        rows: Iterable[R] | ArrowStream,
        row: type[R],
        target: os.PathLike[str] | IO[bytes],
        *,
        format: Format,
        metadata: Mapping[str, JsonValue] | None = None,
    ) -> int:
        """Write rows, or the table of any Arrow library, as a table file.

        Args:
            row: Class of the rows.
            target: A path, or an open binary file.
            metadata: For JSON the members of an envelope around the columns (also with `{}`), for
                Parquet the key-value metadata; CSV cannot hold any.

        Returns:
            The number of rows.

        Raises:
            TableError: Cells are not as declared, or NaN or infinite in JSON.
            InvalidRequestError: An argument is wrong.
            ConfigurationError: pyarrow is not installed.
        """
        arrow()
        return write(
            rows,
            self.layout_of(row),
            target,
            format=format_named(format),
            metadata=metadata,
            unwrap=self._unwrap,
        )


def _format(name: str | None, file: Input) -> TableFormat:
    """The format of a file: the one with the name, else the one of its first bytes."""
    return format_named(name) if name is not None else format_of("", file.head)


def _table(piece: Piece) -> Table[Any]:
    table, extra = piece.assembled
    return Table(table, piece.layout, piece.metadata, extra)
