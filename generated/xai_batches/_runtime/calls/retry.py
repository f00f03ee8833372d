# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Whether a failed attempt is repeated, and after how many seconds."""

from __future__ import annotations

from collections.abc import Mapping

from ..wire.messages import Failure, http_date

MAX_WAIT = 120.0
"""Seconds; for a longer wait, there is no retry unless a deadline allows it."""

_FIRST = 0.5
_LONGEST = 8.0
_REFUSED = 429
_UNAVAILABLE = 503
_MAYBE_DONE = frozenset({408, 425, 500, 502, 503, 504})


def back_off(attempt: int, random: float) -> float:
    """Seconds to wait after an attempt (counted from 1): exponential, half of it random (0 to 1)."""
    longest: float = min(_FIRST * 2.0 ** min(attempt - 1, 16), _LONGEST)
    return longest * (0.5 + 0.5 * random)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (RFC 9110, section 10.2.3); else None.

    Args:
        now: Seconds since the epoch, for a header that is a date.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            return float(text) / unit
    if "retry-after" not in headers:
        return None
    date = http_date(headers["retry-after"])
    return None if date is None else max(0.0, date - now)


def refuses_all(status: int, wait: float | None) -> bool:
    """Whether the server refuses the requests of all callers because there are too many.

    Args:
        wait: Seconds to wait that it sent.
    """
    return status == _REFUSED or (status == _UNAVAILABLE and wait is not None)


def decide(
    *,
    outcome: Failure | int,
    idempotent: bool,
    attempt: int,
    retries: int,
    wait: float | None,
    remaining: float | None,
    random: float,
) -> float | None:
    """Seconds until the next attempt; None to stop.

    Args:
        outcome: The failure, or the status of the answer.
        idempotent: Whether the request is idempotent: by its method, by declaration, or by its key.
        attempt: How many attempts were made.
        retries: How many attempts are allowed after the first.
        wait: Seconds to wait that the server sent.
        remaining: Seconds until the deadline.
        random: From 0 to 1; spreads clients that failed at the same time.
    """
    if attempt > retries or not _may_repeat(outcome, idempotent, wait):
        return None
    # What the server asks for is a lower bound: some send 0, or a date that is over.
    seconds = max(back_off(attempt, random), wait or 0.0)
    if remaining is None:
        return seconds if seconds <= MAX_WAIT else None
    return seconds if seconds < remaining else None


def _may_repeat(outcome: Failure | int, idempotent: bool, wait: float | None) -> bool:
    if isinstance(outcome, Failure):
        if outcome.kind in ("invalid", "garbled"):
            return False
        return idempotent or not outcome.sent
    return refuses_all(outcome, wait) or (idempotent and outcome in _MAYBE_DONE)
