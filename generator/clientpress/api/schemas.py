"""Schemas as values: what a JSON value may be, in the terms of JSON Schema.

References stay references, so that cycles are possible. Null is a variant of a union; whether a member
may be absent is a property of the member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingABC
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, TypeAlias

from clientpress.diagnostics import Place


class Access(Enum):
    """The directions in which a member is sent (`readOnly`, `writeOnly`)."""

    BOTH = "both"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What every schema has besides its constraints.

    Attributes:
        place: Where the document has the schema.
        name: A name from `x-clientpress-name`; empty where there is none.
        default: The default in a tuple of one item; empty when there is none.
        limits: The bounds of the values in words, such as `1 to 100`; empty when there are none.
        extensions: The checked `x-clientpress-` extensions of this schema, by their short names.
    """

    place: Place
    title: str = ""
    description: str = ""
    deprecated: bool = False
    access: Access = Access.BOTH
    default: tuple[Any, ...] = ()
    limits: str = ""
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
    """A string, integer, number, boolean or null.

    Attributes:
        type: The type, as in JSON Schema.
        format: The format; empty when there is none.
        media_type: `contentMediaType`, or application/octet-stream for bytes outside of JSON.
    """

    meta: Meta
    type: str
    format: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """Exactly one value (`const`)."""

    meta: Meta
    value: Any


@dataclass(frozen=True, slots=True)
class Enumeration:
    """One of several scalars (`enum`). Servers may send other values later.

    Attributes:
        type: The type of all values; empty when they have different types.
        values: The values.
        names: Names for them, from extensions; empty where there are none.
        descriptions: Their descriptions, from extensions; empty where there are none.
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
        inferred: Whether the document describes the items, but does not say that the value is an array.
    """

    meta: Meta
    items: Schema
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Tuple:
    """A list with a schema for each of its first items (`prefixItems`).

    Attributes:
        items: The schemas of the first items.
        rest: The schema of the others; None where there may be none.
        exact: Whether the first items must all be there.
    """

    meta: Meta
    items: tuple[Schema, ...]
    rest: Schema | None
    exact: bool


@dataclass(frozen=True, slots=True)
class ByName:
    """The values of undeclared members, by patterns of their names (`patternProperties`).

    Attributes:
        patterns: Regular expressions in Python's dialect, with the schemas that they select, in order.
        rest: The schema of the other members; None where there may be none.
    """

    meta: Meta
    patterns: tuple[tuple[str, Schema], ...]
    rest: Schema | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """An object without declared members.

    Attributes:
        values: The schema of every member.
        untyped: Whether the document describes members, but does not say that the value is an object.
        stated: Whether the document mentions the members at all; `type: object` alone does not.
    """

    meta: Meta
    values: Schema
    untyped: bool = field(default=False, compare=False)
    stated: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Field:
    """A declared member of an object.

    Attributes:
        wire: Its name in JSON.
        conditional: Whether it is declared under a condition only (`then`, `dependentSchemas`), so that
            any other declaration takes precedence.
        fixed: The only value of a member that tells variants of a union apart, in a tuple of one item.
            It is always sent.
    """

    wire: str
    schema: Schema
    required: bool
    conditional: bool = False
    fixed: tuple[Any, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Tag:
    """A discriminator (Discriminator Object).

    Attributes:
        property: The property that tells the variants apart.
        mapping: Each value with its variant.
        names: The same for variants that are elsewhere than the component that gives them their name.
            It counts where the property of a variant lists no values.
    """

    property: str
    mapping: tuple[tuple[str, Place], ...]
    names: tuple[tuple[str, Place], ...] = ()


@dataclass(frozen=True, slots=True)
class Object:
    """An object with declared members.

    Attributes:
        fields: Its members.
        extra: The schema of undeclared members; None where the document does not mention them.
        parents: The schemas that an `allOf` includes by reference, in order.
        tag: A discriminator of this object itself, whose variants are its children.
        untyped: Whether the document describes members, but does not say that the value is an object.
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
    """All of several schemas at once. `clientpress.parse.compose` replaces every one of them."""

    meta: Meta
    parts: tuple[Schema, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The schema at another place.

    Attributes:
        target: The place.
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
    """Whether null is the only value."""
    return (isinstance(schema, Primitive) and schema.type == "null") or (
        isinstance(schema, Constant) and schema.value is None
    )


def core(schema: Schema) -> Schema:
    """A schema without null. A union of one variant stays a union if a tag marks the variant."""
    if isinstance(schema, Union) and schema.tag is None:
        rest = tuple(v for v in schema.variants if not is_null(v))
        if len(rest) == 1:
            return rest[0]
    return schema


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
    """Replace the schemas directly below one; `make` returns the new schema for each."""
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
    """The place at the end of a chain of references; in a circle, some place of the circle."""
    seen = {place}
    while isinstance(schema := schemas[place], Reference) and schema.target not in seen:
        seen.add(place := schema.target)
    return place


def followed(schema: Schema, schemas: MappingABC[Place, Schema]) -> Schema:
    """The schema that a reference leads to; any other schema, and a reference to nothing, itself."""
    if isinstance(schema, Reference) and schema.target in schemas:
        return schemas[end_of(schema.target, schemas)]
    return schema
