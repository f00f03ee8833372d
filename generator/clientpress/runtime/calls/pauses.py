"""What one call is told to wait, all calls to the same server wait."""

from __future__ import annotations

from typing import Any


class Pauses:
    """Until when the server of each origin has had enough requests, on the monotonic clock.

    Shared by everything that a client does, and by its copies: without it, each of many
    concurrent calls would have to be refused before it waits.
    """

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, origin: str, until: float) -> None:
        """Remember what an answer said."""
        self._until[origin] = max(until, self._until.get(origin, 0.0))

    def until(self, origin: str) -> float:
        """The end of the pause, which may be long over."""
        return self._until.get(origin, 0.0)

    def __reduce__(self) -> tuple[Any, ...]:
        return Pauses, ()  # another process has a clock of its own


def spread(seconds: float, random: float, part: float) -> float:
    """The wait of one of many, which would otherwise all come back at once.

    random: from 0 to 1.
    part: how much longer it may be, as a part of it.
    """
    return seconds * (1.0 + part * random)
