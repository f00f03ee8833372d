"""What an API sends to its users: the bodies of webhooks and callbacks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl

from msgspec import Struct

from ..values.from_text import from_text, prepared
from ..values.issues import Issue, MisfitError
from ..wire.errors import DecodeError
from ..wire.operation import Decoder, choose, media_type_of
from ..wire.trace import Trace

__all__ = ["Form", "WebhookBody"]

T = TypeVar("T")


class Form(Generic[T]):
    """A form, `application/x-www-form-urlencoded`, as a value of a type.

    lists: members that may come several times; of every other one the last counts.
    objects: members that come as JSON.
    """

    __slots__ = ("_lists", "_native", "_objects", "_type")

    def __init__(
        self, tp: object, lists: Sequence[str] = (), objects: Sequence[str] = ()
    ) -> None:
        self._type: Any = tp
        self._native: Any = None
        self._lists, self._objects = lists, objects

    def decode(self, data: bytes) -> T:
        """The value. Raises MisfitError."""
        if self._native is None:
            self._native = prepared(self._type)
        plain: dict[str, Any] = {}
        try:
            for name, text in parse_qsl(data.decode(), keep_blank_values=True):
                if name in self._lists:
                    plain.setdefault(name, []).append(text)
                else:
                    plain[name] = json.loads(text) if name in self._objects else text
            return cast(T, from_text(plain, self._native))
        except RecursionError:
            message = "The document is nested too deeply"
        except ValueError as e:  # of msgspec and of Unicode too
            message = str(e)
        raise MisfitError([Issue("", message)])


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
