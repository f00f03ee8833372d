# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""How long a call may take, how many times it is retried, and the clock for this."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import NamedTuple

from msgspec import UNSET

from .options import DEFAULT_MAX_BODY, DEFAULT_RETRIES, DEFAULT_TIMEOUT, Options


def _random() -> float:
    """A number from 0 to 1; the module `random` takes long to load."""
    return int.from_bytes(os.urandom(7), "big") / 2**56


class Clock(NamedTuple):
    """Time and random numbers, which tests replace."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    random: Callable[[], float] = _random


class Deadline(NamedTuple):
    """The end of a call, on the monotonic clock; None for no limit."""

    at: float | None

    def remaining(self, clock: Clock) -> float | None:
        """Seconds left; not negative."""
        return None if self.at is None else max(0.0, self.at - clock.monotonic())


def deadline_of(clock: Clock, options: Options) -> Deadline:
    """The deadline of a call that starts now."""
    seconds = None if options.deadline is UNSET else options.deadline
    return Deadline(None if seconds is None else clock.monotonic() + seconds)


def retries_of(options: Options) -> int:
    """How many times a request may be sent again."""
    return DEFAULT_RETRIES if options.retries is UNSET else options.retries


def max_body_of(options: Options) -> int | None:
    """Bytes that an answer may have if it is read as a whole."""
    return DEFAULT_MAX_BODY if options.max_body is UNSET else options.max_body


def timeout_of(clock: Clock, options: Options, deadline: Deadline) -> float | None:
    """Seconds that each step of a request may take, if it is sent now."""
    seconds = DEFAULT_TIMEOUT if options.timeout is UNSET else options.timeout
    remaining = deadline.remaining(clock)
    if remaining is None:
        return seconds
    return remaining if seconds is None else min(seconds, remaining)
