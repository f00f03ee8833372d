"""Clients themselves: set-up, handed-in HTTP clients, copies, pickles, processes, logs."""

from __future__ import annotations

import asyncio
import gc
import logging
import multiprocessing
import os
import pickle
import subprocess
import sys
import warnings
from functools import cached_property
from multiprocessing.context import ForkContext, SpawnContext
from types import ModuleType
from typing import Any

import httpx2
import pytest

from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options, merge
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.wire import errors
from tests.servers.misbehaving import MisbehavingServer, reply

from .callers import GET, KEY, AsyncThings, Caller, Things, api

OK = reply(200, b'{"ok":true}')
GOOD = {"ok": True}


class Client(BaseClient):
    """What generated code makes of it."""

    def __init__(self, api_key: str | None = None, **more: Any) -> None:
        super().__init__(
            api(base_url_env=("EXAMPLE_BASE_URL",)), {"bearer": api_key}, **more
        )

    @cached_property
    def things(self) -> Things:
        return Things(self)


class AsyncClient(AsyncBaseClient):
    """What generated code makes of it."""

    def __init__(self, api_key: str | None = None, **more: Any) -> None:
        super().__init__(api(), {"bearer": api_key}, **more)


# ------------------------------------------------------------------ set-up
def test_a_missing_key_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXAMPLE_API_KEY", raising=False)
    for cls in (Client, AsyncClient):
        with pytest.raises(errors.ConfigurationError) as caught:
            cls(base_url="https://h")
        assert "api_key" in str(caught.value)
        assert "EXAMPLE_API_KEY" in str(caught.value)
    monkeypatch.setenv("EXAMPLE_API_KEY", KEY)
    Client(base_url="https://h")


def test_where_the_base_url_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(errors.ConfigurationError, match="EXAMPLE_BASE_URL"):
        Client(KEY)
    monkeypatch.setenv("EXAMPLE_BASE_URL", "https://from-environment/v1/")
    assert repr(Client(KEY)) == "Client(base_url='https://from-environment/v1')"
    given = Client(KEY, base_url="https://user:pw@given")
    assert repr(given) == "Client(base_url='https://given')"


@pytest.mark.parametrize(
    "more",
    [
        {"base_url": "nonsense"},
        {"base_url": "https://h", "options": Options(idempotency_key="x")},
        {"base_url": "https://h", "user_agent": "a\nb"},
        {"base_url": "https://h", "http_client": object()},
    ],
)
def test_what_clients_cannot_be_made_of(more: dict[str, Any]) -> None:
    with pytest.raises(errors.ConfigurationError):
        Client(KEY, **more)


def test_the_wrong_kind_of_http_client_is_told_at_once() -> None:
    with (
        httpx2.Client() as blocking,
        pytest.raises(errors.ConfigurationError, match="AsyncClient"),
    ):
        AsyncClient(KEY, base_url="https://h", http_client=blocking)
    with pytest.raises(errors.ConfigurationError, match=r"httpx2\.Client, not"):
        Client(KEY, base_url="https://h", http_client=httpx2.AsyncClient())


def test_certificates_that_cannot_be_loaded() -> None:
    client = Client(KEY, base_url="https://127.0.0.1:1", verify="/nothing.pem")
    with pytest.raises(errors.ConfigurationError, match="verify"):
        client.things.call(GET, ("a",))


def test_neither_module_nor_client_loads_the_http_library() -> None:
    code = (
        "import sys\n"
        "from clientpress.runtime.calls.client import BaseClient\n"
        "from clientpress.runtime.calls.core import Api\n"
        "from clientpress.runtime.calls.group import Group\n"
        "Group(BaseClient(Api(name='x', base_url='https://h'), {}))\n"
        "heavy = {'httpx2', 'ssl', 'asyncio', 'anyio'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    path = os.pathsep.join(sys.path)
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": path}
    )


# ------------------------------------------------------------------ handed-in clients
def test_headers_cookies_and_query_of_a_handed_in_client_apply(
    server: MisbehavingServer,
) -> None:
    with httpx2.Client(
        headers={"X-Team": "7", "Accept": "text/never"},
        cookies={"session": "abc"},
        params={"trace": "1"},
    ) as given:
        client = Client(KEY, base_url=server.url, http_client=given)
        options = Options(query={"a": "b,c"}, headers={"accept": "application/json"})
        assert client.things.call(GET, ("x",), options=options) == GOOD
        client.close()
        assert not given.is_closed  # it belongs to the caller
        (request,) = server.requests
        assert request.target == "/things/x?a=b%2Cc&trace=1"
        assert request.headers["x-team"] == "7"
        assert request.headers["cookie"] == "session=abc"
        assert request.headers["accept"] == "application/json"
        assert request.headers["authorization"] == f"Bearer {KEY}"


def test_a_handed_in_client_may_bring_the_credentials(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXAMPLE_API_KEY", raising=False)
    described = api(security=None)
    headers = {"X-Team": "7", "Cookie": "a=b"}
    with httpx2.Client(auth=("user", KEY), headers=headers) as given:
        client = BaseClient(described, {}, base_url=server.url, http_client=given)
        with MisbehavingServer(OK) as other:
            server.then(reply(302, headers={"Location": f"{other.url}/x"}))
            Things(client).call(GET, ("x",))
            assert "authorization" in server.requests[0].headers
            assert server.requests[0].headers["x-team"] == "7"
            strange = other.requests[0].headers
            assert not {"authorization", "x-team", "cookie"} & set(strange)
        Client(base_url=server.url, http_client=given)


def test_an_async_client_is_handed_in(server: MisbehavingServer) -> None:
    async def main() -> object:
        async with httpx2.AsyncClient(headers={"X-Team": "7"}) as given:
            client = AsyncClient(KEY, base_url=server.url, http_client=given)
            return await AsyncThings(client).call(GET, ("x",))

    assert asyncio.run(main()) == GOOD
    assert server.requests[0].headers["x-team"] == "7"


# ------------------------------------------------------------------ copies and pickles
def test_copies_share_connections(server: MisbehavingServer) -> None:
    with Client(KEY, base_url=server.url) as client:
        client.things.call(GET, ("a",))
        copy = client.with_options(headers={"X-A": "1"}, retries=0, timeout=None)
        assert type(copy) is Client
        copy.things.call(GET, ("b",))
        client.things.call(GET, ("c",))
    assert [r.headers.get("x-a") for r in server.requests] == [None, "1", None]
    assert len(server.accepted) == 1


def test_merging_options() -> None:
    client = Options(timeout=1.0, retries=5, headers={"A": "1"}, query={"q": 1})
    call = Options(timeout=None, deadline=9.0, headers={"a": "2"}, query={"r": 2})
    assert merge(client, None) is client
    assert merge(client, call) == Options(
        timeout=None,
        deadline=9.0,
        retries=5,
        headers={"a": "2"},
        query={"q": 1, "r": 2},
    )
    shown = repr(Options(headers={"X": KEY}, query={"q": KEY}, idempotency_key=KEY))
    assert KEY not in shown
    assert "'X'" in shown


def test_pickled_clients_work(server: MisbehavingServer) -> None:
    with Client(KEY, base_url=server.url, options=Options(retries=0)) as client:
        client.things.call(GET, ("a",))
        arrived: Client = pickle.loads(pickle.dumps(client))
        with arrived:
            assert arrived.things.call(GET, ("b",)) == GOOD
    assert server.requests[1].headers["authorization"] == f"Bearer {KEY}"


def test_a_key_of_the_environment_stays_there(
    monkeypatch: pytest.MonkeyPatch, server: MisbehavingServer
) -> None:
    monkeypatch.setenv("EXAMPLE_API_KEY", KEY)
    data = pickle.dumps(Client(base_url=server.url))
    assert KEY.encode() not in data
    with pickle.loads(data) as arrived:
        assert arrived.things.call(GET, ("b",)) == GOOD
    monkeypatch.delenv("EXAMPLE_API_KEY")
    with pickle.loads(data) as arrived, pytest.raises(errors.ConfigurationError):
        arrived.things.call(GET, ("b",))


def make_http_client() -> httpx2.Client:
    return httpx2.Client(headers={"X-Team": "7"})


def test_pickling_with_a_handed_in_client(server: MisbehavingServer) -> None:
    with make_http_client() as given:
        client = Client(KEY, base_url=server.url, http_client=given)
        with pytest.raises(TypeError, match="http_client"):
            pickle.dumps(client)
    client = Client(KEY, base_url=server.url, http_client=make_http_client)
    with pickle.loads(pickle.dumps(client)) as arrived:
        assert arrived.things.call(GET, ("b",)) == GOOD
    assert server.requests[0].headers["x-team"] == "7"


def patient_http_client() -> httpx2.Client:
    """Its idle connections stay, however long a process takes to start."""
    return httpx2.Client(limits=httpx2.Limits(keepalive_expiry=None))


def call_in_child(client: Client, answers: Any) -> None:
    answers.put(client.things.call(GET, ("child",)))


@pytest.mark.parametrize(
    "context",
    [multiprocessing.get_context("fork"), multiprocessing.get_context("spawn")],
    ids=["fork", "spawn"],
)
def test_processes(
    server: MisbehavingServer, context: ForkContext | SpawnContext
) -> None:
    with Client(KEY, base_url=server.url, http_client=patient_http_client) as client:
        client.things.call(GET, ("parent",))
        answers: Any = context.SimpleQueue()
        child = context.Process(target=call_in_child, args=(client, answers))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # fork beside threads
            child.start()
        assert answers.get() == GOOD
        child.join(120)
        assert child.exitcode == 0
        assert client.things.call(GET, ("parent",)) == GOOD
    assert len(server.accepted) == 2  # the parent's connection was left alone
    gc.collect()


# ------------------------------------------------------------------ errors of the package
def test_errors_of_the_generated_package(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StatusError(errors.StatusError[Any]):
        pass

    class NotFoundError(StatusError, errors.NotFoundError[Any]):
        pass

    package, module = ModuleType("made_package"), ModuleType("made_package.errors")
    vars(module).update(StatusError=StatusError, NotFoundError=NotFoundError)
    monkeypatch.setitem(sys.modules, "made_package", package)
    monkeypatch.setitem(sys.modules, "made_package.errors", module)
    for name, expected in (
        ("made_package", NotFoundError),
        ("missing_package", errors.NotFoundError),
        (None, errors.NotFoundError),
    ):
        described = api(package=name)
        with BaseClient(described, {"bearer": KEY}, base_url=server.url) as client:
            server.then(reply(404))
            with pytest.raises(errors.NotFoundError) as caught:
                Things(client).call(GET, ("a",))
            assert type(caught.value) is expected


# ------------------------------------------------------------------ secrets
def test_no_key_is_shown_anywhere(
    server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    schemes = {
        "query": SecurityScheme("apiKey", name="k", place="query"),
        "header": SecurityScheme("apiKey", name="X-K"),
    }
    described = api(security=Security(schemes=schemes, needed=(("query", "header"),)))
    client = BaseClient(described, {"query": KEY, "header": KEY}, base_url=server.url)
    with client:
        server.then(reply(500, b'{"error":"no"}'))
        with pytest.raises(errors.ServerError) as caught:
            Things(client).call(GET, ("a",), options=Options(retries=0))
        error = caught.value
        assert f"k={KEY}" in server.requests[0].target
        assert server.requests[0].headers["x-k"] == KEY
        assert "k=***" in error.url
        assert "k=***" in caplog.text
        shown = [str(error), repr(error), error.curl, repr(vars(error)), repr(client)]
        shown += [caplog.text, repr(vars(client)), repr(pickle.dumps(error))]
        assert not [text for text in shown if KEY in text]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"timeout": "3"}, "timeout must be a number of seconds, not '3'"),
        ({"timeout": -3}, "timeout must not be negative: -3"),
        ({"deadline": True}, "deadline must be a number of seconds, not True"),
        ({"deadline": float("nan")}, "deadline must not be negative: nan"),
        ({"retries": 1.5}, "retries must be a whole number, not 1.5"),
        ({"retries": None}, "retries must be a whole number, not None"),
        ({"max_body": "1k"}, "max_body must be a whole number, not '1k'"),
        ({"query": "a=1"}, "query must be a mapping, not str"),
        ({"headers": {"X": 1}}, "headers: the value of 'X' must be a str, not int"),
        ({"hooks": print}, "hooks must be Hooks(...), not builtin_function_or_method"),
    ],
)
def test_settings_that_cannot_be_meant(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        Options(**settings)
    assert caught.value.message == said


def test_options_that_are_none(caller: Caller) -> None:
    wrong: Any = {"timeout": 3}
    said = r"options must be Options\(\.\.\.\), not a dict"
    with pytest.raises(errors.ConfigurationError, match=said):
        caller.call(GET, ("a",), options=wrong)
    with pytest.raises(errors.ConfigurationError, match=said):
        BaseClient(api(), {"bearer": KEY}, base_url="https://a.example", options=wrong)
