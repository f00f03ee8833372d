# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""The arguments of a call laid out: URL, headers, cookies and body, without credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from ..values.encoding import with_text_decimals
from ..wire import urls
from ..wire.bodies import Payload
from ..wire.errors import InvalidRequestError
from ..wire.operation import Operation
from ..wire.parameters import (
    Parameter,
    is_absent,
    to_cookie,
    to_header,
    to_path,
    to_query,
)
from ..wire.payloads import chosen_body, make_payload
from ..wire.trace import Trace
from .core import Core
from .options import Options, QueryValue, merge

__all__ = ["Prepared", "literal_url", "prepare", "with_query"]


class Prepared(NamedTuple):
    """A call that can be sent any number of times."""

    operation: Operation[Any]
    url: str
    headers: dict[str, str]
    """Names in lower case; without credentials."""
    cookies: list[str]
    body: Payload | None
    options: Options
    keyed: bool
    """Whether an idempotency key goes with it."""
    trusted: bool
    """Whether the URL has the origin that credentials are for."""
    home: str
    """That origin."""


def prepare(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    body: Any,
    options: Options | None,
    *,
    url: str = "",
) -> Prepared:
    """Lay out the arguments. Raises InvalidRequestError, with the id of the operation.

    url: an absolute URL to use instead of path and query.
    """
    settings = merge(core.options, options)
    try:
        return _prepare(
            core, operation, arguments=arguments, body=body, options=settings, url=url
        )
    except InvalidRequestError as e:
        e.trace = Trace(operation=operation.id)
        raise


def _prepare(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    body: Any,
    options: Options,
    url: str,
) -> Prepared:
    path: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    headers = {"accept": operation.wanted}
    cookies: list[str] = []
    for parameter, value in zip(operation.parameters, arguments, strict=True):
        location = parameter.location
        if location == "path":
            path[parameter.name] = to_path(parameter, value)
        elif is_absent(value) and not parameter.required:
            continue
        elif location == "header":
            text = to_header(parameter, value)
            if text is not None:
                headers[parameter.name.lower()] = text
        elif location == "cookie":
            cookies += to_cookie(parameter, value)
        else:
            query += to_query(parameter, value)
    server = core.server(operation.server)
    trusted = not url or urls.origin(url) == server.origin
    if not url:
        url = server.join(operation.template.expand(path))
        url = with_query(url, _overridden(query, options))
    described, body = chosen_body(operation, body)
    if operation.text_decimals:
        names = operation.text_decimals
        body = with_text_decimals(body, names, "" in names)
    payload = make_payload(described, body, options.extra_body)
    if payload is not None and payload.content_type:
        headers["content-type"] = payload.content_type
    keyed = _add_key(operation, options, headers)
    for name, text in options.headers.items():
        urls.check_header(name, text)
        headers[name.lower()] = text
    return Prepared(
        operation=operation,
        url=url,
        headers=headers,
        cookies=cookies,
        body=payload,
        options=options,
        keyed=keyed,
        trusted=trusted,
        home=server.origin,
    )


def _overridden(
    query: list[tuple[str, str]], options: Options
) -> list[tuple[str, str]]:
    """The query with what `Options.query` puts in."""
    if not options.query:
        return query
    added = {
        urls.encode(name): to_query(Parameter(name, "query"), value)
        for name, value in options.query.items()
    }
    kept = [pair for pair in query if pair[0] not in added]
    return kept + [pair for pairs in added.values() for pair in pairs]


def with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """The URL with further (already encoded) pairs; a pair without name is the whole query."""
    if not pairs:
        return url
    text = "&".join(f"{name}={value}" if name else value for name, value in pairs)
    return f"{url}{'&' if '?' in url else '?'}{text}"


def _add_key(
    operation: Operation[Any], options: Options, headers: dict[str, str]
) -> bool:
    """Put the idempotency key on, making one where the operation takes one."""
    name = operation.idempotency_header
    key = options.idempotency_key or (str(uuid4()) if name else None)
    if key is None:
        return False
    name = name or "Idempotency-Key"
    urls.check_header(name, key, said="The idempotency key")
    if options.idempotency_key is not None or name.lower() not in headers:
        headers[name.lower()] = key
    return True


def literal_url(
    core: Core, path: str, query: Mapping[str, QueryValue], options: Options
) -> str:
    """The URL of a path that is sent as written, or the path itself if it is an absolute URL.

    Raises InvalidRequestError for dot segments and for URLs that are none.
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
    pairs = [
        pair
        for name, value in query.items()
        for pair in to_query(Parameter(name, "query"), value)
    ]
    return with_query(url, _overridden(pairs, options))
