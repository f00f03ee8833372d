"""Which schemas get a name of their own, and which name.

A name depends on the place of the schema: the key of the component, or the operation and the
members above it. Neighbours and their order do not change it, except for variants of a union, which
are called by what tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from clientpress.api import schemas as s
from clientpress.api.directions import INPUT
from clientpress.api.operations import Api, Operation
from clientpress.api.schemas import Schema, children, core
from clientpress.diagnostics import Place, pointer_steps
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import LONGEST, class_name
from clientpress.plan.media import bare, is_json
from clientpress.plan.variant_names import Variant, kind_of, told_apart, with_member

_IS_PART = re.compile(r"/allOf/\d+$")

_SECTIONS = {
    "responses": "Response",
    "requestBodies": "Body",
    "parameters": "Parameter",
    "headers": "Header",
}


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
    variants = _variants(api)
    wishes = list[Wish[Place]]()
    for place, schema in named.items():
        pinned = schema.meta.name or core(schema).meta.name
        if pinned and place in components:
            wishes.append(Wish(place, (class_name(pinned),), 0, True, place.pointer))
        elif place in components:
            key = pointer_steps(place.pointer)[-1]
            name = class_name(key)
            names = (name, class_name(f"{key} {kind_of(schema)}"))
            wishes.append(Wish(place, names, 1, name == key, place.pointer))
        else:
            candidates = tuple(
                _candidates(place, variants, operation_names, parameters)
            )
            # The parts of an allOf leave the name to what they are merged to.
            rank = 3 if _IS_PART.search(place.pointer) else 2
            wishes.append(Wish(place, candidates, rank, False, place.pointer))
    return settle(wishes, previous)


def _candidates(
    place: Place,
    variants: Mapping[Place, Variant],
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
            after = here.child(steps[i + 1]) if i + 1 < len(steps) else here
            taken, brief, whole = _step(steps, i, variants.get(after))
            # The member that tells a variant from the others does so itself, too.
            for parts in (short, full):
                if parts and brief and parts[-1] == with_member(brief[0]):
                    parts.pop()
            short += brief
            full += whole
            i += taken
        i += 1
    texts = [" ".join([head, *short]) for head in heads or [""] if head or short]
    if heads or full:
        texts.append(" ".join([*heads[-1:], *full]))
    else:
        texts.append(place.pointer or place.file.rpartition("/")[2].partition(".")[0])
    yield from map(class_name, texts)
    yield class_name(texts[-1], LONGEST)


def _step(
    steps: list[str], i: int, variant: Variant | None
) -> tuple[int, list[str], list[str]]:
    """What one step adds: how many further steps it uses up, the short words, the full words.

    Args:
        variant: What the variant of a union is called, if it leads to one.
    """
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
        if variant is None:
            return 1, [], [f"Variant {int(after) + 1}"] if after else []
        return 1, [variant.name] if variant.is_needed else [], [variant.name]
    if step == INPUT:
        return 0, ["Input"], ["Request"]
    if step == "with":
        own = after.removeprefix("components schemas ")
        return 1, ["With", own], ["With", own]
    if step == "content":
        return 1, [], [] if is_json(after) else [_media_word(after)]
    if step in ("allOf", "examples", "paths", "encoding"):
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


_MEDIA_WORDS = {
    "application/x-www-form-urlencoded": "Form",
    "multipart/form-data": "Multipart",
    "application/octet-stream": "Binary",
}


def _media_word(name: str) -> str:
    """`text/xml` is xml."""
    plain = bare(name)
    return _MEDIA_WORDS.get(plain) or plain.rpartition("/")[2].removeprefix("x-")


def _variants(api: Api) -> dict[Place, Variant]:
    """What variants of unions are called, where something tells them apart."""
    told = dict[Place, Variant]()
    for schema in [*api.schemas.values(), *operation_schemas(api.requests)]:
        for part in below(schema):
            if isinstance(part, s.Union) and len(part.variants) > 1:
                told |= told_apart(part, api.schemas)
    return told
