# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Requests that the document does not describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack, cast, get_origin

from msgspec import UNSET
from msgspec.structs import replace

from ..values.decoding import Json
from ..values.jsontypes import JsonValue
from ..values.lazy import part
from ..wire.body import Body, Payload
from ..wire.decoders import Decoder
from ..wire.errors import InvalidRequestError
from ..wire.json_body import JsonBody
from ..wire.operation import Operation
from .core import Core
from .effects import Flow
from .flow import complete
from .options import Options, QueryValue
from .preparing import literal_url, prepare


class Adhoc(TypedDict, total=False):
    """The keyword arguments of such a request."""

    query: Mapping[str, QueryValue] | None
    headers: Mapping[str, str] | None
    json: object
    content: object
    options: Options | None


def call_adhoc(
    core: Core,
    method: str,
    path: str,
    result: type[Any] | Decoder[Any] | None,
    **arguments: Unpack[Adhoc],
) -> Flow[Any]:
    """A whole call; see `BaseClient.request`."""
    json = arguments.get("json", UNSET)
    operation: Operation[Any] = Operation(
        id=f"{method.upper()} {path.partition('?')[0]}",
        method=method.upper(),
        path="",
        body=_body(json),
        results={"2XX": _decoder(result)},
        accept="application/json" if result is None else "*/*",
    )
    options = arguments.get("options") or Options()
    headers = {**(arguments.get("headers") or {}), **options.headers}
    options = replace(options, headers=headers)
    body = arguments.get("content") if json is UNSET else json
    url = literal_url(core, path, arguments.get("query") or {}, options)
    prepared = prepare(core, operation, (), body, options, url=url)
    return (yield from complete(core, operation, prepared))


def _body(json: object) -> Body:
    if json is not UNSET:
        return JsonBody(whole=True, required=True)
    files = part("wire.raw_body")
    body: Body = (files.RawBody if files else _Text)(media_type="")
    return body


class _Text(Body, frozen=True):
    """Bytes or text, for packages that send no files."""

    def encoded(self, value: Any, extra: Mapping[str, JsonValue]) -> Payload | None:
        if value is None:
            return None
        data = value.encode() if isinstance(value, str) else value
        if not isinstance(data, bytes):
            raise InvalidRequestError(
                "This client sends no files: give bytes or text as content, or generate"
                " it --with files"
            )
        return Payload(self.media_type, (data,))


def _decoder(result: type[Any] | Decoder[Any] | None) -> Decoder[Any]:
    if result is None:
        return Json(JsonValue)
    is_type = isinstance(result, type) or get_origin(result) is not None  # list[int]
    return Json(result) if is_type else cast("Decoder[Any]", result)
