"""Answers that are JSON Lines, against a real server, in both kinds of client."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from msgspec.structs import replace

from clientpress.runtime.batches.lines_file import (
    AsyncLineOutcomes,
    AsyncLinesFile,
    LineOutcomes,
    LinesCall,
    LinesFile,
)
from clientpress.runtime.batches.outcomes import (
    AsyncOutcomes,
    Case,
    Failed,
    Outcome,
    Outcomes,
    Succeeded,
    join,
    join_async,
)
from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.conditions import At
from clientpress.runtime.calls.group import AsyncGroup, Group
from clientpress.runtime.results.streaming import StreamError, Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.lines import Undecodable
from clientpress.runtime.wire.messages import Failure, Response
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    half_a_body,
    reply,
    reset,
    stream,
)

from .callers import KEY, api
from .simulation import Simulation, answer


class Answered(ApiModel):
    id: str
    reply: str | None = None
    error: str | None = None


CONTENT: Operation[bytes] = Operation(
    id="content",
    method="GET",
    path="/files/{file}/content",
    parameters=(Parameter("file", "path"),),
    results={"200": Raw()},
)
LINES: Streaming[Answered] = Streaming(framing="jsonl", item=Json(Answered))
OUTCOME: Outcome[str, str] = Outcome(
    id="/id",
    cases=(
        Case("failed", "/error", At("/error", "present")),
        Case("succeeded", "/reply", At("/reply", "present")),
    ),
)
DATA = (
    b'\xef\xbb\xbf{"id": "a", "reply": "hi\xe2\x80\xa8"}\r\n'
    b"<html>\n\n"
    b'{"id": "b", "error": "no"}\n'
    b'{"id": "c", "reply": "last"}'
)


class Files(Protocol):
    """What is done with a file, in either kind of client."""

    def lines(self, collected: list[Any]) -> None: ...

    def read(self) -> bytes: ...

    def save(self, path: Path) -> Path: ...

    def outcomes(self) -> list[Any]: ...

    def joined(self, requests: Any) -> Any: ...

    def first(self) -> Any: ...

    def close(self) -> None: ...


class SyncFiles:
    def __init__(self, url: str) -> None:
        self._client = BaseClient(api(), {"bearer": KEY}, base_url=url)
        self._group = _Group(self._client)

    def lines(self, collected: list[Any]) -> None:
        for line in self._group.content("f"):
            collected.append(line)

    def read(self) -> bytes:
        return self._group.content("f").read()

    def save(self, path: Path) -> Path:
        return self._group.content("f").save(path)

    def outcomes(self) -> list[Any]:
        made = self._group.outcomes("f")
        assert isinstance(made, Outcomes)
        assert (made.id_pointer, made.cursor) == ("/id", None)
        return list(made)

    def joined(self, requests: Any) -> Any:
        return join(self._group.outcomes("f"), requests)

    def first(self) -> Any:
        return next(iter(self._group.content("f")))

    def close(self) -> None:
        self._client.close()


class AsyncFiles:
    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()

        async def make() -> AsyncBaseClient:
            return AsyncBaseClient(api(), {"bearer": KEY}, base_url=url)

        self._client = self._run(make())
        self._group = _AsyncGroup(self._client)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def lines(self, collected: list[Any]) -> None:
        async def collect() -> None:
            async for line in self._group.content("f"):
                collected.append(line)

        self._run(collect())

    def read(self) -> bytes:
        made: bytes = self._run(self._group.content("f").read())
        return made

    def save(self, path: Path) -> Path:
        made: Path = self._run(self._group.content("f").save(path))
        return made

    def outcomes(self) -> list[Any]:
        async def collect() -> list[Any]:
            made = self._group.outcomes("f")
            assert isinstance(made, AsyncOutcomes)
            assert (made.id_pointer, made.cursor) == ("/id", None)
            return [each async for each in made]

        found: list[Any] = self._run(collect())
        return found

    def joined(self, requests: Any) -> Any:
        return self._run(join_async(self._group.outcomes("f"), requests))

    def first(self) -> Any:
        async def one() -> Any:
            chunks = self._group.content("f").chunks()
            try:
                async for chunk in chunks:
                    return chunk
            finally:
                await chunks.aclose()

        return self._run(one())

    def close(self) -> None:
        self._run(self._client.aclose())
        self._runner.close()


class _Group(Group):
    def content(self, file: str) -> LinesFile[Answered]:
        call = LinesCall(self._core, CONTENT, LINES, (file,))
        return LinesFile(call, self._transport)

    def outcomes(self, file: str) -> Outcomes[str, str]:
        call = LinesCall(self._core, CONTENT, LINES, (file,))
        return LineOutcomes(call, OUTCOME, self._transport)


class _AsyncGroup(AsyncGroup):
    def content(self, file: str) -> AsyncLinesFile[Answered]:
        call = LinesCall(self._core, CONTENT, LINES, (file,))
        return AsyncLinesFile(call, self._transport)

    def outcomes(self, file: str) -> AsyncOutcomes[str, str]:
        call = LinesCall(self._core, CONTENT, LINES, (file,))
        return AsyncLineOutcomes(call, OUTCOME, self._transport)


@pytest.fixture
def files(kind: str, server: MisbehavingServer) -> Iterator[Files]:
    makers: dict[str, Callable[[str], Files]] = {"sync": SyncFiles, "async": AsyncFiles}
    made = makers[kind](server.url)
    yield made
    made.close()


def as_stream(data: bytes, size: int) -> Step:
    return stream([data[n : n + size] for n in range(0, len(data), size)])


WAYS = [reply(200, DATA), as_stream(DATA, 1), as_stream(DATA, 7)]


@pytest.mark.parametrize("way", WAYS)
def test_lines_one_by_one(way: Step, files: Files, server: MisbehavingServer) -> None:
    server.then(way)
    found: list[Any] = []
    files.lines(found)
    a, html, b, c = found
    assert a == Answered(id="a", reply="hi\u2028")
    assert isinstance(html, Undecodable)
    assert (html.line, html.raw) == (2, b"<html>")
    assert (b.error, c.reply) == ("no", "last")
    assert [r.target for r in server.requests] == ["/files/f/content"]


@pytest.mark.parametrize("way", WAYS)
def test_reading_and_saving(
    way: Step, files: Files, server: MisbehavingServer, tmp_path: Path
) -> None:
    server.then(way)
    assert files.read() == DATA
    path = tmp_path / "out.jsonl"
    assert files.save(path) == path
    assert path.read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [path]


def test_a_compressed_answer(files: Files, server: MisbehavingServer) -> None:
    packed = gzip.compress(DATA * 100)
    server.then(reply(200, packed, {"Content-Encoding": "gzip"}))
    assert files.read() == DATA * 100


def test_outcomes_and_joining(files: Files, server: MisbehavingServer) -> None:
    server.then(reply(200, DATA))
    a, html, b, c = files.outcomes()
    assert [type(each) for each in (a, html, b, c)] == [
        Succeeded,
        Undecodable,
        Failed,
        Succeeded,
    ]
    assert html.line == 2
    joined = files.joined([{"id": name} for name in "abcd"])
    assert [outcome.id for _, outcome in joined.pairs] == ["a", "b", "c"]
    assert (joined.missing, joined.unknown) == ([{"id": "d"}], [html])


ONE = b'{"id": "a", "reply": "hi"}\n{"id": "b"'


@pytest.mark.parametrize("way", [half_a_body(), stream([ONE], end=False)])
def test_a_file_that_is_cut_never_looks_whole(
    way: Step, files: Files, server: MisbehavingServer, tmp_path: Path
) -> None:
    server.then(way)
    path = tmp_path / "out.jsonl"
    path.write_text("before")
    for use in (
        files.read,
        files.outcomes,
        lambda: files.save(path),
        lambda: files.lines([]),
    ):
        with pytest.raises(StreamError) as caught:
            use()
        assert caught.value.operation == "content"
        assert KEY not in caught.value.curl
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]
    assert path.read_text() == "before"


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({"Content-Length": "20"}, False),
        ({"Content-Length": "19"}, True),
        ({"Content-Length": "30", "Content-Encoding": "gzip"}, True),
        ({}, True),
    ],
)
def test_a_transport_that_does_not_count(headers: dict[str, str], whole: bool) -> None:
    class Careless(Simulation):
        def chunks(self, response: Response) -> Iterator[bytes | Failure]:
            yield b'{"id": "a"}\n'
            yield b'{"id": '

        def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
            pass

    world = Careless(replace(answer(b"", 200, headers), handle=object()))
    call = LinesCall(world.core(), CONTENT, LINES, ("f",))
    file: LinesFile[Answered] = LinesFile(call, lambda: world)
    if whole:
        assert len(file.read()) == 19
        return
    for use in (file.read, lambda: list(file)):
        with pytest.raises(StreamError, match="19 of 20 bytes arrived"):
            use()


def test_lines_before_the_cut_are_handed_out(
    files: Files, server: MisbehavingServer
) -> None:
    server.then(stream([ONE], end=False))
    found: list[Any] = []
    with pytest.raises(StreamError):
        files.lines(found)
    assert found == [Answered(id="a", reply="hi")]


def test_errors_and_retries(files: Files, server: MisbehavingServer) -> None:
    server.then(reply(404, b'{"error": "no such file"}'))
    with pytest.raises(errors.NotFoundError, match="no such file"):
        files.read()
    server.then(reset(), reply(200, DATA))
    assert files.read() == DATA


def test_a_file_that_is_left_early_frees_its_connection(
    files: Files, server: MisbehavingServer
) -> None:
    server.then(as_stream(DATA * 1000, 4096))
    for _ in range(3):
        assert files.first()
    server.then(reply(200, DATA))
    assert files.read() == DATA


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("out.jsonl", "not a str"),
        (Path("/"), "is a folder"),
        (Path("/no/way"), "Cannot write"),
    ],
)
def test_places_that_cannot_be_saved_to(
    path: Any, message: str, files: Files, server: MisbehavingServer
) -> None:
    with pytest.raises(errors.InvalidRequestError, match=message):
        files.save(path)
    assert server.requests == []
