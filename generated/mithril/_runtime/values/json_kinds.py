# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The JSON kinds of types and values."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from msgspec import Struct

from .converting import Late, Marker, is_a

OBJECT, ARRAY, STRING, NUMBER, BOOL, NULL = (
    "object",
    "array",
    "string",
    "number",
    "bool",
    "null",
)
_ALL = frozenset({OBJECT, ARRAY, STRING, NUMBER, BOOL})
KIND_OF: dict[type, str] = {
    dict: OBJECT,
    list: ARRAY,
    str: STRING,
    int: NUMBER,
    float: NUMBER,
    bool: BOOL,
    type(None): NULL,
}
"""JSON kinds of the types that `json.loads` returns."""

_KINDS: list[tuple[tuple[type, ...], frozenset[str]]] = [
    ((type(None),), frozenset({NULL})),
    ((Struct, dict), frozenset({OBJECT})),
    ((list, tuple, set, frozenset), frozenset({ARRAY})),
    ((bool,), frozenset({BOOL})),
    ((Decimal,), frozenset({STRING, NUMBER})),
    ((int, float), frozenset({NUMBER})),
    (
        (str, bytes, enum.Enum, dt.datetime, dt.date, dt.time, dt.timedelta, UUID),
        frozenset({STRING}),
    ),
]


def kinds(tp: Any) -> frozenset[str]:
    """The JSON kinds that the values of a type may have."""
    if get_origin(tp) is Annotated:
        tp = get_args(tp)[0]
    origin = get_origin(tp)
    if origin is Literal:
        return frozenset(KIND_OF[type(value)] for value in get_args(tp))
    if origin is Union:
        return frozenset[str]().union(*map(kinds, get_args(tp)))
    cls: Any = origin or tp
    if is_a(cls, Marker) and cls.members:
        return frozenset[str]().union(*map(kinds, cls.members))
    if hasattr(cls, "__kinds__"):
        return frozenset(cls.__kinds__)
    if is_a(cls, Late):
        return kinds(cls.target) if "target" in vars(cls) else _ALL
    for classes, names in _KINDS:
        if is_a(cls, classes):
            return names
    return _ALL
