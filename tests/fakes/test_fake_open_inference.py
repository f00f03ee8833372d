"""The fake inference server does what the protocol leaves to servers, on the wire and with the client."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

import httpx2
import numpy as np
import pytest

from open_inference import Client, Options, RequestedOutput, Tensor
from open_inference.errors import (
    BadRequestError,
    NotFoundError,
    ServerError,
    StatusError,
    StreamError,
)
from tests.fakes.calling import FRESH
from tests.fakes.open_inference import FakeOpenInference, Fault
from tests.fakes.open_inference_messages import DTYPES
from tests.fakes.service import disagreements

HEADER = "Inference-Header-Content-Length"
INFER = "/v2/models/summer/infer"
X = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
MATRIX = np.array(X, np.float32)


@pytest.fixture
def fake() -> Iterator[FakeOpenInference]:
    with FakeOpenInference() as server:
        yield server


@pytest.fixture
def http(fake: FakeOpenInference) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=fake.base_url, limits=FRESH, timeout=60) as made:
        yield made


@pytest.fixture
def client(
    fake: FakeOpenInference, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    monkeypatch.delenv("OPEN_INFERENCE_TOKEN", raising=False)
    with Client(base_url=fake.base_url) as made:
        yield made


def x_of(data: Any, shape: Any = (2, 3), **members: Any) -> dict[str, Any]:
    """A request for `summer`."""
    given = {"name": "x", "shape": shape, "datatype": "FP32", "data": data, **members}
    return {"inputs": [{k: v for k, v in given.items() if v is not None}]}


# ------------------------------------------------------------------ on the wire
@pytest.mark.parametrize("data", [X, [1, 2, 3, 4, 5, 6]], ids=["nested", "flat"])
def test_json_both_ways(http: httpx2.Client, data: Any) -> None:
    """Without a version, the newest one is run."""
    assert http.post(INFER, json={**x_of(data), "id": "42"}).json() == {
        "model_name": "summer",
        "model_version": "2",
        "id": "42",
        "outputs": [
            {"name": "total", "datatype": "FP32", "shape": [2], "data": [60.0, 150.0]}
        ],
    }
    one = "/v2/models/summer/versions/1/infer"
    made = http.post(one, json=x_of(data)).json()
    assert (made["model_version"], made["outputs"][0]["data"]) == ("1", [6.0, 15.0])
    assert "id" not in made


def test_bytes_both_ways(http: httpx2.Client) -> None:
    """The JSON is as long as the header says; the little-endian elements are behind it."""
    raw = struct.pack("<6f", 1, 2, 3, 4, 5, 6)
    body = x_of(None, parameters={"binary_data_size": len(raw)})
    head = json.dumps({**body, "parameters": {"binary_data_output": True}}).encode()
    made = post_bytes(http, head + raw, len(head))
    assert made.headers["content-type"] == "application/octet-stream"
    length = int(made.headers[HEADER])
    answer = made.content[:length]
    assert disagreements("open_inference", "modelInfer", 200, answer) == []
    total = {"name": "total", "datatype": "FP32", "shape": [2]}
    size = {"parameters": {"binary_data_size": 8}}
    assert json.loads(answer)["outputs"] == [{**total, **size}]
    assert struct.unpack("<2f", made.content[length:]) == (60.0, 150.0)


def post_bytes(
    http: httpx2.Client, body: bytes, length: object, model: str = "summer"
) -> httpx2.Response:
    headers = {HEADER: str(length), "content-type": "application/octet-stream"}
    return http.post(f"/v2/models/{model}/infer", content=body, headers=headers)


def test_each_output_may_be_asked_for_in_its_own_way(http: httpx2.Client) -> None:
    inputs = [
        {"name": f"in_{kind}", "shape": [1], "datatype": kind.upper(), "data": data}
        for kind, data in (("bytes", ["h\u00e9"]), ("int8", [-1]), ("bool", [True]))
    ]
    outputs = [
        {"name": "out_bytes", "parameters": {"binary_data": True}},
        {"name": "out_int8"},
    ]
    asked = {"inputs": inputs, "outputs": outputs}
    made = http.post("/v2/models/echo/infer", json=asked)
    length = int(made.headers[HEADER])
    text, number = json.loads(made.content[:length])["outputs"]
    assert (text["parameters"], number["data"]) == ({"binary_data_size": 7}, [-1])
    assert made.content[length:] == b"\x03\x00\x00\x00h\xc3\xa9"


def test_a_stream_has_an_event_for_each_row(http: httpx2.Client) -> None:
    made = http.post(f"{INFER}_stream", json=x_of(X))
    assert made.headers["content-type"].startswith("text/event-stream")
    *events, end = made.text.split("\n\n")
    answers = [event.removeprefix("data: ") for event in events]
    for answer in answers:
        assert not disagreements("open_inference", "modelInfer", 200, answer.encode())
    totals = [json.loads(answer)["outputs"][0]["data"] for answer in answers]
    assert (totals, end) == ([[60.0], [150.0]], "")


INPUT = {"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}
REFUSED: dict[str, tuple[Any, str]] = {
    "broken": ({}, '"inputs" is a required property'),
    "missing input": ({"inputs": []}, "missing input 'x'"),
    "unknown input": (
        {"inputs": [{**INPUT, "name": "y"}]},
        "unexpected input 'y' for model 'summer'",
    ),
    "input twice": ({"inputs": [INPUT, INPUT]}, "same name"),
    "unknown output": (
        {"inputs": [INPUT], "outputs": [{"name": "y"}]},
        "unexpected output 'y'",
    ),
    "datatype": (x_of(X, datatype="INT32"), "1.0 is no INT32"),
    "another datatype": (x_of(X, datatype="FP64"), "is FP32, not FP64"),
    "bits": (x_of(X, datatype="BF16"), "has to be sent as bytes"),
    "shape": (x_of(X, (3, 2)), "has the shape [-1, 3], not [3, 2]"),
    "flat shape": (x_of(X, (6,)), "has the shape [-1, 3], not [6]"),
    "count": (x_of(X, (1, 3)), "has 6 elements, its shape is [1, 3]"),
    "text": (x_of(["1", 2, 3], (1, 3)), "'1' is no FP32"),
    "truth value": (x_of([True, 2, 3], (1, 3)), "True is no FP32"),
    "null": (x_of([None, 2, 3], (1, 3)), "None is no FP32"),
    "no data": (x_of(None), "there is no data"),
    "bytes without a header": (
        x_of(None, parameters={"binary_data_size": 24}),
        "binary_data_size is 24, 0 bytes are left",
    ),
}


@pytest.mark.parametrize(("body", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(http: httpx2.Client, body: Any, said: str) -> None:
    made = http.post(INFER, json=body)
    assert made.status_code == 400
    assert said in made.json()["error"]


@pytest.mark.parametrize(
    ("length", "rest", "said"),
    [
        (9999, b"", "Inference-Header-Content-Length is 9999"),
        (1, b"", "failed to parse"),
        (None, b"\x00", "1 bytes belong to no input"),
        (None, b"\x05\x00\x00\x00ab", "the last text is cut off"),
        (None, b"\x05\x00", "the last length is cut off"),
    ],
)
def test_bytes_that_do_not_fit(
    http: httpx2.Client, length: int | None, rest: bytes, said: str
) -> None:
    words = {"name": "in_bytes", "shape": [1], "datatype": "BYTES"}
    size = {"parameters": {"binary_data_size": len(rest)}} if len(rest) > 1 else {}
    head = json.dumps({"inputs": [{**words, "data": ["a"], **size}]}).encode()
    made = post_bytes(http, head + rest, length or len(head), "echo")
    assert made.status_code == 400
    assert said in made.json()["error"]


# ------------------------------------------------------------------ with the generated client
def test_the_client_asks_after_server_and_model(client: Client) -> None:
    client.live()
    client.wait_until_ready(timeout=60)
    client.model_version_ready("summer", "2")
    assert client.server_metadata().extensions == ["binary_tensor_data"]
    assert client.model_metadata("summer").versions == ["1", "2"]
    assert client.model_version_metadata("summer", "2").versions == ["2"]
    with pytest.raises(NotFoundError, match="Model nope not found"):
        client.model_ready("nope")
    for name, version in (("summer", "3"), ("echo", "2")):
        with pytest.raises(NotFoundError, match=f"{name} with version {version} not"):
            client.infer_version(name, version, {"x": MATRIX})


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
    with (
        FakeOpenInference(extensions=()) as fake,
        Client(base_url=fake.base_url) as client,
    ):
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
