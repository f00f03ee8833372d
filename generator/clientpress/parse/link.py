"""Link Object: an operation that can be called with values of an answer (OpenAPI 3.2, section 4.20)."""

from __future__ import annotations

import json
from typing import Any

from clientpress.api.operations import Link
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context


def parse_links(response: Node, context: Context) -> tuple[Link, ...]:
    """Read the links of a Response Object. A link without an operation is reported and left out."""
    listed = response.data.get("links")
    links = list[Link]()
    for name in listed if is_object(listed) else ():
        if name.startswith("x-"):
            continue
        node = context.follow(response.child("links", name))
        if node is None or not is_object(node.data):
            continue
        target = _target(node, context)
        if target is not None:
            links.append(_link(name, target, node))
    return tuple(links)


def _target(node: Node, context: Context) -> str | Place | None:
    """The operation of a link: its operationId, or the place that `operationRef` leads to."""
    data: dict[str, Any] = node.data
    name, reference = data.get("operationId"), data.get("operationRef")
    if isinstance(name, str):
        return name
    if not isinstance(reference, str):
        message = "the link names no operation"
        hint = "Give it an operationId or an operationRef."
        context.report.slip("CP209", node.place, message, hint)
        return None
    target = context.sources.resolve(reference, node.place, Report())
    if target is None:
        place = node.place.child("operationRef")
        message = f"the link leads to {reference!r}, which does not exist"
        context.report.slip("CP209", place, message, "Check its spelling.")
        return None
    return target.place


def _link(name: str, target: str | Place, node: Node) -> Link:
    data: dict[str, Any] = node.data
    parameters, body = data.get("parameters"), data.get("requestBody")
    description = data.get("description")
    return Link(
        place=node.place,
        name=name,
        target=target,
        parameters=tuple(
            (key, _as_text(value))
            for key, value in (parameters if is_object(parameters) else {}).items()
        ),
        body=_as_text(body) if body is not None else "",
        description=description if isinstance(description, str) else "",
    )


def _as_text(value: Any) -> str:
    """An expression as it is; a constant as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
