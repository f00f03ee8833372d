"""Unions with what is beside them: each variant together with the rest (JSON Schema 2020-12 core,
sections 10.2.1.2 and 10.2.1.3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeAlias

from clientpress.api import schemas as s
from clientpress.api.directions import component_name
from clientpress.api.schemas import Schema, children
from clientpress.diagnostics import Place
from clientpress.parse.relations import Atoms, Key, Relations

Choices: TypeAlias = tuple[tuple[Schema, Schema], ...]
"""Unions, each with one of its variants."""
Alternative: TypeAlias = tuple[Atoms, Choices]
"""Schemas that hold together, and the variants that were chosen for that."""


class Alternatives:
    """Combines the variants of unions.

    Args:
        relations: The relations between the schemas of the document.
        is_too_much: Whether the document needs too many combinations; called for each new one with the
            place of a variant.
    """

    def __init__(
        self, relations: Relations, is_too_much: Callable[[Place], bool]
    ) -> None:
        self._relations, self._is_too_much = relations, is_too_much

    def of(
        self, rest: Atoms, unions: Atoms, taken: tuple[Key, ...]
    ) -> Iterator[Alternative]:
        """Every combination of one variant of each union with the rest that is possible.

        Args:
            rest: Schemas that hold in any case.
            unions: Unions that hold together with them.
            taken: Unions of which a variant is among the rest already.
        """
        if not unions:
            yield rest, ()
            return
        # Choose a variant of the first union; then combine the result with the unions that are left.
        key, union = next(iter(unions.items()))
        others = {k: v for k, v in unions.items() if k != key}
        beside = [*rest.values(), *others.values()]
        gone = (*taken, key)
        for variant in children(union):
            if self._relations.is_impossible(variant, beside):
                continue
            below = {
                k: v for k, v in self._relations.atoms(variant).items() if k not in gone
            }
            together = self._relations.needed({**rest, **below, **others}, gone)
            left: Atoms = {
                k: v
                for k, v in together.items()
                if isinstance(v, s.Union) and (k in others or k in below) and not v.tag
            }
            if left and self._is_too_much(variant.meta.place):
                return
            base = {k: v for k, v in together.items() if k not in left}
            for atoms, by in self.of(base, left, gone):
                yield atoms, ((union, variant), *by)

    def distinct(self, alternatives: list[Alternative]) -> list[Alternative]:
        """The alternatives without those that are part of others.

        For example, (A or B) and (A or C) has the alternatives A, and B with C; A with B is a part of A.
        """
        keys = [frozenset(atoms) for atoms, _ in alternatives]
        kept = list[Alternative]()
        for i, (atoms, by) in enumerate(alternatives):
            is_part = any(
                other < keys[i] or (other == keys[i] and j < i)
                for j, other in enumerate(keys)
            )
            if not is_part or (
                keys[i] not in keys[:i] and not self._is_covered(keys[i], by)
            ):
                kept.append((atoms, by))
        return kept

    def _is_covered(self, keys: frozenset[Key], by: Choices) -> bool:
        """Whether another variant of one of the unions fits too, without the variant that was chosen."""
        for union, chosen in by:
            own = self._relations.atoms(chosen).keys()
            for variant in children(union):
                below = self._relations.atoms(variant).keys()
                if below and below <= keys and not below <= own:
                    return True
        return False


def place_of(schema: Schema) -> Place | None:
    """The place by which a discriminator names a variant of a union; None where it cannot."""
    if isinstance(schema, s.Reference):
        return schema.target
    return schema.meta.place if isinstance(schema, s.Object) else None


def tag_for(union: Schema, places: dict[int, Place | None]) -> s.Tag:
    """The discriminator of a union whose variants were combined with other schemas.

    Args:
        union: The union before that.
        places: The `id` of each old variant → the place of the new one.
    """
    assert isinstance(union, s.Union) and union.tag
    tag = union.tag
    mapping, names = list[tuple[str, Place]](), list[tuple[str, Place]]()
    for variant in union.variants:
        place = places.get(id(variant))
        origin = place_of(variant)
        if place is None or origin is None:
            continue
        mapping += ((value, place) for value, at in tag.mapping if at == origin)
        if isinstance(variant, s.Reference):
            names.append((component_name(origin), place))
        names += ((value, place) for value, at in tag.names if at == origin)
    return replace(tag, mapping=tuple(mapping), names=tuple(names))
