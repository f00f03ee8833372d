# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Headers of an answer as values of types: the style `simple`, or JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, get_origin

import msgspec

from ..values.converting import is_a
from ..values.decoding import from_text, prepared
from ..values.issues import Issue, MisfitError, below
from ..values.model import is_model
from .errors import DecodeError
from .messages import http_date
from .trace import Trace


def typed_header(
    headers: Mapping[str, str],
    name: str,
    kind: Any,
    status: int,
    raw: bytes,
    trace: Trace,
) -> Any:
    """A header as a value of a type; None if it is missing.

    Raises:
        DecodeError: The text does not fit the type.
    """
    try:
        return header_value(headers, name, kind)
    except MisfitError as e:
        raise DecodeError(
            f"The header {name!r} does not fit its type: {e.issues[0].message}",
            issues=e.issues,
            status=status,
            headers=headers,
            raw=raw,
            trace=trace,
        ) from None


def header_value(headers: Mapping[str, str], name: str, kind: Any) -> Any:
    """A header as a value of a type; None if it is missing.

    Lists and objects are split at commas (`a,1,b,2` or `a=1,b=2`), or are JSON if they start with a
    bracket. Times may have the form of RFC 3339 or of HTTP.

    Raises:
        MisfitError: The text does not fit the type.
    """
    text = headers.get(name)
    if text is None:
        return None
    try:
        return _value(text.strip(), kind)
    except ValueError as e:  # of msgspec too
        raise MisfitError([Issue(below("/headers", name), str(e), text)]) from None


def _value(text: str, kind: Any) -> Any:
    if kind is str:
        return text
    if kind is dt.datetime:
        text = _time(text)
    native = prepared(kind)
    return from_text(_plain(text, native), native)


def _plain(text: str, kind: Any) -> Any:
    """The text in the form that a type needs: as text, list or object of text."""
    base = get_origin(kind) or kind
    is_object = is_a(base, (dict, msgspec.Struct)) or is_model(base)
    if not is_object and not is_a(base, (list, tuple, set, frozenset)):
        return text
    if text[:1] == ("{" if is_object else "["):
        return json.loads(text)
    items = [item.strip() for item in text.split(",")] if text else []
    return _members(items) if is_object else items


def _members(items: Sequence[str]) -> dict[str, str]:
    if all("=" in item for item in items):
        pairs = (item.partition("=") for item in items)
        return {name.strip(): value.strip() for name, _, value in pairs}
    if len(items) % 2:
        raise ValueError("Expected alternating names and values")
    return dict(zip(items[::2], items[1::2], strict=True))


def _time(text: str) -> str:
    """A date of HTTP in the form of RFC 3339; any other text as it is."""
    seconds = http_date(text) if text[:1].isalpha() else None
    if seconds is None:
        return text
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
