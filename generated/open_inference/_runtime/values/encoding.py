# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Encoding of values as JSON.

Two mistakes would be sent silently: numbers that JSON does not have (msgspec writes null), and
date-times without an offset. Their traces are searched for in the encoded bytes: `null`, and a time
that ends without an offset. Only after a `null`, the value is encoded again as MessagePack, which
keeps such numbers; and only if one of the two mistakes is likely, the value is walked to name the
places. Measured: the search takes 0.3 us and 1 to 2 ms a megabyte, about as long as the encoding
itself; a `null` takes as long again; a walk (also for strings that look like such a time) some 20
times as long.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import msgspec

from .issues import Issue, MisfitError, below
from .jsontypes import JsonValue
from .kinds import is_finite, plain_scalar
from .members import is_array, is_object, sent_members


def _encode_hook(value: Any) -> Any:
    if hasattr(value, "__encode__"):
        return value.__encode__()
    scalar = plain_scalar(value)
    if scalar is value:
        raise TypeError(f"Objects of type {type(value).__name__} have no JSON form")
    return scalar


_json = msgspec.json.Encoder(enc_hook=_encode_hook, decimal_format="number")
_msgpack = msgspec.msgpack.Encoder(enc_hook=_encode_hook)
_NAIVE = re.compile(rb'T\d\d:\d\d:\d\d(?:\.\d+)?"')
_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")


def encode(value: Any) -> bytes:
    """A value as JSON.

    Raises:
        MisfitError: It holds NaN or infinite numbers, date-times without an offset, or objects
            without a JSON form, or it is nested too deeply; the members are named.
    """
    try:
        data = _json.encode(value)
    except RecursionError:
        raise MisfitError([Issue("", "The value is nested too deeply")]) from None
    except (TypeError, ValueError, OverflowError) as e:
        raise MisfitError(
            _misfits(value, is_refused=True) or [Issue("", str(e))]
        ) from None
    is_doubtful = b"NaN" in data or b"Infinity" in data or _NAIVE.search(data)
    if is_doubtful or (b"null" in data and _may_hold_nan(value)):
        issues = _misfits(value, is_refused=False)
        if issues:
            raise MisfitError(issues)
    return data


def to_builtins(value: Any) -> JsonValue:
    """The JSON that `encode` would send, as dicts, lists and scalars.

    Raises:
        MisfitError: It cannot be sent; see `encode`.
    """
    document: JsonValue = _exact.decode(encode(value))
    return document


def _number(text: str) -> Any:
    """A number with all its digits."""
    number = float(text)
    if repr(number) == text or Decimal(repr(number)) == Decimal(text):
        return number
    return Decimal(text)


_exact = msgspec.json.Decoder(float_hook=_number)


def _may_hold_nan(value: Any) -> bool:
    try:
        return _NOT_FINITE.search(_msgpack.encode(value)) is not None
    except (OverflowError, ValueError):  # integers above 64 bits
        return True


_HARMLESS = frozenset({str, int, bool, type(None)})
_Trail = tuple[Any, ...]
"""The trail of the parent and the step from it; empty at the top."""


def _pointer(trail: _Trail) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        steps.append(below("", step))
    return "".join(reversed(steps))


def _misfits(value: Any, *, is_refused: bool) -> list[Issue]:
    """The places of a value that JSON cannot hold, or that would be sent wrongly.

    Args:
        is_refused: Whether the encoder has refused the value, so that each scalar must be tried.
    """
    issues: list[Issue] = []
    todo: list[tuple[_Trail, Any]] = [((), value)]
    while todo:
        trail, value = todo.pop()
        if value.__class__ in _HARMLESS and not is_refused:
            continue
        message = _wrong_as_json(value)
        if message:
            issues.append(Issue(_pointer(trail), message, value))
        elif is_object(value):
            todo += [((trail, wire), item) for wire, item in sent_members(value)]
        elif is_array(value):
            todo += [((trail, index), item) for index, item in enumerate(value)]
        elif hasattr(value, "__encode__"):
            todo.append((trail, value.__encode__()))
        elif is_refused and (message := _refusal(value)):
            issues.append(Issue(_pointer(trail), message, value))
    issues.reverse()  # the stack returns the last ones first
    return issues


def _wrong_as_json(value: Any) -> str:
    value = plain_scalar(value)
    if isinstance(value, (float, Decimal)) and not is_finite(value):
        return "JSON has no NaN and no infinite numbers"
    is_naive = isinstance(value, dt.datetime) and value.tzinfo is None
    if is_naive and not hasattr(value, "__encode__"):  # as `NaiveDateTime` has
        return "A date-time needs an offset (tzinfo)"
    return ""


def _refusal(value: Any) -> str:
    try:
        _json.encode(value)
    except (TypeError, ValueError, OverflowError) as e:
        return str(e)
    return ""
