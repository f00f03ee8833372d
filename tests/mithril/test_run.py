"""A whole batch in one call: upload, create, follow, read both files."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from mithril import AsyncClient, Client, Failed, Succeeded, join, join_async
from mithril.errors import JobFailedError
from tests.fakes.mithril import FakeMithril
from tests.mithril.lines import MODEL, line

if TYPE_CHECKING:
    from pathlib import Path

    from mithril.models import Batch, BatchInputLineDict


def asked(*texts: str) -> list[BatchInputLineDict]:
    """Chats with the ids r0, r1 and so on."""
    return [json.loads(line(f"r{n}", text)) for n, text in enumerate(texts)]


LIFE = [
    ("POST", "/v1/files"),
    ("POST", "/v1/batches"),
    # Not known yet, then one for each of three answers, and two more.
    *[("GET", "/v1/batches/{job}")] * 6,
    ("GET", "/v1/files/{output}/content"),
    ("GET", "/v1/files/{errors}/content"),
]


def calls(fake: FakeMithril) -> list[tuple[str, str]]:
    """The calls so far, with names in place of the ids."""
    [batch] = fake.store.batches.values()
    names = {
        batch.id: "{job}",
        batch.output_file_id: "{output}",
        batch.error_file_id: "{errors}",
    }
    found = [(received.method, received.path) for received in fake.requests]
    for id_, name in names.items():
        found = [(method, path.replace(id_ or "-", name)) for method, path in found]
    return found


def test_requests_become_pairs(client: Client, fake: FakeMithril) -> None:
    requests = asked("x", "lost", "y")
    seen: list[str] = []
    ran = client.batches.run(
        requests,
        poll_interval=0.001,
        on_progress=lambda job: seen.append(job.status),
    )
    joined = join(ran, requests)
    assert [(r["custom_id"], type(outcome)) for r, outcome in joined.pairs] == [
        ("r0", Succeeded),
        ("r1", Failed),
        ("r2", Succeeded),
    ]
    assert (joined.missing, joined.duplicates, joined.unknown) == ([], [], [])
    assert ran.job.status == "completed" and set(seen) >= {"in_progress", "completed"}
    assert calls(fake) == LIFE
    [uploaded, *_] = fake.store.files.values()
    assert uploaded.purpose == "batch"
    assert [json.loads(text) for text in uploaded.data.splitlines()] == requests


def test_the_requests_may_be_in_a_file(
    client: Client, fake: FakeMithril, tmp_path: Path
) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(line("a", "x") + line("b", "y"), encoding="utf-8")
    ran = client.batches.run(path, poll_interval=0.001)
    joined = join(ran, path)
    assert [request["custom_id"] for request, _ in joined.pairs] == ["a", "b"]
    # No request failed, so there is no second file to ask for.
    assert calls(fake)[-1] == ("GET", "/v1/files/{output}/content")


def test_what_was_given_up_is_missing(client: Client, fake: FakeMithril) -> None:
    requests = asked("x", "x", "x")

    def give_up(job: Batch) -> None:
        if client.batches.progress(job) == (1, 3) and job.status == "in_progress":
            client.batches.cancel(job.id)

    ran = client.batches.run(requests, poll_interval=0.001, on_progress=give_up)
    joined = join(ran, requests)
    assert ran.job.status == "cancelled"
    assert [request["custom_id"] for request, _ in joined.pairs] == ["r2"]
    assert [request["custom_id"] for request in joined.missing] == ["r0", "r1"]


def test_what_expired_has_failed() -> None:
    now = 1_759_182_473.0

    def a_day_passes(job: Batch) -> None:
        nonlocal now
        if job.status == "in_progress" and client.batches.progress(job) == (1, 3):
            now += 86_400

    requests = asked("x", "x", "x")
    with (
        FakeMithril(clock=lambda: now) as fake,
        Client(api_key="test-key", base_url=fake.base_url) as client,
    ):
        ran = client.batches.run(
            requests, poll_interval=0.001, on_progress=a_day_passes
        )
        joined = join(ran, requests)
    assert ran.job.status == "expired"
    kinds = [type(outcome) for _, outcome in joined.pairs]
    assert kinds == [Failed, Failed, Succeeded]


def test_a_file_that_is_refused(client: Client) -> None:
    other: BatchInputLineDict = json.loads(line("b", "y").replace(MODEL, "other"))
    with pytest.raises(JobFailedError) as caught:
        client.batches.run([*asked("x"), other], poll_interval=0.001)
    assert caught.value.reason == f"The file is for {MODEL}, not for other."


def test_the_async_client_does_the_same(fake: FakeMithril) -> None:
    requests = asked("x", "lost")

    async def life() -> list[str]:
        async with AsyncClient(api_key="test-key", base_url=fake.base_url) as client:
            ran = await client.batches.run(requests, poll_interval=0.001)
            joined = await join_async(ran, requests)
            return [type(outcome).__name__ for _, outcome in joined.pairs]

    assert asyncio.run(life()) == ["Succeeded", "Failed"]
