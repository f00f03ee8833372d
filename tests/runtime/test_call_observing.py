"""What hooks, the log and spans tell of calls, in both kinds of client."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.client import AsyncBaseClient
from clientpress.runtime.calls.hooks import Attempt, Hooks
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.tracing import Span, Tracing
from clientpress.runtime.wire import errors
from tests.servers.misbehaving import (
    MisbehavingServer,
    refused_url,
    reply,
    reset,
    silence,
)
from tests.servers.sockets import eventually

from .callers import CREATE, GET, KEY, Caller, api, make_caller

OK = reply(200, b'{"ok":true}', {"X-Request-Id": "r1"})
BUSY = reply(503, b"{}", {"Retry-After": "2"})


class Told(list[tuple[str, Attempt]]):
    """Everything that hooks were told."""

    @property
    def hooks(self) -> Hooks:
        return Hooks(
            request=lambda a: self.append(("request", a)),
            response=lambda a: self.append(("response", a)),
            retry=lambda a: self.append(("retry", a)),
        )


# ------------------------------------------------------------------ hooks
def test_hooks_see_each_attempt(caller: Caller, server: MisbehavingServer) -> None:
    server.then(BUSY, OK)
    told = Told()
    caller.call(GET, ("a",), options=Options(hooks=told.hooks))
    url = f"{server.url}/things/a"
    assert [(kind, a.number, a.status, a.wait, a.request_id) for kind, a in told] == [
        ("request", 1, None, None, ""),
        ("response", 1, 503, None, ""),
        ("retry", 1, 503, 2.0, ""),
        ("request", 2, None, None, ""),
        ("response", 2, 200, None, "r1"),
    ]
    assert {(a.operation, a.method, a.url) for _, a in told} == {
        ("getThing", "GET", url)
    }
    assert told[-1][1].headers["x-request-id"] == "r1"
    assert 0 < told[-1][1].elapsed < 10


def test_hooks_see_failures(kind: str) -> None:
    told = Told()
    caller = make_caller(kind, refused_url(), options=Options(hooks=told.hooks))
    with pytest.raises(errors.ConnectionFailedError):
        caller.call(GET, ("a",), options=Options(retries=0))
    caller.close()
    [_, (_, last)] = told
    assert last.status is None and last.failure and last.outcome == last.failure


def test_a_hook_may_refuse(caller: Caller, server: MisbehavingServer) -> None:
    def refuse(attempt: Attempt) -> None:
        raise PermissionError(attempt.operation)

    with pytest.raises(PermissionError, match="createThing"):
        caller.call(CREATE, (), {}, options=Options(hooks=Hooks(request=refuse)))
    assert server.requests == []


def test_hooks_of_a_client_are_those_of_its_calls(kind: str) -> None:
    told = Told()
    with MisbehavingServer(OK) as server:
        caller = make_caller(kind, server.url, options=Options(hooks=told.hooks))
        caller.call(GET, ("a",), options=Options(timeout=3))
        caller.close()
    assert [kind for kind, _ in told] == ["request", "response"]
    assert "hooks=..." in repr(Options(hooks=told.hooks))


def test_no_credentials_are_told(
    kind: str, caplog: pytest.LogCaptureFixture, spans: InMemorySpanExporter
) -> None:
    by_query = SecurityScheme("apiKey", place="query", name="key")
    described = api(security=Security(schemes={"key": by_query}, needed=(("key",),)))
    told = Told()
    with caplog.at_level(logging.DEBUG), MisbehavingServer(BUSY, OK) as server:
        caller = make_caller(
            kind,
            server.url,
            described=described,
            credentials={"key": KEY},
            options=Options(hooks=told.hooks, headers={"X-Token": KEY}),
        )
        caller.call(GET, ("a",))
        caller.close()
        assert f"key={KEY}" in server.requests[0].target
    made = [span.to_json() for span in spans.get_finished_spans()]
    assert KEY not in f"{told!r} {caplog.text} {made!r}"


# ------------------------------------------------------------------ the log
def test_the_log_has_attempts_and_retries(
    caller: Caller, server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.then(BUSY, OK)
    with caplog.at_level(logging.DEBUG, logger="example"):
        caller.call(GET, ("a",))
    lines = [
        (r.levelname, r.getMessage()) for r in caplog.records if r.name == "example"
    ]
    start = f"GET {server.url}/things/a: "
    assert [level for level, _ in lines] == ["DEBUG", "INFO", "DEBUG"]
    assert all(line.startswith(start) for _, line in lines)
    assert lines[1][1].endswith("s; again in 2.0 s")
    assert lines[2][1].endswith("attempt 2, request id r1")


def test_retries_alone_are_worth_a_note(
    caller: Caller, server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.then(reset(), OK)
    with caplog.at_level(logging.INFO, logger="example"):
        caller.call(GET, ("a",))
    [line] = [r.getMessage() for r in caplog.records if r.name == "example"]
    assert "again in" in line


# ------------------------------------------------------------------ spans
@pytest.fixture(scope="session")
def exporter() -> InMemorySpanExporter:
    made = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(made))
    trace.set_tracer_provider(provider)
    return made


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> Iterator[InMemorySpanExporter]:
    exporter.clear()
    yield exporter
    exporter.clear()


def only(spans: InMemorySpanExporter) -> ReadableSpan:
    [span] = spans.get_finished_spans()
    return span


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_is_a_span(
    caller: Caller, server: MisbehavingServer, spans: InMemorySpanExporter
) -> None:
    server.then(BUSY, OK)
    with trace.get_tracer("test").start_as_current_span("outer") as outer:
        caller.call(GET, ("a",))
    inner, _ = spans.get_finished_spans()
    assert inner.name == "GET /things/{id}" and inner.kind is trace.SpanKind.CLIENT
    assert inner.parent == outer.get_span_context()
    assert [(e.name, dict(e.attributes or {})) for e in inner.events] == [
        ("retry", {"outcome": "503", "wait": 2.0})
    ]
    assert attributes(inner) == {
        "http.request.method": "GET",
        "url.full": f"{server.url}/things/a",
        "url.template": "/things/{id}",
        "server.address": "127.0.0.1",
        "server.port": int(server.url.rpartition(":")[2]),
        "openapi.operation_id": "getThing",
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
    }


def test_the_protocols_are_what_opentelemetry_has() -> None:
    """The checkers compare them; what they name is there at run time as well."""
    tracing: Tracing = trace
    kind = tracing.SpanKind.CLIENT
    span: Span = tracing.get_tracer("a", "1").start_span("b", kind=kind, attributes={})
    for protocol, real in ((Tracing, tracing), (Span, span)):
        named = {*protocol.__annotations__, *vars(protocol)}
        for name in named:
            assert name.startswith("_") or hasattr(real, name), name
    span.end()


def test_a_span_says_what_went_wrong(
    caller: Caller, server: MisbehavingServer, spans: InMemorySpanExporter
) -> None:
    server.then(reply(404, b"{}"))
    with pytest.raises(errors.NotFoundError):
        caller.call(GET, ("a",))
    span = only(spans)
    assert span.status.status_code is trace.StatusCode.ERROR
    assert attributes(span)["error.type"] == "404"


def test_a_span_says_that_nothing_came(kind: str, spans: InMemorySpanExporter) -> None:
    caller = make_caller(kind, refused_url(), options=Options(retries=0))
    with pytest.raises(errors.ConnectionFailedError):
        caller.call(GET, ("a",))
    caller.close()
    assert attributes(only(spans))["error.type"] == "ConnectionFailedError"


def test_the_span_of_a_cancelled_call_ends(spans: InMemorySpanExporter) -> None:
    async def run() -> None:
        with MisbehavingServer(silence()) as server:
            async with AsyncBaseClient(
                api(), {"bearer": KEY}, base_url=server.url
            ) as client:
                task = asyncio.create_task(client.request("GET", "/x"))
                assert await asyncio.to_thread(eventually, lambda: server.requests)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task

    asyncio.run(run())
    assert attributes(only(spans))["error.type"] in ("GeneratorExit", "CancelledError")


def test_a_program_without_tracing_has_no_spans(
    caller: Caller,
    server: MisbehavingServer,
    spans: InMemorySpanExporter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "opentelemetry.trace")
    caller.call(GET, ("a",))
    assert spans.get_finished_spans() == ()
