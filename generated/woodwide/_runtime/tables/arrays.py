# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Arrow arrays of the declared types, from values, from text, and from other arrays."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

import msgspec

from ..wire.arrow import arrow, arrow_errors, compute
from .cells import (
    Cells,
    conform,
    expected_words,
    is_as_written,
    items_of,
    list_of,
    parse_texts,
    refuse,
)
from .schema import Column, Family, Kind, TableError

WORTH_THREADS = 4_000_000
"""Bytes. Smaller files are read by one thread: more are not quicker, and may outlive an error."""

_CODES: dict[Kind, str] = {"integer": "q", "number": "d"}
_SAMPLE = 256
_SHOWN = 100


class Filled(NamedTuple):
    """A column that was read.

    Attributes:
        kind: What its cells are; "" if only the type of the array says it.
        array: The cells, as an Arrow array.
    """

    kind: Kind | str
    array: Any


def arrow_type(kind: Kind) -> Any:
    """The Arrow type of a kind. JSON is kept as text."""
    pa = arrow()
    item = items_of(kind)
    if item is not None:
        return pa.list_(arrow_type(item))
    if kind == "integer":
        return pa.int64()
    if kind == "number":
        return pa.float64()
    return pa.bool_() if kind == "boolean" else pa.string()


def empty(column: Column) -> Filled:
    """A column without cells."""
    kind: Kind = column.kinds[0] if column.kinds else "string"
    return Filled(kind, arrow().array([], arrow_type(kind)))


def _make(cells: Cells) -> Filled:
    return Filled(cells.kind, arrow().array(cells.values, arrow_type(cells.kind)))


# ------------------------------------------------------------------ from values
_EASY: dict[Kind, set[type]] = {
    "boolean": {bool},
    "integer": {int},
    "number": {float},
    "string": {str},
}


def from_values(column: Column, values: Sequence[Any], first_row: int = 1) -> Filled:
    """A column of Python values, as the narrowest of its kinds that holds them all.

    Args:
        first_row: The number of the first row, for errors.

    Raises:
        TableError: Names the wrong cells.
    """
    if not values:
        return empty(column)
    classes = set(map(type, values))
    if column.nullable:
        classes.discard(type(None))
    for kind, easy in _EASY.items():
        if kind in column.kinds and classes == easy:
            try:
                return Filled(kind, arrow().array(values, arrow_type(kind)))
            except arrow_errors():
                break  # an integer of more than 64 bits, or half of a surrogate pair
    try:
        return _make(conform(column, values, first_row))
    except UnicodeEncodeError as e:
        raise TableError(
            f"Column {column.name!r} holds text that is not valid Unicode: {e.reason}",
            column=column.name,
            expected=expected_words(column),
        ) from None


# ------------------------------------------------------------------ from text
def from_text(column: Column, texts: Any, first_row: int = 1) -> Filled:
    """A column of texts of a CSV file.

    Args:
        texts: An Arrow array; null is an empty cell without quotes.
        first_row: The number of the first row, for errors.

    Raises:
        TableError: Names the wrong cells.
    """
    if column.kinds == ("string",):
        return Filled("string", texts if column.nullable else _without_nulls(texts))
    for kind in ("integer", "number"):
        if kind in column.kinds and "boolean" not in column.kinds:
            numbers = _cast_text(column, texts, kind)
            if numbers is not None:
                return numbers
    if "string" in column.kinds and list_of("string") not in column.kinds:
        others = {"integer", "number", "string"}
        if others.issuperset(column.kinds):
            texts = texts if column.nullable else _without_nulls(texts)
            return Filled("string", texts)
    return _make(parse_texts(column, texts.to_pylist(), first_row))


def _without_nulls(texts: Any) -> Any:
    return compute().fill_null(texts, "") if texts.null_count else texts


def _cast_text(column: Column, texts: Any, kind: Kind) -> Filled | None:
    """Texts as numbers; None if some are not, or are labels that would change, like "007"."""
    pc = compute()
    if texts.null_count and not column.nullable:
        return None
    try:
        texts.slice(0, _SAMPLE).cast(arrow_type(kind))  # labels mostly fail here
        numbers = texts.cast(arrow_type(kind))
    except arrow_errors():
        return None
    if kind == "integer" and pc.any(pc.match_substring(texts, "x")).as_py():
        return None  # Arrow takes 0x10 for 16
    if "string" in column.kinds and not _come_back(texts, numbers):
        return None
    return Filled(kind, numbers)


def _come_back(texts: Any, numbers: Any) -> bool:
    """Whether all numbers would be written as these texts: integers without a point, or all with
    one. Labels such as "007", "1.10", "12E3" and "nan" would not.
    """
    pc, pa = compute(), arrow()
    back = numbers.cast(texts.type)
    if pa.types.is_integer(numbers.type):
        return pc.all(pc.equal(back, texts)).as_py() is not False
    if pc.all(pc.is_finite(numbers)).as_py() is False:
        return False
    pointed = pc.if_else(
        pc.match_substring_regex(back, "[.en]"),
        back,
        pc.binary_join_element_wise(back, "0", "."),
    )
    for form in (back, pointed):
        differ = pc.unique(texts.filter(pc.not_equal(form, texts)))
        # Python and Arrow write large and small numbers in different ways.
        if len(differ) <= _SAMPLE and all(
            is_as_written(text, form is pointed) for text in differ.to_pylist()
        ):
            return True
    return False


def from_lists(column: Column, texts: Any, first_row: int = 1) -> Filled | None:
    """A column of texts that are JSON lists: the items of all lists, for a table that is a list.

    Args:
        texts: An Arrow array.
        first_row: The number of the first row, for errors.

    Returns:
        None if no cell begins like a list.

    Raises:
        TableError: A cell is no list, though another one begins like one.
    """
    pc = compute()
    if not pc.any(pc.starts_with(texts, "[")).as_py():
        return None
    items: list[Any] = []
    for row, text in enumerate(texts.to_pylist(), first_row):
        try:
            items += msgspec.json.decode(text, type=list[Any])
        except (TypeError, ValueError):
            raise refuse(column, [(row, text)]) from None
    if column.kinds == ("string",):
        # In a scan, numbers are text here as in other cells.
        items = [str(i) if isinstance(i, int) else i for i in items]
    return from_values(column, items, first_row)


# ------------------------------------------------------------------ from other arrays
def from_arrow(column: Column, source: Any, first_row: int = 1) -> Filled:
    """A column of an Arrow table or Parquet file, its type widened to the declared one.

    Args:
        source: An Arrow array.
        first_row: The number of the first row, for errors.

    Raises:
        TableError: The type cannot be widened, or names the wrong cells.
    """
    cells = _decoded(source)
    if not column.kinds:
        return Filled("", cells)
    if cells.null_count and not column.nullable:
        raise refuse(column, _null_rows(cells, first_row))
    kind = _kind_of(cells.type)
    target = _target(column, kind)
    if kind == "null":
        return Filled(target, cells.cast(arrow_type(target)))
    if not target:
        expected = expected_words(column)
        message = f"Column {column.name!r} is of type {cells.type}, expected {expected}"
        raise TableError(message, column=column.name, expected=expected)
    if target == "json" and kind == "string":
        return from_text(column, cells.cast(arrow_type("string")), first_row)
    if target == "number" and arrow().types.is_decimal(cells.type):
        return _from_decimals(column, cells)
    if target == "json" or target == "boolean" != kind:
        return _by_value(column, cells, kind, first_row)
    # integers above 2**53 may lose digits, unless the column may keep them as text
    is_wide = kind == "integer" and target == "number" and "string" not in column.kinds
    try:
        converted = cells.cast(arrow_type(target), safe=not is_wide)
    except arrow_errors():
        return from_values(column, cells.to_pylist(), first_row)
    if (
        items_of(target)
        and converted.num_chunks
        and compute().list_flatten(converted).null_count
    ):
        return from_values(column, cells.to_pylist(), first_row)
    return Filled(target, converted)


def _from_decimals(column: Column, cells: Any) -> Filled:
    """Decimals as doubles; as text, if doubles have fewer digits and the column may be text."""
    pa = arrow()
    doubles = cells.cast(pa.float64())
    if "string" in column.kinds:
        pairs = zip(cells.to_pylist(), doubles.to_pylist(), strict=True)
        if not all(d is None or d == Decimal(repr(double)) for d, double in pairs):
            texts = [None if d is None else format(d, "f") for d in cells.to_pylist()]
            return Filled("string", pa.chunked_array([pa.array(texts, pa.string())]))
    return Filled("number", doubles)


def _by_value(column: Column, cells: Any, kind: str, first_row: int) -> Filled:
    values: list[Any] = cells.to_pylist()
    if kind == "integer" and "boolean" in column.kinds:
        values = [bool(v) if v in (0, 1) else v for v in values]
    return from_values(column, values, first_row)


def _null_rows(cells: Any, first_row: int) -> list[tuple[int, Any]]:
    nulls = compute().indices_nonzero(cells.is_null()).to_pylist()
    return [(first_row + row, None) for row in nulls[: _SHOWN + 1]]


def _decoded(cells: Any) -> Any:
    """A chunked array without dictionary encoding."""
    pa = arrow()
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    return cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])


def _kind_of(tp: Any) -> str:
    """The kind of an Arrow type.

    "null" for the null type, "nulls" for lists of it, "json" for other types.
    """
    types = arrow().types
    if types.is_null(tp):
        return "null"
    if types.is_boolean(tp):
        return "boolean"
    if types.is_integer(tp):
        return "integer"
    if types.is_floating(tp) or types.is_decimal(tp):
        return "number"
    if types.is_string(tp) or types.is_large_string(tp) or types.is_string_view(tp):
        return "string"
    if types.is_list(tp) or types.is_large_list(tp) or types.is_fixed_size_list(tp):
        items: Any = _kind_of(tp.value_type)
        return "nulls" if items == "null" else list_of(items) or "json"
    return "json"


def _target(column: Column, kind: str) -> Any:
    """The kind of the column to which cells of a kind are widened; "" if there is none."""
    kinds: Sequence[str] = column.kinds
    if kind in kinds:
        return kind
    if kind == "null":
        return kinds[0]
    wider = {
        "integer": ("number", "integers", "numbers", "boolean"),
        "number": ("integer", "numbers", "integers"),
        "boolean": ("string",) if len(kinds) > 1 else (),  # a label, as in CSV
        "string": ("strings",),
        "integers": ("numbers",),
        "nulls": ("integers", "numbers", "strings"),
        "numbers": ("integers",),
    }
    for target in (*wider.get(kind, ()), "json"):
        if target in kinds:
            return target
    return ""


# ------------------------------------------------------------------ families
def plain_memory(cells: Any, code: str) -> memoryview | None:
    """The numbers of an array as a view of its memory; None if it is empty or has nulls.

    Args:
        code: The type of the numbers, as in the module `array`.
    """
    if cells.null_count or not len(cells):
        return None
    memory: Any = memoryview(cells.buffers()[1]).cast("B")
    numbers: memoryview = memory.cast(code)
    return numbers[cells.offset : cells.offset + len(cells)]


def combine(family: Family, members: Sequence[Any]) -> Any:
    """The columns of a family as one array of fixed-size lists.

    Args:
        members: The columns by number, each an Arrow array.
    """
    pa = arrow()
    width, rows = len(members), len(members[0])
    one_piece = [_in_one_piece(member) for member in members]
    code = _CODES.get(family.kind, "")
    views = [plain_memory(member, code) for member in one_piece] if code else []
    if views and all(view is not None for view in views):
        # numbers without nulls: each column is copied into all lists at once
        flat = array(code, bytes(8 * width * rows))
        for number, view in enumerate(views):
            column: array[Any] = array(code)
            column.frombytes(b"" if view is None else view.cast("B"))
            flat[number::width] = column
        buffers = [None, pa.py_buffer(flat)]
        values = pa.Array.from_buffers(arrow_type(family.kind), width * rows, buffers)
    else:
        lists = [member.to_pylist() for member in one_piece]
        values = pa.array(
            list(chain.from_iterable(zip(*lists, strict=True))), arrow_type(family.kind)
        )
    return pa.FixedSizeListArray.from_arrays(values, width)


def _in_one_piece(member: Any) -> Any:
    pa = arrow()
    if isinstance(member, pa.ChunkedArray):
        if member.num_chunks == 1:
            return member.chunk(0)
        return (
            pa.concat_arrays(member.chunks)
            if member.num_chunks
            else pa.array([], member.type)
        )
    return member
