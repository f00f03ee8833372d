# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies of answers that have one of several media types."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import Struct

from .decoders import Decoder, is_json

T_co = TypeVar("T_co", covariant=True)


class ByMedia(Struct, Generic[T_co], frozen=True, dict=True):
    """One decoder for each media type, chosen by the Content-Type of the response.

    Keys are media types with their parameters, or media ranges such as `text/*`.
    """

    by_media: Mapping[str, Decoder[T_co]]

    @cached_property
    def _keyed(self) -> list[tuple[str, frozenset[str], Decoder[T_co]]]:
        return [(*_split(name), d) for name, d in self.by_media.items()]

    def decode(self, data: bytes) -> T_co:
        """The value, by the first decoder."""
        return self._keyed[0][2].decode(data)

    def for_content_type(self, content_type: str) -> Decoder[T_co] | None:
        """The decoder of a Content-Type; None if no key fits.

        Of several keys, the one with most of its parameters is chosen (RFC 9110, section 12.5.1).
        """
        media_type, parameters = _split(content_type)
        if not media_type:
            return self._keyed[0][2]
        wanted = _names_of(media_type)
        best: Decoder[T_co] | None = None
        for most in (parameters, None):
            rank = len(wanted), 0
            for name, needed, decoder in self._keyed:
                if name in wanted and (most is None or needed <= most):
                    this = wanted.index(name), -len(needed)
                    if this < rank:
                        best, rank = decoder, this
            if best is not None:
                break
        return best


def _split(content_type: str) -> tuple[str, frozenset[str]]:
    """The media type in lower case, and its parameters without the character set."""
    name, *parameters = content_type.split(";")
    texts = (text.strip().replace('"', "").lower() for text in parameters)
    return name.strip().lower(), frozenset(
        text for text in texts if text and not text.startswith("charset=")
    )


def _names_of(media_type: str) -> list[str]:
    """The keys that a media type may be documented under, the best first."""
    kind, _, subtype = media_type.partition("/")
    names = [media_type, f"{kind}/{subtype.rpartition('+')[2]}"]
    if is_json(media_type):
        names += ["application/json", "text/json", "application/*+json"]
    elif kind != "text":
        names.append("application/octet-stream")  # any bytes (RFC 2046, section 4.5.1)
    return [*names, f"{kind}/*", "*/*"]
