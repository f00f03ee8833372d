"""Answers that are read as a whole: all of it, and no more than a limit, which counts what is unpacked."""

from __future__ import annotations

import asyncio
import gzip
import os
import tracemalloc
import zlib
from contextlib import closing

import pytest

from clientpress.runtime.wire.messages import Failure, Read, Request, Response
from clientpress.runtime.wire.protocol import Settings
from clientpress.runtime.wire.reading import Inflater
from clientpress.runtime.wire.transport import AsyncHttpTransport, HttpTransport
from tests.hostile.sides import zeros
from tests.servers.misbehaving import MisbehavingServer, Step, reply, stream
from tests.servers.sockets import eventually, sockets_to

from .callers import GET, make_caller

GZIPPED = {"Content-Encoding": "gzip"}


def request(url: str, longest: int | None, *, is_stream: bool = False) -> Request:
    return Request(
        method="GET",
        url=url,
        headers=[],
        body=None,
        timeout=5.0,
        give_up_at=None,
        max_body=longest,
        trusted=True,
        stream=is_stream,
        secret_names=frozenset(),
    )


def is_left(url: str) -> bool:
    """Whether the connection is closed, whose rest nobody reads."""
    return eventually(lambda: not sockets_to(int(url.rpartition(":")[2])))


def sent(
    kind: str, url: str, longest: int | None, *, later: bool = False
) -> Response | Failure:
    """What comes of a request, read at once or later as the bodies of errors are."""
    asked = request(url, None if later else longest, is_stream=later)
    if kind == "sync":
        transport = HttpTransport(Settings())
        with closing(transport):
            found = transport.send(asked)
            if later and isinstance(found, Response):
                found = transport.read(Read(found, None, longest))
            assert isinstance(found, Response) or is_left(url)
            return found

    async def send() -> Response | Failure:
        transport = AsyncHttpTransport(Settings())
        found = await transport.send(asked)
        if later and isinstance(found, Response):
            found = await transport.read(Read(found, None, longest))
        failed = isinstance(found, Failure)
        assert not failed or await asyncio.to_thread(is_left, url)
        await transport.close()
        return found

    return asyncio.run(send())


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize(
    ("step", "longest", "length"),
    [
        (reply(200, b"x" * 1000), None, 1000),
        (reply(200, b"x" * 1000), 1000, 1000),
        (reply(200, b"x" * 1000), 999, None),
        (reply(200, b""), 0, 0),
        (stream([b"x" * 600] * 2, content_type="text/plain"), 1200, 1200),
        (stream([b"x" * 600] * 2, content_type="text/plain"), 1199, None),
        (reply(200, zeros(1), GZIPPED), 1 << 20, 1 << 20),
        (reply(200, zeros(1), GZIPPED), (1 << 20) - 1, None),
        (reply(500, b"x" * 1000), 1000, 1000),
        (reply(500, b"x" * 1000), 999, 0),
    ],
)
def test_the_limit_is_the_last_byte_that_fits(
    kind: str,
    server: MisbehavingServer,
    step: Step,
    longest: int | None,
    length: int | None,
    later: bool,
) -> None:
    server.then(step)
    found = sent(kind, server.url, longest, later=later)
    if length is None:
        assert isinstance(found, Failure)
        assert (found.kind, found.sent) == ("garbled", True)
        assert f"longer than the {longest:,} bytes" in found.message
    else:
        assert isinstance(found, Response) and len(found.body) == length
    assert eventually(lambda: not sockets_to(server.port))


def test_a_bomb_is_not_held(kind: str, server: MisbehavingServer) -> None:
    """64 MiB that came as 64 KiB; no more than the limit is unpacked, and a piece."""
    server.then(reply(200, zeros(64), GZIPPED))
    tracemalloc.start()
    try:
        found = sent(kind, server.url, 1 << 20)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert isinstance(found, Failure)
    assert peak < 8 << 20


def test_a_compressed_answer_that_is_cut_is_asked_for_again(
    kind: str, server: MisbehavingServer
) -> None:
    """Even if all of the document is there, and only the check sum is not."""
    whole = gzip.compress(b'{"ok":true}')
    with closing(make_caller(kind, server.url)) as caller:
        for body in (whole[:-8], whole[:-1], whole[:12]):
            server.requests.clear()
            server.then(reply(200, body, GZIPPED), reply(200, whole, GZIPPED))
            assert caller.call(GET, ("a",)) == {"ok": True}
            assert len(server.requests) == 2


def test_a_compressed_answer_may_have_several_members(
    kind: str, server: MisbehavingServer
) -> None:
    """RFC 1952, section 2.2: their contents follow each other."""
    members = gzip.compress(b'{"ok":') + gzip.compress(b"") + gzip.compress(b"true}")
    with closing(make_caller(kind, server.url)) as caller:
        for body in (members, members + bytes(8)):
            server.then(reply(200, body, GZIPPED))
            assert caller.call(GET, ("a",)) == {"ok": True}


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_what_an_inflater_makes_does_not_depend_on_the_pieces(size: int) -> None:
    text = os.urandom(1000) + bytes(300_000)
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for coding, packed, whole in [
        ("gzip", gzip.compress(text[:500]) + gzip.compress(text[500:]), text),
        ("x-gzip", gzip.compress(text), text),
        ("deflate", zlib.compress(text), text),
        ("deflate", raw.compress(text) + raw.flush(), text),
        ("gzip", b"", b""),
        ("gzip", gzip.compress(text) + b"\0", text),
    ]:
        inflater = Inflater(coding)
        pieces = [
            piece
            for start in range(0, len(packed), size)
            for piece in inflater.feed(packed[start : start + size])
        ]
        assert b"".join(pieces) == whole
        assert inflater.is_whole
        assert max(map(len, pieces), default=0) <= 1 << 16
