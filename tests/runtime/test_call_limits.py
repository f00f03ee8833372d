"""How much of an answer is taken into memory, in both kinds of client."""

from __future__ import annotations

import gzip

import pytest

from clientpress.runtime.calls.options import Options, merge
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.operation import Operation
from tests.servers.misbehaving import MisbehavingServer, reply, stream

from .callers import GET, Caller, make_caller

BOMB = gzip.compress(b'"' + b"0" * 50_000_000 + b'"')
GZIP = {"Content-Encoding": "gzip"}
SMALL = Options(max_body=1_000_000)


@pytest.mark.parametrize("deadline", [None, 30.0])
def test_an_answer_that_unpacks_to_too_much_is_refused_once(
    caller: Caller, server: MisbehavingServer, deadline: float | None
) -> None:
    server.then(reply(200, BOMB, GZIP))
    with pytest.raises(errors.DecodeError, match="longer than the 1,000,000 bytes"):
        caller.call(GET, ("a",), options=merge(SMALL, Options(deadline=deadline)))
    assert len(server.requests) == 1


def test_the_limit_is_the_callers(caller: Caller, server: MisbehavingServer) -> None:
    body = b'"' + b"0" * 998 + b'"'
    server.then(reply(200, body))
    assert caller.call(GET, ("a",), options=Options(max_body=1000)) == "0" * 998
    with pytest.raises(errors.DecodeError):
        caller.call(GET, ("a",), options=Options(max_body=999))
    server.then(reply(200, BOMB, GZIP))
    whole = caller.call(GET, ("a",), options=merge(SMALL, Options(max_body=None)))
    assert len(str(whole)) == 50_000_000


def test_a_long_error_is_still_that_error(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(404, BOMB, GZIP))
    with pytest.raises(errors.NotFoundError) as caught:
        caller.call(GET, ("a",), options=SMALL)
    assert caught.value.raw == b""


def test_streams_have_no_limit(kind: str, server: MisbehavingServer) -> None:
    log: Operation[bytes] = Operation(
        id="log", method="GET", path="/log", results={"200": Raw()}
    )
    whole: Streaming[bytes] = Streaming(framing="bytes", item=Raw())
    server.then(stream([b"0" * 1000] * 100))
    items: list[bytes] = []
    caller = make_caller(kind, server.url, options=Options(max_body=10))
    caller.stream(log, whole, (), items)
    caller.close()
    assert sum(map(len, items)) == 100_000
