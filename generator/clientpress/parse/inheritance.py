"""Bases with a discriminator and their kinds: the schemas that include them by `allOf` (OpenAPI 3.2,
section 4.25).

A reference to such a base means any of its kinds, or the base alone.
"""

from __future__ import annotations

from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.directions import component_name
from clientpress.api.schemas import Meta, Schema, children, inside
from clientpress.diagnostics import Place
from clientpress.parse.relations import Atoms, Key, Relations

ALONE = "(alone)"
"""The step of a pointer that leads to a base which is none of its kinds."""


class Inheritance:
    """The bases and kinds of a document.

    Args:
        schemas: Place → schema, before anything is merged.
        relations: The relations between these schemas.
    """

    def __init__(self, schemas: dict[Place, Schema], relations: Relations) -> None:
        self._schemas, self._relations = schemas, relations
        self._kinds = _told_apart(schemas)
        self._families = self._find_families()

    def is_kind(self, place: Place) -> bool:
        """Whether a discriminator tells apart what only an `allOf` of one reference stands at."""
        schema = self._schemas[place]
        is_composed = isinstance(schema, s.AllOf) or (
            isinstance(schema, s.Reference) and schema.alone
        )
        return is_composed and place in self._kinds

    def parent(self, place: Place) -> Place:
        """The class behind plain references."""
        schema = self._schemas[place]
        while isinstance(schema, s.Reference) and not self.is_kind(place):
            place = schema.target
            schema = self._schemas[place]
        return place

    def _find_families(self) -> dict[Place, s.Union]:
        """For each base with a discriminator any of its kinds, or it alone."""
        below = dict[Place, list[Place]]()
        for place in sorted(self._schemas):
            schema = self._schemas[place]
            parts = schema.parts if isinstance(schema, s.AllOf) else (schema,)
            for part in parts:
                if isinstance(part, s.Reference) and (part is not schema or part.alone):
                    below.setdefault(self.parent(part.target), []).append(place)
        found = dict[Place, s.Union]()
        for base in below:
            schema = self._schemas[base]
            if not isinstance(schema, s.Object) or schema.tag is None:
                continue
            kinds = dict[Place, s.Object | None]()
            todo = list(below[base])
            while todo:
                place = todo.pop(0)
                if place not in kinds and place != base:
                    adds = self._relations.keys(place) != frozenset[Key]({base})
                    kinds[place] = None if adds else schema
                    todo += below.get(place, ())
            kinds[base] = schema
            found[base] = _any_kind(base, kinds, schema.tag)
        return found

    def opened(self, atoms: Atoms, needed: Atoms) -> Atoms:
        """The schemas with any of its kinds for a base with a discriminator: whoever names it
        means them, unless one of them is named as well.
        """
        opened = Atoms()
        for key, atom in atoms.items():
            family = self._families.get(key) if isinstance(key, Place) else None
            if family is None or any(
                self._relations.keys(x.target) <= needed.keys()
                for x in family.variants
                if isinstance(x, s.Reference)
            ):
                opened[key] = atom
            else:
                opened[id(family)] = family
        return opened


def _told_apart(schemas: dict[Place, Schema]) -> set[Place]:
    """The places of the schemas that a discriminator tells apart."""
    found, bases = set[Place](), set[Place]()
    for place, schema in schemas.items():
        for below in inside(schema):
            if isinstance(below, (s.Object, s.Union)) and below.tag:
                found.update(target for _, target in below.tag.mapping)
                if isinstance(below, s.Object) and not below.tag.mapping:
                    bases.add(place)
                found.update(
                    x.target
                    for x in children(below)
                    if isinstance(below, s.Union) and isinstance(x, s.Reference)
                )
    if bases:
        found.update(
            place
            for place, schema in schemas.items()
            if any(
                isinstance(part, s.Reference) and part.target in bases
                for part in (children(schema) or (schema,))
            )
        )
    return found


def _any_kind(base: Place, kinds: dict[Place, s.Object | None], tag: s.Tag) -> s.Union:
    """Any kind of a base; those that add nothing to it are given as what they are."""
    variants = list[Schema]()
    mapping, names = list[tuple[str, Place]](), list[tuple[str, Place]]()
    for kind, alone in kinds.items():
        place = kind.child(ALONE) if alone else kind
        mapping += ((value, place) for value, at in tag.mapping if at == kind)
        names.append((component_name(kind), place))
        if alone:
            meta = replace(alone.meta, place=place)
            variants.append(replace(alone, meta=meta, tag=None))
        else:
            variants.append(s.Reference(Meta(place=kind), kind))
    told = replace(tag, mapping=tuple(mapping), names=tuple(names))
    return s.Union(Meta(place=base), tuple(variants), told)
