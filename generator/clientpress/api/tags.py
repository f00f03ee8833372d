"""Properties that tell the variants of a union apart.

OpenAPI 3.2, Discriminator Object: the property of a discriminator must be in every schema that it tells
apart. Some documents do not declare it. Then an answer would lose its kind, and a request could not tell
it. So such a variant gets the member: the constant for this variant, or one of several values.

Where a variant has one value for the property, the value is always sent, also if the document does not
require it, because servers decide by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.directions import component_name
from clientpress.api.operations import Api, Hook, answers_of, map_schemas, requests_of
from clientpress.api.schemas import (
    Meta,
    Schema,
    end_of,
    inside,
    with_children,
)
from clientpress.diagnostics import Place

_HELP = "Tells which variant of a union this is; to be given where it is sent as one."


def declare_tags(api: Api) -> Api:
    """Add the properties of discriminators to the variants that do not declare them."""
    return _Tags(api).applied()


def listed_values(schema: Schema, schemas: Mapping[Place, Schema]) -> tuple[Any, ...]:
    """The values that a schema lists: a constant, an enumeration, or a union of these.

    Returns:
        The values; empty where the schema allows others.
    """
    values, todo, seen = dict[tuple[type, Any], Any](), [schema], set[Place]()
    while todo:
        here = todo.pop(0)
        match here:
            case s.Reference() if here.target not in seen and here.target in schemas:
                seen.add(here.target)
                todo.append(schemas[here.target])
            case s.Constant():
                values[type(here.value), here.value] = here.value
            case s.Enumeration():
                values |= {(type(value), value): value for value in here.values}
            case s.Union():
                todo += (x for x in here.variants if not s.is_null(x))
            case _:
                return ()
    return tuple(values.values())


def values_of(variant: Schema, tag: s.Tag) -> list[str]:
    """The values of a discriminator for a variant whose property lists no values."""
    place, implied = variant.meta.place, list[str]()
    if isinstance(variant, s.Reference):
        place, implied = variant.target, [component_name(variant.target)]
    return (
        [value for value, at in tag.mapping if at == place]
        or [value for value, at in tag.names if at == place]
        or implied
    )


class _Tags:
    """Finds the members that tell variants apart, and changes the schemas."""

    def __init__(self, api: Api) -> None:
        self._api, self._schemas = api, api.schemas
        # Place of an object → property → the values that the document's unions have for it.
        self._undeclared = dict[Place, dict[str, list[str]]]()
        self._fixed = dict[Place, set[str]]()

    def applied(self) -> Api:
        """The api with these members declared and their values fixed."""
        roots = [*self._schemas.values(), *requests_of(self._api.requests)]
        roots += answers_of(self._api.requests)
        for schema in (below for root in roots for below in inside(root)):
            if isinstance(schema, s.Union):
                self._look(schema)
            elif isinstance(schema, s.Object) and schema.tag:
                self._fix(schema, schema.tag.property)
        if not self._undeclared and not self._fixed:
            return self._api
        schemas = {
            place: self._changed(self._with_tags(place, schema))
            for place, schema in self._schemas.items()
        }
        return replace(
            self._api,
            schemas=schemas,
            operations=map_schemas(self._api.operations, self._changed),
            hooks=self._changed_hooks(),
        )

    def _changed_hooks(self) -> tuple[Hook, ...]:
        operations = tuple(hook.operation for hook in self._api.hooks)
        changed = map_schemas(operations, self._changed)
        return tuple(
            replace(hook, operation=operation)
            for hook, operation in zip(self._api.hooks, changed, strict=True)
        )

    # ---------------------------------------------------------------- finding them
    def _look(self, union: s.Union) -> None:
        """Note the members that tell the variants of a union apart."""
        if union.tag is None:
            variants = [x for x in union.variants if not s.is_null(x)]
            objects = [x for v in variants if (x := self._object(v)) is not None]
            if len(objects) == len(variants) > 1:
                for name in self._distinguishing(objects):
                    for schema in objects:
                        self._fix(schema, name)
            return
        for variant in union.variants:
            values = values_of(variant, union.tag)
            for schema, place in self._objects(variant):
                if self._fix(schema, union.tag.property) or not values:
                    continue
                known = self._undeclared.setdefault(place, {})
                listed = known.setdefault(union.tag.property, [])
                listed += [value for value in values if value not in listed]

    def _object(self, schema: Schema) -> s.Object | None:
        """The object that a schema is or refers to; None when it is not an object."""
        while isinstance(schema, s.Reference):
            schema = self._schemas[end_of(schema.target, self._schemas)]
            if isinstance(schema, s.Reference):
                return None
        return schema if isinstance(schema, s.Object) else None

    def _objects(self, variant: Schema) -> Iterator[tuple[s.Object, Place]]:
        """The objects that a variant may be, because a variant may be a union itself."""
        todo, seen = [variant], set[Place]()
        while todo:
            here = todo.pop()
            if isinstance(here, s.Reference):
                place = end_of(here.target, self._schemas)
                if place not in seen:
                    seen.add(place)
                    target = self._schemas[place]
                    todo += [] if isinstance(target, s.Reference) else [target]
            elif isinstance(here, s.Union):
                todo += here.variants
            elif isinstance(here, s.Object):
                yield here, here.meta.place

    def _distinguishing(self, objects: list[s.Object]) -> Iterator[str]:
        """The members that have one value in each of several objects, and a different one in each."""
        first, *others = [
            {
                field.wire: values[0]
                for field in variant.fields
                if len(values := listed_values(field.schema, self._schemas)) == 1
            }
            for variant in objects
        ]
        for name, value in first.items():
            kinds = [value, *(other.get(name) for other in others)]
            if None not in kinds and len(set(kinds)) == len(kinds):
                yield name

    def _fix(self, schema: s.Object, name: str) -> bool:
        """Note a member that has one value, and is therefore always sent.

        Returns:
            Whether the object declares the member.
        """
        for field in schema.fields:
            if field.wire == name:
                if len(listed_values(field.schema, self._schemas)) == 1:
                    self._fixed.setdefault(schema.meta.place, set()).add(name)
                return True
        return False

    # ---------------------------------------------------------------- changing the schemas
    def _changed(self, schema: Schema) -> Schema:
        """A schema with the values of its noted members fixed."""
        if not any(below.meta.place in self._fixed for below in inside(schema)):
            return schema
        changed = with_children(schema, self._changed)
        names = self._fixed.get(schema.meta.place)
        if names is None or not isinstance(changed, s.Object):
            return changed
        fields = (self._sent(f) if f.wire in names else f for f in changed.fields)
        return replace(changed, fields=tuple(fields))

    def _sent(self, field: s.Field) -> s.Field:
        """A member with its only value fixed."""
        (value,) = listed_values(field.schema, self._schemas)
        schema = field.schema
        if isinstance(schema, s.Reference):
            kind = "integer" if isinstance(value, int) else "string"
            schema = s.Enumeration(schema.meta, kind, (value,))
        return replace(field, schema=schema, fixed=(value,))

    def _with_tags(self, place: Place, schema: Schema) -> Schema:
        """A schema with the tags that it does not declare.

        They are optional, because the schema may also be used where there is no discriminator.
        """
        tags = self._undeclared.get(place, {})
        if not tags or not isinstance(schema, s.Object):
            return schema
        meta = Meta(place=place.child("discriminator"), description=_HELP)
        added = (
            s.Field(name, _one_of(values, meta), required=False)
            for name, values in tags.items()
        )
        return replace(schema, fields=(*schema.fields, *added))


def _one_of(values: list[str], meta: Meta) -> Schema:
    if len(values) == 1:
        return s.Constant(meta, values[0])
    return s.Enumeration(meta, "string", tuple(values))
