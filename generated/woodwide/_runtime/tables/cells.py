# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Cells as Python values: parsing, checks against the declared kinds, and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

import msgspec

from ..values.kinds import is_list
from .schema import Column, Kind, TableError

_WORDS: dict[Kind, str] = {
    "boolean": "a boolean",
    "integer": "an integer of 64 bits",
    "number": "a number",
    "string": "text",
    "integers": "a list of integers",
    "numbers": "a list of numbers",
    "strings": "a list of texts",
    "json": "JSON",
}
_ITEMS: dict[Kind, Kind] = {
    "integers": "integer",
    "numbers": "number",
    "strings": "string",
}
_LISTS: dict[Kind, Kind] = {item: kind for kind, item in _ITEMS.items()}
_ORDER: tuple[Kind, ...] = ("boolean", "integer", "number", "string")
_LOW, _HIGH = -(2**63), 2**63 - 1
_EXACT = 2**53
_SHOWN = 5
_LONGEST = 60

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|nan|[+-]?inf(?:inity)?",
    re.IGNORECASE,
)


class Cells(NamedTuple):
    """The cells of a column: all of one kind, or null."""

    kind: Kind
    values: list[Any]


class _Misfit:
    """A text that does not fit any of the kinds of its column."""

    def __init__(self, text: str | None) -> None:
        self.text = text


def items_of(kind: Kind) -> Kind | None:
    """The kind of the items of a list; None for a scalar."""
    return _ITEMS.get(kind)


def list_of(kind: Kind) -> Kind | None:
    """The kind of lists of a kind; None if there is no such kind."""
    return _LISTS.get(kind)


# ------------------------------------------------------------------ what is wrong
def expected_words(column: Column) -> str:
    """What a cell should be, for messages."""
    words = " or ".join(_WORDS[kind] for kind in column.kinds)
    return f"{words} or null" if column.nullable else words


def _show(value: Any) -> str:
    if isinstance(value, _Misfit):
        value = value.text
    if value is None:
        return "nothing"
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def refuse(column: Column, wrong: Sequence[tuple[int, Any]]) -> TableError:
    """The error for wrong cells.

    Args:
        wrong: Their rows, counted from 1, and their values.
    """
    (row, value), *others = wrong
    expected = expected_words(column)
    message = (
        f"Column {column.name!r}, row {row}: expected {expected}, found {_show(value)}"
    )
    if others:
        some = [f"row {r}: {_show(v)}" for r, v in others[: _SHOWN - 1]]
        rest = len(others) - len(some)
        message += "; also wrong: " + ", ".join(some)
        message += f" and {rest} more" if rest > 0 else ""
    return TableError(message, column=column.name, row=row, expected=expected)


# ------------------------------------------------------------------ values
def _in_range(value: float) -> bool:
    return _LOW <= value <= _HIGH


def _fits(value: Any, column: Column) -> bool:
    """Whether a cell is one of the kinds of its column."""
    kinds = column.kinds
    if value is None:
        return column.nullable
    if isinstance(value, _Misfit):
        return False
    if "json" in kinds:
        return True
    if is_list(value):
        return any(
            all(_holds(v, _ITEMS[k], kinds) for v in value)
            for k in kinds
            if k in _ITEMS
        )
    return any(_holds(value, kind, kinds) for kind in kinds if kind in _ORDER)


def _holds(value: Any, kind: Kind, kinds: Sequence[Kind]) -> bool:
    """Whether a kind can hold a value without loss.

    Args:
        kinds: All kinds of the column. An integer goes to a column of numbers, but a large one
            stays text if the column may hold text.
    """
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):  # a label, as in CSV, if the column may hold others too
        return kind == "string" and len(kinds) > 1
    if kind == "integer":
        if isinstance(value, float):  # 1.0 is an integer in JSON Schema
            return (
                not {"number", "numbers", "string"} & set(kinds)
                and value.is_integer()
                and _in_range(value)
            )
        return isinstance(value, int) and _in_range(value)
    if kind == "number":
        if isinstance(value, int):
            return "string" not in kinds or abs(value) <= _EXACT
        return isinstance(value, float)
    if isinstance(value, (int, float)):
        return not {"integer", "number"}.isdisjoint(kinds)
    return isinstance(value, str)


def _narrowest(kinds: Sequence[Kind], values: Sequence[Any]) -> Kind:
    """The narrowest kind that holds every value; "json" if none does."""
    present = [v for v in values if v is not None]
    has_lists = any(is_list(v) for v in present)
    for scalar in _ORDER:
        kind = _LISTS.get(scalar) if has_lists else scalar
        if kind is None or kind not in kinds:
            continue
        if all(
            (
                all(_holds(i, scalar, kinds) for i in v)
                if is_list(v)
                else _holds(v, scalar, kinds)
            )
            for v in present
        ):
            return kind
    return "json"


def as_text(value: Any) -> str:
    """A scalar in a column of texts: a text as it is, others as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def _to_kind(value: Any, kind: Kind) -> Any:
    """A value as a kind that can hold it; JSON as text."""
    if value is None:
        return None
    item = _ITEMS.get(kind)
    if item is not None:
        items: list[Any] = value if is_list(value) else [value]
        return [_to_kind(i, item) for i in items]
    if kind == "integer":
        return int(value)
    if kind == "number":
        return float(value)
    if kind == "string":
        return as_text(value)
    return json.dumps(value) if kind == "json" else value


def conform(column: Column, values: Sequence[Any], first_row: int = 1) -> Cells:
    """The values as the narrowest kind of their column; JSON as text.

    Args:
        first_row: The number of the first row, for errors.

    Raises:
        TableError: Names the wrong cells.
    """
    wrong = [
        (row, v) for row, v in enumerate(values, first_row) if not _fits(v, column)
    ]
    if wrong:
        raise refuse(column, wrong)
    kind = (
        column.kinds[0] if len(column.kinds) == 1 else _narrowest(column.kinds, values)
    )
    return Cells(kind, [_to_kind(v, kind) for v in values])


# ------------------------------------------------------------------ text
def _parse(text: str | None, column: Column) -> Any:
    """The value that the text of a CSV cell means; a `_Misfit` if it fits no kind."""
    kinds = column.kinds
    has_text = "string" in kinds
    if text is None or (not text.strip() and not has_text):
        return "" if has_text and not column.nullable else None
    plain = text if has_text else text.strip()
    if "boolean" in kinds and plain.lower() in ("true", "false", "1", "0"):
        return plain.lower() in ("true", "1")
    if "json" in kinds or (plain.startswith("[") and any(k in _ITEMS for k in kinds)):
        try:
            return json.loads(plain)
        except (ValueError, RecursionError):
            return text if "json" in kinds or has_text else _Misfit(text)
    number = _parse_number(plain, column)
    if number is not None:
        return number if {"integer", "number"} & set(kinds) else [number]
    if "strings" in kinds:
        return text if has_text else [text]
    return text if has_text else _Misfit(text)


def _parse_number(plain: str, column: Column) -> int | float | None:
    """A text as a number; None if it is not, or a label that would change."""
    kinds = column.kinds
    is_label = "string" in kinds  # then it must not change
    pattern = _INTEGER if is_label else _NUMBER
    if not {"integer", "integers"}.isdisjoint(kinds) and pattern.fullmatch(plain):
        try:
            return int(plain)
        except ValueError:  # not written as an integer, or with very many digits
            pass
    if not _NUMBER.fullmatch(plain) or {
        "integer",
        "number",
        "numbers",
        "integers",
    }.isdisjoint(kinds):
        return None
    is_number = not {"number", "numbers"}.isdisjoint(kinds)
    if is_label and not is_number:
        return None
    number = float(plain)
    if is_label and not is_as_written(plain, "." in plain):
        return None
    if not is_number and _is_endless(number) and is_lossy(plain, number):
        return None  # the integer is too large for a float
    return number


def is_as_written(text: str, is_pointed: bool) -> bool:
    """Whether a number would be written as this text.

    Args:
        is_pointed: Whether whole numbers are written with a point: 2.0.
    """
    try:
        number = float(text)
    except ValueError:
        return False
    if not isfinite(number):
        return False
    if number.is_integer() and not is_pointed:
        return text == str(int(number))
    return text == repr(number)


def _is_endless(number: float) -> bool:
    return abs(number) == float("inf")


def is_lossy(plain: str, number: float) -> bool:
    """Whether a float is another number than the text; digits of a fraction do not count."""
    if _is_endless(number):
        return plain[-1].isdigit()
    is_long = abs(number) >= _EXACT and _INTEGER.fullmatch(plain) is not None
    return is_long and int(number) != int(plain)


def parse_texts(
    column: Column, texts: Sequence[str | None], first_row: int = 1
) -> Cells:
    """The cells of a CSV column.

    A scalar in a column of lists is a list of one item. A column that may hold text becomes
    numbers only if none of the texts would change, not even a leading zero.

    Args:
        texts: None is an empty cell without quotes.
        first_row: The number of the first row, for errors.

    Raises:
        TableError: Names the wrong cells.
    """
    values = [_parse(text, column) for text in texts]
    if "string" in column.kinds and _differ_in_points(texts, values):
        values = ["" if t is None else t for t in texts]
    cells = conform(column, values, first_row)
    if cells.kind == "string":  # as written, not as the number it could have been
        blank = None if column.nullable else ""
        return Cells("string", [blank if t is None else t for t in texts])
    return cells


def _differ_in_points(texts: Sequence[str | None], values: Sequence[Any]) -> bool:
    """Whether some whole numbers have a point and others have none: 1 and 1.0 are two labels."""
    forms = {
        "." in text
        for text, value in zip(texts, values, strict=True)
        if text and isinstance(value, (int, float)) and float(value).is_integer()
    }
    return len(forms) > 1


def json_values(texts: Sequence[str | None]) -> list[Any]:
    """The values of a column of JSON texts."""
    decode = msgspec.json.decode
    return [None if text is None else _loads(text, decode) for text in texts]


def _loads(text: str, decode: Any) -> Any:
    try:
        return decode(text)
    except (msgspec.DecodeError, ValueError):  # NaN, which the module json writes
        return json.loads(text)
