# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies of requests: how one is described, and how it is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any, cast

from msgspec import UNSET, Struct

from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..values.kinds import is_mapping
from ..values.lazy import part
from ..values.members import is_array
from .errors import InvalidRequestError
from .secrets import Quiet


class Source:
    """Bytes that are read while they are sent."""

    length: int | None = None
    """The number of bytes; None if it is not known."""
    replayable: bool = False
    """Whether they can be read again from the start."""
    blocking: bool = True
    """Whether reading may have to wait for a disk."""

    def chunks(self) -> Iterator[bytes]:
        """All bytes, from the start.

        Raises:
            InvalidRequestError: They cannot be read, or not again.
        """
        raise NotImplementedError

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """`chunks` for async clients."""
        if not self.blocking:
            for chunk in self.chunks():
                yield chunk
            return
        from anyio import to_thread

        chunks = self.chunks()
        while True:
            chunk = await to_thread.run_sync(next, chunks, b"")
            if not chunk:
                return
            yield chunk


class Payload(Quiet, frozen=True):
    """A body as it will be sent."""

    content_type: str
    segments: Sequence[bytes | Source]

    @property
    def length(self) -> int | None:
        """The number of bytes of all sources; None if it is not known."""
        total = 0
        for segment in self.segments:
            length = len(segment) if isinstance(segment, bytes) else segment.length
            if length is None:
                return None
            total += length
        return total

    @property
    def replayable(self) -> bool:
        """Whether it can be sent again."""
        return all(isinstance(s, bytes) or s.replayable for s in self.segments)

    @property
    def is_in_memory(self) -> bool:
        """Whether nothing of it has to be read from elsewhere."""
        return all(isinstance(s, bytes) for s in self.segments)

    @property
    def in_memory(self) -> bytes | None:
        """The whole body, if it is in memory; else None."""
        if not self.is_in_memory:
            return None
        return b"".join(cast("Sequence[bytes]", self.segments))

    def chunks(self) -> Iterator[bytes]:
        """The bytes of all segments, in chunks."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                yield from segment.chunks()

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """`chunks` for async clients."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                async for chunk in segment.async_chunks():
                    yield chunk


class Body(Struct, frozen=True, kw_only=True):
    """A body as the document describes it.

    Attributes:
        members: Its members that are arguments of the call, if its media types differ in these.
        asked: The required ones of these members.
        sends: The types of members whose form on the wire depends on the type; "" for the body
            itself.
    """

    media_type: str
    required: bool = False
    members: tuple[str, ...] | None = None
    asked: tuple[str, ...] = ()
    sends: Mapping[str, str] = {}

    def payload(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        """The payload for the argument of a caller; None if there is nothing to send.

        Args:
            extra: Members that are added; they replace the caller's.

        Raises:
            InvalidRequestError: It cannot be sent.
        """
        payload = self.encoded(self.as_sent(value), extra)
        if payload is None and self.required:
            raise InvalidRequestError("The body is missing")
        return payload

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        """The payload of a body of this kind; see `payload`."""
        raise NotImplementedError

    def takes_extra(self, value: Any) -> bool:
        """Whether the `extra_body` of a client is meant for this body: for objects, not for files."""
        return not is_array(value)

    def as_sent(self, value: Any) -> Any:
        """The value in the form that its types have on the wire."""
        sending = part("values.sending") if self.sends else None
        if sending is None or is_absent(value):
            return value
        if "" in self.sends:
            return sending.as_sent(value, self.sends[""])
        if not is_mapping(value):  # the whole body, though its members are arguments
            return sending.as_sent(value, type(value))
        kinds = self.sends
        # A member that has no type here may be a file: it stays as it is.
        return {
            name: sending.as_sent(item, kinds[name]) if name in kinds else item
            for name, item in value.items()
        }


def is_absent(value: object) -> bool:
    """Whether a value stands for no value."""
    return value is None or value is UNSET


def sendable(make: Any, value: Any) -> Any:
    """The result of a function that converts a body.

    Raises:
        InvalidRequestError: The function raised MisfitError.
    """
    try:
        return make(value)
    except MisfitError as e:
        raise InvalidRequestError(f"The body cannot be sent: {e}") from e
