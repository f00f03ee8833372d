"""Requests that an API sends to its users: the bodies of webhooks and callbacks."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from urllib.parse import parse_qsl

from msgspec import Struct

from ..values.decoding import from_text, prepared
from ..values.issues import Issue, MisfitError
from ..wire.decoders import Decoder, choose, media_type_of
from ..wire.errors import DecodeError
from ..wire.trace import Trace

T = TypeVar("T")


class Form(Struct, Generic[T], frozen=True, dict=True):
    """A form, `application/x-www-form-urlencoded`, as a value of a type.

    Attributes:
        kind: The type, or its text, as for `Json`.
        lists: Members that may be repeated; of every other one, the last value is used.
        objects: Members that are JSON.
    """

    kind: object
    lists: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()

    @cached_property
    def _native(self) -> Any:
        return prepared(self.kind)

    def decode(self, data: bytes) -> T:
        """The value of the form.

        Raises:
            MisfitError: The form does not fit its type.
        """
        plain: dict[str, Any] = {}
        try:
            for name, text in parse_qsl(data.decode(), keep_blank_values=True):
                if name in self.lists:
                    plain.setdefault(name, []).append(text)
                else:
                    plain[name] = json.loads(text) if name in self.objects else text
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
        """The value of the body.

        Args:
            body: The body; for text, the character set of the Content-Type is ignored.
            content_type: Its Content-Type, with or without parameters.

        Raises:
            DecodeError: The body does not fit its type.
        """
        if isinstance(body, str):
            content_type = media_type_of(content_type)
            body = body.encode("utf-8", "surrogatepass")
        try:
            return choose(self.decoder, content_type).decode(body)
        except MisfitError as e:
            raise DecodeError(
                f"The body of {self.name!r} is not as documented: {e}",
                issues=e.issues,
                raw=body,
                trace=Trace(operation=self.name),
            ) from None
