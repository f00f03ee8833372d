"""OpenAPI Object to `Api` (OpenAPI 3.2, sections 4.1, 4.2, 4.7 and 4.22): the start of the parse stage."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from clientpress.api.operations import Api, Tag
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array, is_object, text_or_empty
from clientpress.document.normalise import version_of
from clientpress.document.reading import Source
from clientpress.document.sources import Node, Sources
from clientpress.parse.compose import compose
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import PREFIX, extensions_on, text_of, texts
from clientpress.parse.hooks import parse_hooks
from clientpress.parse.operation import parse_operations
from clientpress.parse.schema import parse_schema
from clientpress.parse.security import parse_schemes, requirements
from clientpress.parse.server import parse_servers


def parse(entry: Source, sources: Sources, report: Report) -> Api:
    """Read everything the document says. What is wrong is reported and left out."""
    document = Node(entry.data, Place(entry.name))
    components = entry.data.get("components")
    named = components.get("schemas") if is_object(components) else None
    names: dict[str, Any] = named if is_object(named) else {}
    context = Context(
        sources, report, version_of(entry.data), entry.name, frozenset(names)
    )
    # Parse everything that may refer to schemas; then what they refer to.
    places = tuple(
        document.place.child("components", "schemas", name) for name in names
    )
    schemas: dict[Place, Schema] = {
        place: parse_schema(document.child("components", "schemas", name), context)
        for place, name in zip(places, names, strict=True)
    }
    parse_schemes(document, context)
    security = requirements(document, context) or ()
    operations = parse_operations(document, context)
    hooks = parse_hooks(document, context)
    _parse_wanted(schemas, context)
    # Merge `allOf`, when every schema is known.
    inside = (*operations, *(hook.operation for hook in hooks))
    merged, whole = compose(schemas, inside, report)
    requests = zip(hooks, whole[len(operations) :], strict=True)
    data = entry.data.get("info")
    info: dict[str, Any] = data if is_object(data) else {}
    extensions_on("info", info, document.place.child("info"), report)
    extensions = extensions_on("document", entry.data, document.place, report)
    return Api(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        description=str(info.get("description", "")),
        servers=parse_servers(document, context),
        base_url_env=_base_url_env(extensions, document.place, report),
        tags=_tags(document),
        security=security,
        schemes=tuple(context.schemes.values()),
        operations=whole[: len(operations)],
        schemas=merged,
        components=places,
        usage=_usage(extensions, document.place, report),
        hooks=tuple(replace(hook, operation=request) for hook, request in requests),
    )


def _parse_wanted(schemas: dict[Place, Schema], context: Context) -> None:
    """Parse the targets of references until there are no new ones."""
    while True:
        todo = [node for place, node in context.wanted.items() if place not in schemas]
        if not todo:
            return
        for node in todo:
            schemas[node.place] = parse_schema(node, context)


def _base_url_env(
    extensions: dict[str, Any], place: Place, report: Report
) -> tuple[str, ...]:
    """The environment variables of the base URL, from `x-clientpress-env`."""
    value = extensions.get("env")
    if value is None:
        return ()
    names = (
        texts(value.get("base_url"))
        if is_object(value) and set(value) == {"base_url"}
        else None
    )
    if names is None:
        report.error(
            "CP302",
            place.child(PREFIX + "env"),
            f"{PREFIX}env must be {{base_url: NAME or [NAME, …]}}",
        )
    return names or ()


def _usage(extensions: dict[str, Any], place: Place, report: Report) -> str:
    """`x-clientpress-usage`: Python code for the README."""
    text = text_of(extensions, "usage", place, report).strip()
    try:
        ast.parse(text)
    except (SyntaxError, ValueError) as e:
        key = PREFIX + "usage"
        report.error("CP302", place.child(key), f"{key} is not Python: {e}")
    if "```" in text:
        key = PREFIX + "usage"
        report.error("CP302", place.child(key), f"{key} must not hold a Markdown fence")
    return text


def _tags(document: Node) -> tuple[Tag, ...]:
    """Read the Tag Objects."""
    listed = document.data.get("tags")
    tags = list[Tag]()
    for i, tag in enumerate(listed if is_array(listed) else ()):
        if is_object(tag) and isinstance(tag.get("name"), str):
            description = text_or_empty(tag.get("description") or tag.get("summary"))
            parent, kind = map(text_or_empty, (tag.get("parent"), tag.get("kind")))
            place = document.place.child("tags", i)
            tags.append(Tag(place, tag["name"], description, parent, kind))
    return tuple(tags)
