# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Files at another address, which an answer names; by default they get no credentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, structs

from ..calls.answers import Answer, finish, status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.other_hosts import address_in, prepare_elsewhere
from ..calls.preparing import Prepared, prepare
from ..wire.decoders import Raw
from ..wire.links import DownloadFrom
from ..wire.operation import Operation
from .server_files import AsyncServerFile, ServerFile
from .streaming import Streaming
from .streams import Opening

Item = TypeVar("Item")

GET_FILE: Operation[bytes] = Operation(
    id="download", method="GET", path="", results={"2XX": Raw()}, security=((),)
)


class Download(ServerFile):
    """A file at another address: `.save(path)`, `.read()`, `.chunks()`.

    Nothing is sent until it is used. Each use asks for the address again, since signed addresses
    expire.

    Raises:
        Error: A call fails.
        DecodeError: The answer names no file.
        StreamError: The file is incomplete, or damaged.
    """


class AsyncDownload(AsyncServerFile):
    """A file at another address; see `Download`."""


class DownloadCall(Struct, frozen=True):
    """The call whose answer holds the address of a file."""

    core: Core
    operation: Operation[Any]
    source: DownloadFrom
    arguments: Sequence[Any] = ()
    body: Any = None
    options: Options | None = None

    def find(self) -> Flow[Prepared]:
        """The request for the file itself."""
        core, options = self.core, self.options
        prepared = prepare(core, self.operation, self.arguments, self.body, options)
        deadline = deadline_of(core.clock, prepared.options)
        answer = yield from perform(core, prepared, deadline)
        value = finish(core, self.operation, answer)
        url = address_in(answer, value, self.source.url, prepared.url)
        get, auth = GET_FILE, self.source.auth
        if auth == "api":
            security, scopes = self.operation.security, self.operation.scopes
            get = structs.replace(get, security=security, scopes=scopes)
        return prepare_elsewhere(
            core, get, url=url, body=None, options=options, auth=auth
        )

    def __call__(self, streaming: Streaming[Item]) -> Opening[Item]:
        """A stream that makes both calls when it is opened."""
        return _FileOpening(self, streaming)


class _FileOpening(Opening[Item]):
    """A stream whose address is requested when it is opened."""

    def __init__(self, call: DownloadCall, streaming: Streaming[Item]) -> None:
        super().__init__(call.core, GET_FILE, streaming, (), None, call.options)
        self._call = call

    def open(self, more: Mapping[str, str] | None = None) -> Flow[Answer]:
        self._prepared = yield from self._call.find()
        return (yield from super().open(more))


def fetch(call: DownloadCall) -> Flow[Answer]:
    """The answer whose body is the whole file.

    Raises:
        Error: A call fails.
    """
    core = call.core
    prepared = yield from call.find()
    deadline = deadline_of(core.clock, prepared.options)
    answer = yield from perform(core, prepared, deadline)
    if not 200 <= answer.response.status < 300:
        raise status_error(core, GET_FILE, answer)
    return answer
