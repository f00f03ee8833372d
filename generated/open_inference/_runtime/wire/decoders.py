# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Decoders for the bodies of answers."""

from __future__ import annotations

from typing import Any, Never, Protocol, TypeVar, cast

from msgspec import Struct

from ..values.decoding import Json
from ..values.issues import Issue, MisfitError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Decoder(Protocol[T_co]):
    """Decodes the body of an answer."""

    def decode(self, data: bytes) -> T_co:
        """The value.

        Raises:
            MisfitError: The body does not fit.
        """
        ...


class Raw(Struct, frozen=True):
    """The body as it came."""

    def decode(self, data: bytes) -> bytes:
        """The body."""
        return data


class Binary(Struct, frozen=True):
    """A body that is handed out unread, as a `BinaryAnswer`: a file, an image, a sound."""

    def decode(self, data: bytes) -> Never:
        """Raise MisfitError: the body is read by the methods of the answer."""
        raise MisfitError([Issue("", "it is binary data, not a value")])


class Text(Struct, frozen=True):
    """The body as text, by its declared character set, else UTF-8."""

    charset: str = "utf-8"

    def decode(self, data: bytes) -> str:
        """The text; bytes that cannot be decoded are replaced."""
        try:
            return data.decode(self.charset, "replace")
        except LookupError:  # a character set that Python does not know
            return data.decode("utf-8", "replace")


class Nothing(Struct, frozen=True):
    """No body; one that comes nevertheless is ignored."""

    def decode(self, data: bytes) -> None:
        """None."""


def media_type_of(content_type: str) -> str:
    """The media type in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type (in lower case, without parameters) is JSON (RFC 6839, section 3.1)."""
    return media_type.endswith(("/json", "+json"))


def choose(decoder: Decoder[T], content_type: str) -> Decoder[T]:
    """The decoder for a body with this Content-Type.

    If the document declares any JSON, or a JSON string, the Content-Type decides: JSON, text, or a
    binary answer. A body without Content-Type is decoded as documented.

    Raises:
        MisfitError: The document does not declare this media type.
    """
    documented = "JSON"
    by_media: Any = decoder  # `ByMedia` is a module of its own, which few packages have
    if hasattr(decoder, "by_media"):
        documented = " or ".join(by_media.by_media)
        chosen: Decoder[T] | None = by_media.for_content_type(content_type)
        if chosen is None:
            raise _other_media_type(content_type, documented)
        decoder = chosen
    media_type = media_type_of(content_type)
    if isinstance(decoder, Json):
        if not media_type or is_json(media_type):
            return decoder
        if not decoder.is_loose:
            raise _other_media_type(content_type, documented)
        if not media_type.startswith("text/"):
            return cast("Decoder[T]", _BINARY)
    elif not _is_text(decoder):
        return decoder
    _, _, charset = content_type.lower().partition("charset=")
    return cast("Decoder[T]", Text(charset.partition(";")[0].strip(" \"'") or "utf-8"))


_BINARY = Binary()


def _is_text(decoder: object) -> bool:
    return isinstance(decoder, Text)


def _other_media_type(content_type: str, documented: str) -> MisfitError:
    return MisfitError([Issue("", f"it is {content_type}, not {documented}")])
