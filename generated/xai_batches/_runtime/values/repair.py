# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The tolerant second pass over a document that does not fit.

Each part is converted by msgspec; if that fails, the parts of the part are. So the pass accepts
values that the types allow but msgspec refuses (`Unknown` for unknown tags, 1.0 for an integer, the
names of infinite numbers, a date where a date-time is expected), and finds every place that does
not fit.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin
from uuid import UUID

from msgspec import Struct, UnsetType, ValidationError, structs

from .converting import Late, converter, is_a
from .issues import Issue, below
from .lazy import part

SECOND_TRIES: dict[Any, Callable[[str], Any]] = {}
"""Functions that read text which msgspec refuses, by type; they raise ValueError."""

MISSING = "Missing required member"
_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}
_FORMATS = (dt.datetime, dt.date, dt.time, dt.timedelta, UUID, bytes)


def repair(
    tp: Any, raw: Any, path: str, issues: list[Issue], is_trial: bool = False
) -> Any:
    """Convert the parts that fit; keep the raw value of the others, and add them to `issues`.

    Args:
        is_trial: Whether one of several members of a union is tried. Of unions below it only the
            most likely member is then tried, since all would take exponential time.
    """
    try:
        return converter(tp)(raw)
    except (ValidationError, ValueError) as e:
        message = str(e).partition(" - at `")[0]
    if raw.__class__ is dict and is_a(tp, Struct):
        return _repair_model(tp, raw, path, issues, is_trial)
    marks: list[Any] = []
    if get_origin(tp) is Annotated:
        tp, *marks = get_args(tp)
    while is_a(tp, Late):
        tp = tp.target
    variants = _variants(tp, raw, marks)
    if not variants:
        issues.append(Issue(path, message, raw))
        return raw
    if len(variants) == 1 or is_trial:
        return _descend(variants[0], raw, path, issues, message, is_trial)
    tried: list[tuple[Any, list[Issue]]] = []
    for variant in variants:
        own: list[Issue] = []
        value = _descend(variant, raw, path, own, message, True)
        if not own:
            return value
        tried.append((value, own))
    value, fewest = min(tried, key=lambda t: len(t[1]))
    issues += fewest
    return value


def _variants(tp: Any, raw: Any, marks: Sequence[Any]) -> list[Any]:
    """The types that a value may have."""
    for marked in (tp, *marks):
        if hasattr(marked, "__variants__"):
            return list(marked.__variants__(tp, raw))
    if get_origin(tp) is not Union:
        return [tp]
    args = get_args(tp)
    optional = {type(None), UnsetType, *([int] if float in args else [])}
    members = [m for m in args if m not in optional]
    if len(members) == 1:  # the names of infinite numbers are strings
        return [] if raw is None else members
    unions = part("values.unions")
    return members if unions is None else unions.fitting(members, raw)


def is_tag(value: Any, tag: Any) -> bool:
    """Whether the value of a tag property is this one; 1 is not True."""
    return value.__class__ is tag.__class__ and value == tag


def _descend(
    tp: Any, raw: Any, path: str, issues: list[Issue], message: str, is_trial: bool
) -> Any:
    """Convert the parts of a value that does not fit one type."""
    origin, args, kind = get_origin(tp), get_args(tp), raw.__class__
    if kind is dict and is_a(tp, Struct):
        return _repair_model(tp, raw, path, issues, is_trial)
    if hasattr(tp, "__repair__"):
        value = tp.__repair__(raw, path, issues, is_trial)
        if value is not NotImplemented:
            return value
    if kind is list and origin is list:
        return [
            repair(args[0], r, below(path, i), issues, is_trial)
            for i, r in enumerate(raw)
        ]
    if kind is list and origin is tuple:
        types = args[:1] * len(raw) if args[1:] == (...,) else args
        if len(types) == len(raw):
            parts = zip(types, raw, strict=True)
            return tuple(
                repair(t, r, below(path, i), issues, is_trial)
                for i, (t, r) in enumerate(parts)
            )
    if kind is dict and origin is dict:
        return {
            k: repair(args[1], r, below(path, k), issues, is_trial)
            for k, r in raw.items()
        }
    is_union = origin is Union or hasattr(tp, "__variants__")
    if is_union or origin is Annotated or is_a(tp, Late):
        return repair(tp, raw, path, issues, is_trial)
    return _repair_scalar(tp, raw, path, issues, message)


def _repair_scalar(
    tp: Any, raw: Any, path: str, issues: list[Issue], message: str
) -> Any:
    if tp is int and raw.__class__ is float and raw.is_integer():
        return int(raw)
    if is_a(tp, enum.IntEnum) and raw.__class__ is float and raw.is_integer():
        return converter(tp)(int(raw))
    if tp is float and raw.__class__ is str and raw in _NOT_FINITE:
        return float(raw)
    is_format = raw.__class__ is str and (tp in _FORMATS or hasattr(tp, "__is_text__"))
    if is_format and tp in SECOND_TRIES:
        try:
            return SECOND_TRIES[tp](raw)
        except ValueError as e:
            message = message or str(e)
    issues.append(Issue(path, message, raw, is_format))
    return raw


class _Member(NamedTuple):
    wire: str
    name: str
    type: Any
    required: bool
    as_is: frozenset[type]
    """Classes of raw values that need no conversion."""


@cache
def _members(cls: Any) -> list[_Member]:
    scalars = {str, int, float, bool, type(None)}
    return [
        _Member(
            f.encode_name,
            f.name,
            f.type,
            f.required,
            frozenset(
                scalars.intersection(
                    get_args(f.type) if get_origin(f.type) is Union else (f.type,)
                )
            ),
        )
        for f in structs.fields(cls)
    ]


def _repair_model(
    tp: type[Struct],
    raw: dict[str, Any],
    path: str,
    issues: list[Issue],
    is_trial: bool,
) -> Any:
    values: dict[str, Any] = {}
    config = tp.__struct_config__
    if (
        config.tag_field is not None
        and config.tag_field in raw
        and not is_tag(raw[config.tag_field], config.tag)
    ):
        issues.append(
            Issue(
                below(path, config.tag_field),
                f"Expected {config.tag!r}",
                raw[config.tag_field],
            )
        )
    for wire, name, hint, required, as_is in _members(tp):
        if wire in raw:
            item = raw[wire]
            if item.__class__ not in as_is:
                item = repair(hint, item, below(path, wire), issues, is_trial)
            values[name] = item
        elif required:
            issues.append(Issue(below(path, wire), MISSING))
            values[name] = None
    return tp(**values)
