"""Whether a failed attempt is made again, and after how long."""

from __future__ import annotations

from collections.abc import Mapping

from ..wire.messages import Failure

MAX_WAIT = 120.0
"""Seconds; a server that wants more is not waited for, unless a deadline allows it."""

_FIRST = 0.5
_LONGEST = 8.0
_REFUSED = 429
_UNAVAILABLE = 503
_MAYBE_DONE = frozenset({408, 425, 500, 502, 503, 504})


def back_off(attempt: int, random: float) -> float:
    """Seconds to wait after an attempt (counted from 1): doubling, half of it at random (0 to 1)."""
    longest: float = min(_FIRST * 2.0 ** min(attempt - 1, 16), _LONGEST)
    return longest * (0.5 + 0.5 * random)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds the server asks to wait, from `retry-after-ms` or `Retry-After`; None without.

    now: seconds since the epoch, for the form that is a date.
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if text.replace(".", "", 1).isdecimal() and text.isascii():
            return float(text) / unit
    if "retry-after" not in headers:
        return None
    from email.utils import (
        parsedate_to_datetime,
    )  # takes long to load, is seldom needed

    try:
        date = parsedate_to_datetime(headers["retry-after"])
        return max(0.0, date.timestamp() - now)
    except (ValueError, OverflowError, OSError):
        return None


def refuses_all(status: int, wait: float | None) -> bool:
    """Whether the server refuses the requests of all callers because there are too many.

    wait: seconds it asked for.
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

    outcome: the failure, or the status of the answer.
    idempotent: sending it twice does no harm: by its method, by declaration, or by an idempotency key.
    attempt: how many attempts were made.
    retries: how many more than one are allowed.
    wait: seconds the server asked for.
    remaining: seconds until the deadline.
    random: from 0 to 1, spreads clients that failed together.
    """
    if attempt > retries or not _may_repeat(outcome, idempotent, wait):
        return None
    seconds = back_off(attempt, random) if wait is None else wait
    if remaining is None:
        return seconds if seconds <= MAX_WAIT else None
    return seconds if seconds < remaining else None


def _may_repeat(outcome: Failure | int, idempotent: bool, wait: float | None) -> bool:
    if isinstance(outcome, Failure):
        if outcome.kind in ("invalid", "garbled"):
            return False
        return idempotent or not outcome.sent
    return refuses_all(outcome, wait) or (idempotent and outcome in _MAYBE_DONE)
