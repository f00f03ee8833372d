"""Request Body Object and Media Type Object (OpenAPI 3.2, sections 4.13 to 4.15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clientpress.api.behaviours import Lines, Stream
from clientpress.api.operations import Body, Encoding, MediaType
from clientpress.api.schemas import Anything, Meta
from clientpress.diagnostics import Place
from clientpress.document.data import is_array, is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import PREFIX, extension, extensions_on
from clientpress.parse.extensions.schema import parse_lines, parse_stream
from clientpress.parse.parameter import array_format, known_style
from clientpress.parse.schema import parse_schema


def parse_body(node: Node, context: Context) -> Body:
    """Read a request body with all its media types."""
    extensions_on("request body", node.data, node.place, context.report)
    description = node.data.get("description")
    return Body(
        node.place,
        node.data.get("required") is True,
        parse_media(node, context),
        description if isinstance(description, str) else "",
    )


def parse_media(owner: Node, context: Context) -> tuple[MediaType, ...]:
    """Read the media types under `content` of a body or response."""
    content = owner.data.get("content")
    media = list[MediaType]()
    for name in content if is_object(content) else ():
        node = context.follow(owner.child("content", name))
        if node is None:
            media.append(
                replace(anything(owner.place.child("content", name)), name=name)
            )
        elif is_object(node.data):
            media.append(_media_type(name, node, context))
    return tuple(media)


def anything(place: Place) -> MediaType:
    """The content of a body or response whose description cannot be read."""
    return MediaType(
        place=place, name="*/*", schema=Anything(Meta(place=place)), item=None
    )


def _media_type(name: str, node: Node, context: Context) -> MediaType:
    """Read one Media Type Object."""
    data: dict[str, Any] = node.data
    extensions = extensions_on("media type", data, node.place, context.report)
    lines = extension(extensions, "lines", parse_lines, node.place, context.report)
    stream = extension(extensions, "stream", parse_stream, node.place, context.report)
    _check_framing(name, node, lines, stream, context)
    # The examples of the whole content: `example`, then Example Objects.
    encoding = data.get("encoding")
    examples = [data["example"]] if "example" in data else []
    listed = data.get("examples")
    for key in listed if is_object(listed) else ():
        example = context.follow(node.child("examples", key))
        if example and is_object(example.data):
            examples += [
                example.data[word]
                for word in ("value", "dataValue")
                if word in example.data
            ]
    item = _item_node(name, node, context) if "itemSchema" in data else None
    return MediaType(
        place=node.place,
        name=name,
        schema=(
            parse_schema(node.child("schema"), context) if "schema" in data else None
        ),
        item=parse_schema(item, context) if item else None,
        encoding={
            part: _encoding(words, node.place.child("encoding", part), context)
            for part, words in (encoding.items() if is_object(encoding) else ())
            if is_object(words)
        },
        examples=tuple(examples),
        lines=lines,
        stream=stream,
        is_json=item is not None and item.place.pointer.endswith("/contentSchema"),
    )


def _check_framing(
    name: str,
    node: Node,
    lines: Lines | None,
    stream: Stream | None,
    context: Context,
) -> None:
    """Report extensions that would have no effect."""
    if lines is not None and "itemSchema" not in node.data:
        context.report.error(
            "CP303",
            node.place.child(f"{PREFIX}lines"),
            "x-clientpress-lines has no itemSchema beside it",
            "Say in itemSchema what a line is.",
        )
    if lines is not None and lines != Lines():
        context.report.error(
            "CP302",
            node.place.child(f"{PREFIX}lines"),
            "x-clientpress-lines has no members on a media type",
            "They describe the file of a form; here itemSchema says what a line is.",
        )
    if stream is not None and not _is_events(name):
        context.report.error(
            "CP303",
            node.place.child(f"{PREFIX}stream"),
            f"x-clientpress-stream is on {name}, which is not a stream of events",
            "It belongs on text/event-stream.",
        )


def _is_events(name: str) -> bool:
    """Whether a media type is a stream of server-sent events."""
    return name.partition(";")[0].strip().lower() == "text/event-stream"


def _item_node(name: str, node: Node, context: Context) -> Node:
    """The schema of one item of a sequential media type.

    Callers get the data of events. Where the document describes events as OpenAPI 3.2 does (`data` is text
    with a `contentSchema`), the item is that schema.
    """
    item = node.child("itemSchema")
    event = context.follow(item)
    if not _is_events(name) or event is None or not is_object(event.data):
        return item
    if _content_schema(event) is not None:
        return event.child("properties", "data", "contentSchema")
    for word in ("oneOf", "anyOf"):
        listed = event.data.get(word)
        branches = [
            branch
            for i in range(len(listed) if is_array(listed) else 0)
            if (branch := context.follow(event.child(word, i))) is not None
        ]
        if any(_content_schema(branch) is not None for branch in branches):
            kinds = [_kind_of_event(event, branch) for branch in branches]
            return Node({"oneOf": kinds}, item.place)
    return item


def _content_schema(event: Node) -> Any:
    """The `contentSchema` of an event's data, which is JSON as text; None where there is none."""
    members = event.data.get("properties") if is_object(event.data) else None
    data = members.get("data") if is_object(members) else None
    return data.get("contentSchema") if is_object(data) else None


def _kind_of_event(event: Node, branch: Node) -> dict[str, Any]:
    """The schema of one kind of events, as callers get them.

    Args:
        event: The schema of all events.
        branch: The alternative of `oneOf` or `anyOf` for this kind.

    Returns:
        The members of both, where `data` has the schema of its content in place of text.
    """
    members = dict[str, Any]()
    required = list[Any]()
    for data in (event.data, branch.data):
        own = data.get("properties")
        for name, words in own.items() if is_object(own) else ():
            known = members.get(name)
            if is_object(known) and is_object(words):
                words = {**known, **words}
            members[name] = words
        required += data["required"] if is_array(data.get("required")) else []
    content = _content_schema(branch)
    if content is not None:
        members["data"] = content
    return {"type": "object", "required": required, "properties": members}


def _encoding(words: dict[str, Any], place: Place, context: Context) -> Encoding:
    """Read one Encoding Object."""
    extensions = extensions_on("encoding", words, place, context.report)
    content_type, style = words.get("contentType"), words.get("style")
    named = "form" if "explode" in words else ""
    if style is not None:
        named = known_style(style, "query", place, context)
    explode = words.get("explode")
    return Encoding(
        content_type if isinstance(content_type, str) else "",
        named,
        explode if isinstance(explode, bool) else named == "form",
        array_format(extensions, named, place, context),
    )
