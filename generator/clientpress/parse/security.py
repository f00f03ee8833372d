"""Security Scheme Object and Security Requirement Object."""

from __future__ import annotations

from typing import Any

from clientpress.api.operations import SecurityScheme
from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import PREFIX, extensions_on, text_of, texts


def parse_schemes(document: Node, context: Context) -> tuple[SecurityScheme, ...]:
    """The security schemes of the components."""
    components = document.data.get("components")
    listed = components.get("securitySchemes") if is_object(components) else None
    found = list[SecurityScheme]()
    for key in listed if is_object(listed) else ():
        node = context.follow(document.child("components", "securitySchemes", key))
        if node is not None and is_object(node.data):
            found.append(_scheme(key, node, context))
    return tuple(found)


def _scheme(key: str, node: Node, context: Context) -> SecurityScheme:
    data: dict[str, Any] = node.data
    extensions = extensions_on("security scheme", data, node.place, context.report)
    env = texts(extensions.get("env", "")) if "env" in extensions else ()
    if env is None:
        context.report.error(
            "E302",
            node.place.child(PREFIX + "env"),
            f"{PREFIX}env must be the name of a variable, or a list of them",
        )
    return SecurityScheme(
        node.place,
        key,
        str(data.get("type", "")),
        str(data.get("scheme", "")).lower(),
        str(data.get("name", "")),
        str(data.get("in", "")),
        data["description"] if isinstance(data.get("description"), str) else "",
        env or (),
        text_of(extensions, "name", node.place, context.report),
    )


def requirements(data: list[Any]) -> tuple[tuple[str, ...], ...]:
    """Alternatives of scheme names; an empty set means that no key is needed."""
    return tuple(tuple(item) for item in data if is_object(item))
