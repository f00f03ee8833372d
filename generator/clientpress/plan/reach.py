"""Leaving out definitions that nothing uses: models of forms and of inner schemas of bodies, if
their members became arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from clientpress.api.schemas import Reference
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.types import Alias, Definition, DictTwin, Group, ModelClass


def reachable(
    definitions: Mapping[str, Definition],
    groups: Iterable[Group],
    always: Iterable[str],
) -> dict[str, Definition]:
    """The definitions that methods or other kept definitions name, and those in `always`."""
    groups = tuple(groups)
    given = _names(_given_to, groups)
    kept = reached(definitions, [*always, *given, *_names(received_by, groups)])
    return {
        name: definition for name, definition in definitions.items() if name in kept
    }


def forms(groups: Iterable[Group], names: Mapping[Place, str]) -> set[str]:
    """The models of forms whose members are arguments. No such object ever exists: files are read
    while they are sent.

    Args:
        names: The place of each schema that has a name → that name.
    """
    return {
        names[media.schema.target]
        for group in groups
        for plan in group.operations
        if plan.body and plan.operation.body
        if all(
            one.arguments and one.kind in ("form", "multipart")
            for one in (plan.body, *plan.body.others)
        )
        for media in plan.operation.body.media
        if isinstance(media.schema, Reference) and media.schema.target in names
    }


def users(groups: Iterable[Group]) -> dict[str, set[str]]:
    """The definitions that the methods of each group name, by the module of the group; those of
    the client's own methods by "".
    """
    return {
        group.module if group.attribute else "": {
            *_names(_given_to, [group]),
            *_names(received_by, [group]),
        }
        for group in groups
    }


def only_known(
    definitions: Mapping[str, Definition],
    groups: Iterable[Group],
    received: Iterable[str],
) -> dict[str, Definition]:
    """The definitions, without `Unknown` in those that are sent only.

    Args:
        received: Names of definitions that are received, but not as answers of methods.
    """
    groups = tuple(groups)
    named = reached(definitions, _names(_given_to, groups))
    # What may be given for an alias stands for the alias itself.
    places = {definitions[name].place for name in named}
    sent = {
        name for name, definition in definitions.items() if definition.place in places
    }
    sent -= reached(definitions, [*received, *_names(received_by, groups)])
    return {
        name: _known(definition) if name in sent else definition
        for name, definition in definitions.items()
    }


def _known(definition: Definition) -> Definition:
    match definition:
        case ModelClass():
            members = tuple(
                replace(member, annotation=a.without_unknown(member.annotation))
                for member in definition.members
            )
            return replace(definition, members=members)
        case Alias():
            return replace(
                definition, annotation=a.without_unknown(definition.annotation)
            )
        case _:
            return definition


def reached(definitions: Mapping[str, Definition], names: Iterable[str]) -> set[str]:
    """Some definitions, and all that they refer to, directly or not."""
    kept, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name not in kept:
            kept.add(name)
            todo += below(definitions[name])
    return kept


def _names(
    listed: Callable[[Group], Iterator[Annotation]], groups: Iterable[Group]
) -> list[str]:
    return [
        name
        for group in groups
        for annotation in listed(group)
        for name in _models(annotation)
    ]


def _models(annotation: Annotation) -> Iterator[str]:
    return (
        name.text for name in a.names_in(annotation) if name.origin is a.Origin.MODEL
    )


def _given_to(group: Group) -> Iterator[Annotation]:
    """What the methods of a group take."""
    for plan in group.operations:
        yield from (argument.annotation for argument in plan.arguments)
        if plan.body:
            whole = (plan.body.whole,) if plan.body.whole else ()
            yield from (x.annotation for x in (*plan.body.arguments, *whole))
    for method in group.methods:
        yield from (argument.annotation for argument in method.arguments)


def received_by(group: Group) -> Iterator[Annotation]:
    """The types of all that the methods of a group receive."""
    for plan in group.operations:
        yield plan.returns
        yield from (decoder.annotation for _, decoder in (*plan.results, *plan.errors))
    for method in group.methods:
        yield method.returns
        for overload in method.overloads:
            yield overload.returns
    for constant in group.constants:
        yield constant.kind


def below(definition: Definition) -> Iterator[str]:
    """The definitions that one refers to directly."""
    match definition:
        case ModelClass():
            if definition.base:
                yield definition.base
        case Alias(annotation=a.Tagged(mapping=mapping)):
            yield from (name for _, name in mapping)
        case DictTwin():
            yield definition.model
        case _:
            pass
    for annotation in named_by(definition):
        yield from _models(annotation)


def named_by(definition: Definition) -> Iterator[Annotation]:
    """The annotations that stand in a definition."""
    match definition:
        case ModelClass():
            yield from (member.annotation for member in definition.members)
            if definition.extra is not None:
                yield definition.extra
        case Alias():
            yield definition.annotation
        case DictTwin():
            yield from (annotation for _, annotation, _ in definition.members)
        case _:
            pass
