"""Parameter Object to a parameter with its style filled in (OpenAPI 3.2, section 4.12)."""

from __future__ import annotations

from typing import Any

from clientpress.api.operations import Parameter
from clientpress.api.schemas import (
    Anything,
    Constant,
    Meta,
    Primitive,
    Schema,
    Union,
)
from clientpress.diagnostics import Place
from clientpress.document.data import is_object, text_or_empty
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import extension, extensions_on, text_of
from clientpress.parse.extensions.schema import parse_array_format
from clientpress.parse.schema import parse_schema
from clientpress.runtime.wire.styles import STYLES, styles_at

# OpenAPI 3: these header parameters are ignored, because other parts of the document describe them. The
# length is counted by whoever sends the body.
_IGNORED_HEADERS = frozenset(
    {"accept", "content-type", "authorization", "content-length"}
)


def parse_parameter(node: Node, context: Context) -> Parameter | None:
    """Read one parameter; None for one that is broken, or that the specification says to ignore."""
    data: dict[str, Any] = node.data if is_object(node.data) else {}
    wire, location = data.get("name"), data.get("in")
    if not isinstance(wire, str) or not (
        isinstance(location, str) and styles_at(location)
    ):
        if not context.report.has_any_below(node.place):
            context.report.slip(
                "CP101",
                node.place,
                "a parameter needs a 'name', and an 'in' of path, query, header or cookie",
            )
        return None
    if location == "header" and wire.lower() in _IGNORED_HEADERS:
        return None
    style = known_style(data.get("style"), location, node.place, context)
    explode = data.get("explode")
    # `content` has a schema of its own, which takes precedence.
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
        place=node.place,
        wire=wire,
        location=location,
        required=data.get("required") is True or location == "path",
        schema=_schema(schema_node, data, node, context),
        style=style,
        explode=explode if isinstance(explode, bool) else STYLES[style].explodes,
        allow_reserved=data.get("allowReserved") is True,
        media_type=media_type,
        description=text_or_empty(data.get("description")),
        deprecated=data.get("deprecated") is True,
        name=text_of(extensions, "name", node.place, context.report),
        array_format=array_format(extensions, style, node.place, context),
    )


def array_format(
    extensions: dict[str, Any], style: str, place: Place, context: Context
) -> str:
    """How arrays inside of an object are sent; empty where the document does not say."""
    format_name = extension(
        extensions, "array-format", parse_array_format, place, context.report
    )
    if format_name and style != "deepObject":
        context.report.error(
            "CP303",
            place.child("x-clientpress-array-format"),
            "x-clientpress-array-format is for style 'deepObject'",
            f"The style here is {style!r}, which says itself how arrays are sent.",
        )
    return format_name or ""


def known_style(stated: Any, location: str, place: Place, context: Context) -> str:
    """The style that a document names; the default of the location where there is no such style."""
    known = styles_at(location)
    if stated is None or stated in known:
        return stated or known[0]
    context.report.warning(
        "CP502",
        place.child("style"),
        f"{stated!r} is no style of a {location} parameter; {known[0]!r} is taken",
    )
    return known[0]


def _schema(
    schema_node: Node | None, data: dict[str, Any], node: Node, context: Context
) -> Schema:
    """The schema of a parameter; with `allowEmptyValue`, also an empty string."""
    if schema_node is None:
        return Anything(Meta(place=node.place))
    schema = parse_schema(schema_node, context)
    if data.get("in") == "query" and data.get("allowEmptyValue") is True:
        is_text = isinstance(schema, Primitive) and schema.type == "string"
        if not is_text and not isinstance(schema, Anything):
            empty = Constant(Meta(place=node.place.child("allowEmptyValue")), "")
            return Union(schema.meta, (schema, empty))
    return schema


def undeclared_path_parameter(name: str, place: Place) -> Parameter:
    """A string parameter for a placeholder that the document does not declare."""
    return Parameter(
        place=place,
        wire=name,
        location="path",
        required=True,
        schema=Primitive(Meta(place=place), "string"),
        style="simple",
        explode=False,
    )
