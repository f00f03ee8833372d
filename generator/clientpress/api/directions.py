"""One schema as two where it is sent and comes back in different forms (`readOnly`, `writeOnly`).

OpenAPI: a required member that is readOnly is required in responses only, one that is writeOnly in
requests only. A schema with such members, or with one that has, gets a twin for requests if it is
used in both directions; used in one direction only, it takes the form of that direction. Where
nothing required is at stake one schema serves for both: such members are optional in it anyway.
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
    """The name that a document gives the schema at a place, or the schema it is the twin of. A
    schema that is a whole file is called like the file.
    """
    steps = [step for step in pointer_steps(place.pointer) if step != INPUT]
    return steps[-1] if steps else PurePosixPath(place.file).stem


def split_directions(api: Api) -> Api:
    """The api with the schemas of requests apart from those of responses."""
    found = _Directions(api)
    if not found.is_needed:
        return api
    apart = _set_apart(api, found.depends)
    return (_Directions(apart) if apart is not api else found).applied()


def _set_apart(api: Api, depends: Callable[[Schema], bool]) -> Api:
    """The api with a definition for each object inside of something that stands at several places
    (`allOf` takes members in as they are) and depends on the direction: these places may be of
    different directions.
    """
    uses, objects = Counter[Place](), dict[Place, s.Object]()
    hooks = tuple(hook.operation for hook in api.hooks)
    roots = list(api.schemas.values())
    for found in (requests_of, answers_of):
        roots += found(api.operations)
        roots += found(hooks)
    for schema in (below for root in roots for below in inside(root)):
        if isinstance(schema, s.Object) and schema.meta.place not in api.schemas:
            uses[schema.meta.place] += 1
            objects.setdefault(schema.meta.place, schema)
    shared = {at for at, n in uses.items() if n > 1 and depends(objects[at])}
    if not shared:
        return api

    def apart(schema: Schema) -> Schema:
        if isinstance(schema, s.Object) and schema.meta.place in shared:
            return s.Reference(schema.meta, schema.meta.place)
        return with_children(schema, apart)

    schemas = {at: apart(schema) for at, schema in api.schemas.items()}
    schemas |= {at: with_children(objects[at], apart) for at in sorted(shared)}
    moved = map_schemas(hooks, apart)
    return replace(
        api,
        schemas=schemas,
        operations=map_schemas(api.operations, apart),
        hooks=tuple(
            replace(hook, operation=operation)
            for hook, operation in zip(api.hooks, moved, strict=True)
        ),
    )


class _Directions:
    def __init__(self, api: Api) -> None:
        self._api, self._schemas = api, api.schemas
        self._children = self._find_children()
        self._affected = self._find_affected()
        # What the API sends by itself is received.
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

    # ---------------------------------------------------------------- which schemas
    def _find_children(self) -> dict[Place, list[Place]]:
        """Below a base with a discriminator stand its variants: whoever names it means them too."""
        found = dict[Place, list[Place]]()
        for place, schema in self._schemas.items():
            for parent in schema.parents if isinstance(schema, s.Object) else ():
                above = self._schemas.get(parent)
                if isinstance(above, s.Object) and above.tag:
                    found.setdefault(parent, []).append(place)
        return found

    def _next(self, schemas: Iterable[Schema]) -> Iterator[Place]:
        """The places that some schemas refer to."""
        for schema in schemas:
            for below in inside(schema):
                if isinstance(below, s.Reference):
                    yield below.target
                    yield from self._children.get(below.target, ())
                elif isinstance(below, (s.Object, s.Union)) and below.tag:
                    yield from (target for _, target in below.tag.mapping)

    def _find_affected(self) -> set[Place]:
        """The schemas with required members of one direction, and those that refer to them."""
        users = dict[Place, list[Place]]()
        todo = list[Place]()
        for place, schema in self._schemas.items():
            for target in self._next([schema]):
                users.setdefault(target, []).append(place)
            if any(_is_one_way(below) for below in inside(schema)):
                todo.append(place)
        found = set[Place]()
        while todo:
            place = todo.pop()
            if place not in found:
                found.add(place)
                todo += users.get(place, ())
        return found

    def _reached(self, roots: Iterable[Schema]) -> set[Place]:
        found, todo = set[Place](), list(self._next(roots))
        while todo:
            place = todo.pop()
            if place not in found and place in self._schemas:
                found.add(place)
                todo += self._next([self._schemas[place]])
        return found

    # ---------------------------------------------------------------- what becomes of them
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
        """The schema in one direction; itself where nothing in it depends on that."""
        if not self.depends(schema):
            return schema
        made = with_children(schema, lambda below: self._form(below, way))
        if way is Access.WRITE:
            made = self._moved(made)
        if isinstance(made, s.Object):
            fields = tuple(self._field(field, way) for field in made.fields)
            return replace(made, fields=fields)
        return made

    def depends(self, schema: Schema) -> bool:
        """Whether a schema has other required members in requests than in answers."""
        return any(
            _is_one_way(below)
            or (isinstance(below, s.Reference) and below.target in self._affected)
            for below in inside(schema)
        )

    def _field(self, field: s.Field, way: Access) -> s.Field:
        """The member as it travels in one direction. One that is not meant to go there may go all
        the same: documents mark members as readOnly that requests need.
        """
        access = field.schema.meta.access
        if access is not way:
            return field if access is Access.BOTH else replace(field, required=False)
        meta = replace(field.schema.meta, access=Access.BOTH)
        return replace(field, schema=replace(field.schema, meta=meta))

    def _moved(self, schema: Schema) -> Schema:
        """A schema of requests with its place and what it refers to."""
        if isinstance(schema, s.Reference):
            return replace(schema, target=self._twin(schema.target))
        place = schema.meta.place
        beside = self._twin(place) if place in self._split else self._beside(place)
        meta = replace(schema.meta, place=beside)
        schema = replace(schema, meta=meta)
        if isinstance(schema, s.Object):
            # A base that is only received has the kinds that are received.
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
        if place not in self._split:
            return place
        beside = self._beside(place)
        return beside if beside != place else place.child(INPUT)

    def _beside(self, place: Place) -> Place:
        """The place below the twin of the schema that a place is in, if that has one."""
        steps = pointer_steps(place.pointer)
        for count in range(len(steps) - 1, 0, -1):
            owner = Place(place.file).child(*steps[:count])
            if owner in self._split:
                return self._twin(owner).child(*steps[count:])
        return place


def _is_one_way(schema: Schema) -> bool:
    """Whether it requires a member in one direction only."""
    return isinstance(schema, s.Object) and any(
        field.required and field.schema.meta.access is not Access.BOTH
        for field in schema.fields
    )
