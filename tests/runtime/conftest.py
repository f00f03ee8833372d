"""A server and both kinds of client, for tests of whole calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.misbehaving import MisbehavingServer, reply

from .callers import Caller, make_caller


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer(reply(200, b'{"ok":true}')) as running:
        yield running


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def caller(kind: str, server: MisbehavingServer) -> Iterator[Caller]:
    made = make_caller(kind, server.url)
    yield made
    made.close()
