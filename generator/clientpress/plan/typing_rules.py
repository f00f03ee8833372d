"""Which Python type a schema has.

One `TypeRules` serves a whole plan: it knows the names, and which classes are bases of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from clientpress.api import schemas as s
from clientpress.api.directions import component_name
from clientpress.api.schemas import Schema, core
from clientpress.api.tags import listed_values, values_of
from clientpress.diagnostics import Place, escape_step, pointer_steps
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.schema_names import nullable
from clientpress.runtime.values.annotations import resolve

# Longer lists of values are of no use in an editor, and make signatures hard to read.
MAX_LITERALS = 60
MAX_MEMBERS = 2_000

_STRING_FORMATS: dict[str, Annotation] = {
    "date-time": a.DATETIME,
    "date": a.DATE,
    "time": a.TIME,
    "uuid": a.UUID,
    "byte": a.BYTES,
    "base64url": a.runtime("Base64Url"),
    "decimal": a.DECIMAL,
    "int64": a.STR_INT,
    "uint64": a.STR_INT,
}
_PLAIN: dict[str, Annotation] = {
    "string": a.STR,
    "integer": a.INT,
    "number": a.FLOAT,
    "boolean": a.BOOL,
    "null": a.NONE,
}


_KINDS = {str: a.STR, int: a.INT, bool: a.BOOL}


class TypeRules:
    """Schema to annotation.

    Args:
        children: Base place → places of the schemas that took it in through `allOf`, for bases
        with a discriminator.
        unions: Base place → name of the union of the base and its children.
    """

    def __init__(
        self,
        schemas: Mapping[Place, Schema],
        names: Mapping[Place, str],
        children: Mapping[Place, tuple[Place, ...]],
        unions: Mapping[Place, str],
    ) -> None:
        self._schemas, self._names = schemas, names
        self._children, self._unions = children, unions
        self._open = list[Place]()

    def annotation(self, schema: Schema) -> Annotation:
        """The type of the values of a schema."""
        match schema:
            case s.Primitive():
                return primitive(schema)
            case s.Constant():
                listable = is_listable((schema.value,))
                return a.Literal((schema.value,)) if listable else a.INT
            case s.Enumeration():
                return self._enumeration(schema)
            case s.Array():
                return a.list_of(self.annotation(schema.items))
            case s.Tuple():
                return self._tuple(schema)
            case s.Mapping():
                return self.members(schema.values)
            case s.ByName():
                return self._values(schema)
            case s.Object():
                return a.model(self._names[schema.meta.place])
            case s.Union():
                return self._union(schema)
            case s.Reference():
                return self.reference(schema.target)
            case _:
                return a.JSON

    def members(self, values: Schema) -> Annotation:
        """The dict of members whose values a schema describes."""
        if not isinstance(values, s.ByName):
            return a.dict_of(self.annotation(values))
        every, rest = self._values(values), self._rest(values)
        patterns = tuple((name, self.annotation(p)) for name, p in values.patterns)
        if every == a.JSON or all(kind == (rest or every) for _, kind in patterns):
            return a.dict_of(every)
        return a.Patterned(a.dict_of(every), patterns, rest or every)

    def _values(self, schema: s.ByName) -> Annotation:
        rest = self._rest(schema)
        kinds = [self.annotation(p) for _, p in schema.patterns]
        return a.union(*kinds, *([rest] if rest else []))

    def _rest(self, schema: s.ByName) -> Annotation | None:
        """The type of members whose names fit no pattern, if there may be such members; `Unknown`
        if the document does not describe them.
        """
        rest = self.annotation(schema.rest) if schema.rest else None
        return a.UNKNOWN if rest == a.JSON else rest

    def reference(self, target: Place) -> Annotation:
        """The type of the schema at a place."""
        schema = self._schemas[target]
        inner = core(schema)
        if isinstance(inner, s.Reference):
            if target in self._open:
                return a.JSON
            self._open.append(target)
            annotation = self.annotation(inner)
            self._open.pop()
        elif (
            isinstance(inner, (s.Primitive, s.Constant, s.Anything, s.Nothing))
            or target not in self._names
        ):
            annotation = self.annotation(inner)
        elif target in self._children:
            annotation = a.model(self._unions[target])
        else:
            annotation = a.model(self._names[target])
        return (
            a.union(annotation, a.NONE)
            if nullable(schema, self._schemas) and annotation != a.JSON
            else annotation
        )

    def definition(self, schema: Schema) -> Annotation:
        """The right-hand side of the alias for a named schema, without null: references add it."""
        inner = core(schema)
        if isinstance(inner, s.Union):
            variants = tuple(v for v in inner.variants if not s.is_null(v))
            inner = s.Union(inner.meta, variants, inner.tag)
        return self.annotation(inner)

    def polymorphic(self, base: Place) -> Annotation:
        """The union of a base with a discriminator and everything below it."""
        schema = core(self._schemas[base])
        assert isinstance(schema, s.Object) and schema.tag
        mapping = self._kinds(schema, schema.tag, base)
        kinds = (base, *self._children[base])
        used = dict.fromkeys([*mapping.values(), *kinds])
        variants = a.union(*(a.model(self._names[place]) for place in used), a.UNKNOWN)
        assert isinstance(variants, a.Or)
        if any(place not in mapping.values() for place in kinds):
            return variants  # the document does not say what marks one of them
        return a.Tagged(
            variants,
            schema.tag.property,
            tuple((value, self._names[place]) for value, place in mapping.items()),
        )

    def _kinds(self, schema: s.Object, tag: s.Tag, base: Place) -> dict[str, Place]:
        """The values that mark a base and each kind of it, as far as the document tells: by the
        mapping, by the values that the property lists, else by the names of the components.
        """
        children = self._children[base]
        kinds = {v: place for v, place in tag.mapping if place in (base, *children)}
        told = set(kinds.values())
        listed = [] if told else self._listed(schema, tag.property)
        for place in children:
            if place in told:
                continue
            name = component_name(place)
            # A value may write the name of the component in another way: weekly_item, WeeklyItem.
            same = [v for v in listed if _in_words(v) == _in_words(name)]
            kinds |= dict.fromkeys(same if listed else [name], place)
        if base not in told:
            rest = [value for value in listed if value not in kinds]
            kinds |= dict.fromkeys(rest or [component_name(base)], base)
        return kinds

    def _enumeration(self, schema: s.Enumeration) -> Annotation:
        if schema.meta.place in self._names:
            return a.model(self._names[schema.meta.place])
        return literals(schema)

    def _tuple(self, schema: s.Tuple) -> Annotation:
        items = [self.annotation(item) for item in schema.items]
        if schema.exact and schema.rest is None:
            return a.Generic(a.Name("tuple"), tuple(items))
        rest = [self.annotation(schema.rest)] if schema.rest else []
        return a.list_of(a.union(*items, *rest))

    def _union(self, schema: s.Union) -> Annotation:
        members = [self.annotation(variant) for variant in schema.variants]
        whole = a.union(*members)
        variants = [v for v in schema.variants if not s.is_null(v)]
        models = [v for v in variants if self._objects(v)]
        if len([v for v in models if self._object(v)]) > 1 and whole != a.JSON:
            whole = a.union(whole, a.UNKNOWN)
        if schema.tag is None or len(models) < len(variants):
            return whole
        tagged = self._tagged(models, schema.tag)
        if tagged is None:
            return whole
        return a.union(tagged, a.NONE) if a.allows_none(whole) else tagged

    def _tagged(self, models: list[Schema], tag: s.Tag) -> Annotation | None:
        """The union with its decision by tag; None when the document's tag does not decide. A
        variant that is a union itself decides further by its own.
        """
        mapping = dict[str, str]()
        targets = {
            v.target if isinstance(v, s.Reference) else v.meta.place: v for v in models
        }
        # A class that only the mapping names is a variant as well.
        for _, place in tag.mapping:
            schema = self._schemas.get(place)
            if place in targets or place not in self._names or schema is None:
                continue
            if isinstance(core(schema), s.Object):
                targets[place] = s.Reference(s.Meta(place=place), place)
        models = [*models, *(v for v in targets.values() if v not in models)]
        for value, place in tag.mapping:
            target = targets.get(place)
            name = a.without_none(self.annotation(target)) if target else None
            if isinstance(name, a.Name):
                mapping[value] = name.text
        told = set(mapping.values())
        for variant in models:
            name = a.without_none(self.annotation(variant))
            if not isinstance(name, a.Name):
                return None
            if name.text in told:
                continue
            values = self._tag_values(variant, tag)
            if not values or any(value in mapping for value in values):
                return None
            mapping.update(dict.fromkeys(values, name.text))
        members = a.union(
            *(a.without_none(self.annotation(v)) for v in models), a.UNKNOWN
        )
        return (
            a.Tagged(members, tag.property, tuple(mapping.items()))
            if isinstance(members, a.Or)
            else None
        )

    def _tag_values(self, variant: Schema, tag: s.Tag) -> list[str]:
        """The values that mark a variant: what its property lists, else its name."""
        names, listed = values_of(variant, tag), list[str]()
        for kind in self._objects(variant):
            values = self._listed(kind, tag.property)
            if not 0 < len(values) < 20:
                return names
            listed += values
        # Variants that inherit the property list the values of all.
        return names if set(names) & set(listed) else listed or names

    def _listed(self, schema: s.Object, wire: str) -> list[str]:
        """The texts that a property lists."""
        fields = (f.schema for f in schema.fields if f.wire == wire)
        listed = (v for f in fields for v in listed_values(f, self._schemas))
        return [value for value in listed if isinstance(value, str)]

    def _objects(self, schema: Schema) -> list[s.Object]:
        """The objects that a variant of a union may be; empty where it may be something else."""
        objects, todo, seen = list[s.Object](), [schema], set[int]()
        while todo:
            here = self.followed(todo.pop())
            if id(here) in seen:
                continue
            seen.add(id(here))
            if isinstance(here, s.Union):
                todo += [v for v in reversed(here.variants) if not s.is_null(v)]
            elif isinstance(here, s.Object):
                objects.append(here)
            else:
                return []
        return objects

    def _object(self, schema: Schema) -> s.Object | None:
        followed = self.followed(schema)
        return followed if isinstance(followed, s.Object) else None

    def at(self, schema: Schema, pointer: str) -> Schema | None:
        """The schema of what a JSON Pointer leads to inside a value; None if nothing is declared
        there.
        """
        here: Schema = schema
        for step in pointer_steps(pointer):
            followed = self.followed(here)
            variants = (
                followed.variants if isinstance(followed, s.Union) else (followed,)
            )
            below = [self._member(self.followed(variant), step) for variant in variants]
            declared = [schema for schema in below if schema]
            if not declared:
                return None
            here = declared[0]
        return here

    def _member(self, schema: Schema, step: str) -> Schema | None:
        if isinstance(schema, s.Object):
            return next(
                (f.schema for f in schema.fields if f.wire == step), schema.extra
            )
        if isinstance(schema, s.Mapping):
            return schema.values if not isinstance(schema.values, s.ByName) else None
        if isinstance(schema, s.Array) and step.isdigit():
            return schema.items
        return schema if isinstance(schema, s.Anything) else None

    def component(self, key: str) -> Annotation | None:
        """The type of a component under `components/schemas`; None if there is none."""
        place = self._component(key)
        return self.reference(place) if place else None

    def component_schema(self, key: str) -> Schema | None:
        """The schema of a component under `components/schemas`; None if there is none."""
        place = self._component(key)
        return self._schemas[place] if place else None

    def _component(self, key: str) -> Place | None:
        wanted = f"/components/schemas/{escape_step(key)}"
        return next((p for p in self._schemas if p.pointer == wanted), None)

    def followed(self, schema: Schema) -> Schema:
        """The schema after references are followed and null is taken away."""
        seen = set[Place]()
        while isinstance(core(schema), s.Reference):
            reference = core(schema)
            assert isinstance(reference, s.Reference)
            if reference.target in seen:
                break
            seen.add(reference.target)
            schema = self._schemas[reference.target]
        return core(schema)


def _in_words(name: str) -> str:
    """A name without what only separates its words."""
    return "".join(filter(str.isalnum, name)).casefold()


def primitive(schema: s.Primitive) -> Annotation:
    """The type of a scalar with its format."""
    if schema.type == "integer" and schema.format == "int64-or-string":
        return a.union(a.INT, a.STR_INT)
    if schema.type == "number" and schema.format == "decimal":
        return a.DECIMAL_NUMBER
    if schema.type == "string":
        return _STRING_FORMATS.get(schema.format, a.STR)
    return _PLAIN[schema.type]


@cache
def is_sent_by_type(kind: Annotation) -> bool:
    """Whether the form of a value on the wire depends on its declared type, not on the value."""
    return isinstance(kind, a.Name) and hasattr(resolve(kind.text), "__send__")


def is_listable(values: tuple[object, ...]) -> bool:
    """Whether a literal or an enumeration can hold these: msgspec takes 64 bits there, no more."""
    return all(-(2**63) <= v < 2**63 for v in values if isinstance(v, int))


def literals(schema: s.Enumeration) -> Annotation:
    """Listed values, open to others of their kinds."""
    wide = list(dict.fromkeys(_KINDS[type(value)] for value in schema.values))
    too_many = len(schema.values) > MAX_LITERALS
    if wide == [a.BOOL] or too_many or not is_listable(schema.values):
        return a.union(*wide)
    return a.union(a.Literal(schema.values), *(a.OTHER[kind] for kind in wide))
