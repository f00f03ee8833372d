# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies that are bytes or text, and are sent unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..values.jsontypes import JsonValue
from .body import Body, Payload, is_absent
from .errors import InvalidRequestError


class TextBody(Body, frozen=True, kw_only=True):
    """Bytes or text. Packages that send files have `RawBody`, which takes these too."""

    media_type: str = "application/octet-stream"

    def takes_extra(self, value: Any) -> bool:
        return False

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        if extra:
            raise InvalidRequestError("extra_body needs a JSON body")
        if is_absent(value):
            return None
        return self.text(value) if isinstance(value, str) else self.file(value)

    def text(self, value: str) -> Payload:
        """The payload of a text."""
        is_range = "*" in self.media_type
        media_type = "text/plain; charset=utf-8" if is_range else self.media_type
        try:
            return Payload(media_type, (value.encode(),))
        except UnicodeEncodeError:
            raise InvalidRequestError("A lone surrogate cannot be sent") from None

    def file(self, value: Any) -> Payload:
        """The payload of everything else."""
        if isinstance(value, (bytes, bytearray)):
            media_type = self.media_type or "application/octet-stream"
            return Payload(media_type, (bytes(value),))
        raise InvalidRequestError(
            "This client sends no files: give bytes or text as content, or generate it"
            " --with files"
        )
