# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies that are sent unchanged: bytes, text, files, lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..values.encoding import encode
from ..values.kinds import is_iterable
from .body import Payload, sendable
from .errors import InvalidRequestError
from .sources import file_parts, is_file, open_source
from .text_body import TextBody


class RawBody(TextBody, frozen=True, kw_only=True):
    """Bytes, text, or a file; the name of a file decides the media type within a media range."""

    def file(self, value: Any) -> Payload:
        _, content, media_type = file_parts("body", self.media_type, value)
        return Payload(media_type, (open_source(content),))


class LinesBody(RawBody, frozen=True, kw_only=True):
    """JSON Lines: an iterable of items, each of which becomes a line, or a file that has them."""

    media_type: str = "application/jsonl"

    def as_sent(self, value: Any) -> Any:
        return value  # done for each item

    def file(self, value: Any) -> Payload:
        if is_file(value):
            return super().file(value)
        if not is_iterable(value):
            kind = type(value).__name__
            raise InvalidRequestError(
                f"The body must be a file or an iterable of items, not {kind}"
            )
        as_sent = super().as_sent
        lines = (sendable(encode, as_sent(item)) + b"\n" for item in value)
        if isinstance(value, Iterator):
            return Payload(self.media_type, (open_source(lines),))
        return Payload(self.media_type, (b"".join(lines),))
