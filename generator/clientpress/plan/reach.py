"""Leaving out what nothing uses: models of bodies whose members became arguments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import Alias, Definition, DictTwin, Group, ModelClass


def reachable(
    definitions: Mapping[str, Definition],
    groups: Iterable[Group],
    always: Iterable[str],
) -> dict[str, Definition]:
    """The definitions that methods or other kept definitions name, and those in `always`."""
    kept = set[str]()
    todo = [*always]
    todo += [
        name
        for group in groups
        for found in _annotations_of(group)
        for name in _models(found)
    ]
    while todo:
        name = todo.pop()
        if name not in kept:
            kept.add(name)
            todo += _below(definitions[name])
    return {name: found for name, found in definitions.items() if name in kept}


def _models(annotation: Annotation) -> Iterator[str]:
    return (
        name.text for name in a.names_in(annotation) if name.origin is a.Origin.MODEL
    )


def _annotations_of(group: Group) -> Iterator[Annotation]:
    for plan in group.operations:
        yield plan.returns
        yield from (argument.annotation for argument in plan.arguments)
        yield from (decoder.annotation for _, decoder in (*plan.results, *plan.errors))
        if plan.body:
            whole = (plan.body.whole,) if plan.body.whole else ()
            yield from (
                argument.annotation for argument in (*plan.body.arguments, *whole)
            )
    for method in group.methods:
        yield method.returns
        yield from (argument.annotation for argument in method.arguments)
        for overload in method.overloads:
            yield overload.returns
    for constant in group.constants:
        yield constant.kind


def _below(definition: Definition) -> Iterator[str]:
    """The definitions that one names itself."""
    match definition:
        case ModelClass():
            if definition.base:
                yield definition.base
            for member in definition.members:
                yield from _models(member.annotation)
            if definition.extra is not None:
                yield from _models(definition.extra)
        case Alias():
            yield from _models(definition.annotation)
            if isinstance(definition.annotation, a.Tagged):
                yield from (name for _, name in definition.annotation.mapping)
        case DictTwin():
            yield definition.model
            for _, annotation, _ in definition.members:
                yield from _models(annotation)
        case _:
            pass
