# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Bodies of the media type multipart/form-data (RFC 7578)."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from ..values.encoding import encode
from ..values.jsontypes import JsonValue
from ..values.kinds import is_list
from ..values.model import is_model
from .body import Body, Payload, Source, sendable
from .errors import InvalidRequestError
from .form_body import members_of
from .scalars import to_text
from .sources import file_parts, is_file, open_source
from .urls import check_header


class Part(Struct, frozen=True):
    """One part of a multipart body; lists become one part for each item.

    Attributes:
        max_bytes: Larger files are refused before anything is sent; 0 for no limit.
    """

    name: str
    media_type: str = ""
    file: bool = False
    max_bytes: int = 0

    def file_of(self, value: Any) -> Any:
        """The file that is sent for a value."""
        return value


class MultipartBody(Body, frozen=True, kw_only=True):
    """A multipart body. Members that `parts` does not name come last, as text or JSON."""

    media_type: str = "multipart/form-data"
    parts: tuple[Part, ...] = ()

    def takes_extra(self, value: Any) -> bool:
        return False

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        members = members_of(value, extra)
        if not members and not self.required:
            return None
        return _multipart(self, members, os.urandom(16).hex())


def _multipart(
    body: MultipartBody, members: Mapping[str, Any], boundary: str
) -> Payload:
    described = {part.name: part for part in body.parts}
    names = [part.name for part in body.parts if part.name in members]
    names += [name for name in members if name not in described]
    segments: list[bytes | Source] = []
    text = b""
    for name in names:
        part = described.get(name) or Part(name)
        for disposition, media_type, content in _contents(part, members[name]):
            text += f"--{boundary}\r\nContent-Disposition: form-data; ".encode()
            text += disposition.encode("utf-8", "replace")
            if media_type:
                text += f"\r\nContent-Type: {media_type}".encode()
            text += b"\r\n\r\n"
            if isinstance(content, bytes):
                text += content
            else:
                segments += [text, content]
                text = b""
            text += b"\r\n"
    segments.append(text + f"--{boundary}--\r\n".encode())
    return Payload(f"{body.media_type}; boundary={boundary}", segments)


def _contents(part: Part, value: Any) -> Iterator[tuple[str, str, bytes | Source]]:
    """Disposition, media type and content of every part that a member becomes."""
    if is_list(value):
        for item in value:
            yield from _contents(part, item)
        return
    disposition = f'name="{_quoted(part.name)}"'
    if part.file or is_file(value):
        value = part.file_of(value)
        name, content, media_type = file_parts(part.name, part.media_type, value)
        check_header("Content-Type", media_type, label=f"Part {part.name!r}")
        disposition += f'; filename="{_quoted(name)}"'
        source = open_source(content)
        yield disposition, media_type, _limited(part, source)
        return
    if hasattr(value, "__encode__") and not is_model(type(value)):
        value = value.__encode__()
    is_json = isinstance(value, (Mapping, Struct)) or is_model(type(value))
    media_type = part.media_type or ("application/json" if is_json else "")
    if is_json or "json" in media_type:
        yield disposition, media_type, sendable(encode, value)
        return
    try:
        yield disposition, media_type, to_text(value).encode()
    except ValueError as e:  # a lone surrogate too
        raise InvalidRequestError(f"Part {part.name!r}: {e}") from None


def _limited(part: Part, content: bytes | Source) -> bytes | Source:
    """The content, if it is not too large for the part.

    Raises:
        InvalidRequestError: It is too large, or its length is not known.
    """
    length = len(content) if isinstance(content, bytes) else content.length
    if not part.max_bytes:
        return content
    if length is None:
        raise InvalidRequestError(
            f"Part {part.name!r}: the length of the file must be known; at most"
            f" {part.max_bytes:,} bytes are taken"
        )
    if length > part.max_bytes:
        raise InvalidRequestError(
            f"Part {part.name!r}: the file has {length:,} bytes, and at most"
            f" {part.max_bytes:,} are taken"
        )
    return content


def _quoted(text: str) -> str:
    """A name inside quotes, as browsers write it (WHATWG, multipart/form-data encoding)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
