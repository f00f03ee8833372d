"""The plan: everything that is decided about the Python package, before any text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from clientpress.api.behaviours import Outcome
from clientpress.api.operations import Api, Operation, SecurityScheme
from clientpress.diagnostics import Place
from clientpress.plan.annotations import Annotation


class Default(Enum):
    """What a member is when it is not given."""

    NONE = "None"
    UNSET = "UNSET"
    REQUIRED = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a model.

    Attributes:
        constant: The only value it may have, in a one-tuple; such a member is always sent.
    """

    name: str
    wire: str
    annotation: Annotation
    default: Default
    doc: str
    constant: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelClass:
    """An object schema: a class.

    Attributes:
        base: The generated class it inherits from; empty for the runtime's base.
        extra: The type of undeclared members of an open model.
        is_open: Whether it is an `OpenModel`.
    """

    place: Place
    name: str
    module: str
    doc: str
    members: tuple[Member, ...]
    base: str = ""
    extra: Annotation | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A listed value of an enumeration."""

    name: str
    value: str | int
    doc: str = ""


@dataclass(frozen=True, slots=True)
class EnumClass:
    """A component enumeration of strings or integers: an open enum."""

    place: Place
    name: str
    module: str
    doc: str
    type: str
    members: tuple[EnumMember, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A component that is neither an object nor an enumeration: a type alias."""

    place: Place
    name: str
    module: str
    doc: str
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class DictTwin:
    """The TypedDict that a caller may give instead of a model: wire names, types, whether
    required.
    """

    place: Place
    name: str
    module: str
    model: str
    members: tuple[tuple[str, Annotation, bool], ...]


Definition: TypeAlias = ModelClass | EnumClass | Alias | DictTwin


@dataclass(frozen=True, slots=True)
class Models:
    """Every definition, in the order of the document.

    Attributes:
        modules: Module → definitions in the order they are written: bases first.
        names: Place → name, for the manifest.
    """

    definitions: dict[str, Definition]
    modules: dict[str, tuple[Definition, ...]]
    names: dict[Place, str] = field(default_factory=dict[Place, str])


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter of a method.

    Attributes:
        default: Required arguments have none.
        positional: Whether it may be given without its name.
    """

    name: str
    wire: str
    annotation: Annotation
    default: Default
    doc: str
    positional: bool = False


@dataclass(frozen=True, slots=True)
class Decoder:
    """How a response is read: `kind` is json, text, raw, nothing, or media (by content type)."""

    kind: str
    annotation: Annotation
    by_media: tuple[tuple[str, Decoder], ...] = ()


@dataclass(frozen=True, slots=True)
class PartPlan:
    """A part of a form."""

    wire: str
    media_type: str = ""
    file: bool = False
    style: str = ""
    explode: bool = False


@dataclass(frozen=True, slots=True)
class BodyPlan:
    """How a body is sent: `kind` is json, form, multipart or raw.

    Attributes:
        arguments: The members that became arguments; empty when the body is one argument.
        whole: The one argument, where there is one.
        nulls: Members for which None is sent as null.
    """

    kind: str
    media_type: str
    required: bool
    arguments: tuple[Argument, ...] = ()
    whole: Argument | None = None
    nulls: tuple[str, ...] = ()
    parts: tuple[PartPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """An operation and the constant that describes it to the runtime."""

    operation: Operation
    constant: str
    arguments: tuple[Argument, ...]
    """One for each parameter, in the order of `operation.parameters`."""
    body: BodyPlan | None
    results: tuple[tuple[str, Decoder], ...]
    errors: tuple[tuple[str, Decoder], ...]
    returns: Annotation
    accept: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a group.

    Attributes:
        kind: call, pages, outcomes, wait or progress.
        types: The type arguments of what is returned: item and page, or success and failure.
    """

    name: str
    kind: str
    plan: OperationPlan
    types: tuple[Annotation, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag: an attribute of the client."""

    attribute: str
    class_name: str
    module: str
    doc: str
    operations: tuple[OperationPlan, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """An argument of the client and the security scheme that it is for."""

    argument: str
    scheme: SecurityScheme
    doc: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole package."""

    package: str
    api: Api
    models: Models
    groups: tuple[Group, ...]
    credentials: tuple[Credential, ...]
    error_body: Annotation | None
    """The type of the bodies of documented errors; None when no error has a JSON body."""
