# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From the arguments of a call to URL, headers, cookies and body, without credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from ..values.jsontypes import JsonValue
from ..values.kinds import is_collection
from ..wire import urls
from ..wire.body import Payload
from ..wire.errors import InvalidRequestError
from ..wire.operation import Operation
from ..wire.scalars import Arguments, ScalarParameter
from ..wire.secrets import Quiet
from ..wire.trace import Trace
from .core import Core
from .options import Options, QueryValue, merge


class Prepared(Quiet, frozen=True, kw_only=True):
    """A call that can be sent any number of times."""

    operation: Operation[Any]
    url: str
    headers: dict[str, str]
    """Names in lower case; without credentials."""
    cookies: list[str]
    body: Payload | None
    options: Options
    keyed: bool
    """Whether it has an idempotency key."""
    trusted: bool
    """Whether the URL has the origin that credentials are for."""
    home: str
    """The origin that credentials are for."""


def prepare(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    body: Any,
    options: Options | None,
    *,
    url: str = "",
) -> Prepared:
    """Serialize the arguments.

    Args:
        url: An absolute URL to use instead of path and query.

    Raises:
        InvalidRequestError: They cannot be sent; the operation is named.
    """
    settings = merge(core.options, options)
    try:
        payload = _payload(core, operation, body, options)
        return _prepare(
            core,
            operation,
            arguments=arguments,
            body=payload,
            options=settings,
            url=url,
        )
    except InvalidRequestError as e:
        e.trace = Trace(operation=operation.id)
        raise


def _prepare(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    body: Payload | None,
    options: Options,
    url: str,
) -> Prepared:
    laid_out = Arguments(path={}, query=[], headers={}, cookies=[])
    laid_out.headers["accept"] = operation.wanted
    for parameter, value in zip(operation.parameters, arguments, strict=True):
        parameter.lay_out(value, laid_out)
    server = core.server(operation.server)
    trusted = not url or urls.origin(url) == server.origin
    if not url:
        url = server.join(operation.template.expand(laid_out.path))
        url = with_query(url, _overridden(laid_out.query, options))
    headers = laid_out.headers
    if body is not None and body.content_type:
        headers["content-type"] = body.content_type
    keyed = _add_key(operation, options, headers)
    _check_headers(options)
    headers.update((name.lower(), text) for name, text in options.headers.items())
    return Prepared(
        operation=operation,
        url=url,
        headers=headers,
        cookies=laid_out.cookies,
        body=body,
        options=options,
        keyed=keyed,
        trusted=trusted,
        home=server.origin,
    )


def _check_headers(options: Options) -> None:
    """Refuse headers that cannot be sent. Their values may be secrets, and are in no variable."""
    for name in options.headers:
        is_fine = urls.is_header_value(options.headers[name])
        urls.check_header(name, "" if is_fine else "\n")


def _payload(
    core: Core, operation: Operation[Any], body: Any, options: Options | None
) -> Payload | None:
    """The body. Members that the client adds go only where they are meant for."""
    if isinstance(body, Payload):  # built by a flow, such as an upload
        return body
    extra: Mapping[str, JsonValue] = options.extra_body if options else {}
    if operation.body is None:
        if extra:
            raise InvalidRequestError("This operation has no body for extra_body")
        return None
    always = core.options.extra_body
    if always and operation.body.takes_extra(body):
        extra = {**always, **extra}
    return operation.body.payload(body, extra)


def _overridden(
    query: list[tuple[str, str]], options: Options
) -> list[tuple[str, str]]:
    """The query with the parameters of `Options.query`."""
    if not options.query:
        return query
    added = _pairs(options.query)
    names = {urls.encode(name) for name in options.query}
    return [pair for pair in query if pair[0] not in names] + added


def _pairs(query: Mapping[str, QueryValue]) -> list[tuple[str, str]]:
    """The encoded pairs that a caller adds to a query; lists repeat the name."""
    laid_out = Arguments(path={}, query=[], headers={}, cookies=[])
    for name, value in query.items():
        for item in value if is_collection(value) else [value]:
            ScalarParameter(name, "query").lay_out(item, laid_out)
    return laid_out.query


def with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """The URL with further (already encoded) pairs; a pair without name is the whole query."""
    if not pairs:
        return url
    text = "&".join(f"{name}={value}" if name else value for name, value in pairs)
    return f"{url}{'&' if '?' in url else '?'}{text}"


def _add_key(
    operation: Operation[Any], options: Options, headers: dict[str, str]
) -> bool:
    """Add the idempotency key, a new one if the operation has a header for it."""
    name = operation.idempotency_header
    key = options.idempotency_key or (str(uuid4()) if name else None)
    if key is None:
        return False
    name = name or "Idempotency-Key"
    urls.check_header(name, key, label="The idempotency key")
    if options.idempotency_key is not None or name.lower() not in headers:
        headers[name.lower()] = key
    return True


def literal_url(
    core: Core, path: str, query: Mapping[str, QueryValue], options: Options
) -> str:
    """The URL of a path that is sent unchanged, or the path itself if it is an absolute URL.

    Raises:
        InvalidRequestError: The path has dot segments, or the URL is not a plain http or https URL.
    """
    if path[:8].lower().startswith(("http://", "https://")):
        try:
            urls.origin(path)
        except ValueError as e:
            raise InvalidRequestError(str(e)) from None
        url = path
    else:
        if urls.has_dot_segments(path.partition("?")[0]):
            raise InvalidRequestError("The path must not hold dot segments")
        url = core.base.join(urls.encode_literal(path))
    return with_query(url, _overridden(_pairs(query), options))
