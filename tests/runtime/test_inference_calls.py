"""Inference calls and streams against a server that answers as a script says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streaming import StreamError
from clientpress.runtime.tensors.infer import Asked, infer
from clientpress.runtime.tensors.messages import InferenceResult, decode_answer
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.wire.errors import (
    DecodeError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    StatusError,
)
from clientpress.runtime.wire.operation import Operation
from tests.servers.misbehaving import MisbehavingServer, reply, reset, stream

from .arrow_libraries import pa, pd, pl
from .inference_sides import INFER, JSON, SPEC, TOTAL, Sides, as_json, event
from .numpy_library import np
from .simulation import Simulation, answer

RECORDED = Path(__file__).parents[3] / "shared/apis/recorded"


@pytest.fixture
def sides(kind: str, server: MisbehavingServer) -> Sides:
    return Sides(kind, server.url)


# ------------------------------------------------------------------ one call
def test_a_call_in_json(sides: Sides, server: MisbehavingServer) -> None:
    server.then(as_json(TOTAL))
    inputs = {"x": np.array([[1, 2, 3]], "f4")}
    result = sides.do(
        lambda group: group.infer(INFER, ("summer",), inputs, id="7", outputs=["total"])
    )
    assert result["total"].to_numpy().tolist() == [6.0]
    (sent,) = server.requests
    assert (sent.method, sent.target) == ("POST", "/v2/models/summer/infer")
    assert sent.headers["content-type"] == "application/json"
    assert "inference-header-content-length" not in sent.headers
    assert json.loads(sent.body) == {
        "id": "7",
        "inputs": [
            {"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [1.0, 2.0, 3.0]}
        ],
        "outputs": [{"name": "total"}],
    }


@pytest.mark.parametrize("size", [3, 300_000])
def test_a_call_in_binary(sides: Sides, server: MisbehavingServer, size: int) -> None:
    array = np.arange(size, dtype="<f4")
    header = json.dumps(
        {
            "outputs": [
                {
                    "name": "y",
                    "shape": [size],
                    "datatype": "FP32",
                    "parameters": {"binary_data_size": 4 * size},
                }
            ]
        }
    ).encode()
    # KServe names no media type
    server.then(
        reply(
            200,
            header + array.tobytes(),
            {"Content-Type": "", "Inference-Header-Content-Length": str(len(header))},
        )
    )
    result = sides.do(
        lambda group: group.infer(INFER, ("summer",), {"x": array}, binary=True)
    )
    assert np.array_equal(result["y"].to_numpy(), array)
    (sent,) = server.requests
    length = int(sent.headers["inference-header-content-length"])
    assert sent.headers["content-type"] == "application/octet-stream"
    assert int(sent.headers["content-length"]) == len(sent.body) == length + 4 * size
    assert json.loads(sent.body[:length])["inputs"][0]["parameters"] == {
        "binary_data_size": 4 * size
    }
    assert sent.body[length:] == array.tobytes()


def test_options_add_to_the_json_part(sides: Sides, server: MisbehavingServer) -> None:
    server.then(as_json(TOTAL))
    options = Options(extra_body={"extra": 1}, headers={"X-Gateway": "a"})
    sides.do(
        lambda group: group.infer(
            INFER, ("summer", None), [Tensor("x", [1.0])], binary=True, options=options
        )
    )
    (sent,) = server.requests
    assert (
        json.loads(sent.body[: int(sent.headers["inference-header-content-length"])])[
            "extra"
        ]
        == 1
    )
    assert sent.headers["x-gateway"] == "a"


FRAMES = [
    pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    pl.DataFrame({"a": [1, 2], "b": ["x", "y"]}),
    pa.table({"a": [1, 2], "b": ["x", "y"]}),
]


class OnlyArrow:
    """Something that hands out columns, and no more."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "frame", [*FRAMES, OnlyArrow(FRAMES[2])], ids=lambda f: type(f).__module__
)
def test_a_data_frame_goes_by_column(frame: Any) -> None:
    simulation = Simulation(answer(TOTAL))
    run(infer(simulation.core(), INFER, ("m",), Asked(frame), None), simulation)
    body = simulation.sent[0].body
    assert body is not None
    assert json.loads(body.in_memory or b"")["inputs"] == [
        {"name": "a", "shape": [2], "datatype": "INT64", "data": [1, 2]},
        {"name": "b", "shape": [2], "datatype": "BYTES", "data": ["x", "y"]},
    ]


BAD_INPUTS: list[tuple[Any, str]] = [
    ({"x": object()}, "Tensor 'x': A object is no array"),
    ({1: [1]}, "The name of an input is 1"),
    ([[1, 2]], "Input 0 is a list, not a Tensor"),
    (7, "Inputs are a mapping or tensors, not a int"),
    ({"x": [float("nan")]}, "Input 'x': The element at .* is NaN"),
]


@pytest.mark.parametrize(("inputs", "said"), BAD_INPUTS)
def test_bad_inputs_are_refused_before_anything_is_sent(inputs: Any, said: str) -> None:
    simulation = Simulation(answer(TOTAL))
    with pytest.raises(InvalidRequestError, match=said) as caught:
        run(infer(simulation.core(), INFER, ("m",), Asked(inputs), None), simulation)
    assert caught.value.operation == "infer"
    assert simulation.sent == []


def test_an_output_can_be_the_next_input() -> None:
    simulation = Simulation(answer(TOTAL))
    core = simulation.core()
    first = run(infer(core, INFER, ("m",), Asked({"x": [1.0]}), None), simulation)
    run(infer(core, INFER, ("m",), Asked({"y": first["total"]}), None), simulation)
    body = simulation.sent[1].body
    assert body is not None
    assert json.loads(body.in_memory or b"")["inputs"][0]["name"] == "y"


def test_an_answer_that_is_wrong_is_kept() -> None:
    wrong = {"outputs": [{"name": "y", "shape": [2], "datatype": "INT8", "data": [1]}]}
    simulation = Simulation(answer(wrong))
    with pytest.raises(DecodeError, match="Output 'y': It has 1 elements") as caught:
        run(
            infer(simulation.core(), INFER, ("m",), Asked({"x": [1]}), None), simulation
        )
    assert json.loads(caught.value.raw) == wrong
    assert [issue.path for issue in caught.value.issues] == ["/outputs/0"]
    assert (caught.value.operation, caught.value.status) == ("infer", 200)


def test_inferences_are_not_sent_twice_unless_declared_safe() -> None:
    simulation = Simulation(answer({"error": "crash"}, 500))
    with pytest.raises(ServerError, match="crash"):
        run(
            infer(simulation.core(), INFER, ("m",), Asked({"x": [1]}), None), simulation
        )
    assert len(simulation.sent) == 1
    safe: Operation[Any] = Operation(
        id="infer", method="POST", path="/infer", results=JSON, retry="idempotent"
    )
    simulation = Simulation(answer({"error": "crash"}, 500), answer(TOTAL))
    asked = Asked({"x": np.zeros(100_000)}, binary=True)
    run(infer(simulation.core(), safe, (), asked, None), simulation)
    bodies = [b"".join(sent.body.chunks()) for sent in simulation.sent if sent.body]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]


def test_the_same_body_is_sent_again_over_a_new_connection(
    sides: Sides, server: MisbehavingServer
) -> None:
    server.then(reset(), as_json(TOTAL))
    safe: Operation[Any] = Operation(
        id="infer", method="POST", path="/infer", results=JSON, retry="idempotent"
    )
    array = np.arange(100_000.0)
    sides.do(lambda group: group.infer(safe, (), {"x": array}, binary=True))
    assert server.requests[-1].body.endswith(array.tobytes())


ERRORS = [
    pytest.param(path, id=f"{path.parent.name}-{path.stem}")
    for name in ("kserve", "mlserver", "triton")
    for path in sorted((RECORDED / name).glob("infer*--*.json"))
    if json.loads(path.read_bytes())["response"]["status"] >= 400
]


@pytest.mark.parametrize("path", ERRORS)
def test_recorded_errors(path: Path) -> None:
    recorded = json.loads(path.read_bytes())["response"]
    text: str = recorded["text"]
    simulation = Simulation(answer(text.encode(), recorded["status"]))
    with pytest.raises(StatusError) as caught:
        run(
            infer(simulation.core(), INFER, ("m",), Asked({"x": [1]}), None), simulation
        )
    assert caught.value.status == recorded["status"]
    if "json" not in recorded:
        assert caught.value.body == text
        return
    document: dict[str, Any] = recorded["json"]
    assert caught.value.body == document
    said = document.get("error") or document["detail"]
    words: str = said if isinstance(said, str) else said[0]["msg"]
    assert " ".join(words.split())[:60] in str(caught.value)


# ------------------------------------------------------------------ streams
def open_plain(group: Any) -> Any:
    return group.infer_stream(SPEC.stream, ("streamer",), {"text": "a b"})


def test_a_stream_ends_when_the_server_closes_it(
    sides: Sides, server: MisbehavingServer
) -> None:
    server.then(stream([event("a"), event("b")]))
    collected: list[InferenceResult] = []
    sides.collect(open_plain, collected)
    assert [result["t"].to_text() for result in collected] == [[["a"]], [["b"]]]
    assert json.loads(server.requests[0].body)["inputs"] == [
        {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["a b"]}
    ]


BROKEN_STREAMS: list[tuple[list[bytes], bool, type[Exception], str]] = [
    (
        [event("a"), b'data: {"error": "out of memory"}\n\n'],
        True,
        StreamError,
        "The server broke off: out of memory",
    ),
    ([event("a")], False, StreamError, "The stream broke"),
    (
        [event("a"), b'data: {"outputs": 1}\n\n'],
        True,
        DecodeError,
        "/outputs: Expected an array",
    ),
    ([event("a"), b"data: {\n\n"], True, DecodeError, "The answer is no JSON"),
]


@pytest.mark.parametrize(("chunks", "end", "error", "said"), BROKEN_STREAMS)
def test_a_stream_that_breaks_off(
    sides: Sides,
    server: MisbehavingServer,
    chunks: list[bytes],
    end: bool,
    error: type[Exception],
    said: str,
) -> None:
    server.then(stream(chunks, end=end))
    collected: list[InferenceResult] = []
    with pytest.raises(error, match=said) as caught:
        sides.collect(open_plain, collected)
    assert len(collected) == 1
    assert getattr(caught.value, "operation", "") == "stream"


def test_a_stream_that_is_refused(sides: Sides, server: MisbehavingServer) -> None:
    server.then(reply(404, b'{"error": "no such model"}'))
    with pytest.raises(NotFoundError, match="no such model"):
        sides.collect(open_plain, [])


def test_recorded_streams() -> None:
    path = RECORDED / "mlserver/infer_stream--streamer.json"
    if not path.is_file():
        pytest.skip("the recordings are not part of the project")
    text: str = json.loads(path.read_bytes())["response"]["text"]
    with MisbehavingServer(
        stream([text[:100].encode(), text[100:].encode()])
    ) as server:
        collected: list[InferenceResult] = []
        Sides("sync", server.url).collect(open_plain, collected)
    assert [r["text_output"].to_text() for r in collected] == [
        [["a"]],
        [["b"]],
        [["c"]],
    ]


def test_results_can_be_compared_and_iterated() -> None:
    body = json.dumps(TOTAL).encode()
    first, second = decode_answer(body, None), decode_answer(body, None)
    assert first == second
    assert {name: tensor.tolist() for name, tensor in first.items()} == {"total": [6.0]}
