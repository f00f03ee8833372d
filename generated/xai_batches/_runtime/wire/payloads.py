# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From the arguments of a call to the body that is sent."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import UNSET, Struct

from ..values.encoding import encode, to_builtins
from ..values.issues import MisfitError
from ..values.jsontypes import JsonValue
from ..values.kinds import is_dict, is_iterable, is_list, is_mapping, is_tuple
from ..values.model import OpenModel, Unknown
from .bodies import Payload, Source, open_source
from .errors import InvalidRequestError
from .operation import (
    Content,
    FormBody,
    JsonBody,
    LinesBody,
    MultipartBody,
    Operation,
    Part,
    RawBody,
    RequestBody,
)
from .parameters import form_pairs, is_absent, to_text
from .urls import check_header

__all__ = ["file_parts", "make_payload"]

Members = Mapping[str, Any]


def chosen_body(
    operation: Operation[Any], value: Any
) -> tuple[RequestBody | None, Any]:
    """The description of a body, and what it is made of, for the media type that the caller chose.

    Raises InvalidRequestError.
    """
    if not isinstance(value, Content):
        return operation.body, value
    listed = [body for body in (operation.body, *operation.other_bodies) if body]
    for body in listed:
        if body.media_type == value.media_type:
            return body, _value_of(value, body)
    known = ", ".join(body.media_type for body in listed)
    raise InvalidRequestError(
        f"{value.media_type!r} is no media type of this body; it has {known}"
    )


def _value_of(content: Content, body: RequestBody) -> Any:
    """What the chosen media type is made of: the members, or the body as one argument."""
    if body.members is None:
        return content.value
    given = [name for name, item in content.value.items() if not is_absent(item)]
    if not is_absent(content.whole):
        if given:
            raise InvalidRequestError("Give the body, or its members, but not both")
        return content.whole
    strange = [name for name in given if name not in body.members]
    if strange:
        known = f"it has {', '.join(body.members)}" if body.members else "give its body"
        raise InvalidRequestError(
            f"{body.media_type} has no member {' and no '.join(strange)}; {known}"
        )
    missing = [name for name in body.asked if content.value[name] is UNSET]
    if missing:
        raise InvalidRequestError(f"{body.media_type} needs {' and '.join(missing)}")
    if not body.members:
        return content.whole
    return {name: content.value[name] for name in body.members}


def make_payload(
    body: RequestBody | None, value: Any, extra: Mapping[str, JsonValue]
) -> Payload | None:
    """The body for what the caller gave; None if there is nothing to send.

    Raises InvalidRequestError.
    """
    if isinstance(value, Payload):  # made already, by a flow that knows more
        return value
    if body is None:
        if extra:
            raise InvalidRequestError("This operation has no body for extra_body")
        return None
    if isinstance(body, (LinesBody, RawBody)):
        if extra:
            raise InvalidRequestError("extra_body needs a JSON body")
        is_raw = isinstance(body, RawBody)
        return _require(body, _raw(body, value) if is_raw else _lines(body, value))
    if isinstance(body, JsonBody):
        return _require(body, _json(body, value, extra))
    members = _members(value)
    if members is not None:
        members = {k: v for k, v in members.items() if not is_absent(v)}
    if extra:
        members = {**(members or {}), **extra}
    if not members and not body.required:
        return None
    if isinstance(body, FormBody):
        pairs = form_pairs(members or {}, body.fields)
        text = "&".join(f"{name}={item}" for name, item in pairs)
        return Payload(body.media_type, (text.encode(),))
    return _multipart(body, members or {}, os.urandom(16).hex())


def _require(body: RequestBody, payload: Payload | None) -> Payload | None:
    if payload is None and body.required:
        raise InvalidRequestError("The body is missing")
    return payload


def _members(value: Any) -> Members | None:
    """The members of a body by wire name; the values of a dict may be files."""
    if is_absent(value):
        return None
    if isinstance(value, (Struct, OpenModel, Unknown)):
        value = _checked(to_builtins, value)
    if is_mapping(value):
        return value
    raise InvalidRequestError(f"A body cannot be a {type(value).__name__}")


def _checked(make: Any, value: Any) -> Any:
    try:
        return make(value)
    except MisfitError as e:
        raise InvalidRequestError(f"The body cannot be sent: {e}") from e


# ------------------------------------------------------------------ JSON and raw
def _json(body: JsonBody, value: Any, extra: Members) -> Payload | None:
    if is_dict(value) and not body.whole:
        value = {
            name: item
            for name, item in value.items()
            if item is not UNSET and (item is not None or name in body.nulls)
        }
        if not value and not body.required and not extra:
            return None
    elif is_absent(value) and extra:
        value = {}
    elif value is UNSET or (value is None and "" not in body.nulls):
        return None
    if extra:
        value = _checked(to_builtins, value)
        if not is_dict(value):
            raise InvalidRequestError("extra_body needs a body that is an object")
        value = {**value, **extra}
    if body.needs and is_dict(value) and not any(name in value for name in body.needs):
        raise InvalidRequestError(f"Give {' or '.join(body.needs)}")
    return Payload(body.media_type, (_checked(encode, value),))


def _raw(body: RawBody | LinesBody, value: Any) -> Payload | None:
    if is_absent(value):
        return None
    if isinstance(value, str):
        is_range = "*" in body.media_type
        media_type = "text/plain; charset=utf-8" if is_range else body.media_type
        try:
            return Payload(media_type, (value.encode(),))
        except UnicodeEncodeError:
            raise InvalidRequestError("A lone surrogate cannot be sent") from None
    _, value, media_type = file_parts(Part("body", body.media_type), value)
    return Payload(media_type, (open_source(value),))


def _lines(body: LinesBody | RawBody, value: Any) -> Payload | None:
    if is_absent(value) or isinstance(value, str) or _is_file(value):
        return _raw(body, value)
    if not is_iterable(value):
        raise InvalidRequestError(
            f"The body must be a file or an iterable of items, not {type(value).__name__}"
        )
    lines = (_checked(encode, item) + b"\n" for item in value)
    if isinstance(value, Iterator):
        return Payload(body.media_type, (open_source(lines),))
    return Payload(body.media_type, (b"".join(lines),))


# ------------------------------------------------------------------ multipart
def _multipart(body: MultipartBody, members: Members, boundary: str) -> Payload:
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
    if part.file or _is_file(value):
        value = part.file_of(value)
        name, content, media_type = file_parts(part, value)
        check_header("Content-Type", media_type, said=f"Part {part.name!r}")
        disposition += f'; filename="{_quoted(name)}"'
        source = open_source(content)
        yield disposition, media_type, _limited(part, source)
        return
    is_json = isinstance(value, (Mapping, Struct, OpenModel, Unknown))
    media_type = part.media_type or ("application/json" if is_json else "")
    if is_json or "json" in media_type:
        yield disposition, media_type, _checked(encode, value)
        return
    try:
        yield disposition, media_type, to_text(value).encode()
    except ValueError as e:  # a lone surrogate too
        raise InvalidRequestError(f"Part {part.name!r}: {e}") from None


def _limited(part: Part, content: bytes | Source) -> bytes | Source:
    """The content, if it is not too large for the part. Raises InvalidRequestError."""
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
    """A name inside of quotes, as browsers write it (WHATWG, multipart/form-data encoding)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _is_file(value: Any) -> bool:
    return isinstance(value, (bytes, tuple, os.PathLike)) or hasattr(value, "read")


def file_parts(part: Part, value: Any) -> tuple[str, Any, str]:
    """Name, content and media type of a file."""
    name, media_type = "", ""
    content = value
    if is_tuple(value):
        if len(value) not in (2, 3) or not isinstance(value[0], str):
            raise InvalidRequestError(
                f"Part {part.name!r} must be (name, content) or (name, content, type)"
            )
        name, content = value[:2]
        media_type = value[2] if len(value) == 3 else ""
    name = name or _name_of(content) or part.name
    return name, content, media_type or _chosen(part.media_type, name)


def _chosen(declared: str, name: str) -> str:
    """The media type of a file: the one that its name says if it may have it, else the first."""
    if declared and not set("*,") & set(declared):
        return declared
    guessed = _guess(name)
    listed = [media_type.strip() for media_type in declared.split(",")]
    kind = guessed.partition("/")[0]
    if guessed in listed or f"{kind}/*" in listed or "*/*" in listed:
        return guessed
    return next((found for found in listed if found and "*" not in found), guessed)


def _name_of(content: Any) -> str:
    """The name of a file without its folders; "" if it has none."""
    from pathlib import PurePath  # needed for files only

    named: object = getattr(content, "name", "")  # a path has one too
    return PurePath(named).name if isinstance(named, str) else ""


_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
"""What the system's table may lack."""


def _guess(name: str) -> str:
    known = _TYPES.get(name.rpartition(".")[2].lower())
    if known:
        return known
    from mimetypes import guess_type  # reads files of the system when it is loaded

    return guess_type(name)[0] or "application/octet-stream"
