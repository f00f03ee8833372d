"""What is particular about clients of this service: address, optional key, models, lists, states."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import pytest

from mithril import AsyncClient, Client
from mithril.errors import (
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    JobFailedError,
    NotFoundError,
    PollingTimeoutError,
    ServerError,
    UnprocessableError,
)
from mithril.models import Batch, ErrorBody
from tests.fakes.mithril import MODELS, FakeMithril, Fault
from tests.mithril.lines import line

if TYPE_CHECKING:
    from mithril.models import FileObject


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the one who runs the tests counts."""
    monkeypatch.delenv("MITHRIL_API_KEY", raising=False)
    monkeypatch.delenv("MITHRIL_BASE_URL", raising=False)


def test_the_address_is_needed() -> None:
    with pytest.raises(ConfigurationError, match="MITHRIL_BASE_URL"):
        Client(api_key="test-key")


def test_address_and_key_come_from_variables(
    fake: FakeMithril, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MITHRIL_BASE_URL", fake.base_url + "/")
    monkeypatch.setenv("MITHRIL_API_KEY", "test-key")
    with Client() as client:
        assert client.batches.list().data == []
    assert fake.requests[0].header("authorization") == "Bearer test-key"


@pytest.mark.parametrize("fake", [{"api_key": None}], indirect=True)
def test_a_key_is_not_needed(fake: FakeMithril) -> None:
    with Client(base_url=fake.base_url) as client:
        stored = client.files.upload(file=line("a", "x").encode())
        client.batches.create(input_file_id=stored.id)
    assert [received.header("authorization") for received in fake.requests] == [
        None
    ] * 2


def test_a_service_that_wants_a_key_says_so(fake: FakeMithril) -> None:
    with (
        Client(base_url=fake.base_url) as client,
        pytest.raises(AuthenticationError, match="Not authenticated") as caught,
    ):
        client.batches.list()
    assert caught.value.body == ErrorBody(detail="Not authenticated")


def test_the_lists_of_models_get_no_key(fake: FakeMithril, client: Client) -> None:
    names = client.models.active().active_models
    configs = client.models.configs().active_models
    assert names == list(MODELS) == [config.model_code for config in configs]
    assert [received.header("authorization") for received in fake.requests] == [
        None
    ] * 2
    assert configs[0].created_at == datetime(2025, 9, 29, 21, 47, 53, 119000, UTC)
    assert configs[0].description is None


@pytest.mark.parametrize("order", [None, "asc", "desc"])
@pytest.mark.parametrize("fake", [{"page_size": 3}], indirect=True)
def test_files_come_in_pages(
    fake: FakeMithril, client: Client, order: Literal["asc", "desc"] | None
) -> None:
    ids = [fake.store.put_file(b"", f"{n}.jsonl").id for n in range(7)]
    found = [file.id for file in client.files.list(order=order)]
    assert found == (ids if order == "asc" else ids[::-1])
    sent = [dict(received.query).get("after") for received in fake.requests]
    assert sent == [None, found[2], found[5]]


def test_a_list_without_files_is_one_page(fake: FakeMithril, client: Client) -> None:
    assert list(client.files.list(limit=1)) == []
    assert len(fake.requests) == 1


@pytest.mark.parametrize("fake", [{"batches_shown": 2}], indirect=True)
def test_the_list_of_batches_is_one_answer(fake: FakeMithril, client: Client) -> None:
    file = fake.store.put_file(b"", "in.jsonl")
    ids = [fake.store.create(file.id).id for _ in range(3)]
    found = client.batches.list()
    assert [batch.id for batch in found.data] == [ids[2], ids[1]]
    assert found.has_more is True


def start(client: Client, *said: str) -> Batch:
    """A batch of chats with the ids r0, r1 and so on."""
    content = "".join(line(f"r{n}", text) for n, text in enumerate(said))
    stored = client.files.upload(file=("in.jsonl", content.encode()))
    return client.batches.create(input_file_id=stored.id)


def ids_in(client: Client, file_id: object) -> list[str]:
    """The ids in a file of answers."""
    assert isinstance(file_id, str)
    lines = client.files.content(file_id).read().splitlines()
    return [json.loads(text)["custom_id"] for text in lines]


def test_progress_counts_answers_and_failures(client: Client) -> None:
    batch = start(client, "x", "lost", "x")
    seen: list[tuple[str, object]] = []
    done = client.batches.wait(
        batch.id,
        poll_interval=0.001,
        on_progress=lambda job: seen.append((job.status, client.batches.progress(job))),
    )
    assert seen == [
        ("in_progress", (0, 3)),
        ("in_progress", (1, 3)),
        ("in_progress", (2, 3)),
        ("finalizing", (3, 3)),
        ("completed", (3, 3)),
    ]
    assert ids_in(client, done.output_file_id) == ["r2", "r0"]
    assert ids_in(client, done.error_file_id) == ["r1"]


@pytest.mark.parametrize(
    "fake", [{"errors": "list"}, {"errors": "object"}], indirect=True
)
def test_a_file_that_is_not_valid_fails_the_batch(client: Client) -> None:
    stored = client.files.upload(file=line("a", "x").encode() + b"{\n")
    batch = client.batches.create(input_file_id=stored.id)
    with pytest.raises(JobFailedError) as caught:
        client.batches.wait(batch.id)
    assert caught.value.reason == "The line is not a JSON object."
    assert caught.value.state == "failed"


@pytest.mark.parametrize("way", ["cancel", "delete"])
@pytest.mark.parametrize("fake", [{"unknown_for": 0}], indirect=True)
def test_giving_up_keeps_what_was_done(client: Client, way: str) -> None:
    batch = start(client, "x", "x", "x")
    client.batches.retrieve(batch.id)
    client.batches.retrieve(batch.id)
    give_up = client.batches.cancel if way == "cancel" else client.batches.delete
    assert give_up(batch.id).status == "cancelling"
    done = client.batches.wait(batch.id, poll_interval=0.001)
    assert done.status == "cancelled"
    assert ids_in(client, done.output_file_id) == ["r2"]
    with pytest.raises(ConflictError, match="cannot be cancelled"):
        give_up(batch.id)


def test_an_expired_batch_has_ended() -> None:
    now = 1_759_182_473.0
    with (
        FakeMithril(clock=lambda: now, unknown_for=0) as fake,
        Client(api_key="test-key", base_url=fake.base_url) as client,
    ):
        batch = start(client, "x", "x", "x")
        client.batches.retrieve(batch.id)
        client.batches.retrieve(batch.id)
        now += 86_400
        done = client.batches.wait(batch.id)
        assert (done.status, done.expired_at) == ("expired", now)
        assert ids_in(client, done.output_file_id) == ["r2"]
        assert ids_in(client, done.error_file_id) == ["r0", "r1"]


@pytest.mark.parametrize("fake", [{"advance_per_get": 0}], indirect=True)
def test_waiting_ends_in_time(client: Client) -> None:
    batch = start(client, "x")
    with pytest.raises(PollingTimeoutError) as caught:
        client.batches.wait(batch.id, timeout=3.0, poll_interval=0.02)
    assert isinstance(caught.value.job, Batch)
    assert caught.value.job.status == "in_progress"


def test_what_is_wrong_says_where(client: Client) -> None:
    with pytest.raises(
        UnprocessableError, match="less than or equal to 10000"
    ) as caught:
        list(client.files.list(limit=10_001))
    body = caught.value.body
    assert isinstance(body, ErrorBody) and isinstance(body.detail, list)
    assert body.detail[0].loc == ["query", "limit"]
    with pytest.raises(NotFoundError, match="File not found"):
        client.files.content("file-none").read()


def creations(fake: FakeMithril) -> list[str]:
    """The requests that ask for a batch."""
    return [one.method for one in fake.requests if one.path == "/v1/batches"]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_batch_is_not_created_twice(
    fake: FakeMithril, client: Client, status: int
) -> None:
    stored = client.files.upload(file=line("a", "x").encode())
    fake.faults.append(
        Fault("POST", "/v1/batches", status=status, takes_effect=True, times=3)
    )
    with pytest.raises(ServerError) as caught:
        client.batches.create(input_file_id=stored.id)
    assert caught.value.status == status
    assert creations(fake) == ["POST"]
    assert len(fake.store.batches) == 1


def test_what_was_too_much_is_sent_again(fake: FakeMithril, client: Client) -> None:
    stored = client.files.upload(file=line("a", "x").encode())
    fake.faults.append(Fault("POST", "/v1/batches", status=429, retry_after=0))
    client.batches.create(input_file_id=stored.id)
    assert creations(fake) == ["POST", "POST"]
    assert len(fake.store.batches) == 1


def test_the_async_client_does_the_same(fake: FakeMithril) -> None:
    async def life() -> tuple[Batch, bytes, list[FileObject]]:
        async with AsyncClient(api_key="test-key", base_url=fake.base_url) as client:
            stored = await client.files.upload(file=line("a", "x").encode())
            batch = await client.batches.create(input_file_id=stored.id)
            done = await client.batches.wait(batch.id, poll_interval=0.001)
            content = await client.files.content(str(done.output_file_id)).read()
            return done, content, [file async for file in client.files.list(limit=1)]

    done, content, files = asyncio.run(life())
    assert (done.status, json.loads(content)["custom_id"]) == ("completed", "a")
    assert [file.id for file in files] == [done.output_file_id, done.input_file_id]
