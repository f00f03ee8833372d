"""Tokens that many threads and tasks share, and functions that hand them out."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx2
import pytest

from clientpress.runtime.calls import flights
from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.calls.oauth import ClientCredentials
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.tokens import Credential
from clientpress.runtime.wire.decoders import Text
from clientpress.runtime.wire.errors import (
    AuthenticationError,
    ConfigurationError,
    RequestTimeoutError,
    ServerError,
)
from tests.servers.misbehaving import MisbehavingServer, reply, reset, when
from tests.servers.sockets import eventually

from .callers import Caller, make_caller

TOKEN = b'{"access_token": "the-token", "token_type": "bearer"}'


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """The issuer answers once it is set."""
    made = threading.Event()
    yield made
    made.set()


@pytest.fixture
def issuer(gate: threading.Event) -> Iterator[MisbehavingServer]:
    with MisbehavingServer(when(gate, reply(200, TOKEN))) as running:
        yield running


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[flights.Wait]:
    """Of calls that wait for the token that another call fetches."""
    found: list[flights.Wait] = []

    waiting_for = flights.Wait

    def wait(*arguments: Any) -> flights.Wait:
        found.append(waiting_for(*arguments))
        return found[-1]

    monkeypatch.setattr(flights, "Wait", wait)
    return found


def about(token_url: str) -> Api:
    scheme = SecurityScheme("oauth2", argument="token", token_url=token_url)
    return Api(
        name="example",
        security=Security(schemes={"oauth": scheme}, needed=(("oauth",),)),
        observers=("capture", "tracing"),
    )


def sync_client(
    server: MisbehavingServer, issuer: MisbehavingServer, **more: Any
) -> BaseClient:
    given: dict[str, Credential | None] = {"oauth": ClientCredentials("i", "s3cret")}
    api = about(f"{issuer.url}/token")
    return BaseClient(api, given, base_url=server.url, **more)


def async_client(
    server: MisbehavingServer, issuer: MisbehavingServer, **more: Any
) -> AsyncBaseClient:
    given: dict[str, Credential | None] = {"oauth": ClientCredentials("i", "s3cret")}
    api = about(f"{issuer.url}/token")
    return AsyncBaseClient(api, given, base_url=server.url, **more)


def sent_tokens(server: MisbehavingServer) -> list[str]:
    return [request.headers.get("authorization", "") for request in server.requests]


# ------------------------------------------------------------------ one fetch at a time
def test_threads_share_one_fetch(
    server: MisbehavingServer,
    issuer: MisbehavingServer,
    gate: threading.Event,
    waiting: list[flights.Wait],
) -> None:
    with sync_client(server, issuer) as client, ThreadPoolExecutor(12) as pool:
        calls = [pool.submit(client.request, "GET", f"/{n}") for n in range(12)]
        assert eventually(lambda: len(waiting) == 11)
        gate.set()
        assert [call.result() for call in calls] == [{"ok": True}] * 12
    assert len(issuer.requests) == 1
    assert sent_tokens(server) == ["Bearer the-token"] * 12


def test_tasks_share_one_fetch_and_the_loop_goes_on(
    server: MisbehavingServer, issuer: MisbehavingServer, gate: threading.Event
) -> None:
    """A token comes only if the loop goes round while it is fetched."""

    async def main() -> None:
        async def tick() -> None:
            while not issuer.requests:
                await asyncio.sleep(0.005)
            gate.set()

        async with async_client(server, issuer) as client:
            ticking = asyncio.create_task(tick())
            calls = [client.request("GET", f"/{n}") for n in range(12)]
            assert await asyncio.gather(*calls) == [{"ok": True}] * 12
            await ticking

    asyncio.run(main())
    assert len(issuer.requests) == 1
    assert sent_tokens(server) == ["Bearer the-token"] * 12


def test_event_loops_of_several_threads_share_one_fetch(
    waiting: list[flights.Wait],
) -> None:
    fetches: list[httpx2.Request] = []

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host != "id.example.com":
            return httpx2.Response(200, text=request.headers["authorization"])
        fetches.append(request)
        assert await asyncio.to_thread(eventually, lambda: len(waiting) == 8)
        return httpx2.Response(200, content=TOKEN)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    client = AsyncBaseClient(
        about("https://id.example.com/token"),
        {"oauth": ClientCredentials("i", "s3cret")},
        base_url="https://api.example.com",
        http_client=http,
    )

    async def main() -> list[str]:
        calls = [client.request("GET", "/x", result=Text()) for _ in range(3)]
        return list(await asyncio.gather(*calls))

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(lambda: asyncio.run(main())) for _ in range(3)]
        found = [one.result() for one in running]
    assert found == [["Bearer the-token"] * 3] * 3
    assert len(fetches) == 1


def test_a_cancelled_task_leaves_the_fetch_to_the_others(
    server: MisbehavingServer,
    issuer: MisbehavingServer,
    gate: threading.Event,
    waiting: list[flights.Wait],
) -> None:
    async def main() -> Any:
        async with async_client(server, issuer) as client:
            first = asyncio.create_task(client.request("GET", "/first"))
            assert await asyncio.to_thread(eventually, lambda: issuer.requests)
            others = [asyncio.create_task(client.request("GET", "/x")) for _ in "abc"]
            assert await asyncio.to_thread(eventually, lambda: len(waiting) == 3)
            others[0].cancel()  # one that only waits: the others hear nothing of it
            first.cancel()
            gate.set()
            return await asyncio.gather(first, *others, return_exceptions=True)

    first, waiting, *rest = asyncio.run(main())
    assert isinstance(first, asyncio.CancelledError)
    assert isinstance(waiting, asyncio.CancelledError)
    assert rest == [{"ok": True}] * 2
    assert len(issuer.requests) == 2


def test_all_who_wait_hear_of_a_failure_without_asking_again(
    server: MisbehavingServer,
    issuer: MisbehavingServer,
    gate: threading.Event,
    waiting: list[flights.Wait],
) -> None:
    issuer.then(when(gate, reply(401, b'{"error": "invalid_client"}')))

    def attempt(client: BaseClient, _: int) -> AuthenticationError[Any]:
        with pytest.raises(AuthenticationError) as caught:
            client.request("GET", "/")
        return caught.value

    with sync_client(server, issuer) as client, ThreadPoolExecutor(6) as pool:
        made = pool.map(partial(attempt, client), range(6))
        assert eventually(lambda: len(waiting) == 5)
        gate.set()
        errors = list(made)
        assert len(issuer.requests) == 1
        assert len({id(error) for error in errors}) == 6  # each has its own traceback
        assert {error.body["error"] for error in errors} == {"invalid_client"}
        issuer.then(reply(200, TOKEN))
        assert client.request("GET", "/") == {"ok": True}  # a later call asks again


def test_who_waits_does_so_only_until_the_own_deadline(
    server: MisbehavingServer, issuer: MisbehavingServer, gate: threading.Event
) -> None:
    with sync_client(server, issuer) as client, ThreadPoolExecutor(1) as pool:
        patient = pool.submit(client.request, "GET", "/patient")
        assert eventually(lambda: issuer.requests)
        hurried = client.with_options(deadline=0.1)
        with pytest.raises(RequestTimeoutError) as caught:
            hurried.request("GET", "/hurried")
        assert caught.value.phase == "deadline"
        gate.set()
        assert patient.result() == {"ok": True}
    assert len(issuer.requests) == 1


def test_a_hurried_call_that_fetches_does_not_fail_the_others(
    server: MisbehavingServer,
    issuer: MisbehavingServer,
    gate: threading.Event,
) -> None:
    async def main() -> Any:
        async with async_client(server, issuer) as client:
            hurried = client.with_options(deadline=2.0).request("GET", "/hurried")
            first = asyncio.create_task(hurried)
            assert await asyncio.to_thread(eventually, lambda: issuer.requests)
            first.add_done_callback(lambda _: gate.set())
            patient = client.request("GET", "/patient")
            return await asyncio.gather(first, patient, return_exceptions=True)

    failed, fine = asyncio.run(main())
    assert isinstance(failed, RequestTimeoutError)
    assert fine == {"ok": True}


# ------------------------------------------------------------------ over the wire
@pytest.fixture
def oauth_caller(
    kind: str,
    server: MisbehavingServer,
    issuer: MisbehavingServer,
    gate: threading.Event,
) -> Iterator[Caller]:
    gate.set()
    made = make_caller(
        *(kind, server.url),
        described=about(f"{issuer.url}/token"),
        credentials={"oauth": ClientCredentials("i", "s3cret")},
    )
    yield made
    made.close()


def test_a_revoked_token_is_replaced(
    oauth_caller: Caller, server: MisbehavingServer, issuer: MisbehavingServer
) -> None:
    issuer.then(reply(200, TOKEN), reply(200, TOKEN.replace(b"the", b"next")))
    server.then(reply(), reply(401), reply(200, b'{"ok":true}'))
    oauth_caller.request("GET", "/1")
    assert oauth_caller.request("POST", "/2", json={"a": 1}) == {"ok": True}
    assert sent_tokens(server) == [
        *("Bearer the-token", "Bearer the-token", "Bearer next-token")
    ]
    assert server.requests[1].body == server.requests[2].body == b'{"a":1}'


def test_a_body_that_cannot_be_sent_twice_is_not(
    oauth_caller: Caller, server: MisbehavingServer, issuer: MisbehavingServer
) -> None:
    server.then(reply(), reply(401))
    oauth_caller.request("GET", "/1")
    with pytest.raises(AuthenticationError):
        oauth_caller.request("POST", "/2", content=iter([b"a", b"b"]))
    assert len(server.requests) == 2
    assert len(issuer.requests) == 1


def test_a_broken_connection_to_the_token_url_is_tried_again(
    oauth_caller: Caller, server: MisbehavingServer, issuer: MisbehavingServer
) -> None:
    issuer.then(reset(), reply(503), reply(200, TOKEN))
    assert oauth_caller.request("GET", "/") == {"ok": True}
    assert len(issuer.requests) == 3
    issuer.then(reply(500))
    server.then(reply(401))
    with pytest.raises(ServerError):
        oauth_caller.request("GET", "/")


def test_logs_show_neither_secret_nor_token(
    oauth_caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        oauth_caller.request("GET", "/")
    assert "/token" in caplog.text  # where it was fetched is no secret
    logged = [r.getMessage() for r in caplog.records if r.name.startswith("httpx2")]
    assert "s3cret" not in "".join(logged) and "the-token" not in "".join(logged)


def test_a_handed_in_client_sends_token_requests_without_its_own_credentials(
    kind: str,
) -> None:
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        if request.url.host == "id.example.com":
            return httpx2.Response(200, content=TOKEN)
        return httpx2.Response(200, json={"ok": True})

    given: dict[str, Credential | None] = {"oauth": ClientCredentials("i", "s3cret")}
    api = about("https://id.example.com/token")
    more: dict[str, Any] = {"headers": {"X-Tenant": "t"}, "cookies": {"session": "c"}}
    transport = httpx2.MockTransport(answer)
    base = "https://api.example.com"
    if kind == "sync":
        http = httpx2.Client(transport=transport, **more)
        BaseClient(api, given, base_url=base, http_client=http).request("GET", "/")
    else:
        async_http = httpx2.AsyncClient(transport=transport, **more)
        client = AsyncBaseClient(api, given, base_url=base, http_client=async_http)
        asyncio.run(_request(client))
    token, call = seen
    assert token.headers["authorization"].startswith("Basic ")
    assert not {"x-tenant", "cookie"} & set(token.headers)
    assert (call.headers["authorization"], call.headers["x-tenant"]) == (
        "Bearer the-token",
        "t",
    )


async def _request(client: AsyncBaseClient) -> Any:
    return await client.request("GET", "/")


# ------------------------------------------------------------------ functions
def counted() -> Callable[[], str]:
    """A function that hands out t1, t2, …"""
    tokens = iter(range(1, 1000))
    return lambda: f"t{next(tokens)}"


def with_function(kind: str, server: MisbehavingServer, function: Credential) -> Caller:
    return make_caller(kind, server.url, credentials={"bearer": function})


def test_a_function_is_asked_before_each_request(
    kind: str, server: MisbehavingServer
) -> None:
    server.then(reply(503), reply(), reply())
    caller = with_function(kind, server, counted())
    caller.request("GET", "/1")
    caller.request("GET", "/2")
    caller.close()
    assert sent_tokens(server) == ["Bearer t1", "Bearer t2", "Bearer t3"]


def test_async_functions_are_awaited_and_others_do_not_block_the_loop(
    server: MisbehavingServer,
) -> None:
    async def token() -> str:
        await asyncio.sleep(0)
        return "async"

    def in_thread() -> str:
        assert threading.current_thread() is not threading.main_thread()
        return "sync"

    for function in (token, partial(token), in_thread):
        caller = with_function("async", server, function)
        caller.request("GET", "/")
        caller.close()
    assert sent_tokens(server) == ["Bearer async", "Bearer async", "Bearer sync"]


def test_a_blocking_client_refuses_async_functions(server: MisbehavingServer) -> None:
    async def token() -> str:
        raise AssertionError("never runs")

    caller = with_function("sync", server, token)
    with pytest.raises(ConfigurationError) as caught:
        caller.request("GET", "/")
    caller.close()
    assert str(caught.value) == (
        "The function for api_key is async; use the async client, or a function that"
        " is not async"
    )


def test_a_token_may_be_of_a_subclass_of_str(
    server: MisbehavingServer, kind: str
) -> None:
    class Text(str):
        __slots__ = ()

    caller = with_function(kind, server, lambda: Text("t-1"))
    caller.request("GET", "/")
    caller.close()
    assert server.requests[-1].headers["authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "must return a token, not an empty text"),
        (None, "must return a token, not a NoneType"),
        (b"hunter2", "must return a token, not a bytes"),
        ("hunter2\r\nX-Evil: 1", "must not hold control characters"),
    ],
)
def test_what_a_function_returns_has_to_be_a_token(
    kind: str, server: MisbehavingServer, value: Any, said: str
) -> None:
    caller = with_function(kind, server, lambda: value)
    with pytest.raises(ConfigurationError) as caught:
        caller.request("GET", "/")
    caller.close()
    assert said in str(caught.value) and "hunter2" not in str(caught.value)
    assert server.requests == []


def test_what_a_function_raises_comes_out(kind: str, server: MisbehavingServer) -> None:
    def fail() -> str:
        raise LookupError("not logged in")

    caller = with_function(kind, server, fail)
    with pytest.raises(LookupError, match="not logged in"):
        caller.request("GET", "/")
    caller.close()
