"""Which schemas get a name of their own, and which name.

A name depends on the place of the schema only: the key of the component, or the operation and the
members above it. Neighbours and their order do not change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clientpress.api import schemas as s
from clientpress.api.directions import INPUT
from clientpress.api.operations import Api, Operation
from clientpress.api.schemas import Schema, children
from clientpress.diagnostics import Place, pointer_steps
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import class_name

_SECTIONS = {
    "responses": "Response",
    "requestBodies": "Body",
    "parameters": "Parameter",
    "headers": "Header",
}


def core(schema: Schema) -> Schema:
    """A schema without null. A union of one variant stays a union if a tag marks the variant."""
    if isinstance(schema, s.Union) and schema.tag is None:
        rest = tuple(v for v in schema.variants if not s.is_null(v))
        if len(rest) == 1:
            return rest[0]
    return schema


def nullable(schema: Schema, schemas: Mapping[Place, Schema]) -> bool:
    """Whether null is allowed. References are followed, each once: a union may contain itself."""
    todo, seen = [schema], set[Place]()
    while todo:
        here = todo.pop()
        match here:
            case s.Reference() if here.target not in seen and here.target in schemas:
                seen.add(here.target)
                todo.append(schemas[here.target])
            case s.Union():
                todo += here.variants
            case _ if isinstance(here, s.Anything) or s.is_null(here):
                return True
            case _:
                pass
    return False


def named_schemas(api: Api) -> dict[Place, Schema]:
    """Every schema that gets a definition: all components, all objects, and everything else that
    references lead to.
    """
    named = dict[Place, Schema]()
    components = set(api.components)
    for place, schema in api.schemas.items():
        inner = core(schema)
        if place in components or not isinstance(
            inner, (s.Primitive, s.Constant, s.Anything, s.Nothing, s.Reference)
        ):
            named[place] = schema
    for schema in [*api.schemas.values(), *operation_schemas(api.requests)]:
        for part in below(schema):
            if isinstance(part, s.Object) and part.meta.place not in named:
                named[part.meta.place] = part
    return named


def operation_schemas(operations: tuple[Operation, ...]) -> Iterator[Schema]:
    """Every schema that stands at an operation."""
    for operation in operations:
        for parameter in operation.parameters:
            yield parameter.schema
        media = [m for response in operation.responses for m in response.media]
        media += operation.body.media if operation.body else ()
        for m in media:
            yield from (schema for schema in (m.schema, m.item) if schema)


def below(schema: Schema) -> Iterator[Schema]:
    """A schema and all that is inside of it; references are not followed."""
    todo = [schema]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(children(here))


def choose_names(
    api: Api,
    named: Mapping[Place, Schema],
    operation_names: Mapping[Place, tuple[str, ...]],
    previous: Mapping[Place, str],
) -> dict[Place, str]:
    """A class name for each named schema.

    Args:
        operation_names: The place of each operation → its names in words, the best first.
    """
    components = set(api.components)
    parameters = {p.place: p.wire for o in api.requests for p in o.parameters}
    wishes = list[Wish[Place]]()
    for place, schema in named.items():
        pinned = schema.meta.name or core(schema).meta.name
        if pinned and place in components:
            wishes.append(Wish(place, (class_name(pinned),), 0, True, place.pointer))
        elif place in components:
            key = pointer_steps(place.pointer)[-1]
            name = class_name(key)
            wishes.append(Wish(place, (name,), 1, name == key, place.pointer))
        else:
            candidates = tuple(_candidates(place, schema, operation_names, parameters))
            wishes.append(Wish(place, candidates, 2, False, place.pointer))
    return settle(wishes, previous)


def _candidates(
    place: Place,
    schema: Schema,
    operation_names: Mapping[Place, tuple[str, ...]],
    parameters: Mapping[Place, str],
) -> Iterator[str]:
    """Names for a schema inside something, from the steps that lead to it: the short one, below
    each name of the operation, then the full one.
    """
    heads: tuple[str, ...] = ()
    short, full, steps = list[str](), list[str](), pointer_steps(place.pointer)
    i = 0
    while i < len(steps):
        here = Place(place.file).child(*steps[: i + 1])
        if here in operation_names:
            heads = operation_names[here]
            short, full = list[str](), list[str]()
        elif here in parameters:
            short.append(parameters[here])
            full.append(parameters[here])
        else:
            taken, brief, whole = _step(steps, i, schema)
            short += brief
            full += whole
            i += taken
        i += 1
    for head in heads:
        yield class_name(" ".join([head, *short]))
    for parts in (short, full) if not heads else ([heads[-1], *full],):
        if parts:
            yield class_name(" ".join(parts))
    if not full and not heads:
        yield class_name(
            place.pointer or place.file.rpartition("/")[2].partition(".")[0]
        )


def _step(steps: list[str], i: int, schema: Schema) -> tuple[int, list[str], list[str]]:
    """What one step adds: how many further steps it uses up, the short words, the full words."""
    step, after = steps[i], steps[i + 1] if i + 1 < len(steps) else ""
    if step in (
        "properties",
        "schemas",
        "$defs",
        "definitions",
        "patternProperties",
        "webhooks",
        "callbacks",
    ):
        return (
            (1, [after], [after])
            if step != "patternProperties"
            else (1, ["Value"], ["Value"])
        )
    if step in _SECTIONS and i == 1 and steps[0] == "components":
        return 1, [after, _SECTIONS[step]], [after, _SECTIONS[step]]
    if step == "responses":
        word = "Response" if after.startswith("2") or after == "default" else "Error"
        return 1, [word], [after, word] if word == "Error" else [word, after]
    if step in ("oneOf", "anyOf"):
        last = all(step == INPUT for step in steps[i + 2 :])
        own = _variant_name(schema) if last else ""
        return (
            1,
            [own] if own else [],
            [own or f"Variant {int(after) + 1}"] if after.isdigit() else [own],
        )
    if step == INPUT:
        return 0, ["Input"], ["Request"]
    if step == "with":
        own = after.removeprefix("components schemas ")
        return 1, ["With", own], ["With", own]
    if step in ("content", "allOf", "examples", "paths", "encoding"):
        return 1, [], []
    plain = {
        "items": "Item",
        "prefixItems": "Item",
        "itemSchema": "Item",
        "requestBody": "Request",
    }
    plain |= {
        "additionalProperties": "Value",
        "unevaluatedProperties": "Value",
        "type": "",
    }
    if step in plain:
        uses = 1 if step == "prefixItems" else 0
        return (
            uses,
            [plain[step]] if plain[step] else [],
            [plain[step]] if plain[step] else [],
        )
    return (
        (0, [], [])
        if step in ("components", "parameters", "schema", "required")
        else (0, [step], [step])
    )


def _variant_name(schema: Schema) -> str:
    """A variant is called by its title, or by the constant that marks it."""
    if schema.meta.title:
        return schema.meta.title
    for field in schema.fields if isinstance(schema, s.Object) else ():
        inner = core(field.schema)
        if isinstance(inner, s.Constant) and isinstance(inner.value, str):
            return inner.value
        if (
            isinstance(inner, s.Enumeration)
            and len(inner.values) == 1
            and isinstance(inner.values[0], str)
        ):
            return inner.values[0]
    return ""
