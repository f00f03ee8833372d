"""Where intersections (`allOf`; JSON Schema 2020-12 core, section 10.2.1.1) are defined.

A class that several places share, and everything that contains itself, becomes a definition. Every other
intersection is written where it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.schemas import Schema, children, inside, with_children
from clientpress.diagnostics import Place
from clientpress.parse.references import circles, postorder

# Lists, maps and unions up to this size are repeated at every place; larger ones become definitions.
_SMALL = 12
# How many levels of intersections are written inside of each other.
_DEEP = 40


class Sharing:
    """Decides where each intersection is defined, and puts it there.

    Args:
        composed: Place → composed schema. A place that is not in `schemas` is that of an intersection.
        schemas: The schemas of the document.
        others: Schemas of operations.
    """

    def __init__(
        self,
        composed: dict[Place, Schema],
        schemas: dict[Place, Schema],
        others: Sequence[Schema],
    ) -> None:
        self._composed, self._schemas = composed, schemas
        self._tagged = set[Place]()
        self._uses = self._count([*(composed[place] for place in schemas), *others])
        self._named = self._find_named()
        self._written = dict[int, tuple[Schema, Schema]]()

    def written(self, schema: Schema) -> Schema:
        """The schema with each intersection in it written out, or as a reference."""
        known = self._written.get(id(schema))
        if known is None:
            # The schema is kept with the result, so that no other object gets its `id`.
            known = self._written[id(schema)] = schema, self._write(schema)
        return known[1]

    def _write(self, schema: Schema) -> Schema:
        """As `written`; not kept."""
        if not isinstance(schema, s.Reference):
            if all(self.written(below) is below for below in children(schema)):
                return schema
            return flat(with_children(schema, self.written))
        if schema.target in self._schemas or schema.target in self._named:
            return schema
        return replace(self.written(self._composed[schema.target]), meta=schema.meta)

    def shared(self) -> dict[Place, Schema]:
        """The intersections that are definitions, by place."""
        return {
            place: self.written(self._composed[place]) for place in sorted(self._named)
        }

    # ---------------------------------------------------------------- decisions
    def _is_intersection(self, schema: Schema) -> bool:
        """Whether a schema is a reference to an intersection."""
        return isinstance(schema, s.Reference) and schema.target not in self._schemas

    def _count(self, roots: Sequence[Schema]) -> Counter[Place]:
        """How often each intersection is used. The targets of discriminators are noted too."""
        uses = Counter[Place]()
        todo = list(roots)
        while todo:
            for below in inside(todo.pop()):
                if isinstance(below, s.Union) and below.tag:
                    # A discriminator needs its variants by their places.
                    self._tagged.update(place for _, place in below.tag.mapping)
                if isinstance(below, s.Reference) and self._is_intersection(below):
                    uses[below.target] += 1
                    if uses[below.target] == 1:
                        todo.append(self._composed[below.target])
        return uses

    def _below(self, place: Place) -> list[Place]:
        """The intersections that an intersection refers to."""
        return [
            below.target
            for below in inside(self._composed[place])
            if isinstance(below, s.Reference) and self._is_intersection(below)
        ]

    def _find_named(self) -> set[Place]:
        """The intersections that become definitions."""
        edges = {
            place: self._below(place)
            for place in sorted(self._uses)
            if place not in self._schemas
        }
        named = {
            place
            for place in edges
            if place in self._tagged
            or (self._uses[place] > 1 and isinstance(self._composed[place], s.Object))
        }
        # A circle needs at least one definition in it; classes are preferred.
        while circles_left := list(circles(_without(named, edges))):
            for circle in circles_left:
                classes = [x for x in circle if isinstance(self._composed[x], s.Object)]
                named.update(classes or circle)
        # What is too deep, or large and used several times, becomes a definition too.
        depth, size = Counter[Place](), Counter[Place]()
        for place in postorder(_without(named, edges)):
            below = [x for x in edges[place] if x not in named]
            depth[place] = 1 + max((depth[x] for x in below), default=0)
            size[place] = sum(1 for _ in inside(self._composed[place]))
            size[place] += sum(size[x] for x in below)
            if depth[place] > _DEEP or (size[place] > _SMALL and self._uses[place] > 1):
                named.add(place)
        return named


def _without(
    named: set[Place], edges: dict[Place, list[Place]]
) -> dict[Place, list[Place]]:
    """The edges between intersections that are not definitions."""
    return {
        place: [target for target in targets if target not in named]
        for place, targets in edges.items()
        if place not in named
    }


def flat(schema: Schema) -> Schema:
    """A union without untagged unions in it, and with null at most once."""
    if not isinstance(schema, s.Union):
        return schema
    variants = list[Schema]()
    for variant in schema.variants:
        if isinstance(variant, s.Union) and not variant.tag:
            variants += variant.variants
        else:
            variants.append(variant)
    nulls = [x for x in variants if s.is_null(x)]
    return replace(schema, variants=tuple(x for x in variants if x not in nulls[1:]))
