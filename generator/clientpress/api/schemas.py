"""Schemas as values: what a JSON value may be, in the terms of JSON Schema.

References stay references, so that cycles are harmless. Null is a variant of a union; absence
is a property of the member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

from clientpress.diagnostics import Place


class Access(Enum):
    """In which direction a member travels (`readOnly`, `writeOnly`)."""

    BOTH = "both"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What every schema carries beside its meaning.

    Attributes:
        name: A name pinned with `x-clientpress-name`.
        default: The default as JSON text's value in a one-tuple; empty when there is none.
        extensions: Checked `x-clientpress-` extensions of this schema, by their short name.
    """

    place: Place
    title: str = ""
    description: str = ""
    deprecated: bool = False
    access: Access = Access.BOTH
    default: tuple[Any, ...] = ()
    examples: tuple[Any, ...] = ()
    name: str = ""
    extensions: dict[str, Any] = field(default_factory=dict[str, Any], compare=False)


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value."""

    meta: Meta


@dataclass(frozen=True, slots=True)
class Nothing:
    """No value at all (the schema `false`)."""

    meta: Meta


ENCODINGS = ("base64", "base64url", "base32", "base16")
"""What `contentEncoding` may say of text (RFC 4648); the format of the schema, but `byte` for base64."""


@dataclass(frozen=True, slots=True)
class Primitive:
    """A string, integer, number, boolean or null, with its format."""

    meta: Meta
    type: str
    format: str = ""
    media_type: str = ""
    """`contentMediaType`, or application/octet-stream for bytes outside JSON."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Exactly one value (`const`)."""

    meta: Meta
    value: Any


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of the listed scalars; servers may send others later. `type` is empty when the kinds
    are mixed.
    """

    meta: Meta
    type: str
    values: tuple[Any, ...]
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Array:
    """A list of items.

    Attributes:
        inferred: Whether the document says what the items are, but not that it is a list.
    """

    meta: Meta
    items: Schema
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Tuple:
    """A list with a type for each of its first items, and one for the rest (None: there is no
    rest).
    """

    meta: Meta
    items: tuple[Schema, ...]
    rest: Schema | None
    exact: bool
    """Whether the first items must all be there."""


@dataclass(frozen=True, slots=True)
class ByName:
    """The values of undeclared members where patterns of their names decide (`patternProperties`).

    Attributes:
        patterns: Regular expressions in the dialect of Python and what they ask for, in order.
        rest: What the other members are; None where there may be none.
    """

    meta: Meta
    patterns: tuple[tuple[str, Schema], ...]
    rest: Schema | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """An object without declared members.

    Attributes:
        untyped: Whether the document describes objects, but does not say that it is one.
    """

    meta: Meta
    values: Schema
    untyped: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A declared member of an object.

    Attributes:
        conditional: Whether it is declared under a condition only (`then`, `dependentSchemas`), so
        that any other declaration counts more.
        fixed: The one value of a member that tells variants of a union apart, in a one-tuple; it is
        always sent.
    """

    wire: str
    schema: Schema
    required: bool
    conditional: bool = False
    fixed: tuple[Any, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    """A discriminator: the property that tells the variants apart, and value → variant.

    Attributes:
        names: Value → variant for variants that stand elsewhere than the component that names
            them. It counts where the property of a variant lists no values.
    """

    property: str
    mapping: tuple[tuple[str, Place], ...]
    names: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Object:
    """An object with declared members.

    Attributes:
        extra: The schema of undeclared members where the document speaks of them, else None.
        parents: The schemas that an `allOf` took in by reference, in order.
        tag: A discriminator that stands on this object itself: its children are the variants.
        untyped: Whether the document describes objects, but does not say that it is one.
    """

    meta: Meta
    fields: tuple[Field, ...]
    extra: Schema | None = None
    parents: tuple[Place, ...] = ()
    tag: Tag | None = None
    untyped: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Union:
    """One of several variants (`oneOf`, `anyOf`, several types)."""

    meta: Meta
    variants: tuple[Schema, ...]
    tag: Tag | None = None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of several schemas at once. `clientpress.parse.compose` replaces every one of these."""

    meta: Meta
    parts: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Whatever stands at another place.

    Attributes:
        alone: Whether it is the only part of an `allOf`.
    """

    meta: Meta
    target: Place
    alone: bool = field(default=False, compare=False)


Schema: TypeAlias = (
    Anything
    | Nothing
    | Primitive
    | Constant
    | Enumeration
    | Array
    | Tuple
    | ByName
    | Mapping
    | Object
    | Union
    | AllOf
    | Reference
)


def is_null(schema: Schema) -> bool:
    """Whether only null fits."""
    return (isinstance(schema, Primitive) and schema.type == "null") or (
        isinstance(schema, Constant) and schema.value is None
    )


def children(schema: Schema) -> tuple[Schema, ...]:
    """The schemas directly below one; references are not followed."""
    match schema:
        case Array():
            return (schema.items,)
        case Tuple():
            return (*schema.items, *([schema.rest] if schema.rest else []))
        case ByName():
            rest = (schema.rest,) if schema.rest else ()
            return (*(below for _, below in schema.patterns), *rest)
        case Mapping():
            return (schema.values,)
        case Object():
            return (
                *(f.schema for f in schema.fields),
                *([schema.extra] if schema.extra else []),
            )
        case Union():
            return schema.variants
        case AllOf():
            return schema.parts
        case _:
            return ()


def with_children(schema: Schema, make: Callable[[Schema], Schema]) -> Schema:
    """The schema with others made of those directly below it."""
    match schema:
        case Array():
            return replace(schema, items=make(schema.items))
        case Tuple():
            rest = make(schema.rest) if schema.rest else None
            return replace(schema, items=tuple(map(make, schema.items)), rest=rest)
        case ByName():
            rest = make(schema.rest) if schema.rest else None
            patterns = tuple((name, make(below)) for name, below in schema.patterns)
            return replace(schema, patterns=patterns, rest=rest)
        case Mapping():
            return replace(schema, values=make(schema.values))
        case Object():
            fields = tuple(replace(f, schema=make(f.schema)) for f in schema.fields)
            extra = make(schema.extra) if schema.extra else None
            return replace(schema, fields=fields, extra=extra)
        case Union():
            return replace(schema, variants=tuple(map(make, schema.variants)))
        case AllOf():
            return replace(schema, parts=tuple(map(make, schema.parts)))
        case _:
            return schema


def inside(schema: Schema) -> Iterator[Schema]:
    """A schema and everything below it; references are not followed."""
    todo = [schema]
    while todo:
        here = todo.pop()
        yield here
        todo += children(here)


def end_of(place: Place, schemas: MappingABC[Place, Schema]) -> Place:
    """Where a chain of references ends that starts at a place; in a circle, anywhere on it."""
    seen = {place}
    while isinstance(schema := schemas[place], Reference) and schema.target not in seen:
        seen.add(place := schema.target)
    return place
