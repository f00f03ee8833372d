# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Status, headers and raw body of every call made inside a `with` block."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .exchange import Headers

__all__ = ["Captured", "capture", "note"]


class Captured(NamedTuple):
    """One call that was answered, whatever the status."""

    operation: str
    method: str
    url: str
    """Without credentials."""
    status: int
    headers: Headers
    request_id: str
    """The server's id of the request; "" where it gave none."""
    attempts: int
    elapsed: float
    """Seconds, waits between attempts included."""
    body: bytes
    """As it came; empty for streams."""


_active: ContextVar[tuple[list[Captured], ...]] = ContextVar("captures", default=())


@contextmanager
def capture() -> Generator[list[Captured]]:
    """Collect what the calls inside the block were answered.

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


def is_active() -> bool:
    """Whether somebody wants to know."""
    return bool(_active.get())


def note(call: Captured) -> None:
    """Add a call to all captures around it."""
    for calls in _active.get():
        calls.append(call)
