"""Bodies that lie about their length, break off, swell up, or never end; and callers who leave."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streaming import StreamError, Streaming
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.operation import Operation
from tests.runtime.callers import KEY, Caller, make_caller
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    drip,
    half_a_body,
    reply,
    reset,
    reset_after_headers,
    silence,
    stream,
)
from tests.servers.sockets import eventually

from .sides import AsyncSide, answer_with, described, side_of, zeros

T = TypeVar("T")
TABLE = b'{"id": [1], "cluster_label": [7]}'
PATIENCE = Options(timeout=2.0, retries=0)
kinds = pytest.mark.parametrize("kind", ["sync", "async"])


@pytest.fixture
def storage() -> Iterator[MisbehavingServer]:
    with MisbehavingServer(reply(200, TABLE)) as server:
        yield server


@pytest.fixture
def api(storage: MisbehavingServer) -> Iterator[MisbehavingServer]:
    where = json.dumps({"uri": f"{storage.url}/file"}).encode()
    with MisbehavingServer(reply(200, where)) as server:
        yield server


def within(seconds: float, do: Callable[[], T]) -> T:
    """What a call returns or raises, with no more CPU time than this."""
    started = time.process_time()
    try:
        return do()
    finally:
        assert time.process_time() - started < seconds


def closed(server: MisbehavingServer) -> bool:
    """Whether clients let go of all connections."""
    return eventually(lambda: not server.open_connections())


# ------------------------------------------------------------------ files that lie
def no_http(connection: socket.socket) -> bool:
    connection.sendall(b"SSH-2.0\r\n")
    return False


BROKEN: dict[str, Step] = {
    "shorter than announced": half_a_body(),
    "longer than announced": answer_with("Content-Length: 5", body=b"123456789" * 99),
    "no length, cut": answer_with("Transfer-Encoding: chunked", body=b"5\r\nab"),
    "chunk that is no number": answer_with(
        "Transfer-Encoding: chunked", body=b"zz\r\nab\r\n0\r\n\r\n"
    ),
    "two lengths": answer_with(
        "Content-Length: 5", "Content-Length: 9", body=b"123456789"
    ),
    "length that is negative": answer_with("Content-Length: -5", body=b"12345"),
    "length that is no number": answer_with("Content-Length: five", body=b"12345"),
    "not gzip": answer_with(
        "Content-Length: 5", "Content-Encoding: gzip", body=b"12345"
    ),
    "gzip, cut": answer_with(
        "Content-Encoding: gzip", "Content-Length: 15", body=zeros(1)[:15]
    ),
    "gzip, in two parts": answer_with(
        "Content-Encoding: gzip", body=gzip.compress(b"one") + gzip.compress(b"two")
    ),
    "reset": reset(),
    "reset after headers": reset_after_headers(),
    "silence": silence(),
    "no http": no_http,
    "header of a megabyte": answer_with("X: " + "y" * 1_000_000, body=b""),
    "status that is none": answer_with("Content-Length: 0", status=99),
}
COMPLETE = {"longer than announced": b"12345", "gzip, in two parts": b"onetwo"}
"""What is handed out of these: the announced part, all members."""


@kinds
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_is_no_file(
    kind: str,
    how: str,
    api: MisbehavingServer,
    storage: MisbehavingServer,
    tmp_path: Path,
) -> None:
    storage.then(BROKEN[how])
    side = side_of(kind, api.url, PATIENCE)
    target = tmp_path / "file"
    target.write_bytes(b"what was there")
    if how in COMPLETE:
        assert within(5, lambda: side.save(target)).read_bytes() == COMPLETE[how]
    else:
        with pytest.raises((errors.TransportError, errors.ResponseError)) as caught:
            within(5, lambda: side.save(target))
        assert str(caught.value) and "/file" in str(caught.value)
        assert target.read_bytes() == b"what was there"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    with pytest.raises(errors.Error):
        within(5, side.table)
    side.close()
    assert closed(api) and closed(storage)


@kinds
def test_a_small_file_may_be_a_large_one(
    kind: str, api: MisbehavingServer, storage: MisbehavingServer, tmp_path: Path
) -> None:
    """64 MB that came as 64 kB are saved without being held."""
    body = zeros(64)
    gzipped = {"Content-Encoding": "gzip", "Content-Type": "text/csv"}
    storage.then(reply(200, body, gzipped))
    side = side_of(kind, api.url)
    tracemalloc.start()
    try:
        target = within(30, lambda: side.save(tmp_path / "file"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert target.stat().st_size == 64 << 20
    assert len(body) < 100_000
    assert peak < 16 << 20  # a megabyte is unpacked at a time
    with pytest.raises(TableError):
        side.table()
    side.close()


@kinds
def test_what_comes_slowly_ends_at_the_deadline(
    kind: str, api: MisbehavingServer, storage: MisbehavingServer
) -> None:
    storage.then(drip(b"x" * 100_000, 0.05))
    side = side_of(kind, api.url, Options(deadline=1.0, retries=0))
    with pytest.raises(errors.RequestTimeoutError) as caught:
        within(3, side.table)
    assert caught.value.phase == "deadline"
    side.close()


# ------------------------------------------------------------------ streams
LISTEN: Operation[JsonValue] = Operation(
    id="listen", method="GET", path="/stream", results={"200": Json(JsonValue)}
)
EVENTS: Streaming[int] = Streaming(
    framing="sse", item=Json(int), terminator="[DONE]", error="/error"
)
LINES: Streaming[JsonValue] = Streaming(framing="jsonl", item=Json(JsonValue))


def heard(caller: Caller, streaming: Streaming[Any]) -> tuple[list[Any], Exception]:
    """The items before the error, and it."""
    collected: list[Any] = []
    with pytest.raises(errors.Error) as caught:
        within(10, lambda: caller.stream(LISTEN, streaming, (), collected))
    assert str(caught.value)
    return collected, caught.value


DEEP = b"[" * 100_000
BAD_EVENTS: dict[str, tuple[list[bytes], type[Exception]]] = {
    "no end": ([b"data: 1\n\n"], StreamError),
    "no json": ([b"data: 1\n\ndata: {]\n\n"], errors.DecodeError),
    "no utf-8": ([b'data: 1\n\ndata: "\xff\xfe\n\n'], errors.DecodeError),
    "nested": ([b"data: 1\n\ndata: " + DEEP + b"\n\n"], errors.DecodeError),
    "error": ([b'data: 1\n\ndata: {"error": "full"}\n\n'], StreamError),
    "error without words": (
        [b'data: 1\n\ndata: {"error": {"x": []}}\n\n'],
        StreamError,
    ),
    "nul": ([b"data: 1\n\ndata: \x00\n\n"], errors.DecodeError),
    "huge": ([b"data: 1\n\ndata: ", *[b"x" * (1 << 20)] * 65], StreamError),
    "many lines": ([b"data: 1\n\n", *[b"data: x\n" * 9000] * 950], StreamError),
}


@pytest.mark.parametrize("case", BAD_EVENTS)
def test_bad_events(caller: Caller, server: MisbehavingServer, case: str) -> None:
    chunks, expected = BAD_EVENTS[case]
    server.then(stream(chunks))
    collected, error = heard(caller, EVENTS)
    assert collected == [1]
    assert type(error) is expected
    caller.close_client()
    assert closed(server)


def test_a_line_of_ten_megabytes(caller: Caller, server: MisbehavingServer) -> None:
    """And one that is no JSON, which does not cost the others."""
    long = json.dumps("x" * 10_000_000).encode()
    body = [b'"a"\n', long[:4_000_000], long[4_000_000:] + b'\n{]\n\xff\n\n"z"']
    server.then(stream(body, content_type="application/jsonl"))
    collected: list[Any] = []
    within(20, lambda: caller.stream(LISTEN, LINES, (), collected))
    first, second, third, fourth, last = collected
    assert (first, len(second), last) == ("a", 10_000_000, "z")
    assert (third.line, third.raw) == (3, b"{]")
    assert (fourth.line, fourth.raw) == (4, b"\xff")


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer(reply(200, b'{"ok":true}')) as running:
        yield running


@pytest.fixture
def caller(kind: str, server: MisbehavingServer) -> Iterator[Caller]:
    made = make_caller(kind, server.url)
    yield made
    made.close()


# ------------------------------------------------------------------ many at once
ECHO: Operation[JsonValue] = LISTEN


def test_threads_share_a_client(server: MisbehavingServer) -> None:
    client = BaseClient(described(), {"bearer": KEY}, base_url=server.url)

    def ask(number: int) -> Any:
        options = Options(query={"n": number})
        return client.request("GET", "/stream", options=options)

    with client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(200)))
    assert answers == [{"ok": True}] * 200
    asked = sorted(int(r.target.partition("=")[2]) for r in server.requests)
    assert asked == list(range(200))  # none lost, none twice
    assert closed(server)
    with pytest.raises(errors.ConfigurationError, match="closed"):
        ask(0)


def test_tasks_share_a_client(server: MisbehavingServer) -> None:
    async def main() -> list[Any]:
        async with AsyncBaseClient(
            described(), {"bearer": KEY}, base_url=server.url
        ) as client:
            asked = [
                client.request("GET", "/stream", options=Options(query={"n": n}))
                for n in range(200)
            ]
            return await asyncio.gather(*asked)

    assert asyncio.run(main()) == [{"ok": True}] * 200
    assert len({r.target for r in server.requests}) == len(server.requests) == 200
    assert closed(server)


def test_closing_a_client_in_use_ends_in_one_of_our_errors(
    server: MisbehavingServer,
) -> None:
    server.then(drip(b'{"ok":true}' + b" " * 300, 0.01))
    client = BaseClient(described(), {"bearer": KEY}, base_url=server.url)
    found: list[object] = []

    def ask() -> None:
        try:
            found.append(client.request("GET", "/x", options=Options(retries=0)))
        except errors.Error as error:
            found.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert eventually(lambda: server.requests)
    client.close()
    thread.join(60)
    assert not thread.is_alive()
    (said,) = found
    assert said == {"ok": True} or isinstance(said, errors.TransportError)


# ------------------------------------------------------------------ those who leave
def parts_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2])
def test_a_cancelled_task_leaves_nothing(
    api: MisbehavingServer, storage: MisbehavingServer, tmp_path: Path, after: float
) -> None:
    storage.then(drip(b"x" * 10_000, 0.01))
    side = AsyncSide(api.url)

    async def leave() -> None:
        task = asyncio.ensure_future(side.file().save(tmp_path / "file"))
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    side.runner.run(leave())
    assert parts_in(tmp_path) == []
    assert closed(storage)  # while the client goes on to live
    storage.then(reply(200, TABLE))
    assert side.read() == TABLE
    side.close()


def test_many_cancelled_tasks_leave_the_client_usable(
    api: MisbehavingServer, storage: MisbehavingServer, tmp_path: Path
) -> None:
    storage.then(drip(b"x" * 1000, 0.01))
    side = AsyncSide(api.url)

    async def leave() -> None:
        made = [side.file().save(tmp_path / f"{n}") for n in range(150)]
        tasks = [asyncio.ensure_future(each) for each in made]
        await asyncio.sleep(0.3)
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(e, asyncio.CancelledError) for e in found)

    side.runner.run(leave())
    assert parts_in(tmp_path) == []
    assert closed(storage)
    storage.then(reply(200, TABLE))
    assert within(5, side.read) == TABLE
    side.close()


def test_nobody_reads_on(api: MisbehavingServer, storage: MisbehavingServer) -> None:
    storage.then(drip(b"x" * 10_000, 0.01))
    side = AsyncSide(api.url)
    assert side.runner.run(side.first_chunk())
    assert closed(storage)
    side.close()


@kinds
def test_a_disk_that_fails_lets_go_of_the_connection(
    kind: str,
    api: MisbehavingServer,
    storage: MisbehavingServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once, even while somebody holds the exception."""
    from clientpress.runtime.wire.files import AtomicFile

    def fail(self: AtomicFile, data: bytes) -> None:
        raise errors.InvalidRequestError("No space left on device")

    monkeypatch.setattr(AtomicFile, "write", fail)
    storage.then(drip(b"x" * 10_000, 0.01))
    side = side_of(kind, api.url)
    with pytest.raises(errors.InvalidRequestError, match="No space"):
        side.save(tmp_path / "file")
    assert closed(storage)
    assert parts_in(tmp_path) == []
    side.close()


@kinds
def test_gzip_in_json_is_bounded_by_the_reader_only(
    kind: str, server: MisbehavingServer
) -> None:
    """An honest answer of 16 MB that came as 16 kB."""
    body = gzip.compress(json.dumps({"x": "y" * (16 << 20)}).encode())
    server.then(reply(200, body, {"Content-Encoding": "gzip"}))
    caller = make_caller(kind, server.url)
    found: Any = within(10, lambda: caller.call(LISTEN))
    assert len(found["x"]) == 16 << 20
    caller.close()
