# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From Arrow columns to Python values and rows.

Numbers are read from Arrow's memory, each text that repeats is created once, and rows are created
some thousands at a time. Measured for a million rows of a number, a label and a number: 80 ms for
the values, three times as much for the rows.
"""

from __future__ import annotations

import gc
import keyword
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct, UnsetType, structs

from ..values.annotations import resolve
from ..values.converting import converter
from ..values.open_model import members_of
from ..wire.arrow import arrow
from .arrays import plain_memory
from .assembly import is_json_column
from .cells import json_values
from .schema import TableError

R = TypeVar("R")

_BATCH = 8192
_LIST: Any = list
_SAMPLE = 1024


# ------------------------------------------------------------------ values
def column_values(table: Any, name: str) -> list[Any]:
    """The values of a column."""
    index = table.schema.names.index(name)
    field = table.schema.field(index)
    values: list[Any] = []
    for chunk in table.column(index).chunks:
        values += _chunk_values(field, chunk)
    return values


def _chunk_values(field: Any, chunk: Any) -> list[Any]:
    if is_json_column(field):
        return json_values(chunk.to_pylist())
    types = arrow().types
    tp = chunk.type
    if types.is_int64(tp) or types.is_float64(tp):
        memory = plain_memory(chunk, "q" if types.is_int64(tp) else "d")
        return chunk.to_pylist() if memory is None else memory.tolist()
    if types.is_string(tp) and len(chunk) > _SAMPLE:
        return _texts(chunk)
    if types.is_fixed_size_list(tp) and tp.list_size and not chunk.null_count:
        flat = _chunk_values(tp.value_field, chunk.flatten())
        step = tp.list_size
        return [flat[at : at + step] for at in range(0, len(flat), step)]
    values: list[Any] = chunk.to_pylist()
    return values


def _texts(chunk: Any) -> list[Any]:
    """The texts of a chunk; if there are few different ones, each is created once."""
    some = chunk.slice(0, _SAMPLE)
    if chunk.null_count or len(some.unique()) > _SAMPLE // 4:
        return list(chunk.to_pylist())
    encoded = chunk.dictionary_encode()
    texts: list[Any] = encoded.dictionary.to_pylist()
    codes = plain_memory(encoded.indices, "i")
    return list(map(texts.__getitem__, codes if codes is not None else ()))


# ------------------------------------------------------------------ rows
@contextmanager
def _collector_paused() -> Generator[None, None, None]:
    """Pause the cyclic garbage collector, which would traverse thousands of new lists repeatedly.

    Measured: rows with a vector of 128 numbers take a third of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def attributes(row: type[Any]) -> Mapping[str, str]:
    """Attributes of a row class by wire name."""
    if issubclass(row, Struct):
        # the annotations of a model name types that are imported for type checkers only
        resolve(row)
        return {info.encode_name: info.name for info in structs.fields(row)}
    return {member.wire: name for name, member in members_of(row).members.items()}


def make_rows(table: Any, row: type[R]) -> Iterator[R]:
    """The rows of a table, created batch by batch. Undeclared columns are left out.

    Raises:
        TableError: A cell does not fit the row class, whose types are narrower than the columns.
    """
    return chain.from_iterable(_row_batches(table, row))


def _row_batches(table: Any, row: type[R]) -> Iterator[list[R]]:
    names = attributes(row)
    indices = [i for i, name in enumerate(table.schema.names) if name in names]
    wires = tuple(table.schema.names[i] for i in indices)
    cls: Any = row
    make = _maker(cls, wires)
    fields = [table.schema.field(i) for i in indices]
    for batch in table.to_batches(max_chunksize=_BATCH):
        with _collector_paused():
            columns = [
                _chunk_values(field, batch.column(i))
                for field, i in zip(fields, indices, strict=True)
            ]
        try:
            with _collector_paused():
                rows = make(columns)
        except (msgspec.ValidationError, ValueError, TypeError) as e:
            raise TableError(
                f"A cell is not what {row.__name__} declares: {e}"
            ) from None
        yield rows


@cache
def _maker(
    row: type[Any], wires: tuple[str, ...]
) -> Callable[[Sequence[list[Any]]], list[Any]]:
    """A function from columns, in the order of their wire names, to rows."""
    resolve(row)
    if not issubclass(row, Struct):
        return _by_decoding(row, wires)
    infos = {info.encode_name: info for info in structs.fields(row)}
    names = [infos[wire].name for wire in wires]
    converters: dict[int, Any] = {
        index: converter(_LIST[infos[wire].type])
        for index, wire in enumerate(wires)
        if not _is_plain(infos[wire].type)
    }
    construct = _constructor(names)

    def make(columns: Sequence[list[Any]]) -> list[Any]:
        if converters:
            columns = [
                converters[i](c) if i in converters else c
                for i, c in enumerate(columns)
            ]
        return construct(row, columns)

    return make


def _constructor(names: Sequence[str]) -> Callable[[Any, Any], list[Any]]:
    """A function that calls a class with keyword arguments, once for each row.

    It is compiled: passing the same arguments as a dict takes three times as long.
    """
    if any(not name.isidentifier() or keyword.iskeyword(name) for name in names):
        return lambda row, columns: [
            row(**dict(zip(names, cells, strict=True)))
            for cells in zip(*columns, strict=True)
        ]
    cells = [f"c{i}" for i in range(len(names))]
    keywords = ", ".join(f"{n}={c}" for n, c in zip(names, cells, strict=True))
    text = f"lambda row, columns: [row({keywords}) for {', '.join(cells)}, in zip(*columns)]"
    construct: Callable[[Any, Any], list[Any]]
    construct = eval(text, {})  # noqa: S307  identifiers only
    return construct


def _by_decoding(
    row: type[Any], wires: tuple[str, ...]
) -> Callable[[Sequence[list[Any]]], list[Any]]:
    cls: Any = row
    decode = converter(cls)
    return lambda columns: [
        decode(dict(zip(wires, cells, strict=True)))
        for cells in zip(*columns, strict=True)
    ]


_PLAIN = frozenset({int, float, str, bool, type(None), UnsetType, Any})


def _is_plain(tp: Any) -> bool:
    """Whether the values of an Arrow column need no conversion to a type."""
    if tp in _PLAIN:
        return True
    return (get_origin(tp) is not None and bool(get_args(tp))) and all(
        _is_plain(arg) for arg in get_args(tp) if arg is not ...
    )
