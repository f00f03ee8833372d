"""Every sample agrees with the document and with the client's models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientpress.document.data import is_array, is_object
from open_inference._runtime.values.decoding import Json
from open_inference._runtime.values.encoding import encode
from open_inference.models import Datatype
from tests.open_inference.document import problems
from tests.open_inference.recordings import DATA

# A pattern for the name of the file, and its type. The first one that matches counts.
TYPES = [
    ("*full_body*", "bytes"),
    ("infer*.request.*", "InferenceRequest"),
    ("infer_stream.response*", "InferenceResponse"),
    ("infer*.response.*", "InferenceResponse"),
    ("generate.request.*", "GenerateRequest"),
    ("generate.response.*", "GenerateResponse"),
    ("generate.error.*", "GenerateResponse"),
    ("error.*", "ErrorBody"),
    ("server_metadata.response.json", "ServerMetadata"),
    ("model_metadata.response.json", "ModelMetadata"),
    ("repository_index.request.empty.json", "IndexRequest"),
    ("repository_index.response.*", "RepositoryModel"),
    ("repository_load.request.*", "LoadRequest"),
    ("tensor_data.*", "TensorData"),
    # Whether somebody is alive or ready is told by the status.
    ("*_live.response.*", "None"),
    ("*_ready.response.*", "None"),
]

CHOSEN = {
    "generate.request.mlserver.json": "InferenceRequest",
    "generate.request.triton.json": "TextRequest",
    "generate.response.triton.json": "TextResponse",
    "generate.error.triton.json": "GenerateFailure",
}
"""What a union becomes."""

NOT_ALLOWED = {
    "infer.request.mlserver_invalid_datatype.json": "['inputs', 0, 'datatype']: \"INT322\" is not",
    "infer.request.mlserver_missing_datatype.json": "['inputs', 0]: \"datatype\" is a required",
    # Documentation that only shows kinds, or is older than the protocol.
    "infer.request.placeholder.json": "['inputs', 0, 'datatype']: \"text\" is not one of",
    "infer.response.placeholder.json": "['outputs', 0, 'datatype']: \"text\" is not one of",
    "infer.response.triton_classification.json": "['outputs', 0, 'datatype']: \"STRING\" is not",
    "infer.response.triton_classification_labels.json": "['outputs', 0, 'datatype']: \"STRING\"",
}
"""Samples that the document does not allow, and why."""

ALL = sorted((DATA / "samples").iterdir())


def type_of(path: Path) -> str:
    """Name of the schema of a sample; "bytes" for a binary body, "None" for one that is ignored."""
    found = (name for pattern, name in TYPES if path.match(pattern))
    return next(found, "")


def values_of(path: Path) -> list[Any]:
    """The values in a sample: one for each event or entry."""
    if path.suffix == ".txt":
        lines = path.read_text("utf-8").splitlines()
        return [json.loads(line.removeprefix("data: ")) for line in lines if line]
    value = json.loads(path.read_bytes())
    if path.match("tensor_data.*"):
        return [value["data"]]
    return value if is_array(value) else [value]


JSON = [path for path in ALL if type_of(path) not in ("bytes", "None")]
samples = pytest.mark.parametrize("path", JSON, ids=[path.name for path in JSON])
ALLOWED = [path for path in JSON if path.name not in NOT_ALLOWED]


def test_every_sample_has_a_type() -> None:
    assert len(ALL) == 56
    assert [path.name for path in ALL if not type_of(path)] == []
    assert [p for p, _ in TYPES if not any(path.match(p) for path in ALL)] == []
    assert NOT_ALLOWED.keys() | CHOSEN.keys() <= {path.name for path in JSON}


@samples
def test_the_document_accepts_what_is_right(path: Path) -> None:
    schema = {"$ref": f"#/components/schemas/{type_of(path)}"}
    found = [said for value in values_of(path) for said in problems(schema, value)]
    if path.name in NOT_ALLOWED:
        assert [said for said in found if said.startswith(NOT_ALLOWED[path.name])]
    else:
        assert found == []


@pytest.mark.parametrize("path", ALLOWED, ids=[path.name for path in ALLOWED])
def test_it_comes_back_as_it_was(path: Path) -> None:
    """Null stays null, absent stays absent, and members that nobody knows stay where they are."""
    decoder = Json[Any](type_of(path))
    for value in values_of(path):
        model = decoder.decode(json.dumps(value).encode())
        expected = CHOSEN.get(path.name, type_of(path))
        assert expected == "TensorData" or type(model).__name__ == expected
        assert json.loads(encode(model)) == known(value)


def known(value: Any) -> Any:
    """A request without the name of its model, which one sample has and no protocol knows."""
    if is_object(value) and "inputs" in value:
        return {name: value[name] for name in value if name != "model_name"}
    return value


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("infer.request.mlserver_int32.json", {"inputs": 7}, "/inputs"),
    ("infer.request.mlserver_int32.json", {"inputs": [{}]}, "/inputs/0/name"),
    ("infer.response.mlserver_fp32.json", {"model_name": 7}, "/model_name"),
    ("infer.response.mlserver_fp32.json", {"outputs": None}, "/outputs"),
    ("server_metadata.response.json", {"extensions": "x"}, "/extensions"),
    ("model_metadata.response.json", {"inputs": [{"shape": 1}]}, "/inputs/0/shape"),
    ("repository_index.response.inferred.json", {"name": 1}, "/name"),
    ("error.404_load_model_not_found.json", {"error": {}}, "/error"),
]


@pytest.mark.parametrize(("name", "change", "place"), WRONG)
def test_a_wrong_type_is_noticed(name: str, change: Any, place: str) -> None:
    path = DATA / "samples" / name
    issues: list[Any] = []
    value = {**values_of(path)[0], **change}
    Json[Any](type_of(path)).decode(json.dumps(value).encode(), issues)
    assert place in [issue.path for issue in issues]


def test_a_datatype_that_nobody_knows_is_kept() -> None:
    path = DATA / "samples/infer.response.triton_classification.json"
    [value] = values_of(path)
    found = Json[Any]("InferenceResponse").decode(json.dumps(value).encode())
    datatype: Datatype = found.outputs[0].datatype
    assert not datatype.is_known and str(datatype) == "STRING"
