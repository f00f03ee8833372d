# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Result tables in JSON: an object of columns, a list, or a map, bare or in an envelope.

The text of each column is located first. Then each column is decoded in the quickest way that is
correct for it. Measured for a million rows: locating takes 18 ms, decoding and copying to Arrow
200 ms. A long column of plain texts or numbers is rewritten as CSV and read by the CSV reader,
which takes a third of that time; a count of quotes, commas and digits proves that it is plain.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

import msgspec

from ..values.converting import union_of
from ..values.jsontypes import JsonValue
from ..values.kinds import is_dict, is_list
from ..values.pointers import steps_of
from ..wire.arrow import arrow, arrow_csv, arrow_errors
from .arrays import WORTH_THREADS, Filled, arrow_type, from_text, from_values
from .cells import items_of
from .schema import Column, JsonLayout, Kind, Layout, TableError, Wanted
from .source import Buffer

_Member: TypeAlias = Any
"""A part of the document: a `msgspec.Raw`, or a decoded value if the document has NaN in it."""

SPACE = b" \t\r\n"
"""White space in JSON (RFC 8259, section 2)."""
_LIST: Any = list
_LONG = 65_536
"""Bytes of a column of texts from which the CSV reader is quicker."""
_VERY_LONG = 1 << 20
"""Bytes of a column of numbers from which the CSV reader is quicker."""
_NUMERIC = b"0123456789+-.eE," + SPACE
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

    Args:
        unwrap: JSON Pointer of the columns in an envelope.

    Raises:
        TableError: The document is not JSON.
    """

    def __init__(self, data: Buffer, unwrap: str = "") -> None:
        text: Any = memoryview(data)[3:] if data[:3] == BOM_UTF8 else data
        self.metadata: Mapping[str, JsonValue] = {}
        self._located: dict[str, _Member] = {"": _parse(text)}
        inner = self._at(unwrap) if unwrap else None
        if inner is not None and _starts(inner) == "{":
            self.metadata = self._around(unwrap)
            self._text: Any = inner
            self._located = {"": _object(inner)}
        else:
            self._text = text

    def names(self, layout: Layout[Any]) -> tuple[str, ...]:
        """Names of the columns, read as this layout; none if the document has another form."""
        form = layout.json
        content = self._at(form.at)
        if form.layout == "list":
            is_one = content is not None and _starts(content) == "["
            return (layout.columns[0].name,) if is_one else ()
        if content is None or _starts(content) != "{":
            return ()
        if form.layout == "map":
            keys = _object(content).keys()
            is_error = bool(keys) and _OF_ERRORS.issuperset(keys)
            return () if is_error else (form.key, form.value)
        return tuple(_object(content))

    def arrays(self, layout: Layout[Any], wanted: Sequence[Wanted]) -> list[Filled]:
        """Some of the columns.

        Raises:
            TableError: A column is not an array or is there twice, or cells are wrong.
        """
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
        """The envelope: the members beside each step of a pointer; inner ones have priority."""
        envelope: dict[str, JsonValue] = {}
        member = self._located[""]
        for step in steps_of(pointer):
            members = _object(member)
            envelope |= {n: _value(m) for n, m in members.items() if n != step}
            member = members[step]
        return envelope

    def _at(self, pointer: str) -> _Member | None:
        """The part at a JSON Pointer (RFC 6901) through objects; None if there is none."""
        member = self._located.get(pointer)
        if member is None:
            member = self._located[""]
            for step in steps_of(pointer):
                if member is None or _starts(member) != "{":
                    return None
                member = _object(member).get(step)
        return member


_OF_ERRORS = frozenset(
    {
        *("code", "detail", "details", "error", "errors", "message", "status"),
        *("title", "type"),
    }
)
"""Members of error bodies and states of jobs, which are no ids of rows."""


# ------------------------------------------------------------------ parts of the document
def _loads(data: bytes, pairs_hook: Any = None) -> Any:
    """Decode JSON with Python's decoder, which takes NaN.

    Raises:
        TableError: Says where the JSON is malformed.
    """
    try:
        return json.loads(data, object_pairs_hook=pairs_hook)
    except RecursionError:
        raise TableError("The JSON is nested too deeply") from None
    except json.JSONDecodeError as e:
        is_short = e.pos >= len(data.rstrip(SPACE)) or "Unterminated" in e.msg
        what = "ends early" if is_short else "is malformed"
        raise TableError(
            f"The JSON {what}: {e.msg}, line {e.lineno}, column {e.colno}"
        ) from None
    except ValueError as e:  # not UTF-8, or a number of thousands of digits
        raise TableError(f"The JSON cannot be read: {e}") from None


def _parse(text: Any) -> _Member:
    """The members of the document, or the document itself if it is not an object."""
    try:
        if bytes(text[:_LONG]).lstrip(SPACE)[:1] == b"{":
            return _members.decode(text)
        return msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass  # perhaps only because of NaN, which Python's json writes
    return _loads(bytes(text))


def _starts(member: _Member) -> str:
    """The first character of a part: {, [ or any other."""
    if isinstance(member, msgspec.Raw):
        return chr(memoryview(member)[0])
    return "{" if is_dict(member) else "[" if is_list(member) else ""


def _object(member: _Member) -> Mapping[str, _Member]:
    if not isinstance(member, msgspec.Raw):
        members: dict[str, _Member] = member if is_dict(member) else {}
        return members
    try:
        return _members.decode(member)
    except (msgspec.DecodeError, ValueError) as e:  # names that are not UTF-8
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
    """Raise TableError for a column that is there twice, which decoders do not report."""
    if _fill(content, members):
        return
    pairs: list[tuple[str, Any]] = _loads(bytes(content), list)
    seen = set[str]()
    for name, _ in pairs:
        if name in seen:
            raise TableError(f"Column {name!r} is there twice", column=name)
        seen.add(name)


def _fill(content: Any, members: Mapping[str, _Member]) -> bool:
    """Whether the text consists of these members, one after the other, so that none is there twice.

    This is much quicker than decoding the text once more.
    """
    if is_dict(content):
        return True
    text = memoryview(content)
    opening = _OPEN.match(text)
    offset = opening.end() if opening else 0
    for member in members.values():
        name = _NAME.match(text, offset)
        if name is None or not isinstance(member, msgspec.Raw):
            return False
        after = _NEXT.match(text, name.end() + len(memoryview(member)))
        if after is None:
            return False
        offset = after.end()
    return not bytes(text[offset:]).strip(SPACE) or not members


# ------------------------------------------------------------------ columns
@cache
def _decoder(kinds: tuple[Kind, ...], nullable: bool) -> msgspec.json.Decoder[Any]:
    """A decoder for a list of cells."""
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
    """A column from its array.

    The quick ways come first. Where they fail, `from_values` names the wrong cells.
    """
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
        filled = _plain_column(column, bytes(member))
        if filled is not None:
            return filled
    try:
        values: list[Any] = _decoder(column.kinds, column.nullable).decode(member)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return from_values(column, _loads(bytes(member)))
    kind = column.kinds[0]
    if len(column.kinds) == 1 and kind != "json" and values:
        try:
            return Filled(kind, arrow().array(values, arrow_type(kind)))
        except arrow_errors():
            pass  # an integer of more than 64 bits, which from_values names
    return from_values(column, values)


def _plain_column(column: Column, text: bytes) -> Filled | None:
    """A column, read by the CSV reader; None if it is not plain, or too short to gain time."""
    body = text[1:-1].strip(SPACE)
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
    return _read_rows(body.translate(None, SPACE).replace(b",", b"\n"), kind)


def _plain_texts(body: bytes) -> bytes | None:
    """The body of an array as lines of CSV; None unless all items are texts without \\ or comma."""
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
        return None  # an integer of more than 64 bits, or text that is not UTF-8
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
    """The column of the names in a map; numbers are read from text."""
    try:
        names = arrow().array(list(keys), arrow().string())
    except UnicodeEncodeError as e:
        message = (
            f"Column {column.name!r} holds text that is not valid Unicode: {e.reason}"
        )
        raise TableError(message, column=column.name) from None
    return from_text(column, names)
