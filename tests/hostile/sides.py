"""Downloads and signed uploads through both kinds of client, whose requests real servers see."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, Protocol, TypeVar

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.calls.drivers import run, run_async
from clientpress.runtime.calls.effects import Flow
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.downloads import AsyncDownload, Download, DownloadCall
from clientpress.runtime.tables.calls import download_table
from clientpress.runtime.tables.schema import ResultTables
from clientpress.runtime.tables.tables import Table
from clientpress.runtime.tables.uploads import upload
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.links import DownloadFrom, Link, SignedUpload
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.runtime.callers import KEY, api
from tests.runtime.result_tables import TABLES
from tests.servers.misbehaving import Step

T = TypeVar("T")


def described() -> Api:
    """The API, whose package has tables."""
    return api(package=__package__)


ALL_TABLES = ResultTables(
    of=tuple(layout.name for layout in TABLES.layouts), unwrap="/data"
)

WHERE: Operation[JsonValue] = Operation(
    id="whereIsIt",
    method="GET",
    path="/jobs/{id}/results",
    parameters=(Parameter("id", "path"),),
    results={"200": Json(JsonValue)},
)
SOURCE = DownloadFrom(url="$response.body#/uri")
PREPARE: Operation[JsonValue] = Operation(
    id="prepareUpload",
    method="POST",
    path="/uploads",
    body=JsonBody(required=True),
    results={"200": Json(JsonValue)},
)
COMPLETE: Operation[JsonValue] = Operation(
    id="completeUpload",
    method="POST",
    path="/uploads/{id}/complete",
    parameters=(Parameter("id", "path"),),
    results={"200": Json(JsonValue)},
)
SIGNED: SignedUpload[JsonValue] = SignedUpload(
    url="$response.body#/upload_url",
    name="$request.body#/name",
    size="$request.body#/size",
    type="$request.body#/type",
    content_type="$response.body#/content_type",
    complete=Link(operation=COMPLETE, parameters={"id": "$response.body#/id"}),
)
OPTIONS = Options(
    timeout=5.0, retries=0, headers={"X-Mine": KEY}, query={"mine": KEY, "plain": 1}
)


class Side(Protocol):
    """A client of one kind."""

    def read(self) -> bytes: ...

    def save(self, path: Path) -> Path: ...

    def table(self) -> Table[Any]: ...

    def upload(self, file: Any) -> Any: ...

    def close(self) -> None: ...


def _download(core: Any, options: Options) -> DownloadCall:
    return DownloadCall(core, WHERE, SOURCE, ("j",), None, options)


class SyncSide:
    """The blocking client."""

    def __init__(self, url: str, options: Options = OPTIONS, **how: Any) -> None:
        self.client = BaseClient(described(), {"bearer": KEY}, base_url=url, **how)
        self._core, self._transport = self.client.__runtime__()
        self._options = options

    def file(self) -> Download:
        return Download(_download(self._core, self._options), self._transport)

    def read(self) -> bytes:
        return self.file().read()

    def save(self, path: Path) -> Path:
        return self.file().save(path)

    def table(self) -> Table[Any]:
        call = _download(self._core, self._options)
        return self._run(download_table(call, ALL_TABLES, None))

    def upload(self, file: Any) -> Any:
        given: Any = (self._core, PREPARE, SIGNED, (), {}, file, self._options)
        return self._run(upload(*given))

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport())

    def close(self) -> None:
        self.client.close()


class AsyncSide:
    """The async client, in an event loop of its own."""

    def __init__(self, url: str, options: Options = OPTIONS, **how: Any) -> None:
        self.runner = asyncio.Runner()
        self.client = AsyncBaseClient(described(), {"bearer": KEY}, base_url=url, **how)
        self._core, self._transport = self.client.__runtime__()
        self._options = options

    def file(self) -> AsyncDownload:
        return AsyncDownload(_download(self._core, self._options), self._transport)

    def read(self) -> bytes:
        return self.runner.run(self.file().read())

    def save(self, path: Path) -> Path:
        return self.runner.run(self.file().save(path))

    def table(self) -> Table[Any]:
        call = _download(self._core, self._options)
        return self._run(lambda: download_table(call, ALL_TABLES, None))

    def upload(self, file: Any) -> Any:
        given: Any = (self._core, PREPARE, SIGNED, (), {}, file, self._options)
        return self._run(lambda: upload(*given))

    def _run(self, make: Callable[[], Flow[T]]) -> T:
        async def work() -> T:
            return await run_async(make(), self._transport())

        return self.runner.run(work())

    async def first_chunk(self) -> bytes:
        """A chunk, after which nobody reads on."""
        async with aclosing(self.file().chunks()) as chunks:
            return await anext(chunks)

    def close(self) -> None:
        self.runner.run(self.client.aclose())
        self.runner.close()


def side_of(kind: str, url: str, options: Options = OPTIONS, **how: Any) -> Side:
    """A client of one kind, "sync" or "async"."""
    return (SyncSide if kind == "sync" else AsyncSide)(url, options, **how)


# ------------------------------------------------------------------ answers
def answer_with(*headers: str, body: bytes = b"", status: int = 200) -> Step:
    """An answer whose headers are written as they are; the connection ends after it."""

    def step(connection: socket.socket) -> bool:
        lines = [f"HTTP/1.1 {status} Status", *headers, "", ""]
        connection.sendall("\r\n".join(lines).encode("latin-1") + body)
        return False

    return step


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros, compressed."""
    return gzip.compress(bytes(megabytes << 20))
