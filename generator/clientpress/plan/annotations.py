"""Python type annotations as values.

A small tree instead of text, so that imports, the request form of a type and the layout over
several lines are computed from it and never guessed from strings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import TypeAlias


class Origin(Enum):
    """Where a name comes from, which decides its import.

    A LOCAL name is defined in the module that prints it, a GROUP name in the module of another
    group.
    """

    BUILTIN = "builtin"
    GROUP = "group"
    LOCAL = "local"
    MODEL = "model"
    RUNTIME = "runtime"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands alone: `str`, `dt.datetime`, `Batch`.

    Attributes:
        module: The module of the group that defines it.
    """

    text: str
    origin: Origin = Origin.BUILTIN
    module: str = ""


@dataclass(frozen=True, slots=True)
class Generic:
    """A name with arguments: `list[Batch]`."""

    base: Name
    args: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """Scalar values: `Literal["a", 1, True]`."""

    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """A union with at least two members, flat and without repetition."""

    args: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """A union whose variant is chosen by the value of a property: value → model name."""

    union: Or
    property: str
    mapping: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Patterned:
    """A dict whose values have the type of the first pattern that their key fits, else `rest`."""

    whole: Generic
    patterns: tuple[tuple[str, Annotation], ...]
    rest: Annotation


@dataclass(frozen=True, slots=True)
class Arguments:
    """The list of what a callable takes: `[Batch]` in `Callable[[Batch], None]`."""

    args: tuple[Annotation, ...]


Annotation: TypeAlias = Name | Generic | Literal | Or | Tagged | Patterned | Arguments

NONE = Name("None")
STR = Name("str")
INT = Name("int")
FLOAT = Name("float")
BOOL = Name("bool")
BYTES = Name("bytes")


_OTHERS = "others"
OTHER = {kind: replace(kind, module=_OTHERS) for kind in (STR, INT, BOOL)}
"""`str` beside listed values: values that a server may send later. It is printed like `str`."""


def runtime(name: str) -> Name:
    """A class, function or constant of the runtime."""
    return Name(name, Origin.RUNTIME)


def local(name: str) -> Name:
    """A name of the module that prints it."""
    return Name(name, Origin.LOCAL)


def standard(name: str) -> Name:
    """A name of the standard library."""
    return Name(name, Origin.STANDARD)


NEVER = standard("Never")
JSON = runtime("JsonValue")
UNKNOWN = runtime("Unknown")
UNSET_TYPE = runtime("UnsetType")
BINARY = runtime("BinaryAnswer")
STR_INT = runtime("StrInt")
DECIMAL_NUMBER = runtime("DecimalNumber")
DATETIME = standard("dt.datetime")
DATE = standard("dt.date")
TIME = standard("dt.time")
UUID = standard("UUID")
DECIMAL = standard("Decimal")


def model(name: str) -> Name:
    """A class or alias of the models package."""
    return Name(name, Origin.MODEL)


def list_of(item: Annotation) -> Generic:
    """`list[item]`."""
    return Generic(Name("list"), (item,))


def dict_of(value: Annotation) -> Generic:
    """`dict[str, value]`."""
    return Generic(Name("dict"), (STR, value))


def union(*members: Annotation) -> Annotation:
    """The union of annotations: flat, without repetition, None last. A free JSON value includes
    all other members.
    """
    flat = dict[Annotation, None]()
    for member in members:
        for part in member.args if isinstance(member, Or) else (member,):
            flat.setdefault(part)
    for kind, other in OTHER.items():
        if kind in flat:
            flat.pop(other, None)
    if JSON in flat:
        return Or((JSON, UNSET_TYPE)) if UNSET_TYPE in flat else JSON
    if (
        any(isinstance(part, Tagged) for part in flat)
        and len(flat) > 1
        and UNKNOWN in flat
    ):
        del flat[UNKNOWN]  # a tagged union has its own
    ordered = [part for part in flat if part not in (NONE, UNKNOWN, UNSET_TYPE)]
    ordered += [part for part in (UNKNOWN, NONE, UNSET_TYPE) if part in flat]
    return ordered[0] if len(ordered) == 1 else Or(tuple(ordered))


def either(*answers: Annotation) -> Annotation:
    """One of several answers. A free JSON value does not include bytes, so they stay beside it."""
    annotation = union(*answers)
    if annotation == JSON:
        named = {name for kind in answers for name in names_in(kind)}
        beside = [kind for kind in (BYTES, BINARY) if kind in named]
        return Or((JSON, *beside)) if beside else JSON
    return annotation


def parts(annotation: Annotation) -> tuple[Annotation, ...]:
    """The members of a union, or the annotation itself."""
    return annotation.args if isinstance(annotation, Or) else (annotation,)


def without_binary(annotation: Annotation) -> Annotation:
    """The annotation without binary answers."""
    if annotation == BINARY:
        return NEVER
    if isinstance(annotation, Or) and BINARY in annotation.args:
        return union(*(part for part in annotation.args if part != BINARY))
    return annotation


def allows_none(annotation: Annotation) -> bool:
    """Whether None is one of the values."""
    parts = annotation.args if isinstance(annotation, Or) else (annotation,)
    return NONE in parts or JSON in parts


def exact(annotation: Or) -> Annotation:
    """A union without the values that may come later, if some are listed."""
    listed = any(isinstance(part, Literal) for part in annotation.args)
    others = OTHER.values() if listed else ()
    return union(*(part for part in annotation.args if part not in others))


def without_none(annotation: Annotation) -> Annotation:
    """The annotation without None."""
    if isinstance(annotation, Or) and NONE in annotation.args:
        return union(*(part for part in annotation.args if part != NONE))
    return annotation


def without_unknown(annotation: Annotation) -> Annotation:
    """The annotation without `Unknown`, at any depth."""
    match annotation:
        case Generic():
            args = tuple(map(without_unknown, annotation.args))
            return Generic(annotation.base, args)
        case Or():
            return union(*(without_unknown(x) for x in annotation.args if x != UNKNOWN))
        case Tagged():
            whole = without_unknown(annotation.union)
            return replace(annotation, union=whole) if isinstance(whole, Or) else whole
        case _:
            return annotation


def names_in(annotation: Annotation) -> Iterator[Name]:
    """Every name that stands in an annotation."""
    match annotation:
        case Name():
            yield annotation
        case Generic():
            yield annotation.base
            for arg in annotation.args:
                yield from names_in(arg)
        case Or() | Arguments():
            for arg in annotation.args:
                yield from names_in(arg)
        case Tagged():
            yield from names_in(annotation.union)
            yield standard("Annotated")
            yield runtime("Discriminator")
        case Patterned():
            yield from names_in(annotation.whole)
            yield standard("Annotated")
            yield runtime("Patterns")
        case Literal():
            yield standard("Literal")
