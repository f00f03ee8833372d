# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Functions of the caller that are called for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from ..wire.messages import Headers


class Attempt(NamedTuple):
    """A request that was sent, or is about to be."""

    operation: str
    """Id of the operation."""
    method: str
    url: str
    """Without credentials."""
    number: int
    """The number of the attempt, counted from 1."""
    status: int | None = None
    """HTTP status; None if there is no answer."""
    headers: Headers = Headers()
    """Of the answer."""
    request_id: str = ""
    """The server's id of the request; "" if it has none."""
    elapsed: float = 0.0
    """Seconds until the answer or the failure."""
    failure: str = ""
    """Why there is no answer."""
    wait: float | None = None
    """Seconds until the next attempt; None if this is the last one."""

    @property
    def outcome(self) -> str:
        """The status, or why there is no answer."""
        return str(self.status) if self.status is not None else self.failure


class Hooks(Struct, frozen=True, kw_only=True):
    """Functions that are called for each request. Their exceptions are raised by the call.

    They run in the thread or event loop of the call, so they should be quick.

    Attributes:
        request: Called before each attempt.
        response: Called after each attempt, with or without an answer.
        retry: Called if another attempt follows, after `wait` seconds.
    """

    request: Callable[[Attempt], object] | None = None
    response: Callable[[Attempt], object] | None = None
    retry: Callable[[Attempt], object] | None = None
