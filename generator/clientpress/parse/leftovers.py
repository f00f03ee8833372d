"""Parameters of Swagger 2 that documents of OpenAPI 3 still have: `in: formData` and `in: body` (OpenAPI 2.0,
Parameter Object).

A parameter that can be read in one way only becomes a part of the body; others are left out.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Any, TypeGuard

from clientpress.api import schemas as s
from clientpress.api.operations import Body, MediaType
from clientpress.api.schemas import Meta, Schema
from clientpress.diagnostics import Place
from clientpress.document.data import is_object, text_or_empty
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.schema import parse_schema

LOCATIONS = ("path", "query", "querystring", "header", "cookie")
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


def is_leftover(node: Node | None) -> TypeGuard[Node]:
    """Whether a parameter has a name, but a location that OpenAPI 3 does not know."""
    data = node.data if node else None
    return (
        is_object(data)
        and isinstance(data.get("name"), str)
        and isinstance(data.get("in"), str)
        and data["in"] not in LOCATIONS
    )


def with_leftovers(
    body: Body | None, leftovers: list[Node], place: Place, context: Context
) -> Body | None:
    """Add such parameters to the body of an operation; each of them is reported.

    Args:
        body: The body that the document has, if any.
        leftovers: The parameters.
        place: The place of the body.
        context: The state of parsing.
    """
    fields = list[s.Field]()
    for node in leftovers:
        location, name = node.data["in"], node.data["name"]
        done = "it is left out"
        if location == "body" and body is None:
            media = MediaType(
                place=node.place, name="application/json", schema=_schema(node, context)
            )
            description = text_or_empty(node.data.get("description"))
            body = Body(node.place, _is_required(node), (media,), description)
            done = "it is taken as the body"
        elif location == "formData" and (body is None or _forms(body)):
            fields.append(s.Field(name, _schema(node, context), _is_required(node)))
            done = "it is taken as a member of the form"
        if not context.report.has_any_below(node.place):
            context.report.warning(
                "CP101",
                node.place.child("in"),
                f"{location!r} is not a location of a parameter; {done}",
                _hint(location),
            )
    return _with_fields(body, fields, place) if fields else body


def _with_fields(body: Body | None, fields: list[s.Field], place: Place) -> Body:
    """A body with these members in every form."""
    has_files = any(_is_file(field.schema) for field in fields)
    required = any(field.required for field in fields)
    if body is None:
        name = _MULTIPART if has_files else _FORM
        body = Body(place, required, (MediaType(place=place, name=name, schema=None),))
    media = [_extended(m, fields) if m in _forms(body) else m for m in body.media]
    if has_files:  # only this kind of form can have files
        media = [replace(m, name=_MULTIPART) if m.name == _FORM else m for m in media]
    unique = {m.name: m for m in reversed(media)}
    kept = tuple(m for m in media if m is unique[m.name])
    return replace(body, required=body.required or required, media=kept)


def _extended(media: MediaType, fields: list[s.Field]) -> MediaType:
    """A form with more members; its own members take precedence."""
    meta = Meta(place=media.place.child("schema"))
    added = s.Object(Meta(place=media.place.child("schema", "formData")), tuple(fields))
    if media.schema is None:
        return replace(media, schema=replace(added, meta=meta))
    return replace(media, schema=s.AllOf(meta, (media.schema, added)))


def _forms(body: Body) -> list[MediaType]:
    return [m for m in body.media if m.name in (_FORM, _MULTIPART)]


def _schema(node: Node, context: Context) -> Schema:
    """The schema of a parameter. Swagger 2 has the keywords of simple types in the parameter itself."""
    data: dict[str, Any] = node.data
    return parse_schema(node.child("schema") if "schema" in data else node, context)


def _hint(location: str) -> str:
    near = get_close_matches(location.lower(), LOCATIONS, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return "It is one of path, query, header, cookie; a body is a requestBody."


def _is_required(node: Node) -> bool:
    return node.data.get("required") is True


def _is_file(schema: Schema) -> bool:
    inner = schema.items if isinstance(schema, s.Array) else schema
    return isinstance(inner, s.Primitive) and inner.format == "binary"
