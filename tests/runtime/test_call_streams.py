"""Streams of events that go on after a cut, in both kinds of client."""

from __future__ import annotations

import pytest

from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streaming import StreamError, Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.operation import Operation
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    drip_raw,
    reply,
    stream,
)

from .callers import Caller

LOG: Operation[bytes] = Operation(
    id="log", method="GET", path="/log", results={"200": Raw()}
)
ASK: Operation[bytes] = Operation(
    id="ask", method="POST", path="/ask", body=JsonBody(), results={"200": Raw()}
)
SSE: Streaming[JsonValue] = Streaming(
    framing="sse", item=Json(JsonValue), terminator="[DONE]", resume=True
)
ENDLESS: Streaming[JsonValue] = Streaming(
    framing="sse", item=Json(JsonValue), resume=True
)
END = b"data: [DONE]\n\n"


def events(*numbers: int, more: bytes = b"", end: bool = True) -> Step:
    """Events whose data is their id."""
    data = b"".join(b"id: e%d\ndata: %d\n\n" % (n, n) for n in numbers)
    return stream([data + more], end=end)


def sent_ids(server: MisbehavingServer) -> list[str]:
    return [r.headers.get("last-event-id", "") for r in server.requests]


@pytest.mark.parametrize("end", [True, False], ids=["ended", "cut"])
def test_a_stream_goes_on_after_its_last_event(
    caller: Caller, server: MisbehavingServer, end: bool
) -> None:
    """Half an event is nothing: it comes again."""
    server.then(
        events(1, 2, more=b"id: e3\ndata: 3", end=end),
        events(3, end=end),
        events(4, more=END),
    )
    items: list[JsonValue] = []
    caller.stream(LOG, SSE, (), items)
    assert items == [1, 2, 3, 4]
    assert sent_ids(server) == ["", "e2", "e3"]


@pytest.mark.parametrize("most", [1, 9])
def test_without_a_block_iterating_opens_and_closes(
    caller: Caller, server: MisbehavingServer, most: int
) -> None:
    """All items, or only the first; the client is usable after that."""
    server.then(events(1, 2, more=END), events(3, more=END))
    assert caller.iterate(LOG, SSE, most) == [1, 2][:most]
    assert caller.iterate(LOG, SSE, 9) == [3]


def test_the_server_says_how_long_to_wait(
    caller: Caller, server: MisbehavingServer
) -> None:
    cut = stream([b"retry: 1500\nid: a\ndata: 1\n\n"], end=False)
    server.then(cut, stream([END]))
    caller.stream(LOG, SSE, (), [])
    assert caller.slept == [1.5]


def test_without_a_terminator_an_end_is_an_end(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(events(1, end=False), events(2))
    items: list[JsonValue] = []
    caller.stream(LOG, ENDLESS, (), items)
    assert items == [1, 2] and sent_ids(server) == ["", "e1"]


def test_cuts_without_an_event_in_between_are_counted(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(events(1, end=False), events(2, end=False), events(end=False))
    items: list[JsonValue] = []
    with pytest.raises(StreamError, match="The stream broke"):
        caller.stream(LOG, SSE, (), items)
    assert items == [1, 2] and sent_ids(server) == ["", "e1", "e2", "e2"]


@pytest.mark.parametrize(
    ("operation", "first"),
    [
        pytest.param(LOG, stream([b"data: 1\n\n"], end=False), id="events without ids"),
        pytest.param(
            ASK, events(1, end=False), id="a question that would be asked twice"
        ),
    ],
)
def test_what_cannot_go_on(
    caller: Caller, server: MisbehavingServer, operation: Operation[bytes], first: Step
) -> None:
    server.then(first, events(2, more=END))
    with pytest.raises(StreamError):
        caller.stream(operation, SSE, (), [])
    assert len(server.requests) == 1


def test_a_refusal_to_go_on_is_told(caller: Caller, server: MisbehavingServer) -> None:
    server.then(events(1, end=False), reply(404, b'{"error":"gone"}'))
    with pytest.raises(errors.NotFoundError, match="gone"):
        caller.stream(LOG, SSE, (), [])


def test_the_deadline_ends_a_stream(caller: Caller, server: MisbehavingServer) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
    server.then(drip_raw(head + b"data: 1\n\n" * 100_000, 0.01))
    items: list[JsonValue] = []
    with pytest.raises(errors.RequestTimeoutError) as caught:
        caller.stream(LOG, SSE, (), items, Options(deadline=2.0))
    assert caught.value.phase == "deadline"
    assert set(items) == {1}
