"""Bodies as they are sent, read back to values that can be compared with a schema."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import unquote_plus

from clientpress.document.data import is_array
from clientpress.testing.media import Media, is_media, kind_of
from clientpress.testing.parameters import Misfit, ParameterObject, Reader, query_pairs
from clientpress.testing.reading import At, Json
from clientpress.testing.shapes import Shapes

NOTHING: Any = object()
"""The value of a body that cannot be compared with a schema."""
_NO_PLACE = "<form>"


@dataclass(frozen=True)
class Read:
    """A value of a body, and its schema. A stream has several.

    Attributes:
        where: How messages name the value.
    """

    value: Json
    schema: At | None
    where: str = "body"


def decoded(content: bytes, encoding: str) -> bytes | None:
    """Undo the compression that Content-Encoding names.

    Returns:
        The bytes; None for an encoding that is not supported.

    Raises:
        Misfit: The body is not compressed in this way.
    """
    for name in reversed([n.strip().lower() for n in encoding.split(",")]):
        try:
            if name in ("gzip", "x-gzip"):
                content = gzip.decompress(content)
            elif name == "deflate":
                content = zlib.decompress(content)
            elif name not in ("", "identity"):
                return None
        except (OSError, EOFError, zlib.error):
            raise Misfit(f"body: it is not compressed as {name}") from None
    return content


def read_body(
    media: Media, data: bytes, content_type: str, shapes: Shapes
) -> list[Read]:
    """Read the values of a body.

    Args:
        media: The declared media type.
        data: The bytes, not compressed.
        content_type: The header Content-Type.
        shapes: The shapes of schemas.

    Raises:
        Misfit: The body does not have the form of its media type.
    """
    item = media.at.find("itemSchema")
    kind = kind_of(content_type or media.name)
    if item is not None and kind != "multipart":
        return _items(data, content_type or media.name, item)
    schema = media.schema
    if kind == "json":
        return [Read(_json(data, "body"), schema)]
    if kind == "form":
        return [Read(_form(media, _text(data), shapes), schema)]
    if kind == "multipart":
        value = _multipart(media, data, content_type, shapes)
        return [] if value is NOTHING else [Read(value, schema)]
    if kind == "text" and schema is not None:
        places = [shapes.schemas.at(schema)]
        if "string" in shapes.of(places).kinds:
            return [Read(shapes.value(_text(data), places), schema)]
    return []


def _items(data: bytes, name: str, item: At) -> list[Read]:
    """The items of a stream: lines, records of RFC 7464, or items of a JSON array."""
    if "event-stream" in name:
        return []
    if kind_of(name) == "json" and data.lstrip()[:1] == b"[":
        value = _json(data, "body")
        return [Read(v, item, f"body/{i}") for i, v in enumerate(value)]
    lines = re.split(rb"[\x1e\n]", data)
    return [
        Read(_json(line, f"line {i + 1}"), item, f"line {i + 1}")
        for i, line in enumerate(lines)
        if line.strip()
    ]


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Misfit("body: it is not UTF-8") from None


def _json(data: bytes, where: str) -> Json:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Misfit(f"{where}: it is no JSON: {error}") from None


# ------------------------------------------------------------------ forms
def _form(media: Media, text: str, shapes: Shapes) -> Json:
    """The value of a form in the style of URLs."""
    left = query_pairs(text)
    reader = Reader(shapes)
    schema = media.schema
    shape = shapes.of([shapes.schemas.at(schema)] if schema else [])
    values = dict[str, Json]()
    for name, places in shape.members.items():
        member = _member(media, name)
        # An object is JSON, unless it has a style (Encoding Object).
        of_member = {name}
        if "style" in member.at.data:
            others = shape.members.keys() - of_member
            of_member = reader.names(member, places, left) - others
        pairs = [pair for pair in left if pair[0] in of_member]
        if pairs:
            values[name] = reader.pairs(member, pairs, places)
            left = [pair for pair in left if pair[0] not in of_member]
    for name, raw in left:
        values.setdefault(name, shapes.value(unquote_plus(raw), shape.more))
    return shapes.empty_arrays(shape, values) | values


def _member(media: Media, name: str) -> ParameterObject:
    """A member of a form as a query parameter."""
    encoding = media.at.find("encoding", name)
    words = encoding.words() if encoding else {}
    parameter: dict[str, Any] = {"name": name, "in": "query"}
    parameter |= {k: words[k] for k in ("style", "explode") if k in words}
    return ParameterObject(At(_NO_PLACE, (), parameter))


# ------------------------------------------------------------------ multipart
def _multipart(media: Media, data: bytes, content_type: str, shapes: Shapes) -> Json:
    """The value of a multipart form."""
    message: Any = message_from_bytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + data
    )
    parts = message.get_payload()
    if not is_array(parts):
        if b"--" in data:  # a form without members is only its last boundary
            parts = []
        else:
            raise Misfit("body: it is not multipart, or the boundary is another one")
    schema = media.schema
    if schema is None or bare_form(content_type):
        return NOTHING
    shape = shapes.of([shapes.schemas.at(schema)])
    sent = dict[str, list[Json]]()
    for part in parts:
        name = part_name(part)
        places = shapes.member(shape, name)
        sent.setdefault(name, []).append(_part(media, name, part, places, shapes))
    return shapes.empty_arrays(shape, sent) | {
        name: (
            values
            if len(values) > 1 or _is_list(shapes, shape.members.get(name, []), values)
            else values[0]
        )
        for name, values in sent.items()
    }


def bare_form(content_type: str) -> bool:
    """Whether the parts of a multipart type have no names."""
    return not content_type.strip().lower().startswith("multipart/form-data")


def _is_list(shapes: Shapes, places: list[At], values: list[Json]) -> bool:
    """Whether a member that was sent once is an array."""
    kinds = shapes.of(places).kinds
    return "array" in kinds and not is_array(values[0])


def _part(media: Media, name: str, part: Any, places: list[At], shapes: Shapes) -> Json:
    """The value of a part."""
    sent: bytes = part.get_payload(decode=True) or b""
    kind = part.get_content_type()
    declared = media.at.find("encoding", name, "contentType")
    if (
        declared is not None
        and isinstance(declared.data, str)
        and "content-type" in part
    ):
        listed = [each.strip() for each in declared.data.split(",")]
        if not any(is_media(each, kind) for each in listed):
            raise Misfit(f"body/{name}: {kind} was sent, {declared.data} is declared")
    if kind_of(kind) == "json":
        return _json(sent, f"body/{name}")
    text = sent.decode("utf-8", "replace")
    if part.get_filename() is not None:
        return text
    shape = shapes.of(places)
    return shapes.value(text, shape.items if "array" in shape.kinds else places)


def part_name(part: Any) -> str:
    """The name of a part, as browsers write it: in UTF-8 (RFC 7578, section 5.1)."""
    for header, text in part.raw_items():
        match = re.search(r'; name="([^"]*)"', text)
        if header.lower() == "content-disposition" and match:
            name = match[1].encode("utf-8", "surrogateescape").decode()
            return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    return ""
