"""Header Object to a header of a response (OpenAPI 3.2, section 4.21)."""

from __future__ import annotations

from typing import Any

from clientpress.api.operations import Header
from clientpress.api.schemas import Anything, Meta
from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.schema import parse_schema


def parse_headers(response: Node, context: Context) -> tuple[Header, ...]:
    """Read the headers of a Response Object. `Content-Type` is ignored, as the specification demands."""
    listed = response.data.get("headers")
    headers = list[Header]()
    for name in listed if is_object(listed) else ():
        if name.lower() == "content-type":
            continue
        node = context.follow(response.child("headers", name))
        if node is not None and is_object(node.data):
            headers.append(_header(name, node, context))
    return tuple(headers)


def _header(name: str, node: Node, context: Context) -> Header:
    data: dict[str, Any] = node.data
    content = data.get("content")
    media_type = next(iter(content), "") if is_object(content) else ""
    owner = node.child("content", media_type) if media_type else node
    schema = (
        parse_schema(owner.child("schema"), context)
        if is_object(owner.data) and "schema" in owner.data
        else Anything(Meta(place=node.place))
    )
    description = data.get("description")
    return Header(
        place=node.place,
        wire=name,
        schema=schema,
        required=data.get("required") is True,
        media_type=media_type,
        description=description if isinstance(description, str) else "",
        deprecated=data.get("deprecated") is True,
    )
