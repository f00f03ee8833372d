"""What only MLServer does: streams of inference, null for NaN, text read by a content type."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from open_inference import Tensor
from open_inference.errors import (
    BadRequestError,
    NotFoundError,
    StreamError,
    UnprocessableError,
)
from open_inference.models import ErrorBody, InferenceResponse

if TYPE_CHECKING:
    from open_inference import Client
    from tests.open_inference.drivers import Driver
    from tests.servers.inference import InferenceServer


@pytest.fixture
def client(driver: Driver, mlserver: InferenceServer) -> Client:
    return driver.make(base_url=mlserver.base_url)


def words(text: str) -> list[Tensor]:
    """The input of `streamer`."""
    return [Tensor("text_input", [text], parameters={"content_type": "str"})]


def body(text: str) -> Any:
    """The same as a body of `generate`."""
    return {
        "inputs": [
            {"name": "text_input", "shape": [1], "datatype": "BYTES", "data": [text]}
        ]
    }


def said(result: Any) -> str:
    """The text of an answer of `streamer`."""
    [[found]] = result["text_output"].to_text()
    return str(found)


# ------------------------------------------------------------------ data
def test_halves_go_as_json(client: Client) -> None:
    given = Tensor("in_fp16", np.array([1.5, -0.25, 65504], np.float16))
    found = client.infer("echo", [given], binary=False)["out_fp16"]
    assert found.datatype == "FP16"
    assert found.to_numpy().dtype == np.float16
    assert found.tolist() == [1.5, -0.25, 65504.0]


def test_null_is_nan(client: Client) -> None:
    """JSON has no infinity either, so both come back as NaN."""
    x = np.array([[3e38, 3e38, 1], [1, 1, 1]], np.float32)
    first, second = client.infer("summer", {"x": x})["total"].to_numpy().ravel()
    assert math.isnan(first) and second == 30.0


def test_parameters_come_and_go(client: Client) -> None:
    given = Tensor("in_int64", [1], datatype="INT64", parameters={"mine": [1, None]})
    found = client.infer("echo", [given], parameters={"note": "hello", "n": 3})
    assert found.parameters == {"note": "hello", "n": 3}
    assert found["out_int64"].parameters == {"mine": [1, None]}
    assert found.id  # made up by the server


def test_bytes_that_are_no_text(client: Client) -> None:
    """Without the binary extension they go as base64, which the content type says."""
    elements = [b"\x00\xff\xfe", b"abc"]
    given = Tensor("in_bytes", elements, parameters={"content_type": "base64"})
    found = client.infer("echo", [given])["out_bytes"]
    assert found.parameters == {"content_type": "base64"}
    assert found.tolist() == elements
    # The server does not read binary messages.
    with pytest.raises(UnprocessableError, match="valid dictionary"):
        client.infer("echo", {"in_int8": np.array([1], np.int8)}, binary=True)


# ------------------------------------------------------------------ streams
def test_a_stream_of_inferences(client: Client) -> None:
    with client.infer_stream("streamer", words("a b c"), id="req-1") as results:
        found = list(results)
    assert [said(result) for result in found] == ["a", "b", "c"]
    assert {result.id for result in found} == {"req-1"}


def test_a_stream_of_a_version(client: Client) -> None:
    x = {"x": np.ones((1, 3), np.float32)}
    with client.infer_version_stream("summer", "v1", x) as results:
        [found] = list(results)
    assert found["total"].to_numpy().ravel().tolist() == [3.0]
    assert found.model_version == "v1"


def test_a_stream_by_a_handle(client: Client) -> None:
    with client.model("streamer").infer_stream({"text_input": ["a b"]}) as results:
        assert [said(result) for result in results] == ["a", "b"]


def test_a_stream_that_breaks(client: Client) -> None:
    """MLServer cuts the connection instead of saying what is wrong."""
    seen: list[str] = []
    with (
        pytest.raises(StreamError, match="The stream broke"),
        client.infer_stream("streamer", words("a fail b")) as results,
    ):
        seen.extend(said(result) for result in results)
    assert seen == ["a"]
    with (
        pytest.raises(StreamError, match="The stream broke"),
        client.infer_stream("nope", words("a")) as results,
    ):
        list(results)


# ------------------------------------------------------------------ generation
def test_generation_is_inference(client: Client) -> None:
    found = client.generate("streamer", body=body("a b"))
    assert isinstance(found, InferenceResponse)
    assert found.outputs[0].data == ["a b"]
    with pytest.raises(NotFoundError, match="Model streamer with version v1 not found"):
        client.generate_version("streamer", "v1", body=body("a"))


def test_a_stream_of_generation(client: Client) -> None:
    with client.generate_stream("streamer", body=body("a b")) as events:
        found = list(events)
    assert [type(event) for event in found] == [InferenceResponse] * 2
    assert [e.outputs[0].data for e in found if isinstance(e, InferenceResponse)] == [
        ["a"],
        ["b"],
    ]
    with (
        pytest.raises(StreamError),
        client.generate_version_stream("streamer", "v1", body=body("a")) as events,
    ):
        list(events)


def test_the_place_of_what_is_wrong(client: Client) -> None:
    with pytest.raises(UnprocessableError, match="Field required") as caught:
        client.generate("streamer", body={"text_input": "a b"})
    assert isinstance(caught.value.body, ErrorBody)
    problems = caught.value.body.detail
    assert isinstance(problems, list)
    assert [(p.type, p.loc) for p in problems] == [("missing", ["body", "inputs"])]


# ------------------------------------------------------------------ loading
def test_a_model_that_takes_its_time(client: Client, mlserver: InferenceServer) -> None:
    """Not ready is 400 for the model and for the server; waiting goes on until it is ready."""
    with mlserver.alone(), ThreadPoolExecutor() as pool:
        client.unload_model("slow")
        with pytest.raises(NotFoundError):
            client.model_ready("slow")
        loading = pool.submit(load, mlserver.base_url)
        while not loading.done():
            try:
                client.model_ready("slow")
            except NotFoundError:
                continue  # the request is not there yet
            except BadRequestError as e:
                assert e.body is None
                break
        assert not loading.done()
        with pytest.raises(BadRequestError):
            client.ready()
        assert not client.model("slow").ready()
        client.wait_until_model_ready("slow", poll_interval=0.1, timeout=120)
        client.wait_until_ready(poll_interval=0.1, timeout=120)
        client.model("slow").wait_until_ready(poll_interval=0.1, timeout=120)
        loading.result()


def load(base_url: str) -> None:
    """Load the slow model, in another thread."""
    from open_inference import Client

    with Client(base_url=base_url) as client:
        client.load_model("slow")
