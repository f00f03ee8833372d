"""Constants that describe operations and behaviours to the runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec import Struct

from clientpress.plan import annotations as a
from clientpress.plan.descriptions import Extended, JsonOf, TypeText, arguments_of
from clientpress.render import layout
from clientpress.render.layout import Doc


def described(value: object) -> Doc:
    """A value of the plan as an expression: a record of the runtime is a call of its class."""
    match value:
        case a.Name():
            return value
        case TypeText():
            return layout.text_of(value.kind)
        case JsonOf():
            return layout.runtime_call("Json", [("", layout.text_of(value.kind))])
        case Extended():
            return layout.dict_of(_pairs(value.members), value.name)
        case Struct():
            given = [(key, described(inner)) for key, inner in arguments_of(value)]
            return layout.runtime_call(type(value).__name__, given)
        case tuple():
            items = cast("tuple[object, ...]", value)
            return layout.tuple_of([described(item) for item in items])
        case Mapping():
            return layout.dict_of(_pairs(cast("Mapping[str, object]", value)))
        case _:
            return layout.value(value)


def _pairs(members: Mapping[str, object]) -> list[tuple[Doc, Doc]]:
    return [(layout.value(key), described(value)) for key, value in members.items()]
