"""`allOf` to one schema (JSON Schema 2020-12 core, section 10.2.1.1).

Runs after parsing, when every place is known. The result has no `AllOf` left.

An intersection is what several schemas ask for together. It is identified by the set of these
schemas: where the same set is met again, it is the same definition, so recursion through `allOf`
comes back to where it began. Members that several parts declare are intersections again, as are
the variants of a union together with what stands beside it.
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

# How many variants unions that stand side by side may have together.
_MAX_VARIANTS = 200
# How many intersections a document may need beside four for each of its schemas.
_FREE = 1_000


def compose(
    schemas: dict[Place, Schema], operations: tuple[Operation, ...], report: Report
) -> tuple[dict[Place, Schema], tuple[Operation, ...]]:
    """Every schema with its `AllOf`s merged, at any depth; those of operations too."""
    schemas = end_alternatives(straighten(schemas, report), report)
    schemas = break_circles(schemas, report)
    composer = Composer(schemas, report)
    # The order of the document decides nothing.
    for place in sorted(schemas):
        composer.define(place)
    composer.run()
    others = list[Schema]()

    def whole(schema: Schema) -> Schema:
        others.append(composer.whole(schema))
        return others[-1]

    operations = map_schemas(operations, whole)
    composer.run()
    sharing = Sharing(composer.made, schemas, others)
    found = {place: sharing.written(composer.made[place]) for place in schemas}
    operations = map_schemas(operations, sharing.written)
    return {**found, **sharing.shared()}, operations


@dataclass(frozen=True, slots=True)
class _Work:
    """An intersection that is still to be made."""

    place: Place
    meta: Meta
    atoms: Atoms
    parents: tuple[Place, ...]


class Composer:
    """Makes intersections.

    Attributes:
        made: What stands at a place; intersections refer to each other by their places.
    """

    def __init__(self, schemas: dict[Place, Schema], report: Report) -> None:
        self._schemas, self._report = schemas, report
        self._relations = Relations(schemas)
        self.made = dict[Place, Schema]()
        self._todo = deque[_Work]()
        self._known = dict[frozenset[Key], Place]()
        self._taken = set(schemas)
        self._whole = dict[int, tuple[Schema, Schema]]()
        self._count = 0
        self._budget = 0
        self._told = set[tuple[Place, Place]]()
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
        """Make what stands at a place."""
        schema = self._schemas[place]
        parts = _parts(schema) if isinstance(schema, s.AllOf) else [schema]
        is_object = self._is_object(place)
        if len(parts) == 1 and isinstance(parts[0], s.Reference):
            if not is_object or not self._inheritance.is_kind(place):
                self.made[place] = self.whole(schema)
                return
        elif not isinstance(schema, s.AllOf):
            self.made[place] = self.whole(schema)
            return
        needed = self._relations.at(place)
        if len(needed) == 1 and not is_object:
            self.made[place] = self.both(parts, schema.meta)
            return
        self._work(place, schema.meta, self._relations.atoms(*parts), needed, parts)

    def _is_object(self, place: Place) -> bool:
        atoms = self._relations.at(place)
        return bool(atoms) and all(
            isinstance(atom, (s.Object, s.Mapping)) for atom in atoms.values()
        )

    def run(self) -> None:
        """Make everything that was asked for."""
        while self._todo:
            work = self._todo.popleft()
            self.made[work.place] = self._make(work)

    def _work(
        self,
        place: Place,
        meta: Meta,
        atoms: Atoms,
        needed: Atoms,
        parts: Sequence[Schema],
    ) -> None:
        # What the others imply is taken in all the same: it may come first, or describe more.
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
        """The schema with an intersection for every `AllOf` in it."""
        known = self._whole.get(id(schema))
        if known is None:
            # The schema is kept with the result, so that its identity is not given away again.
            known = self._whole[id(schema)] = schema, self._made_whole(schema)
        return known[1]

    def _made_whole(self, schema: Schema) -> Schema:
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
        made: Schema = schema
        if any(self.whole(below) is not below for below in children(schema)):
            made = with_children(schema, self.whole)
        if self._one_way and isinstance(made, s.Object):
            fields = tuple(map(self._with_access, made.fields))
            return made if fields == made.fields else replace(made, fields=fields)
        return made

    def _with_access(self, field: s.Field) -> s.Field:
        """A member is of one direction too if the schema that it refers to is."""
        found, meta = field.schema, field.schema.meta
        if not isinstance(found, s.Reference) or meta.access is not s.Access.BOTH:
            return field
        access = self._one_way.get(found.target, s.Access.BOTH)
        return replace(field, schema=replace(found, meta=replace(meta, access=access)))

    def both(self, parts: Sequence[Schema], meta: Meta) -> Schema:
        """One schema for what fits all parts."""
        return self._intersection(self._relations.atoms(*parts), parts, meta)

    def _intersection(
        self, atoms: Atoms, parts: Sequence[Schema], meta: Meta
    ) -> Schema:
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
            opened = self._inheritance.opened(atoms, needed)
            needed = {k: v for k, v in opened.items() if k in needed or k not in atoms}
            self._work(place, replace(meta, place=place), opened, needed, parts)
        return s.Reference(meta, place)

    def _alone(self, key: Key, schema: Schema, meta: Meta) -> Schema:
        """What is left where one schema implies all others."""
        if isinstance(key, Place):
            return s.Reference(meta, key)
        made = self.whole(schema)
        if meta.place == schema.meta.place or _is_below(schema.meta.place, meta.place):
            return replace(made, meta=_described(meta, made.meta))
        return made

    def _free(self, place: Place) -> Place:
        """A place for an intersection that was first met there."""
        count, found = 0, place
        while found in self._taken:
            count += 1
            found = place.child("value", *([count] if count > 1 else []))
        self._taken.add(found)
        return found

    # ---------------------------------------------------------------- intersections
    def _make(self, work: _Work) -> Schema:
        if self._is_too_much(work.place):
            return s.Anything(work.meta)
        atoms = list(work.atoms.values())
        if any(isinstance(atom, s.Union) for atom in atoms):
            made = self._spread(work)
        else:
            made = self._merged(atoms, work.meta)
        if not isinstance(made, s.Object) or made.parents:
            return made
        if work.place in self._schemas or made.tag is None:
            return replace(made, parents=work.parents)
        return replace(made, tag=None)  # no discriminator can name it

    def _is_too_much(self, place: Place) -> bool:
        """Whether the document needs more intersections than its size explains."""
        self._count += 1
        if self._count <= _FREE:
            return False
        if not self._budget:
            listed = sum(1 for x in self._schemas.values() for _ in inside(x))
            self._budget = _FREE + 4 * listed
        if self._count == self._budget:
            self._report.error(
                "CP004",
                place,
                "what allOf puts together here gives more and more schemas",
                "Put fewer unions and schemas that refer to themselves together.",
            )
        return self._count >= self._budget

    def _merged(self, atoms: list[Schema], meta: Meta) -> Schema:
        """Schemas that are no unions, as one."""
        made = merged(atoms, meta, self)
        if not (self._one_way and isinstance(made, s.Object)):
            return made
        return replace(made, fields=tuple(map(self._with_access, made.fields)))

    def told(self, left: Schema, right: Schema) -> None:
        """Report that two schemas cannot hold together."""
        for here, other in ((left, right), (right, left)):
            pair = here.meta.place, other.meta.place
            if pair in self._told:
                continue
            self._told.add(pair)
            self._report.warning(
                "CP503",
                here.meta.place,
                f"this contradicts {other.meta.place.pointer}, which an allOf puts"
                " together with it; the later one is taken",
                "Check the types.",
            )

    # ---------------------------------------------------------------- unions
    def _spread(self, work: _Work) -> Schema:
        """Unions with what stands beside them: each variant together with that."""
        rest, unions = Atoms(), Atoms()
        for key, atom in work.atoms.items():
            (unions if isinstance(atom, s.Union) else rest)[key] = atom
        tagged = next((k for k, v in unions.items() if _tag_of(v)), None)
        if tagged is not None:
            # The tag tells its variants apart, so these stay together with whatever is beside.
            rest |= {k: v for k, v in unions.items() if k != tagged}
            unions = {tagged: unions[tagged]}
        found = list(islice(self._alternatives.of(rest, unions, ()), _MAX_VARIANTS + 1))
        if len(found) > _MAX_VARIANTS:
            self._report.warning(
                "CP501",
                work.meta.place,
                f"unions stand side by side here that have more than {_MAX_VARIANTS} variants"
                " together; any JSON value is accepted",
            )
            return s.Anything(work.meta)
        found = self._alternatives.distinct(found)
        if not found:
            return self._none_fits(work)
        variants = [self._variant(atoms, by, work) for atoms, by in found]
        places = {
            id(by[0][1]): place_of(variant)
            for (_, by), variant in zip(found, variants, strict=True)
        }
        tag = None if tagged is None else tag_for(unions[tagged], places)
        # A union that others narrowed to one variant is that variant. One that has a single
        # variant in the document keeps its tag.
        is_left = tagged is None or len(children(unions[tagged])) > 1
        if len(variants) == 1 and is_left:
            return variants[0]
        return flat(s.Union(work.meta, tuple(variants), tag))

    def _variant(self, atoms: Atoms, by: Choices, work: _Work) -> Schema:
        """A variant of a union together with what stands beside the union."""
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
        # A variant that stands elsewhere is another schema here: it needs a place of its own.
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
        """No variant holds together with what stands beside the union: the last part counts."""
        for left, right in combinations(work.atoms.values(), 2):
            if self._relations.are_disjoint(left, right):
                self.told(left, right)
        key = list(work.atoms)[-1]
        return self._alone(key, work.atoms[key], work.meta)


# ------------------------------------------------------------------ parts
def _parts(schema: s.AllOf) -> list[Schema]:
    """The parts that say something: not a description, or `required: [...]` of known members."""
    return [part for part in schema.parts if not isinstance(part, s.Anything)]


def _lone(schema: s.AllOf, part: s.Reference) -> Schema:
    return replace(part, meta=_described(schema.meta, part.meta))


def _described(outer: Meta, inner: Meta) -> Meta:
    """The outer meta, with words of the inner one where the outer is silent."""
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
