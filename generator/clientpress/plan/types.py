"""The plan: everything that is decided about the Python package, before any text."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

from clientpress.api.behaviours import Upload
from clientpress.api.operations import Api, Hook, Operation, SecurityScheme, Server
from clientpress.diagnostics import Place
from clientpress.plan.annotations import Annotation, Name, Origin, names_in
from clientpress.runtime.batches.outcome_values import Outcome
from clientpress.runtime.tables.schema import Layout
from clientpress.runtime.wire.lines import LineFormat


class Default(Enum):
    """What a member or argument is when it is not given; `LITERAL` stands for a value of its own."""

    NONE = "None"
    UNSET = "UNSET"
    REQUIRED = ""
    LITERAL = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClass:
    """An object schema: a class.

    Attributes:
        base: The generated class it inherits from; empty for the runtime's base.
        extra: The dict of the undeclared members of an open model.
        is_open: Whether it is an `OpenModel`.
    """

    place: Place
    name: str
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumClass:
    """A component enumeration of strings or integers: an open enum."""

    place: Place
    name: str
    doc: str
    type: str
    members: tuple[EnumMember, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A component that is neither an object nor an enumeration: a type alias."""

    place: Place
    name: str
    doc: str
    annotation: Annotation


@dataclass(frozen=True, slots=True)
class DictTwin:
    """The TypedDict that a caller may give instead of a model: wire names, types, whether
    required.
    """

    place: Place
    name: str
    model: str
    members: tuple[tuple[str, Annotation, bool], ...]


Definition: TypeAlias = ModelClass | EnumClass | Alias | DictTwin


@dataclass(frozen=True, slots=True)
class ModelsModule:
    """A module with models.

    Attributes:
        name: Its name in the package `models`; empty where `models.py` is the only one.
        definitions: In the order they are written: what others need when they are loaded first.
    """

    name: str
    doc: str
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Models:
    """Every definition, in the order of the document, and the modules they stand in.

    Attributes:
        names: Place → name, for the manifest.
    """

    definitions: dict[str, Definition]
    modules: tuple[ModelsModule, ...]
    names: dict[Place, str] = field(default_factory=dict[Place, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A parameter of a method.

    Attributes:
        default: Required arguments have none.
        positional: Whether it may be given without its name.
        literal: The default of the kind `LITERAL`, in a one-tuple.
        is_scalar: Whether it has one value, neither an array nor an object.
        sends: Its type, if its form on the wire depends on the type.
    """

    name: str
    wire: str
    annotation: Annotation
    default: Default
    doc: str
    positional: bool = False
    literal: tuple[Any, ...] = ()
    is_scalar: bool = False
    sends: Annotation | None = None


@dataclass(frozen=True, slots=True)
class Decoder:
    """How a response is read: `kind` is json, text, binary, nothing, media (by content type), or,
    for what is sent to us, raw or form.

    Attributes:
        lists, objects: Members of a form that are lists, and those that are objects.
    """

    kind: str
    annotation: Annotation
    by_media: tuple[tuple[str, Decoder], ...] = ()
    lists: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """A part of a form."""

    wire: str
    media_type: str = ""
    file: bool = False
    style: str = ""
    explode: bool = False
    upload: Upload | None = None
    array_format: str = ""


Sends: TypeAlias = tuple[tuple[str, Annotation], ...]
"""Names, and the types by which their values are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyPlan:
    """How a body is sent: `kind` is json, form, multipart, lines or raw.

    Attributes:
        media_type: As the request names it; a range where the value decides.
        arguments: The members that became arguments; empty when the body is one argument.
        whole: The one argument, where there is one.
        nulls: Members for which None is sent as null.
        needs: Members of which one at least has to be given.
        others: The same body in other media types: by the same arguments, or as one.
        choice: The argument that says which one is sent, where there are several.
        members: What this media type has of the members that can be given, where media types
            differ in that.
        asked: Those of them that it requires.
        sends: Members whose form on the wire depends on the type, with their types; "" for the
            body itself.
    """

    kind: str
    media_type: str
    required: bool
    arguments: tuple[Argument, ...] = ()
    whole: Argument | None = None
    nulls: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    parts: tuple[PartPlan, ...] = ()
    others: tuple[BodyPlan, ...] = ()
    choice: Argument | None = None
    members: tuple[str, ...] | None = None
    asked: tuple[str, ...] = ()
    sends: Sends = ()

    @property
    def given(self) -> dict[str, str]:
        """The members that can be given in any of its media types, with their arguments."""
        return {x.wire: x.name for one in (self, *self.others) for x in one.arguments}

    @property
    def own_arguments(self) -> tuple[Argument, ...]:
        """The arguments that it is given by, in its first media type."""
        return (self.whole,) if self.whole else self.arguments


@dataclass(frozen=True, slots=True, kw_only=True)
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
    server: str = ""
    """An address of its own: a path on the host of the base URL, or an absolute URL."""
    """Members of the body whose decimals are text on the wire; "" for the body itself."""


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A result table: the class of its rows, and what it looks like."""

    row: str
    constant: str
    layout: Layout[Any]


@dataclass(frozen=True, slots=True)
class LineWriterPlan:
    """A class that writes files of requests."""

    name: str
    constant: str
    format: LineFormat[Any]
    request: Annotation


@dataclass(frozen=True, slots=True)
class LineReaderPlan:
    """A function that reads files of results; the types of success and failure."""

    name: str
    constant: str
    outcome: Outcome[Any, Any]
    types: tuple[Annotation, ...]


@dataclass(frozen=True, slots=True)
class BatchFilesPlan:
    """`batch_files.py`; if it is empty, there is no such file."""

    writers: tuple[LineWriterPlan, ...] = ()
    readers: tuple[LineReaderPlan, ...] = ()

    def models(self) -> list[str]:
        """The definitions that it names."""
        annotations = [writer.request for writer in self.writers]
        annotations += [kind for reader in self.readers for kind in reader.types]
        names = [name for kind in annotations for name in names_in(kind)]
        return [name.text for name in names if name.origin is Origin.MODEL]


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of a group module that describes a behaviour to the runtime."""

    name: str
    kind: Annotation
    value: Struct


@dataclass(frozen=True, slots=True)
class Passed:
    """What a call is given: an argument or a constant, a tuple of arguments, the body, something
    of the group or of the runtime, or what another call returns.
    """

    value: str | tuple[str, ...] | BodyPlan | Name | Call
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call in the body of a method: of a function or class of the runtime, or of a method of the group."""

    function: Name
    passed: tuple[Passed, ...]

    @property
    def runs(self) -> bool:
        """Whether the group runs something; the async one is awaited."""
        return self.function.text in ("self._call", "self._run")

    @property
    def lists(self) -> bool:
        """Whether the group returns a list of pages."""
        return self.function.text == "self._pages"


@dataclass(frozen=True, slots=True)
class Overload:
    """One of several signatures of a method."""

    arguments: tuple[Argument, ...]
    returns: Annotation


@dataclass(frozen=True, slots=True)
class Streamed:
    """The call that a method makes instead where an argument asks for a stream.

    Attributes:
        argument: The name of the argument.
        default: Whether there is a stream where it is not given.
    """

    argument: str
    default: bool
    call: Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method of a group: its signature, and the one call that it makes.

    Attributes:
        kind: call, pages, outcomes, wait, progress, …: what it does, for pages about it.
        arguments: All of them, in the order of the signature.
        returns: What the blocking one returns; `ASYNC_TWINS` has the names of the async ones.
        sends: Whether it, or what it returns, asks the server for something by this operation.
        summary: Says what it does, where the operation's own summary does not.
        note: A paragraph below the summary.
        raises: Errors besides those of the operation.
        streaming: The other call, of a method that answers with a stream if asked.
        expected: Statuses that are no errors to it, such as "not yet".
        sections: Further parts of the documentation: a title and its entries.
    """

    name: str
    kind: str
    plan: OperationPlan
    arguments: tuple[Argument, ...]
    returns: Annotation
    call: Call
    summary: str = ""
    note: str = ""
    sends: bool = True
    returns_doc: str = ""
    raises: tuple[tuple[str, str], ...] = ()
    expected: tuple[str, ...] = ()
    overloads: tuple[Overload, ...] = ()
    streaming: Streamed | None = None
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()


ASYNC_TWINS = {
    "BinaryAnswer": "AsyncBinaryAnswer",
    "Download": "AsyncDownload",
    "InferenceModel": "AsyncInferenceModel",
    "LineOutcomes": "AsyncLineOutcomes",
    "LinesFile": "AsyncLinesFile",
    "Outcomes": "AsyncOutcomes",
    "Pager": "AsyncPager",
    "Run": "AsyncRun",
    "Stream": "AsyncStream",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The operations of one tag: an attribute of the client or of another group, or, without one,
    methods of the client itself.

    Attributes:
        path: How it is reached from the client, such as `library.books`.
        inside: The modules of the groups that are its attributes.
    """

    attribute: str
    class_name: str
    module: str
    doc: str
    operations: tuple[OperationPlan, ...]
    constants: tuple[Constant, ...]
    methods: tuple[Method, ...]
    path: str = ""
    inside: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """What its methods are called on."""
        return f"client.{self.path}" if self.path else "client"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookPlan:
    """A function that reads what a webhook or callback sends.

    Attributes:
        media_type: The Content-Type that is assumed.
        answers: What the API expects: status, description, and the type of the body.
        owners: The methods that a callback belongs to.
    """

    name: str
    constant: str
    hook: Hook
    media_type: str
    decoder: Decoder
    answers: tuple[tuple[str, str, Annotation], ...] = ()
    owners: tuple[str, ...] = ()

    def models(self) -> list[str]:
        """The definitions that it names."""
        kinds = [self.decoder.annotation, *(kind for _, _, kind in self.answers)]
        names = [name for kind in kinds for name in names_in(kind)]
        return [name.text for name in names if name.origin is Origin.MODEL]


@dataclass(frozen=True, slots=True)
class Credential:
    """An argument of the client and the security scheme that it is for."""

    argument: str
    scheme: SecurityScheme
    doc: str


@dataclass(frozen=True, slots=True)
class ServerPlan:
    """An address in `servers.py`: a constant, or a function of the server's variables."""

    name: str
    server: Server
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole package."""

    package: str
    api: Api
    models: Models
    groups: tuple[Group, ...]
    credentials: tuple[Credential, ...]
    error_body: Annotation | None
    """The type of the bodies of documented errors; None when no error has a JSON body."""
    base_url: str
    """The default one; empty where the caller has to give it."""
    prefix: str
    """What all paths begin with and people also write at the end of a base URL."""
    servers: tuple[ServerPlan, ...] = ()
    tables: tuple[TablePlan, ...] = ()
    batch_files: BatchFilesPlan = BatchFilesPlan()
    hooks: tuple[HookPlan, ...] = ()
    features: tuple[str, ...] = ()
    """What was asked for besides; keys of `FEATURES`."""
    parts: frozenset[str] = frozenset()
    """Modules of the runtime that types need, though nothing imports them."""
