# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From what a file holds to a table of one layout: choosing the layout, putting columns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from ..values.jsontypes import JsonValue
from ..wire.arrow import ArrowTable, arrow
from ..wire.errors import InvalidRequestError
from .arrays import Filled, combine, empty
from .schema import Binding, Kind, Layout, TableError, Wanted, bind

__all__ = [
    "Assembled",
    "Opened",
    "Piece",
    "ReadSettings",
    "assemble",
    "choose",
    "is_json_column",
    "piece_of",
]

_JSON = {b"content": b"json"}
"""Metadata of the columns whose text is JSON."""


class Opened(Protocol):
    """A file whose columns are known and not read yet."""

    metadata: Mapping[str, JsonValue]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing, not even which columns there are."""
        ...

    def names(self, layout: Layout[Any]) -> tuple[str, ...]:
        """Names of the columns, seen as this layout."""
        ...

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """Some columns."""
        ...


class Assembled(NamedTuple):
    """A table in canonical form, and the names of its undeclared columns."""

    table: ArrowTable
    extra: tuple[str, ...]


class ReadSettings(NamedTuple):
    """How a file of a table is read.

    Attributes:
        layouts: In the order in which they are tried.
        row: Class of the rows; None where the file decides.
        unwrap: JSON Pointer of the columns in an envelope.
        batch_rows: Rows of a batch, of a file that is scanned.
        kinds: What columns of several kinds are, of a CSV file that is scanned.
    """

    layouts: Sequence[Layout[Any]]
    row: type[Any] | None
    unwrap: str
    batch_rows: int = 0
    kinds: Mapping[str, Kind] = {}


class Piece(NamedTuple):
    """A file, or a batch of one, as a table of a layout."""

    layout: Layout[Any]
    assembled: Assembled
    metadata: Mapping[str, JsonValue]


def is_json_column(field: Any) -> bool:
    """Whether the texts of a column are JSON."""
    return bool(field.metadata) and field.metadata.get(b"content") == b"json"


# ------------------------------------------------------------------ which layout
def choose(
    layouts: Sequence[Layout[Any]], opened: Opened, row: type[Any] | None
) -> Layout[Any]:
    """The layout of a file: that of the row class, else the first that metadata and columns fit.

    Raises TableError where the file is another table, and names it.
    """
    if row is not None:
        return _asked(layouts, opened, row)
    said = [layout for layout in layouts if layout.accepts(opened.metadata)] or layouts
    is_told = len(said) < len(layouts) or len(layouts) == 1
    if opened.is_empty and is_told:
        return said[0]
    found = _first_fit(said, opened) if not opened.is_empty else None
    if found is not None:
        return found
    if is_told:
        _refuse_missing(said[0], opened)
    known = "; ".join(f"{la.row.__name__}: {', '.join(la.required)}" for la in said)
    raise TableError(
        f"This is none of the known tables: it has {_columns_of(opened, layouts)}."
        f" Name the class of the rows, if it is one of them. Needed columns: {known}"
    )


def _asked(
    layouts: Sequence[Layout[Any]], opened: Opened, row: type[Any]
) -> Layout[Any]:
    mine = [layout for layout in layouts if layout.row is row]
    if not mine:
        names = ", ".join(layout.row.__name__ for layout in layouts)
        raise InvalidRequestError(
            f"{getattr(row, '__name__', repr(row))} is no class of table rows; there are {names}"
        )
    if opened.is_empty:
        return mine[0]
    found = _first_fit(mine, opened)
    others = [layout for layout in layouts if layout.row is not row]
    if found is None or found.json.layout == "map":
        is_map = found is not None
        other = _first_fit(
            [la for la in others if not (is_map and _is_map(la))], opened
        )
        if other is not None and not (is_map and _names_match(mine[0], opened)):
            raise TableError(
                f"The table is one of {other.row.__name__} rows, not of {row.__name__}:"
                f" it has {_columns_of(opened, layouts)}. Read it as {other.row.__name__}"
            )
    if found is None:
        _refuse_missing(mine[0], opened)
    return mine[0] if found is None else found


def _is_map(layout: Layout[Any]) -> bool:
    return layout.json.layout == "map"


def _names_match(layout: Layout[Any], opened: Opened) -> bool:
    """Whether the metadata say outright that it is this layout."""
    return bool(layout.match) and all(
        opened.metadata.get(key) == said for key, said in layout.match.items()
    )


def _first_fit(layouts: Sequence[Layout[Any]], opened: Opened) -> Layout[Any] | None:
    """The first layout whose required columns are all there; any object is a map, so maps come last."""
    for layout in sorted(layouts, key=_is_map):
        names = opened.names(layout)
        if names and not bind(layout, names).missing:
            return layout
    return None


def _columns_of(opened: Opened, layouts: Sequence[Layout[Any]]) -> str:
    plain = next((la for la in layouts if la.json.layout == "columns"), layouts[0])
    names = opened.names(plain)
    shown = ", ".join(repr(n) for n in names[:20]) + (", …" if len(names) > 20 else "")
    return f"the columns {shown}" if names else "no columns"


def _refuse_missing(layout: Layout[Any], opened: Opened) -> None:
    names = opened.names(layout)
    missing = bind(layout, names).missing if names else layout.required
    some = ", ".join(repr(name) for name in missing)
    raise TableError(
        f"A table of {layout.row.__name__} rows needs {some};"
        f" there are {_columns_of(opened, [layout])}",
        column=missing[0] if missing else "",
        expected=f"the columns {', '.join(layout.required)}",
    )


# ------------------------------------------------------------------ putting together
def piece_of(opened: Opened, settings: ReadSettings) -> Piece:
    """An opened file as a table. Raises TableError."""
    layout = choose(settings.layouts, opened, settings.row)
    return Piece(layout, assemble(opened, layout), opened.metadata)


def assemble(opened: Opened, layout: Layout[Any]) -> Assembled:
    """Read a file as a layout: canonical names, declared columns first, in their order.

    Raises TableError for missing columns, wrong cells, and columns of different lengths.
    """
    if opened.is_empty and not _is_map(layout):
        needed = [c for c in layout.columns if c.required]
        return _put([(c.name, empty(c)) for c in needed], ())
    binding = bind(layout, opened.names(layout))
    if binding.missing:
        _refuse_missing(layout, opened)
    filled = opened.arrays(layout, binding.wanted)
    _refuse_ragged(binding, filled)
    declared = len(binding.columns)
    columns = [
        (w.column.name, found)
        for w, found in zip(binding.columns, filled[:declared], strict=True)
    ]
    place = declared
    for family, members in binding.families:
        arrays = [f.array for f in filled[place : place + len(members)]]
        columns.append((family.field, Filled("", combine(family, arrays))))
        place += len(members)
    columns += [
        (w.name, found) for w, found in zip(binding.extra, filled[place:], strict=True)
    ]
    return _put(columns, tuple(w.name for w in binding.extra))


def _put(columns: Sequence[tuple[str, Filled]], extra: tuple[str, ...]) -> Assembled:
    pa = arrow()
    for name, _ in columns:
        try:
            name.encode()
        except UnicodeEncodeError as e:
            message = f"The name of column {name!r} is no Unicode: {e.reason}"
            raise TableError(message, column=name) from None
    fields = [
        pa.field(name, f.array.type, metadata=_JSON if f.kind == "json" else None)
        for name, f in columns
    ]
    arrays = [f.array for _, f in columns]
    return Assembled(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), extra)


def _refuse_ragged(binding: Binding, filled: Sequence[Filled]) -> None:
    lengths = [len(f.array) for f in filled]
    if len(set(lengths)) > 1:
        names = [w.name for w in binding.wanted]
        shown = [f"{n!r} has {k}" for n, k in zip(names, lengths, strict=True)]
        usual = max(set(lengths), key=lengths.count)
        odd = next(n for n, k in zip(names, lengths, strict=True) if k != usual)
        raise TableError(
            f"The columns have different lengths: {', '.join(shown[:20])}",
            column=odd,
            expected=f"{usual} values",
        )
