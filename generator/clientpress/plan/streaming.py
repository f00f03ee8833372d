"""Answers that come item by item: events (text/event-stream) and lines of JSON."""

from __future__ import annotations

from clientpress.api import schemas as s
from clientpress.api.operations import MediaType
from clientpress.api.schemas import Schema
from clientpress.plan.media import bare, is_lines
from clientpress.plan.typing_rules import TypeRules

EVENTS = "text/event-stream"
_FIELDS = {"data", "event", "id", "retry"}
_DEEPEST = 8


def is_sequence(media: MediaType) -> bool:
    """Whether a media type is read item by item (OpenAPI 3.2, sequential media types)."""
    name = bare(media.name)
    is_described = isinstance(media.schema, _STRUCTURED) or media.item is not None
    return (
        name == EVENTS or media.lines is not None or (is_lines(name) and is_described)
    )


_STRUCTURED = (s.Array, s.Object, s.Mapping, s.Union, s.Reference)


def item_of(media: MediaType, rules: TypeRules) -> Schema | None:
    """The schema of an item: `itemSchema`, or before OpenAPI 3.2 `schema` or the items of it."""
    if media.item is not None or media.schema is None:
        return media.item
    whole = rules.followed(media.schema)
    return whole.items if isinstance(whole, s.Array) else media.schema


def is_text(schema: Schema, rules: TypeRules) -> bool:
    """Whether an item is the text of the data as it is, and not JSON."""
    followed = rules.followed(schema)
    return (
        isinstance(followed, (s.Primitive, s.Enumeration)) and followed.type == "string"
    )


def describes_event(schema: Schema, rules: TypeRules, depth: int = 0) -> bool:
    """Whether a schema describes an event with its fields, and not only its data.

    HTML standard, section 9.2.6: data, event, id and retry. An object counts if it has no other
    members and its data is text, or if its `event` is one of listed names.
    """
    followed = rules.followed(schema)
    if isinstance(followed, s.Union):
        return depth < _DEEPEST and all(
            describes_event(v, rules, depth + 1) for v in followed.variants
        )
    if not isinstance(followed, s.Object):
        return False
    members = {field.wire: rules.followed(field.schema) for field in followed.fields}
    if "data" not in members:
        return False
    named = isinstance(members.get("event"), (s.Constant, s.Enumeration))
    data = members["data"]
    is_string = isinstance(data, s.Anything) or (
        isinstance(data, s.Primitive) and data.type == "string"
    )
    return named or (is_string and members.keys() <= _FIELDS)
