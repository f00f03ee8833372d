# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Status, headers and raw body of every call made inside a `with` block."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, TypeVar, overload

from ..wire.header_values import typed_header
from ..wire.messages import Headers
from ..wire.trace import Trace
from .observing import Watch

if TYPE_CHECKING:
    from .answers import Answer
    from .core import Core
    from .preparing import Prepared

P = ParamSpec("P")
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


class Answered(NamedTuple, Generic[T]):
    """The result of a call, and the answer that it came from."""

    result: T
    call: Captured


def with_response(
    method: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> Answered[T]:
    """Call a method of the client, and return the answer beside its result.

    answer = with_response(client.pets.retrieve, "p1")
    print(answer.result.name, answer.call.status, answer.call.headers["etag"])

    Args:
        method: The method.
        args: Its arguments.
        kwargs: Its arguments by name.

    Raises:
        TypeError: The method makes its calls later, as pages, streams and files do. `capture`
            collects them.
    """
    with capture() as calls:
        return _answered(method(*args, **kwargs), calls)


async def awith_response(
    method: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs
) -> Answered[T]:
    """Call a method of the async client; see `with_response`."""
    with capture() as calls:
        return _answered(await method(*args, **kwargs), calls)


def _answered(result: T, calls: list[Captured]) -> Answered[T]:
    if not calls:
        raise TypeError("The method makes its calls later; use capture() around them")
    return Answered(result, calls[-1])


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
