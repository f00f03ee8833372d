"""A proxy that forwards one byte a segment changes no result."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.lines import Undecodable
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.raw_body import LinesBody, RawBody
from tests.hostile.sides import side_of
from tests.servers.misbehaving import MisbehavingServer, Received, Step, reply, stream
from tests.servers.relay import OneByteRelay

from .callers import CREATE, GET, Caller, make_caller

DOCUMENT: dict[str, Any] = {
    "text": "é\u2028😀\\n" * 20,
    "n": [1.5, None, True, 10**18] * 15,
    "": {},
}
TEXT = json.dumps(DOCUMENT, ensure_ascii=False).encode()
ROWS = b"id,prediction\r\n" + b"".join(b"%d,%d\r\n" % (n, n * n) for n in range(100))

LISTEN: Operation[JsonValue] = Operation(
    id="listen", method="GET", path="/stream", results={"200": Json(JsonValue)}
)
FETCH: Operation[bytes] = Operation(
    id="fetch", method="GET", path="/raw", results={"200": Raw()}
)
EVENTS: Streaming[JsonValue] = Streaming(
    framing="sse", item=Json(JsonValue), terminator="[DONE]"
)
LINES: Streaming[JsonValue | Undecodable] = Streaming(
    framing="jsonl", item=Json(JsonValue)
)
UPLOAD: Operation[JsonValue] = Operation(
    id="upload",
    method="POST",
    path="/files",
    body=MultipartBody(parts=(Part("purpose"), Part("file", file=True), Part("more"))),
    results={"200": Json(JsonValue)},
)
PUT: Operation[JsonValue] = Operation(
    id="put",
    method="PUT",
    path="/raw",
    body=RawBody(),
    results={"200": Json(JsonValue)},
)
PUT_LINES: Operation[JsonValue] = Operation(
    id="lines",
    method="PUT",
    path="/lines",
    body=LinesBody(),
    results={"200": Json(JsonValue)},
)
LIST: Operation[JsonValue] = Operation(
    id="list", method="GET", path="/list", results={"200": Json(JsonValue)}
)
PAGES: Pagination[JsonValue] = Pagination(
    kind="link", items="$response.body#/items", next="$response.header.Link"
)

Act = Callable[[Caller, Path], Any]


def called(operation: Operation[Any], arguments: Any = (), body: Any = None) -> Act:
    def act(caller: Caller, folder: Path) -> Any:
        return caller.call(operation, arguments, body() if callable(body) else body)

    return act


def streamed(streaming: Streaming[Any]) -> Act:
    def act(caller: Caller, folder: Path) -> Any:
        items: list[Any] = []
        caller.stream(LISTEN, streaming, (), items)
        return items

    return act


def failed(expected: type[errors.Error], act: Act) -> Act:
    """What is to be seen of the error that is raised."""

    def failing(caller: Caller, folder: Path) -> Any:
        with pytest.raises(expected) as caught:
            act(caller, folder)
        error: Any = caught.value
        return type(error), error.status, error.raw, error.args, list(error.headers)

    return failing


def uploaded(caller: Caller, folder: Path) -> Any:
    path = folder / "in.jsonl"
    path.write_bytes(b'{"a": "\xc3\xa9"}\r\n' * 40)
    members = {"file": path, "purpose": "é", "more": [b"\0--\r\n\r\n", {"a": [1]}]}
    return caller.call(UPLOAD, (), members)


def paged(caller: Caller, folder: Path) -> Any:
    return caller.items(LIST, PAGES, ())


def pieces() -> Iterator[bytes]:
    yield from (b"a", b"\r\n" * 99, b"", b"z")


EVENT_CHUNKS = [
    b"\xef\xbb\xbf: hello\r\n\r\n",
    b"id: 7\revent: x\rdata: 1\r\r",
    b"data: [\ndata: 2]\n\n",
    'data: "é\u2028😀"\r\n\r\nretry: 5\r\n\r\n'.encode(),
    b"data: " + TEXT + b"\n\ndata: [DONE]\n\n",
]
LINE_CHUNKS = [b'{"a": 1}\r\n\n', TEXT + b"\n", b"not json\n", b"\xff\n", b'"last"']
NEXT = {"Link": '<list?after=2>; rel="next"'}
GZIPPED = {"Content-Encoding": "gzip"}

CASES: dict[str, tuple[list[Step], Act]] = {
    "json": ([reply(200, TEXT)], called(GET, ("a/é",))),
    "json in chunks": (
        [stream([TEXT[:7], TEXT[7:]], content_type="application/json")],
        called(GET, ("a",)),
    ),
    "gzip": ([reply(200, gzip.compress(TEXT), GZIPPED)], called(GET, ("a",))),
    "deflate": (
        [reply(200, zlib.compress(TEXT), {"Content-Encoding": "deflate"})],
        called(GET, ("a",)),
    ),
    "a body that is sent": ([reply(201, TEXT)], called(CREATE, (), DOCUMENT)),
    "an error": (
        [reply(422, TEXT, {"X-Request-Id": "r1"})],
        failed(errors.UnprocessableError, called(GET, ("a",))),
    ),
    "a misfit": (
        [reply(200, TEXT[:-1])],
        failed(errors.DecodeError, called(GET, ("a",))),
    ),
    "a second attempt": (
        [reply(503, b"later", {"Retry-After": "1"}), reply(200, TEXT)],
        called(CREATE, (), DOCUMENT),
    ),
    "a redirect": (
        [reply(307, b"", {"Location": "/elsewhere?x=1"}), reply(200, TEXT)],
        called(CREATE, (), DOCUMENT),
    ),
    "events": ([stream(EVENT_CHUNKS)], streamed(EVENTS)),
    "lines": ([stream(LINE_CHUNKS, content_type="application/jsonl")], streamed(LINES)),
    "lines in gzip": (
        [reply(200, gzip.compress(b"".join(LINE_CHUNKS)), GZIPPED)],
        streamed(LINES),
    ),
    "multipart": ([reply(200, TEXT)], uploaded),
    "an iterator": ([reply(200, TEXT)], called(PUT, (), pieces)),
    "lines that are sent": (
        [reply(200, TEXT)],
        called(PUT_LINES, (), [DOCUMENT, None, "é"]),
    ),
    "pages": (
        [reply(200, b'{"items": [1, 2]}', NEXT), reply(200, b'{"items": [3]}')],
        paged,
    ),
    "bytes": ([reply(200, bytes(range(256)) * 9)], called(FETCH)),
}


def seen(request: Received) -> tuple[Any, ...]:
    """A request without what differs from call to call: the port and the boundary."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2]
    headers = {
        name: value.replace(boundary, "…") if boundary else value
        for name, value in request.headers.items()
        if name != "host"
    }
    body = request.body.replace(boundary.encode(), b"...") if boundary else request.body
    return request.method, request.target, headers, body


@pytest.mark.parametrize("case", CASES)
def test_calls(case: str, kind: str, server: MisbehavingServer, tmp_path: Path) -> None:
    steps, act = CASES[case]
    found: list[tuple[Any, list[Any]]] = []
    with OneByteRelay(server.port) as relay:
        for url in (server.url, relay.url):
            server.then(*steps)
            server.requests.clear()
            with closing(make_caller(kind, url)) as caller:
                made = act(caller, tmp_path)
            found.append((made, [seen(request) for request in server.requests]))
    direct, relayed = found
    assert relayed == direct
    assert len(direct[1]) == len(steps)
    assert relay.segments > 300


@pytest.mark.parametrize("format", ["csv", "gzip"])
def test_downloads(
    format: str, kind: str, server: MisbehavingServer, tmp_path: Path
) -> None:
    """A saved file and a result table, both from another host than the API's."""
    csv = reply(200, ROWS, {"Content-Type": "text/csv"})
    if format == "gzip":
        gzipped = {"Content-Type": "text/csv", **GZIPPED}
        csv = reply(200, gzip.compress(ROWS), gzipped)
    found: list[tuple[bytes, Any]] = []
    with MisbehavingServer(csv) as storage, OneByteRelay(storage.port) as relay:
        for url in (storage.url, relay.url):
            server.then(reply(200, json.dumps({"uri": f"{url}/file"}).encode()))
            with closing(side_of(kind, server.url)) as side:
                saved = side.save(tmp_path / "file").read_bytes()
                found.append((saved, side.table()))
    (saved, table), relayed = found
    assert relayed == (saved, table)
    assert saved == ROWS
    assert table.num_rows == 100


def calling(kind: str, relay: OneByteRelay) -> closing[Caller]:
    return closing(make_caller(kind, relay.url))


def test_bytes_come_in_many_pieces(kind: str, server: MisbehavingServer) -> None:
    """Else the relay would prove nothing."""
    server.then(reply(200, TEXT))
    chunks: list[bytes] = []
    raw: Streaming[bytes] = Streaming(framing="bytes", item=Raw())
    with OneByteRelay(server.port) as relay, calling(kind, relay) as caller:
        caller.stream(FETCH, raw, (), chunks)
    assert b"".join(chunks) == TEXT
    assert len(chunks) > 30


def test_time_limits_count_the_pauses_not_the_bytes(
    kind: str, server: MisbehavingServer
) -> None:
    """A timeout is for each read, so an answer that keeps coming is none."""
    server.then(reply(200, TEXT))
    options = Options(timeout=10.0, retries=0)
    with OneByteRelay(server.port) as relay, calling(kind, relay) as caller:
        assert caller.call(GET, ("a",), None, options) == DOCUMENT
