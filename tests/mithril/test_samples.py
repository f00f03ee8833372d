"""Every sample agrees with the document and with the client's models."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import yaml

from clientpress.document.data import is_array, is_object
from mithril import Options
from mithril._runtime.values.decoding import Json
from mithril._runtime.values.encoding import encode
from mithril._runtime.wire.lines import read_lines
from mithril.errors import DecodeError, JobFailedError
from mithril.models import BatchInputLine, ChatCompletion, LineResponse
from tests.fakes.mithril import Fault

if TYPE_CHECKING:
    from mithril import Client
    from tests.fakes.mithril import FakeMithril

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/data/mithril/samples"
COMPONENTS: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/mithril.yaml").read_text("utf-8")
)["components"]

# A pattern for the name of the file, and its schema. The first one that matches counts.
TYPES = [
    ("active_models.response.json", "ActiveModels"),
    ("model_config.response.json", "ModelConfigs"),
    ("create_batch.request.json", "CreateBatch"),
    ("*_batch.response.*.json", "Batch"),
    ("list_batches.response*.json", "BatchList"),
    ("list_files.response*.json", "FileList"),
    ("upload_file.response*.json", "FileObject"),
    ("error.*.json", "ErrorBody"),
    ("batch_input.*.jsonl", "BatchInputLine"),
    ("file_content.*.jsonl", "BatchOutputLine"),
]

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT.*Z")

PLACEHOLDER = SAMPLES / "list_batches.response.placeholder.json"
"""A list of a batch of which nothing is said, not even its id."""


def type_of(path: Path) -> str:
    """Name of the schema of a sample."""
    found = (name for pattern, name in TYPES if path.match(pattern))
    return next(found, "")


def values_of(path: Path) -> list[Any]:
    """The values in a sample: one for each line of a JSON Lines file, else one."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_bytes().splitlines()]
    return [json.loads(path.read_bytes())]


EVERY = sorted(SAMPLES.iterdir())
REAL = [path for path in EVERY if path != PLACEHOLDER]
samples = pytest.mark.parametrize("path", REAL, ids=[path.name for path in REAL])


def test_every_sample_has_a_type() -> None:
    assert len(EVERY) == 19 and len(REAL) == 18
    assert [path.name for path in EVERY if not type_of(path)] == []
    unused = [p for p, _ in TYPES if not any(path.match(p) for path in EVERY)]
    assert unused == []


def misfits(schema: str, value: Any) -> list[str]:
    """What the document does not allow about a value."""
    validator = jsonschema_rs.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": COMPONENTS}
    )
    return [error.message for error in validator.iter_errors(value)]


@samples
def test_the_document_accepts_it(path: Path) -> None:
    for value in values_of(path):
        assert misfits(type_of(path), value) == []


@samples
def test_it_comes_back_as_it_was(path: Path) -> None:
    """Null stays null and absent stays absent."""
    decoder = Json[Any](type_of(path))
    for value in values_of(path):
        model = decoder.decode(json.dumps(value).encode())
        assert type(model).__name__ == type_of(path)
        assert moments(json.loads(encode(model))) == moments(value)


def moments(value: Any) -> Any:
    """A value with its times as such: `.119Z` and `.119000Z` are the same."""
    if is_object(value):
        return {key: moments(item) for key, item in value.items()}
    if is_array(value):
        return [moments(item) for item in value]
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return datetime.fromisoformat(value)
    return value


@samples
def test_a_wrong_type_is_noticed(path: Path) -> None:
    """The samples would not pass for something else: a member that is wrong is found."""
    decoder = Json[Any](type_of(path))
    [first, *_] = values_of(path)
    for name in first:
        issues: list[Any] = []
        decoder.decode(json.dumps({**first, name: [[]]}).encode(), issues)
        assert [issue.path.split("/")[1] for issue in issues] == [name]


def test_a_batch_without_id_and_status_is_none(
    client: Client, fake: FakeMithril
) -> None:
    [value] = values_of(PLACEHOLDER)
    assert misfits("BatchList", {**value, "data": []}) == []
    assert misfits("BatchList", value) != []
    fake.faults.append(Fault(body=PLACEHOLDER.read_bytes()))
    with pytest.raises(DecodeError, match="/data/0"):
        client.batches.list(options=Options(misfit="raise"))


def test_a_request_arrives_as_it_is_shown(client: Client, fake: FakeMithril) -> None:
    [value] = values_of(SAMPLES / "create_batch.request.json")
    fake.store.put_file(b"", "in.jsonl", file_id=value["input_file_id"])
    client.batches.create(**value)
    assert fake.requests[-1].json() == value


INPUTS = [path for path in EVERY if path.name.startswith("batch_input.")]


@pytest.mark.parametrize("path", INPUTS, ids=[path.name for path in INPUTS])
def test_an_input_file_makes_a_batch(
    client: Client, fake: FakeMithril, path: Path
) -> None:
    decoder = Json[BatchInputLine]("BatchInputLine")
    lines = list(read_lines([path.read_bytes()], decoder))
    assert all(isinstance(li, BatchInputLine) and li.url.is_known for li in lines)

    stored = client.files.upload(file=path)
    assert fake.store.files[stored.id].data == path.read_bytes()
    assert (stored.filename, stored.purpose) == (path.name, "batch")
    batch = client.batches.create(input_file_id=stored.id)
    done = client.batches.wait(batch.id, poll_interval=0.01)
    assert done.output_file_id and done.error_file_id == ""
    content = client.files.content(done.output_file_id).read()
    asked = [value["custom_id"] for value in values_of(path)]
    found = [json.loads(line)["custom_id"] for line in content.splitlines()]
    assert sorted(found) == sorted(asked)


def lines_of(name: str) -> list[bytes]:
    """The lines of a sample."""
    return (SAMPLES / name).read_bytes().splitlines()


def test_the_body_of_a_chat_has_a_type_and_any_other_is_plain() -> None:
    decoder = Json[Any]("BatchOutputLine")
    [answered] = (
        (SAMPLES / "file_content.output.inferred.jsonl").read_bytes().split(b"\n")[:1]
    )
    refused, lost = (
        (SAMPLES / "file_content.errors.inferred.jsonl").read_bytes().splitlines()
    )
    body = decoder.decode(answered).response.body
    assert isinstance(body, ChatCompletion)
    assert body.choices[0].message.content == "Hello! How can I help?"
    response = decoder.decode(refused).response
    assert isinstance(response, LineResponse) and response.status_code == 400
    assert isinstance(response.body, dict) and "error" in response.body
    assert decoder.decode(lost).response is None
    assert decoder.decode(lost).error.code == "batch_expired"


FAILED = [path for path in EVERY if "failed_validation" in path.name]


@pytest.mark.parametrize("path", FAILED, ids=[path.name for path in FAILED])
def test_waiting_says_why_a_batch_failed(
    client: Client, fake: FakeMithril, path: Path
) -> None:
    fake.faults.append(Fault(status=200, body=path.read_bytes()))
    with pytest.raises(JobFailedError) as caught:
        client.batches.wait("batch_abc123")
    assert caught.value.reason == "Line 2 is not valid JSON."
    assert len(FAILED) == 2


STATES = [
    ("validating", (0, 0)),
    ("in_progress", (0, 3)),
    ("scheduling", (1, 3)),  # no state of this service: the enumeration is open
    ("finalizing", (3, 3)),
    ("cancelling", (3, 3)),
]


@pytest.mark.parametrize("end", ["completed", "cancelled", "expired"])
def test_waiting_goes_on_until_a_state_is_final(
    client: Client, fake: FakeMithril, end: str
) -> None:
    for state, (done, total) in [*STATES, (end, (3, 3))]:
        counts = {"total": total, "completed": done, "failed": 0}
        batch = {"id": "b", "status": state, "request_counts": counts}
        fake.faults.append(Fault(status=200, body=json.dumps(batch).encode()))
    seen: list[tuple[str, object]] = []
    client.batches.wait(
        "b",
        poll_interval=0.001,
        on_progress=lambda job: seen.append((job.status, client.batches.progress(job))),
    )
    assert seen == [*STATES, (end, (3, 3))]
