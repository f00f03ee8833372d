"""A whole batch in one call: requests added to it, or uploaded as a file; the same code for both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.xai_answers import UNBATCHABLE
from tests.xai.requests import chat, line, said
from xai_batches import Failed, Succeeded, join
from xai_batches.batch_files import LineWriter, write_failed
from xai_batches.errors import InvalidRequestError, JobFailedError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.xai import FakeXai
    from tests.xai.drivers import Driver
    from xai_batches import Client


def lines(*ids: str) -> list[Any]:
    return [json.loads(line(name, f"say {name}")) for name in ids]


def calls(fake: FakeXai) -> list[str]:
    """Methods and paths, those that follow each other once, with `{id}` for a batch."""
    found = list[str]()
    for received in fake.requests:
        steps = [
            "{id}" if s.startswith("batch_") else s for s in received.path.split("/")
        ]
        step = f"{received.method} {'/'.join(steps)}"
        if found[-1:] != [step]:
            found.append(step)
    return found


ADDING = [
    "POST /v1/batches",
    "POST /v1/batches/{id}/requests",
    "GET /v1/batches/{id}",
    "GET /v1/batches/{id}/results",
]
UPLOADING = ["POST /v1/files", "POST /v1/batches", *ADDING[2:]]


def test_requests_are_added(driver: Driver, client: Client, fake: FakeXai) -> None:
    requests = [chat(f"r{n}", f"say {n}") for n in range(5)]
    ran = client.batches.run(requests, name="nightly", poll_interval=0.001)
    joined = driver.join(ran, requests)
    assert [said(outcome) for _, outcome in joined.pairs] == [
        f"echo: say {n}" for n in range(5)
    ]
    assert (joined.missing, joined.duplicates, joined.unknown) == ([], [], [])
    assert ran.job.name == "nightly"
    assert calls(fake) == ADDING


def test_requests_are_uploaded(client: Client, fake: FakeXai) -> None:
    requests = lines("a", "b", "c")
    ran = client.batches.run_from_file(requests, name="nightly", poll_interval=0.001)
    assert sorted(o.id for o in ran if isinstance(o, Succeeded)) == ["a", "b", "c"]
    assert ran.job.input_file_id
    assert calls(fake) == UPLOADING


def test_the_file_may_be_there_already(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    with LineWriter(path) as writer:
        for request in lines("a", "b"):
            writer.write(request)
    ran = client.batches.run_from_file(path, name="nightly", poll_interval=0.001)
    assert sorted(o.id for o in ran if isinstance(o, Succeeded)) == ["a", "b"]


def test_a_finished_run_asks_for_its_results_only(
    client: Client, fake: FakeXai, tmp_path: Path
) -> None:
    requests = [chat(f"r{n}", "hi") for n in range(3)]
    state = tmp_path / "run.json"
    for _ in range(2):
        ran = client.batches.run(
            requests, name="nightly", state=state, poll_interval=0.001
        )
        assert sorted(o.id for o in ran if isinstance(o, Succeeded)) == [
            "r0",
            "r1",
            "r2",
        ]
    assert calls(fake).count("POST /v1/batches") == 1
    assert calls(fake).count("POST /v1/batches/{id}/requests") == 1


def test_other_requests_than_before_are_refused(
    client: Client, fake: FakeXai, tmp_path: Path
) -> None:
    state = tmp_path / "run.json"
    client.batches.run([chat("a", "hi")], name="n", state=state, poll_interval=0.001)
    before = len(fake.requests)
    with pytest.raises(InvalidRequestError, match=r"run\.json"):
        client.batches.run(
            [chat("b", "hi")], name="n", state=state, poll_interval=0.001
        )
    assert len(fake.requests) == before


def test_only_the_failed_ones_go_again(
    driver: Driver, client: Client, tmp_path: Path
) -> None:
    requests = [
        json.loads(line("good", "hi")),
        json.loads(line("bad", "hi", model="bad-model")),
    ]
    ran = client.batches.run_from_file(requests, name="n", poll_interval=0.001)
    joined = driver.join(ran, requests)
    kinds = {r["custom_id"]: type(outcome) for r, outcome in joined.pairs}
    assert kinds == {"good": Succeeded, "bad": Failed}
    again = tmp_path / "again.jsonl"
    count = write_failed(joined, again)
    left = [json.loads(text)["custom_id"] for text in again.read_text().splitlines()]
    assert (count, left) == (1, ["bad"])


def test_a_file_that_is_not_valid_fails_the_run(client: Client, tmp_path: Path) -> None:
    request = json.loads(line("a", "hi", model=UNBATCHABLE))
    with pytest.raises(JobFailedError) as raised:
        client.batches.run_from_file([request], name="n", poll_interval=0.001)
    assert raised.value.reason


def test_joining_with_a_run_in_the_blocking_client(fake: FakeXai) -> None:
    from xai_batches import Client as Blocking

    requests = [chat("a", "x"), chat("b", "y")]
    with Blocking(api_key=fake.api_key, base_url=fake.base_url) as blocking:
        ran = blocking.batches.run(requests, name="n", poll_interval=0.001)
        joined = join(ran, requests)
    assert [outcome.id for _, outcome in joined.pairs] == ["a", "b"]
