"""Modules of the runtime that a package needs for its types, although nothing imports them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.descriptions import JsonOf, TypeText, leaves
from clientpress.plan.reach import named_by, received_by
from clientpress.plan.types import Definition, DictTwin, Group, OperationPlan

_OF_TYPES = {a.DATETIME: "values/date_times", a.DECIMAL: "values/decimals"}
_UNIONS = "values/unions"
_CHAINS, _SENDING = "values/chains", "values/sending"
_HEADERS = "wire/header_values"
_SHORT = 100
"""The longest chain of models that msgspec reads for certain."""


def parts(
    definitions: Iterable[Definition],
    groups: Iterable[Group],
    others: Iterable[Annotation],
) -> frozenset[str]:
    """The modules that are needed for the types of definitions, of results, and for other types."""
    kinds, definitions = [*others], tuple(definitions)
    for definition in definitions:
        if not isinstance(definition, DictTwin):
            kinds += named_by(definition)
    needed = set[str]()
    for group in groups:
        kinds += received_by(group)
        for constant in group.constants:
            described = leaves(constant.value)
            kinds += (x.kind for x in described if isinstance(x, TypeText | JsonOf))
        sent = [kind for plan in group.operations for kind in _sent_by_type(plan)]
        needed |= {_SENDING} if sent else set()
        responses = (r for plan in group.operations for r in plan.operation.responses)
        needed |= {_HEADERS for response in responses if response.headers}
        kinds += sent
    if len(definitions) > _SHORT:
        needed.add(_CHAINS)
    return frozenset(needed.union(part for kind in set(kinds) for part in _parts(kind)))


def _sent_by_type(plan: OperationPlan) -> Iterator[Annotation]:
    """The types of arguments and members whose form on the wire depends on the type."""
    yield from (argument.sends for argument in plan.arguments if argument.sends)
    for body in (plan.body, *plan.body.others) if plan.body else ():
        yield from (kind for _, kind in body.sends)


def _parts(kind: Annotation) -> Iterator[str]:
    match kind:
        case a.Name():
            if kind in _OF_TYPES:
                yield _OF_TYPES[kind]
        case a.Generic() | a.Arguments():
            for arg in kind.args:
                yield from _parts(arg)
        case a.Or():
            if len({*kind.args} - {a.NONE, a.UNSET_TYPE}) > 1:
                yield _UNIONS
            for arg in kind.args:
                yield from _parts(arg)
        case a.Tagged():
            yield _UNIONS
            yield from _parts(kind.union)
        case a.Patterned():
            for arg in (kind.rest, *(one for _, one in kind.patterns)):
                yield from _parts(arg)
        case a.Literal():
            pass
