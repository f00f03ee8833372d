# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Functions of the caller's that are told of requests."""

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
    """Of the attempt, counted from 1."""
    status: int | None = None
    """HTTP status; None without an answer."""
    headers: Headers = Headers()
    """Of the answer."""
    request_id: str = ""
    """The server's id of the request; "" where it gave none."""
    elapsed: float = 0.0
    """Seconds until the answer or the failure."""
    failure: str = ""
    """Why no answer came."""
    wait: float | None = None
    """Seconds until the next attempt; None if this is the last one."""

    @property
    def outcome(self) -> str:
        """The status, or why there is none."""
        return str(self.status) if self.status is not None else self.failure


class Hooks(Struct, frozen=True, kw_only=True):
    """Functions that are told of requests. What they raise, the call raises.

    request: before each attempt.
    response: after each attempt, whether it was answered or not.
    retry: when there will be another attempt; `wait` says when.

    They are called where the call is made, in an event loop too: they should be quick.
    """

    request: Callable[[Attempt], object] | None = None
    response: Callable[[Attempt], object] | None = None
    retry: Callable[[Attempt], object] | None = None
