"""Whole batches in one call: killed at every step, gone on with, and refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from clientpress.runtime.batches.flow import Ended, send_and_wait
from clientpress.runtime.batches.outcomes import (
    Failed,
    Succeeded,
    join,
    write_failed,
)
from clientpress.runtime.batches.plan import Link, Running
from clientpress.runtime.batches.run import EndedRun, Run
from clientpress.runtime.batches.sender import Given, RunSettings
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.preparing import prepare
from clientpress.runtime.results.polling import JobFailedError, PollingTimeoutError
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.files import AtomicFile
from clientpress.runtime.wire.lines import LineFormat
from clientpress.runtime.wire.messages import Failure

from .run_world import (
    ADD,
    BY_JOB,
    CREATE,
    STATUS,
    Ask,
    Killed,
    World,
    adding,
    drive,
    outcomes_of,
    uploading,
)
from .simulation import answer

NAMES = [f"r{number}" for number in range(8)]
REQUESTS: list[dict[str, str]] = [
    {"id": name, "prompt": "bad" if name == "r4" else f"say {name}"} for name in NAMES
]
SHAPES = {"adding": adding(), "uploading": uploading()}


@pytest.fixture(params=sorted(SHAPES))
def running(request: pytest.FixtureRequest) -> Running[JsonValue, str, str]:
    return SHAPES[request.param]


def settings(state: Path | None, **more: Any) -> RunSettings:
    given: dict[str, Any] = {
        "timeout": 600.0,
        "interval": 5.0,
        "on_progress": None,
        "resend": None,
        "job": "",
        "attempts": 1,
        "options": None,
    }
    return RunSettings(state=state, **{**given, **more})


def start(
    world: World,
    running: Running[JsonValue, str, str],
    requests: Any = REQUESTS,
    state: Path | None = None,
    **more: Any,
) -> Any:
    core = world.core()
    return send_and_wait(
        core,
        running,
        Given(requests, (), {"name": "nightly"}),
        settings(state, **more),
        lambda ended: Run(EndedRun(core, running, ended, None), lambda: world),
    )


def finish(
    world: World,
    running: Running[JsonValue, str, str],
    requests: Any = REQUESTS,
    state: Path | None = None,
    **more: Any,
) -> list[Any]:
    """Run to the end; the outcomes."""
    ended = drive(start(world, running, requests, state, **more), world)
    return outcomes_of(world.core(), running, ended, world)


def check_outcomes(outcomes: list[Any]) -> None:
    """Every request has one outcome, and the right one."""
    assert sorted(each.id for each in outcomes) == NAMES
    for each in outcomes:
        if each.id == "r4":
            assert each == Failed("r4", "bad prompt", each.item)
        else:
            assert each == Succeeded(each.id, f"SAY {each.id.upper()}", each.item)


# ------------------------------------------------------------------ from start to end
def test_everything_is_sent_once_and_comes_back(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    world = World()
    check_outcomes(finish(world, running, state=tmp_path / "run.json"))
    assert sorted(world.asked) == NAMES
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_a_state_is_not_needed(running: Running[JsonValue, str, str]) -> None:
    world = World()
    check_outcomes(finish(world, running))
    assert sorted(world.asked) == NAMES


def test_a_finished_run_gives_its_outcomes_again(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    world = World()
    finish(world, running, state=tmp_path / "run.json")
    world.sent.clear()
    check_outcomes(finish(world, running, state=tmp_path / "run.json"))
    assert {request.method for request in world.sent} == {"GET"}


def iterator(requests: Iterable[Any]) -> Iterator[Any]:
    yield from requests


def file_of(folder: Path) -> Path:
    path = folder / "requests.jsonl"
    lines = [json.dumps(each).encode() for each in REQUESTS]
    path.write_bytes(b"\xef\xbb\xbf" + b"\r\n\n".join(lines))
    return path


@pytest.mark.parametrize("form", ["models", "iterator", "path", "tuple"])
def test_requests_in_every_form(
    running: Running[JsonValue, str, str], form: str, tmp_path: Path
) -> None:
    forms: dict[str, Any] = {
        "models": [Ask(**each) for each in REQUESTS],
        "iterator": iterator(REQUESTS),
        "path": file_of(tmp_path),
        "tuple": tuple(REQUESTS),
    }
    world = World()
    check_outcomes(finish(world, running, forms[form], tmp_path / "run.json"))
    assert sorted(world.asked) == NAMES


def test_more_requests_than_a_file_takes_become_several_jobs(tmp_path: Path) -> None:
    world = World()
    flow = start(world, uploading(), state=tmp_path / "run.json")
    ended = drive(flow, world)
    assert [len(job["asked"]) for job in world.jobs.values()] == [3, 3, 2]
    run: Run[JsonValue, str, str] = Run(
        EndedRun(world.core(), uploading(), ended, None), lambda: world
    )
    assert list(run.jobs) == ["batch-1", "batch-2", "batch-3"]
    assert run.job == run.jobs["batch-3"]
    joined = join(run, REQUESTS)
    assert [request["id"] for request, _ in joined.pairs] == NAMES
    assert (joined.missing, joined.duplicates, joined.unknown) == ([], [], [])


@pytest.mark.parametrize(
    ("lines", "size", "sizes"),
    [(0, 80, [2, 2, 2, 2]), (3, 0, [3, 3, 2]), (2, 1000, [2, 2, 2, 2]), (0, 0, [8])],
)
def test_files_stay_within_their_limits(
    lines: int, size: int, sizes: list[int]
) -> None:
    format: LineFormat[Ask] = LineFormat(
        item=Json(Ask), id="/id", max_lines=lines, max_bytes=size
    )
    world = World()
    check_outcomes(finish(world, uploading(format=format)))
    assert [len(job["asked"]) for job in world.jobs.values()] == sizes


def test_calls_stay_within_their_limits() -> None:
    # 1024 bytes are kept for what surrounds the requests
    for lines, size, calls in [(3, 0, 3), (0, 1024 + 80, 4), (5, 1024 + 80, 4)]:
        format: LineFormat[Ask] = LineFormat(
            item=Json(Ask), id="/id", max_lines=lines, max_bytes=size
        )
        world = World()
        check_outcomes(finish(world, adding(format=format)))
        assert sum(t.endswith("/requests") for t in world.targets) == calls


def test_calls_keep_to_the_declared_rate() -> None:
    world = World()
    finish(world, adding(per_second=4.0))
    assert world.slept[:2] == [0.25, 0.25]


def test_a_rate_limit_is_waited_for() -> None:
    world = World()
    world.refuse = [None, answer(status=429, headers={"Retry-After": "7"})]
    check_outcomes(finish(world, adding()))
    assert world.slept[0] == 7.0
    assert sorted(world.asked) == NAMES


def test_progress_is_told(running: Running[JsonValue, str, str]) -> None:
    seen: list[Any] = []
    finish(World(), running, on_progress=seen.append)
    assert {job["status"] for job in seen} == {"running", "done"}


# ------------------------------------------------------------------ killed
def test_killed_at_every_step(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    """Before or after every single effect, then gone on with by another process."""
    killed = 0
    for step in count():
        finished = 0
        for done in (False, True):
            world, state = World(), tmp_path / f"{step}{done}.json"
            try:
                drive(start(world, running, state=state), world, step, done=done)
                finished += 1
            except Killed:
                killed += 1
            check_outcomes(finish(world, running, state=state))
            assert sorted(world.asked) == NAMES, f"killed at {step}, {done}"
        if finished:
            break
    assert killed > 40
    assert not list(tmp_path.glob(".*.part"))


def test_killed_again_and_again(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    for distance in range(8, 20):
        world, state = World(), tmp_path / f"{distance}.json"
        for attempt in range(60):
            flow = start(world, running, iterator(REQUESTS), state)
            try:
                drive(flow, world, distance + attempt // 4, done=bool(attempt % 2))
                break
            except Killed:
                continue
        check_outcomes(finish(world, running, state=state))
        assert sorted(world.asked) == NAMES


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("shape", [adding(added=False), uploading(made=False)])
def test_calls_that_cannot_be_asked_about_are_not_repeated_silently(
    shape: Running[JsonValue, str, str], done: bool, tmp_path: Path
) -> None:
    refusals = 0
    for step in range(25):
        world, state = World(), tmp_path / f"{step}.json"
        with suppress(Killed):
            drive(start(world, shape, state=state), world, step, done=done)
        try:
            check_outcomes(finish(world, shape, state=state))
        except errors.InvalidRequestError as e:
            refusals += 1
            assert "resend=True" in str(e)
            assert state.name in str(e)
            paid = sorted(world.asked)
            finish(world, shape, state=state, resend=True)
            assert set(world.asked) == set(NAMES)
            assert len(set(paid)) == len(paid)
            assert len(world.asked) - len(NAMES) <= 3  # what one call holds
        else:
            assert sorted(world.asked) == NAMES
    assert refusals >= 3


def test_a_call_may_be_taken_as_made(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.lose = [False, True]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, adding(added=False), state=state)
    with pytest.raises(errors.InvalidRequestError, match="'r0' to 'r2'"):
        finish(world, adding(added=False), state=state)
    check_outcomes(finish(world, adding(added=False), state=state, resend=False))
    assert sorted(world.asked) == NAMES


def test_a_lost_answer_is_looked_up(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    for place in range(4):
        world, state = World(), tmp_path / f"{place}.json"
        world.lose = [False] * place + [True]
        with pytest.raises(errors.ConnectionFailedError):
            finish(world, running, state=state)
        check_outcomes(finish(world, running, state=state))
        assert sorted(world.asked) == NAMES


def test_only_what_is_not_there_is_added(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.refuse = [None, Failure("broken", "The connection was reset", True, "read")]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, adding(), state=state)
    (job,) = world.jobs.values()
    job["asked"].append(REQUESTS[1])  # the service took one of the three
    check_outcomes(finish(world, adding(), state=state))
    assert sorted(world.asked) == NAMES


def test_a_refusal_says_nothing_about_the_call_before(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.lose = [False, True]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, adding(added=False), state=state)
    world.refuse = [answer({"error": "no"}, 422)]
    with pytest.raises(errors.UnprocessableError):
        finish(world, adding(added=False), state=state, resend=True)
    with pytest.raises(errors.InvalidRequestError, match="It is not known"):
        finish(world, adding(added=False), state=state)


def test_what_surely_did_not_happen_needs_no_choice(tmp_path: Path) -> None:
    for refused in (
        answer({"error": "no"}, 422),
        Failure("connect", "Nobody listens", False, "connect"),
    ):
        world = World()
        state = tmp_path / f"{type(refused).__name__}.json"
        world.refuse = [None, refused, refused, refused]
        with pytest.raises(errors.Error):
            finish(world, adding(added=False), state=state)
        world.refuse = []
        check_outcomes(finish(world, adding(added=False), state=state))
        assert sorted(world.asked) == NAMES


def test_a_call_with_an_idempotency_key_is_repeated_with_it(tmp_path: Path) -> None:
    keyed = replace(ADD, idempotency_header="Idempotency-Key")
    assert SHAPES["adding"].adding is not None
    call = replace(
        SHAPES["adding"].adding, call=Link(operation=keyed, parameters=BY_JOB)
    )
    running = replace(adding(added=False), adding=call)
    world, state = World(), tmp_path / "run.json"
    lost = Failure("broken", "The connection was reset", True, "read")
    world.refuse = [None, lost, lost, lost]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, running, state=state)
    check_outcomes(finish(world, running, state=state))
    keys = [
        dict(request.headers)["idempotency-key"]
        for request in world.sent
        if request.method == "POST" and request.url.endswith("/requests")
    ]
    assert len(keys) == 3 + 3  # lost three times, then the three calls
    assert len(set(keys[:4])) == 1
    assert len(set(keys)) == 3
    assert sorted(world.asked) == NAMES


def test_a_deadline_holds_for_all_of_it() -> None:
    world = World()
    world.polls_needed = 1000
    start_of_time = world.now
    with pytest.raises(PollingTimeoutError):
        finish(world, adding(), options=Options(deadline=30.0))
    assert world.now - start_of_time <= 30.0


# ------------------------------------------------------------------ refused
@pytest.mark.parametrize(
    ("requests", "message"),
    [
        ([], "no requests"),
        ([*REQUESTS, {"prompt": "x"}], "Request 9.*no id at /id|Request 9"),
        ([*REQUESTS, {"id": "r0", "prompt": "x"}], "Requests 1 and 9.*'r0'"),
        ([*REQUESTS, {"id": "r9", "prompt": 5}], r"Request 9 \(id 'r9'\).*/prompt"),
        ([*REQUESTS, 5], "Request 9"),
        ("requests.jsonl", "not str"),
    ],
)
def test_wrong_requests_are_refused_before_anything_is_sent(
    running: Running[JsonValue, str, str], requests: Any, message: str
) -> None:
    world = World()
    with pytest.raises(errors.InvalidRequestError, match=message):
        finish(world, running, requests)
    assert world.sent == []


def test_an_iterator_is_refused_where_it_is_wrong(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    wrong = iterator([*REQUESTS[:4], REQUESTS[0]])
    with pytest.raises(errors.InvalidRequestError, match="Requests 1 and 5"):
        finish(world, adding(), wrong, state)
    assert world.asked == NAMES[:3]
    check_outcomes(finish(world, adding(), state=state))
    assert sorted(world.asked) == NAMES


@pytest.mark.parametrize(
    "others",
    [
        REQUESTS[:-1],
        [*REQUESTS, {"id": "r8", "prompt": "more"}],
        [*REQUESTS[1:], REQUESTS[0]],
        [*REQUESTS[:-1], {"id": "r7", "prompt": "something else"}],
    ],
)
def test_a_state_belongs_to_its_requests(
    running: Running[JsonValue, str, str], others: list[Any], tmp_path: Path
) -> None:
    for requests in (REQUESTS, iterator(REQUESTS)):
        world, state = World(), tmp_path / f"{type(requests).__name__}.json"
        finish(world, running, requests, state)
        for given in (others, iterator(others)):
            with pytest.raises(errors.InvalidRequestError, match="not the requests"):
                finish(world, running, given, state)
        assert sorted(world.asked) == NAMES


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not the state of a run"),
        ("[]", "not the state of a run"),
        ('{"version": 2, "operation": "create", "server": "x"}', "version 2"),
        ('{"version": 1, "operation": "other", "server": "x"}', "a run of other"),
        ('{"version": 1, "operation": "create", "server": "x"}', "a run of x"),
    ],
)
def test_files_that_are_no_state_are_refused(
    text: str, message: str, tmp_path: Path
) -> None:
    world, state = World(), tmp_path / "run.json"
    state.write_text(text)
    with pytest.raises(errors.InvalidRequestError, match=message):
        finish(world, adding(), state=state)
    assert world.sent == []
    assert state.read_text() == text


def test_two_processes_do_not_send_the_same(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    first = start(world, adding(), state=state)
    world.do(next(first))  # the lock
    with pytest.raises(errors.InvalidRequestError, match="Another process"):
        finish(world, adding(), state=state)
    first.close()
    check_outcomes(finish(world, adding(), state=state))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidRequestError, match=r"run\.json"):
        finish(World(), adding(), state=tmp_path / "nowhere" / "run.json")


# ------------------------------------------------------------------ jobs that end otherwise
def test_a_job_that_fails_raises_and_stays_known(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    world, state = World(), tmp_path / "run.json"
    world.polls_needed = 1000
    flow = start(world, running, state=state, timeout=1.0)
    with pytest.raises(PollingTimeoutError):
        drive(flow, world)
    for job in world.jobs.values():
        job.update(status="failed", why="no money")
    for _ in range(2):
        with pytest.raises(JobFailedError, match="no money"):
            finish(world, running, state=state)
    assert sorted(world.asked) == NAMES


def test_a_job_that_ended_early_gives_what_there_is(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.polls_needed = 1000
    with pytest.raises(PollingTimeoutError):
        finish(world, uploading(), state=state, timeout=1.0)
    first, *others = world.jobs.values()
    world.files["part"] = [{"id": "r1", "reply": "SAY R1"}]
    first.update(status="expired", output_file_id="part")
    for job in others:
        job.update(status="expired")
    ended = drive(start(world, uploading(), state=state), world)
    run: Run[JsonValue, str, str] = Run(
        EndedRun(world.core(), uploading(), ended, None), lambda: world
    )
    joined = join(run, REQUESTS)
    assert [request["id"] for request, _ in joined.pairs] == ["r1"]
    assert len(joined.missing) == len(REQUESTS) - 1


def test_the_state_stays_small(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    requests = [{"id": f"request-{n}", "prompt": "x"} for n in range(3000)]
    ended: list[Ended] = drive(start(world, adding(), requests, state), world)
    assert len(ended) == 1
    assert len(world.asked) == len(requests)
    assert state.stat().st_size < 600


# ------------------------------------------------------------------ what is paid for stays known
class Strict(ApiModel):
    id: str
    created: int


def test_the_id_is_taken_whatever_else_does_not_fit(
    running: Running[JsonValue, str, str], tmp_path: Path
) -> None:
    world, state = World(), tmp_path / "run.json"
    strict = replace(CREATE, results={"200": Json(Strict)})
    options = Options(misfit="raise")
    odd = replace(running, create=strict)
    # The answer has no `created`, and its other members are not declared.
    outcomes = finish(world, odd, state=state, options=options)
    check_outcomes(outcomes)
    assert sorted(world.asked) == NAMES


def test_an_answer_without_an_id_names_what_the_server_says(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.refuse = [answer({"error": {"message": "quota is used up"}}, 200)]
    with pytest.raises(errors.DecodeError, match="/id: is missing: quota is used up"):
        finish(world, adding(), state=state)


def lost_creation(world: World, state: Path) -> None:
    """A run whose second job was created, and whose answer was lost."""
    world.lose = [False, False, False, True]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, uploading(made=False), state=state)
    assert len(world.jobs) == 2


def test_the_caller_says_which_job_was_created(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    lost_creation(world, state)
    with pytest.raises(errors.InvalidRequestError, match="give its id as job"):
        finish(world, uploading(made=False), state=state)
    check_outcomes(finish(world, uploading(made=False), state=state, job="batch-2"))
    assert sorted(world.asked) == NAMES
    with pytest.raises(errors.InvalidRequestError, match="knows all its jobs"):
        finish(world, uploading(made=False), state=state, job="batch-2")


def test_the_caller_says_that_no_job_was_created(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    lost_creation(world, state)
    world.jobs.popitem()
    check_outcomes(finish(world, uploading(made=False), state=state, resend=True))
    assert sorted(world.asked) == NAMES


def test_the_caller_goes_on_without_a_job(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    lost_creation(world, state)
    for _ in range(2):
        outcomes = finish(world, uploading(made=False), state=state, resend=False)
        assert [each.id for each in outcomes] == [*NAMES[:3], *NAMES[6:]]
    assert sorted(world.asked) == NAMES  # nothing was sent twice


def test_the_caller_names_an_empty_job(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.lose = [True]
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, adding(), state=state)
    check_outcomes(finish(world, adding(), state=state, job="batch-1"))
    assert list(world.jobs) == ["batch-1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"job": "x", "resend": True},
        {"job": ""},
        {"job": "x", "state": None},
        {"attempts": 0},
        {"attempts": True},
        {"attempts": 1.5},
    ],
)
def test_settings_that_contradict_each_other(
    wrong: dict[str, Any], tmp_path: Path
) -> None:
    given: dict[str, Any] = {"state": tmp_path / "s", "resend": None, "job": None}
    given |= {"attempts": 1, "timeout": 1.0, "interval": 1.0, "on_progress": None}
    given |= {"options": None, **wrong}
    with pytest.raises(errors.InvalidRequestError):
        RunSettings.of(**given)


# ------------------------------------------------------------------ members that a caller adds
def test_extra_members_are_for_the_job(running: Running[JsonValue, str, str]) -> None:
    world = World()
    extra = Options(extra_body={"name": "mine"})
    check_outcomes(finish(world, running, options=extra))
    assert {job["name"] for job in world.jobs.values()} == {"mine"}


def test_extra_members_of_a_client_fail_no_call_without_a_body(
    running: Running[JsonValue, str, str],
) -> None:
    world = World()
    core = world.core(options=Options(extra_body={"name": "mine"}))
    given = Given(REQUESTS, (), {"name": "nightly"})
    flow = send_and_wait(core, running, given, settings(None), lambda ended: [])
    check_outcomes(outcomes_of(core, running, drive(flow, world), world))
    assert {job["name"] for job in world.jobs.values()} == {"mine"}
    with pytest.raises(errors.InvalidRequestError, match="no body for extra_body"):
        prepare(core, STATUS, ("batch-1",), None, Options(extra_body={"a": 1}))


# ------------------------------------------------------------------ several jobs
def test_one_failed_job_hides_no_other(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.polls_needed = 1000
    with pytest.raises(PollingTimeoutError):
        finish(world, uploading(), state=state, timeout=1.0)
    world.polls_needed = 0
    world.jobs["batch-2"].update(status="failed", why="no money")
    rest = tmp_path / "rest.jsonl"
    for _ in range(2):
        core = world.core()
        ended = drive(start(world, uploading(), state=state), world)
        run: Run[JsonValue, str, str] = Run(
            EndedRun(core, uploading(), ended, None), lambda: world
        )
        joined = join(run, REQUESTS)
        assert [request["id"] for request in joined.missing] == NAMES[3:6]
        assert len(joined.pairs) == 5
        assert list(run.failures) == ["batch-2"]
        assert run.failures["batch-2"].reason == "no money"
        assert list(run.jobs) == ["batch-1", "batch-2", "batch-3"]
        assert write_failed(joined, rest) == 3
    # What is missing can be sent again.
    assert len(finish(world, uploading(), rest)) == 3


@pytest.mark.parametrize("nothing", ["", None, ...])
def test_a_link_without_a_value_is_none(nothing: Any) -> None:
    world = World()
    ended = drive(start(world, uploading()), world)
    for each in ended:
        each.job["error_file_id"] = nothing
        if nothing is ...:
            del each.job["error_file_id"]
    outcomes = outcomes_of(world.core(), uploading(), ended, world)
    assert [each.id for each in outcomes] == [n for n in NAMES if n != "r4"]


# ------------------------------------------------------------------ one state, one run
def test_a_link_to_a_state_is_the_state(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    other, folder = tmp_path / "other.json", tmp_path / "folder"
    other.symlink_to(state)
    folder.symlink_to(tmp_path)
    first = start(world, adding(), state=state)
    world.do(next(first))  # the lock
    for path in (other, folder / "run.json", folder / "other.json"):
        with pytest.raises(errors.InvalidRequestError, match="Another process"):
            finish(world, adding(), state=path)
    first.close()
    check_outcomes(finish(world, adding(), state=other))
    assert other.is_symlink()
    check_outcomes(finish(world, adding(), state=state))
    assert sorted(world.asked) == NAMES


def test_files_of_killed_processes_are_removed(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    abandoned = tmp_path / ".run.json.0123456789ab.part"
    abandoned.write_bytes(b"half a sta")
    others = tmp_path / ".run.json.backup.part", tmp_path / ".other.0123456789ab.part"
    for other in others:
        other.write_bytes(b"of somebody else")
    with AtomicFile(state) as file:  # one that is being written
        file.write(b"{}")
        writing = [*tmp_path.glob(".run.json.????????????.part")]
        with AtomicFile(state) as second:
            second.write(b"{}")
        assert [*tmp_path.glob(".run.json.????????????.part")] == writing != [abandoned]
    state.unlink()
    check_outcomes(finish(world, adding(), state=state))
    assert sorted(tmp_path.iterdir()) == sorted([state, *others])


# ------------------------------------------------------------------ what failed is sent again
@pytest.mark.parametrize("form", ["list", "file"])
def test_what_failed_is_sent_again(
    running: Running[JsonValue, str, str], form: str, tmp_path: Path
) -> None:
    requests: Any = REQUESTS
    if form == "file":
        requests = tmp_path / "in.jsonl"
        requests.write_text("".join(json.dumps(each) + "\n" for each in REQUESTS))
    world, state = World(), tmp_path / "run.json"
    outcomes = finish(world, running, requests, state=state, attempts=3)
    check_outcomes(outcomes)  # "bad" fails each time, and is told once
    assert sorted(world.asked) == sorted([*NAMES, "r4", "r4"])
    # All attempts are in one state: nothing is sent for another time.
    check_outcomes(finish(world, running, requests, state=state, attempts=3))
    check_outcomes(finish(world, running, requests, state=state))
    assert len(world.asked) == len(NAMES) + 2


def test_a_failed_job_is_sent_again(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.polls_needed = 1000
    with pytest.raises(PollingTimeoutError):
        finish(world, uploading(), state=state, timeout=1.0)
    world.polls_needed = 0
    world.jobs["batch-2"].update(status="failed", why="no money")
    check_outcomes(finish(world, uploading(), state=state, attempts=2))
    assert sorted(world.asked) == sorted([*NAMES, *NAMES[3:6]])


@pytest.mark.parametrize("done", [False, True])
def test_attempts_killed_at_every_step(
    running: Running[JsonValue, str, str], done: bool, tmp_path: Path
) -> None:
    for step in count():
        world, state = World(), tmp_path / f"{step}.json"
        try:
            drive(
                start(world, running, state=state, attempts=2), world, step, done=done
            )
        except Killed:
            check_outcomes(finish(world, running, state=state, attempts=2))
            assert sorted(world.asked) == sorted([*NAMES, "r4"])
        else:
            assert step > 20
            break


def test_attempts_need_requests_that_can_be_read_again() -> None:
    world = World()
    with pytest.raises(errors.InvalidRequestError, match="a list or a file"):
        finish(world, adding(), iter(REQUESTS), attempts=2)
    assert world.sent == []


def test_the_caller_names_the_job_of_a_later_attempt(tmp_path: Path) -> None:
    world, state = World(), tmp_path / "run.json"
    world.lose = [False] * 7 + [True]  # three files and jobs, a file, and its job
    shape = uploading(made=False)
    with pytest.raises(errors.ConnectionFailedError):
        finish(world, shape, state=state, attempts=2)
    assert list(world.jobs)[-1] == "batch-4"
    check_outcomes(finish(world, shape, state=state, attempts=2, job="batch-4"))
    assert sorted(world.asked) == sorted([*NAMES, "r4"])
