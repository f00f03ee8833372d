# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""How the body of an answer is split into items, as generated code describes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from ..calls.core import Core
from ..calls.error_bodies import words_of
from ..calls.misfits import tell
from ..calls.options import Options, merge
from ..values.issues import Issue
from ..values.pointers import ABSENT, lookup
from ..wire.decoders import Decoder
from ..wire.errors import ResponseError

Item = TypeVar("Item")


class StreamError(ResponseError):
    """A stream broke, ended early, exceeded a limit, or the answer was not a stream."""

    body: Any = None
    """The decoded body of an answer that was not a stream; None for a stream."""


class Streaming(Struct, Generic[Item], frozen=True, kw_only=True):
    """How the body of an answer is split into items.

    Attributes:
        framing: "sse" (the data of each event is an item), "lines" (each line is an item), "jsonl"
            (each line is an item, or an `Undecodable`, which the type of items must allow), or
            "bytes" (chunks as they arrive).
        item: Decodes the bytes of one item.
        accept: The header Accept; "" for the operation's own.
        member: The boolean member of the request body that asks for a stream.
        whole: Whether an item is decoded from the whole event: an object with data, event, id,
            retry.
        terminator: The data of the event that ends the stream; by default "[DONE]" if items are
            JSON.
        error: JSON Pointer of the error message in an event that reports a failure, which ends
            the stream.
        resume: Whether a broken stream continues with Last-Event-ID (HTML standard, section 9.2).
    """

    framing: str
    item: Decoder[Item]
    accept: str = ""
    member: str = ""
    whole: bool = False
    terminator: str = ""
    error: str = ""
    resume: bool = False


def failure_at(data: bytes, pointer: str) -> str | None:
    """The error message at a JSON Pointer; None if the JSON reports no failure there."""
    name = pointer.rpartition("/")[2]
    if name.encode() not in data:  # the usual case; the event is not decoded twice
        return None
    try:
        document: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    failure = lookup(document, pointer)
    if failure is ABSENT or failure is None:
        return None
    return " ".join(words_of(failure).split()) or "it does not say why"


def keeper(
    core: Core, operation: str, options: Options | None
) -> Callable[[Sequence[Issue]], bool]:
    """A function that tells the misfits of a line or event, and says whether it is kept with them."""
    is_kept = merge(core.options, options).misfit != "raise"

    def keep(issues: Sequence[Issue]) -> bool:
        if is_kept:
            tell(core, operation, issues)
        return is_kept

    return keep
