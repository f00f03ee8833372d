"""Connections that are used again, and those that must not be: seen by how many a server accepts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.operation import Operation
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    half_a_body,
    reply,
    stream,
)

from .callers import KEY, AsyncThings, Things, api

ONCE = Options(retries=0)
ONE: tuple[JsonValue, ...] = (1, None)
POST: Operation[JsonValue] = Operation(
    id="make", method="POST", path="/x", results={"2XX": Json(JsonValue)}
)
EVENTS: Streaming[int] = Streaming(framing="sse", item=Json(int))


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


def followed_by(body: bytes, rest: bytes, status: int = 200, framing: str = "") -> Step:
    """An answer with bytes behind its end, in one segment."""
    length = f"Content-Length: {len(body)}\r\n" if not framing else f"{framing}\r\n"
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{length}\r\n"

    def step(connection: socket.socket) -> bool:
        connection.sendall(head.encode() + body + rest)
        return True

    return step


EVIL = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\n"EVIL"'
SPOILT: dict[str, Step] = {
    "500": reply(500),
    "404": reply(404),
    "401": reply(401),
    "a whole answer behind the first": followed_by(b"1", EVIL),
    "a line end": followed_by(b"1", b"\n"),
    "an object": followed_by(b"1", b"{}"),
    "behind chunks": followed_by(
        b"1\r\n1\r\n0\r\n\r\n", EVIL, framing="Transfer-Encoding: chunked"
    ),
    "204 with a body": followed_by(b"", b"{}", 204),
}
spoilt = pytest.mark.parametrize("step", SPOILT.values(), ids=SPOILT)


@spoilt
def test_a_spoilt_connection_is_not_used_again(
    step: Step, server: MisbehavingServer
) -> None:
    with BaseClient(
        api(), {"bearer": KEY}, base_url=server.url, options=ONCE
    ) as client:
        things = Things(client)
        for _ in range(3):
            server.then(step, reply(200, b"2"))
            with suppress(errors.StatusError):
                assert things.call(POST, ()) in ONE
            assert things.call(POST, ()) == 2
    assert len(server.accepted) == 4


@spoilt
def test_a_spoilt_connection_is_not_used_again_by_tasks(
    step: Step, server: MisbehavingServer
) -> None:
    async def main() -> None:
        made = AsyncBaseClient(
            api(), {"bearer": KEY}, base_url=server.url, options=ONCE
        )
        async with made as client:
            things = AsyncThings(client)
            for _ in range(3):
                server.then(step, reply(200, b"2"))
                with suppress(errors.StatusError):
                    assert await things.call(POST, ()) in ONE
                assert await things.call(POST, ()) == 2

    asyncio.run(main())
    assert len(server.accepted) == 4


ENDS: dict[str, list[bytes]] = {
    "by itself": [b"data: 1\n\n"],
    "by its last event": [b"data: 1\n\ndata: [DONE]\n\n"],
    "by its last event, and a line behind it": [
        b"data: 1\n\ndata: [DONE]\n\n",
        b": end\n\n",
    ],
    "by its last event without a blank line": [b"data: 1\n\ndata: [DONE]"],
}
ends = pytest.mark.parametrize("parts", ENDS.values(), ids=ENDS)


@ends
def test_a_stream_that_ended_well_leaves_its_connection(
    parts: list[bytes], server: MisbehavingServer
) -> None:
    with BaseClient(api(), {"bearer": KEY}, base_url=server.url) as client:
        things = Things(client)
        for _ in range(3):
            server.then(stream(parts))
            with things.stream(POST, EVENTS, ()) as items:
                assert list(items) == [1]
    assert len(server.accepted) == 1


@ends
def test_a_stream_that_ended_well_leaves_its_connection_to_tasks(
    parts: list[bytes], server: MisbehavingServer
) -> None:
    async def main() -> None:
        async with AsyncBaseClient(
            api(), {"bearer": KEY}, base_url=server.url
        ) as client:
            things = AsyncThings(client)
            for _ in range(3):
                server.then(stream(parts))
                async with things.stream(POST, EVENTS, ()) as items:
                    assert [item async for item in items] == [1]

    asyncio.run(main())
    assert len(server.accepted) == 1


def test_a_stream_without_an_end_is_not_waited_for(server: MisbehavingServer) -> None:
    """The connection is given up where nothing comes behind the last event."""
    server.then(stream([b"data: 1\n\ndata: [DONE]\n\n"], end=False), reply(200, b"2"))
    with BaseClient(api(), {"bearer": KEY}, base_url=server.url) as client:
        things = Things(client)
        with things.stream(POST, EVENTS, ()) as items:
            assert list(items) == [1]
        assert things.call(POST, ()) == 2
    assert len(server.accepted) == 2


def test_half_an_answer_is_not_used_again(server: MisbehavingServer) -> None:
    server.then(half_a_body(), reply(200, b"2"))
    with BaseClient(
        api(), {"bearer": KEY}, base_url=server.url, options=ONCE
    ) as client:
        things = Things(client)
        with pytest.raises(errors.ConnectionFailedError):
            things.call(POST, ())
        assert things.call(POST, ()) == 2
