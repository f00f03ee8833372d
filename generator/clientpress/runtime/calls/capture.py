"""Status, headers and raw body of every call made inside a `with` block."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, overload

from ..wire.header_values import typed_header
from ..wire.messages import Headers
from ..wire.trace import Trace
from .observing import Watch

if TYPE_CHECKING:
    from .answers import Answer
    from .core import Core
    from .preparing import Prepared

T = TypeVar("T")


class Captured(NamedTuple):
    """One call that was answered, whatever the status."""

    operation: str
    method: str
    url: str
    """Without credentials."""
    status: int
    headers: Headers
    request_id: str
    """The server's id of the request; "" if it has none."""
    attempts: int
    elapsed: float
    """Seconds, waits between attempts included."""
    body: bytes
    """Not decoded; empty for streams."""

    @overload
    def header(self, name: str) -> str | None: ...

    @overload
    def header(self, name: str, kind: type[T]) -> T | None: ...

    def header(self, name: str, kind: Any = str) -> Any:
        """A header of the answer as a value of a type; None if the answer does not have it.

        calls[-1].header("X-RateLimit-Remaining", int)

        Args:
            kind: str, int, float, bool, datetime, a list or dict of these, or a model.

        Raises:
            DecodeError: The text does not fit the type.
        """
        trace = Trace(
            operation=self.operation,
            method=self.method,
            url=self.url,
            attempts=self.attempts,
            request_id=self.request_id,
        )
        return typed_header(
            self.headers,
            name,
            kind=kind,
            status=self.status,
            raw=self.body,
            trace=trace,
        )


_active: ContextVar[tuple[list[Captured], ...]] = ContextVar("captures", default=())


@contextmanager
def capture() -> Generator[list[Captured]]:
    """Collect the answers to the calls inside the block.

    with capture() as calls:
        client.batches.retrieve("batch_1")
    print(calls[-1].status, calls[-1].headers["x-request-id"])

    Threads do not see each other's captures; tasks started inside the block are captured too.
    """
    calls: list[Captured] = []
    token = _active.set((*_active.get(), calls))
    try:
        yield calls
    finally:
        _active.reset(token)


def watching(core: Core, prepared: Prepared) -> Watch | None:
    """The watch of one call; None outside of all `capture` blocks."""
    active = _active.get()
    return _CaptureWatch(active) if active else None


class _CaptureWatch(Watch):
    """Adds a call to the captures around it."""

    def __init__(self, captures: tuple[list[Captured], ...]) -> None:
        self._captures = captures

    def answered(self, answer: Answer, elapsed: float) -> None:
        trace, response = answer.trace, answer.response
        captured = Captured(
            operation=trace.operation,
            method=trace.method,
            url=trace.url,
            status=response.status,
            headers=response.headers,
            request_id=trace.request_id,
            attempts=trace.attempts,
            elapsed=elapsed,
            body=response.body,
        )
        for calls in self._captures:
            calls.append(captured)
