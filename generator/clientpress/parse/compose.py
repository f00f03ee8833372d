"""`allOf` to one schema (JSON Schema 2020-12 core, section 10.2.1.1).

This runs after parsing, when every place is known. The result has no `AllOf`.

An intersection is what several schemas require together. The set of these schemas identifies it: the same
set is always the same definition, so that recursion through `allOf` ends where it began. A member that
several parts declare is an intersection again, and so is each variant of a union together with what is
beside the union.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from clientpress.api import schemas as s
from clientpress.api.operations import Operation, map_schemas
from clientpress.api.schemas import Meta, Schema, children, inside, with_children
from clientpress.diagnostics import Place, Report, pointer_steps
from clientpress.parse.alternatives import Alternatives, Choices, place_of, tag_for
from clientpress.parse.inheritance import ALONE, Inheritance
from clientpress.parse.merging import merged
from clientpress.parse.references import break_circles, end_alternatives, straighten
from clientpress.parse.relations import Atoms, Key, Relations
from clientpress.parse.sharing import Sharing, flat

# How many variants several unions beside each other may have together.
_MAX_VARIANTS = 200
# A document may need so many intersections, and four more for each of its schemas.
_FREE = 1_000


def compose(
    schemas: dict[Place, Schema], operations: tuple[Operation, ...], report: Report
) -> tuple[dict[Place, Schema], tuple[Operation, ...]]:
    """Replace every `AllOf` of a document, at any depth.

    Args:
        schemas: The schemas by place.
        operations: The operations, whose own schemas are composed too.
        report: Receives the findings.

    Returns:
        The schemas, with the new definitions that intersections need, and the operations.
    """
    schemas = end_alternatives(straighten(schemas, report), report)
    schemas = break_circles(schemas, report)
    composer = Composer(schemas, report)
    # Sorted, so that the order of the document has no effect.
    for place in sorted(schemas):
        composer.define(place)
    composer.run()
    others = list[Schema]()

    def whole(schema: Schema) -> Schema:
        others.append(composer.whole(schema))
        return others[-1]

    operations = map_schemas(operations, whole)
    composer.run()
    sharing = Sharing(composer.composed, schemas, others)
    composed = {place: sharing.written(composer.composed[place]) for place in schemas}
    operations = map_schemas(operations, sharing.written)
    return {**composed, **sharing.shared()}, operations


@dataclass(frozen=True, slots=True)
class _Work:
    """An intersection that is not computed yet.

    Attributes:
        place: Its place.
        meta: Its title, description and so on.
        atoms: The schemas that hold together.
        parents: The schemas that it includes by reference.
    """

    place: Place
    meta: Meta
    atoms: Atoms
    parents: tuple[Place, ...]


class Composer:
    """Computes intersections.

    Attributes:
        composed: Place → schema without `AllOf`. Intersections refer to each other by their places.
    """

    def __init__(self, schemas: dict[Place, Schema], report: Report) -> None:
        self._schemas, self._report = schemas, report
        self._relations = Relations(schemas)
        self.composed = dict[Place, Schema]()
        self._todo = deque[_Work]()
        self._known = dict[frozenset[Key], Place]()
        self._taken = set(schemas)
        self._whole = dict[int, tuple[Schema, Schema]]()
        self._count = 0
        self._budget = 0
        self._reported = set[tuple[Place, Place]]()
        self._one_way = {
            place: schema.meta.access
            for place, schema in schemas.items()
            if schema.meta.access is not s.Access.BOTH
        }
        self._inheritance = Inheritance(schemas, self._relations)
        self._alternatives = Alternatives(self._relations, self._is_too_much)
        for place in sorted(schemas):
            keys = self._relations.keys(place)
            if len(keys) > 1:
                self._known.setdefault(keys, place)

    # ---------------------------------------------------------------- places
    def define(self, place: Place) -> None:
        """Compose the schema at a place."""
        schema = self._schemas[place]
        parts = _parts(schema) if isinstance(schema, s.AllOf) else [schema]
        is_object = self._is_object(place)
        if len(parts) == 1 and isinstance(parts[0], s.Reference):
            if not is_object or not self._inheritance.is_kind(place):
                self.composed[place] = self.whole(schema)
                return
        elif not isinstance(schema, s.AllOf):
            self.composed[place] = self.whole(schema)
            return
        needed = self._relations.at(place)
        if len(needed) == 1 and not is_object:
            self.composed[place] = self.both(parts, schema.meta)
            return
        self._work(place, schema.meta, self._relations.atoms(*parts), needed, parts)

    def _is_object(self, place: Place) -> bool:
        """Whether only objects hold at a place."""
        atoms = self._relations.at(place)
        return bool(atoms) and all(
            isinstance(atom, (s.Object, s.Mapping)) for atom in atoms.values()
        )

    def run(self) -> None:
        """Compute the intersections that were requested, and those that they request."""
        while self._todo:
            work = self._todo.popleft()
            self.composed[work.place] = self._make(work)

    def _work(
        self,
        place: Place,
        meta: Meta,
        atoms: Atoms,
        needed: Atoms,
        parts: Sequence[Schema],
    ) -> None:
        # Schemas that others imply are included too: they may come first, or describe more.
        """Request an intersection."""
        atoms = {
            key: atom
            for key, atom in atoms.items()
            if key in needed or not isinstance(atom, s.Union)
        }
        parents = tuple(
            self._inheritance.parent(part.target)
            for part in parts
            if isinstance(part, s.Reference)
        )
        self._todo.append(_Work(place, meta, atoms, parents))

    # ---------------------------------------------------------------- schemas
    def whole(self, schema: Schema) -> Schema:
        """The schema with an intersection in place of every `AllOf`."""
        known = self._whole.get(id(schema))
        if known is None:
            # The schema is kept with the result, so that no other object gets its `id`.
            known = self._whole[id(schema)] = schema, self._find_whole(schema)
        return known[1]

    def _find_whole(self, schema: Schema) -> Schema:
        if isinstance(schema, s.AllOf):
            parts = _parts(schema)
            if len(parts) == 1 and isinstance(parts[0], s.Reference):
                return _lone(schema, parts[0])
            return self.both(parts, schema.meta)
        if isinstance(schema, s.Object) and schema.tag and not schema.fields:
            extra = self.whole(schema.extra) if schema.extra else None
            return s.Mapping(
                schema.meta, extra or s.Anything(Meta(place=schema.meta.place))
            )
        changed: Schema = schema
        if any(self.whole(below) is not below for below in children(schema)):
            changed = with_children(schema, self.whole)
        if self._one_way and isinstance(changed, s.Object):
            fields = tuple(map(self._with_access, changed.fields))
            return (
                changed if fields == changed.fields else replace(changed, fields=fields)
            )
        return changed

    def _with_access(self, field: s.Field) -> s.Field:
        """A member of one direction, if the schema that it refers to is of one direction."""
        schema, meta = field.schema, field.schema.meta
        if not isinstance(schema, s.Reference) or meta.access is not s.Access.BOTH:
            return field
        access = self._one_way.get(schema.target, s.Access.BOTH)
        return replace(field, schema=replace(schema, meta=replace(meta, access=access)))

    def both(self, parts: Sequence[Schema], meta: Meta) -> Schema:
        """One schema for the values that are valid for all parts."""
        return self._intersection(self._relations.atoms(*parts), parts, meta)

    def _intersection(
        self, atoms: Atoms, parts: Sequence[Schema], meta: Meta
    ) -> Schema:
        """A reference to the intersection of some schemas, or the intersection itself if it is small."""
        needed = self._relations.needed(atoms)
        keys = frozenset(needed)
        if not needed:
            return s.Anything(meta)
        for part in parts:
            if (
                isinstance(part, s.Reference)
                and self._relations.keys(part.target) == keys
            ):
                return s.Reference(_described(meta, part.meta), part.target)
        if len(needed) == 1:
            return self._alone(*next(iter(needed.items())), meta)
        if all(map(_is_scalar, needed.values())):
            return self._merged(list(needed.values()), meta)
        place = self._known.get(keys)
        if place is None:
            place = self._known[keys] = self._free(meta.place)
            opened = self._inheritance.with_kinds(atoms, needed)
            needed = {k: v for k, v in opened.items() if k in needed or k not in atoms}
            self._work(place, replace(meta, place=place), opened, needed, parts)
        return s.Reference(meta, place)

    def _alone(self, key: Key, schema: Schema, meta: Meta) -> Schema:
        """The result where one schema implies all others."""
        if isinstance(key, Place):
            return s.Reference(meta, key)
        result = self.whole(schema)
        if meta.place == schema.meta.place or _is_below(schema.meta.place, meta.place):
            return replace(result, meta=_described(meta, result.meta))
        return result

    def _free(self, place: Place) -> Place:
        """A free place for an intersection that is first needed at a place."""
        count, free = 0, place
        while free in self._taken:
            count += 1
            free = place.child("value", *([count] if count > 1 else []))
        self._taken.add(free)
        return free

    # ---------------------------------------------------------------- intersections
    def _make(self, work: _Work) -> Schema:
        """Compute one intersection."""
        if self._is_too_much(work.place):
            return s.Anything(work.meta)
        atoms = list(work.atoms.values())
        if any(isinstance(atom, s.Union) for atom in atoms):
            result = self._spread(work)
        else:
            result = self._merged(atoms, work.meta)
        if not isinstance(result, s.Object) or result.parents:
            return result
        if work.place in self._schemas or result.tag is None:
            return replace(result, parents=work.parents)
        return replace(result, tag=None)  # no discriminator can name it

    def _is_too_much(self, place: Place) -> bool:
        """Whether the document needs more intersections than its size explains, which is reported."""
        self._count += 1
        if self._count <= _FREE:
            return False
        if not self._budget:
            size = sum(1 for x in self._schemas.values() for _ in inside(x))
            self._budget = _FREE + 4 * size
        if self._count == self._budget:
            self._report.error(
                "CP004",
                place,
                "what allOf puts together here gives more and more schemas",
                "Put fewer unions and schemas that refer to themselves together.",
            )
        return self._count >= self._budget

    def _merged(self, atoms: list[Schema], meta: Meta) -> Schema:
        """The intersection of schemas that are not unions."""
        result = merged(atoms, meta, self)
        if not (self._one_way and isinstance(result, s.Object)):
            return result
        return replace(result, fields=tuple(map(self._with_access, result.fields)))

    def contradiction(self, left: Schema, right: Schema) -> None:
        """Report that two schemas exclude each other."""
        for schema, other in ((left, right), (right, left)):
            pair = schema.meta.place, other.meta.place
            if pair in self._reported:
                continue
            self._reported.add(pair)
            self._report.warning(
                "CP503",
                schema.meta.place,
                f"this contradicts {other.meta.place.pointer}, which an allOf puts"
                " together with it; the later one is taken",
                "Check the types.",
            )

    # ---------------------------------------------------------------- unions
    def _spread(self, work: _Work) -> Schema:
        """Unions with what is beside them: a union of each variant together with the rest."""
        rest, unions = Atoms(), Atoms()
        for key, atom in work.atoms.items():
            (unions if isinstance(atom, s.Union) else rest)[key] = atom
        tagged = next((k for k, v in unions.items() if _tag_of(v)), None)
        if tagged is not None:
            # A discriminator decides between its variants; other unions stay beside each of them.
            rest |= {k: v for k, v in unions.items() if k != tagged}
            unions = {tagged: unions[tagged]}
        alternatives = list(
            islice(self._alternatives.of(rest, unions, ()), _MAX_VARIANTS + 1)
        )
        if len(alternatives) > _MAX_VARIANTS:
            self._report.warning(
                "CP501",
                work.meta.place,
                f"unions stand side by side here that have more than {_MAX_VARIANTS} variants"
                " together; any JSON value is accepted",
            )
            return s.Anything(work.meta)
        alternatives = self._alternatives.distinct(alternatives)
        if not alternatives:
            return self._none_fits(work)
        variants = [self._variant(atoms, by, work) for atoms, by in alternatives]
        places = {
            id(by[0][1]): place_of(variant)
            for (_, by), variant in zip(alternatives, variants, strict=True)
        }
        tag = None if tagged is None else tag_for(unions[tagged], places)
        # A union of which one variant is left is that variant. A union that has only one variant
        # in the document keeps its tag.
        is_narrowed = tagged is None or len(children(unions[tagged])) > 1
        if len(variants) == 1 and is_narrowed:
            return variants[0]
        return flat(s.Union(work.meta, tuple(variants), tag))

    def _variant(self, atoms: Atoms, by: Choices, work: _Work) -> Schema:
        """A variant of a union together with what is beside the union."""
        chosen = [variant for _, variant in by]
        first = chosen[0]
        if isinstance(first, s.Reference):
            first = self._schemas[first.target]
        names = list[str]()
        for variant in chosen:
            at = (
                variant.target
                if isinstance(variant, s.Reference)
                else variant.meta.place
            )
            if not _is_below(at, work.meta.place):
                names += pointer_steps(at.pointer.removesuffix(f"/{ALONE}"))[-3:]
        # A variant from elsewhere differs from its definition here, so it needs its own place.
        place = (
            work.meta.place.child("with", " ".join(names))
            if names
            else chosen[-1].meta.place
        )
        meta = Meta(
            place=place, title=first.meta.title, description=first.meta.description
        )
        return self._intersection(atoms, chosen, meta)

    def _none_fits(self, work: _Work) -> Schema:
        """The result where no variant of a union fits with the rest: the last part counts."""
        for left, right in combinations(work.atoms.values(), 2):
            if self._relations.are_disjoint(left, right):
                self.contradiction(left, right)
        key = list(work.atoms)[-1]
        return self._alone(key, work.atoms[key], work.meta)


# ------------------------------------------------------------------ parts
def _parts(schema: s.AllOf) -> list[Schema]:
    """The parts that constrain something, unlike a description alone."""
    return [part for part in schema.parts if not isinstance(part, s.Anything)]


def _lone(schema: s.AllOf, part: s.Reference) -> Schema:
    """The only part of an `allOf`, described by both."""
    return replace(part, meta=_described(schema.meta, part.meta))


def _described(outer: Meta, inner: Meta) -> Meta:
    """The outer meta, completed with the inner one."""
    return replace(
        outer,
        title=outer.title or inner.title,
        description=outer.description or inner.description,
        deprecated=outer.deprecated or inner.deprecated,
        default=outer.default or inner.default,
        access=outer.access if outer.access is not s.Access.BOTH else inner.access,
        extensions=(
            {**inner.extensions, **outer.extensions}
            if inner.extensions
            else outer.extensions
        ),
    )


def _is_scalar(schema: Schema) -> bool:
    return isinstance(schema, (s.Primitive, s.Constant, s.Enumeration, s.Nothing))


def _is_below(place: Place, other: Place) -> bool:
    return place.file == other.file and place.pointer.startswith(f"{other.pointer}/")


def _tag_of(schema: Schema) -> s.Tag | None:
    return schema.tag if isinstance(schema, s.Union) else None
