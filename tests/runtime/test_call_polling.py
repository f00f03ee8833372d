"""Conditions, and jobs that are asked for until they end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from clientpress.runtime.calls.conditions import (
    All,
    AnyOf,
    At,
    Condition,
    Not,
    Situation,
    Status,
    first_pointer,
    predicate,
)
from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.jobs import next_delay, progress_of, wait
from clientpress.runtime.results.polling import (
    JobFailedError,
    Polling,
    PollingTimeoutError,
    Progress,
    Rule,
)
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.decoders import Nothing
from clientpress.runtime.wire.errors import (
    ConnectionFailedError,
    NotFoundError,
    ServerError,
    StatusError,
)
from clientpress.runtime.wire.messages import Failure, Response
from clientpress.runtime.wire.operation import Operation

from .callers import GET
from .simulation import Simulation, answer

NOON = dt.datetime(2025, 6, 15, 12, tzinfo=dt.UTC).timestamp()
JOB = {
    "state": {"done": 5, "text": "10", "float": 2.5, "no": None, "ok": True},
    "status": "running",
    "empty": "",
    "list": [1],
}


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        (At("/status", "present"), True),
        (At("/empty", "present"), True),
        (At("/state/no", "present"), False),
        (At("/nothing", "present"), False),
        (At("/nothing", "absent"), True),
        (At("/state/no", "absent"), True),
        (At("/status", "absent"), False),
        (At("/status", "eq", "running"), True),
        (At("/status", "eq", "done"), False),
        (At("/status", "ne", "done"), True),
        (At("/nothing", "ne", "done"), True),
        (At("/nothing", "eq", None), False),
        (At("/status", "in", ["done", "running"]), True),
        (At("/status", "in", []), False),
        (At("/state/done", "eq", 5), True),
        (At("/state/done", "eq", "5"), True),
        (At("/state/done", "eq", 5.0), True),
        (At("/state/text", "eq", 10), True),
        (At("/state/text", "gt", 9), True),
        (At("/state/text", "gt", "9"), True),
        (At("/state/text", "le", 10), True),
        (At("/state/text", "lt", 10), False),
        (At("/state/float", "ge", 2.5), True),
        (At("/state/ok", "eq", True), True),
        (At("/state/ok", "eq", 1), False),
        (At("/state/ok", "gt", 0), False),
        (At("/status", "gt", 5), False),
        (At("/status", "gt", "a"), True),
        (At("/nothing", "lt", 5), False),
        (At("/list", "eq", [1]), True),
        (At("/list/0", "eq", 1), True),
        (Status((200, 202)), True),
        (Status((404,)), False),
        (All((At("/status", "present"), Status((200,)))), True),
        (All((At("/status", "present"), Status((404,)))), False),
        (All(()), True),
        (AnyOf((Status((404,)), Status((200,)))), True),
        (AnyOf(()), False),
        (Not(Status((404,))), True),
        (Not(At("/status", "present")), False),
    ],
)
def test_conditions(condition: Condition, result: bool) -> None:
    assert predicate(condition)(Situation(JOB, NOON, 200)) is result


@pytest.mark.parametrize(
    ("value", "is_past"),
    [
        ("2025-06-14", True),
        ("2025-06-15", False),  # it ends at midnight
        ("2025-06-16", False),
        ("2025-06-15T12:00:00Z", True),
        ("2025-06-15T12:00:01Z", False),
        ("2025-06-15T13:00:00+02:00", True),
        ("2025-06-15T13:00:00", False),
        ("2025-06-15T11:00:00.123456Z", True),
        (dt.date(2025, 6, 14), True),
        (dt.date(2025, 6, 15), False),
        (dt.datetime(2025, 6, 15, 11), True),
        (NOON - 1, True),
        (int(NOON) + 1, False),
        ("soon", False),
        ("", False),
        (None, False),
        ([], False),
        (True, False),
    ],
)
def test_past(value: object, is_past: bool) -> None:
    situation = Situation({"at": value}, NOON)
    assert predicate(At("/at", "past"))(situation) is is_past


def test_where_a_condition_looks_first() -> None:
    condition = All((Status((200,)), AnyOf((At("/a", "present"), At("/b", "present")))))
    assert first_pointer(condition) == "/a"
    assert first_pointer(Not(At("/a", "present"))) is None


# ------------------------------------------------------------------ waiting
RULES = (
    Rule("failed", At("/status", "in", ["failed", "rejected"]), reason="/why"),
    Rule("ended", At("/cancelled", "present")),
    Rule("succeeded", At("/status", "eq", "done")),
)
POLLING = Polling(rules=RULES)
RUNNING = answer({"status": "running"})
DONE = answer({"status": "done"})
REFUSED = Failure("connect", "refused", sent=False)


def follow(
    simulation: Simulation,
    polling: Polling = POLLING,
    *,
    operation: Operation[Any] = GET,
    timeout: float = 600.0,
    interval: float = 5.0,
    on_progress: Callable[[JsonValue], object] | None = None,
    options: Options | None = None,
) -> Any:
    flow = wait(
        simulation.core(),
        operation,
        polling,
        ("job_1",),
        timeout=timeout,
        interval=interval,
        on_progress=on_progress,
        options=options,
    )
    return run(flow, simulation)


def test_it_asks_until_the_job_is_done() -> None:
    simulation = Simulation(RUNNING, answer({"status": "a new state"}), DONE)
    seen: list[JsonValue] = []
    assert follow(simulation, on_progress=seen.append) == {"status": "done"}
    assert simulation.slept == [5.5, 5.5]  # a tenth more at most, by chance
    assert seen == [
        {"status": "running"},
        {"status": "a new state"},
        {"status": "done"},
    ]


def test_a_job_that_ended_is_returned() -> None:
    job = {"status": "running", "cancelled": "2025-01-01"}
    assert follow(Simulation(answer(job))) == job


def test_the_first_rule_that_holds_counts() -> None:
    job = {"status": "failed", "cancelled": "2025-01-01", "why": "no\nmoney"}
    with pytest.raises(JobFailedError) as caught:
        follow(Simulation(answer(job)))
    error = caught.value
    assert (error.job, error.state, error.reason) == (job, "failed", "no money")
    assert str(error).startswith("The job failed: failed: no money (GET https://")
    assert error.operation == "getThing"


def test_a_failure_without_a_reason() -> None:
    with pytest.raises(JobFailedError, match="The job failed: rejected ") as caught:
        follow(Simulation(answer({"status": "rejected"})))
    assert caught.value.reason == ""


def test_a_server_that_wants_longer_gets_longer() -> None:
    simulation = Simulation(
        answer({"status": "running"}, headers={"Retry-After": "30"}),
        answer({"status": "running"}, headers={"Retry-After": "1"}),
        DONE,
    )
    follow(simulation)
    assert simulation.slept == [30.0, 5.5]


@pytest.mark.parametrize(
    ("interval", "asked", "remaining", "delay"),
    [
        (5.0, None, 100.0, 5.0),
        (5.0, 30.0, 100.0, 30.0),
        (5.0, 1.0, 100.0, 5.0),
        (5.0, None, 4.0, 3.0),
        (5.0, 3.5, 4.0, None),
        (5.0, 200.0, 100.0, None),
        (5.0, None, 0.1, None),
        (5.0, None, 0.0, None),
        (5.0, None, None, 5.0),
        (0.0, None, 0.0, None),
    ],
)
def test_when_the_next_poll_comes(
    interval: float, asked: float | None, remaining: float | None, delay: float | None
) -> None:
    assert next_delay(interval, asked, remaining) == delay


@pytest.mark.parametrize("seconds", [0.0, 0.3, 2.0, 7.0])
@pytest.mark.parametrize("interval", [0.1, 1.0, 5.0, 60.0])
@pytest.mark.parametrize(
    ("timeout", "deadline"), [(20.0, None), (20.0, 100.0), (100.0, 20.0)]
)
def test_the_time_limit_is_never_passed(
    seconds: float, interval: float, timeout: float, deadline: float | None
) -> None:
    def slow(now: float) -> Response | Failure:
        if now > start + 20.0:  # what a transport does at the deadline
            simulation.now = start + 20.0
            return Failure("timeout", "late", sent=True, phase="deadline")
        return RUNNING

    simulation = Simulation(slow, seconds=seconds)
    start = simulation.now
    with pytest.raises(PollingTimeoutError) as caught:
        follow(
            simulation,
            timeout=timeout,
            interval=interval,
            options=Options(deadline=deadline),
        )
    assert caught.value.job == {"status": "running"}
    assert start + 10 < simulation.now <= start + 20.0
    assert all(r.timeout is not None and r.timeout <= 20.0 for r in simulation.sent)


TIMED_OUT = Failure("timeout", "Timed out (read)", True, "read")
RESET = Failure("broken", "Connection reset by peer", True, "read")


@pytest.mark.parametrize("passing", [408, 425, 429, 500, 502, 503, 504, 529])
def test_failures_that_pass_are_waited_through(passing: int) -> None:
    busy = answer({"error": "busy"}, passing)
    failures: list[Response | Failure] = [busy, REFUSED, RESET, TIMED_OUT]
    simulation = Simulation(RUNNING, *failures * 5, DONE)
    assert follow(simulation, interval=0.5) == {"status": "done"}
    assert len(simulation.sent) == 22  # the next poll is the retry
    # The waits grow from failure to failure, and are those of the caller again after a success.
    assert simulation.slept[0] < 1.0
    assert simulation.slept[1:6] == sorted(simulation.slept[1:6])
    assert all(seconds >= 4.0 for seconds in simulation.slept[5:])


@pytest.mark.parametrize("lasting", [400, 401, 403, 404, 410, 422, 501, 505])
def test_failures_that_last_end_the_waiting(lasting: int) -> None:
    simulation = Simulation(RUNNING, answer({"error": "no"}, lasting))
    with pytest.raises(StatusError) as caught:
        follow(simulation)
    assert len(simulation.sent) == 2
    assert caught.value.job == {"status": "running"}


def test_an_unknown_host_ends_the_waiting() -> None:
    unknown = REFUSED._replace(lasts=True)
    with pytest.raises(ConnectionFailedError) as caught:
        follow(Simulation(unknown))
    assert caught.value.lasts


def test_a_new_job_may_not_be_known_yet() -> None:
    missing = answer({"error": "no such job"}, 404)
    assert follow(Simulation(missing, missing, DONE)) == {"status": "done"}
    simulation = Simulation(missing)
    with pytest.raises(NotFoundError):
        follow(simulation)
    assert 20.0 <= sum(simulation.slept) <= 30.0


def test_the_last_failure_is_in_the_error_of_the_timeout() -> None:
    for last in (answer({"error": "overloaded"}, 503), RESET):
        with pytest.raises(PollingTimeoutError) as caught:
            follow(Simulation(RUNNING, last), timeout=60.0)
        error = caught.value
        assert error.job == {"status": "running"}
        assert type(error.__cause__) in (ServerError, ConnectionFailedError)
        assert "overloaded" in str(error) or "reset by peer" in str(error)
        assert str(error).startswith("The job had not ended after 60 s: running; ")
        assert "https://" in str(error)
    # A failure that has passed is not blamed.
    with pytest.raises(PollingTimeoutError) as caught:
        follow(Simulation(RESET, RUNNING), timeout=60.0)
    assert caught.value.__cause__ is None


def test_readiness_is_about_the_status() -> None:
    polling = Polling(rules=(Rule("succeeded", Status((200,))),), interval=0.5)
    ready: Operation[None] = Operation(
        id="ready",
        method="GET",
        path="/ready/{id}",
        parameters=GET.parameters,
        results={"200": Nothing()},
    )
    simulation = Simulation(REFUSED, answer(None, 503), REFUSED, answer(None, 200))
    assert follow(simulation, polling, operation=ready, interval=0.5) is None
    assert len(simulation.slept) == 3  # polling is the only retry
    with pytest.raises(NotFoundError):
        follow(Simulation(answer(None, 404)), polling, operation=ready)
    with pytest.raises(PollingTimeoutError) as caught:
        follow(Simulation(REFUSED), polling, operation=ready, timeout=3.0)
    assert caught.value.job is None


def test_a_rule_about_the_status_of_an_error() -> None:
    polling = Polling(
        rules=(Rule("failed", Status((404,))), Rule("succeeded", Status((200,))))
    )
    with pytest.raises(JobFailedError):
        follow(Simulation(answer(None, 404)), polling)


def test_an_error_that_means_not_yet() -> None:
    polling = Polling(
        rules=(Rule("succeeded", Status((200,))), Rule("pending", Status((400,))))
    )
    simulation = Simulation(answer(None, 400), answer({"error": "not yet"}, 400), DONE)
    assert follow(simulation, polling) == {"status": "done"}
    assert simulation.slept == [5.5, 5.5]  # a tenth more at most, by chance
    with pytest.raises(NotFoundError):
        follow(Simulation(answer(None, 400), answer(None, 404)), polling)
    with pytest.raises(PollingTimeoutError):
        follow(Simulation(answer(None, 400)), polling, timeout=12.0)


# ------------------------------------------------------------------ progress
@pytest.mark.parametrize(
    ("progress", "result"),
    [
        (None, None),
        (Progress(done="/progress", total=100), (40.0, 100.0)),
        (Progress(done=("/ok", "/bad"), total="/all"), (7.0, 10.0)),
        (Progress(done=("/ok", "/nothing"), total="/all"), (5.0, 10.0)),
        (Progress(done=("/nothing",), total="/all"), None),
        (Progress(done=("/ok",), total="/nothing"), None),
    ],
)
def test_progress(
    progress: Progress | None, result: tuple[float, float] | None
) -> None:
    job = {"progress": 40, "ok": 5, "bad": "2", "all": 10}
    assert progress_of(Polling(rules=(), progress=progress), job) == result
