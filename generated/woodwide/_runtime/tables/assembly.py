# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From an opened file to a table: chooses the layout, and puts the columns together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from msgspec.structs import replace

from ..values.jsontypes import JsonValue
from ..wire.arrow import ArrowTable, arrow
from ..wire.errors import InvalidRequestError
from .arrays import Filled, combine
from .schema import Binding, Kind, Layout, TableError, Wanted, bind

_JSON = {b"content": b"json"}
"""Arrow metadata of a column whose texts are JSON."""


class Opened(Protocol):
    """A file whose columns are known, but not read yet.

    Attributes:
        metadata: The envelope of JSON, the key-value metadata of Parquet.
    """

    metadata: Mapping[str, JsonValue]

    def names(self, layout: Layout[Any]) -> tuple[str, ...]:
        """Names of the columns, read as this layout; none if the file has another form."""
        ...

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """Some of the columns.

        Raises:
            TableError: Rows or cells are wrong.
        """
        ...


class Assembled(NamedTuple):
    """A table in canonical form.

    Columns have their declared names and types, and stand in the order of the declaration.

    Attributes:
        extra: Names of the undeclared columns, which are the last ones.
    """

    table: ArrowTable
    extra: tuple[str, ...]


class ReadSettings(NamedTuple):
    """How a file of a table is read.

    Attributes:
        layouts: In the order in which they are tried.
        row: Class of the rows; None if the file decides.
        unwrap: JSON Pointer of the columns in an envelope.
        batch_rows: Number of rows in a batch, for scans.
        kinds: The kind of columns that may have several, by name, for CSV.
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


def field_of(name: str, filled: Filled) -> Any:
    """The Arrow field of a column."""
    metadata = _JSON if filled.kind == "json" else None
    return arrow().field(name, filled.array.type, metadata=metadata)


def is_json_column(field: Any) -> bool:
    """Whether the texts of a column are JSON."""
    return bool(field.metadata) and field.metadata.get(b"content") == b"json"


def layouts_of(layouts: Sequence[Layout[Any]], row: type[Any]) -> list[Layout[Any]]:
    """The layouts with a row class.

    Raises:
        InvalidRequestError: There is none.
    """
    own = [layout for layout in layouts if layout.row is row]
    if not own:
        names = ", ".join(layout.row.__name__ for layout in layouts)
        raise InvalidRequestError(
            f"{getattr(row, '__name__', repr(row))} is no class of table rows; there are {names}"
        )
    return own


# ------------------------------------------------------------------ which layout
def choose(
    layouts: Sequence[Layout[Any]], opened: Opened, row: type[Any] | None
) -> Layout[Any]:
    """The layout of a file: that of the row class, else the first that metadata and columns fit.

    Args:
        row: Class of the rows; None if the file decides.

    Raises:
        InvalidRequestError: `row` is not a class of rows.
        TableError: The file is another table, whose name the error has, or none of these tables.
    """
    if row is not None:
        return _of_row_class(layouts, opened, row)
    candidates = [la for la in layouts if la.accepts(opened.metadata)] or layouts
    is_narrowed = len(candidates) < len(layouts) or len(layouts) == 1
    layout = _first_fit(candidates, opened)
    # Without a member, a JSON object is no sign of a map.
    if layout is not None and (is_narrowed or _names_of(opened, layouts)):
        return layout
    if is_narrowed:
        _refuse_missing(candidates[0], opened)
    known = "; ".join(
        f"{la.row.__name__}: {', '.join(la.required)}" for la in candidates
    )
    raise TableError(
        f"This is none of the known tables: it has {_columns_of(opened, layouts)}."
        f" Name the class of the rows, if it is one of them. Needed columns: {known}"
    )


def _of_row_class(
    layouts: Sequence[Layout[Any]], opened: Opened, row: type[Any]
) -> Layout[Any]:
    """The layout of a row class that the file fits.

    Any JSON object fits a map. So where only a map fits, the file is refused if it fits a layout
    of another row class that is not a map, unless its metadata name the map.
    """
    own = layouts_of(layouts, row)
    fitting = _first_fit(own, opened)
    others = [layout for layout in layouts if layout.row is not row]
    if fitting is None or _is_map(fitting):
        is_map = fitting is not None
        # Without a member, a JSON object is no sign of a map.
        no_map = is_map or not _names_of(opened, layouts)
        other = _first_fit(
            [la for la in others if not (no_map and _is_map(la))], opened
        )
        if other is not None and not (is_map and _names_match(own[0], opened)):
            raise TableError(
                f"The table is one of {other.row.__name__} rows, not of {row.__name__}:"
                f" it has {_columns_of(opened, layouts)}. Read it as {other.row.__name__}"
            )
    if fitting is None:
        _refuse_missing(own[0], opened)
    return own[0] if fitting is None else fitting


def _is_map(layout: Layout[Any]) -> bool:
    return layout.json.layout == "map"


def _names_match(layout: Layout[Any], opened: Opened) -> bool:
    """Whether the metadata have all that `match` names."""
    return bool(layout.match) and all(
        opened.metadata.get(key) == value for key, value in layout.match.items()
    )


def _first_fit(layouts: Sequence[Layout[Any]], opened: Opened) -> Layout[Any] | None:
    """The first layout whose required columns are all in the file; None if there is none.

    Maps are tried last, since any JSON object is a map.
    """
    for layout in sorted(layouts, key=_is_map):
        names = opened.names(layout)
        if names and not bind(layout, names).missing:
            return layout
    return None


def _names_of(opened: Opened, layouts: Sequence[Layout[Any]]) -> tuple[str, ...]:
    """The names of the columns of a file, or of the members of an object."""
    plain = next((la for la in layouts if la.json.layout == "columns"), layouts[0])
    return opened.names(plain)


def _columns_of(opened: Opened, layouts: Sequence[Layout[Any]]) -> str:
    """The columns of a file in words."""
    names = _names_of(opened, layouts)
    listed = ", ".join(repr(n) for n in names[:20]) + (", …" if len(names) > 20 else "")
    return f"the columns {listed}" if names else "no columns"


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
    """An opened file as a table.

    Raises:
        TableError: As `choose` and `assemble`.
    """
    layout = choose(settings.layouts, opened, settings.row)
    kinds = settings.kinds
    columns = tuple(
        replace(c, kinds=(kinds[c.name],)) if c.name in kinds else c
        for c in layout.columns
    )
    layout = replace(layout, columns=columns)
    return Piece(layout, assemble(opened, layout, kinds), opened.metadata)


def assemble(
    opened: Opened, layout: Layout[Any], kinds: Mapping[str, Kind] = {}
) -> Assembled:
    """Read a file as a table of a layout, in canonical form.

    Args:
        kinds: The kinds of undeclared columns, by name; the others decide themselves.

    Raises:
        TableError: Columns are missing or have different lengths, or cells are wrong.
    """
    binding = bind(layout, opened.names(layout))
    if binding.missing:
        _refuse_missing(layout, opened)
    extra = tuple(
        (
            w._replace(column=replace(w.column, kinds=(kinds[w.name],)))
            if w.name in kinds
            else w
        )
        for w in binding.extra
    )
    binding = binding._replace(extra=extra)
    filled = opened.arrays(layout, binding.wanted)
    _refuse_ragged(binding, filled)
    declared = len(binding.columns)
    columns = [
        (w.column.name, column)
        for w, column in zip(binding.columns, filled[:declared], strict=True)
    ]
    start = declared
    for family, members in binding.families:
        arrays = [f.array for f in filled[start : start + len(members)]]
        columns.append((family.field, Filled("", combine(family, arrays))))
        start += len(members)
    columns += [
        (w.name, column)
        for w, column in zip(binding.extra, filled[start:], strict=True)
    ]
    return _put(columns, tuple(w.name for w in binding.extra))


def _put(columns: Sequence[tuple[str, Filled]], extra: tuple[str, ...]) -> Assembled:
    pa = arrow()
    for name, _ in columns:
        try:
            name.encode()
        except UnicodeEncodeError as e:
            message = f"The name of column {name!r} is not valid Unicode: {e.reason}"
            raise TableError(message, column=name) from None
    fields = [field_of(name, filled) for name, filled in columns]
    arrays = [f.array for _, f in columns]
    return Assembled(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), extra)


def _refuse_ragged(binding: Binding, filled: Sequence[Filled]) -> None:
    """Raise TableError if the columns have different lengths."""
    lengths = [len(f.array) for f in filled]
    if len(set(lengths)) > 1:
        names = [w.name for w in binding.wanted]
        parts = [f"{n!r} has {k}" for n, k in zip(names, lengths, strict=True)]
        usual = max(set(lengths), key=lengths.count)
        odd = next(n for n, k in zip(names, lengths, strict=True) if k != usual)
        raise TableError(
            f"The columns have different lengths: {', '.join(parts[:20])}",
            column=odd,
            expected=f"{usual} values",
        )
