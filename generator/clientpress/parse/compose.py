"""`allOf` to one schema.

Runs after parsing, when every place is known. The result has no `AllOf` left. Members of
several parts with one name must fit all parts at once, which is again an `allOf`. What
contradicts itself is reported, and the later part wins.
"""

from __future__ import annotations

from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema, with_children
from clientpress.diagnostics import Place, Report, pointer_steps
from clientpress.parse.references import (
    break_circles,
    end_alternatives,
    parts_first,
    straighten,
)

# How many unions may be taken apart inside each other: a union may contain itself.
_MAX_SPREAD = 3


def compose(schemas: dict[Place, Schema], report: Report) -> dict[Place, Schema]:
    """Every schema with its `AllOf`s merged, at any depth."""
    schemas = end_alternatives(straighten(schemas, report), report)
    schemas = break_circles(schemas, report)
    composer = Composer(schemas, report)
    for place in parts_first(schemas):  # so that merging never goes deep
        composer.at(place)
    return {place: composer.whole(composer.at(place)) for place in schemas}


class Composer:
    """Merges schemas on demand; what is merged is remembered by its place."""

    def __init__(
        self,
        schemas: dict[Place, Schema],
        report: Report,
        done: dict[Place, Schema] | None = None,
    ) -> None:
        self._schemas, self._report = schemas, report
        self._done: dict[Place, Schema] = dict(done or {})
        self._open: list[Place] = []
        self._spread = 0
        self._merged: dict[int, tuple[Schema, Schema]] = {}
        self._depth = 0
        self._one_way = {
            place: schema.meta.access
            for place, schema in schemas.items()
            if schema.meta.access is not s.Access.BOTH
        }

    def at(self, place: Place) -> Schema:
        """The schema of a place, merged at its top."""
        if place not in self._done:
            if place in self._open:
                self._report.warning(
                    "W503",
                    place,
                    "this schema is a part of itself; as such a part it says nothing",
                    "Take one of the references out.",
                )
                return s.Anything(Meta(place))
            self._open.append(place)
            self._done[place] = self.top(self._schemas[place])
            self._open.pop()
        return self._done[place]

    def top(self, schema: Schema) -> Schema:
        """The schema with an `AllOf` at its top merged."""
        if isinstance(schema, s.AllOf):
            known = self._merged.get(id(schema))
            if known is None:
                # The schema is kept with the result, so that its identity is not given away again.
                known = self._merged[id(schema)] = schema, self._merge(schema)
            return known[1]
        if isinstance(schema, s.Object) and schema.tag and not schema.fields:
            return s.Mapping(
                schema.meta, schema.extra or s.Anything(Meta(schema.meta.place))
            )
        return schema

    def whole(self, schema: Schema) -> Schema:
        """The schema with every `AllOf` below it merged."""
        schema = self.top(schema)
        self._depth += 1
        try:
            if self._depth > 200:
                self._report.warning(
                    "W501",
                    schema.meta.place,
                    "composed too deeply; any JSON value is accepted here",
                )
                return s.Anything(schema.meta)
            made = with_children(schema, self.whole)
        finally:
            self._depth -= 1
        if self._one_way and isinstance(made, s.Object):
            return replace(made, fields=tuple(map(self._with_access, made.fields)))
        return made

    def _with_access(self, field: s.Field) -> s.Field:
        """A member is of one direction too if the schema that it refers to is."""
        found, meta = field.schema, field.schema.meta
        if not isinstance(found, s.Reference) or meta.access is not s.Access.BOTH:
            return field
        access = self._one_way.get(found.target, s.Access.BOTH)
        return replace(field, schema=replace(found, meta=replace(meta, access=access)))

    def _target(self, schema: Schema) -> Schema:
        """What a schema is once references are followed."""
        seen = set[Place]()
        while isinstance(schema, s.Reference):
            if schema.target in seen:
                self._report.slip(
                    "E104", schema.meta.place, "this reference leads back to itself"
                )
                return s.Anything(schema.meta)
            seen.add(schema.target)
            schema = self.at(schema.target)
        return self.top(schema)

    def _merge(self, schema: s.AllOf) -> Schema:
        parts = [part for part in schema.parts if not isinstance(part, s.Anything)]
        # A part that is only a description or `required: [...]` of known members does not hide a lone reference.
        if len(parts) == 1 and isinstance(parts[0], s.Reference):
            return replace(parts[0], meta=_described(schema.meta, parts[0].meta))
        merged: Schema = s.Anything(schema.meta)
        parents = list[Place]()
        for part in parts:
            if isinstance(part, s.Reference):
                parents.append(part.target)
            merged = self._both(merged, self._target(part), schema.meta)
        if isinstance(merged, s.Object):
            merged = replace(merged, parents=tuple(parents))
        return replace(merged, meta=_described(schema.meta, merged.meta))

    def _both(self, left: Schema, right: Schema, meta: Meta) -> Schema:
        """One schema for what fits both; `meta` is that of the composition."""
        if isinstance(left, s.Anything) or isinstance(right, s.Nothing):
            return right
        if isinstance(right, s.Anything) or isinstance(left, s.Nothing):
            return left
        if isinstance(left, s.Union) or isinstance(right, s.Union):
            return self._distribute(left, right, meta)
        if isinstance(left, (s.Object, s.Mapping)) and isinstance(
            right, (s.Object, s.Mapping)
        ):
            return self._objects(left, right, meta)
        if isinstance(left, s.Array) and isinstance(right, s.Array):
            return s.Array(
                meta, self._member(left.items, right.items, meta.place.child("items"))
            )
        if isinstance(left, s.ByName) and isinstance(right, s.ByName):
            return self._by_name(left, right, meta)
        return self._scalars(left, right, meta)

    def _by_name(self, left: s.ByName, right: s.ByName, meta: Meta) -> Schema:
        """The patterns of both: a name that fits several is asked for the first only."""
        rest: Schema | None = None
        if left.rest and right.rest:
            rest = self._member(left.rest, right.rest, meta.place)
        return s.ByName(meta, (*left.patterns, *right.patterns), rest)

    def _objects(
        self, left: s.Object | s.Mapping, right: s.Object | s.Mapping, meta: Meta
    ) -> Schema:
        if isinstance(left, s.Mapping) and isinstance(right, s.Mapping):
            return s.Mapping(meta, self._member(left.values, right.values, meta.place))
        fields = {field.wire: field for field in _fields(left)}
        for field in _fields(right):
            known = fields.get(field.wire)
            if known is None:
                fields[field.wire] = field
                continue
            fields[field.wire] = self._field(known, field, meta)
        tag = (left.tag if isinstance(left, s.Object) else None) or (
            right.tag if isinstance(right, s.Object) else None
        )
        extra, other = _extra(left), _extra(right)
        if extra and other:
            extra = self._member(extra, other, meta.place.child("additionalProperties"))
        return s.Object(meta, tuple(fields.values()), extra or other, tag=tag)

    def _field(self, left: s.Field, right: s.Field, meta: Meta) -> s.Field:
        place = meta.place.child("properties", left.wire)
        required = left.required or right.required
        if left.conditional and right.conditional:
            same = _same_shape(left.schema, right.schema)
            both = s.Union(Meta(place), (left.schema, right.schema))
            return replace(left, schema=left.schema if same else both)
        if left.conditional or right.conditional:
            return replace(right if left.conditional else left, required=required)
        schema = self._member(left.schema, right.schema, place)
        return s.Field(left.wire, schema, required)

    def _member(self, left: Schema, right: Schema, place: Place) -> Schema:
        """A member that two parts declare."""
        if left == right or isinstance(right, s.Anything) or _same_shape(left, right):
            return left
        if isinstance(left, s.Anything):
            return right
        # A list for many parts: pairs of pairs would go deep.
        first: tuple[Schema, ...] = (left,)
        if isinstance(left, s.AllOf) and left.meta.place == place:
            first = left.parts
        return s.AllOf(replace(right.meta, place=place), (*first, right))

    def _distribute(self, left: Schema, right: Schema, meta: Meta) -> Schema:
        """A union and something beside it: each variant together with that something."""
        union = right if isinstance(right, s.Union) else left
        other = left if union is right else right
        assert isinstance(union, s.Union)
        if isinstance(other, s.Union):
            shared = [
                v
                for v in union.variants
                if any(_same_shape(v, o) for o in other.variants)
            ]
            if shared and all(map(s.is_null, shared)):
                return self._both_or_null(left, right, meta)
            if shared:
                return (
                    replace(union, variants=tuple(shared))
                    if len(shared) > 1
                    else shared[0]
                )
        if self._spread >= _MAX_SPREAD:
            self._report.warning(
                "W501",
                meta.place,
                "unions of unions stand side by side here; any JSON value is accepted",
            )
            return s.Anything(meta)
        self._spread += 1
        variants = [
            made
            for variant in union.variants
            if (made := self._beside(variant, other, meta))
        ]
        self._spread -= 1
        if not variants:
            return other
        return (
            variants[0]
            if len(variants) == 1
            else s.Union(meta, tuple(variants), union.tag)
        )

    def _both_or_null(self, left: Schema, right: Schema, meta: Meta) -> Schema:
        """Two schemas that have nothing in common as they stand, but that null fits both."""
        first, second = (self._target(_without_null(part)) for part in (left, right))
        rest = self._both(first, second, meta)
        null = s.Primitive(Meta(meta.place), "null")
        if isinstance(rest, s.Union):
            return replace(rest, variants=(*rest.variants, null))
        return s.Union(meta, (rest, null))

    def _beside(self, variant: Schema, other: Schema, meta: Meta) -> Schema | None:
        """One variant of a union together with what stands beside the union; None where nothing fits both."""
        target = self._target(variant)
        if s.is_null(target):
            return None
        if isinstance(other, s.Object) and _adds_nothing(other, target):
            return variant
        origin = (
            variant.target if isinstance(variant, s.Reference) else variant.meta.place
        )
        # A variant that stands elsewhere is another schema here: it needs a place of its own.
        place = origin
        if not origin.pointer.startswith(f"{meta.place.pointer}/"):
            place = meta.place.child(
                "with", " ".join(pointer_steps(origin.pointer)[-3:])
            )
        inner = Meta(
            place, title=target.meta.title, description=target.meta.description
        )
        made = self._both(other, target, inner)
        if isinstance(made, s.Object) and isinstance(variant, s.Reference):
            made = replace(made, parents=(variant.target,))
        return made

    def _scalars(self, left: Schema, right: Schema, meta: Meta) -> Schema:
        """Two schemas that are not both objects: the narrower one, or the later one with a
        warning.
        """
        for narrow, wide in ((left, right), (right, left)):
            if isinstance(narrow, (s.Constant, s.Enumeration)) and isinstance(
                wide, s.Primitive
            ):
                return narrow
            if isinstance(narrow, s.Constant) and isinstance(wide, s.Enumeration):
                return narrow
        if isinstance(left, s.Primitive) and isinstance(right, s.Primitive):
            if left.type == right.type:
                return right if right.format else left
            if {left.type, right.type} == {"integer", "number"}:
                return left if left.type == "integer" else right
        if isinstance(left, s.Enumeration) and isinstance(right, s.Enumeration):
            shared = tuple(value for value in left.values if value in right.values)
            if shared:
                return s.Enumeration(meta, right.type, shared)
        may_differ = isinstance(left, s.Tuple) and isinstance(right, s.Tuple)
        if not may_differ and not _same_shape(left, right):
            for here, other in ((left, right), (right, left)):
                self._report.warning(
                    "W503",
                    here.meta.place,
                    f"this contradicts {other.meta.place.pointer}, which an allOf puts"
                    " together with it; the later one is taken",
                    "Check the types.",
                )
        return right


def _without_null(schema: Schema) -> Schema:
    if not isinstance(schema, s.Union):
        return schema
    rest = tuple(v for v in schema.variants if not s.is_null(v))
    return rest[0] if len(rest) == 1 else replace(schema, variants=rest)


def _fields(schema: s.Object | s.Mapping) -> tuple[s.Field, ...]:
    return schema.fields if isinstance(schema, s.Object) else ()


def _extra(schema: s.Object | s.Mapping) -> Schema | None:
    """What a part says of undeclared members; `type: object` alone says nothing."""
    if isinstance(schema, s.Object):
        return schema.extra
    return None if isinstance(schema.values, s.Anything) else schema.values


def _described(outer: Meta, inner: Meta) -> Meta:
    """The outer meta, with words of the inner one where the outer is silent."""
    return replace(
        outer,
        title=outer.title or inner.title,
        description=outer.description or inner.description,
        deprecated=outer.deprecated or inner.deprecated,
        default=outer.default or inner.default,
        examples=outer.examples,
        extensions=(
            {**inner.extensions, **outer.extensions}
            if inner.extensions
            else outer.extensions
        ),
    )


def _same_shape(left: Schema, right: Schema) -> bool:
    """Whether two schemas allow the same, whatever they say about it."""
    if type(left) is not type(right):
        return False
    match left, right:
        case s.Primitive(), s.Primitive():
            return left.type == right.type and left.format == right.format
        case s.Reference(), s.Reference():
            return left.target == right.target
        case s.Enumeration(), s.Enumeration():
            return left.values == right.values
        case s.Constant(), s.Constant():
            return bool(left.value == right.value) and type(left.value) is type(
                right.value
            )
        case s.Array(), s.Array():
            return _same_shape(left.items, right.items)
        case s.Mapping(), s.Mapping():
            return _same_shape(left.values, right.values)
        case s.Anything(), s.Anything():
            return True
        case s.Union(), s.Union():
            return len(left.variants) == len(right.variants) and all(
                map(_same_shape, left.variants, right.variants)
            )
        case _:
            return left == right


def _adds_nothing(other: s.Object, target: Schema) -> bool:
    """Whether an object beside a union only repeats what a variant has already."""
    if not isinstance(target, s.Object) or other.extra:
        return False
    known = {field.wire: field for field in target.fields}
    return all(
        field.wire in known
        and (known[field.wire].required or not field.required)
        and (
            isinstance(field.schema, s.Anything)
            or _same_shape(field.schema, known[field.wire].schema)
        )
        for field in other.fields
    )
