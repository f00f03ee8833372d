"""What a document says about the type of a value, by JSON Schema alone.

A schema is a set of alternatives: each is a conjunction of plain schemas, one branch of every
`oneOf` and `anyOf` chosen. An alternative that no value can have is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from clientpress.document.data import is_array, is_object
from clientpress.testing.reading import At, Json
from clientpress.testing.schemas import Schemas

Places: TypeAlias = tuple[At, ...]
"""Schemas that all apply."""
KINDS = frozenset({"string", "number", "boolean", "object", "array", "null"})
"""An integer is a number here."""
MOST = 400
_SAYS_OBJECT = ("properties", "additionalProperties", "patternProperties")


class TooMany(ValueError):
    """More alternatives than are looked at."""


@dataclass
class Alternative:
    """One way a value may be.

    Attributes:
        allowed: The kinds that JSON Schema allows.
        meant: The kinds that the words are about, where `type` is not said.
        more: What members have that are not declared; empty where nothing is said.
    """

    allowed: frozenset[str] = KINDS
    meant: frozenset[str] = frozenset()
    members: dict[str, Places] = field(default_factory=dict[str, Places])
    more: Places = ()
    required: frozenset[str] = frozenset()
    items: Places = ()

    @property
    def is_free(self) -> bool:
        """Whether nothing is said."""
        return not self.kinds or (self.kinds >= KINDS - {"null"} and not self.members)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that the document speaks of; none where it says nothing."""
        return self.allowed if self.allowed < KINDS else self.meant


class Said:
    """Reads the schemas of one document for one direction."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self._known: dict[object, list[Alternative]] = {}

    def at(self, place: At) -> At:
        """The schema that stands at a place of the document."""
        return self.schemas.at(place)

    def alternatives(self, ways: list[Places]) -> list[Alternative]:
        """What a value may be that is of one of some conjunctions. Raises TooMany."""
        found = list[Alternative]()
        for places in ways:
            key = tuple((at.file, at.steps) for at in places)
            if key not in self._known:
                plain = self._plain(places, ())
                self._known[key] = [a for p in plain for a in [_of(p)] if a.allowed]
            found += self._known[key]
            if len(found) > MOST:
                raise TooMany
        return found

    def _plain(
        self, places: Places, seen: tuple[tuple[str, ...], ...]
    ) -> list[list[At]]:
        """The conjunctions of plain schemas that a conjunction stands for."""
        made: list[list[At]] = [[]]
        for at in places:
            ways = self._ways(at, seen)
            if len(made) * len(ways) > MOST:
                raise TooMany
            made = [[*one, *other] for one, other in product(made, ways)]
        return made

    def _ways(self, at: At, seen: tuple[tuple[str, ...], ...]) -> list[list[At]]:
        if at.data is False:
            return []
        if not is_object(at.data) or at.steps in seen:
            return [[]]
        seen = (*seen, at.steps)
        parts = list[list[list[At]]]()
        if "$ref" in at.data:
            target = self.schemas.target(at)
            parts.append(self._ways(target, seen) if target else [[]])
        if is_array(at.data.get("allOf")):
            for i in range(len(at.data["allOf"])):
                parts.append(self._ways(at.child("allOf", i), seen))
        for word in ("oneOf", "anyOf"):
            if is_array(at.data.get(word)):
                branches = [at.child(word, i) for i in range(len(at.data[word]))]
                parts.append([way for b in branches for way in self._ways(b, seen)])
        made: list[list[At]] = [[at]]
        for part in parts:
            if len(made) * len(part) > MOST:
                raise TooMany
            made = [[*one, *other] for one, other in product(made, part)]
        return [one for one in made if _allowed(one)]


def _of(schemas: list[At]) -> Alternative:
    """What plain schemas say together."""
    made = Alternative(_allowed(schemas))
    meant = set[str]()
    for at in schemas:
        words = at.data
        if any(word in words for word in _SAYS_OBJECT):
            meant.add("object")
        if "items" in words or "prefixItems" in words:
            meant.add("array")
        made.required |= set(words.get("required") or ())
        members = at.find("properties")
        for name in members.words() if members else ():
            if members is not None:
                made.members[name] = (*made.members.get(name, ()), members.child(name))
        if is_object(words.get("additionalProperties")):
            made.more = (*made.more, at.child("additionalProperties"))
        patterns = at.find("patternProperties")
        for name in patterns.words() if patterns else ():
            if patterns is not None:
                made.more = (*made.more, patterns.child(name))
        if is_object(words.get("items")) and "prefixItems" not in words:
            made.items = (*made.items, at.child("items"))
    made.meant = frozenset(meant)
    return made


def _allowed(schemas: list[At]) -> frozenset[str]:
    """The kinds that all of some plain schemas allow."""
    allowed = KINDS
    listed: list[Json] | None = None
    for at in schemas:
        told = at.data.get("type")
        if told is not None:
            names = told if is_array(told) else [told]
            allowed &= {"number" if n == "integer" else n for n in names}
        values = at.data.get("enum")
        values = [at.data["const"]] if "const" in at.data else values
        if is_array(values):
            allowed &= {kind_of(value) for value in values}
            listed = [v for v in values if listed is None or v in listed]
    return allowed if listed is None or listed else frozenset()


def kind_of(value: Json) -> str:
    """The kind of a JSON value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if is_object(value) else "array"
