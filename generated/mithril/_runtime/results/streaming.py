# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""How the body of an answer is cut into items, as generated code says it."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..wire.decoders import Decoder
from ..wire.errors import ResponseError

__all__ = ["StreamError", "Streaming"]

Item = TypeVar("Item")


class StreamError(ResponseError):
    """A stream broke, ended early, went over its limits, or was none."""

    body: Any = None
    """What came instead of a stream, as documented; None where a stream came."""


class Streaming(Struct, Generic[Item], frozen=True, kw_only=True):
    """How the body of an answer is cut into items.

    framing: "sse" (the data of each event is an item), "lines" (each line is an item), "jsonl"
        (likewise, but one that does not fit is an `Undecodable`, so say so in the type), or
        "bytes" (chunks as they come).
    item: makes an item of the bytes of one frame.
    accept: the media type to ask for; "" for the operation's own.
    member: the member of the body that asks for a stream.
    whole: items are made of whole events: an object with data, event, id, retry.
    terminator: data of the event after which nothing comes. Without one, "[DONE]" is that for
        items that are JSON.
    error: pointer to what the data of an event says if it stands for a failure, which ends the
        stream.
    resume: after a cut, whether the events after the last one are asked for with Last-Event-ID.
    """

    framing: str
    item: Decoder[Item]
    accept: str = ""
    member: str = ""
    whole: bool = False
    terminator: str = ""
    error: str = ""
    resume: bool = False
