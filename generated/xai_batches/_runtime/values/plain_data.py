# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Models outside of calls: fixtures, queues, saved answers."""

from __future__ import annotations

import json
from typing import Any, TypeVar, overload

from .decoding import Json
from .encoding import encode, to_builtins
from .issues import Issue, MisfitError
from .jsontypes import JsonValue

__all__ = ["decode", "encode", "from_plain", "to_plain"]

T = TypeVar("T")

_decoders: dict[Any, Json[Any]] = {}


@overload
def decode(kind: type[T], data: bytes | str) -> T: ...
@overload
def decode(kind: object, data: bytes | str) -> Any: ...
def decode(kind: Any, data: bytes | str) -> Any:
    """Decode JSON as answers are decoded.

    Args:
        kind: A model, or any other type of values: `Pet`, `list[Pet]`, `Cat | Dog`.
        data: The JSON.

    Raises:
        MisfitError: It is no JSON, or does not fit; `issues` has every place.
    """
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = Json(kind)
    return decoder.decode(data.encode() if isinstance(data, str) else data)


@overload
def from_plain(kind: type[T], value: object) -> T: ...
@overload
def from_plain(kind: object, value: object) -> Any: ...
def from_plain(kind: Any, value: object) -> Any:
    """Make a model of dicts, lists and scalars, as `json.loads` returns them.

    Args:
        kind: As in `decode`.
        value: The plain data; members have the names that they have in JSON.

    Raises:
        MisfitError: It does not fit, or has no JSON form.
    """
    try:
        data = json.dumps(value).encode()
    except (TypeError, ValueError, RecursionError) as e:
        raise MisfitError([Issue("", str(e))]) from None
    return decode(kind, data)


def to_plain(value: object) -> JsonValue:
    """A model as dicts, lists and scalars, as it would be sent.

    Raises:
        MisfitError: It holds something that JSON cannot hold.
    """
    return to_builtins(value)
