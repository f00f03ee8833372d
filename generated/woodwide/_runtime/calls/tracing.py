# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Observation of calls: hooks, the log, spans of OpenTelemetry. They never get credentials.

It costs nothing until one of the three is used.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, cast
from urllib.parse import urlsplit

from ..wire import urls
from ..wire.messages import Failure, Headers, Request, Response
from .answers import trace_of
from .hooks import Attempt, Hooks
from .observing import Watch

if TYPE_CHECKING:
    from .core import Core
    from .preparing import Prepared

_TRACING = "opentelemetry.trace"


def watching(core: Core, prepared: Prepared) -> TracingWatch | None:
    """The watch of one call; None without hooks, log and span."""
    hooks = prepared.options.hooks
    log = logging.getLogger(core.api.package or core.api.name)
    if (
        hooks is None
        and not log.isEnabledFor(logging.INFO)
        and _TRACING not in sys.modules
    ):
        return None
    return TracingWatch(core, prepared, cast("Hooks", hooks) or Hooks(), log)


class TracingWatch(Watch):
    """Informs hooks, the log and the span of one call."""

    def __init__(
        self, core: Core, prepared: Prepared, hooks: Hooks, log: logging.Logger
    ) -> None:
        self._clock = core.clock
        self._hooks, self._log = hooks, log
        operation = prepared.operation
        url = urls.redact(prepared.url, core.credentials.secret_query_names)
        self._last = Attempt(
            operation=operation.id, method=operation.method, url=url, number=0
        )
        self._started = 0.0
        self._span = _span(core, operation.path, self._last)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._span is not None:
            _end(self._span, self._last, kind)

    def held(self, seconds: float) -> None:
        last = self._last
        self._log.info(
            "%s %s: waits %.1f s, because the server refuses requests",
            *(last.method, last.url, seconds),
        )
        if self._span is not None:
            self._span.add_event("held", {"wait": seconds})

    def sending(self, number: int) -> None:
        last = self._last
        self._last = Attempt(
            operation=last.operation, method=last.method, url=last.url, number=number
        )
        if self._hooks.request is not None:
            self._hooks.request(self._last)
        self._started = self._clock.monotonic()

    def sent(self, request: Request, outcome: Response | Failure) -> None:
        number = self._last.number
        trace = trace_of(self._last.operation, request, outcome, number)
        is_answer = isinstance(outcome, Response)
        self._last = Attempt(
            operation=trace.operation,
            method=trace.method,
            url=trace.url,
            number=number,
            status=outcome.status if isinstance(outcome, Response) else None,
            headers=outcome.headers if isinstance(outcome, Response) else Headers(),
            request_id=trace.request_id,
            elapsed=self._clock.monotonic() - self._started,
            failure="" if is_answer else str(getattr(outcome, "message", "")),
        )
        if self._log.isEnabledFor(logging.DEBUG):
            self._log.debug("%s", _line(self._last))
        if self._hooks.response is not None:
            self._hooks.response(self._last)

    def again(self, seconds: float) -> None:
        last = self._last = self._last._replace(wait=seconds)
        self._log.info("%s; again in %.1f s", _line(last), seconds)
        if self._span is not None:
            self._span.add_event("retry", {"outcome": last.outcome, "wait": seconds})
        if self._hooks.retry is not None:
            self._hooks.retry(last)


def _line(last: Attempt) -> str:
    text = f"{last.method} {last.url}: {last.outcome} in {last.elapsed:.3f} s"
    if last.number > 1:
        text += f", attempt {last.number}"
    return f"{text}, request id {last.request_id}" if last.request_id else text


# ------------------------------------------------------------------ OpenTelemetry
class Span(Protocol):
    """The part of a span that is used; OpenTelemetry is not needed, not even by type checkers."""

    def set_attribute(self, key: str, value: str | int, /) -> None: ...

    def add_event(
        self, name: str, attributes: Mapping[str, str | float], /
    ) -> None: ...

    def set_status(self, status: Any, /) -> None: ...

    def end(self) -> None: ...


class _Tracer(Protocol):
    def start_span(
        self, name: str, *, kind: Any, attributes: Mapping[str, str | int]
    ) -> Span: ...


class Tracing(Protocol):
    """The part of the module `opentelemetry.trace` that is used."""

    SpanKind: Any
    StatusCode: Any

    def get_tracer(self, name: str, version: str, /) -> _Tracer: ...


def _tracing() -> Tracing | None:
    """The module, if the program has loaded it."""
    return cast("Tracing | None", sys.modules.get(_TRACING))


def _span(core: Core, path: str, about: Attempt) -> Span | None:
    """A span by the conventions for HTTP clients; None if the program has no tracing."""
    if (trace := _tracing()) is None:
        return None
    tracer = trace.get_tracer(core.api.package or core.api.name, core.api.version)
    address = urlsplit(about.url)
    return tracer.start_span(
        f"{about.method} {path}".rstrip(),
        kind=trace.SpanKind.CLIENT,
        attributes={
            "http.request.method": about.method,
            "url.full": about.url,
            "url.template": path,
            "server.address": address.hostname or "",
            "server.port": address.port or (443 if address.scheme == "https" else 80),
            "openapi.operation_id": about.operation,
        },
    )


def _end(span: Span, last: Attempt, kind: type[BaseException] | None) -> None:
    """End a span with the outcome of the call."""
    if last.status is not None:
        span.set_attribute("http.response.status_code", last.status)
    if last.number > 1:
        span.set_attribute("http.request.resend_count", last.number - 1)
    if kind is not None or last.status is None or last.status >= 400:
        error_type = kind.__name__ if kind is not None else last.outcome
        span.set_attribute("error.type", error_type)
        if (trace := _tracing()) is not None:
            span.set_status(trace.StatusCode.ERROR)
    span.end()
