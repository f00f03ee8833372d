"""Operations as values: what is sent, and what the server answers."""

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
    """How one member of a form is sent (Encoding Object).

    Attributes:
        content_type: The media type of the member; empty where the style counts.
        style: The style, as of a query parameter.
        explode: As of a query parameter.
        array_format: As in `Parameter`.
    """

    content_type: str = ""
    style: str = ""
    explode: bool = False
    array_format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """A media type of a body or response (Media Type Object).

    Attributes:
        place: Where the document has it.
        name: The media type itself, such as application/json.
        schema: The whole content; None where the document gives no schema.
        item: One item of a sequential media type (3.2 `itemSchema`), such as a line of JSON Lines.
        encoding: How members of a form are sent, by name.
        examples: Values of the whole content.
        lines: What `x-clientpress-lines` says.
        stream: What `x-clientpress-stream` says.
        is_json: Whether the data of an event is text that holds an item as JSON (`contentSchema`).
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
    """A parameter of an operation (Parameter Object). Defaults of `style` and `explode` are filled in.

    Attributes:
        place: Where the document has it.
        wire: Its name in requests.
        location: `path`, `query`, `querystring`, `header` or `cookie`.
        media_type: The media type of its text; empty where the style counts.
        name: A name from `x-clientpress-name`; empty where there is none.
        array_format: How arrays inside of an object of style `deepObject` are sent: indices, brackets or
            repeat; empty where the document does not say.
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
    """A request body (Request Body Object), with its media types in the document's order."""

    place: Place
    required: bool
    media: tuple[MediaType, ...]
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header of a response (Header Object)."""

    place: Place
    wire: str
    schema: Schema
    required: bool = False
    media_type: str = ""
    description: str = ""
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An operation that can be called with values of an answer (Link Object).

    Attributes:
        place: Where the document has it.
        name: Its key in the response.
        target: The operationId of the operation, or its place.
        parameters: Each parameter with the expression or the value that it gets.
        body: The expression of the body; empty when there is none.
    """

    place: Place
    name: str
    target: str | Place
    parameters: tuple[tuple[str, str], ...] = ()
    body: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response (Response Object).

    Attributes:
        place: Where the document has it.
        status: `200`, `2XX` or `default`.
        media: Its media types, in the document's order.
        tables: What `x-clientpress-tables` says.
        downloads: What `x-clientpress-download` says.
        headers: Its declared headers.
        links: Its links.
    """

    place: Place
    status: str
    description: str
    media: tuple[MediaType, ...]
    tables: ResultTables | None = None
    downloads: tuple[Download, ...] = ()
    headers: tuple[Header, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable in the URL of a server (Server Variable Object).

    Attributes:
        values: The values that it may have; empty where every value is allowed.
    """

    name: str
    default: str
    values: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """An address of an API (Server Object).

    Attributes:
        url: The URL, with variables in braces; may be relative to the address of the document.
    """

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
    """A security scheme that a call needs, with the scopes that a token must have."""

    key: str
    scopes: tuple[str, ...] = ()


Security: TypeAlias = tuple[tuple[Requirement, ...], ...]
"""Alternatives. An empty alternative means that no credential is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A method on a path (Operation Object).

    Attributes:
        place: Where the document has it.
        id: Its operationId; empty where there is none.
        security: None where the requirements of the whole API apply.
        servers: The addresses that only this operation or its path has.
        name: A name from `x-clientpress-name`.
        group: A group from `x-clientpress-group`.
        hidden: Whether users do not see the method.
        retry: What `x-clientpress-retry` says.
        idempotency_header: The header that takes an idempotency key.
        runs: What `x-clientpress-run` says.
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
    """The OAuth 2 flow for machines (RFC 6749, section 4.4).

    Attributes:
        token_url: The address of tokens.
        refresh_url: The address for refreshing them.
        id_env: Environment variables of the client id; the first that is set counts.
        secret_env: The same for the client secret.
    """

    token_url: str
    refresh_url: str = ""
    id_env: tuple[str, ...] = ()
    secret_env: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hook:
    """A request that the API sends: a webhook, or a callback of operations.

    Attributes:
        place: Where the document has it; two webhooks may share the place of their operation.
        kind: `webhook` or `callback`.
        name: The key of the webhook or callback.
        operation: The request; its path is empty.
        expression: The runtime expression of a callback's address; empty for a webhook.
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
    """How credentials are sent (Security Scheme Object).

    Attributes:
        place: Where the document has it.
        key: Its name in the document.
        kind: `apiKey`, `http`, `oauth2`, `openIdConnect` or `mutualTLS`.
        scheme: The scheme of kind `http`, such as `bearer`.
        name: The header, query parameter or cookie of kind `apiKey`.
        location: `header`, `query` or `cookie`, for kind `apiKey`.
        env: Environment variables of the credential; the first that is set counts.
        argument: The name of the client's argument.
        client_credentials: The OAuth 2 flow for machines, where the document has it.
    """

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
    """A tag that groups operations (Tag Object).

    Attributes:
        parent: The name of the tag around this one.
    """

    place: Place
    name: str
    description: str
    parent: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A whole document.

    Attributes:
        base_url_env: Environment variables of the base URL; the first that is set counts.
        security: The requirements of operations that have none of their own.
        schemas: Every schema that has a place of its own: the components, and the targets of references.
        components: The places under `components/schemas`, in the document's order.
        usage: Python code that shows how the client is used.
        left_out: The ids of operations that a selection left out; the components that nothing uses are
            left out with them. None for a whole API.
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
        """All requests: those of the operations, and those that the API sends."""
        return (*self.operations, *(hook.operation for hook in self.hooks))


def _schemas_in(media: Iterable[MediaType]) -> Iterator[Schema]:
    """The schemas of media types."""
    for each in media:
        yield from (schema for schema in (each.schema, each.item) if schema)


def requests_of(operations: Iterable[Operation]) -> Iterator[Schema]:
    """The schemas of parameters and request bodies."""
    for operation in operations:
        yield from (parameter.schema for parameter in operation.parameters)
        yield from _schemas_in(operation.body.media if operation.body else ())


def answers_of(operations: Iterable[Operation]) -> Iterator[Schema]:
    """The schemas of response bodies."""
    for operation in operations:
        for response in operation.responses:
            yield from _schemas_in(response.media)


def map_schemas(
    operations: tuple[Operation, ...], make: Callable[[Schema], Schema]
) -> tuple[Operation, ...]:
    """Replace every schema in operations.

    Args:
        operations: The operations.
        make: Returns the new schema for one of them.
    """

    def media(types: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
        return tuple(
            replace(
                m,
                schema=make(m.schema) if m.schema else None,
                item=make(m.item) if m.item else None,
            )
            for m in types
        )

    def body(old: Body | None) -> Body | None:
        return replace(old, media=media(old.media)) if old else None

    def response(old: Response) -> Response:
        headers = tuple(map(header, old.headers))
        return replace(old, media=media(old.media), headers=headers)

    def header(old: Header) -> Header:
        return replace(old, schema=make(old.schema))

    def parameter(old: Parameter) -> Parameter:
        return replace(old, schema=make(old.schema))

    return tuple(
        replace(
            operation,
            parameters=tuple(map(parameter, operation.parameters)),
            body=body(operation.body),
            responses=tuple(map(response, operation.responses)),
        )
        for operation in operations
    )
