"""What real servers answered, and what documents show, through our messages."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.tensors.messages import (
    RequestedOutput,
    decode_answer,
    encode_request,
)
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.values.issues import MisfitError
from clientpress.runtime.values.kinds import is_list

from .numpy_library import np

SHARED = Path(__file__).parents[3] / "shared/apis"
SAMPLES = SHARED / "samples/open_inference"
RECORDED = SHARED / "recorded"


# ------------------------------------------------------------------ real servers
CASES = [
    pytest.param(path, id=f"{path.parent.name}-{path.stem}")
    for server in ("kserve", "mlserver", "triton")
    for path in sorted((RECORDED / server).glob("infer*--*.json"))
    if "infer_stream" not in path.name
    and json.loads(path.read_bytes())["response"]["status"] == 200
]
NOT_DECODABLE = {"echo_string_data"}
"""A shape of 3 with one text: MLServer's echo returns what it gets."""
NO_DATA = {"echo_null_data"}


def body_of(recorded: dict[str, Any]) -> bytes:
    if "base64" in recorded:
        return b64decode(recorded["base64"])
    text: str = recorded.get("text") or json.dumps(recorded["json"])
    return text.encode()


def outputs_of(recorded: dict[str, Any], length: str | None) -> dict[str, Any]:
    """What an answer holds, read another way: by Python's json, and numpy.frombuffer."""
    body = body_of(recorded)
    end = len(body) if length is None else int(length)
    document = json.loads(body[:end].decode("utf-8", "surrogateescape"))
    found: dict[str, Any] = {}
    for each in document["outputs"]:
        parameters: dict[str, Any] = each.get("parameters") or {}
        size = parameters.get("binary_data_size")
        found[each["name"]] = each.get("data")
        if size is not None:
            blob, end = body[end : end + size], end + size
            codes = {"FP32": "<f4", "FP16": "<f2", "BOOL": "?", "INT64": "<i8"}
            if each["datatype"] in codes:
                array: Any = np.frombuffer(blob, codes[each["datatype"]])
                found[each["name"]] = array.tolist()
            else:
                found[each["name"]] = blob
    return found


@pytest.mark.parametrize("path", CASES)
def test_recorded_answers(path: Path) -> None:
    recorded = json.loads(path.read_bytes())["response"]
    headers = {name.lower(): value for name, value in recorded["headers"]}
    length = headers.get("inference-header-content-length")
    case = path.stem.partition("--")[2]
    if case in NOT_DECODABLE:
        with pytest.raises(MisfitError, match="It has 1 elements"):
            decode_answer(body_of(recorded), length)
        return
    result = decode_answer(body_of(recorded), length)
    expected = outputs_of(recorded, length)
    assert list(result) == list(expected)
    for name, data in expected.items():
        tensor = result[name]
        if case in NO_DATA:
            with pytest.raises(TensorError):
                tensor.to_numpy()
        elif isinstance(data, bytes):
            assert bytes(tensor.raw) == data
        elif (
            tensor.datatype == "BYTES"
            and tensor.parameters.get("content_type") == "base64"
        ):
            assert tensor.tolist() == [b64decode(item) for item in data]
        elif tensor.datatype == "BYTES":
            texts = [item.encode("utf-8", "surrogateescape") for item in data]
            assert tensor.to_numpy().ravel().tolist() == texts
        else:
            dtype = tensor.to_numpy().dtype
            listed: list[Any] = data if is_list(data) else [data]
            wanted = np.array([np.nan if i is None else i for i in listed], dtype)
            flat = tensor.to_numpy().reshape(-1)
            assert np.array_equal(flat, wanted, equal_nan=dtype.kind == "f")


def test_the_recordings_are_there() -> None:
    if not RECORDED.is_dir():
        pytest.skip("the recordings are not part of the project")
    assert len(CASES) > 70


# ------------------------------------------------------------------ documented samples
@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("infer.response.*.json")), ids=lambda p: p.stem
)
def test_sample_answers(path: Path) -> None:
    document = json.loads(path.read_bytes())
    result = decode_answer(path.read_bytes(), None)
    for each, tensor in zip(document["outputs"], result.outputs, strict=True):
        assert (tensor.name, tensor.datatype, list(tensor.shape)) == (
            each["name"],
            each["datatype"],
            each["shape"],
        )
        if tensor.datatype == "FP32":
            assert (
                tensor.to_numpy().ravel().tolist()
                == np.array(each["data"], "f4").tolist()
            )
        elif tensor.datatype == "BYTES":
            assert np.ravel(tensor.to_text()).tolist() == each["data"]
        elif each["data"] is not None:
            assert tensor.tolist() == each["data"]


NOT_BUILDABLE = {
    "infer.request.protocol_example": "1 elements, the shape",
    "infer.request.mlserver_invalid_datatype": "'INT322' is unknown",
    "infer.request.placeholder": "'text' is unknown",
}
"""Contradictions of the documents."""


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("infer.request.*.json")), ids=lambda p: p.stem
)
def test_sample_requests_can_be_made(path: Path) -> None:
    """What the samples ask for goes out with the same meaning, flat and with a shape."""
    document = json.loads(path.read_bytes())

    def build() -> list[Tensor]:
        return [made(each) for each in document["inputs"]]

    if path.stem in NOT_BUILDABLE:
        with pytest.raises(TensorError, match=NOT_BUILDABLE[path.stem]):
            build()
        return
    outputs = [
        RequestedOutput(o["name"], o.get("parameters", {}))
        for o in document.get("outputs", [])
    ]
    message = encode_request(
        build(),
        id=document.get("id"),
        parameters=document.get("parameters"),
        outputs=outputs or None,
    )
    sent = json.loads(message.payload.in_memory or b"")
    for given, each in zip(document["inputs"], sent["inputs"], strict=True):
        data = given["data"] if isinstance(given["data"], list) else [given["data"]]
        given["data"] = np.ravel(np.array(data, object)).tolist()
        given.setdefault("datatype", each["datatype"])
    assert sent == document


def made(each: dict[str, Any]) -> Tensor:
    data: Any = each["data"]
    parameters: dict[str, Any] = each.get("parameters") or {}
    if parameters.get("content_type") == "base64":
        data = [b64decode(item) for item in data]
    if is_list(data) and None in data:
        data = [np.nan if item is None else item for item in data]
    return Tensor(
        each["name"],
        data,
        datatype=each.get("datatype"),
        shape=each["shape"],
        parameters=parameters,
        json_nan="null",
    )


BODIES: list[tuple[str, dict[str, Any]]] = [
    ("infer_binary.response.full_body.inferred", {"output0": [[1.0, 1.1], [2.0, 2.1], [3.0, 3.1]]}),
    ("infer_binary.response.bytes_full_body.inferred", {"text": ["hello", "wörld", ""]}),
    ("infer_binary.response.mixed_fp16_and_json_full_body.inferred", {"label": [7], "half": [1.5, -2.0]}),
    ("infer_binary_raw.response.full_body.inferred", {"output0": [[1.0], [2.0], [3.0]], "output1": [[4.0], [5.0], [6.0]]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), BODIES)
def test_sample_binary_answers(name: str, expected: dict[str, Any]) -> None:
    path = SAMPLES / f"{name}.json"
    if not path.is_file():
        pytest.skip("the samples are not part of the project")
    sample = json.loads(path.read_bytes())
    result = decode_answer(
        b64decode(sample["body_base64"]),
        sample["headers"]["Inference-Header-Content-Length"],
    )
    found = {
        n: (
            t.to_text()
            if t.datatype == "BYTES"
            else np.round(t.to_numpy().astype("f8"), 6).tolist()
        )
        for n, t in result.items()
    }
    assert found == expected


def test_sample_binary_request() -> None:
    path = SAMPLES / "infer_binary.request.full_body.inferred.json"
    if not path.is_file():
        pytest.skip("the samples are not part of the project")
    sample = json.loads(path.read_bytes())
    body, length = b64decode(sample["body_base64"]), int(
        sample["headers"]["Inference-Header-Content-Length"]
    )
    message = encode_request(
        [
            Tensor("input0", np.array([[1, 2], [3, 4]], "u4")),
            Tensor("input1", [True, False, True]),
        ],
        outputs=[RequestedOutput("output0", binary=True)],
        binary=True,
        extra={"model_name": "mymodel"},
    )
    sent = message.payload.in_memory or b""
    assert json.loads(sent[: message.header_length]) == json.loads(body[:length])
    assert sent[message.header_length :] == body[length:]
