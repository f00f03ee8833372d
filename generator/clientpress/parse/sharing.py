"""Where intersections (`allOf`) are written: a class that several places share, and whatever contains
itself, is a definition; all else stands where it is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.schemas import Schema, children, inside, with_children
from clientpress.diagnostics import Place
from clientpress.parse.references import circles, postorder

# Lists, maps and unions up to this size are written again at every place; larger ones get a name.
_SMALL = 12
# How deep intersections are written into each other.
_DEEP = 40


class Sharing:
    """Decides for each intersection, and writes it.

    Args:
        made: What stands at a place; what is not at a place of `schemas` is an intersection.
        others: Schemas of operations.
    """

    def __init__(
        self,
        made: dict[Place, Schema],
        schemas: dict[Place, Schema],
        others: Sequence[Schema],
    ) -> None:
        self._made, self._schemas = made, schemas
        self._tagged = set[Place]()
        self._uses = self._count([*(made[place] for place in schemas), *others])
        self._named = self._find_named()
        self._written = dict[int, tuple[Schema, Schema]]()

    def written(self, schema: Schema) -> Schema:
        """The schema with the intersections in it written out, or as references."""
        known = self._written.get(id(schema))
        if known is None:
            # The schema is kept with the result, so that its identity is not given away again.
            known = self._written[id(schema)] = schema, self._write(schema)
        return known[1]

    def _write(self, schema: Schema) -> Schema:
        if not isinstance(schema, s.Reference):
            if all(self.written(below) is below for below in children(schema)):
                return schema
            return flat(with_children(schema, self.written))
        if schema.target in self._schemas or schema.target in self._named:
            return schema
        return replace(self.written(self._made[schema.target]), meta=schema.meta)

    def shared(self) -> dict[Place, Schema]:
        """The intersections that are definitions of their own, by their places."""
        return {place: self.written(self._made[place]) for place in sorted(self._named)}

    # ---------------------------------------------------------------- decisions
    def _is_intersection(self, schema: Schema) -> bool:
        return isinstance(schema, s.Reference) and schema.target not in self._schemas

    def _count(self, roots: Sequence[Schema]) -> Counter[Place]:
        """How often each intersection is used."""
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
                        todo.append(self._made[below.target])
        return uses

    def _below(self, place: Place) -> list[Place]:
        """The intersections that one refers to."""
        return [
            below.target
            for below in inside(self._made[place])
            if isinstance(below, s.Reference) and self._is_intersection(below)
        ]

    def _find_named(self) -> set[Place]:
        """The intersections that are definitions of their own."""
        edges = {
            place: self._below(place)
            for place in sorted(self._uses)
            if place not in self._schemas
        }
        named = {
            place
            for place in edges
            if place in self._tagged
            or (self._uses[place] > 1 and isinstance(self._made[place], s.Object))
        }
        while circles_left := list(circles(_without(named, edges))):
            for circle in circles_left:
                classes = [x for x in circle if isinstance(self._made[x], s.Object)]
                named.update(classes or circle)
        depth, size = Counter[Place](), Counter[Place]()
        for place in postorder(_without(named, edges)):
            below = [x for x in edges[place] if x not in named]
            depth[place] = 1 + max((depth[x] for x in below), default=0)
            size[place] = sum(1 for _ in inside(self._made[place]))
            size[place] += sum(size[x] for x in below)
            if depth[place] > _DEEP or (size[place] > _SMALL and self._uses[place] > 1):
                named.add(place)
        return named


def _without(
    named: set[Place], edges: dict[Place, list[Place]]
) -> dict[Place, list[Place]]:
    return {
        place: [target for target in targets if target not in named]
        for place, targets in edges.items()
        if place not in named
    }


def flat(schema: Schema) -> Schema:
    """A union without unions in it, and null once at most."""
    if not isinstance(schema, s.Union):
        return schema
    found = list[Schema]()
    for variant in schema.variants:
        if isinstance(variant, s.Union) and not variant.tag:
            found += variant.variants
        else:
            found.append(variant)
    nulls = [x for x in found if s.is_null(x)]
    return replace(schema, variants=tuple(x for x in found if x not in nulls[1:]))
