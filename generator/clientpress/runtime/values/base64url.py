"""Bytes that are sent as base64url (RFC 4648, section 5; `contentEncoding: base64url`)."""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from typing import Annotated, Any, TypeAlias

from .converting import As, Converter, Marker


class UrlBytes(bytes):
    """Bytes that were received as base64url, and are sent so."""

    def __encode__(self) -> str:
        return urlsafe_b64encode(self).rstrip(b"=").decode()


class AsBase64Url(Marker):
    """Stands for such bytes. Padding is accepted, and not sent."""

    members = (bytes,)
    __is_text__ = True

    @classmethod
    def __converter__(cls) -> Converter:
        def run(raw: Any) -> UrlBytes:
            if raw.__class__ is not str or "+" in raw or "/" in raw:
                raise ValueError("Expected bytes as base64url")
            padded = raw.rstrip("=") + "=" * (-len(raw.rstrip("=")) % 4)
            return UrlBytes(b64decode(padded, b"-_", validate=True))

        return run

    @classmethod
    def __send__(cls, value: Any) -> Any:
        return UrlBytes(value) if isinstance(value, (bytes, bytearray)) else value


Base64Url: TypeAlias = Annotated[bytes, As(AsBase64Url)]
"""Bytes that are base64url on the wire; a `bytes` member without this is base64 there."""
