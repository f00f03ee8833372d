"""Redirects: which are followed, and that no key goes to another origin."""

from __future__ import annotations

from typing import Any

import pytest

from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.servers.misbehaving import (
    MisbehavingServer,
    reply,
)

from .callers import CREATE, GET, KEY, Caller, api, make_caller

OK = reply(200, b'{"ok":true}')
GOOD = {"ok": True}


# ------------------------------------------------------------------ redirects
def locations(server: MisbehavingServer) -> list[str]:
    return [f"{request.method} {request.target}" for request in server.requests]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_get_follows_redirects_and_keeps_its_key_at_home(
    caller: Caller, server: MisbehavingServer, status: int
) -> None:
    server.then(reply(status, headers={"Location": "/new?x=1"}), OK)
    assert caller.call(GET, ("a",)) == GOOD
    assert locations(server) == ["GET /things/a", "GET /new?x=1"]
    assert server.requests[1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_follows_only_redirects_that_keep_it(
    caller: Caller, server: MisbehavingServer, status: int
) -> None:
    server.then(reply(status, headers={"Location": "/new"}), OK)
    assert caller.call(CREATE, (), {"a": 1}) == GOOD
    assert locations(server) == ["POST /things", "POST /new"]
    assert server.requests[1].body == b'{"a":1}'


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_does_not_become_a_get(
    caller: Caller, server: MisbehavingServer, status: int
) -> None:
    server.then(reply(status, headers={"Location": "/new"}), OK)
    with pytest.raises(errors.StatusError) as caught:
        caller.call(CREATE, (), {"a": 1})
    assert caught.value.status == status
    assert len(server.requests) == 1


def test_redirects_end(caller: Caller, server: MisbehavingServer) -> None:
    server.then(reply(302, headers={"Location": "/again"}))
    with pytest.raises(errors.StatusError) as caught:
        caller.call(GET, ("a",))
    assert caught.value.status == 302
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    "location", ["ftp://h/x", "http://u:p@127.0.0.1/", "//[bad", "", "http://h\\@x/"]
)
def test_redirects_that_lead_nowhere_are_answers(
    caller: Caller, server: MisbehavingServer, location: str
) -> None:
    server.then(reply(302, headers={"Location": location}))
    with pytest.raises(errors.StatusError):
        caller.call(GET, ("a",))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("scheme", "credential"),
    [
        (SecurityScheme("http", scheme="bearer"), KEY),
        (SecurityScheme("http", scheme="basic"), ("user", KEY)),
        (SecurityScheme("apiKey", name="X-Api-Key"), KEY),
        (SecurityScheme("apiKey", name="api_token", place="query"), KEY),
        (SecurityScheme("apiKey", name="session", place="cookie"), KEY),
    ],
)
def test_no_key_goes_to_another_origin(
    kind: str,
    server: MisbehavingServer,
    scheme: SecurityScheme,
    credential: Any,
) -> None:
    described = api(security=Security(schemes={"key": scheme}, needed=(("key",),)))
    operation: Operation[JsonValue] = Operation(
        id="getThing",
        method="GET",
        path="/things",
        parameters=(Parameter("X-Token", "header"), Parameter("sid", "cookie")),
        results={"200": Json(JsonValue)},
    )
    with MisbehavingServer(OK) as other:  # another port is another origin
        # Some servers repeat the query in the redirect.
        file = f"{other.url}/file?api_token={KEY}&sig=s"
        server.then(reply(307, headers={"Location": file}))
        caller = make_caller(
            kind, server.url, described=described, credentials={"key": credential}
        )
        options = Options(headers={"X-Mine": KEY}, query={"mine": 1})
        assert caller.call(operation, (KEY, KEY), None, options) == GOOD
        caller.close()
        (stranger,) = other.requests
    seen = repr(server.requests[0])
    assert KEY in seen
    assert seen.count(KEY) + ("Basic" in seen) >= 4
    if scheme.place == "query":
        assert KEY not in repr(stranger)
        assert stranger.target == "/file?sig=s"
    else:  # another key of the server, as in a signed URL
        assert stranger.target == f"/file?api_token={KEY}&sig=s"
        assert KEY not in repr(stranger.headers)
    assert set(stranger.headers) <= {
        "accept",
        "accept-encoding",
        "connection",
        "host",
        "user-agent",
    }
