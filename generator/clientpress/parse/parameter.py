"""Parameter Object to a parameter with its style filled in."""

from __future__ import annotations

from typing import Any

from clientpress.api.operations import Parameter
from clientpress.api.schemas import Anything, Meta, Primitive
from clientpress.diagnostics import Place
from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import extensions_on, text_of
from clientpress.parse.schema import parse_schema

_STYLES = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
    "querystring": "form",
}
# OpenAPI 3: these header parameters are ignored, because other parts of the document describe them.
_IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})


def parse_parameter(node: Node, context: Context) -> Parameter | None:
    """One parameter; None for those that the specification tells to ignore and for broken ones."""
    data: dict[str, Any] = node.data if is_object(node.data) else {}
    wire, location = data.get("name"), data.get("in")
    if not isinstance(wire, str) or location not in list(_STYLES):
        if not context.report.has_error_below(node.place):
            context.report.error(
                "E101",
                node.place,
                "a parameter needs a 'name', and an 'in' of path, query, header or cookie",
            )
        return None
    if location == "header" and wire.lower() in _IGNORED_HEADERS:
        return None
    style = (
        data.get("style") if isinstance(data.get("style"), str) else _STYLES[location]
    )
    explode = data.get("explode")
    content = data.get("content")
    media_type = next(iter(content), "") if is_object(content) else ""
    schema_node = node.child("schema") if "schema" in data else None
    if media_type and is_object(content):
        holder = content[media_type]
        schema_node = (
            node.child("content", media_type, "schema")
            if is_object(holder) and "schema" in holder
            else None
        )
    extensions = extensions_on("parameter", data, node.place, context.report)
    return Parameter(
        node.place,
        wire,
        location,
        data.get("required") is True or location == "path",
        (
            parse_schema(schema_node, context)
            if schema_node
            else Anything(Meta(node.place))
        ),
        str(style),
        explode if isinstance(explode, bool) else style in ("form", "cookie"),
        data.get("allowReserved") is True,
        media_type,
        data["description"] if isinstance(data.get("description"), str) else "",
        data.get("deprecated") is True,
        text_of(extensions, "name", node.place, context.report),
    )


def undeclared_path_parameter(name: str, place: Place) -> Parameter:
    """A string, for a placeholder that the document does not describe."""
    return Parameter(
        place, name, "path", True, Primitive(Meta(place), "string"), "simple", False
    )
