"""When a failed attempt is made again."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random

import pytest

from clientpress.runtime.calls.retry import back_off, decide, retry_after
from clientpress.runtime.wire.messages import Failure

NOW = 1_700_000_000.0

CONNECT = Failure("connect", "refused", sent=False)
CONNECT_TIMEOUT = Failure("timeout", "slow", sent=False, phase="connect")
POOL_TIMEOUT = Failure("timeout", "busy", sent=False, phase="pool")
READ_TIMEOUT = Failure("timeout", "slow", sent=True, phase="read")
WRITE_TIMEOUT = Failure("timeout", "slow", sent=True, phase="write")
BROKEN = Failure("broken", "reset", sent=True)
INVALID = Failure("invalid", "cannot be sent", sent=False)
GARBLED = Failure("garbled", "not gzip", sent=True)


def repeats(
    outcome: Failure | int, *, idempotent: bool, wait: float | None = None
) -> float | None:
    return decide(
        outcome=outcome,
        idempotent=idempotent,
        attempt=1,
        retries=2,
        wait=wait,
        remaining=None,
        random=1.0,
    )


@pytest.mark.parametrize(
    ("outcome", "if_idempotent", "if_not"),
    [
        (CONNECT, True, True),
        (CONNECT_TIMEOUT, True, True),
        (POOL_TIMEOUT, True, True),
        (429, True, True),
        (READ_TIMEOUT, True, False),
        (WRITE_TIMEOUT, True, False),
        (BROKEN, True, False),
        (408, True, False),
        (425, True, False),
        (500, True, False),
        (502, True, False),
        (503, True, False),
        (504, True, False),
        (INVALID, False, False),
        (GARBLED, False, False),
        (400, False, False),
        (401, False, False),
        (404, False, False),
        (409, False, False),
        (422, False, False),
        (501, False, False),
    ],
)
def test_what_is_sent_again(
    outcome: Failure | int, if_idempotent: bool, if_not: bool
) -> None:
    assert (repeats(outcome, idempotent=True) is not None) is if_idempotent
    assert (repeats(outcome, idempotent=False) is not None) is if_not


def test_503_with_retry_after_was_not_done() -> None:
    assert repeats(503, idempotent=False, wait=3.0) == 3.0


def test_500_with_retry_after_may_have_been_done() -> None:
    assert repeats(500, idempotent=False, wait=3.0) is None


@pytest.mark.parametrize(
    ("attempt", "retries", "again"),
    [(1, 2, True), (2, 2, True), (3, 2, False), (1, 0, False), (1, 1, True)],
)
def test_number_of_attempts(attempt: int, retries: int, again: bool) -> None:
    delay = decide(
        outcome=CONNECT,
        idempotent=True,
        attempt=attempt,
        retries=retries,
        wait=None,
        remaining=None,
        random=0.0,
    )
    assert (delay is not None) is again


@pytest.mark.parametrize(
    ("wait", "remaining", "delay"),
    [
        (7.0, None, 7.0),
        (0.0, None, 0.5),  # a lower bound: never less than the usual back-off
        (0.1, None, 0.5),
        (0.0, 0.4, None),
        (120.0, None, 120.0),
        (120.5, None, None),
        (200.0, 300.0, 200.0),
        (200.0, 100.0, None),
        (5.0, 5.0, None),
        (None, 0.1, None),
        (None, 10.0, 0.5),
    ],
)
def test_the_server_is_waited_for_within_limits(
    wait: float | None, remaining: float | None, delay: float | None
) -> None:
    made = decide(
        outcome=429,
        idempotent=False,
        attempt=1,
        retries=2,
        wait=wait,
        remaining=remaining,
        random=1.0,
    )
    assert made == delay


@pytest.mark.parametrize(
    ("attempt", "least", "most"),
    [(1, 0.25, 0.5), (2, 0.5, 1.0), (3, 1.0, 2.0), (5, 4.0, 8.0), (50, 4.0, 8.0)],
)
def test_back_off_doubles_up_to_a_limit(
    attempt: int, least: float, most: float
) -> None:
    assert back_off(attempt, 0.0) == least
    assert back_off(attempt, 1.0) == most


SUNDAY = datetime(2033, 11, 6, 8, 49, 37, tzinfo=UTC).timestamp()


def date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "1"}, 1.0),
        ({"retry-after": date(NOW + 30)}, 30.0),
        ({"retry-after": date(NOW - 30)}, 0.0),
        ({"retry-after": "Sun, 06 Nov 2033 08:49:37 GMT"}, SUNDAY - NOW),
        ({"retry-after": "Sunday, 06-Nov-33 08:49:37 GMT"}, SUNDAY - NOW),
        ({"retry-after": "Sun Nov  6 08:49:37 2033"}, SUNDAY - NOW),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_forms_of_retry_after(
    headers: dict[str, str],
    seconds: float | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for zone in ("UTC", "America/New_York", "Asia/Tokyo"):  # dates of HTTP are in UTC
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert retry_after(headers, NOW) == seconds
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Retry-After": "0"},
        {"retry-after-ms": "0"},
        {"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"},
    ],
)
def test_callers_do_not_all_come_back_at_once(header: dict[str, str]) -> None:
    """100 calls of a server that takes 20 a second: few fail, whatever it asks for."""
    random = Random(7)
    due = [(random.random() * 0.2, 1) for _ in range(100)]
    taken: dict[int, int] = {}
    failed = 0
    while due:
        due.sort()
        now, attempt = due.pop(0)
        if taken.get(int(now), 0) < 20:
            taken[int(now)] = taken.get(int(now), 0) + 1
            continue
        wait = retry_after({k.lower(): v for k, v in header.items()}, NOW + now)
        delay = decide(
            outcome=429,
            idempotent=True,
            attempt=attempt,
            retries=5,
            wait=wait,
            remaining=None,
            random=random.random(),
        )
        if delay is None:
            failed += 1
        else:
            due.append((now + delay, attempt + 1))
    assert failed <= 25
