# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests that the document does not describe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, cast, get_origin

from msgspec import UNSET
from msgspec.structs import replace

from ..values.decoding import Json
from ..values.jsontypes import JsonValue
from ..values.lazy import part
from ..wire.body import Body
from ..wire.decoders import Decoder
from ..wire.json_body import JsonBody
from ..wire.operation import Operation
from ..wire.text_body import TextBody
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
    *,
    query: Mapping[str, QueryValue] | None = None,
    headers: Mapping[str, str] | None = None,
    json: object = UNSET,
    content: object = None,
    options: Options | None = None,
) -> Flow[Any]:
    """A whole call; see `BaseClient.request`."""
    operation: Operation[Any] = Operation(
        id=f"{method.upper()} {path.partition('?')[0]}",
        method=method.upper(),
        path="",
        body=_body(json),
        results={"2XX": _decoder(result)},
        accept="application/json" if result is None else "*/*",
    )
    settings = options or Options()
    settings = replace(settings, headers={**(headers or {}), **settings.headers})
    body = content if json is UNSET else json
    url = literal_url(core, path, query or {}, settings)
    prepared = prepare(core, operation, (), body, settings, url=url)
    return (yield from complete(core, operation, prepared))


def _body(json: object) -> Body:
    if json is not UNSET:
        return JsonBody(whole=True, required=True)
    files = part("wire.raw_body")
    body: Body = (files.RawBody if files else TextBody)(media_type="")
    return body


def _decoder(result: type[Any] | Decoder[Any] | None) -> Decoder[Any]:
    if result is None:
        return Json(JsonValue)
    is_type = isinstance(result, type) or get_origin(result) is not None  # list[int]
    return Json(result) if is_type else cast("Decoder[Any]", result)
