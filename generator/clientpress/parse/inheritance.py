"""Bases with a discriminator, and their kinds: the schemas that include them by `allOf` (OpenAPI 3.2,
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
        self._kinds = _targets_of_tags(schemas)
        self._families = self._find_families()

    def is_kind(self, place: Place) -> bool:
        """Whether an `allOf` of one reference is a kind of its own, because a discriminator names its place."""
        schema = self._schemas[place]
        is_composed = isinstance(schema, s.AllOf) or (
            isinstance(schema, s.Reference) and schema.alone
        )
        return is_composed and place in self._kinds

    def parent(self, place: Place) -> Place:
        """The schema that becomes the base class, behind plain references."""
        schema = self._schemas[place]
        while isinstance(schema, s.Reference) and not self.is_kind(place):
            place = schema.target
            schema = self._schemas[place]
        return place

    def _find_families(self) -> dict[Place, s.Union]:
        """For each base with a discriminator, the union of its kinds and the base alone."""
        kinds_of = dict[Place, list[Place]]()
        for place in sorted(self._schemas):
            schema = self._schemas[place]
            parts = schema.parts if isinstance(schema, s.AllOf) else (schema,)
            for part in parts:
                if isinstance(part, s.Reference) and (part is not schema or part.alone):
                    kinds_of.setdefault(self.parent(part.target), []).append(place)
        families = dict[Place, s.Union]()
        for base in kinds_of:
            schema = self._schemas[base]
            if not isinstance(schema, s.Object) or schema.tag is None:
                continue
            kinds = dict[Place, s.Object | None]()
            todo = list(kinds_of[base])
            while todo:
                place = todo.pop(0)
                if place not in kinds and place != base:
                    adds = self._relations.keys(place) != frozenset[Key]({base})
                    kinds[place] = None if adds else schema
                    todo += kinds_of.get(place, ())
            kinds[base] = schema
            families[base] = _any_kind(base, kinds, schema.tag)
        return families

    def with_kinds(self, atoms: Atoms, needed: Atoms) -> Atoms:
        """Replace bases with a discriminator by the union of their kinds.

        A base stays as it is where one of its kinds is required too.

        Args:
            atoms: The schemas that hold together.
            needed: Those of them that the others do not imply.
        """
        replaced = Atoms()
        for key, atom in atoms.items():
            family = self._families.get(key) if isinstance(key, Place) else None
            if family is None or any(
                self._relations.keys(x.target) <= needed.keys()
                for x in family.variants
                if isinstance(x, s.Reference)
            ):
                replaced[key] = atom
            else:
                replaced[id(family)] = family
        return replaced


def _targets_of_tags(schemas: dict[Place, Schema]) -> set[Place]:
    """The places of the schemas that discriminators tell apart."""
    targets, bases = set[Place](), set[Place]()
    for place, schema in schemas.items():
        for below in inside(schema):
            if isinstance(below, (s.Object, s.Union)) and below.tag:
                targets.update(target for _, target in below.tag.mapping)
                if isinstance(below, s.Object) and not below.tag.mapping:
                    bases.add(place)
                targets.update(
                    x.target
                    for x in children(below)
                    if isinstance(below, s.Union) and isinstance(x, s.Reference)
                )
    if bases:
        targets.update(
            place
            for place, schema in schemas.items()
            if any(
                isinstance(part, s.Reference) and part.target in bases
                for part in (children(schema) or (schema,))
            )
        )
    return targets


def _any_kind(base: Place, kinds: dict[Place, s.Object | None], tag: s.Tag) -> s.Union:
    """The union of a base and its kinds.

    Args:
        base: The place of the base.
        kinds: Each kind; with the schema of the base where the kind adds nothing to it.
        tag: The discriminator of the base.
    """
    variants = list[Schema]()
    mapping, names = list[tuple[str, Place]](), list[tuple[str, Place]]()
    for kind, same in kinds.items():
        place = kind.child(ALONE) if same else kind
        mapping += ((value, place) for value, at in tag.mapping if at == kind)
        names.append((component_name(kind), place))
        if same:
            meta = replace(same.meta, place=place)
            variants.append(replace(same, meta=meta, tag=None))
        else:
            variants.append(s.Reference(Meta(place=kind), kind))
    extended = replace(tag, mapping=tuple(mapping), names=tuple(names))
    return s.Union(Meta(place=base), tuple(variants), extended)
