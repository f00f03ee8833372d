# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Result tables: JSON, CSV and Parquet files become one `Table`, with Arrow inside.

Needs pyarrow, which is imported at the first call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

from ..values.jsontypes import JsonValue
from ..wire.arrow import ArrowStream, ArrowTable, arrow
from ..wire.errors import InvalidRequestError
from .assembly import Piece, ReadSettings, piece_of
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
    """A result table: canonical names, and of the declared columns those that the file has.

    Immutable. Any Arrow library takes it as it is: `polars.DataFrame(table)`,
    `pandas.DataFrame.from_arrow(table)`, `pyarrow.table(table)`.
    """

    __slots__ = ("_layout", "_table", "extra", "metadata")

    metadata: Mapping[str, JsonValue]
    """What stood beside the columns: the envelope of JSON, the key-value metadata of Parquet."""
    extra: tuple[str, ...]
    """Columns that are not declared. `columns` has them too, rows have not."""

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
        """The rows, made some thousands at a time. Columns that are not there have their defaults."""
        return make_rows(self._table, self._layout.row)

    def column(self, name: str) -> list[JsonValue]:
        """The values of a column. Raises InvalidRequestError if there is no such column."""
        if name not in self._table.schema.names:
            there = ", ".join(self.columns)
            raise InvalidRequestError(f"There is no column {name!r}; there are {there}")
        return column_values(self._table, name)

    def to_arrow(self) -> ArrowTable:
        """The `pyarrow.Table`."""
        return cast(ArrowTable, self._table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        columns = ", ".join(self.columns[:8]) + (", …" if self.columns[8:] else "")
        return f"<Table of {self.num_rows} {self._layout.row.__name__} rows: {columns}>"

    def __eq__(self, other: object) -> bool:
        """Same row class, columns, types, cells and metadata. NaN equals nothing, as in Arrow."""
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
    """Reads a whole result table; see `Tables.read`."""

    @overload
    def __call__(
        self, source: Source, row: type[R], *, format: Format | None = None
    ) -> Table[R]: ...
    @overload
    def __call__(
        self, source: Source, row: None = None, *, format: Format | None = None
    ) -> Table[AnyRow]: ...


class ScanTable(Protocol[AnyRow]):
    """Reads a result table in batches; see `Tables.scan`."""

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
    """The result tables of an API; `AnyRow` is any of their row classes.

    layouts: in the order in which they are tried where a file does not tell which table it is.
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
        """The layout of a row class. Raises InvalidRequestError for another class."""
        found = next((la for la in self._layouts if la.row is row), None)
        if found is None:
            names = ", ".join(la.row.__name__ for la in self._layouts)
            raise InvalidRequestError(
                f"{getattr(row, '__name__', repr(row))} is no class of table rows; there are {names}"
            )
        return found

    @overload
    def read(
        self, source: Source, row: type[R], *, format: Format | None = None
    ) -> Table[R]: ...

    @overload
    def read(
        self, source: Source, row: None = None, *, format: Format | None = None
    ) -> Table[AnyRow]: ...

    def read(
        self,
        source: Source,
        row: type[Any] | None = None,
        *,
        format: Format | None = None,
    ) -> Table[Any]:
        """Read a table file.

        source: its bytes, its path, or an open binary file.
        row: class of its rows; without it, metadata or columns decide.
        format: without it, the content decides.

        A column of several kinds takes the narrowest of int64, double and text that holds all of
        it. Raises TableError, with row and column where there are such, for a file that is no
        such table; ConfigurationError without pyarrow.
        """
        arrow()
        file = Input(source)
        data = file.whole()
        opened = _format(format, file).open(data, self._unwrap)
        return _table(piece_of(opened, ReadSettings(self._layouts, row, self._unwrap)))

    @overload
    def scan(
        self,
        source: Source,
        row: type[R],
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[R]]: ...

    @overload
    def scan(
        self,
        source: Source,
        row: None = None,
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[AnyRow]]: ...

    def scan(
        self,
        source: Source,
        row: type[Any] | None = None,
        *,
        format: Format | None = None,
        batch_rows: int = 65_536,
        kinds: Mapping[str, Kind] | None = None,
    ) -> Iterator[Table[Any]]:
        """Read a table file in batches; at least one comes, even of an empty table.

        CSV is read as it comes; JSON and Parquet from a stream go to a temporary file first.
        kinds: what columns of several kinds are in a CSV file, by name. Else such a column is
            text if it may be text, for later rows cannot be known, and so is an undeclared one;
            JSON and Parquet say it themselves.

        Raises what `read` raises, as soon as the batch is reached.
        """
        arrow()
        if batch_rows < 1:
            raise InvalidRequestError("batch_rows must be at least 1")
        file = Input(source)
        settings = ReadSettings(
            self._layouts, row, self._unwrap, batch_rows, kinds or {}
        )
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
        """Write rows, or the table of any Arrow library, as a table file; tells how many rows.

        metadata: for JSON the members of an envelope around the columns (`{}` is an envelope
        too), for Parquet the key-value metadata; CSV has no place for them.

        Raises TableError for cells that are not as declared, and for NaN in JSON.
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
    """The format of a file: the one that is named, else the one of its first bytes."""
    return format_named(name) if name is not None else format_of("", file.head)


def _table(piece: Piece) -> Table[Any]:
    table, extra = piece.assembled
    return Table(table, piece.layout, piece.metadata, extra)
