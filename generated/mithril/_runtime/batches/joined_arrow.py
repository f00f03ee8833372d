# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests and their outcomes as Arrow data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Protocol, TypeAlias

from ..values.encoding import encode, to_builtins
from ..values.kinds import is_dict, is_list
from ..values.pointers import ABSENT, getter
from ..wire.arrow import arrow
from ..wire.errors import InvalidRequestError
from .id_index import check_pointer, id_at
from .outcome_values import Failed, Succeeded

Pointers: TypeAlias = Mapping[str, str]
"""JSON Pointers (RFC 6901) by the names of columns."""
_OWN = ("id", "status", "error")


class _Joined(Protocol):
    """What `join` returns."""

    @property
    def pairs(self) -> Sequence[tuple[object, Succeeded[Any] | Failed[Any]]]: ...
    @property
    def missing(self) -> Sequence[object]: ...
    @property
    def id_pointer(self) -> str: ...


def stream_of(
    joined: _Joined, request: Pointers, answer: Pointers, batch_rows: int
) -> Any:
    """A `pyarrow.RecordBatchReader` of one row a request.

    The outcomes are read twice, since the types of the columns depend on all values. One batch is
    in memory at a time.

    Args:
        request: Columns with parts of the requests.
        answer: Columns with parts of the answers of requests that succeeded.
        batch_rows: Rows of a batch.

    Raises:
        InvalidRequestError: A name is used twice, a text is no JSON Pointer, or `batch_rows` is
            not positive.
    """
    pa = arrow()
    names = ["id", *request, "status", *answer, "error"]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InvalidRequestError(f"Two columns are called {twice!r}")
    for pointer in (*request.values(), *answer.values()):
        if pointer:
            check_pointer(pointer)
    if batch_rows < 1:
        raise InvalidRequestError(f"batch_rows must be 1 or more, not {batch_rows}")
    types = dict.fromkeys(names, pa.null())
    chosen = [(place, name) for place, name in enumerate(names) if name not in _OWN]
    for rows in _batches(_rows(joined, request, answer), batch_rows) if chosen else ():
        columns = [*zip(*rows, strict=True)]
        for place, name in chosen:
            types[name] = _common(types[name], _type_of(columns[place]))
    for name, kind in types.items():
        if pa.types.is_null(kind):
            types[name] = pa.string()
    schema = pa.schema(list(types.items()))

    def batches() -> Iterator[Any]:
        for rows in _batches(_rows(joined, request, answer), batch_rows):
            columns = [
                _array(values, kind)
                for values, kind in zip(
                    zip(*rows, strict=True), schema.types, strict=True
                )
            ]
            yield pa.record_batch(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _rows(
    joined: _Joined, request: Pointers, answer: Pointers
) -> Iterator[tuple[Any, ...]]:
    in_request = [*map(getter, request.values())]
    in_answer = [*map(getter, answer.values())]
    nothing = [None] * len(answer)
    for sent, outcome in joined.pairs:
        parts = [_plain(find(sent)) for find in in_request]
        if isinstance(outcome, Failed):
            error = _text(_plain(outcome.error))
            yield outcome.id, *parts, "failed", *nothing, error
        else:
            answers = [_plain(find(outcome.body)) for find in in_answer]
            yield outcome.id, *parts, "succeeded", *answers, None
    for sent in joined.missing:
        parts = [_plain(find(sent)) for find in in_request]
        yield id_at(sent, joined.id_pointer), *parts, "missing", *nothing, None


def _plain(value: Any) -> Any:
    """A scalar, or a list of scalars; objects and lists with others in them as JSON."""
    if value.__class__ in _SCALARS:
        return value
    if value is ABSENT or value is None:
        return None
    value = to_builtins(value)
    if is_dict(value) or (is_list(value) and any(map(_is_deep, value))):
        return encode(value).decode()
    return value


_SCALARS = frozenset({str, int, float, bool})


def _is_deep(value: object) -> bool:
    return is_dict(value) or is_list(value)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else encode(value).decode()


def _batches(
    rows: Iterator[tuple[Any, ...]], size: int
) -> Iterator[list[tuple[Any, ...]]]:
    for first in rows:
        yield list(chain([first], islice(rows, size - 1)))


# ------------------------------------------------------------------ types
def _type_of(values: Iterable[Any]) -> Any:
    """The Arrow type that holds all values: text, if there is no other."""
    pa = arrow()
    try:
        return pa.array(values).type
    except (pa.ArrowException, OverflowError):
        return pa.string()


def _common(first: Any, second: Any) -> Any:
    """The type for the values of two types."""
    pa = arrow()
    if first == second or pa.types.is_null(second):
        return first
    if pa.types.is_null(first):
        return second
    if pa.types.is_list(first) and pa.types.is_list(second):
        inner = _common(first.value_type, second.value_type)
        return pa.string() if pa.types.is_string(inner) else pa.list_(inner)
    numbers = {pa.int64(), pa.float64()}
    return pa.float64() if {first, second} == numbers else pa.string()


def _array(values: Iterable[Any], kind: Any) -> Any:
    pa = arrow()
    if pa.types.is_string(kind):
        return pa.array([_text(value) for value in values], kind)
    return pa.array(values, kind)
