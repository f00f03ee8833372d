"""The fake Mithril service does what is known of the real one and what the document does not say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.fakes.calling import FRESH
from tests.fakes.calling import Caller as Calls
from tests.fakes.mithril import FakeMithril
from tests.fakes.service import disagreements

MODEL = "openai/gpt-oss-20b"
DAY = 86_400


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_759_182_473.0

    def __call__(self) -> float:
        return self.now


class Caller(Calls[FakeMithril]):
    """Calls operations, and makes batches."""

    clock: Clock

    def upload(self, *lines: str) -> str:
        """Upload a file of these lines."""
        file = ("in.jsonl", "\n".join(lines).encode(), "application/jsonl")
        form = {"purpose": "batch"}
        return str(self("uploadFile", files={"file": file}, data=form)["id"])

    def create(self, *lines: str) -> str:
        """Create a batch of these lines."""
        made = self("createBatch", json={"input_file_id": self.upload(*lines)})
        assert made["status"] == "validating"
        return str(made["id"])

    def contents(self, batch: Any) -> tuple[list[Any], list[Any]]:
        """The lines of the two files of a batch; without a file there are none."""
        output, failures = (
            self.lines(batch[f"{name}_file_id"]) for name in ("output", "error")
        )
        return output, failures

    def lines(self, file_id: str | None) -> list[Any]:
        """The lines of a file, which the document describes."""
        if not file_id:
            return []
        data = self.http.get(f"/v1/files/{file_id}/content").content
        place = ("mithril", "getFileContent", 200)
        assert disagreements(*place, data, is_lines=True) == []
        return [json.loads(line) for line in data.splitlines()]


def line(custom_id: str, said: str = "", **members: Any) -> str:
    body = {"model": MODEL, "messages": [{"role": "user", "content": said}]}
    value = {"method": "POST", "url": "/v1/chat/completions", "body": body}
    return json.dumps({"custom_id": custom_id, **value, **members})


def counts(batch: Any) -> tuple[int, int, int]:
    """All requests, those that were answered, those that failed."""
    found = batch["request_counts"]
    return found["total"], found["completed"], found["failed"]


@pytest.fixture
def call(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A caller of a fresh service; indirect parameters are the options of the service."""
    options: dict[str, Any] = {"unknown_for": 0, **getattr(request, "param", {})}
    headers = {"authorization": "Bearer test-key"}
    clock = Clock()
    with (
        FakeMithril(clock=clock, **options) as fake,
        httpx2.Client(
            base_url=fake.base_url, limits=FRESH, headers=headers, timeout=60
        ) as http,
    ):
        made = Caller("mithril", fake, http)
        made.clock = clock
        yield made


def test_a_batch_goes_through_all_its_states(call: Caller) -> None:
    batch_id = call.create(*(line(f"r{n}", f"say {n}") for n in range(4)))
    seen = [call("getBatch", batch_id) for _ in range(5)]
    assert [(batch["status"], counts(batch)) for batch in seen] == [
        ("in_progress", (4, 0, 0)),
        ("in_progress", (4, 2, 0)),
        ("finalizing", (4, 4, 0)),
        ("completed", (4, 4, 0)),
        ("completed", (4, 4, 0)),
    ]
    output, failures = call.contents(seen[-1])
    assert failures == [] and seen[-2]["error_file_id"] == ""
    said = {
        found["custom_id"]: found["response"]["body"]["choices"][0]["message"]
        for found in output
    }
    assert [said[f"r{n}"]["content"] for n in range(4)] == [
        f"echo: say {n}" for n in range(4)
    ]
    assert list(said) == ["r3", "r2", "r1", "r0"]  # not the order of the input


def test_the_other_endpoint(call: Caller) -> None:
    body = {"model": MODEL, "input": "Hello!"}
    batch_id = call.create(line("a", url="/v1/responses", body=body))
    batch = call("getBatch", call.fake.store.finish(batch_id).id)
    assert batch["endpoint"] == "/v1/responses"
    [found], _ = call.contents(batch)
    answer = found["response"]["body"]
    assert answer["object"] == "response"
    assert answer["output"][0]["content"][0]["text"] == "echo: Hello!"


@pytest.mark.parametrize(
    ("lines", "errors"),
    [
        ([line("a"), "{"], [(2, "invalid_json_line")]),
        (["[]"], [(1, "invalid_json_line")]),
        ([line("a"), line("a")], [(2, "duplicate_custom_id")]),
        ([line("")], [(1, "missing_required_parameter")]),
        ([line("a", method="GET")], [(1, "invalid_method")]),
        ([line("a", url="/v1/embeddings")], [(1, "invalid_url")]),
        ([line("a", body={})], [(1, "missing_required_parameter")]),
        ([line("a"), line("b", body={"model": "other"})], [(2, "mismatched_model")]),
        ([], [(None, "empty_file")]),
        (["", line("a", method="GET"), "x"], [(2, "invalid_method"), (3, "invalid_json_line")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("call", [{}, {"errors": "object"}], indirect=True)
def test_a_file_that_is_not_valid_fails_the_batch(
    call: Caller, lines: list[str], errors: list[tuple[int | None, str]]
) -> None:
    batch_id = call.create(*lines)
    batch = call("getBatch", batch_id)
    found = batch["errors"]
    if call.fake.store.errors == "object":
        found = found["data"]
    assert [(error["line"], error["code"]) for error in found] == errors
    assert (batch["status"], counts(batch)) == ("failed", (0, 0, 0))
    assert batch["failed_at"] == call.clock.now
    assert call.contents(batch) == ([], [])


def test_files_for_something_else_make_no_batch(call: Caller) -> None:
    files = {"file": ("in.jsonl", line("a").encode(), "application/jsonl")}
    made = call("uploadFile", files=files, data={"purpose": "vision"})
    assert made["purpose"] == "vision"
    refused = call("createBatch", json={"input_file_id": made["id"]}, expect=400)
    assert refused["error"]["param"] == "input_file_id"


@pytest.mark.parametrize(
    ("operation", "status", "how", "at"),
    [
        ("listBatches", 401, {"headers": {"authorization": ""}}, None),
        ("listBatches", 401, {"headers": {"authorization": "Bearer other"}}, None),
        *((name, 404, {}, None) for name in ("getBatch", "cancelBatch", "deleteBatch")),
        ("getFileContent", 404, {}, None),
        ("createBatch", 404, {"json": {"input_file_id": "file-none"}}, None),
        ("createBatch", 422, {"json": {}}, ["body", "input_file_id"]),
        ("createBatch", 422, {"json": {"input_file_id": 1}}, ["body", "input_file_id"]),
        ("createBatch", 422, {}, ["body"]),
        ("listFiles", 422, {"params": {"limit": "10001"}}, ["query", "limit"]),
        ("listFiles", 400, {"params": {"after": "never given"}}, None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(
    call: Caller,
    operation: str,
    status: int,
    how: dict[str, Any],
    at: list[str | int] | None,
) -> None:
    body = call(operation, expect=status, **how)
    if at is not None:
        assert [found["loc"] for found in body["detail"]] == [at]
    assert not call.fake.store.batches and not call.fake.store.files


def test_methods_and_paths_that_are_not_there(call: Caller) -> None:
    assert call.http.get("/v1/files/none").json() == {"detail": "Not Found"}
    refused = call.http.put("/v1/batches")
    said = {"detail": "Method Not Allowed"}
    assert (refused.status_code, refused.json()) == (405, said)


@pytest.mark.parametrize("call", [{"unknown_for": 2}], indirect=True)
def test_a_new_batch_is_not_known_at_once(call: Caller) -> None:
    batch_id = call.create(line("a", "status 0"))
    call("getBatch", batch_id, expect=404)
    call("getBatch", batch_id, expect=404)
    while (batch := call("getBatch", batch_id))["status"] != "completed":
        pass
    output, [failure] = call.contents(batch)
    assert (output, failure["response"]["status_code"]) == ([], 0)
    assert batch["output_file_id"] == ""


def test_a_file_needs_a_purpose(call: Caller) -> None:
    file = ("in.jsonl", b"", "application/jsonl")
    refused = call("uploadFile", files={"file": file}, expect=422)
    assert "purpose" in str(refused)
