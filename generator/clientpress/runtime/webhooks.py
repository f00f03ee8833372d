"""What an API sends to its users: the bodies of webhooks and callbacks."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from .errors import DecodeError
from .exchange import Trace
from .issues import MisfitError
from .operation import Decoder, choose, media_type_of

__all__ = ["WebhookBody"]

T = TypeVar("T")


class WebhookBody(Struct, Generic[T], frozen=True):
    """The body of a webhook or callback."""

    name: str
    decoder: Decoder[T]

    def read(self, body: bytes | str, content_type: str) -> T:
        """The value that came.

        body: as it came; text has no character set any more.
        content_type: its Content-Type, with or without parameters.

        Raises DecodeError.
        """
        if isinstance(body, str):
            content_type = media_type_of(content_type)
            body = body.encode("utf-8", "surrogatepass")
        try:
            return choose(self.decoder, content_type).decode(body)
        except MisfitError as e:
            raise DecodeError(
                f"What came as {self.name!r} is not as documented: {e}",
                issues=e.issues,
                raw=body,
                trace=Trace(self.name),
            ) from None
