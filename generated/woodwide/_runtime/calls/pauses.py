# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Pauses of servers: if one call has to wait, all calls to the same server wait."""

from __future__ import annotations

from typing import Any


class Pauses:
    """The end of the pause of each origin, on the monotonic clock.

    Shared by all calls of a client and of its copies: without it, each of many concurrent calls
    would have to be refused before it waits.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, origin: str, until: float) -> None:
        """Note a pause; the longest one of an origin is kept."""
        self._until[origin] = max(until, self._until.get(origin, 0.0))

    def until(self, origin: str) -> float:
        """The end of the pause, which may be in the past."""
        return self._until.get(origin, 0.0)

    def __reduce__(self) -> tuple[Any, ...]:
        return Pauses, ()  # another process has a clock of its own


def spread(seconds: float, random: float, part: float) -> float:
    """The wait of one of many calls, so that they do not all end it at the same time.

    Args:
        random: From 0 to 1.
        part: How much longer the wait may be, as a part of it.
    """
    return seconds * (1.0 + part * random)
