"""Outcomes, joining, pages, polling and streams against a real server, in both kinds of client."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clientpress.runtime.batches.outcomes import (
    Case,
    Classifier,
    Failed,
    Joined,
    Outcome,
    Succeeded,
    Undecodable,
    join,
)
from clientpress.runtime.calls.conditions import At
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import JobFailedError, Polling, Rule
from clientpress.runtime.results.streaming import StreamError, Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.servers.misbehaving import MisbehavingServer, Step, reply, reset, stream

from .callers import GET, KEY, Caller


class Reply(ApiModel):
    text: str


class Item(ApiModel):
    id: str | None = None
    response: Reply | None = None
    error: str | None = None


class ItemPage(ApiModel):
    results: list[Item]
    token: str | None = None


class Ask(ApiModel):
    id: str
    prompt: str


RESULTS: Operation[ItemPage] = Operation(
    id="listResults",
    method="GET",
    path="/results",
    parameters=(Parameter("token", "query"),),
    results={"200": Json(ItemPage)},
)
PAGES: Pagination[Item] = Pagination(
    kind="cursor",
    items="$response.body#/results",
    next="$response.body#/token",
    send="$request.query.token",
)
OUTCOME: Outcome[Reply, str] = Outcome(
    id="/id",
    cases=(
        Case("failed", "/error", At("/error", "present")),
        Case("succeeded", "/response", At("/response", "present")),
    ),
)


def page(items: list[object], token: str | None = None) -> Step:
    return reply(200, json.dumps({"results": items, "token": token}).encode())


def good(name: str, text: str = "hi") -> dict[str, object]:
    return {"id": name, "response": {"text": text}, "error": None}


def bad(name: str) -> dict[str, object]:
    return {"id": name, "error": "too long"}


# ------------------------------------------------------------------ outcomes
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (good("a"), Succeeded("a", {"text": "hi"}, good("a"))),
        (bad("a"), Failed("a", "too long", bad("a"))),
        ({"id": 7, "error": "x"}, Failed("7", "x", {"id": 7, "error": "x"})),
        (
            {"id": "a"},
            Undecodable(3, {"id": "a"}, "It is neither a success nor a failure"),
        ),
        ({"error": "x"}, Undecodable(3, {"error": "x"}, "There is no id at /id")),
        ({"id": ""}, Undecodable(3, {"id": ""}, "There is no id at /id")),
    ],
)
def test_what_an_item_says(item: object, expected: object) -> None:
    assert Classifier(OUTCOME)(item, 3) == expected


def test_outcomes_over_pages(caller: Caller, server: MisbehavingServer) -> None:
    server.then(
        page([good("a"), bad("b")], "t"), page([], "u"), page([good("c", "ho")])
    )
    outcomes = caller.outcomes(RESULTS, PAGES, OUTCOME, (None,))
    first, second, third = outcomes
    assert isinstance(first, Succeeded)
    assert (first.id, first.body) == ("a", Reply(text="hi"))
    assert isinstance(second, Failed)
    assert (second.id, second.error) == ("b", "too long")
    assert isinstance(third, Succeeded)
    assert third.body.text == "ho"
    assert [request.target for request in server.requests] == [
        "/results",
        "/results?token=t",
        "/results?token=u",
    ]


def test_an_item_that_does_not_fit_spoils_no_other_one(
    caller: Caller, server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    broken = {"id": "b", "response": {"text": 5}}
    server.then(page([good("a"), broken, "junk", good("c")]), page([good("d")]))
    a, b, junk, c = caller.outcomes(RESULTS, PAGES, OUTCOME, (None,))
    assert isinstance(a, Succeeded)
    assert isinstance(c, Succeeded)
    # A success is not lost to a type: what does not fit stays as it came, and is logged.
    assert isinstance(b, Succeeded)
    assert repr(b.body.text) == "5"
    assert "/results/1/response/text" in caplog.text
    assert isinstance(junk, Undecodable)
    assert (junk.line, junk.raw) == (3, "junk")


def test_a_page_that_does_not_fit_elsewhere_raises(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(200, b'{"results": [], "token": 5}'))
    with pytest.raises(errors.DecodeError) as caught:
        caller.outcomes(RESULTS, PAGES, OUTCOME, (None,))
    assert [issue.path for issue in caught.value.issues] == ["/token"]


# ------------------------------------------------------------------ join
def test_joining_with_what_was_asked(caller: Caller, server: MisbehavingServer) -> None:
    server.then(page([bad("c"), good("a"), good("x")], "t"), page([good("a", "2"), {}]))
    asked = [Ask(id=name, prompt=name) for name in "abc"]
    joined = caller.joined(RESULTS, PAGES, OUTCOME, (None,), asked)
    assert [(r.id, type(o), o.id) for r, o in joined.pairs] == [
        ("a", Succeeded, "a"),
        ("c", Failed, "c"),
    ]
    first = joined.pairs[0][1]
    assert isinstance(first, Succeeded)
    assert first.body == Reply(text="hi")
    assert [r.id for r in joined.missing] == ["b"]
    (again,) = joined.duplicates
    assert isinstance(again, Succeeded)
    assert again.body == Reply(text="2")
    assert [type(o) for o in joined.unknown] == [Succeeded, Undecodable]


SUCCEEDED: Succeeded[int] = Succeeded("1", 5, None)


@pytest.mark.parametrize("request_", [{"id": 1}, {"id": "1"}, Ask(id="1", prompt="")])
def test_requests_are_models_or_dicts(request_: Any) -> None:
    joined: Joined[Any, int, str] = join([SUCCEEDED], [request_], id="/id")
    assert joined.pairs == [(request_, SUCCEEDED)]


def test_ids_must_be_there_and_differ() -> None:
    outcomes: list[Succeeded[int] | Failed[str] | Undecodable] = []
    with pytest.raises(errors.InvalidRequestError, match="Two requests"):
        join(outcomes, [{"id": "a"}, {"id": "a"}], id="/id")
    with pytest.raises(errors.InvalidRequestError, match="no id at /id"):
        join(outcomes, [{"name": "a"}], id="/id")
    with pytest.raises(errors.InvalidRequestError, match="Give id"):
        join(outcomes, [{"id": "a"}])


# ------------------------------------------------------------------ pages and polling, for real
def test_pages_survive_faults(caller: Caller, server: MisbehavingServer) -> None:
    server.then(
        page([good("a")], "t"), reset(), page([good("b")], "u"), reply(503), page([])
    )
    items = caller.items(RESULTS, PAGES, (None,))
    assert [item.id for item in items] == ["a", "b"]
    server.then(page([good("a")], "t"), page([good("b")]))
    pages = caller.pages(RESULTS, PAGES, (None,))
    assert [p.token for p in pages] == ["t", None]
    server.then(page([good("a"), good("b")], "t"))
    taken, cursor = caller.take(RESULTS, PAGES, ("s",), 1)
    assert ([item.id for item in taken], cursor) == (["a"], "s")


def test_waiting_for_a_job(caller: Caller, server: MisbehavingServer) -> None:
    polling = Polling(
        rules=(
            Rule("failed", At("/status", "eq", "failed"), "/why"),
            Rule("succeeded", At("/status", "eq", "done")),
        )
    )
    server.then(
        reply(200, b'{"status":"queued"}'),
        reply(200, b'{"status":"running"}', {"Retry-After": "30"}),
        reset(),
        reply(200, b'{"status":"done"}'),
    )
    seen: list[JsonValue] = []
    job = caller.wait(
        GET, polling, ("j",), timeout=600.0, interval=2.0, on_progress=seen.append
    )
    assert job == {"status": "done"}
    assert len(seen) == 3
    first, asked = caller.slept[:2]
    assert 2.0 <= first <= 2.2 and asked == 30.0
    server.then(reply(200, b'{"status":"failed","why":"no"}'))
    with pytest.raises(JobFailedError) as caught:
        caller.wait(GET, polling, ("j",), timeout=600.0, interval=2.0)
    assert caught.value.reason == "no"


# ------------------------------------------------------------------ streams
CHAT: Operation[bytes] = Operation(
    id="chat", method="POST", path="/chat", results={"200": Raw()}
)
SSE: Streaming[JsonValue] = Streaming(
    framing="sse", item=Json(JsonValue), terminator="[DONE]"
)
JSONL: Streaming[JsonValue | Undecodable] = Streaming(
    framing="jsonl", item=Json(JsonValue)
)
BYTES: Streaming[bytes] = Streaming(framing="bytes", item=Raw())


def test_events_as_they_come(caller: Caller, server: MisbehavingServer) -> None:
    data = b'data: {"a":1}\r\n\r\n: hi\n\ndata: {"a":2}\n\ndata: [DONE]\n\ndata: 5\n\n'
    server.then(stream([bytes([byte]) for byte in data]))
    items: list[JsonValue] = []
    caller.stream(CHAT, SSE, (), items)
    assert items == [{"a": 1}, {"a": 2}]


def test_a_stream_that_is_cut(caller: Caller, server: MisbehavingServer) -> None:
    for end in (False, True):  # by the connection, and by a server that just ends
        server.then(stream([b'data: {"a":1}\n\n'], end=end))
        items: list[JsonValue] = []
        with pytest.raises(StreamError) as caught:
            caller.stream(CHAT, SSE, (), items)
        assert items == [{"a": 1}]
        assert caught.value.operation == "chat"
        assert KEY not in str(caught.value) + caught.value.curl


def test_an_event_that_does_not_fit(caller: Caller, server: MisbehavingServer) -> None:
    server.then(stream([b"data: 1\n\ndata: nope\n\n"]))
    items: list[int] = []
    numbers: Streaming[int] = Streaming(framing="sse", item=Json(int))
    with pytest.raises(errors.DecodeError) as caught:
        caller.stream(CHAT, numbers, (), items)
    assert (items, caught.value.raw) == ([1], b"nope")


def test_lines_as_they_come(caller: Caller, server: MisbehavingServer) -> None:
    server.then(stream([b'{"a"', b":1}\nbro", b"ken\n\n", b'{"a":2}']))
    items: list[JsonValue | Undecodable] = []
    caller.stream(CHAT, JSONL, (), items)
    assert items[0] == {"a": 1}
    assert items[2] == {"a": 2}
    assert isinstance(items[1], Undecodable)
    assert (items[1].line, items[1].raw) == (2, b"broken")


def test_bytes_as_they_come(caller: Caller, server: MisbehavingServer) -> None:
    server.then(stream([b"ab", b"c"]))
    items: list[bytes] = []
    caller.stream(CHAT, BYTES, (), items)
    assert b"".join(items) == b"abc"


def test_errors_of_streams_are_read(caller: Caller, server: MisbehavingServer) -> None:
    server.then(reply(422, b'{"error":"no such model"}'))
    with pytest.raises(errors.UnprocessableError, match="no such model"):
        caller.stream(CHAT, SSE, (), [])
    server.then(reply(429, headers={"Retry-After": "1"}), stream([b"data: [DONE]\n\n"]))
    caller.stream(CHAT, SSE, (), [])
    assert caller.slept == [1.0]
