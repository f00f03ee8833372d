"""Records of the runtime while they are planned.

The plan builds what generated modules say to the runtime out of the runtime's own records. In some
places such a record has a value that exists in generated code only: another constant, a class, or
a type as text. A name stands there instead, and is printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from msgspec import NODEFAULT, Struct

from clientpress.plan.annotations import Annotation, Name, Origin
from clientpress.runtime.values.decoding import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TypeText:
    """A type as text, which the runtime evaluates."""

    kind: Annotation


@dataclass(frozen=True, slots=True)
class JsonOf:
    """`Json("…")`: reads a body, or a part of one, as a type."""

    kind: Annotation


@dataclass(frozen=True, slots=True)
class Extended:
    """`{**NAME, …}`: the members of a constant, and further ones."""

    name: Name
    members: Mapping[str, object]


def named(name: Name, kind: type[T]) -> T:
    """A name in the place of a value of this kind."""
    return cast("T", name)


def json_of(kind: Annotation) -> Json[Any]:
    """A decoder of a type."""
    return cast("Json[Any]", JsonOf(kind))


def type_of(decoder: object) -> Annotation | None:
    """What a planned decoder of JSON makes; None of another decoder."""
    return decoder.kind if isinstance(decoder, JsonOf) else None


def arguments_of(record: Struct) -> Iterator[tuple[str, Any]]:
    """What a record is built with: the values that are no defaults.

    Arguments that the class takes by position, and that it needs, have an empty name.
    """
    by_position = type(record).__match_args__
    fields, defaults = record.__struct_fields__, record.__struct_defaults__
    missing = (NODEFAULT,) * (len(fields) - len(defaults))
    for name, default in zip(fields, (*missing, *defaults), strict=True):
        value = getattr(record, name)
        if default is NODEFAULT:
            yield "" if name in by_position else name, value
        elif value if isinstance(value, Mapping) else value != default:
            yield name, value


def leaves(value: object) -> Iterator[object]:
    """What a record holds, at any depth, that is not a record itself."""
    match value:
        case tuple():
            inner = list(cast("tuple[object, ...]", value))
        case Mapping():
            inner = list(cast("Mapping[str, object]", value).values())
        case Struct():
            inner = [argument for _, argument in arguments_of(value)]
        case _:
            yield value
            return
    for one in inner:
        yield from leaves(one)


def modules_named(value: object) -> set[str]:
    """The modules of the groups whose constants a record names."""
    return {
        leaf.module
        for leaf in leaves(value)
        if isinstance(leaf, Name) and leaf.origin is Origin.GROUP
    }
