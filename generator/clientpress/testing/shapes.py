"""The kinds of values that a schema allows, through references and unions.

With them, texts of parameters and forms are read as the values that the schema describes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from clientpress.document.data import is_array, is_object
from clientpress.testing.reading import At, Json
from clientpress.testing.schemas import Schemas, Unusable

_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_WORDS = (
    ("object", ("properties", "additionalProperties", "patternProperties")),
    ("array", ("items", "prefixItems")),
)


@dataclass
class Shape:
    """The values that schemas allow.

    Attributes:
        kinds: JSON types.
        items: Schemas of items.
        members: Name → schemas of a declared member.
        more: Schemas of members that are not declared.
        required: Names of required members.
    """

    kinds: set[str] = field(default_factory=set[str])
    items: list[At] = field(default_factory=list[At])
    members: dict[str, list[At]] = field(default_factory=dict[str, list[At]])
    more: list[At] = field(default_factory=list[At])
    required: set[str] = field(default_factory=set[str])


class Shapes:
    """The shapes of normalised schemas, and values of texts."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def of(self, places: list[At]) -> Shape:
        """The shape of values that any of some schemas allows."""
        shape = Shape()
        seen = set[tuple[str, tuple[str, ...]]]()
        todo = list(places)
        while todo:
            at = todo.pop(0)
            if not is_object(at.data) or (at.file, at.steps) in seen:
                continue
            seen.add((at.file, at.steps))
            target = self.schemas.target(at) if "$ref" in at.data else None
            todo += [target] if target else []
            for word in ("allOf", "anyOf", "oneOf"):
                if is_array(at.data.get(word)):
                    todo += [at.child(word, i) for i in range(len(at.data[word]))]
            self._add(shape, at)
        return shape

    def _add(self, shape: Shape, at: At) -> None:
        """Add what one schema allows."""
        stated = at.data.get("type")
        shape.kinds |= set(stated if is_array(stated) else [stated] if stated else [])
        shape.kinds |= {_kind(value) for value in at.data.get("enum") or ()}
        if "const" in at.data:
            shape.kinds.add(_kind(at.data["const"]))
        for kind, words in _WORDS:
            if stated is None and any(word in at.data for word in words):
                shape.kinds.add(kind)
        if is_object(at.data.get("items")):
            shape.items.append(at.child("items"))
        prefix = at.data.get("prefixItems")
        for i in range(len(prefix) if is_array(prefix) else 0):
            shape.items.append(at.child("prefixItems", i))
        for name in at.data.get("properties") or ():
            shape.members.setdefault(name, []).append(at.child("properties", name))
        more = at.data.get("additionalProperties")
        if is_object(more):
            shape.more.append(at.child("additionalProperties"))
        shape.required |= set(at.data.get("required") or ())

    def member(self, shape: Shape, name: str) -> list[At]:
        """The schemas of a member of an object."""
        return shape.members.get(name) or shape.more

    def empty_arrays(self, shape: Shape, names: Iterable[str]) -> dict[str, Json]:
        """Required arrays that a form does not have, because an array without items has no pairs."""
        present = set(names)
        return {
            name: []
            for name in shape.members
            if name in shape.required - present
            and self.of(shape.members[name]).kinds == {"array"}
        }

    def value(self, text: str, places: list[At]) -> Json:
        """The value of a text.

        It is the first reading that a schema accepts; else the nearest one, so that messages can say what is wrong
        with it.
        """
        shape = self.of(places)
        readings = list(_readings(text))
        for reading in readings:
            if not places or any(self._fits(at, reading) for at in places):
                return reading
        nearest = [r for r in readings if _kind(r) in shape.kinds]
        if not nearest and "number" in shape.kinds:
            nearest = [r for r in readings if _kind(r) == "integer"]
        return nearest[0] if nearest else text

    def _fits(self, at: At, value: Json) -> bool:
        try:
            return self.schemas.is_valid(at, value)
        except Unusable:
            return False


def _readings(text: str) -> list[Json]:
    """Every value that a text can mean."""
    values: list[Json] = [text]
    if _NUMBER.match(text) and len(text) < 400:
        values.append(json.loads(text))
    elif text in ("true", "false"):
        values.append(text == "true")
    elif text in ("", "null"):
        values.append(None)
    elif text[:1] in ("{", "[", '"'):
        with suppress(ValueError, RecursionError):
            values.append(json.loads(text))
    return values


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if is_object(value) else "array"
