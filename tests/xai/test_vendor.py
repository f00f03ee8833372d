"""litellm's own client of xAI's batches against the same service: both do the same and read the same.

litellm runs in an environment of its own, see `make servers`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.multipart import parts_of
from tests.servers.scripts import run_script
from tests.xai.drivers import Direct
from tests.xai.requests import line, said
from xai_batches import Options
from xai_batches.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fakes.xai import FakeXai, Received
    from tests.xai.drivers import Driver
    from xai_batches import Client

BEGIN = """
import json, os, sys
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it is fetched from elsewhere
import litellm
how = {"custom_llm_provider": "xai", "api_base": sys.argv[1] + "/v1", "api_key": "test-key"}
def upload():
    return litellm.create_file(file=("in.jsonl", sys.stdin.buffer.read()), purpose="batch", **how)
def create(file_id):
    return litellm.create_batch(
        completion_window="24h", endpoint="/v1/chat/completions", input_file_id=file_id,
        metadata={"name": "nightly"}, **how
    )
def get(batch_id):
    return litellm.retrieve_batch(batch_id=batch_id, **how)
def counts(batch):
    found = batch.request_counts
    return [found.total, found.completed, found.failed]
"""

LIFE = """
file = upload()
batch = create(file.id)
states = [[batch.status, counts(batch)]]
while batch.status not in ("completed", "failed", "expired", "cancelled"):
    batch = get(batch.id)
    states.append([batch.status, counts(batch)])
results = litellm.file_content(file_id=batch.output_file_id, **how).content.decode()
print(json.dumps({
    "file": file.id, "batch": batch.id, "states": states,
    "results": [json.loads(text) for text in results.splitlines()],
}))
"""

REST = """
batch = create(upload().id)
page = litellm.list_batches(limit=5, **how)
cancelled = litellm.cancel_batch(batch_id=batch.id, **how)
try:
    get("batch_none")
except Exception as error:
    missing = str(error)
print(json.dumps({
    "batch": batch.id, "listed": [batch.id for batch in page.data],
    "cancelled": cancelled.status, "missing": missing,
}))
"""

REJECTED = """
batch = create(upload().id)
states = [get(batch.id).status, get(batch.id).status]
print(json.dumps({"batch": batch.id, "states": states}))
"""

REQUESTS = line("a", "1+1") + line("b", "2+2", "bad-model") + line("c", "3+3")


@pytest.fixture
def driver(fake: FakeXai) -> Iterator[Driver]:
    """The blocking client alone: litellm takes three seconds to start."""
    made = Direct(fake.base_url)
    yield made
    made.close()


def litellm(fake: FakeXai, script: str, given: bytes = REQUESTS) -> Any:
    """What a script prints, run with litellm."""
    return run_script("litellm", BEGIN + script, fake.base_url, given=given.decode())


def plain(received: Received) -> tuple[str, str, tuple[Any, ...], Any]:
    """A request without its headers."""
    body: Any = None
    if (received.header("content-type") or "").startswith("multipart/"):
        body = {part.name: (part.filename, part.content) for part in parts_of(received)}
    elif received.body:
        body = received.json()
    return received.method, received.path, received.query, body


def test_a_batch_from_a_file_seen_by_both(
    fake: FakeXai, driver: Driver, client: Client
) -> None:
    theirs = litellm(fake, LIFE)
    assert [state for state, _ in theirs["states"]] == [
        *("validating", "validating", "in_progress", "in_progress", "completed")
    ]
    assert theirs["states"][-1][1] == [3, 2, 1]
    sent = [plain(received) for received in fake.requests]
    fake.requests.clear()

    # The same calls, on the file and the batch that are there already.
    client.files.upload(
        file=("in.jsonl", REQUESTS), options=Options(extra_body={"purpose": "batch"})
    )
    client.batches.create(name="nightly", input_file_id=theirs["file"])
    batch = client.batches.retrieve(theirs["batch"])
    results = client.batches.outcomes(theirs["batch"], limit=1000)
    asked = [json.loads(text) for text in REQUESTS.splitlines()]
    joined = driver.join(results, asked, id="/custom_id")
    ours = {request["custom_id"]: said(outcome) for request, outcome in joined.pairs}
    assert [plain(received) for received in fake.requests] == [*sent[:3], sent[-1]]

    state = batch.state
    assert [state.num_requests, state.num_success, state.num_error] == [3, 2, 1]
    assert ours == {
        result["custom_id"]: said_by_them(result) for result in theirs["results"]
    }
    assert ours["a"] == "echo: 1+1" and ours.keys() == {"a", "b", "c"}


def said_by_them(result: dict[str, Any]) -> str:
    """What litellm made of a result, as `said` puts it."""
    if result["error"] is not None:
        return f"error {result['error']['code']}: {result['error']['message']}"
    content: str = result["response"]["body"]["choices"][0]["message"]["content"]
    return content


def test_lists_cancelling_and_what_is_missing(fake: FakeXai, client: Client) -> None:
    theirs = litellm(fake, REST)
    sent = [plain(received) for received in fake.requests[2:]]
    fake.requests.clear()

    listed = client.batches.list(limit=5).take(5)
    cancelled = client.batches.cancel(theirs["batch"])
    with pytest.raises(NotFoundError, match="Batch not found"):
        client.batches.retrieve("batch_none")
    assert [plain(received) for received in fake.requests] == sent
    assert [batch.batch_id for batch in listed] == theirs["listed"] == [theirs["batch"]]
    assert cancelled.cancel_time and theirs["cancelled"] == "cancelled"
    assert "Batch not found" in theirs["missing"]


def test_a_file_that_xai_rejects(fake: FakeXai, client: Client) -> None:
    theirs = litellm(fake, REJECTED, line("a", "x") + line("b", "x", "grok-4.5"))
    assert theirs["states"] == ["validating", "failed"]
    batch = client.batches.retrieve(theirs["batch"])
    assert batch.cancel_by_xai_message
    assert "grok-4.5 is not supported" in batch.cancel_by_xai_message
