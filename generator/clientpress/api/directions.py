"""Two schemas in place of one that differs in requests and responses (`readOnly`, `writeOnly`).

OpenAPI 3.2, Schema Object: a required member that is readOnly is required in responses only, and one
that is writeOnly in requests only. A schema with such members, or one that refers to such a schema, gets
a twin for requests if it is used in both directions. Used in one direction, it takes the form of that
direction. A schema without such required members serves for both directions: its members are optional anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from clientpress.api import schemas as s
from clientpress.api.operations import (
    Api,
    MediaType,
    Operation,
    answers_of,
    map_schemas,
    requests_of,
)
from clientpress.api.schemas import Access, Schema, inside, with_children
from clientpress.diagnostics import Place, pointer_steps

INPUT = "(input)"
"""The step of a pointer that leads from a schema to its twin for requests."""


def component_name(place: Place) -> str:
    """The name that a document gives the schema at a place.

    A twin has the name of its schema. A schema that is a whole file has the name of the file.
    """
    steps = [step for step in pointer_steps(place.pointer) if step != INPUT]
    return steps[-1] if steps else PurePosixPath(place.file).stem


def split_directions(api: Api) -> Api:
    """Separate the schemas of requests from those of responses."""
    directions = _Directions(api)
    if not directions.is_needed:
        return api
    separated = _with_definitions(api, directions.depends)
    return (_Directions(separated) if separated is not api else directions).applied()


def _with_definitions(api: Api, depends: Callable[[Schema], bool]) -> Api:
    """Give objects at several places a definition of their own, if they depend on the direction.

    `allOf` copies members with their objects, so that one object can be at several places, and these can
    belong to different directions.
    """
    uses, objects = Counter[Place](), dict[Place, s.Object]()
    hooks = tuple(hook.operation for hook in api.hooks)
    roots = list(api.schemas.values())
    for schemas_of in (requests_of, answers_of):
        roots += schemas_of(api.operations)
        roots += schemas_of(hooks)
    for schema in (below for root in roots for below in inside(root)):
        if isinstance(schema, s.Object) and schema.meta.place not in api.schemas:
            uses[schema.meta.place] += 1
            objects.setdefault(schema.meta.place, schema)
    shared = {at for at, n in uses.items() if n > 1 and depends(objects[at])}
    if not shared:
        return api

    def referring(schema: Schema) -> Schema:
        if isinstance(schema, s.Object) and schema.meta.place in shared:
            return s.Reference(schema.meta, schema.meta.place)
        return with_children(schema, referring)

    schemas = {at: referring(schema) for at, schema in api.schemas.items()}
    schemas |= {at: with_children(objects[at], referring) for at in sorted(shared)}
    changed = map_schemas(hooks, referring)
    return replace(
        api,
        schemas=schemas,
        operations=map_schemas(api.operations, referring),
        hooks=tuple(
            replace(hook, operation=operation)
            for hook, operation in zip(api.hooks, changed, strict=True)
        ),
    )


class _Directions:
    """Finds the schemas that depend on the direction, and makes both forms of them."""

    def __init__(self, api: Api) -> None:
        self._api, self._schemas = api, api.schemas
        self._children = self._find_children()
        self._affected = self._find_affected()
        # Bodies of webhooks and callbacks are received; the answers to them are sent.
        hooks = [hook.operation for hook in api.hooks]
        self._received = [*answers_of(api.operations), *requests_of(hooks)]
        self._sent = [*requests_of(api.operations), *answers_of(hooks)]
        self._read = self._reached(self._received)
        self._written = self._reached(self._sent)
        self._split = self._affected & self._read & self._written

    @property
    def is_needed(self) -> bool:
        """Whether any schema depends on the direction."""
        if self._affected:
            return True
        listed = [*self._received, *self._sent]
        return any(_is_one_way(x) for schema in listed for x in inside(schema))

    # ---------------------------------------------------------------- which schemas depend on it
    def _find_children(self) -> dict[Place, list[Place]]:
        """The children of each base with a discriminator: a reference to the base means them too."""
        children = dict[Place, list[Place]]()
        for place, schema in self._schemas.items():
            for parent in schema.parents if isinstance(schema, s.Object) else ():
                base = self._schemas.get(parent)
                if isinstance(base, s.Object) and base.tag:
                    children.setdefault(parent, []).append(place)
        return children

    def _next(self, schemas: Iterable[Schema]) -> Iterator[Place]:
        """The places that schemas refer to."""
        for schema in schemas:
            for below in inside(schema):
                if isinstance(below, s.Reference):
                    yield below.target
                    yield from self._children.get(below.target, ())
                elif isinstance(below, (s.Object, s.Union)) and below.tag:
                    yield from (target for _, target in below.tag.mapping)

    def _find_affected(self) -> set[Place]:
        """The schemas with required members of one direction, and those that refer to such schemas."""
        users = dict[Place, list[Place]]()
        todo = list[Place]()
        for place, schema in self._schemas.items():
            for target in self._next([schema]):
                users.setdefault(target, []).append(place)
            if any(_is_one_way(below) for below in inside(schema)):
                todo.append(place)
        affected = set[Place]()
        while todo:
            place = todo.pop()
            if place not in affected:
                affected.add(place)
                todo += users.get(place, ())
        return affected

    def _reached(self, roots: Iterable[Schema]) -> set[Place]:
        """The schemas that can be reached from some roots."""
        reached, todo = set[Place](), list(self._next(roots))
        while todo:
            place = todo.pop()
            if place not in reached and place in self._schemas:
                reached.add(place)
                todo += self._next([self._schemas[place]])
        return reached

    # ---------------------------------------------------------------- their two forms
    def applied(self) -> Api:
        """The api with each schema in the form of its direction."""
        schemas = dict[Place, Schema]()
        for place, schema in self._schemas.items():
            schemas[place] = schema
            if place not in self._affected:
                continue
            if place in self._read:
                schemas[place] = self._form(schema, Access.READ)
            if place in self._split:
                schemas[self._twin(place)] = self._form(schema, Access.WRITE)
            elif place in self._written:
                schemas[place] = self._form(schema, Access.WRITE)
        operations = tuple(
            self._operation(operation, Access.WRITE, Access.READ)
            for operation in self._api.operations
        )
        hooks = tuple(
            replace(
                hook,
                operation=self._operation(hook.operation, Access.READ, Access.WRITE),
            )
            for hook in self._api.hooks
        )
        return replace(self._api, schemas=schemas, operations=operations, hooks=hooks)

    def _operation(self, operation: Operation, out: Access, back: Access) -> Operation:
        body = operation.body
        if body is not None:
            media = tuple(self._media(m, out) for m in body.media)
            body = replace(body, media=media)
        parameters = tuple(
            replace(p, schema=self._form(p.schema, out)) for p in operation.parameters
        )
        responses = tuple(
            replace(r, media=tuple(self._media(m, back) for m in r.media))
            for r in operation.responses
        )
        return replace(operation, parameters=parameters, body=body, responses=responses)

    def _media(self, media: MediaType, way: Access) -> MediaType:
        schema = self._form(media.schema, way) if media.schema else None
        item = self._form(media.item, way) if media.item else None
        return replace(media, schema=schema, item=item)

    def _form(self, schema: Schema, way: Access) -> Schema:
        """The schema in one direction; itself where nothing in it depends on the direction."""
        if not self.depends(schema):
            return schema
        formed = with_children(schema, lambda below: self._form(below, way))
        if way is Access.WRITE:
            formed = self._moved(formed)
        if isinstance(formed, s.Object):
            fields = tuple(self._field(field, way) for field in formed.fields)
            return replace(formed, fields=fields)
        return formed

    def depends(self, schema: Schema) -> bool:
        """Whether a schema requires other members in requests than in responses."""
        return any(
            _is_one_way(below)
            or (isinstance(below, s.Reference) and below.target in self._affected)
            for below in inside(schema)
        )

    def _field(self, field: s.Field, way: Access) -> s.Field:
        """A member in one direction.

        A member of the other direction stays, but is optional: documents mark members as readOnly that requests
        need.
        """
        access = field.schema.meta.access
        if access is not way:
            return field if access is Access.BOTH else replace(field, required=False)
        meta = replace(field.schema.meta, access=Access.BOTH)
        return replace(field, schema=replace(field.schema, meta=meta))

    def _moved(self, schema: Schema) -> Schema:
        """A schema of requests, at its own place, with references to the twins."""
        if isinstance(schema, s.Reference):
            return replace(schema, target=self._twin(schema.target))
        place = schema.meta.place
        moved = self._twin(place) if place in self._split else self._inside_twin(place)
        meta = replace(schema.meta, place=moved)
        schema = replace(schema, meta=meta)
        if isinstance(schema, s.Object):
            # A base that is only received keeps the children that are received.
            parents = tuple(
                self._twin(parent)
                for parent in schema.parents
                if parent in self._split or parent not in self._children
            )
            schema = replace(schema, parents=parents)
        if isinstance(schema, (s.Object, s.Union)) and schema.tag:
            mapping = tuple((v, self._twin(at)) for v, at in schema.tag.mapping)
            names = tuple((v, self._twin(at)) for v, at in schema.tag.names)
            tag = replace(schema.tag, mapping=mapping, names=names)
            schema = replace(schema, tag=tag)
        return schema

    def _twin(self, place: Place) -> Place:
        """The place of the twin for requests; the place itself where there is no twin."""
        if place not in self._split:
            return place
        inner = self._inside_twin(place)
        return inner if inner != place else place.child(INPUT)

    def _inside_twin(self, place: Place) -> Place:
        """The same place inside the twin of the schema around it; the place itself where there is no twin."""
        steps = pointer_steps(place.pointer)
        for count in range(len(steps) - 1, 0, -1):
            owner = Place(place.file).child(*steps[:count])
            if owner in self._split:
                return self._twin(owner).child(*steps[count:])
        return place


def _is_one_way(schema: Schema) -> bool:
    """Whether a schema requires a member in one direction only."""
    return isinstance(schema, s.Object) and any(
        field.required and field.schema.meta.access is not Access.BOTH
        for field in schema.fields
    )
