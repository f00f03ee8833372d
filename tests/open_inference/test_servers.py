"""What MLServer and Triton do alike, with both clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest

from open_inference import Tensor
from open_inference.errors import (
    BadRequestError,
    Error,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    UnprocessableError,
)
from open_inference.models import GenerateFailure, ModelState

if TYPE_CHECKING:
    from collections.abc import Callable

    from open_inference import Client
    from tests.open_inference.drivers import Driver
    from tests.servers.inference import InferenceServer


class Facts(NamedTuple):
    """A server, and in what it differs from the other."""

    server: InferenceServer
    is_triton: bool
    versions: tuple[str, str]

    def pick(self, mlserver: Any, triton: Any) -> Any:
        """What is true of this server."""
        return triton if self.is_triton else mlserver


@pytest.fixture(params=["mlserver", "triton"])
def facts(request: pytest.FixtureRequest) -> Facts:
    server: InferenceServer = request.getfixturevalue(request.param)
    if request.param == "triton":
        return Facts(server, True, ("1", "2"))
    return Facts(server, False, ("v1", "v2"))


@pytest.fixture
def client(driver: Driver, facts: Facts) -> Client:
    return driver.make(base_url=facts.server.base_url)


X = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
MATRIX = np.array(X, np.float32)


def totals(result: Any) -> list[float]:
    """The sums that `summer` answers, whose shape is [N] or [N, 1]."""
    found: list[float] = result["total"].to_numpy().ravel().tolist()
    return found


# ------------------------------------------------------------------ health and metadata
def test_it_is_alive_and_ready(client: Client, facts: Facts) -> None:
    client.live()
    with facts.server.alone():
        client.wait_until_ready(timeout=60)
        client.ready()
    client.model_ready("summer")
    client.wait_until_model_ready("summer", timeout=60)
    for version in facts.versions:
        client.model_version_ready("summer", version)
        client.wait_until_model_version_ready("summer", version, timeout=60)


def test_a_model_that_is_not_there_is_not_ready(client: Client, facts: Facts) -> None:
    said = facts.pick("Model nope not found", "Model version not ready")
    with pytest.raises(facts.pick(NotFoundError, BadRequestError), match=said) as e:
        client.model_ready("nope")
    assert e.value.body.error == said


def test_the_server_says_what_it_can(client: Client, facts: Facts) -> None:
    found = client.server_metadata()
    assert found.name == facts.pick("mlserver", "triton")
    assert found.version == facts.pick("1.7.1", "2.51.0")
    assert ("binary_tensor_data" in found.extensions) is facts.is_triton


def test_a_model_says_what_it_takes(client: Client, facts: Facts) -> None:
    whole = client.model_metadata("summer")
    one = client.model_version_metadata("summer", facts.versions[0])
    for found in (whole, one):
        assert found.name == "summer" and found.inputs and found.outputs
        assert found.platform == facts.pick("tiny", "python")
        assert [(t.name, t.datatype, t.shape) for t in found.inputs] == [
            ("x", "FP32", [-1, 3])
        ]
        assert [(t.name, t.datatype, t.shape) for t in found.outputs] == [
            ("total", "FP32", [-1])
        ]
    assert whole.versions == list(facts.versions)
    assert one.versions == list(facts.versions)[: facts.pick(2, 1)]


# ------------------------------------------------------------------ inference
@pytest.mark.parametrize(
    "inputs",
    [
        {"x": MATRIX},
        {"x": np.asfortranarray(MATRIX)},
        [Tensor("x", X, datatype="FP32")],
        [Tensor("x", MATRIX)],
        [Tensor("x", [1, 2, 3, 4, 5, 6], datatype="FP32", shape=[2, 3])],
    ],
    ids=["array", "fortran", "lists", "tensor", "flat"],
)
def test_a_model_is_run(client: Client, facts: Facts, inputs: Any) -> None:
    """Without a version, both servers take the newest one."""
    found = client.infer("summer", inputs)
    assert totals(found) == [60.0, 150.0]
    assert (found.model_name, found.model_version) == ("summer", facts.versions[1])
    assert found["total"].to_numpy().dtype == np.float32


def test_a_version_is_run(client: Client, facts: Facts) -> None:
    for version, factor in zip(facts.versions, (1, 10), strict=True):
        found = client.infer_version("summer", version, {"x": MATRIX}, id="req-1")
        assert totals(found) == [6.0 * factor, 15.0 * factor]
        assert (found.model_version, found.id) == (version, "req-1")


VALUES: list[tuple[str, list[Any]]] = [
    ("BOOL", [True, False, True]),
    ("UINT8", [0, 255]),
    ("UINT16", [0, 65535]),
    ("UINT32", [0, 2**32 - 1]),
    ("UINT64", [0, 2**53 + 1, 2**64 - 1]),
    ("INT8", [-128, 127]),
    ("INT16", [-(2**15), 2**15 - 1]),
    ("INT32", [-(2**31), 2**31 - 1]),
    ("INT64", [-(2**63), 2**53 + 1, 2**63 - 1]),
    ("FP32", [1.5, -0.25, 3.4028234663852886e38, 1e-45]),
    ("FP64", [0.1, 1e300, -5e-324, 2.0]),
    ("BYTES", ["abc", "h\u00e9\u2713 \U0001f600", "", 'a "b" \\c']),
]


@pytest.mark.parametrize(("datatype", "values"), VALUES, ids=[v[0] for v in VALUES])
def test_every_datatype_goes_as_json(
    client: Client, datatype: str, values: list[Any]
) -> None:
    name = datatype.lower()
    given = Tensor(f"in_{name}", values, datatype=datatype)
    found = client.infer("echo", [given], binary=False)
    output = found[f"out_{name}"]
    assert (output.datatype, list(output.shape)) == (datatype, [len(values)])
    if datatype == "BYTES":
        assert output.to_text() == values
    elif datatype == "FP32":
        assert output.tolist() == np.array(values, np.float32).tolist()
    else:
        assert output.tolist() == values


def test_no_elements(client: Client) -> None:
    found = client.infer("echo", {"in_int64": np.array([], np.int64)}, binary=False)
    output = found["out_int64"].to_numpy()
    assert (output.shape, output.dtype) == ((0,), np.int64)


def test_several_inputs_and_chosen_outputs(client: Client) -> None:
    given = {"in_int64": np.array([1, 2]), "in_bytes": ["x"]}
    assert list(client.infer("echo", given)) == ["out_int64", "out_bytes"]
    assert list(client.infer("echo", given, outputs=["out_bytes"])) == ["out_bytes"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_json_has_no_nan(client: Client, value: float) -> None:
    given = {"in_fp32": np.array([1.0, value], np.float32)}
    with pytest.raises(InvalidRequestError, match="in_fp32"):
        client.infer("echo", given, binary=False)


def test_nan_in_the_notation_of_the_server(client: Client, facts: Facts) -> None:
    """MLServer reads null as NaN, Triton a bare NaN."""
    notation = facts.pick("null", "bare")
    x = np.array([[np.nan, 1, 2], [1, 2, 3]], np.float32)
    given = [Tensor("x", x, json_nan=notation)]
    found = client.infer("summer", given, binary=False)["total"].to_numpy().ravel()
    assert np.isnan(found[0]) and found[1] == 60.0


# ------------------------------------------------------------------ the handle of a model
def test_a_model_by_its_handle(client: Client, facts: Facts) -> None:
    model = client.model("summer")
    assert [t.name for t in model.metadata().inputs or ()] == ["x"]
    assert model.ready()
    model.wait_until_ready(timeout=60)
    # FP32 is what the model takes: other numbers are cast when nothing is lost.
    for x in (X, np.array(X), MATRIX.astype(np.int64)):
        assert totals(model.infer({"x": x})) == [60.0, 150.0]
    first = client.model("summer", facts.versions[0])
    assert totals(first.infer({"x": X})) == [6.0, 15.0]


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"y": X}, "'?x'?"),
        ({}, "x"),
        ({"x": X, "z": X}, "z"),
        ({"x": [[1.0, 2.0]]}, "x"),
        ({"x": np.array([[1.0, 1e300, 2.0]])}, "x"),
    ],
    ids=["unknown", "missing", "too many", "shape", "overflow"],
)
def test_a_handle_knows_the_model(client: Client, inputs: Any, said: str) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        client.model("summer").infer(inputs)


# ------------------------------------------------------------------ the repository
def states(client: Client) -> dict[str, str | None]:
    """State by name; both versions of `summer` have the same."""
    return {model.name: model.state for model in client.repository_index()}


def test_a_model_is_unloaded_and_loaded(client: Client, facts: Facts) -> None:
    with facts.server.alone():
        client.load_model("spare")
        client.wait_until_model_ready("spare", timeout=60)
        assert states(client)["spare"] == ModelState.READY
        given = {"in_fp32": np.array([1.5], np.float32)}
        assert client.infer("spare", given)["out_fp32"].tolist() == [1.5]
        client.unload_model("spare")
        ready = {model.name for model in client.repository_index(ready=True)}
        assert {"echo", "streamer", "summer"} <= ready and "spare" not in ready
        assert states(client)["spare"] in (
            ModelState.UNAVAILABLE,
            ModelState.UNLOADING,
        )
        with pytest.raises(NotFoundError, match="spare"):
            client.infer("spare", given)


def test_the_repository_lists_versions(client: Client, facts: Facts) -> None:
    found = [m for m in client.repository_index() if m.name == "summer"]
    assert {model.version for model in found} == set(facts.versions)
    assert {model.state for model in found} == {ModelState.READY}


# ------------------------------------------------------------------ errors
WIDE = {"x": np.ones((3, 2), np.float32)}
ONE = {"in_int8": np.array([1], np.int8)}
FAILURES: list[tuple[Callable[[Client], object], Any, Any]] = [
    (
        lambda c: c.model_metadata("nope"),
        (NotFoundError, "Model nope not found"),
        (NotFoundError, "Request for unknown model: 'nope' is not found"),
    ),
    (
        lambda c: c.model_version_metadata("summer", "9"),
        (NotFoundError, "Model summer with version 9 not found"),
        (NotFoundError, "Request for unknown model: 'summer' version 9 is not found"),
    ),
    (
        lambda c: c.infer("nope", {"x": MATRIX}),
        (NotFoundError, "Model nope not found"),
        (NotFoundError, "Request for unknown model: 'nope' is not found"),
    ),
    (
        lambda c: c.infer_version("summer", "9", {"x": MATRIX}),
        (NotFoundError, "Model summer with version 9 not found"),
        (NotFoundError, "Request for unknown model: 'summer' version 9 is not found"),
    ),
    (
        lambda c: c.infer("summer", {"y": MATRIX}),
        (BadRequestError, "the one input is 'x'"),
        (BadRequestError, "unexpected inference input 'y' for model 'summer'"),
    ),
    (
        lambda c: c.infer("summer", WIDE),
        (BadRequestError, "'x' must be [N, 3], not [3, 2]"),
        (BadRequestError, "Expected [-1,3], got [3,2]"),
    ),
    (
        lambda c: c.infer("echo", ONE, parameters={"fail": "inference"}),
        (BadRequestError, "asked to fail"),
        (ServerError, "asked to fail: inference"),
    ),
    (
        lambda c: c.infer("echo", ONE, parameters={"fail": "crash"}),
        (ServerError, "Internal Server Error"),
        (ServerError, "asked to fail: crash"),
    ),
    (
        lambda c: c.generate("streamer", body={"text_input": "a"}),
        (UnprocessableError, "Field required"),
        None,
    ),
    (
        lambda c: c.load_model("nope"),
        (NotFoundError, "Model nope not found"),
        (ServerError, "failed to load 'nope', failed to poll from model repository"),
    ),
    (
        lambda c: c.unload_model("nope"),
        (NotFoundError, "Model nope not found"),
        None,
    ),
]


NAMES = [
    *("metadata", "metadata of a version", "model", "version", "input", "shape"),
    *("refusing model", "crashing model", "generation", "load", "unload"),
]


@pytest.mark.parametrize(("call", "by_mlserver", "by_triton"), FAILURES, ids=NAMES)
def test_failures(
    client: Client,
    facts: Facts,
    call: Callable[[Client], object],
    by_mlserver: tuple[type[Error], str],
    by_triton: tuple[type[Error], str] | None,
) -> None:
    """Each as its status says, with what the server said; what a model refuses is not sent twice."""
    expected = facts.pick(by_mlserver, by_triton)
    if expected is None:  # this server does not mind
        assert not isinstance(call(client), GenerateFailure)
        return
    kind, said = expected
    with pytest.raises(kind) as caught:
        call(client)
    error: Any = caught.value
    assert said in str(error)
    assert error.attempts == 1
    if error.status != 422 and error.body != "Internal Server Error":
        assert said in error.body.error
