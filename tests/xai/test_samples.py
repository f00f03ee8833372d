"""Every sample agrees with the document and with the client's models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
import yaml

from xai_batches._runtime.values.decoding import Json
from xai_batches._runtime.values.encoding import encode
from xai_batches._runtime.wire.lines import read_lines
from xai_batches.models import AddRequests, BatchInputLine, CreateBatch

if TYPE_CHECKING:
    from tests.fakes.xai import FakeXai
    from xai_batches import Client

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/data/xai_batches/samples"
COMPONENTS: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/xai_batches.yaml").read_text("utf-8")
)["components"]

# A pattern for the name of the file, and its schema. The first one that matches counts.
TYPES = [
    ("create_batch.request*.json", "CreateBatch"),
    ("add_batch_requests.request*.json", "AddRequests"),
    ("create_batch.response.json", "Batch"),
    ("get_batch.response.guide_state.json", "BatchState"),
    ("get_batch.response*.json", "Batch"),
    ("cancel_batch.response.json", "Batch"),
    ("list_batches.response.json", "BatchPage"),
    ("list_batch_requests.response.json", "RequestPage"),
    ("list_batch_results.response*.json", "ResultPage"),
    ("files_upload.response*.json", "FileObject"),
    ("error.*.json", "ErrorBody"),
    ("batch_input.guide.jsonl", "BatchInputLine"),
]


def type_of(path: Path) -> str:
    """Name of the schema of a sample."""
    found = (name for pattern, name in TYPES if path.match(pattern))
    return next(found, "")


def values_of(path: Path) -> list[Any]:
    """The values in a sample: one for each line of a JSON Lines file, else one."""
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_bytes().splitlines()]
    value = json.loads(path.read_bytes())
    # This one is a batch of which nothing but the state is shown.
    return [value["state"] if type_of(path) == "BatchState" else value]


ALL = sorted(SAMPLES.iterdir())
samples = pytest.mark.parametrize("path", ALL, ids=[path.name for path in ALL])
REQUESTS = [path for path in ALL if ".request." in path.name]
requests = pytest.mark.parametrize(
    "path", REQUESTS, ids=[path.name for path in REQUESTS]
)


def test_every_sample_has_a_type() -> None:
    assert len(ALL) == 28
    assert [path.name for path in ALL if not type_of(path)] == []
    unused = [p for p, _ in TYPES if not any(path.match(p) for path in ALL)]
    assert unused == []


@samples
def test_the_document_accepts_it(path: Path) -> None:
    schema = {
        "$ref": f"#/components/schemas/{type_of(path)}",
        "components": COMPONENTS,
    }
    validator = jsonschema_rs.Draft202012Validator(schema)
    for value in values_of(path):
        assert [error.message for error in validator.iter_errors(value)] == []


@samples
def test_it_comes_back_as_it_was(path: Path) -> None:
    """Null stays null and absent stays absent: no sample has a null where none is allowed."""
    decoder = Json[Any](type_of(path))
    for value in values_of(path):
        model = decoder.decode(json.dumps(value).encode())
        assert type(model).__name__ == type_of(path)
        assert json.loads(encode(model)) == value


@samples
def test_a_wrong_type_is_noticed(path: Path) -> None:
    """The samples would not pass for something else: a member that is wrong is found."""
    decoder = Json[Any](type_of(path))
    [first, *_] = values_of(path)
    for name in first:
        issues: list[Any] = []
        decoder.decode(json.dumps({**first, name: [[]]}).encode(), issues)
        assert [issue.path.split("/")[1] for issue in issues] == [name]


@requests
@pytest.mark.parametrize("as_models", [False, True], ids=["dicts", "models"])
def test_a_request_arrives_as_it_is_shown(
    client: Client, fake: FakeXai, path: Path, as_models: bool
) -> None:
    fake.store.put_file(b"", "in.jsonl", file_id="file-abc123")
    batch_id = fake.store.create("n").id
    [value] = values_of(path)
    if type_of(path) == "CreateBatch":
        given = Json[CreateBatch]("CreateBatch").decode(path.read_bytes())
        if as_models:
            client.batches.create(name=given.name, input_file_id=given.input_file_id)
        else:
            client.batches.create(**value)
    else:
        model = Json[AddRequests]("AddRequests").decode(path.read_bytes())
        items = model.batch_requests if as_models else value["batch_requests"]
        client.batches.add_requests(batch_id, batch_requests=items)
        assert len(fake.store.batches[batch_id].entries) == len(items)
    [received] = fake.requests
    assert received.json() == value


def test_the_input_file_is_one_of_lines(client: Client, fake: FakeXai) -> None:
    path = SAMPLES / "batch_input.guide.jsonl"
    decoder = Json[BatchInputLine]("BatchInputLine")
    lines = list(read_lines([path.read_bytes()], decoder))
    assert [type(line) for line in lines] == [BatchInputLine] * 8
    assert all(isinstance(li, BatchInputLine) and li.url.is_known for li in lines)

    stored = client.files.upload(file=path)
    assert fake.store.files[stored.id].data == path.read_bytes()
    batch = client.batches.create(name="n", input_file_id=stored.id)
    done = client.batches.wait(batch.batch_id, poll_interval=0.01)
    assert done.state.num_success == 8
