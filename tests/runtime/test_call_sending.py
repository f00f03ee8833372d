"""Retries and time limits against a server that misbehaves, in both kinds of client."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from email.utils import formatdate
from pathlib import Path

import pytest

from clientpress.runtime.calls.options import Options
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from clientpress.runtime.wire.raw_body import RawBody
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    drip,
    drip_raw,
    half_a_body,
    refused_url,
    reply,
    reset,
    reset_after_headers,
    silence,
)

from .callers import CREATE, GET, Caller, make_caller

OK = reply(200, b'{"ok":true}')
GOOD = {"ok": True}
SHORT = Options(timeout=1.5)
"""Long enough for every answer that comes."""
PUT: Operation[JsonValue] = Operation(
    id="putThing", method="PUT", path="/things", results={"200": Json(JsonValue)}
)
DECLARED: Operation[JsonValue] = Operation(
    id="search",
    method="POST",
    path="/search",
    retry="idempotent",
    results={"200": Json(JsonValue)},
)
KEYED: Operation[JsonValue] = Operation(
    id="pay",
    method="POST",
    path="/pay",
    idempotency_header="X-Key",
    results={"200": Json(JsonValue)},
)
KEYED_BY_CALLER: Operation[JsonValue] = Operation(
    id="pay",
    method="POST",
    path="/pay",
    parameters=(Parameter("X-Key", "header"),),
    idempotency_header="X-Key",
    results={"200": Json(JsonValue)},
)


# ------------------------------------------------------------------ retries
FAULTS: list[tuple[str, Callable[[], Step], Options | None]] = [
    ("reset", reset, None),
    ("reset after headers", reset_after_headers, None),
    ("half a body", half_a_body, None),
    ("silence", silence, SHORT),
    ("408", lambda: reply(408), None),
    ("425", lambda: reply(425), None),
    ("500", lambda: reply(500), None),
    ("502", lambda: reply(502, b"<html>"), None),
    ("503", lambda: reply(503), None),
    ("504", lambda: reply(504), None),
]


@pytest.mark.parametrize(
    ("step", "options"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_what_may_have_been_done_is_sent_again_only_if_that_is_safe(
    caller: Caller,
    server: MisbehavingServer,
    step: Callable[[], Step],
    options: Options | None,
) -> None:
    for operation, arguments in ((GET, ("a",)), (PUT, ()), (DECLARED, ()), (KEYED, ())):
        server.requests.clear()
        server.then(step(), OK)
        assert caller.call(operation, arguments, None, options) == GOOD
        assert len(server.requests) == 2, operation.id
    server.requests.clear()
    server.then(step(), OK)
    with pytest.raises((errors.TransportError, errors.StatusError)) as caught:
        caller.call(CREATE, (), {"a": 1}, options)
    assert len(server.requests) == 1
    assert caught.value.attempts == 1


def test_a_key_makes_a_post_safe_and_stays_the_same(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reset(), reply(500), OK)
    options = Options(idempotency_key="key-1")
    assert caller.call(CREATE, (), {"a": 1}, options) == GOOD
    assert [r.headers["idempotency-key"] for r in server.requests] == ["key-1"] * 3
    assert [r.body for r in server.requests] == [b'{"a":1}'] * 3

    server.requests.clear()
    server.then(reset(), OK, OK)
    caller.call(KEYED)
    caller.call(KEYED)
    caller.call(KEYED_BY_CALLER, ("mine",))
    assert server.requests[-1].headers["x-key"] == "mine"
    keys = [request.headers["x-key"] for request in server.requests]
    assert keys[0] == keys[1]
    assert keys[1] != keys[2]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(
    caller: Caller, server: MisbehavingServer, status: int, form: str
) -> None:
    value = "25" if form == "seconds" else formatdate(time.time() + 25, usegmt=True)
    server.then(reply(status, headers={"Retry-After": value}), OK)
    assert caller.call(CREATE, (), {"a": 1}) == GOOD
    assert len(server.requests) == 2
    assert 10 <= caller.slept[0] <= 25


def test_a_server_that_wants_too_long_is_not_waited_for(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(429, b'{"error":"slow down"}', {"Retry-After": "3600"}))
    with pytest.raises(errors.RateLimitError, match="slow down") as caught:
        caller.call(GET, ("a",))
    assert caught.value.headers["retry-after"] == "3600"
    assert (len(server.requests), caller.slept) == (1, [])
    server.then(reply(429, headers={"Retry-After": "30"}))
    with pytest.raises(errors.RateLimitError):
        caller.call(GET, ("a",), None, Options(deadline=10.0))
    assert caller.slept == []


def test_retries_can_be_chosen(caller: Caller, server: MisbehavingServer) -> None:
    server.then(reply(500))
    for retries, attempts in ((0, 1), (1, 2), (4, 5)):
        server.requests.clear()
        with pytest.raises(errors.ServerError) as caught:
            caller.call(GET, ("a",), None, Options(retries=retries))
        assert (len(server.requests), caught.value.attempts) == (attempts, attempts)


def test_a_refused_connection(kind: str) -> None:
    caller = make_caller(kind, refused_url())
    with pytest.raises(errors.ConnectionFailedError) as caught:
        caller.call(CREATE, (), {"a": 1})
    error = caught.value
    assert (error.attempts, error.sent) == (3, False)
    assert isinstance(error, ConnectionError)
    assert error.__cause__ is not None
    assert len(caller.slept) == 2
    caller.close()


def test_a_body_that_cannot_be_read_again_is_sent_once(
    caller: Caller, server: MisbehavingServer, tmp_path: Path
) -> None:
    upload: Operation[JsonValue] = Operation(
        id="put",
        method="PUT",
        path="/file",
        body=RawBody(),
        results={"200": Json(JsonValue)},
    )
    server.then(reply(500), OK)
    with pytest.raises(errors.ServerError):
        caller.call(upload, (), iter([b"a", b"b"]))
    assert [request.body for request in server.requests] == [b"ab"]

    path = tmp_path / "file"
    path.write_bytes(b"x" * 600_000)
    for content in (path, path.open("rb")):
        server.requests.clear()
        server.then(reset(), reply(500), OK)
        assert caller.call(upload, (), content) == GOOD
        assert [len(request.body) for request in server.requests] == [600_000] * 3
        assert server.requests[0].headers["content-length"] == "600000"
        if not isinstance(content, Path):
            content.close()


# ------------------------------------------------------------------ time
def test_timeouts_say_their_phase(caller: Caller, server: MisbehavingServer) -> None:
    server.then(silence())
    with pytest.raises(errors.RequestTimeoutError) as caught:
        caller.call(GET, ("a",), None, Options(timeout=1.0, retries=0))
    assert (caught.value.phase, caught.value.sent) == ("read", True)
    assert isinstance(caught.value, TimeoutError)


def test_the_deadline_ends_slow_answers(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(drip(b"x" * 1_000_000, 0.02))
    with pytest.raises(errors.RequestTimeoutError) as caught:
        caller.call(GET, ("a",), None, Options(deadline=1.0))
    assert caught.value.phase == "deadline"
    assert len(server.requests) == 1


ENDLESS = b"X-Header: x\r\n" * 100_000
SLOW = {
    "headers": b"HTTP/1.1 200 OK\r\n" + ENDLESS,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + ENDLESS,
}


@pytest.mark.parametrize("part", sorted(SLOW))
@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_the_deadline_ends_every_part_of_an_answer(
    caller: Caller, server: MisbehavingServer, part: str, used: bool
) -> None:
    """Also on a connection that was used before."""
    first = [OK] if used else []
    server.then(*first, drip_raw(SLOW[part], 0.02))
    if used:
        caller.call(GET, ("a",))
    with pytest.raises(errors.RequestTimeoutError) as caught:
        caller.call(GET, ("a",), None, Options(deadline=1.0, retries=0))
    assert caught.value.phase == "deadline"


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_deadline_ends_an_upload(kind: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        leave = threading.Event()

        def read_slowly() -> None:
            connection, _ = listening.accept()
            with connection:
                while not leave.wait(0.02) and connection.recv(1):
                    pass

        thread = threading.Thread(target=read_slowly)
        thread.start()
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        slow = make_caller(kind, url)
        try:
            with pytest.raises(errors.RequestTimeoutError):
                body = bytes(64 * 2**20)
                slow.call(SIZED, (None,), body, Options(deadline=1.0, retries=0))
        finally:
            leave.set()
            thread.join()
            slow.close()


def test_the_deadline_counts_all_attempts(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(silence())
    options = Options(timeout=0.5, deadline=1.25, retries=1_000_000)
    with pytest.raises(errors.RequestTimeoutError):
        caller.call(GET, ("a",), None, options)
    assert 1 <= len(server.requests) <= 3


def test_slow_answers_are_fine_without_a_deadline(
    caller: Caller, server: MisbehavingServer
) -> None:
    """A timeout is for each read; all of them together take longer."""
    server.then(drip(b'{"ok":true}', 0.25))
    assert caller.call(GET, ("a",), None, Options(timeout=2.5)) == GOOD


SIZED: Operation[JsonValue] = Operation(
    id="put",
    method="PUT",
    path="/things",
    parameters=(Parameter("Content-Length", "header"),),
    body=RawBody(),
    results={"200": Json(JsonValue)},
)


@pytest.mark.parametrize(
    ("body", "given", "sent"),
    [
        (b"12345", None, "5"),
        (b"12345", 5, "5"),
        (b"12345", 7, "5"),
        ("an iterator", 5, "5"),
        (None, 5, "0"),
    ],
)
def test_a_documented_content_length_counts_where_nobody_knows_it(
    caller: Caller,
    server: MisbehavingServer,
    body: object,
    given: int | None,
    sent: str,
) -> None:
    server.then(OK)
    caller.call(
        SIZED, (given,), iter([b"123", b"45"]) if isinstance(body, str) else body
    )
    assert server.requests[0].headers.get("content-length", "0") == sent
