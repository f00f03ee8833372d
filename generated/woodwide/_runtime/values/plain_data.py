# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Models outside of calls: fixtures, queues, saved answers."""

from __future__ import annotations

import json
from importlib import import_module
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


def pydantic_schema(kind: type[T]) -> Any:
    """How pydantic checks and writes a model. Nothing but pydantic asks for it, so it is there."""
    schemas: Any = import_module("pydantic_core.core_schema")

    def check(value: object) -> T:
        if isinstance(value, kind):
            return value
        try:
            return from_plain(kind, value)
        except MisfitError as e:
            raise ValueError(str(e)) from None  # pydantic's errors are written as JSON

    def describe(schema: object, handler: object) -> dict[str, str]:
        return {"type": "object", "title": kind.__name__}

    return schemas.no_info_plain_validator_function(
        check,
        serialization=schemas.plain_serializer_function_ser_schema(to_plain),
        metadata={"pydantic_js_functions": [describe]},
    )


def to_plain(value: object) -> JsonValue:
    """A model as dicts, lists and scalars, as it would be sent.

    Raises:
        MisfitError: It holds something that JSON cannot hold.
    """
    return to_builtins(value)
