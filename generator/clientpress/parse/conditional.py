"""`if`, `then`, `else` and `dependentSchemas`: schemas that apply in some cases only (JSON Schema 2020-12
core, section 10.2.2).

Python types cannot express a condition. The members that are declared under a condition are optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context

_EFFECT = "has no effect on the Python types"


def conditional_properties(words: Mapping[str, Any], node: Node) -> list[Node]:
    """The `properties` of every schema that applies in some cases only."""
    below = [(word,) for word in ("then", "else") if "if" in words and word in words]
    dependent = words.get("dependentSchemas")
    names = dependent if is_object(dependent) else ()
    properties = list[Node]()
    for keys in (*below, *(("dependentSchemas", name) for name in names)):
        schema = node.child(*keys)
        if is_object(schema.data) and is_object(schema.data.get("properties")):
            properties.append(schema.child("properties"))
    return properties


def report_conditions(words: Mapping[str, Any], node: Node, context: Context) -> None:
    """Report every condition, because it has no effect."""
    has_members = bool(conditional_properties(words, node))
    what = (
        f"{_EFFECT}; the members it declares are optional" if has_members else _EFFECT
    )
    for word in ("if", "dependentSchemas"):
        if word in words:
            context.report.warning("CP502", node.place.child(word), f"{word!r} {what}")
