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
    """Read the servers of the document, a path or an operation. Broken ones are left out."""
    listed = owner.data.get("servers")
    servers = list[Server]()
    for i in range(len(listed)) if is_array(listed) else ():
        node = owner.child("servers", i)
        if is_object(node.data) and isinstance(node.data.get("url"), str):
            servers.append(_server(node, context))
    return tuple(servers)


def _server(node: Node, context: Context) -> Server:
    """Read one Server Object."""
    url: str = node.data["url"].strip()
    listed: Any = node.data.get("variables")
    declared: dict[str, Any] = listed if is_object(listed) else {}
    variables = list[ServerVariable]()
    for name in dict.fromkeys(_VARIABLE.findall(url)):
        variable: Any = declared.get(name)
        default = _default(variable) if is_object(variable) else None
        if default is None:
            context.report.warning(
                "CP502",
                node.place.child("url"),
                f"the variable {{{name}}} of the server has no default, so this address is not offered",
                f"Give it one under 'variables: {{{name}: {{default: …}}}}'.",
            )
            return Server(node.place, "")
        listed = variable.get("enum")
        variables.append(
            ServerVariable(
                name,
                default,
                tuple(map(str, listed)) if is_array(listed) else (),
                text_or_empty(variable.get("description")),
            )
        )
    return Server(
        node.place,
        url.rstrip("/") if url != "/" else url,
        text_or_empty(node.data.get("description")),
        text_or_empty(node.data.get("name")),
        tuple(variables),
    )


def _default(variable: dict[str, Any]) -> str | None:
    """The default of a variable; else its first listed value. Numbers and booleans are taken as text."""
    value = variable.get("default")
    if value is None and is_array(variable.get("enum")) and variable["enum"]:
        value = variable["enum"][0]
    return None if value is None or isinstance(value, (dict, list)) else str(value)
