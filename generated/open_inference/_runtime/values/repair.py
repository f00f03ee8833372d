# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""The tolerant second pass over a document that does not fit as it is.

Each part is converted by msgspec; only where that fails is it taken apart. So the pass makes what
the types allow but msgspec refuses (`Unknown` for unknown tags, 1.0 for an integer, the names of
infinite numbers, a date where a date-time is expected), and finds every place that does not fit.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin
from uuid import UUID

from msgspec import Struct, UnsetType, ValidationError, structs

from .choosing import OneOf, decision
from .converting import AnyDecimal, ByKey, Late, converter, is_a, member_types
from .issues import Issue, below
from .json_kinds import KIND_OF, kinds
from .model import NaiveDateTime, OpenModel, StrInt, Unknown, layout
from .unions import OPEN

__all__ = ["repair"]

_NOT_FINITE = {"NaN", "Infinity", "-Infinity"}
_MISSING = "Missing required member"
_FORMATS = (
    *(dt.datetime, dt.date, dt.time, dt.timedelta),
    *(UUID, Decimal, AnyDecimal, bytes, StrInt),
)


def repair(
    tp: Any, raw: Any, path: str, issues: list[Issue], is_trial: bool = False
) -> Any:
    """Convert what fits, keep the raw value where something does not, and note it in `issues`.

    `is_trial` is set while one of several members of a union is tried: unions below it are then
    not tried in every way, which would take exponential time.
    """
    try:
        return converter(tp)(raw)
    except (ValidationError, ValueError) as e:
        message = str(e).partition(" - at `")[0]
    if raw.__class__ is dict and is_a(tp, Struct):
        return _repair_model(tp, raw, path, issues, is_trial)
    is_open = False
    if get_origin(tp) is Annotated:
        tp, *marks = get_args(tp)
        is_open = OPEN in marks
    while is_a(tp, Late):
        tp = tp.target
    variants = _variants(tp, raw, is_open)
    if variants is None:
        return Unknown(raw)
    if not variants:
        issues.append(Issue(path, message, raw))
        return raw
    if len(variants) == 1 or is_trial:
        return _descend(
            variants[0],
            raw,
            path=path,
            issues=issues,
            message=message,
            is_trial=is_trial,
        )
    tried: list[tuple[Any, list[Issue]]] = []
    for variant in variants:
        found: list[Issue] = []
        value = _descend(
            variant, raw, path=path, issues=found, message=message, is_trial=True
        )
        if not found:
            return value
        tried.append((value, found))
    value, found = min(tried, key=lambda t: len(t[1]))
    issues += found
    return value


def _variants(tp: Any, raw: Any, is_open: bool) -> list[Any] | None:
    """The types a value may be meant for; None where it is to be `Unknown`."""
    if is_a(tp, OneOf):
        return [variant.type for variant in decision(tp).rank(raw)]
    members: tuple[Any, ...] = get_args(tp) if get_origin(tp) is Union else (tp,)
    if get_origin(tp) is not Union and not is_open:
        return [tp]
    optional = {type(None), UnsetType, *([int] if float in members else [])}
    members = tuple(m for m in members if m not in optional)
    kind = KIND_OF[raw.__class__]
    fitting = [m for m in members if kind in kinds(m)]
    models = [m for m in fitting if is_a(m, Struct)]
    if kind == "object" and (len(models) > 1 or is_open):
        fitting = [m for m in models if _has_tag(m, raw)]
    if not fitting and raw is not None:
        if is_open:
            return None
        if len(members) == 1:  # the names of infinite numbers are strings
            return list(members)
    return fitting


def _has_tag(model: Any, raw: dict[str, Any]) -> bool:
    config = model.__struct_config__
    return _is_tag(raw.get(config.tag_field), config.tag)


def _is_tag(value: Any, tag: Any) -> bool:
    return value.__class__ is tag.__class__ and value == tag


def _descend(
    tp: Any, raw: Any, path: str, issues: list[Issue], message: str, is_trial: bool
) -> Any:
    """Take a value that does not fit one type apart."""
    origin, args, kind = get_origin(tp), get_args(tp), raw.__class__
    if kind is dict and is_a(tp, Struct):
        return _repair_model(tp, raw, path, issues, is_trial)
    if kind is dict and is_a(tp, OpenModel):
        return _repair_open_model(tp, raw, path, issues, is_trial)
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
    if kind is dict and is_a(tp, ByKey):
        return {
            k: repair(tp.type_for(k), r, below(path, k), issues, is_trial)
            for k, r in raw.items()
        }
    is_marker = is_a(tp, (OneOf, Late))
    if is_marker or origin is Annotated or origin is Union:
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
    if tp is dt.datetime and raw.__class__ is str:
        try:
            return NaiveDateTime.read(raw)
        except ValueError:
            message = message or "Invalid date-time"
    is_format = raw.__class__ is str and tp in _FORMATS
    issues.append(Issue(path, message, raw, is_format))
    return raw


class _Member(NamedTuple):
    wire: str
    name: str
    type: Any
    required: bool
    as_is: frozenset[type]
    """Classes of raw values that are taken without a look."""


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
        and not _is_tag(raw[config.tag_field], config.tag)
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
            issues.append(Issue(below(path, wire), _MISSING))
            values[name] = None
    return tp(**values)


def _repair_open_model(
    tp: Any,
    raw: dict[str, Any],
    path: str,
    issues: list[Issue],
    is_trial: bool,
) -> Any:
    members, extra = layout(tp)
    types = member_types(tp)
    values: dict[str, Any] = {}
    wires: set[str] = set()
    for name, member in members.items():
        wires.add(member.wire)
        if member.wire in raw:
            values[name] = repair(
                types[name],
                raw[member.wire],
                below(path, member.wire),
                issues,
                is_trial,
            )
        elif member.required:
            issues.append(Issue(below(path, member.wire), _MISSING))
            values[name] = None
    if extra:
        rest = {k: v for k, v in raw.items() if k not in wires}
        values[extra] = repair(types[extra], rest, path, issues, is_trial)
    return tp(**values)
