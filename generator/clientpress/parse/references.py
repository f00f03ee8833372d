"""References between schemas, before anything is merged: circles and long chains (OpenAPI 3.2, section 4.23;
JSON Schema 2020-12 core, section 9.4.1).

Nothing here recurses, so that a chain of any length is safe.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema, children
from clientpress.diagnostics import Place, Report

# Later stages follow a chain of plain references by recursion.
_MAX_CHAIN = 50
# Each level may be a class with a base, and repeats the members of the levels before it.
_MAX_LEVELS = 200


def straighten(schemas: dict[Place, Schema], report: Report) -> dict[Place, Schema]:
    """Make each plain reference lead to a schema.

    A reference that only leads back to itself becomes a schema for any JSON value. Of a chain that is too long,
    the references in the middle are skipped.
    """
    ends = dict[Place, tuple[Place | None, int]]()
    for start in schemas:
        _find_end(start, schemas, ends)
    out = dict(schemas)
    for place, schema in schemas.items():
        if not isinstance(schema, s.Reference):
            continue
        end, length = ends[place]
        if end is None:
            report.warning(
                "CP501",
                schema.meta.place,
                "this reference only leads back to itself; any JSON value is accepted here",
                "Say what the schema is.",
            )
            out[place] = s.Anything(schema.meta)
        elif length > _MAX_CHAIN:
            out[place] = replace(schema, target=end)
    return out


def _find_end(
    start: Place,
    schemas: dict[Place, Schema],
    ends: dict[Place, tuple[Place | None, int]],
) -> None:
    """Note where the references from a place end, and how many there are; None for a circle."""
    chain = dict[Place, None]()
    here = start
    while here not in ends and here not in chain:
        schema = schemas.get(here)
        if not isinstance(schema, s.Reference):
            ends[here] = here, 0
            break
        chain[here] = None
        here = schema.target
    end, length = ends.get(here, (None, 0))
    for place in reversed(chain):
        length += 1
        ends[place] = end, length


def break_circles(schemas: dict[Place, Schema], report: Report) -> dict[Place, Schema]:
    """Remove each `AllOf` from its own parts: in a circle, each schema gets the parts of all.

    More levels of parts than `_MAX_LEVELS` are an error.
    """
    edges = {
        place: [
            part.target
            for part in (_flat(schema, s.AllOf) if isinstance(schema, s.AllOf) else ())
            if isinstance(part, s.Reference) and part.target in schemas
        ]
        for place, schema in schemas.items()
    }
    order = list(postorder(edges))
    out = dict(schemas)
    for circle in circles(edges, order):
        report.warning(
            "CP503",
            circle[0],
            "this schema is a part of itself; as such a part it says nothing",
            "Take one of the references out.",
        )
        inside = set(circle)
        for place in circle:
            parts = _others_of_circle(place, inside, schemas, s.AllOf)
            out[place] = s.AllOf(schemas[place].meta, tuple(parts))
    levels = dict[Place, int]()
    for place in order:
        levels[place] = 1 + max((levels.get(p, 0) for p in edges[place]), default=0)
        if levels[place] > _MAX_LEVELS:
            report.error(
                "CP004",
                place,
                f"more than {_MAX_LEVELS} schemas are parts of each other here",
                "Put some of them together.",
            )
            return dict.fromkeys(schemas, s.Anything(Meta(place=place)))
    return out


def end_alternatives(
    schemas: dict[Place, Schema], report: Report
) -> dict[Place, Schema]:
    """Remove each union from its own variants: in a circle, each union gets the variants of all.

    A union without other variants becomes a schema for any JSON value.
    """
    edges = {
        place: [
            variant.target
            for variant in _flat(schema, s.Union)
            if isinstance(variant, s.Reference) and variant.target in schemas
        ]
        for place, schema in schemas.items()
    }
    out = dict(schemas)
    for circle in circles(edges):
        inside = set(circle)
        for place in circle:
            meta = schemas[place].meta
            others = _others_of_circle(place, inside, schemas, s.Union)
            nulls = [variant for variant in others if s.is_null(variant)]
            variants = [variant for variant in others if variant not in nulls[1:]]
            if not variants:
                report.warning(
                    "CP501",
                    place,
                    "this schema is only one of itself; any JSON value is accepted here",
                    "Say what the schema is.",
                )
                out[place] = s.Anything(meta)
            elif len(variants) == 1:
                out[place] = replace(variants[0], meta=meta)
            else:
                out[place] = s.Union(meta, tuple(variants))
    return out


def _flat(schema: Schema, kind: type[s.AllOf | s.Union]) -> Iterator[Schema]:
    """The schema itself, or the parts of a composition of this kind, at any depth."""
    todo: list[Schema] = [schema]
    while todo:
        here = todo.pop()
        if isinstance(here, kind):
            todo += reversed(children(here))
        else:
            yield here


def circles(
    edges: dict[Place, list[Place]], order: list[Place] | None = None
) -> Iterator[list[Place]]:
    """The sets of places that all lead to each other (Kosaraju's algorithm).

    Args:
        edges: Each place with the places that it leads to.
        order: The places in postorder, if they are known.
    """
    order = order or list(postorder(edges))
    back: dict[Place, list[Place]] = {place: [] for place in edges}
    for place, targets in edges.items():
        for target in targets:
            back[target].append(place)
    seen = set[Place]()
    for start in reversed(order):
        if start in seen:
            continue
        circle, todo = list[Place](), [start]
        while todo:
            here = todo.pop()
            if here not in seen:
                seen.add(here)
                circle.append(here)
                todo += back[here]
        if len(circle) > 1 or start in edges[start]:
            yield sorted(circle)


def _others_of_circle(
    start: Place,
    inside: set[Place],
    schemas: dict[Place, Schema],
    kind: type[s.AllOf | s.Union],
) -> list[Schema]:
    """The parts of all schemas of a circle, without the schemas themselves, starting at one of them."""
    parts, seen, todo = list[Schema](), {start}, [start]
    while todo:
        for part in _flat(schemas[todo.pop()], kind):
            if not (isinstance(part, s.Reference) and part.target in inside):
                parts.append(part)
            elif part.target not in seen:
                seen.add(part.target)
                todo.append(part.target)
    return parts


def postorder(edges: dict[Place, list[Place]]) -> Iterator[Place]:
    """Every place once, after the places that it leads to."""
    done = set[Place]()
    for start in edges:
        if start in done:
            continue
        done.add(start)
        path = [(start, iter(edges[start]))]
        while path:
            place, targets = path[-1]
            target = next((other for other in targets if other not in done), None)
            if target is None:
                path.pop()
                yield place
            else:
                done.add(target)
                path.append((target, iter(edges[target])))
