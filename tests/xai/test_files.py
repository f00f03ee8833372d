"""Input files, and batches that are made from them, by both clients."""

from __future__ import annotations

from io import BytesIO, IOBase
from typing import TYPE_CHECKING

import pytest

from tests.fakes.multipart import PartOf, parts_of
from tests.xai.requests import chat, line, said
from xai_batches import UNSET
from xai_batches.errors import (
    BadRequestError,
    InvalidRequestError,
    JobFailedError,
    NotFoundError,
)
from xai_batches.models import Batch, ErrorBody, ErrorDetail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

    from tests.fakes.xai import FakeXai
    from tests.xai.drivers import Driver
    from xai_batches import Client

    File = bytes | Path | IO[bytes]

# What text processing would change: CR, a line separator, no end of the last line.
CONTENT = line("a", "tab\tand\u2028line") + b"\r\n" + line("b", "ü").rstrip()


def as_path(folder: Path) -> Path:
    path = folder / "in put.jsonl"
    path.write_bytes(CONTENT)
    return path


def as_open_file(folder: Path) -> IO[bytes]:
    return as_path(folder).open("rb")


def as_bytes(_folder: Path) -> bytes:
    return CONTENT


def as_memory(_folder: Path) -> IO[bytes]:
    return BytesIO(CONTENT)


@pytest.mark.parametrize(
    ("make", "filename"),
    [
        (as_path, "in put.jsonl"),
        (as_open_file, "in put.jsonl"),
        (as_bytes, "file"),
        (as_memory, "file"),
    ],
)
def test_a_file_arrives_byte_for_byte(
    client: Client,
    fake: FakeXai,
    tmp_path: Path,
    make: Callable[[Path], File],
    filename: str,
) -> None:
    given = make(tmp_path)
    stored = client.files.upload(file=given, expires_after=86_400)
    [received] = fake.requests
    # The service wants expires_after first.
    assert parts_of(received) == [
        PartOf("expires_after", None, None, b"86400"),
        PartOf("file", filename, "application/jsonl", CONTENT),
    ]
    assert fake.store.files[stored.id].data == CONTENT
    assert received.header("content-length") == str(len(received.body))
    assert (stored.filename, stored.bytes_) == (filename, len(CONTENT))
    assert stored.size is UNSET
    assert isinstance(stored.expires_at, int) and stored.created_at
    assert stored.expires_at - stored.created_at == 86_400
    if isinstance(given, IOBase):
        assert not given.closed  # it belongs to the caller
        given.close()


def test_a_file_with_a_name_and_without_an_end(client: Client, fake: FakeXai) -> None:
    stored = client.files.upload(file=('q"1.jsonl', CONTENT))
    assert parts_of(fake.requests[0]) == [
        PartOf("file", "q%221.jsonl", "application/jsonl", CONTENT)
    ]
    assert stored.expires_at is None


def test_a_refused_upload(client: Client) -> None:
    with pytest.raises(BadRequestError) as caught:
        client.files.upload(file=CONTENT, expires_after=1)
    body = caught.value.body
    assert isinstance(body, ErrorBody) and isinstance(body.error, ErrorDetail)
    assert body.error.param == "expires_after"


def test_a_missing_file_is_noticed_before_anything_is_sent(
    client: Client, fake: FakeXai, tmp_path: Path
) -> None:
    with pytest.raises(InvalidRequestError, match=r"nowhere\.jsonl"):
        client.files.upload(file=tmp_path / "nowhere.jsonl")
    assert fake.requests == []


def test_a_batch_made_from_a_file(driver: Driver, client: Client) -> None:
    content = line("a", "1+1") + line("b", "2+2", "bad-model")
    file = client.files.upload(file=content)
    made = client.batches.create(name="nightly", input_file_id=file.id)
    assert (made.input_file_id, made.state.num_requests) == (file.id, 0)

    seen: list[Batch] = []
    done = client.batches.wait(
        made.batch_id, poll_interval=0.01, on_progress=seen.append
    )
    # While the file is being read, all counters are 0, and that is not the end.
    assert [client.batches.progress(job) for job in seen] == [(0, 0), (1, 2), (2, 2)]
    assert (done.state.num_success, done.state.num_error) == (1, 1)

    lines = [{"custom_id": "b"}, {"custom_id": "a"}]
    outcomes = client.batches.outcomes(made.batch_id)
    joined = driver.join(outcomes, lines, id="/custom_id")
    assert [(request["custom_id"], said(o)) for request, o in joined.pairs] == [
        ("b", "error 3: bad model"),
        ("a", "echo: 1+1"),
    ]


def test_a_batch_made_from_a_file_is_sealed(client: Client) -> None:
    file = client.files.upload(file=line("a", "x"))
    batch = client.batches.create(name="n", input_file_id=file.id)
    with pytest.raises(BadRequestError, match="sealed"):
        client.batches.add_requests(batch.batch_id, batch_requests=[chat("b", "x")])


def test_a_batch_needs_a_file_that_is_there(client: Client) -> None:
    with pytest.raises(NotFoundError, match="File not found"):
        client.batches.create(name="n", input_file_id="file-none")


def test_a_batch_that_xai_cancels_has_failed(client: Client) -> None:
    file = client.files.upload(file=line("a", "x") + line("b", "x", "grok-4.5"))
    batch = client.batches.create(name="n", input_file_id=file.id)
    with pytest.raises(JobFailedError) as caught:
        client.batches.wait(batch.batch_id, poll_interval=0.01)
    reason = (
        "JSONL file validation failed: line 2: "
        "Model grok-4.5 is not supported for batch processing."
    )
    assert caught.value.reason == reason
    assert str(caught.value).startswith(f"The job failed: {reason} (GET http")
    job = caught.value.job
    assert isinstance(job, Batch)
    assert (job.batch_id, job.cancel_by_xai_message) == (batch.batch_id, reason)
    assert job.cancel_time


def test_files_are_listed_read_and_deleted(client: Client, fake: FakeXai) -> None:
    first = client.files.upload(file=("a.jsonl", CONTENT))
    second = client.files.upload(file=("b.jsonl", b""), expires_after=3600)
    assert [file.id for file in client.files.list().data] == [first.id, second.id]
    assert client.files.retrieve(second.id) == second
    assert client.files.content(first.id).read() == CONTENT
    deleted = client.files.delete(first.id)
    assert (deleted.id, deleted.deleted) == (first.id, True)
    with pytest.raises(NotFoundError):
        client.files.retrieve(first.id)
