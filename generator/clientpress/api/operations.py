"""Operations as values: what is sent where, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from clientpress.api.behaviours import (
    Download,
    Lines,
    PreparedUpload,
    Run,
    Stream,
    Tensors,
    Wait,
)
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.tables.schema import ResultTables


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one member of a form is sent: its content type, or its style as a parameter."""

    content_type: str = ""
    style: str = ""
    explode: bool = False
    array_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A media type of a body or response.

    Attributes:
        schema: The whole content; None where the document says nothing.
        item: One item of a sequential media type (3.2 `itemSchema`), such as a line of JSON Lines.
        encoding: How single members of a form are sent.
        is_json: Whether an item is JSON that its event has as text (`contentSchema`).
    """

    place: Place
    name: str
    schema: Schema | None
    item: Schema | None = None
    encoding: dict[str, Encoding] = field(
        default_factory=dict[str, Encoding], compare=False
    )
    examples: tuple[Any, ...] = ()
    lines: Lines | None = None
    stream: Stream | None = None
    is_json: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation; defaults of `style` and `explode` are filled in.

    Attributes:
        array_format: How arrays inside of an object of style `deepObject` are sent: indices,
            brackets or repeat; empty where nothing is said.
    """

    place: Place
    wire: str
    location: str
    required: bool
    schema: Schema
    style: str
    explode: bool
    allow_reserved: bool = False
    media_type: str = ""
    description: str = ""
    deprecated: bool = False
    name: str = ""
    array_format: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A request body with its media types, in the document's order."""

    place: Place
    required: bool
    media: tuple[MediaType, ...]
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header of a response."""

    place: Place
    wire: str
    schema: Schema
    required: bool = False
    media_type: str = ""
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What can be called with what an answer says.

    Attributes:
        target: The operationId of the other operation, or its place.
        parameters: Parameter → the expression or the value that it gets.
        body: The expression of the body; empty when none is told.
    """

    place: Place
    name: str
    target: str | Place
    parameters: tuple[tuple[str, str], ...] = ()
    body: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response: status is `200`, `2XX` or `default`."""

    place: Place
    status: str
    description: str
    media: tuple[MediaType, ...]
    tables: ResultTables | None = None
    download: Download | None = None
    headers: tuple[Header, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL; `values` is empty where every value may be given."""

    name: str
    default: str
    values: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """Where an API is. The URL may be relative to the place where the document lies."""

    place: Place
    url: str
    description: str = ""
    name: str = ""
    variables: tuple[ServerVariable, ...] = ()

    @property
    def default_url(self) -> str:
        """The URL with the defaults of its variables."""
        url = self.url
        for variable in self.variables:
            url = url.replace("{" + variable.name + "}", variable.default)
        return url.rstrip("/") or url


@dataclass(frozen=True, slots=True)
class Requirement:
    """A security scheme that a call needs, and the scopes that its tokens must have."""

    key: str
    scopes: tuple[str, ...] = ()


Security: TypeAlias = tuple[tuple[Requirement, ...], ...]
"""Alternatives; an empty one means that no key is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method on a path.

    Attributes:
        security: None when the API's own applies.
        servers: Addresses that only this operation or its path has.
    """

    place: Place
    id: str
    method: str
    path: str
    tags: tuple[str, ...]
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    security: Security | None
    servers: tuple[Server, ...]
    deprecated: bool
    name: str = ""
    group: str = ""
    hidden: bool = False
    retry: str = ""
    idempotency_header: str = ""
    pagination: Pagination[Any] | None = None
    wait: Wait | None = None
    runs: tuple[Run, ...] = ()
    signed_upload: PreparedUpload | None = None
    tensors: Tensors | None = None


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """The flow of OAuth 2 for machines: where tokens are got, and the environment variables of a
    client's id and secret.
    """

    token_url: str
    refresh_url: str = ""
    id_env: tuple[str, ...] = ()
    secret_env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """A request that the API makes: a webhook, or a callback of operations.

    Attributes:
        place: Where the document has it; two webhooks may share the place of their operation.
        kind: webhook or callback.
        name: The key of the webhook or of the callback.
        operation: What is sent; its path is empty.
        expression: The address of a callback; empty for a webhook.
        owners: The places of the operations that a callback belongs to.
    """

    place: Place
    kind: str
    name: str
    operation: Operation
    expression: str = ""
    owners: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityScheme:
    """How a key is sent: `kind` is apiKey, http, oauth2, openIdConnect or mutualTLS."""

    place: Place
    key: str
    kind: str
    scheme: str = ""
    name: str = ""
    location: str = ""
    description: str = ""
    env: tuple[str, ...] = ()
    argument: str = ""
    deprecated: bool = False
    client_credentials: ClientCredentials | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that groups operations; `parent` is the name of the one that it belongs to."""

    place: Place
    name: str
    description: str
    parent: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A whole document.

    Attributes:
        schemas: Every schema that has a place of its own: the components, and whatever a
        reference leads to.
        left_out: The ids of operations that were left out, and with them the components that
        nothing uses; None for a whole API.
        usage: Python that shows people how the client is used.
        components: The places under `components/schemas`, in the document's order.
        hooks: The webhooks, then the callbacks.
    """

    title: str
    version: str
    description: str
    servers: tuple[Server, ...]
    base_url_env: tuple[str, ...]
    tags: tuple[Tag, ...]
    security: Security
    schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    schemas: dict[Place, Schema]
    components: tuple[Place, ...]
    usage: str = ""
    left_out: tuple[str, ...] | None = None
    hooks: tuple[Hook, ...] = ()

    @property
    def requests(self) -> tuple[Operation, ...]:
        """Everything that is sent: the operations, and what the API sends itself."""
        return (*self.operations, *(hook.operation for hook in self.hooks))


def _schemas_in(media: Iterable[MediaType]) -> Iterator[Schema]:
    for found in media:
        yield from (schema for schema in (found.schema, found.item) if schema)


def requests_of(operations: Iterable[Operation]) -> Iterator[Schema]:
    """The schemas of requests."""
    for operation in operations:
        yield from (parameter.schema for parameter in operation.parameters)
        yield from _schemas_in(operation.body.media if operation.body else ())


def answers_of(operations: Iterable[Operation]) -> Iterator[Schema]:
    """The schemas of responses."""
    for operation in operations:
        for response in operation.responses:
            yield from _schemas_in(response.media)


def map_schemas(
    operations: tuple[Operation, ...], make: Callable[[Schema], Schema]
) -> tuple[Operation, ...]:
    """The operations with another schema for each one in them."""

    def media(found: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
        return tuple(
            replace(
                m,
                schema=make(m.schema) if m.schema else None,
                item=make(m.item) if m.item else None,
            )
            for m in found
        )

    def body(found: Body | None) -> Body | None:
        return replace(found, media=media(found.media)) if found else None

    def response(found: Response) -> Response:
        headers = tuple(map(header, found.headers))
        return replace(found, media=media(found.media), headers=headers)

    def header(found: Header) -> Header:
        return replace(found, schema=make(found.schema))

    def parameter(found: Parameter) -> Parameter:
        return replace(found, schema=make(found.schema))

    return tuple(
        replace(
            operation,
            parameters=tuple(map(parameter, operation.parameters)),
            body=body(operation.body),
            responses=tuple(map(response, operation.responses)),
        )
        for operation in operations
    )
