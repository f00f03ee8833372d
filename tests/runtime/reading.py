"""Reading JSON into one type, for tests of models."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.issues import Issue

T = TypeVar("T")

_decoders: dict[Any, Json[Any]] = {}


def decode(data: bytes, tp: type[T], issues: list[Issue] | None = None) -> T:
    """What a decoder of the type makes of a document; see `Json.decode`."""
    decoder = _decoders.setdefault(tp, Json(tp))
    return cast(T, decoder.decode(data, issues))
