"""Server Object to `Server` (OpenAPI 3.2, sections 4.5 and 4.6)."""

from __future__ import annotations

import re
from typing import Any

from clientpress.api.operations import Server, ServerVariable
from clientpress.document.data import is_array, is_object, text_or_empty
from clientpress.document.sources import Node
from clientpress.parse.context import Context

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def parse_servers(owner: Node, context: Context) -> tuple[Server, ...]:
    """The servers of the document, a path or an operation; broken ones are reported and left out."""
    listed = owner.data.get("servers")
    found = list[Server]()
    for i in range(len(listed)) if is_array(listed) else ():
        node = owner.child("servers", i)
        if is_object(node.data) and isinstance(node.data.get("url"), str):
            found.append(_server(node, context))
    return tuple(found)


def _server(node: Node, context: Context) -> Server:
    url: str = node.data["url"].strip()
    listed: Any = node.data.get("variables")
    words: dict[str, Any] = listed if is_object(listed) else {}
    variables = list[ServerVariable]()
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        told: Any = words.get(name)
        default = _default(told) if is_object(told) else None
        if default is None:
            context.report.warning(
                "CP502",
                node.place.child("url"),
                f"the variable {{{name}}} of the server has no default, so this address is not offered",
                f"Give it one under 'variables: {{{name}: {{default: …}}}}'.",
            )
            return Server(node.place, "")
        listed = told.get("enum")
        variables.append(
            ServerVariable(
                name,
                default,
                tuple(map(str, listed)) if is_array(listed) else (),
                text_or_empty(told.get("description")),
            )
        )
    return Server(
        node.place,
        url.rstrip("/") if url != "/" else url,
        text_or_empty(node.data.get("description")),
        text_or_empty(node.data.get("name")),
        tuple(variables),
    )


def _default(words: dict[str, Any]) -> str | None:
    """The default of a variable; a number or boolean is meant as it is written."""
    value = words.get("default")
    if value is None and is_array(words.get("enum")) and words["enum"]:
        value = words["enum"][0]
    return None if value is None or isinstance(value, (dict, list)) else str(value)
