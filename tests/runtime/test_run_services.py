"""Whole batches against services over HTTP, in both kinds of client."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from clientpress.runtime.batches.outcomes import (
    Case,
    Failed,
    Joined,
    Outcome,
    Succeeded,
    join,
    join_async,
)
from clientpress.runtime.batches.plan import (
    Added,
    Adding,
    Link,
    Made,
    Results,
    Running,
    Uploading,
)
from clientpress.runtime.batches.run import AsyncRun, Run, run_batch
from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.conditions import All, At, Not
from clientpress.runtime.calls.group import AsyncGroup, Group
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import JobFailedError, Polling, Rule
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.decoders import Nothing, Raw
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.lines import LineFormat, Undecodable
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.fakes.faults import Fault
from tests.fakes.mithril import FakeMithril
from tests.fakes.xai import FakeXai
from tests.servers.sockets import eventually

from .callers import api


class Item(ApiModel):
    """A request of xAI."""

    batch_request_id: str
    batch_request: dict[str, JsonValue]


class Line(ApiModel):
    """A line of an input file, of both services."""

    custom_id: str
    method: str
    url: str
    body: dict[str, JsonValue]


def get(id: str, path: str, *parameters: Parameter) -> Operation[JsonValue]:
    return Operation(
        id=id,
        method="GET",
        path=path,
        parameters=parameters,
        results={"200": Json(JsonValue)},
    )


def pages(items: str) -> Pagination[Any]:
    return Pagination(
        kind="cursor",
        items=f"$response.body#/{items}",
        next="$response.body#/pagination_token",
        send="$request.query.pagination_token",
        size="$request.query.limit",
    )


CREATE: Operation[JsonValue] = Operation(
    id="createBatch",
    method="POST",
    path="/v1/batches",
    body=JsonBody(required=True),
    results={"200": Json(JsonValue)},
)
UPLOAD: Operation[JsonValue] = Operation(
    id="uploadFile",
    method="POST",
    path="/v1/files",
    body=MultipartBody(parts=(Part("file", file=True),), required=True),
    results={"200": Json(JsonValue)},
)
JOB = Parameter("job_id", "path")
TOKEN = (Parameter("limit", "query"), Parameter("pagination_token", "query"))
STATUS = get("getBatch", "/v1/batches/{job_id}", JOB)
LIST = get("listBatches", "/v1/batches", *TOKEN)
ADD: Operation[None] = Operation(
    id="addBatchRequests",
    method="POST",
    path="/v1/batches/{job_id}/requests",
    parameters=(JOB,),
    body=JsonBody(required=True),
    results={"2XX": Nothing()},
)
ADDED = get("listBatchRequests", "/v1/batches/{job_id}/requests", JOB, *TOKEN)
RESULTS = get("listBatchResults", "/v1/batches/{job_id}/results", JOB, *TOKEN)
CONTENT: Operation[bytes] = Operation(
    id="getFileContent",
    method="GET",
    path="/v1/files/{file_id}/content",
    parameters=(Parameter("file_id", "path"),),
    results={"200": Raw()},
)
BY_JOB = {"job_id": "$job"}

# ------------------------------------------------------------------ xAI
XAI_OUTCOME: Outcome[Any, Any] = Outcome(
    id="/batch_request_id",
    cases=(
        Case("failed", "/batch_result/error", At("/batch_result/error", "present")),
        Case(
            "succeeded",
            "/batch_result/response",
            All(
                (
                    At("/batch_result/response", "present"),
                    Not(At("/batch_result/response", "eq", "unknown")),
                )
            ),
        ),
    ),
)
XAI_POLLING = Polling(
    rules=(
        Rule(
            "failed",
            At("/cancel_by_xai_message", "present"),
            "/cancel_by_xai_message",
        ),
        Rule("ended", At("/cancel_time", "present")),
        Rule(
            "succeeded",
            All(
                (At("/state/num_requests", "gt", 0), At("/state/num_pending", "eq", 0))
            ),
        ),
    )
)
XAI_RESULTS = Results[Any, Any](
    call=Link(operation=RESULTS, parameters=BY_JOB),
    outcome=XAI_OUTCOME,
    pagination=pages("results"),
)
XAI: Running[Any, Any, Any] = Running(
    create=CREATE,
    job="$response.body#/batch_id",
    status=Link(operation=STATUS, parameters=BY_JOB),
    polling=XAI_POLLING,
    outcomes=(XAI_RESULTS,),
    adding=Adding(
        call=Link(operation=ADD, parameters=BY_JOB),
        requests="/batch_requests",
        format=LineFormat(
            item=Json(Item), id="/batch_request_id", max_lines=3, max_bytes=25_000_000
        ),
        per_second=1000.0,
    ),
    added=Added(
        call=Link(operation=ADDED, parameters=BY_JOB),
        pagination=pages("batch_request_metadata"),
        id="/batch_request_id",
        page_size=1000,
    ),
)
XAI_FILES: Running[Any, Any, Any] = Running(
    create=CREATE,
    job="$response.body#/batch_id",
    status=Link(operation=STATUS, parameters=BY_JOB),
    polling=XAI_POLLING,
    outcomes=(XAI_RESULTS,),
    uploading=Uploading(
        call=Link(operation=UPLOAD),
        format=LineFormat(
            item=Json(Line), id="/custom_id", max_lines=50_000, max_bytes=200_000_000
        ),
    ),
    made=Made(
        call=Link(operation=LIST),
        pagination=pages("batches"),
        match="/input_file_id",
        job="/batch_id",
    ),
)

# ------------------------------------------------------------------ Mithril
LINES: Streaming[JsonValue] = Streaming(framing="jsonl", item=Json(JsonValue))
MITHRIL_OUTCOME: Outcome[Any, Any] = Outcome(
    id="/custom_id",
    cases=(
        Case("failed", "/error", At("/error", "present")),
        Case("failed", "/response/body", At("/response/status_code", "ge", 400)),
        Case("succeeded", "/response/body", At("/response", "present")),
    ),
)
MITHRIL: Running[Any, Any, Any] = Running(
    create=CREATE,
    job="$response.body#/id",
    status=Link(operation=STATUS, parameters=BY_JOB),
    polling=Polling(
        rules=(
            Rule("succeeded", At("/status", "eq", "completed")),
            Rule("failed", At("/status", "eq", "failed"), "/errors/0/message"),
            Rule("ended", At("/status", "in", ("expired", "cancelled"))),
        )
    ),
    outcomes=tuple(
        Results[Any, Any](
            call=Link(operation=CONTENT, parameters={"file_id": f"$job#/{name}"}),
            outcome=MITHRIL_OUTCOME,
            lines=LINES,
        )
        for name in ("output_file_id", "error_file_id")
    ),
    uploading=Uploading(
        call=Link(operation=UPLOAD),
        format=LineFormat(item=Json(Line), id="/custom_id", max_lines=4),
        members={"purpose": "batch"},
    ),
)


# ------------------------------------------------------------------ both kinds of client
class _Group(Group):
    def run(self, running: Any, body: Any, requests: Any, **more: Any) -> Any:
        more = {"timeout": 30, "interval": 0.001, **more}
        return self._run(run_batch(self, Run, running, (), body, requests, **more))


class _AsyncGroup(AsyncGroup):
    async def run(self, running: Any, body: Any, requests: Any, **more: Any) -> Any:
        more = {"timeout": 30, "interval": 0.001, **more}
        return await self._run(
            run_batch(self, AsyncRun, running, (), body, requests, **more)
        )


class Ran(NamedTuple):
    """What came of a run."""

    outcomes: list[Any]
    joined: Joined[Any, Any, Any]
    job: Any


class Runner(NamedTuple):
    """Runs batches with one kind of client."""

    kind: str

    def __call__(
        self, url: str, running: Any, body: Any, requests: Any, **more: Any
    ) -> Ran:
        again = more.pop("again", requests)
        key = {"bearer": "test-key"}
        if self.kind == "sync":
            with BaseClient(api(), key, base_url=url) as client:
                run = _Group(client).run(running, body, requests, **more)
                return Ran(list(run), join(run, again), run.job)

        async def main() -> Ran:
            async with AsyncBaseClient(api(), key, base_url=url) as client:
                run = await _AsyncGroup(client).run(running, body, requests, **more)
                outcomes = [each async for each in run]
                return Ran(outcomes, await join_async(run, again), run.job)

        return asyncio.run(main())


@pytest.fixture
def runner(kind: str) -> Runner:
    return Runner(kind)


@pytest.fixture
def xai() -> Iterator[FakeXai]:
    with FakeXai(page_size=2) as service:
        yield service


@pytest.fixture
def mithril() -> Iterator[FakeMithril]:
    with FakeMithril() as service:
        yield service


NAMES = [f"r{number}" for number in range(7)]


def chat(name: str) -> dict[str, Any]:
    model = "bad-model" if name == "r5" else "grok-4"
    return {"model": model, "messages": [{"role": "user", "content": f"say {name}"}]}


ITEMS = [
    {"batch_request_id": name, "batch_request": {"chat_get_completion": chat(name)}}
    for name in NAMES
]
FILE_LINES: list[dict[str, Any]] = [
    {
        "custom_id": name,
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": chat(name),
    }
    for name in NAMES
]
NIGHTLY = {"name": "nightly"}


def check(ran: Ran, names: list[str]) -> None:
    """Each request has one outcome, and only r5 failed."""
    assert sorted(each.id for each in ran.outcomes) == names
    failed = [each.id for each in ran.outcomes if isinstance(each, Failed)]
    assert failed == [name for name in names if name == "r5"]
    assert len(ran.joined.pairs) == len(names)
    for request, outcome in ran.joined.pairs:
        if isinstance(outcome, Succeeded):
            prompt = request.get("body") or request["batch_request"].get(
                "chat_get_completion"
            )
            assert prompt["messages"][0]["content"] in str(outcome.body)


def entries(xai: FakeXai) -> list[str]:
    return sorted(id for batch in xai.store.batches.values() for id in batch.entries)


# ------------------------------------------------------------------ requests that are added
def test_requests_added_in_calls(runner: Runner, xai: FakeXai, tmp_path: Path) -> None:
    ran = runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=tmp_path / "run.json")
    check(ran, NAMES)
    assert ran.job["state"]["num_requests"] == len(NAMES)
    added = [r for r in xai.requests if r.path.endswith("/requests")]
    assert [len(r.json()["batch_requests"]) for r in added] == [3, 3, 1]
    check(runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=tmp_path / "run.json"), NAMES)
    assert len(xai.store.batches) == 1


@pytest.mark.parametrize("happened", [False, True])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_answer_that_never_came(
    runner: Runner, xai: FakeXai, happened: bool, place: int, tmp_path: Path
) -> None:
    """The service refuses ids that come twice, so sending again would not go unnoticed."""
    state = tmp_path / "run.json"
    path = "*/requests"
    fault = Fault("POST", path, cut="before_headers", takes_effect=happened)
    late = Fault("POST", path, delay=0.0, times=place)
    xai.faults.extend([late, fault] if place else [fault])
    with pytest.raises(errors.ConnectionFailedError):
        runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=state)
    assert len(entries(xai)) == min(len(NAMES), 3 * (place + happened))
    check(runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=state), NAMES)
    assert entries(xai) == NAMES


def test_a_rate_limit_and_a_busy_service(runner: Runner, xai: FakeXai) -> None:
    xai.faults.append(Fault("POST", "*/requests", status=429, retry_after=0))
    xai.faults.append(Fault("GET", "*/results", status=503))
    check(runner(xai.base_url, XAI, NIGHTLY, ITEMS), NAMES)


def test_a_service_that_refuses(runner: Runner, xai: FakeXai, tmp_path: Path) -> None:
    state = tmp_path / "run.json"
    xai.faults.append(Fault("POST", "*/requests", status=422))
    with pytest.raises(errors.UnprocessableError):
        runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=state)
    check(runner(xai.base_url, XAI, NIGHTLY, ITEMS, state=state), NAMES)
    assert len(xai.store.batches) == 1


# ------------------------------------------------------------------ requests in files
def test_a_batch_from_a_file(runner: Runner, xai: FakeXai, tmp_path: Path) -> None:
    lines = [Line(**line) for line in FILE_LINES]
    ran = runner(
        xai.base_url, XAI_FILES, NIGHTLY, lines, again=FILE_LINES, state=tmp_path / "s"
    )
    check(ran, NAMES)
    assert [batch.name for batch in xai.store.batches.values()] == ["nightly"]


@pytest.mark.parametrize("happened", [False, True])
def test_a_batch_that_was_made_unseen_is_found(
    runner: Runner, xai: FakeXai, happened: bool, tmp_path: Path
) -> None:
    state = tmp_path / "run.json"
    path = "/v1/batches"
    fault = Fault("POST", path, cut="before_headers", takes_effect=happened)
    xai.faults.append(fault)
    with pytest.raises(errors.ConnectionFailedError):
        runner(xai.base_url, XAI_FILES, NIGHTLY, FILE_LINES, state=state)
    check(runner(xai.base_url, XAI_FILES, NIGHTLY, FILE_LINES, state=state), NAMES)
    assert (len(xai.store.batches), len(xai.store.files)) == (1, 1)


def test_a_file_that_the_service_rejects(
    runner: Runner, xai: FakeXai, tmp_path: Path
) -> None:
    wrong = [{**FILE_LINES[0], "body": {**chat("r0"), "model": "grok-4.5"}}]
    for _ in range(2):  # what is known about a failed run does not go away
        with pytest.raises(JobFailedError, match=r"grok-4\.5"):
            runner(xai.base_url, XAI_FILES, NIGHTLY, wrong, state=tmp_path / "s")
    assert len(xai.store.batches) == 1


def test_several_files_with_outputs_and_errors(
    runner: Runner, mithril: FakeMithril, tmp_path: Path
) -> None:
    state = tmp_path / "run.json"
    lines = saying({"r2": "lost", "r5": "too long"}, NAMES)
    ran = runner(mithril.base_url, MITHRIL, None, lines, state=state)
    assert len(mithril.store.batches) == 2  # four lines a file
    assert [(r["custom_id"], type(o)) for r, o in ran.joined.pairs] == [
        (name, Failed if name in ("r2", "r5") else Succeeded) for name in NAMES
    ]
    assert not (ran.joined.missing or ran.joined.duplicates or ran.joined.unknown)
    runner(mithril.base_url, MITHRIL, None, lines, state=state)
    assert len(mithril.store.batches) == 2


def test_what_failed_is_sent_again(
    runner: Runner, mithril: FakeMithril, tmp_path: Path
) -> None:
    state = tmp_path / "run.json"
    lines = saying({"r2": "lost", "r5": "too long"}, NAMES)
    for _ in range(2):
        ran = runner(mithril.base_url, MITHRIL, None, lines, state=state, attempts=2)
        assert len(mithril.store.batches) == 3  # four lines a file, then the two
        assert [(r["custom_id"], type(o)) for r, o in ran.joined.pairs] == [
            (name, Failed if name in ("r2", "r5") else Succeeded) for name in NAMES
        ]
        assert not (ran.joined.missing or ran.joined.duplicates or ran.joined.unknown)
    *_, last = mithril.store.batches.values()
    sent = last.input_file.data.splitlines()
    assert [json.loads(line)["custom_id"] for line in sent] == ["r2", "r5"]


def saying(said: dict[str, str], names: list[str]) -> list[dict[str, Any]]:
    """Lines of one model, in which some users say what the service answers in other ways."""
    return [
        {
            "custom_id": name,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {
                "model": "grok-4",
                "messages": [{"role": "user", "content": said.get(name, name)}],
            },
        }
        for name in names
    ]


def test_an_unknown_creation_needs_a_choice(
    runner: Runner, mithril: FakeMithril, tmp_path: Path
) -> None:
    state = tmp_path / "run.json"
    lines = FILE_LINES[:3]
    fault = Fault("POST", "/v1/batches", cut="before_headers", takes_effect=True)
    mithril.faults.append(fault)
    with pytest.raises(errors.ConnectionFailedError):
        runner(mithril.base_url, MITHRIL, None, lines, state=state)
    with pytest.raises(errors.InvalidRequestError, match=r"run\.json.*resend=True"):
        runner(mithril.base_url, MITHRIL, None, lines, state=state)
    assert len(mithril.store.batches) == 1
    check(
        runner(mithril.base_url, MITHRIL, None, lines, state=state, resend=True),
        NAMES[:3],
    )
    assert len(mithril.store.batches) == 2


def test_lines_that_cannot_be_read_and_lines_that_come_twice(
    runner: Runner, mithril: FakeMithril
) -> None:
    lines = saying({"r1": "broken line", "r2": "twice"}, NAMES[:4])
    ran = runner(mithril.base_url, MITHRIL, None, lines)
    joined = ran.joined
    assert [o.id for _, o in joined.pairs] == ["r0", "r2", "r3"]
    assert [request["custom_id"] for request in joined.missing] == ["r1"]
    assert [o.id for o in joined.duplicates if not isinstance(o, Undecodable)] == ["r2"]
    assert [type(o) for o in joined.unknown] == [Undecodable]


# ------------------------------------------------------------------ the event loop
def test_slow_disks_do_not_stop_the_event_loop(
    xai: FakeXai, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """This disk is so slow that the loop goes round some times meanwhile."""
    sync, beats, written = os.fsync, 0, 0

    def slow(descriptor: int) -> None:
        nonlocal written
        before = beats
        assert eventually(lambda: beats > before + 3)
        written += 1
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.001)
            beats += 1

    async def main() -> None:
        key = {"bearer": "test-key"}
        async with AsyncBaseClient(api(), key, base_url=xai.base_url) as client:
            beating = asyncio.create_task(beat())
            await _AsyncGroup(client).run(
                XAI, NIGHTLY, ITEMS[:2], state=tmp_path / "run.json"
            )
            beating.cancel()

    asyncio.run(main())
    assert written > 2


def test_async_outcomes_of_a_run_come_as_they_are_asked_for(xai: FakeXai) -> None:
    async def main() -> list[str]:
        key = {"bearer": "test-key"}
        async with AsyncBaseClient(api(), key, base_url=xai.base_url) as client:
            run = await _AsyncGroup(client).run(XAI, NIGHTLY, ITEMS)
            before = len(xai.requests)
            outcomes: AsyncIterator[Any] = aiter(run)
            first = await anext(outcomes)
            assert len(xai.requests) == before + 1
            return [first.id, *[each.id async for each in outcomes]]

    assert sorted(asyncio.run(main())) == NAMES
