"""What is sent, what comes back, and the connections, in both kinds of client."""

from __future__ import annotations

import asyncio
import gc
import socket
import threading
import warnings
from pathlib import Path

import pytest

from clientpress.runtime.calls.capture import capture
from clientpress.runtime.calls.client import AsyncBaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.by_media import ByMedia
from clientpress.runtime.wire.decoders import Nothing, Raw, Text
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from tests.servers.misbehaving import (
    MisbehavingServer,
    drip,
    half_a_body,
    reply,
)
from tests.servers.sockets import eventually

from .callers import CREATE, GET, KEY, AsyncThings, Caller, api, make_caller

OK = reply(200, b'{"ok":true}')
GOOD = {"ok": True}


# ------------------------------------------------------------------ results
def test_documented_error_bodies_and_what_servers_really_send(
    caller: Caller, server: MisbehavingServer
) -> None:
    cases: list[tuple[bytes, str, object]] = [
        (b'{"error":"no"}', "application/json", {"error": "no"}),
        (b"<html>no</html>", "text/html", "<html>no</html>"),
        (b"caf\xe9", "text/plain; charset=latin-1", "café"),
        (b"", "application/json", None),
    ]
    for body, content_type, expected in cases:
        server.then(
            reply(404, body, {"Content-Type": content_type, "X-Request-Id": "r7"})
        )
        with pytest.raises(errors.NotFoundError) as caught:
            caller.call(GET, ("a",))
        error = caught.value
        assert (error.status, error.body, error.raw) == (404, expected, body)
        assert (error.request_id, error.operation) == ("r7", "getThing")


class Problem(ApiModel):
    error: str


def test_a_documented_error_body_has_its_type(
    caller: Caller, server: MisbehavingServer
) -> None:
    operation: Operation[JsonValue] = Operation(
        id="get",
        method="GET",
        path="/x",
        results={"200": Json(JsonValue)},
        errors={"404": Json(Problem), "4XX": Raw(), "default": Text()},
    )
    cases: list[tuple[int, bytes, object]] = [
        (404, b'{"error":"no"}', Problem(error="no")),
        (404, b'{"error":5}', {"error": 5}),
        (422, b'{"error":"no"}', b'{"error":"no"}'),
        (501, b'{"error":"no"}', '{"error":"no"}'),
    ]
    for status, body, expected in cases:
        server.then(reply(status, body))
        with pytest.raises(errors.StatusError) as caught:
            caller.call(operation)
        assert caught.value.body == expected
        assert caught.value.status == status


def test_an_error_that_breaks_off_still_tells_its_status(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(half_a_body(status=400))
    with pytest.raises(errors.BadRequestError):
        caller.call(CREATE, (), {"a": 1})


def test_a_success_that_does_not_fit_keeps_the_answer(
    caller: Caller, server: MisbehavingServer
) -> None:
    operation: Operation[dict[str, int]] = Operation(
        id="createThing",
        method="POST",
        path="/things",
        results={"200": Json(dict[str, int])},
    )
    server.then(reply(200, b'{"id":"file_1"}', {"X-Request-Id": "r8"}))
    with pytest.raises(errors.DecodeError) as caught:
        caller.call(operation, options=Options(misfit="raise"))
    error = caught.value
    assert (error.raw, error.status, error.request_id) == (
        b'{"id":"file_1"}',
        200,
        "r8",
    )
    assert [issue.path for issue in error.issues] == ["/id"]
    assert len(server.requests) == 1
    assert "file_1" not in str(error)


def test_results_by_status_and_media_type(
    caller: Caller, server: MisbehavingServer
) -> None:
    operation: Operation[object] = Operation(
        id="get",
        method="GET",
        path="/x",
        results={
            "200": ByMedia(
                {
                    "application/json": Json(JsonValue),
                    "text/*": Text(),
                    "application/octet-stream": Raw(),
                }
            ),
            "204": Nothing(),
            "2XX": Raw(),
        },
    )
    cases: list[tuple[int, str, bytes, object]] = [
        (200, "application/json", b"[1]", [1]),
        (200, "application/problem+json; charset=utf-8", b"[1]", [1]),
        (200, "text/csv; charset=latin-1", b"\xe9", "é"),
        (200, "application/octet-stream", b"[1]", b"[1]"),
        (200, "application/unknown", b"[1]", b"[1]"),
        (200, "image/png", b"\x89PNG", b"\x89PNG"),
        (202, "application/json", b"[1]", b"[1]"),
        (204, "application/json", b"", None),
    ]
    for status, content_type, body, expected in cases:
        server.then(reply(status, body, {"Content-Type": content_type}))
        assert caller.call(operation) == expected


def test_an_undocumented_success_is_read_as_the_documented_one(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(202, b'{"ok":true}'))
    assert caller.call(GET, ("a",)) == GOOD


def test_capture(caller: Caller, server: MisbehavingServer) -> None:
    server.then(
        reply(500), reply(200, b'{"ok":true}', {"X-Request-Id": "r1"}), reply(404)
    )
    with capture() as outer:
        caller.call(GET, ("a",))
        with capture() as inner, pytest.raises(errors.NotFoundError):
            caller.call(GET, ("b",))
    assert [call.status for call in outer] == [200, 404]
    assert [call.status for call in inner] == [404]
    first = outer[0]
    assert (first.attempts, first.request_id, first.body) == (2, "r1", b'{"ok":true}')
    assert first.headers["Content-Type"] == "application/json"
    assert (first.method, first.operation) == ("GET", "getThing")
    assert first.elapsed > 0
    assert KEY not in repr(outer)


def test_threads_do_not_see_each_others_captures(server: MisbehavingServer) -> None:
    caller = make_caller("sync", server.url)
    with capture() as calls:
        thread = threading.Thread(target=lambda: caller.call(GET, ("other",)))
        thread.start()
        thread.join()
        caller.call(GET, ("mine",))
    assert [call.url.rpartition("/")[2] for call in calls] == ["mine"]
    caller.close()


# ------------------------------------------------------------------ what is sent
def test_a_request_to_the_last_header(
    caller: Caller, server: MisbehavingServer
) -> None:
    options = Options(
        headers={"X-Mine": "1", "ACCEPT": "text/x"}, query={"a": [1, 2], "b": "c d"}
    )
    caller.call(GET, ("a/b",), None, options)
    (request,) = server.requests
    assert request.target == "/things/a%2Fb?a=1&a=2&b=c%20d"
    assert request.headers == {
        "host": server.url.removeprefix("http://"),
        "accept": "text/x",
        "x-mine": "1",
        "authorization": f"Bearer {KEY}",
        "user-agent": request.headers["user-agent"],
        "accept-encoding": "gzip, deflate",
    }
    assert request.headers["user-agent"].startswith("example/1.2 python/3.")


def test_options_of_client_and_call(kind: str, server: MisbehavingServer) -> None:
    options = Options(headers={"X-A": "1", "X-B": "1"}, query={"q": 1}, retries=0)
    caller = make_caller(kind, server.url, options=options)
    more = Options(headers={"x-b": "2"}, query={"r": 2}, extra_body={"z": 1})
    caller.call(CREATE, (), {"a": 1}, more)
    (request,) = server.requests
    assert (request.headers["x-a"], request.headers["x-b"]) == ("1", "2")
    assert request.target == "/things?q=1&r=2"
    assert request.body == b'{"a":1,"z":1}'
    server.then(reply(500))
    with pytest.raises(errors.ServerError) as caught:
        caller.call(GET, ("a",))
    assert caught.value.attempts == 1
    caller.close()


def test_invalid_arguments_send_nothing(
    caller: Caller, server: MisbehavingServer
) -> None:
    for arguments, options in (
        (("..",), None),
        (("",), None),
        (("a",), Options(headers={"X": "a\r\nB: c"})),
        (("a",), Options(headers={"X Y": "a"})),
        (("a",), Options(idempotency_key="a\nb")),
    ):
        with pytest.raises(errors.InvalidRequestError) as caught:
            caller.call(GET, arguments, None, options)
        assert caught.value.operation == "getThing"
    assert server.requests == []


def test_uploads(caller: Caller, server: MisbehavingServer, tmp_path: Path) -> None:
    upload: Operation[JsonValue] = Operation(
        id="upload",
        method="POST",
        path="/files",
        body=MultipartBody(parts=(Part("purpose"), Part("file", file=True))),
        results={"200": Json(JsonValue)},
    )
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"a":1}\n' * 100_000)
    caller.call(upload, (), {"file": path, "purpose": "batch", "gone": None})
    (request,) = server.requests
    assert request.headers["content-length"] == str(len(request.body))
    boundary = request.headers["content-type"].partition("boundary=")[2].encode()
    purpose, file = request.body.split(b"--" + boundary)[1:3]
    assert purpose.endswith(b'name="purpose"\r\n\r\nbatch\r\n')
    assert b'name="file"; filename="in.jsonl"\r\n' in file
    assert file.endswith(b"\r\n\r\n" + path.read_bytes() + b"\r\n")


def test_the_escape_hatch(caller: Caller, server: MisbehavingServer) -> None:
    assert caller.request("get", "/new/{x}?a=b", query={"c": [1, 2]}) == GOOD
    assert caller.request("POST", "new", json={"a": None}, result=dict) == GOOD
    assert caller.request("PUT", "/raw", content=b"x", result=Raw()) == b'{"ok":true}'
    assert _locations(server) == [
        "GET /new/%7Bx%7D?a=b&c=1&c=2",
        "POST /new",
        "PUT /raw",
    ]
    assert server.requests[1].body == b'{"a":null}'
    assert server.requests[2].body == b"x"
    assert all(KEY in request.headers["authorization"] for request in server.requests)
    with MisbehavingServer(OK) as other:
        assert caller.request("GET", f"{other.url}/signed?x=1") == GOOD
        assert KEY not in repr(other.requests)
    for path in ("/a/../b", "/%2e%2e/b", "http://u:p@h/"):
        with pytest.raises(errors.InvalidRequestError):
            caller.request("GET", path)
    server.then(reply(404, b'{"error":"no"}'))
    with pytest.raises(errors.NotFoundError, match="no"):
        caller.request("GET", "/new")


def test_a_misspelt_argument_of_the_escape_hatch_is_refused(caller: Caller) -> None:
    with pytest.raises(TypeError, match="qurey"):
        caller.request("GET", "/new", qurey={"c": 1})


# ------------------------------------------------------------------ connections
def test_connections_are_used_again_and_closed(
    kind: str, server: MisbehavingServer
) -> None:
    caller = make_caller(kind, server.url)
    for _ in range(5):
        caller.call(GET, ("a",))
    assert server.open_connections() == 1
    caller.close_client()
    assert eventually(lambda: server.open_connections() == 0)
    with pytest.raises(errors.ConfigurationError, match="closed"):
        caller.call(GET, ("a",))
    caller.close()


def test_cancelling_leaves_no_connection(server: MisbehavingServer) -> None:
    server.then(drip(b"x" * 1_000_000, 0.01))

    async def main() -> int:
        client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=server.url)
        task = asyncio.create_task(AsyncThings(client).call(GET, ("a",)))
        assert await asyncio.to_thread(eventually, lambda: server.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gone = await asyncio.to_thread(
            eventually, lambda: server.open_connections() == 0
        )
        await client.aclose()
        return gone

    assert asyncio.run(main())
    assert len(server.requests) == 1


def test_a_client_works_in_one_event_loop_after_the_other(
    server: MisbehavingServer,
) -> None:
    client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=server.url)

    async def twice(things: AsyncThings) -> list[JsonValue]:
        return [await things.call(GET, ("a",)), await things.call(GET, ("a",))]

    assert asyncio.run(twice(AsyncThings(client))) == [GOOD, GOOD]
    assert asyncio.run(twice(AsyncThings(client))) == [GOOD, GOOD]
    asyncio.run(client.aclose())
    del client
    with warnings.catch_warnings():  # their loops are gone, so nobody could close them
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def test_the_server_of_these_tests_speaks_http(server: MisbehavingServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as plain:
        plain.sendall(b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        assert plain.recv(1000).startswith(b"HTTP/1.1 200 Status\r\n")


def _locations(server: MisbehavingServer) -> list[str]:
    return [f"{request.method} {request.target}" for request in server.requests]
