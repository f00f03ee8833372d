"""OpenAI's own client against the same service: the API is OpenAI's, so both must agree.

OpenAI's client runs in an environment of its own, see `make servers`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mithril import Client
from mithril._runtime.values.encoding import encode
from mithril.errors import AuthenticationError, NotFoundError
from mithril.models import BatchErrorList, FileObject
from tests.fakes.multipart import parts_of
from tests.mithril.lines import line
from tests.servers.scripts import run_script

if TYPE_CHECKING:
    from tests.fakes.mithril import FakeMithril, Received

BEGIN = """
import json, sys
from openai import OpenAI, OpenAIError
client = OpenAI(base_url=sys.argv[1] + "/v1", api_key="test-key", max_retries=0)
def upload():
    return client.files.create(file=("in.jsonl", sys.stdin.buffer.read()), purpose="batch")
def create(file_id):
    return client.batches.create(
        input_file_id=file_id, endpoint="/v1/chat/completions", completion_window="24h"
    )
"""

LIFE = """
file = upload()
batch = create(file.id)
states = [batch.status]
while batch.status not in ("completed", "failed", "expired", "cancelled"):
    batch = client.batches.retrieve(batch.id)
    states.append(batch.status)
contents = [
    client.files.content(file_id).text if file_id else ""
    for file_id in (batch.output_file_id, batch.error_file_id)
]
print(json.dumps({
    "file": file.to_dict(), "states": states, "contents": contents,
    "batch": batch.to_dict(warnings=False),
}))
"""

CANCEL = """
batch = create(upload().id)
states = [client.batches.retrieve(batch.id).status, client.batches.retrieve(batch.id).status]
states.append(client.batches.cancel(batch.id).status)
batch = client.batches.retrieve(batch.id)
states.append(batch.status)
output = client.files.content(batch.output_file_id).text
print(json.dumps({"states": states, "output": output, "error": batch.error_file_id}))
"""

FAILED = """
batch = client.batches.retrieve(create(upload().id).id)
print(json.dumps([error.to_dict() for error in batch.errors.data]))
"""

LISTS = """
files = [file.to_dict() for file in client.files.list(limit=2)]
batches = [batch.to_dict(warnings=False) for batch in client.batches.list()]
print(json.dumps({"files": files, "batches": batches}))
"""

REFUSED = """
def refused(call, *given):
    try:
        call(*given)
    except OpenAIError as error:
        return [error.status_code, type(error).__name__, error.message]
found = [
    refused(create, "file-none"),
    refused(client.batches.retrieve, "batch-none"),
    refused(client.files.content, "file-none"),
]
client.api_key = "other"
found.append(refused(client.batches.list))
print(json.dumps(found))
"""

REQUESTS = [line("a", "fine"), line("b", "too long"), line("c", "lost")]


def openai(fake: FakeMithril, script: str, given: str = "".join(REQUESTS)) -> Any:
    """What a script prints, run with OpenAI's client."""
    return run_script("openai", BEGIN + script, fake.base_url, given=given)


def as_json(model: object) -> dict[str, Any]:
    """A model as JSON."""
    found: dict[str, Any] = json.loads(encode(model))
    return found


def plain(received: Received) -> tuple[str, str, Any]:
    """A request as far as both clients must send the same."""
    media_type = (received.header("content-type") or "").partition(";")[0]
    body: Any = None
    if media_type == "multipart/form-data":
        # The order of the parts and the type of the file mean nothing here.
        body = {part.name: (part.filename, part.content) for part in parts_of(received)}
    elif received.body:
        # OpenAI wants an endpoint and a completion window besides.
        body = {"input_file_id": received.json()["input_file_id"]}
    return received.method, received.path, body


def test_a_whole_life_seen_by_both(fake: FakeMithril, client: Client) -> None:
    theirs = openai(fake, LIFE)
    assert theirs["states"] == [
        *("validating", "in_progress", "in_progress", "in_progress"),
        *("finalizing", "completed"),
    ]
    sent = [plain(received) for received in fake.requests]
    fake.requests.clear()

    # The ids are those of the batch that is there already.
    ours = client.batches.retrieve(theirs["batch"]["id"])
    assert as_json(ours).items() >= theirs["batch"].items()
    assert ours.output_file_id and ours.error_file_id
    contents = [
        client.files.content(file_id).read()
        for file_id in (ours.output_file_id, ours.error_file_id)
    ]
    assert [content.decode() for content in contents] == theirs["contents"]
    assert [plain(received) for received in fake.requests] == sent[-3:]
    output, failures = (
        [json.loads(text)["custom_id"] for text in content.splitlines()]
        for content in contents
    )
    assert (output, failures) == (["a"], ["c", "b"])


def test_both_upload_and_create_in_the_same_way(
    fake: FakeMithril, client: Client
) -> None:
    theirs = openai(fake, LIFE)
    upload, create = (plain(received) for received in fake.requests[:2])
    fake.requests.clear()

    content = "".join(REQUESTS).encode()
    file = client.files.upload(file=("in.jsonl", content), purpose="batch")
    client.batches.create(input_file_id=theirs["file"]["id"])
    assert [plain(received) for received in fake.requests] == [upload, create]
    assert as_json(file).keys() == theirs["file"].keys()


def test_cancelling_keeps_what_was_done(fake: FakeMithril, client: Client) -> None:
    given = "".join(line(name, "fine") for name in "abc")
    theirs = openai(fake, CANCEL, given)
    assert theirs["states"] == ["in_progress", "in_progress", "cancelling", "cancelled"]
    assert theirs["error"] is None
    [text] = theirs["output"].splitlines()
    assert json.loads(text)["custom_id"] == "c"
    [batch] = client.batches.list().data
    assert client.batches.wait(batch.id).status == "cancelled"


@pytest.mark.parametrize("fake", [{"errors": "object"}], indirect=True)
def test_why_a_batch_failed(fake: FakeMithril, client: Client) -> None:
    theirs = openai(fake, FAILED, given=line("a", "x") + "{\n")
    [batch] = client.batches.list().data
    assert isinstance(batch.errors, BatchErrorList) and batch.errors.data
    assert [as_json(error) for error in batch.errors.data] == theirs
    assert [(error["line"], error["code"]) for error in theirs] == [
        (2, "invalid_json_line")
    ]


def test_lists_hold_the_same(fake: FakeMithril, client: Client) -> None:
    for n in range(5):
        file = fake.store.put_file(line("a", f"say {n}").encode(), f"{n}.jsonl")
        fake.store.create(file.id)
    theirs = openai(fake, LISTS)
    sent = [(received.path, received.query) for received in fake.requests]
    fake.requests.clear()

    files = list(client.files.list(limit=2))
    assert all(isinstance(file, FileObject) for file in files)
    assert [as_json(file) for file in files] == theirs["files"]
    batches = client.batches.list().data
    assert [batch.id for batch in batches] == [b["id"] for b in theirs["batches"]]
    assert (len(files), len(batches)) == (5, 5)
    assert [(received.path, received.query) for received in fake.requests] == sent


def test_the_same_is_refused(fake: FakeMithril, client: Client) -> None:
    theirs = openai(fake, REFUSED, given="")
    assert [(status, kind) for status, kind, _ in theirs] == [
        *[(404, "NotFoundError")] * 3,
        (401, "AuthenticationError"),
    ]
    for call in (
        lambda: client.batches.create(input_file_id="file-none"),
        lambda: client.batches.retrieve("batch-none"),
        lambda: client.files.content("file-none").read(),
    ):
        with pytest.raises(NotFoundError, match="not found"):
            call()
    with (
        Client(api_key="other", base_url=fake.base_url) as other,
        pytest.raises(AuthenticationError, match="Invalid API key"),
    ):
        other.batches.list()
