"""Encoding of models, and looking into them by JSON Pointer.

Two mistakes would go out silently: numbers that JSON does not have (msgspec writes null), and
date-times without an offset. What they leave behind is looked for in the encoded bytes: `null`,
and a time that ends without an offset. Only if `null` was written is the value encoded again, as
MessagePack, which keeps such numbers; and only if one of the two is found is the value walked to
name the places. Measured: the search costs 0.3 us and 1 to 2 ms a megabyte, about as much as the
encoding itself; a written `null` as much again; a walk (also for strings that look like such a
time) some 20 times as much.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import UNSET, Struct, structs

from .issues import Issue, MisfitError, below
from .jsontypes import JsonValue
from .kinds import is_finite, is_list, is_tuple, plain_scalar
from .model import NaiveDateTime, OpenModel, TextDecimal, Unknown, layout

__all__ = [
    "ABSENT",
    "Absent",
    "UnknownMembers",
    "encode",
    "lookup",
    "to_builtins",
    "with_text_decimals",
]


class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""What `lookup` returns where there is nothing."""


def _encode_hook(value: Any) -> Any:
    make = getattr(value, "__encode__", None)
    if make is None:
        made = plain_scalar(value)
        if made is not value:
            return made
        raise TypeError(f"Objects of type {type(value).__name__} have no JSON form")
    return make()


_json = msgspec.json.Encoder(enc_hook=_encode_hook, decimal_format="number")
_msgpack = msgspec.msgpack.Encoder(enc_hook=_encode_hook)
_NAIVE = re.compile(rb'T\d\d:\d\d:\d\d(?:\.\d+)?"')
_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")


class UnknownMembers:
    """Members of a response that its models do not declare, kept beside the objects they belong to.

    Collected on request, since it means to decode twice. Objects that were edited or moved keep
    theirs; replaced and copied ones lose them.
    """

    def __init__(self, data: bytes, value: Any) -> None:
        self._kept: dict[int, tuple[Any, dict[str, Any]]] = (
            {}
        )  # the objects too: ids stay valid
        self._collect(msgspec.json.decode(data), value)

    def _collect(self, raw: Any, value: Any) -> None:
        if raw.__class__ is dict:
            if isinstance(value, Struct):
                names = _wire_names(value.__class__)
                rest = {k: v for k, v in raw.items() if k not in names}
                if rest:
                    self._kept[id(value)] = value, rest
            if _is_object(value):
                for wire, item in raw.items():
                    if item.__class__ is dict or item.__class__ is list:
                        self._collect(item, _member(value, wire))
        elif raw.__class__ is list and _is_array(value):
            for item, part in zip(raw, value, strict=False):
                self._collect(item, part)

    def merge(self, value: Any) -> Any:
        """The value with its models as dicts, the kept members put back."""
        if _is_object(value):
            kept = self._kept.get(id(value))
            merged: dict[Any, Any] = dict(kept[1]) if kept else {}
            for wire, item in _sent(value):
                merged[wire] = self.merge(item)
            return merged
        if _is_array(value):
            return [self.merge(item) for item in value]
        return value


def encode(value: Any, unknown: UnknownMembers | None = None) -> bytes:
    """Encode a value as JSON; with `unknown` its undeclared members are put back.

    Raises MisfitError, which names the members, for NaN and infinite numbers, for date-times
    without an offset, for what has no JSON form, and for values nested too deeply.
    """
    try:
        if unknown is not None:
            value = unknown.merge(value)
        data = _json.encode(value)
    except RecursionError:
        raise MisfitError([Issue("", "The value is nested too deeply")]) from None
    except (TypeError, ValueError, OverflowError) as e:
        raise MisfitError(
            _misfits(value, is_refused=True) or [Issue("", str(e))]
        ) from None
    is_doubtful = b"NaN" in data or b"Infinity" in data or _NAIVE.search(data)
    if is_doubtful or (b"null" in data and _may_hold_nan(value)):
        found = _misfits(value, is_refused=False)
        if found:
            raise MisfitError(found)
    return data


def to_builtins(value: Any) -> JsonValue:
    """What `encode` would send, as dicts, lists and scalars. Raises MisfitError as it does."""
    made: JsonValue = _exact.decode(encode(value))
    return made


def _number(text: str) -> Any:
    """A number with all its digits."""
    made = float(text)
    if repr(made) == text or Decimal(repr(made)) == Decimal(text):
        return made
    return Decimal(text)


_exact = msgspec.json.Decoder(float_hook=_number)


def with_text_decimals(value: Any, names: Sequence[str], is_text: bool = False) -> Any:
    """The value with the decimals that are strings on the wire: those of members with these
    names, and those in lists and dicts that such members hold; "" stands for the value itself.
    """
    if isinstance(value, Decimal):
        return TextDecimal(value) if is_text else value
    if isinstance(value, (Struct, OpenModel, dict)):
        return {
            wire: with_text_decimals(item, names, is_text or wire in names)
            for wire, item in _sent(value)
        }
    if is_list(value):
        return [with_text_decimals(item, names, is_text) for item in value]
    if is_tuple(value):
        return tuple(with_text_decimals(item, names, is_text) for item in value)
    return value


def _may_hold_nan(value: Any) -> bool:
    try:
        return _NOT_FINITE.search(_msgpack.encode(value)) is not None
    except (OverflowError, ValueError):  # integers above 64 bits
        return True


_HARMLESS = frozenset({str, int, bool, type(None)})
_Trail = tuple[Any, ...]
"""The trail of the object above and the step from it; empty at the top."""


def _pointer(trail: _Trail) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        steps.append(below("", step))
    return "".join(reversed(steps))


def _misfits(value: Any, *, is_refused: bool) -> list[Issue]:
    """The places of a value that JSON cannot hold, or that would go out wrong.

    `is_refused`: the encoder has refused the value, so that each scalar must be tried.
    """
    found: list[Issue] = []
    todo: list[tuple[_Trail, Any]] = [((), value)]
    while todo:
        trail, value = todo.pop()
        if isinstance(value, Unknown):
            value = value.raw
        if _is_object(value):
            todo += [((trail, wire), item) for wire, item in _sent(value)]
        elif _is_array(value):
            todo += [((trail, place), item) for place, item in enumerate(value)]
        elif is_refused or value.__class__ not in _HARMLESS:
            message = _goes_out_wrong(value) or (_refusal(value) if is_refused else "")
            if message:
                found.append(Issue(_pointer(trail), message, value))
    found.reverse()  # the stack gives the last ones first
    return found


def _goes_out_wrong(value: Any) -> str:
    value = plain_scalar(value)
    if isinstance(value, (float, Decimal)) and not is_finite(value):
        return "JSON has no NaN and no infinite numbers"
    is_naive = isinstance(value, dt.datetime) and value.tzinfo is None
    if is_naive and not isinstance(value, NaiveDateTime):
        return "A date-time needs an offset (tzinfo)"
    return ""


def _refusal(value: Any) -> str:
    try:
        _json.encode(value)
    except (TypeError, ValueError, OverflowError) as e:
        return str(e)
    return ""


# ------------------------------------------------------------------ members by wire name
def _is_object(value: Any) -> bool:
    return isinstance(value, (Struct, OpenModel, dict))


def _is_array(value: Any) -> bool:
    return isinstance(value, (list, tuple))


@cache
def _wire_names(cls: Any) -> dict[str, str]:
    """Names of the members by wire name; "" for the tag, which is no attribute."""
    names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    tag_field = cls.__struct_config__.tag_field
    return names if tag_field is None else {tag_field: "", **names}


@cache
def _left_out(cls: Any) -> frozenset[str]:
    """Wire names of the members that are left out when they are None."""
    return frozenset(f.encode_name for f in structs.fields(cls) if f.default is None)


def _sent(value: Any) -> Iterator[tuple[Any, Any]]:
    """What an object sends, by wire name."""
    if isinstance(value, OpenModel):
        yield from value.__encode__().items()
    elif isinstance(value, dict):
        yield from value.items()
    else:
        left_out = _left_out(value.__class__)
        for wire, name in _wire_names(value.__class__).items():
            item = getattr(value, name) if name else value.__struct_config__.tag
            if item is not UNSET and (item is not None or wire not in left_out):
                yield wire, item


def _member(value: Any, wire: str) -> Any:
    """The member of an object by wire name, ABSENT if it has none."""
    if isinstance(value, Struct):
        name = _wire_names(value.__class__).get(wire)
        if name is None:
            return ABSENT
        found = getattr(value, name) if name else value.__struct_config__.tag
    elif isinstance(value, OpenModel):
        members, extra = layout(type(value))
        others: Any = getattr(value, extra) if extra else {}
        names = (name for name, member in members.items() if member.wire == wire)
        name = next(names, None)
        found = others.get(wire, ABSENT) if name is None else getattr(value, name)
    else:
        found = value.get(wire, ABSENT)
    return ABSENT if found is UNSET else found


@cache
def _steps(pointer: str) -> tuple[str, ...]:
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"Not a JSON Pointer: {pointer!r}")
    return tuple(
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    )


def lookup(value: Any, pointer: str) -> Any:
    """The part of a value that a JSON Pointer leads to, by wire names; ABSENT if there is none.

    Leads through models, `Unknown`, dicts and lists. A member that is UNSET is absent; None is
    returned as it is. Raises ValueError for what is no JSON Pointer.
    """
    for step in _steps(pointer):
        if isinstance(value, Unknown):
            value = value.raw
        if _is_object(value):
            value = _member(value, step)
        elif _is_array(value):
            is_index = (
                step.isascii() and step.isdigit() and (step == "0" or step[0] != "0")
            )
            value = value[int(step)] if is_index and int(step) < len(value) else ABSENT
        else:
            return ABSENT
    return ABSENT if value is UNSET else value
