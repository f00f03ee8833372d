# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Uploads to a signed URL: request the URL, send the file to it, and report that it is complete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from ..calls.answers import decode_error, finish, status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flow import call, perform
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.other_hosts import address_in, prepare_elsewhere
from ..calls.preparing import prepare
from ..values.issues import Issue, MisfitError
from ..values.pointers import lookup
from ..wire.body import Payload
from ..wire.decoders import Nothing
from ..wire.errors import InvalidRequestError
from ..wire.expressions import replace_argument
from ..wire.links import SignedUpload, linked_arguments
from ..wire.operation import Operation
from ..wire.raw_body import RawBody
from ..wire.sources import file_parts, open_source
from .parts import TablePart

PUT_FILE: Operation[None] = Operation(
    id="upload",
    method="PUT",
    path="",
    body=RawBody(required=True),
    results={"2XX": Nothing()},
    security=((),),
)
T = TypeVar("T")

_FILE = TablePart("file", file=True, tables=("parquet",))
_BODY = "$response.body#"


def upload(
    core: Core,
    operation: Operation[Any],
    signed: SignedUpload[T],
    arguments: Sequence[Any],
    body: Any,
    file: Any,
    options: Options | None,
) -> Flow[T]:
    """The whole upload.

    Args:
        operation: The operation whose answer holds the signed URL.
        signed: Where the URL is, and which operation completes the upload.
        file: A file, or a data frame of any Arrow library.

    Returns:
        The answer to the last operation.

    Raises:
        InvalidRequestError: The length of the file is not known.
        Error: A call fails.
    """
    name, content, media_type = file_parts(
        _FILE.name, _FILE.media_type, _FILE.file_of(file)
    )
    length = Payload(media_type, (open_source(content),)).length
    if length is None:
        raise InvalidRequestError(
            "The length of the file must be known before it is sent"
        )
    for expression, value in (
        (signed.name, name),
        (signed.size, length),
        (signed.type, media_type),
    ):
        _, body = replace_argument(operation, expression, arguments, body, value)
    prepared = prepare(core, operation, arguments, body, options)
    answer = yield from perform(
        core, prepared, deadline_of(core.clock, prepared.options)
    )
    result = finish(core, operation, answer)
    url = address_in(answer, result, signed.url, prepared.url)
    named = (
        lookup(result, signed.content_type.removeprefix(_BODY))
        if signed.content_type
        else ""
    )
    sent_type = named if isinstance(named, str) and named else media_type
    put = prepare_elsewhere(
        core,
        PUT_FILE,
        url=url,
        body=(name, content, sent_type),
        options=options,
        auth="none",
    )
    stored = yield from perform(core, put, deadline_of(core.clock, put.options))
    if not 200 <= stored.response.status < 300:
        raise status_error(core, PUT_FILE, stored)
    if signed.complete is None:
        return cast("T", result)
    completing = linked_arguments(
        signed.complete, lambda address: lookup(result, address.removeprefix(_BODY))
    )
    if completing is None:
        missing = Issue("", "There is nothing that the upload could be completed with")
        raise decode_error(MisfitError([missing]), answer)
    complete = signed.complete.operation
    completed: T = yield from call(core, complete, completing, None, options)
    return completed
