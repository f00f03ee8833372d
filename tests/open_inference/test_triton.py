"""What only Triton does: binary tensors, BF16, text generation, models with a configuration."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import pytest

from open_inference import RequestedOutput, Tensor, capture
from open_inference.errors import (
    BadRequestError,
    NotFoundError,
    ServerError,
    StreamError,
)
from open_inference.models import GenerateFailure, ModelState, TextResponse

if TYPE_CHECKING:
    from open_inference import Client
    from tests.open_inference.drivers import Driver
    from tests.servers.inference import InferenceServer


@pytest.fixture
def client(driver: Driver, triton: InferenceServer) -> Client:
    return driver.make(base_url=triton.base_url)


# ------------------------------------------------------------------ binary tensors
# Three kinds of NaN, the infinities, minus zero, and the smallest number.
BITS = [0x7FC00000, 0x7F800001, 0xFFC12345, 0x7F800000, 0xFF800000, 0x80000000, 1]

ARRAYS: dict[str, Any] = {
    "bool": np.array([True, False, True]),
    "uint8": np.arange(256, dtype=np.uint8),
    "uint16": np.array([0, 65535], np.uint16),
    "uint32": np.array([0, 2**32 - 1], np.uint32),
    "uint64": np.array([0, 2**64 - 1], np.uint64),
    "int8": np.array([-128, 127], np.int8),
    "int16": np.array([-(2**15), 2**15 - 1], np.int16),
    "int32": np.array([-(2**31), 2**31 - 1], np.int32),
    "int64": np.array([-(2**63), 2**63 - 1], np.int64),
    "fp16": np.array([1.5, -0.25, np.inf, 6e-8], np.float16),
    "fp32": np.array(BITS, np.uint32).view(np.float32),
    "fp64": np.array([np.nan, 0.1, 5e-324, -0.0]),
    "bf16": np.array([1.0, 2.0, -0.5, np.inf], ml_dtypes.bfloat16),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_every_datatype_goes_as_bytes(client: Client, name: str) -> None:
    """Bit for bit, whatever NaN it is."""
    given = ARRAYS[name]
    with capture() as calls:
        found = client.infer("echo", {f"in_{name}": given}, binary=True)
    output = found[f"out_{name}"]
    assert "inference-header-content-length" in calls[-1].headers
    assert (output.datatype, list(output.shape)) == (name.upper(), [len(given)])
    array = output.to_numpy()
    assert array.dtype == given.dtype and array.tobytes() == given.tobytes()
    assert not array.flags.writeable


@pytest.mark.parametrize(
    "given",
    [[b"abc", "h\u00e9\u2713".encode(), b"\x00\xff\xfe", b""], [b"x" * 70_000], []],
)
def test_bytes_of_any_kind(client: Client, given: list[bytes]) -> None:
    tensor = Tensor("in_bytes", given, datatype="BYTES", shape=[len(given)])
    found = client.infer("echo", [tensor], binary=True)["out_bytes"]
    assert found.tolist() == given


@pytest.mark.parametrize("name", ["fp16", "bf16"])
def test_what_json_cannot_say_goes_as_bytes(client: Client, name: str) -> None:
    found = client.infer("echo", {f"in_{name}": ARRAYS[name]})
    assert found[f"out_{name}"].to_numpy().tobytes() == ARRAYS[name].tobytes()


def test_no_elements(client: Client) -> None:
    given = {"in_fp32": np.array([], np.float32), "in_int8": np.array([1], np.int8)}
    found = client.infer("echo", given, binary=True)
    assert found["out_fp32"].to_numpy().shape == (0,)
    assert found["out_int8"].tolist() == [1]


def test_arrays_that_do_not_lie_in_order(client: Client) -> None:
    matrix = np.arange(12, dtype=">f8").reshape(3, 4).T[::-1, :]
    assert not matrix.flags.c_contiguous
    found = client.infer("summer", {"x": matrix.astype(">f4")}, binary=True)
    assert found["total"].tolist() == (matrix.sum(axis=1) * 10).tolist()


def test_a_handle_sends_bytes(client: Client) -> None:
    model = client.model("summer")
    with capture() as calls:
        found = model.infer({"x": [[1, 2, 3]]})
        assert found["total"].tolist() == [60.0]
        model.infer({"x": [[1, 2, 3]]}, binary=False)
    assert ["inference-header-content-length" in c.headers for c in calls[-2:]] == [
        True,
        False,
    ]
    nan = model.infer({"x": np.array([[np.nan, 1, 2]], np.float32)})["total"]
    assert np.isnan(nan.to_numpy()).all()


def test_outputs_in_the_form_that_is_asked_for(client: Client) -> None:
    """Triton writes NaN and infinities bare into JSON."""
    given = {"in_fp32": ARRAYS["fp32"], "in_int8": ARRAYS["int8"]}
    outputs = [
        RequestedOutput("out_fp32", binary=False),
        RequestedOutput("out_int8", binary=True),
    ]
    found = client.infer("echo", given, outputs=outputs, binary=True)
    np.testing.assert_array_equal(found["out_fp32"].to_numpy(), ARRAYS["fp32"])
    assert found["out_int8"].tolist() == [-128, 127]


def test_the_classes_with_the_highest_values(client: Client) -> None:
    outputs = [RequestedOutput("total", classification=2)]
    x = np.array([[1, 1, 1], [3, 3, 3], [2, 2, 2]], np.float32)
    for binary in (False, True):
        found = client.infer("summer", {"x": x}, outputs=outputs, binary=binary)
        assert found["total"].datatype == "BYTES"
        assert found["total"].to_text() == ["90.000000:1", "60.000000:2"]


def test_columns_of_a_data_frame(client: Client) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"in_int64": [1, 2], "in_bytes": ["a", "b"]})
    found = client.model("echo").infer(frame, allow_missing=True)
    assert found["out_int64"].tolist() == [1, 2]
    assert found["out_bytes"].to_text() == ["a", "b"]


def test_a_large_tensor(client: Client) -> None:
    given = np.random.default_rng(1).random((200_000, 3), np.float32)
    found = client.infer("summer", {"x": given}, binary=True)["total"].to_numpy()
    np.testing.assert_allclose(found, given.sum(axis=1) * 10, rtol=1e-6)


def test_a_model_with_several_answers_has_no_inference(client: Client) -> None:
    with pytest.raises(ServerError, match="decoupled") as caught:
        client.infer("streamer", {"text_input": ["a b"]})
    assert caught.value.status == 501
    with (
        pytest.raises(NotFoundError, match="Not Found"),
        client.infer_stream("streamer", {"text_input": ["a b"]}),
    ):
        pass


# ------------------------------------------------------------------ generation
def test_a_text(client: Client) -> None:
    found = client.generate("streamer", body={"id": "g1", "text_input": "hello"})
    assert isinstance(found, TextResponse)
    assert (found.id, found.model_name, found.text_output) == (
        "g1",
        "streamer",
        "hello",
    )
    found = client.generate_version("streamer", "1", body={"text_input": "hello"})
    assert isinstance(found, TextResponse) and found.model_version == "1"


def test_a_failure_with_the_status_200(client: Client) -> None:
    found = client.generate("streamer", body={"text_input": "two words"})
    assert isinstance(found, GenerateFailure)
    assert "exactly 1 response" in found.error


def test_a_stream_of_words(client: Client) -> None:
    with client.generate_stream("streamer", body={"text_input": "a b c"}) as events:
        found = [e.text_output for e in events if isinstance(e, TextResponse)]
    assert found == ["a", "b", "c"]
    asked = {"text_input": "a"}
    with client.generate_version_stream("streamer", "1", body=asked) as events:
        assert len(list(events)) == 1


def test_an_error_in_a_stream(client: Client) -> None:
    seen: list[object] = []
    with (
        pytest.raises(StreamError, match="asked to fail"),
        client.generate_stream("streamer", body={"text_input": "a fail b"}) as events,
    ):
        seen.extend(events)
    assert [e.text_output for e in seen if isinstance(e, TextResponse)] == ["a"]


def test_an_error_before_a_stream(client: Client) -> None:
    """The status tells, although the body is an event."""
    with (
        pytest.raises(BadRequestError, match="asked to fail"),
        client.generate_stream("streamer", body={"text_input": "fail"}),
    ):
        pass
    with (
        pytest.raises(NotFoundError, match="'nope' is not found"),
        client.generate_stream("nope", body={"text_input": "a"}),
    ):
        pass


# ------------------------------------------------------------------ the repository
def test_a_model_that_was_never_loaded_has_no_state(client: Client) -> None:
    [idle] = [m for m in client.repository_index() if m.name == "idle"]
    assert (idle.version or None, idle.state, idle.reason) == (None, None, None)


def test_a_model_with_another_configuration(
    client: Client, triton: InferenceServer
) -> None:
    tensor = {"data_type": "TYPE_FP32", "dims": [2]}
    config = {
        "backend": "python",
        "max_batch_size": 0,
        "input": [{"name": "in_fp32", **tensor}],
        "output": [{"name": "out_fp32", **tensor}],
    }
    with triton.alone():
        client.load_model("spare", parameters={"config": json.dumps(config)})
        found = client.model_metadata("spare")
        assert [t.shape for t in found.inputs or ()] == [[2]]
        with pytest.raises(ServerError, match="failed to load 'spare'"):
            client.load_model("spare", parameters={"config": "{"})
        client.unload_model("spare", parameters={"unload_dependents": True})


def test_a_model_that_takes_its_time(client: Client, triton: InferenceServer) -> None:
    """Not ready is 400; waiting goes on until it is ready."""
    with triton.alone(), ThreadPoolExecutor() as pool:
        with pytest.raises(BadRequestError, match="Model version not ready"):
            client.model_ready("slow")
        loading = pool.submit(load, triton.base_url)
        client.wait_until_model_ready("slow", poll_interval=0.1, timeout=120)
        client.wait_until_ready(poll_interval=0.1, timeout=120)
        loading.result()
        client.unload_model("slow")
        index = {m.name: m.state for m in client.repository_index()}
        assert index["slow"] in (ModelState.UNLOADING, ModelState.UNAVAILABLE)


def load(base_url: str) -> None:
    """Load the slow model, in another thread."""
    from open_inference import Client

    with Client(base_url=base_url) as client:
        client.load_model("slow")
