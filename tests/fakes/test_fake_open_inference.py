"""The fake inference server speaks the protocol, and only answers as the document says."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import numpy as np
import pytest
import yaml

from open_inference import Client, Options, RequestedOutput, Tensor
from open_inference.errors import (
    BadRequestError,
    NotFoundError,
    ServerError,
    StatusError,
    StreamError,
)
from tests.fakes.agreement import agrees, disagreements
from tests.fakes.open_inference import FakeOpenInference, Fault
from tests.fakes.open_inference_messages import DTYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "specs/open_inference.yaml").read_text("utf-8")
)
PATHS: dict[str, tuple[str, str]] = {
    operation["operationId"]: (method.upper(), path)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method in ("get", "post")
}
HEADER = "Inference-Header-Content-Length"
X = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
MATRIX = np.array(X, np.float32)


class Caller:
    """Calls operations by id, and checks every JSON answer against the document."""

    def __init__(self, base_url: str, http: httpx2.Client) -> None:
        self.base_url = base_url
        self.http = http

    def __call__(
        self,
        operation_id: str,
        name: str = "summer",
        version: str = "1",
        *,
        expect: int = 200,
        **how: Any,
    ) -> httpx2.Response:
        method, path = PATHS[operation_id]
        url = path.format(model_name=name, model_version=version)
        found = self.http.request(method, url, **how)
        assert found.status_code == expect, found.text
        if found.headers.get("content-type") == "application/json":
            problems = disagreements(DOCUMENT, operation_id, expect, found.content)
            assert problems == []
        return found

    def infer(self, body: Any, name: str = "summer", expect: int = 200) -> Any:
        """Infer with JSON."""
        return self("modelInfer", name, json=body, expect=expect).json()


@pytest.fixture
def fake() -> Iterator[FakeOpenInference]:
    with FakeOpenInference() as server:
        yield server


@pytest.fixture
def call(fake: FakeOpenInference) -> Iterator[Caller]:
    with httpx2.Client(base_url=fake.base_url, timeout=60) as http:
        yield Caller(fake.base_url, http)


@pytest.fixture
def client(
    fake: FakeOpenInference, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    monkeypatch.delenv("OPEN_INFERENCE_TOKEN", raising=False)
    with Client(fake.base_url) as made:
        yield made


def x_of(data: Any, shape: Any = (2, 3), **members: Any) -> dict[str, Any]:
    """A request for `summer`."""
    given = {"name": "x", "shape": shape, "datatype": "FP32", "data": data, **members}
    return {"inputs": [{k: v for k, v in given.items() if v is not None}]}


# ------------------------------------------------------------------ on the wire
def test_health_and_metadata(call: Caller) -> None:
    assert call("serverLive").content == call("serverReady").content == b""
    for operation in ("modelReady", "modelVersionReady"):
        assert call(operation).content == b""
    assert call("serverMetadata").json()["extensions"] == ["binary_tensor_data"]
    whole = call("modelMetadata").json()
    assert whole == {
        "name": "summer",
        "versions": ["1", "2"],
        "platform": "python",
        "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}],
        "outputs": [{"name": "total", "datatype": "FP32", "shape": [-1]}],
    }
    one = call("modelVersionMetadata", version="2").json()
    assert one == {**whole, "versions": ["2"]}


@pytest.mark.parametrize("data", [X, [1, 2, 3, 4, 5, 6]], ids=["nested", "flat"])
def test_json_both_ways(call: Caller, data: Any) -> None:
    """Without a version, the newest one is run."""
    assert call.infer({**x_of(data), "id": "42"}) == {
        "model_name": "summer",
        "model_version": "2",
        "id": "42",
        "outputs": [
            {"name": "total", "datatype": "FP32", "shape": [2], "data": [60.0, 150.0]}
        ],
    }
    found = call("modelVersionInfer", version="1", json=x_of(data)).json()
    assert (found["model_version"], found["outputs"][0]["data"]) == ("1", [6.0, 15.0])
    assert "id" not in found


def test_bytes_both_ways(call: Caller) -> None:
    """The JSON is as long as the header says; the little-endian elements are behind it."""
    raw = struct.pack("<6f", 1, 2, 3, 4, 5, 6)
    body = x_of(None, parameters={"binary_data_size": len(raw)})
    head = json.dumps({**body, "parameters": {"binary_data_output": True}}).encode()
    headers = {HEADER: str(len(head)), "content-type": "application/octet-stream"}
    found = call("modelInfer", content=head + raw, headers=headers)
    assert found.headers["content-type"] == "application/octet-stream"
    length = int(found.headers[HEADER])
    answer = found.content[:length]
    assert agrees(DOCUMENT, "modelInfer", 200, answer)
    assert json.loads(answer)["outputs"] == [
        {
            "name": "total",
            "datatype": "FP32",
            "shape": [2],
            "parameters": {"binary_data_size": 8},
        }
    ]
    assert struct.unpack("<2f", found.content[length:]) == (60.0, 150.0)


def test_each_output_may_be_asked_for_in_its_own_way(call: Caller) -> None:
    inputs = [
        {"name": f"in_{kind}", "shape": [1], "datatype": kind.upper(), "data": data}
        for kind, data in (("bytes", ["h\u00e9"]), ("int8", [-1]), ("bool", [True]))
    ]
    outputs = [
        {"name": "out_bytes", "parameters": {"binary_data": True}},
        {"name": "out_int8"},
    ]
    found = call("modelInfer", "echo", json={"inputs": inputs, "outputs": outputs})
    length = int(found.headers[HEADER])
    text, number = json.loads(found.content[:length])["outputs"]
    assert (text["parameters"], number["data"]) == ({"binary_data_size": 7}, [-1])
    assert found.content[length:] == b"\x03\x00\x00\x00h\xc3\xa9"


def test_a_stream_has_an_event_for_each_row(call: Caller) -> None:
    found = call("modelInferStream", json=x_of(X))
    assert found.headers["content-type"] == "text/event-stream; charset=utf-8"
    *events, end = found.text.split("\n\n")
    answers = [event.removeprefix("data: ") for event in events]
    assert all(agrees(DOCUMENT, "modelInfer", 200, a.encode()) for a in answers)
    totals = [json.loads(answer)["outputs"][0]["data"] for answer in answers]
    assert (totals, end) == ([[60.0], [150.0]], "")


INPUT = {"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}
REFUSED: dict[str, tuple[Any, str]] = {
    "no object": ([], "no inputs"),
    "no inputs": ({}, "no inputs"),
    "missing input": ({"inputs": []}, "missing input 'x'"),
    "unknown input": (
        {"inputs": [{**INPUT, "name": "y"}]},
        "unexpected input 'y' for model 'summer'",
    ),
    "input twice": ({"inputs": [INPUT, INPUT]}, "same name"),
    "no name": ({"inputs": [{"shape": [1]}]}, "no name"),
    "text as input": ({"inputs": ["x"]}, "not an object"),
    "unknown output": (
        {"inputs": [INPUT], "outputs": [{"name": "y"}]},
        "unexpected output 'y'",
    ),
    "datatype": (x_of(X, datatype="INT32"), "1.0 is no INT32"),
    "another datatype": (x_of(X, datatype="FP64"), "is FP32, not FP64"),
    "no datatype": (x_of(X, datatype="FP8"), "has the datatype FP8"),
    "bits": (x_of(X, datatype="BF16"), "has to be sent as bytes"),
    "shape": (x_of(X, (3, 2)), "has the shape [-1, 3], not [3, 2]"),
    "flat shape": (x_of(X, (6,)), "has the shape [-1, 3], not [6]"),
    "negative shape": (x_of(X, (-1, 3)), "has the shape [-1, 3]"),
    "no shape": (x_of(X, shape=None), "has the shape None"),
    "count": (x_of(X, (1, 3)), "has 6 elements, its shape is [1, 3]"),
    "text": (x_of(["1", 2, 3], (1, 3)), "'1' is no FP32"),
    "truth value": (x_of([True, 2, 3], (1, 3)), "True is no FP32"),
    "null": (x_of([None, 2, 3], (1, 3)), "None is no FP32"),
    "no data": (x_of(None), "there is no data"),
    "bytes without a header": (
        x_of(None, parameters={"binary_data_size": 24}),
        "binary_data_size is 24, 0 bytes are left",
    ),
    "parameters": ({"inputs": [INPUT], "parameters": "x"}, "not an object"),
}


@pytest.mark.parametrize(("body", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(call: Caller, body: Any, said: str) -> None:
    assert said in call.infer(body, expect=400)["error"]


@pytest.mark.parametrize(
    ("length", "body", "said"),
    [
        ("9", b"{}", "Inference-Header-Content-Length is 9"),
        ("-1", b"{}", "Inference-Header-Content-Length is -1"),
        ("1", b"{}", "failed to parse"),
        (None, b"\xff", "failed to parse"),
        (None, json.dumps(x_of(X)).encode() + b"\x00", "failed to parse"),
        ("all", b"", "1 bytes belong to no input"),
    ],
)
def test_bytes_that_do_not_fit(
    call: Caller, length: str | None, body: bytes, said: str
) -> None:
    if length == "all":
        head = json.dumps(x_of(X)).encode()
        body, length = head + b"\x00", str(len(head))
    headers = {} if length is None else {HEADER: length}
    found = call("modelInfer", content=body, headers=headers, expect=400)
    assert said in found.json()["error"]


@pytest.mark.parametrize(
    ("operation", "name", "version", "said"),
    [
        ("modelReady", "nope", "1", "Model nope not found"),
        ("modelMetadata", "nope", "1", "Model nope not found"),
        ("modelInfer", "nope", "1", "Model nope not found"),
        ("modelInferStream", "nope", "1", "Model nope not found"),
        ("modelVersionReady", "summer", "3", "summer with version 3 not found"),
        ("modelVersionInfer", "echo", "2", "echo with version 2 not found"),
        ("repositoryIndex", "", "", "Not Found"),
    ],
)
def test_what_is_not_there(
    call: Caller, operation: str, name: str, version: str, said: str
) -> None:
    body = call(operation, name, version, expect=404).json()
    assert said in body["error"]


# ------------------------------------------------------------------ with the generated client
def test_the_client_asks_after_server_and_model(client: Client) -> None:
    client.live()
    client.wait_until_ready(timeout=60)
    client.model_version_ready("summer", "2")
    assert client.server_metadata().extensions == ["binary_tensor_data"]
    assert client.model_metadata("summer").versions == ["1", "2"]
    with pytest.raises(NotFoundError, match="Model nope not found"):
        client.model_ready("nope")


@pytest.mark.parametrize("binary", [False, True], ids=["json", "binary"])
def test_the_client_runs_a_version(
    client: Client, fake: FakeOpenInference, binary: bool
) -> None:
    for version, expected in (("1", [6.0, 15.0]), ("2", [60.0, 150.0])):
        found = client.infer_version(
            "summer", version, {"x": MATRIX}, id="r", binary=binary
        )
        total = found["total"].to_numpy()
        assert (total.dtype, total.tolist()) == (np.float32, expected)
        assert (found.model_version, found.id) == (version, "r")
    assert [bool(r.header(HEADER)) for r in fake.requests] == [binary, binary]


VALUES: dict[str, list[Any]] = {
    "BOOL": [True, False, True],
    "UINT8": [0, 2**8 - 1],
    "UINT16": [0, 2**16 - 1],
    "UINT32": [0, 2**32 - 1],
    "UINT64": [0, 2**53 + 1, 2**64 - 1],
    "INT8": [-(2**7), 2**7 - 1],
    "INT16": [-(2**15), 2**15 - 1],
    "INT32": [-(2**31), 2**31 - 1],
    "INT64": [-(2**63), 2**53 + 1, 2**63 - 1],
    "FP16": [1.5, -65504.0],
    "BF16": [1.5, -0.25],
    "FP32": [1.5, -0.25, float(np.float32(3.4e38))],
    "FP64": [0.1, 1e300, -5e-324],
    "BYTES": [b"abc", "h\u00e9\u2713".encode(), b"", b'a "b" \\c'],
}


def test_there_are_values_of_every_datatype() -> None:
    assert VALUES.keys() == DTYPES.keys()


@pytest.mark.parametrize("datatype", VALUES)
@pytest.mark.parametrize("binary", [False, True], ids=["json", "binary"])
def test_every_datatype_comes_back(client: Client, datatype: str, binary: bool) -> None:
    values, name = VALUES[datatype], datatype.lower()
    given = Tensor(f"in_{name}", values, datatype=datatype)
    if datatype in ("FP16", "BF16") and not binary:
        with pytest.raises(BadRequestError, match="has to be sent as bytes"):
            client.infer("echo", [given], binary=False)
        wanted = [RequestedOutput(f"out_{name}", binary=False)]
        with pytest.raises(BadRequestError, match="has no JSON"):
            client.infer("echo", [given], outputs=wanted)
        return
    found = client.infer("echo", [given], binary=binary)[f"out_{name}"]
    assert (found.datatype, found.shape) == (datatype, (len(values),))
    assert found.tolist() == values


def test_bytes_that_are_no_text_come_back_as_bytes(client: Client) -> None:
    given = {"in_bytes": [b"\xff\x00"]}
    assert client.infer("echo", given)["out_bytes"].tolist() == [b"\xff\x00"]
    wanted = [RequestedOutput("out_bytes", binary=False)]
    with pytest.raises(BadRequestError, match="no UTF-8"):
        client.infer("echo", given, outputs=wanted)


def test_a_text_that_is_cut_off(call: Caller) -> None:
    for raw, said in ((b"\x05\x00\x00\x00ab", "text"), (b"\x05\x00", "length")):
        size = {"binary_data_size": len(raw)}
        named = {"name": "in_bytes", "shape": [1], "datatype": "BYTES"}
        head = json.dumps({"inputs": [{**named, "parameters": size}]}).encode()
        headers = {HEADER: str(len(head))}
        body = head + raw
        found = call("modelInfer", "echo", content=body, headers=headers, expect=400)
        assert f"the last {said} is cut off" in found.json()["error"]


def test_no_rows(client: Client) -> None:
    nothing = {"x": np.empty((0, 3), np.float32)}
    for binary in (False, True):
        assert client.infer("summer", nothing, binary=binary)["total"].tolist() == []
    with client.infer_stream("summer", nothing) as stream:
        assert list(stream) == []


def test_the_handle_of_a_model_prefers_bytes(
    client: Client, fake: FakeOpenInference
) -> None:
    model = client.model("summer")
    assert model.ready()
    for x in (X, np.array(X), MATRIX.astype(np.int64)):
        assert model.infer({"x": x})["total"].tolist() == [60.0, 150.0]
    asked = [(r.method, r.path, bool(r.header(HEADER))) for r in fake.requests]
    assert asked == [
        ("GET", "/v2/models/summer/ready", False),
        ("GET", "/v2/models/summer", False),
        ("GET", "/v2", False),
        *[("POST", "/v2/models/summer/infer", True)] * 3,
    ]


def test_the_handle_sends_json_to_a_server_that_says_so() -> None:
    with FakeOpenInference(extensions=()) as fake, Client(fake.base_url) as client:
        found = client.model("summer", "1").infer({"x": X})["total"]
        assert found.tolist() == [6.0, 15.0]
        assert fake.requests[-1].header(HEADER) is None


def test_the_client_reads_a_stream(client: Client) -> None:
    with client.infer_version_stream("summer", "1", {"x": MATRIX}) as stream:
        assert [found["total"].tolist() for found in stream] == [[6.0], [15.0]]
    given = {"in_int8": np.array([1, 2], np.int8)}
    with client.infer_stream("echo", given) as stream:
        assert [found["out_int8"].tolist() for found in stream] == [[1, 2]]


def test_failures_as_errors_of_the_client(client: Client) -> None:
    with pytest.raises(BadRequestError, match="unexpected input 'y'") as caught:
        client.infer("summer", {"y": MATRIX})
    assert "unexpected input 'y'" in str(getattr(caught.value.body, "error", ""))
    with pytest.raises(ServerError, match="asked to fail: now"):
        client.infer("summer", {"x": MATRIX}, parameters={"fail": "now"})
    with (
        client.infer_stream(
            "summer", {"x": MATRIX}, parameters={"fail": "now"}
        ) as stream,
        pytest.raises(StreamError, match="asked to fail: now"),
    ):
        list(stream)
    with (
        pytest.raises(BadRequestError, match="missing input 'x'"),
        client.infer_stream("summer", {}) as stream,
    ):
        list(stream)


def test_faults_are_for_whoever_asks_next(
    client: Client, fake: FakeOpenInference
) -> None:
    fake.faults.append(Fault(status=400, path="/v2/health/ready", times=2))
    client.wait_until_ready(poll_interval=0.001, timeout=60)
    assert [r.path for r in fake.requests] == ["/v2/health/ready"] * 3
    fake.faults.append(Fault(status=503, path="/v2/models/*"))
    with pytest.raises(StatusError):
        client.infer("summer", {"x": X}, options=Options(retries=0))
