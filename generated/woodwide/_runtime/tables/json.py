# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Result tables in JSON: an object of columns, a list, or a map, bare or in an envelope.

Columns are found first and decoded one by one afterwards, so that each takes the quickest way
that is right for it. Measured for a million rows: finding costs 18 ms, decoding and copying to
Arrow 200 ms; a long column of plain texts or numbers takes a third of that by way of the CSV
reader, which is taken only where a count of quotes, commas and digits proves it plain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import msgspec

from ..values.jsontypes import JsonValue
from ..values.kinds import is_dict, is_list
from ..values.unions import union_of
from ..wire.arrow import arrow, arrow_csv, arrow_errors
from .arrays import WORTH_THREADS, Filled, arrow_type, from_text, from_values
from .cells import items_of
from .schema import Column, JsonLayout, Kind, Layout, TableError, Wanted
from .source import Buffer

__all__ = ["JsonTable"]

_Member: TypeAlias = Any
"""A part of the document: a `msgspec.Raw`, or a value where the document has NaN in it."""

_BOM = b"\xef\xbb\xbf"
_LIST: Any = list
_LONG = 65_536
_VERY_LONG = 1 << 20
"""From this many bytes of texts, or numbers, on, the way by the CSV reader is the quicker one."""
_SPACE = b" \t\r\n"
_NUMERIC = b"0123456789+-.eE," + _SPACE
_FREE: tuple[Kind, ...] = (
    "boolean",
    "integer",
    "number",
    "string",
    "integers",
    "numbers",
    "strings",
    "json",
)

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class JsonTable:
    """A JSON document that holds a table.

    unwrap: JSON Pointer of the columns within an envelope. Raises TableError for what is no JSON.
    """

    def __init__(self, data: Buffer, unwrap: str = "") -> None:
        text: Any = memoryview(data)[3:] if data[:3] == _BOM else data
        self.metadata: Mapping[str, JsonValue] = {}
        self._found: dict[str, _Member] = {"": _parse(text)}
        inner = self._at(unwrap) if unwrap else None
        if inner is not None and _starts(inner) == "{":
            self.metadata = self._around(unwrap)
            self._text: Any = inner
            self._found = {"": _object(inner)}
        else:
            self._text = text

    @property
    def is_empty(self) -> bool:
        """Whether there is an object without members, which is any table without rows."""
        top = self._found[""]
        return is_dict(top) and not top

    def names(self, layout: Layout[Any]) -> tuple[str, ...]:
        """The columns that there are, if the document has the form of this layout."""
        form = layout.json
        content = self._at(form.at)
        if form.layout == "list":
            is_one = content is not None and _starts(content) == "["
            return (layout.columns[0].name,) if is_one else ()
        if content is None or _starts(content) != "{":
            return ()
        if form.layout == "map":
            return (form.key, form.value)
        return tuple(_object(content))

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """The columns. Raises TableError for cells and lengths that are wrong."""
        form = layout.json
        content = self._at(form.at)
        if form.layout == "list":
            return [_column(w.column, content) for w in wanted]
        if form.layout == "map":
            return _map(form, wanted, content)
        members = _object(content)
        _refuse_twins(content if form.at else self._text, members)
        return [_column(w.column, members[w.name]) for w in wanted]

    def _around(self, pointer: str) -> dict[str, JsonValue]:
        """What stands beside the steps of a pointer; the inner ones count."""
        found: dict[str, JsonValue] = {}
        here = self._found[""]
        for step in _steps(pointer):
            members = _object(here)
            found |= {n: _value(m) for n, m in members.items() if n != step}
            here = members[step]
        return found

    def _at(self, pointer: str) -> _Member | None:
        """The part that a JSON Pointer leads to through objects; None if there is none."""
        found = self._found.get(pointer)
        if found is None:
            found = self._found[""]
            for step in _steps(pointer):
                if found is None or _starts(found) != "{":
                    return None
                found = _object(found).get(step)
        return found


# ------------------------------------------------------------------ parts of the document
def _loads(data: bytes, pairs_hook: Any = None) -> Any:
    try:
        return json.loads(data, object_pairs_hook=pairs_hook)
    except RecursionError:
        raise TableError("The JSON is nested too deeply") from None
    except json.JSONDecodeError as e:
        is_short = e.pos >= len(data.rstrip(_SPACE)) or "Unterminated" in e.msg
        what = "ends early" if is_short else "is malformed"
        raise TableError(
            f"The JSON {what}: {e.msg}, line {e.lineno}, column {e.colno}"
        ) from None
    except ValueError as e:  # no UTF-8, or a number of thousands of digits
        raise TableError(f"The JSON cannot be read: {e}") from None


def _parse(text: Any) -> _Member:
    """The members of the document, or the document itself if it is not an object."""
    try:
        if bytes(text[:_LONG]).lstrip(_SPACE)[:1] == b"{":
            return _members.decode(text)
        return msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # perhaps only because of NaN, which Python's json writes
    return _loads(bytes(text))


def _steps(pointer: str) -> list[str]:
    steps = pointer.split("/")[1:]
    return [step.replace("~1", "/").replace("~0", "~") for step in steps]


def _starts(member: _Member) -> str:
    """The first character of a part: {, [ or another one."""
    if isinstance(member, msgspec.Raw):
        return chr(memoryview(member)[0])
    return "{" if is_dict(member) else "[" if is_list(member) else ""


def _object(member: _Member) -> Mapping[str, _Member]:
    if not isinstance(member, msgspec.Raw):
        found: dict[str, _Member] = member if is_dict(member) else {}
        return found
    try:
        return _members.decode(member)
    except (msgspec.DecodeError, ValueError) as e:  # names that are no UTF-8
        raise TableError(f"The JSON cannot be read: {e}") from None


def _value(member: _Member) -> Any:
    if not isinstance(member, msgspec.Raw):
        return member
    try:
        return msgspec.json.decode(member)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _loads(bytes(member))


_OPEN = re.compile(rb"\s*\{")
_NAME = re.compile(rb'\s*"((?:[^"\\]|\\.)*)"\s*:\s*', re.DOTALL)
_NEXT = re.compile(rb"\s*[,}]")


def _refuse_twins(content: _Member, members: Mapping[str, _Member]) -> None:
    """Raise TableError for a column that is there twice, which decoders do not tell."""
    if _fill(content, members):
        return
    pairs: list[tuple[str, Any]] = _loads(bytes(content), list)
    seen = set[str]()
    for name, _ in pairs:
        if name in seen:
            raise TableError(f"Column {name!r} is there twice", column=name)
        seen.add(name)


def _fill(content: Any, members: Mapping[str, _Member]) -> bool:
    """Whether the members, one after the other, fill the text, so that none is hidden."""
    if is_dict(content):
        return True
    text = memoryview(content)
    opening = _OPEN.match(text)
    place = opening.end() if opening else 0
    for member in members.values():
        name = _NAME.match(text, place)
        if name is None or not isinstance(member, msgspec.Raw):
            return False
        after = _NEXT.match(text, name.end() + len(memoryview(member)))
        if after is None:
            return False
        place = after.end()
    return not bytes(text[place:]).strip(_SPACE) or not members


# ------------------------------------------------------------------ columns
@cache
def _decoder(kinds: tuple[Kind, ...], nullable: bool) -> msgspec.json.Decoder[Any]:
    types: dict[Kind, Any] = {
        "boolean": bool,
        "integer": int,
        "number": float,
        "string": str,
    }
    cells: list[Any] = [types[kind] for kind in kinds if kind in types]
    items: list[Any] = [types[i] for kind in kinds if (i := items_of(kind))]
    if items:
        cells.append(_LIST[union_of(tuple(items))])
    if nullable:
        cells.append(type(None))
    cell: Any = Any if "json" in kinds else union_of(tuple(cells))
    return msgspec.json.Decoder(_LIST[cell])


def _column(column: Column, member: _Member) -> Filled:
    if member is None or _starts(member) != "[":
        raise TableError(
            f"Column {column.name!r}: expected an array, found something else",
            column=column.name,
            expected="an array",
        )
    if not column.kinds:
        column = Column(column.name, _FREE, nullable=True)
    if not isinstance(member, msgspec.Raw):
        return from_values(column, member)
    if len(memoryview(member)) >= _LONG:
        found = _plain_column(column, bytes(member))
        if found is not None:
            return found
    try:
        values: list[Any] = _decoder(column.kinds, column.nullable).decode(member)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return from_values(column, _loads(bytes(member)))
    kind = column.kinds[0]
    if len(column.kinds) == 1 and kind != "json" and values:
        try:
            return Filled(kind, arrow().array(values, arrow_type(kind)))
        except arrow_errors():
            pass  # an integer of more than 64 bits: it is named below
    return from_values(column, values)


def _plain_column(column: Column, text: bytes) -> Filled | None:
    """A column by way of the CSV reader; None where it is not proven to be plain."""
    body = text[1:-1].strip(_SPACE)
    kinds = column.kinds
    if body[:1] == b'"' and "string" in kinds:
        rows = _plain_texts(body)
        return None if rows is None else _read_rows(rows, "string")
    if "boolean" in kinds or body.translate(None, _NUMERIC):
        return None
    is_integer = not any(mark in body for mark in b".eE")
    if len(text) < _VERY_LONG:
        return None
    if is_integer and "integer" in kinds:
        kind: Kind = "integer"
    elif "number" in kinds and "integer" not in kinds:
        kind = "number"
    else:
        return None
    return _read_rows(body.translate(None, _SPACE).replace(b",", b"\n"), kind)


def _plain_texts(body: bytes) -> bytes | None:
    """Texts as lines of CSV, if none of them has an escape or a comma, and all are texts."""
    if b"\\" in body or body[-1:] != b'"':
        return None
    after = body.find(b'"', 1) + 1
    between = b'", "' if body[after : after + 2] == b", " else b'","'
    rows = body.replace(between, b'"\n"')
    lines = rows.count(b"\n")
    is_plain = b"," not in rows and body.count(b'"') == 2 * (lines + 1)
    return rows if is_plain else None


def _read_rows(rows: bytes, kind: Kind) -> Filled | None:
    csv, pa = arrow_csv(), arrow()
    try:
        table = csv.read_csv(
            pa.BufferReader(rows),
            read_options=csv.ReadOptions(
                column_names=["v"], use_threads=len(rows) > WORTH_THREADS
            ),
            convert_options=csv.ConvertOptions(
                column_types={"v": arrow_type(kind)},
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except arrow_errors():
        return None  # an integer of more than 64 bits, or text that is no UTF-8
    return Filled(kind, table.column(0))


# ------------------------------------------------------------------ maps
def _map(form: JsonLayout, wanted: Sequence[Wanted], content: _Member) -> list[Filled]:
    by_name = {w.name: w.column for w in wanted}
    pairs: dict[str, Any] = {n: _value(m) for n, m in _object(content).items()}
    return [
        (
            _keys(column, pairs)
            if name == form.key
            else from_values(column, list(pairs.values()))
        )
        for name, column in by_name.items()
    ]


def _keys(column: Column, keys: Iterable[str]) -> Filled:
    """Names of members: text by nature, so that numbers are read from text."""
    try:
        names = arrow().array(list(keys), arrow().string())
    except UnicodeEncodeError as e:
        message = f"Column {column.name!r} holds text that is no Unicode: {e.reason}"
        raise TableError(message, column=column.name) from None
    return from_text(column, names)
