"""Model handles against a server that answers as a script says."""

from __future__ import annotations

import json
import threading
from threading import Timer
from typing import Any

import pytest

from clientpress.runtime.calls.client import BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.results.polling import PollingTimeoutError
from clientpress.runtime.tensors.messages import InferenceResult
from clientpress.runtime.tensors.spec import InferenceModelSpec
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.errors import (
    BadRequestError,
    InvalidRequestError,
)
from tests.servers.misbehaving import (
    MisbehavingServer,
    reply,
    reset,
    stream,
    when,
)

from .arrow_libraries import pd, pl
from .inference_sides import SPEC, TOTAL, Models, Sides, as_json, event
from .numpy_library import np

SUMMER = {
    "name": "summer",
    "platform": "",
    "inputs": [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}],
    "outputs": list[Any](),
}


@pytest.fixture
def sides(kind: str, server: MisbehavingServer) -> Sides:
    return Sides(kind, server.url)


def extensions(*names: str, name: str = "triton") -> Any:
    return as_json({"name": name, "version": "1", "extensions": list(names)})


def test_a_model_reads_its_metadata_once(
    sides: Sides, server: MisbehavingServer
) -> None:
    server.then(as_json(SUMMER), extensions(), as_json(TOTAL))
    one: Any = {"x": np.array([[1.0, 2.0, 3.0]])}
    results = sides.model(
        None, lambda m: m.infer(one), lambda m: m.metadata(), lambda m: m.infer(one)
    )
    assert results[0]["total"].tolist() == [6.0]
    assert results[1] == SUMMER
    assert [sent.target for sent in server.requests] == [
        "/v2/models/summer", "/v2", "/v2/models/summer/infer", "/v2/models/summer/infer"
    ]  # fmt: skip
    assert json.loads(server.requests[2].body)["inputs"][0]["datatype"] == "FP32"


def test_a_version_of_a_model(sides: Sides, server: MisbehavingServer) -> None:
    server.then(as_json(SUMMER), extensions(), as_json(TOTAL))
    sides.model("v1", lambda m: m.infer({"x": [[1, 2, 3]]}), lambda m: m.ready())
    assert [sent.target for sent in server.requests] == [
        "/v2/models/summer/versions/v1",
        "/v2",
        "/v2/models/summer/versions/v1/infer",
        "/v2/models/summer/versions/v1/ready",
    ]


CHOICES: list[tuple[Any, Any, bool | None, bool]] = [
    # the server's metadata, the value, what the caller says, whether it goes out binary
    (extensions("binary_tensor_data"), [1.0], None, True),
    (extensions("binary_tensor_data"), [1.0], False, False),
    (extensions("classification"), [1.0], None, False),
    (extensions("classification"), [1.0], True, True),
    (extensions(), np.ones(1, "f2"), None, True),
    (extensions(name="mlserver"), np.ones(1, "f2"), None, False),
    (reply(404, b"{}"), [1.0], None, False),
]


@pytest.mark.parametrize(("described", "value", "binary", "is_binary"), CHOICES)
def test_a_model_sends_what_its_server_reads(
    described: Any, value: Any, binary: bool | None, is_binary: bool
) -> None:
    with MisbehavingServer(as_json({"name": "m"}), described, as_json(TOTAL)) as server:
        Sides("sync", server.url).model(
            None, lambda m: m.infer({"x": value}, binary=binary)
        )
        assert (
            "inference-header-content-length" in server.requests[-1].headers
        ) is is_binary


NAN = float("nan")
INF = float("inf")
NOT_NUMBERS: list[tuple[str, Any, str]] = [
    # the name of the server, the value, what is sent; "" if it is refused
    ("mlserver", [1.0, NAN], '"data":[1.0,null]'),
    ("mlserver", [INF], ""),
    ("triton", [1.0, NAN, -INF], '"data":[1.0, NaN, -Infinity]'),
    ("kserve", [NAN], "binary"),
    ("kserve", [1.0], '"data":[1.0]'),
    ("another", [NAN], ""),
    ("mlserver", pl.Series([1.5, None]), '"data":[1.5,null]'),
    ("mlserver", pl.Series([2, None]), '"data":[2.0,null]'),
    ("mlserver", pd.Series(pd.array([1.5, None], "Float64")), '"data":[1.5,null]'),
    ("mlserver", pd.Series(pd.array([2, None], "Int64")), '"data":[2.0,null]'),
    ("kserve", pl.Series([1.5, None]), "binary"),
    ("mlserver", pl.Series(["a", None]), ""),
    ("mlserver", Tensor("x", [NAN], json_nan="bare"), "[NaN]"),
    ("triton", Tensor("x", [NAN], json_nan="refuse"), ""),
]


@pytest.mark.parametrize(("name", "value", "sent"), NOT_NUMBERS)
def test_what_is_no_number_is_sent_as_the_server_reads_it(
    name: str, value: Any, sent: str
) -> None:
    takes = {"inputs": [{"name": "x", "datatype": "FP64", "shape": [-1]}]}
    with MisbehavingServer(
        as_json(takes), extensions(name=name), as_json(TOTAL)
    ) as server:
        sides = Sides("sync", server.url)
        if not sent:
            with pytest.raises(InvalidRequestError):
                sides.model(None, lambda m: m.infer({"x": value}))
            assert len(server.requests) == 2
            return
        sides.model(None, lambda m: m.infer({"x": value}))
        request = server.requests[-1]
        is_binary = "inference-header-content-length" in request.headers
        assert is_binary is (sent == "binary")
        assert is_binary or sent in request.body.decode()


def test_many_first_calls_read_the_metadata_once(
    sides: Sides, server: MisbehavingServer
) -> None:
    gate = threading.Event()
    server.then(when(gate, as_json(SUMMER)), extensions(), as_json(TOTAL))
    one: Any = {"x": np.array([[1.0, 2.0, 3.0]])}
    Timer(0.2, gate.set).start()
    results = sides.at_once(20, lambda m: m.infer(one))
    assert len(results) == 20
    targets = [sent.target for sent in server.requests]
    assert targets[:2] == ["/v2/models/summer", "/v2"]
    assert targets[2:] == ["/v2/models/summer/infer"] * 20


def test_a_first_call_that_fails_is_told_to_those_that_wait(
    sides: Sides, server: MisbehavingServer
) -> None:
    gate = threading.Event()
    server.then(when(gate, reply(400, b'{"error": "no"}')), as_json(SUMMER))
    Timer(0.2, gate.set).start()
    results = sides.at_once(5, lambda m: m.metadata())
    others = [each for each in results if not isinstance(each, BadRequestError)]
    assert len(others) < 5
    assert others == [SUMMER] * len(others)  # one that came later asked again


ECHO: dict[str, Any] = {
    "inputs": [
        {"name": "a", "datatype": "INT8", "shape": [-1]},
        {"name": "b", "datatype": "BYTES", "shape": [-1, 1]},
        {"name": "c", "datatype": "FP32", "shape": [-1, 2]},
        {"name": "d", "datatype": "FP8", "shape": []},
    ]
}
FITTING: list[tuple[Any, list[tuple[str, list[int], list[Any]]]]] = [
    ({"a": np.array([1.0, 2.0])}, [("INT8", [2], [1, 2])]),
    ([Tensor("a", [1, 2])], [("INT8", [2], [1, 2])]),
    ({"a": Tensor("z", [1], datatype="INT8")}, [("INT8", [1], [1])]),
    ({"a": 7, "b": "x"}, [("INT8", [1], [7]), ("BYTES", [1, 1], ["x"])]),
    ({"c": [[0.1, 2]]}, [("FP32", [1, 2], [0.1, 2.0])]),
    ({"d": [[1]]}, [("INT64", [1, 1], [1])]),
    (
        pd.DataFrame({"b": ["x", "y"], "a": [1, 2]}),
        [("BYTES", [2, 1], ["x", "y"]), ("INT8", [2], [1, 2])],
    ),
    ({"c": pl.DataFrame({"p": [1.0], "q": [2]})}, [("FP32", [1, 2], [1.0, 2.0])]),
    ({"c": pd.DataFrame({"p": [1.0], "q": [2]})}, [("FP32", [1, 2], [1.0, 2.0])]),
    (
        {"c": pl.DataFrame({"p": [1], "q": [2]}).to_arrow()},
        [("FP32", [1, 2], [1.0, 2.0])],
    ),
    (pl.DataFrame({"c": [[1.0, 2.0]]}), [("FP32", [1, 2], [1.0, 2.0])]),
    (pd.DataFrame({"c": [[1.0, 2.0]]}), [("FP32", [1, 2], [1.0, 2.0])]),
    (pd.DataFrame({"c": [np.ones(2, "f4")]}), [("FP32", [1, 2], [1.0, 1.0])]),
    (pl.DataFrame({"c": [[1.0, 2.0]]}).to_arrow(), [("FP32", [1, 2], [1.0, 2.0])]),
    (
        pl.DataFrame({"c": pl.Series([[1, 2]], dtype=pl.Array(pl.Int8, 2))}),
        [("FP32", [1, 2], [1.0, 2.0])],
    ),
    (
        pl.DataFrame({"b": ["x"], "a": [3]}),
        [("BYTES", [1, 1], ["x"]), ("INT8", [1], [3])],
    ),
]


@pytest.mark.parametrize(("inputs", "sent"), FITTING)
def test_inputs_are_made_to_fit_the_model(inputs: Any, sent: Any) -> None:
    with MisbehavingServer(as_json(ECHO), extensions(), as_json(TOTAL)) as server:
        Sides("sync", server.url).model(
            None, lambda m: m.infer(inputs, allow_missing=True)
        )
        found = json.loads(server.requests[-1].body)["inputs"]
    assert [(each["datatype"], each["shape"], each["data"]) for each in found] == sent


UNFIT: list[tuple[Any, bool, str]] = [
    ({"z": [1]}, True, "Unknown input 'z'; the model takes 'a', 'b', 'c', 'd'"),
    ({"a": [1]}, False, "Missing input 'b', 'c', 'd'; the model takes .*allow_missing"),
    ([Tensor("a", [1]), Tensor("a", [1])], True, "The input 'a' is given twice"),
    ({"a": [1.5]}, True, r"Tensor 'a': 1.5 at \[0\] is no INT8"),
    ({"a": [1, 300]}, True, r"Tensor 'a': 300 at \[1\] is out of range of INT8"),
    ({"a": ["x"]}, True, "Tensor 'a': Texts cannot become INT8"),
    ({"a": Tensor("a", [300])}, True, "300 at .* out of range of INT8"),
    ({"c": [[1e39, 1]]}, True, r"1e\+39 at \[0, 0\] is too large for FP32"),
    (
        {"a": [[1]]},
        True,
        r"Input 'a' has the shape \[1, 1\], the model takes \[-1\] \(-1: any\)",
    ),
    (
        {"c": [[1, 2, 3]]},
        True,
        r"Input 'c' has the shape \[1, 3\], the model takes \[-1, 2\]",
    ),
    (pd.DataFrame({"c": [1.0]}), True, r"Input 'c' has the shape \[1\]"),
]


@pytest.mark.parametrize(("inputs", "allow_missing", "said"), UNFIT)
def test_what_the_model_does_not_take_is_not_sent(
    inputs: Any, allow_missing: bool, said: str
) -> None:
    with MisbehavingServer(as_json(ECHO), extensions(), as_json(TOTAL)) as server:
        with pytest.raises(InvalidRequestError, match=said) as caught:
            Sides("sync", server.url).model(
                None, lambda m: m.infer(inputs, allow_missing=allow_missing)
            )
        assert caught.value.operation == "infer"
        assert len(server.requests) == 2


READY: list[tuple[Any, bool]] = [
    (reply(200, b""), True),
    (reply(200, b'{"ready": true}'), True),
    (reply(400, b'{"error": "not ready"}'), False),
    (reply(503, b"", {"Retry-After": "1"}), False),
]


@pytest.mark.parametrize(("step", "is_ready"), READY)
def test_whether_a_model_is_ready(
    sides: Sides, server: MisbehavingServer, step: Any, is_ready: bool
) -> None:
    server.then(step)
    assert sides.model(None, lambda m: m.ready()) == [is_ready]
    assert len(server.requests) == 1


def test_a_model_that_the_server_does_not_know_is_not_ready(
    sides: Sides, server: MisbehavingServer
) -> None:
    """Triton says 400, MLServer and KServe say 404."""
    for status in (400, 404):
        server.then(reply(status, b'{"error": "Model nope not found"}'))
        assert sides.model(None, lambda m: m.ready()) == [False]


def test_waiting_for_a_model(sides: Sides, server: MisbehavingServer) -> None:
    server.then(reset(), reply(503), reply(400), reply(200, b""))
    assert sides.model(None, lambda m: m.wait_until_ready(poll_interval=0.01)) == [None]
    assert len(server.requests) == 4
    server.then(reply(400))
    with pytest.raises(PollingTimeoutError):
        sides.model(None, lambda m: m.wait_until_ready(timeout=1.0, poll_interval=0.01))


def test_a_model_streams(sides: Sides, server: MisbehavingServer) -> None:
    server.then(as_json(SUMMER), extensions(), stream([event("a")]))
    collected: list[InferenceResult] = []
    sides.collect(
        lambda group: group.model(SPEC, "summer").infer_stream({"x": [[1, 2, 3]]}),
        collected,
    )
    assert [result["t"].to_text() for result in collected] == [[["a"]]]
    assert json.loads(server.requests[-1].body)["inputs"][0]["datatype"] == "FP32"


def test_a_model_stream_that_cannot_be_opened_can_be_closed() -> None:
    with (
        MisbehavingServer(reply(400, b'{"error": "no"}')) as server,
        BaseClient(Api(name="oip"), {}, base_url=server.url) as client,
    ):
        results = Models(client).model(SPEC, "m").infer_stream({})
        with pytest.raises(BadRequestError):
            results.__enter__()
        results.close()


def test_what_an_api_does_not_have() -> None:
    bare: InferenceModelSpec[JsonValue] = InferenceModelSpec(
        infer=SPEC.infer, metadata=SPEC.metadata, ready=SPEC.ready
    )
    group = Models(BaseClient(Api(name="oip"), {}, base_url="http://127.0.0.1:9"))
    with pytest.raises(InvalidRequestError, match="no versions"):
        group.model(bare, "m", "1")
    with pytest.raises(InvalidRequestError, match="no streams"):
        group.model(bare, "m").infer_stream({})
    assert repr(group.model(bare, "m")) == "InferenceModel('m')"
