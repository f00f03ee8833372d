"""What one call is told to wait, the others wait too, in both kinds of client."""

from __future__ import annotations

import pickle
import time
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from clientpress.runtime.calls import client as clients
from clientpress.runtime.calls.client import BaseClient
from clientpress.runtime.calls.core import Core
from clientpress.runtime.calls.limits import Clock
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.setup import make_core
from clientpress.runtime.wire import errors
from tests.servers.misbehaving import MisbehavingServer, reply

from .callers import GET, KEY, Caller, api, make_caller

OK = reply(200, b'{"ok":true}')
ONCE = Options(retries=0)
WAIT = {"Retry-After": "3"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of all clients stands still, so what is left of a pause is exact."""
    now = partial(float, time.monotonic())  # clients are pickled with it

    def make(*arguments: Any, **more: Any) -> Core:
        made = make_core(*arguments, **more)
        return made._replace(clock=Clock(monotonic=now))

    monkeypatch.setattr(clients, "make_core", make)


def refused(caller: Caller, options: Options = ONCE) -> None:
    with suppress(errors.StatusError):
        caller.call(GET, ("a",), options=options)


@pytest.mark.parametrize("status", [429, 503])
def test_all_calls_wait_for_a_server_that_has_had_enough(
    caller: Caller, server: MisbehavingServer, status: int
) -> None:
    server.then(reply(status, b"{}", WAIT), OK)
    refused(caller)
    assert caller.slept == []
    assert caller.call(GET, ("b",)) == {"ok": True}
    [seconds] = caller.slept
    assert 3 <= seconds <= 3 * 1.25


def test_the_call_itself_waits_once(caller: Caller, server: MisbehavingServer) -> None:
    server.then(reply(429, b"{}", WAIT), OK)
    assert caller.call(GET, ("a",)) == {"ok": True}
    assert caller.slept == [3.0]


def test_without_a_hint_the_others_wait_as_long_as_the_first(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(429, b"{}"), reply(429, b"{}"), OK)
    refused(caller, Options(retries=1))
    caller.call(GET, ("b",))
    first, second = caller.slept
    assert first <= second <= 1.25 * first


@pytest.mark.parametrize(("status", "headers"), [(500, WAIT), (503, {}), (404, WAIT)])
def test_other_answers_concern_one_call(
    caller: Caller, server: MisbehavingServer, status: int, headers: dict[str, str]
) -> None:
    server.then(reply(status, b"{}", headers), OK)
    refused(caller)
    caller.call(GET, ("b",))
    assert caller.slept == []


def test_a_call_without_the_time_asks_at_once(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(429, b"{}", {"Retry-After": "30"}), reply(429, b"{}"))
    refused(caller)
    with pytest.raises(errors.RateLimitError):
        caller.call(GET, ("b",), options=Options(deadline=5, retries=0))
    assert caller.slept == []


def test_a_server_that_wants_too_long_is_waited_for_two_minutes(
    caller: Caller, server: MisbehavingServer
) -> None:
    server.then(reply(429, b"{}", {"Retry-After": "86400"}), OK)
    refused(caller)
    caller.call(GET, ("b",))
    [seconds] = caller.slept
    assert 120 <= seconds <= 120 * 1.25


def test_other_servers_do_not_wait(kind: str, server: MisbehavingServer) -> None:
    """Nor do other clients."""
    with MisbehavingServer(OK) as other:
        caller, another = (make_caller(kind, server.url) for _ in range(2))
        server.then(reply(429, b"{}", WAIT), OK)
        refused(caller)
        caller.request("GET", f"{other.url}/x")
        another.call(GET, ("a",))
        assert caller.slept == another.slept == []
        caller.close()
        another.close()


def test_copies_share_the_pause_and_pickles_do_not() -> None:
    client = BaseClient(api(), {"bearer": KEY}, base_url="https://api.example")
    core, _ = client.__runtime__()
    core.pauses.note("https://api.example", 10.0)
    copy, _ = client.with_options(retries=0).__runtime__()
    assert copy.pauses.until("https://api.example") == 10.0
    loaded, _ = pickle.loads(pickle.dumps(client)).__runtime__()
    assert loaded.pauses.until("https://api.example") == 0.0
