"""The fake xAI service does what is known of the real one and what the document does not say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes.calling import FRESH
from tests.fakes.calling import Caller as Calls
from tests.fakes.service import disagreements
from tests.fakes.xai import FakeXai, Fault

DATA = Path(__file__).parents[1] / "data/xai_batches"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
KEY = {"authorization": "Bearer test-key"}


class Caller(Calls[FakeXai]):
    """Calls operations, and makes batches."""

    def make(self, **members: str) -> str:
        """Create a batch."""
        return str(self("createBatch", json={"name": "n", **members})["batch_id"])

    def create(self, *prompts: str, model: str = "grok-4") -> str:
        """Create a batch with a chat for each prompt; their ids are r0, r1 and so on."""
        batch_id = self.make()
        self.add(batch_id, *(chat(f"r{n}", p, model) for n, p in enumerate(prompts)))
        return batch_id

    def add(self, batch_id: str, *items: dict[str, Any], expect: int = 200) -> Any:
        """Add requests to a batch."""
        body = {"batch_requests": items}
        return self("addBatchRequests", batch_id, json=body, expect=expect)

    def upload(self, *lines: str) -> str:
        """Upload a file of these lines."""
        files = {"file": ("in.jsonl", "\n".join(lines).encode(), "application/jsonl")}
        return str(self("uploadFile", files=files)["id"])


def chat(request_id: str, prompt: str, model: str = "grok-4") -> dict[str, Any]:
    body = {"model": model, "messages": [{"role": "user", "content": prompt}]}
    return {
        "batch_request_id": request_id,
        "batch_request": {"chat_get_completion": body},
    }


def line(custom_id: str, model: str = "grok-4") -> str:
    body = {"model": model, "messages": [{"role": "user", "content": custom_id}]}
    return json.dumps(
        {
            "custom_id": custom_id,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": body,
        }
    )


def counts(batch: Any) -> tuple[object, ...]:
    """Requests, pending, succeeded, failed, cancelled."""
    names = ("num_requests", "num_pending", "num_success", "num_error", "num_cancelled")
    return tuple(batch["state"][name] for name in names)


@pytest.fixture
def call(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A caller of a fresh service; indirect parameters are the options of the service."""
    options: dict[str, Any] = getattr(request, "param", {})
    with (
        FakeXai(clock=lambda: NOON, **options) as fake,
        httpx2.Client(
            base_url=fake.base_url, limits=FRESH, headers=KEY, timeout=60
        ) as http,
    ):
        yield Caller("xai_batches", fake, http)


def test_a_batch_is_worked_off_by_thirds_and_answers_with_what_was_said(
    call: Caller,
) -> None:
    batch_id = call.create("a", "b", "c", "d")
    assert [counts(call("getBatch", batch_id)) for _ in range(3)] == [
        (4, 2, 2, 0, 0),
        (4, 0, 4, 0, 0),
        (4, 0, 4, 0, 0),
    ]
    results = call("listBatchResults", batch_id)["results"]
    said = {
        result["batch_request_id"]: result["batch_result"]["response"][
            "chat_get_completion"
        ]["choices"][0]["message"]["content"]
        for result in results
    }
    assert said == {"r0": "echo: a", "r1": "echo: b", "r2": "echo: c", "r3": "echo: d"}
    assert [result["batch_request_id"] for result in results] != [
        "r0",
        "r1",
        "r2",
        "r3",
    ]


@pytest.mark.parametrize("call", [{"advance_per_get": 1}], indirect=True)
def test_only_finished_requests_have_results(call: Caller) -> None:
    batch_id = call.create("a", "b")
    assert call("listBatchResults", batch_id)["results"] == []
    call("getBatch", batch_id)
    assert len(call("listBatchResults", batch_id)["results"]) == 1
    states = call("listBatchRequests", batch_id)["batch_request_metadata"]
    assert [(entry["state"], entry["finish_time"]) for entry in states] == [
        ("pending", None),
        ("succeeded", "2026-03-01"),
    ]


def test_every_kind_of_request_gets_its_kind_of_response(call: Caller) -> None:
    batch_id = call.make()
    sample = DATA / "samples/add_batch_requests.request.mixed.json"
    call("addBatchRequests", batch_id, json=json.loads(sample.read_text("utf-8")))
    call.fake.store.finish(batch_id)
    results = call("listBatchResults", batch_id)["results"]
    kinds = {
        result["batch_request_id"]: next(iter(result["batch_result"]["response"]))
        for result in results
    }
    assert kinds == {
        "chat_001": "chat_get_completion",
        "mcp_001": "chat_get_completion",
        "img_001": "image_generation",
        "img_edit_001": "image_generation",
        "vid_001": "video_generation",
        "vid_edit_001": "video_generation",
        "vid_ext_001": "video_generation",
    }


def test_nothing_is_worked_on_after_the_end_of_the_last_day() -> None:
    now = NOON
    with (
        FakeXai(clock=lambda: now, advance_per_get=1) as fake,
        httpx2.Client(base_url=fake.base_url, limits=FRESH, headers=KEY) as http,
    ):
        call = Caller("xai_batches", fake, http)
        batch_id = call.create("a", "b", "c")
        now = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC).timestamp()
        assert call("getBatch", batch_id)["expire_time"] == "2026-03-02"
        assert counts(call("getBatch", batch_id)) == (3, 1, 2, 0, 0)
        now += 1
        assert counts(call("getBatch", batch_id)) == (3, 1, 2, 0, 0)


def test_cancelling_keeps_results_and_seals_the_batch(call: Caller) -> None:
    batch_id = call.create("a", "b", "c")
    call("getBatch", batch_id)
    cancelled = call("cancelBatch", batch_id)
    assert counts(cancelled) == (3, 0, 1, 0, 2)
    assert cancelled["cancel_time"] == "2026-03-01"
    assert counts(call("getBatch", batch_id)) == (3, 0, 1, 0, 2)
    assert len(call("listBatchResults", batch_id)["results"]) == 1
    call.add(batch_id, chat("late", "x"), expect=400)


def test_a_batch_made_from_a_file_is_empty_until_the_file_is_read(call: Caller) -> None:
    batch_id = call.make(input_file_id=call.upload(line("one"), line("two")))
    assert counts(call("getBatch", batch_id)) == (0, 0, 0, 0, 0)
    assert counts(call("getBatch", batch_id)) == (2, 1, 1, 0, 0)
    refused = call.add(batch_id, chat("late", "x"), expect=400)
    assert "sealed" in refused["error"]["message"]


def test_every_line_of_the_documented_file_is_valid(call: Caller) -> None:
    text = (DATA / "samples/batch_input.guide.jsonl").read_text("utf-8")
    batch_id = call.make(input_file_id=call.upload(*text.splitlines()))
    call.fake.store.finish(batch_id)
    assert counts(call("getBatch", batch_id)) == (8, 0, 8, 0, 0)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("not json", "not a JSON object"),
        ('{"custom_id": "x"}', "method must be POST"),
        (line("one"), "custom_id one is not unique"),
        (line("x", "grok-4.5"), "Model grok-4.5 is not supported for batch processing"),
        (
            line("x").replace("/v1/chat/completions", "/v1/else"),
            "url /v1/else is not supported",
        ),
    ],
)
def test_one_invalid_line_cancels_the_whole_batch(
    call: Caller, bad: str, reason: str
) -> None:
    file_id = call.upload(line("one"), bad, line("three"))
    batch_id = call.make(input_file_id=file_id)
    assert call("getBatch", batch_id)["cancel_by_xai_message"] is None
    batch = call("getBatch", batch_id)
    assert (
        batch["cancel_by_xai_message"]
        == f"JSONL file validation failed: line 2: {reason}."
    )
    assert batch["cancel_time"] == "2026-03-01"
    assert counts(batch) == (0, 0, 0, 0, 0)


def test_requests_without_an_id_get_one(call: Caller) -> None:
    batch_id = call.make()
    items = [chat("", "x"), chat("", "x"), chat("mine", "x")]
    items[0]["batch_request_id"] = None
    del items[1]["batch_request_id"]
    call.add(batch_id, *items)
    entries = call("listBatchRequests", batch_id)["batch_request_metadata"]
    ids = [entry["batch_request_id"] for entry in entries]
    assert [len(request_id) for request_id in ids] == [36, 36, 4]
    assert ids[0] != ids[1]


def test_nothing_is_added_when_one_request_is_refused(call: Caller) -> None:
    batch_id = call.create("a")
    call.add(batch_id, chat("new", "x"), chat("r0", "again"), expect=400)
    empty = {"model": "grok-4", "messages": list[str]()}
    wrong = {"batch_request": {"chat_get_completion": empty}}
    call.add(batch_id, chat("n", "x"), wrong, expect=422)
    assert counts(call("getBatch", batch_id))[0] == 1


FILE = ("file", ("a.jsonl", b"", "application/jsonl"))


@pytest.mark.parametrize(
    ("operation", "status", "how"),
    [
        ("getBatch", 401, {"headers": {"authorization": ""}}),
        ("getBatch", 401, {"headers": {"authorization": "Basic test-key"}}),
        ("getBatch", 400, {"headers": {"authorization": "Bearer other"}}),
        *((name, 404, {}) for name in ("getBatch", "cancelBatch", "listBatchResults")),
        ("createBatch", 404, {"json": {"name": "n", "input_file_id": "file-none"}}),
        ("createBatch", 415, {"content": b'{"name": "n"}'}),
        ("createBatch", 422, {"json": {"name": 1}}),
        ("listBatches", 400, {"params": {"limit": "0"}}),
        ("listBatchResults", 400, {"params": {"limit": "1001"}}),
        ("listBatches", 400, {"params": {"pagination_token": "never given"}}),
        ("uploadFile", 400, {"files": [FILE, ("expires_after", (None, b"3600"))]}),
    ],
)
def test_what_is_wrong_is_refused(
    call: Caller, operation: str, status: int, how: dict[str, Any]
) -> None:
    call(operation, expect=status, **how)


@pytest.mark.parametrize(
    "call",
    [{"date_times": True, "int64_as_text": True, "add_answer": "empty"}],
    indirect=True,
)
def test_the_other_forms_of_times_counters_and_answers(call: Caller) -> None:
    batch = call("getBatch", call.create("a"))
    assert (batch["create_time"], batch["expire_time"]) == (
        "2026-03-01T12:00:00Z",
        "2026-03-02T12:00:00Z",
    )
    assert counts(batch) == ("1", "0", "1", "0", "0")
    assert batch["cost_breakdown"]["total_cost_usd_ticks"] == "625000"


def test_requests_are_noted_as_they_came(call: Caller) -> None:
    call("getBatch", "a%2Fb", expect=404, params={"x": "1 2"})
    (request,) = call.fake.requests
    assert (request.method, request.path) == ("GET", "/v1/batches/a%2Fb")
    assert request.query == (("x", "1 2"),)
    assert request.header("Authorization") == "Bearer test-key"


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(2, "2"), (datetime(2026, 3, 1, 12, tzinfo=UTC), "Sun, 01 Mar 2026 12:00:00 GMT")],
)
def test_a_fault_refuses_as_often_as_it_says(
    call: Caller, retry_after: int | datetime, header: str
) -> None:
    call.fake.faults.append(
        Fault("POST", "/v1/batches", status=429, retry_after=retry_after, times=2)
    )
    call("listBatches")
    for _ in range(2):
        refused = call.http.post("/v1/batches", json={"name": "n"})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, header)
        assert not disagreements("xai_batches", "createBatch", 429, refused.content)
    call("createBatch", json={"name": "n"})
    assert len(call.fake.store.batches) == 1


@pytest.mark.parametrize(
    ("fault", "error", "created"),
    [
        (Fault(cut="before_headers"), httpx2.RemoteProtocolError, 0),
        (Fault(cut="before_headers", takes_effect=True), httpx2.RemoteProtocolError, 1),
        (Fault(cut="in_body"), httpx2.RemoteProtocolError, 1),
        (Fault(delay=300), httpx2.ReadTimeout, 1),
    ],
)
def test_a_fault_loses_the_answer(
    call: Caller, fault: Fault, error: type[Exception], created: int
) -> None:
    call.fake.faults.append(fault)
    timeout = 2.0 if fault.delay else 60
    with pytest.raises(error):
        call.http.post("/v1/batches", json={"name": "n"}, timeout=timeout)
    assert len(call.fake.store.batches) == created
    assert len(call("listBatches")["batches"]) == created


@pytest.mark.parametrize(
    ("fault", "status", "created"),
    [
        (Fault(status=500), 500, 0),
        (Fault(status=503, takes_effect=True), 503, 1),
        (Fault(body=b'{"batch_id": '), 200, 1),
        (Fault(delay=0.01), 200, 1),
        (Fault(status=307, headers=(("location", "https://example.com/"),)), 307, 0),
    ],
)
def test_a_fault_spoils_the_answer(
    call: Caller, fault: Fault, status: int, created: int
) -> None:
    call.fake.faults.append(fault)
    response = call.http.post("/v1/batches", json={"name": "n"})
    assert response.status_code == status
    assert len(call.fake.store.batches) == created
    assert fault.body is None or response.content == fault.body
    assert dict(fault.headers).items() <= dict(response.headers).items()


RECORDED = [
    (path.stem, request)
    for path in sorted((DATA / "litellm").glob("*.json"))
    for request in json.loads(path.read_text("utf-8"))["requests"]
]


@pytest.mark.parametrize("call", [{"api_key": "k"}], indirect=True)
@pytest.mark.parametrize(("step", "request_"), RECORDED)
def test_recorded_requests_of_another_client_are_accepted(
    call: Caller, step: str, request_: dict[str, Any]
) -> None:
    store = call.fake.store
    store.put_file(b'{"custom_id":"r1"}\n', "in.jsonl", file_id="file_1")
    # The recorded tokens are ids here, for a token of this service is the id of the last entry.
    for batch_id in ("batch_1", "tok"):
        store.create("n", batch_id=batch_id)
    store.add("batch_1", [chat("r1", "x"), chat("t2", "x", "bad-model")])
    store.finish("batch_1")
    content = (
        json.dumps(request_["json"]) if "json" in request_ else request_.get("text", "")
    )
    headers = [pair for pair in request_["headers"] if pair[0] != "Content-Length"]
    response = call.http.request(
        request_["method"], request_["path"], headers=headers, content=content.encode()
    )
    assert response.status_code == (404 if "_error_404" in step else 200), response.text
