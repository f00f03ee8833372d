"""Inference answers that lie about sizes and shapes: refused with a place, and without allocating."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.tensors.messages import InferenceResult, decode_answer
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.values.issues import Issue, MisfitError
from tests.runtime.numpy_library import np


@pytest.fixture(autouse=True)
def modest() -> Iterator[None]:
    """No test takes much CPU time or memory."""
    np.empty(1, np.uint8)
    started = time.process_time()
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200 << 20
    assert time.process_time() - started < 10


def message(output: dict[str, Any] | bytes, data: bytes | None = None) -> bytes:
    if isinstance(output, bytes):
        return b'{"outputs":[' + output + b"]}" + (data or b"")
    given = {"name": "x", "datatype": "FP32", "shape": [1], **output}
    return json.dumps({"outputs": [given]}).encode() + (data or b"")


def binary(output: dict[str, Any], data: bytes) -> InferenceResult:
    made = message(output, data)
    return decode_answer(made, str(len(made) - len(data)))


# ------------------------------------------------------------------ shapes
SHAPES = [
    [-1],
    [-(2**63)],
    [2**62],
    [2**63],
    [2**64 + 1],
    [2**32, 2**32],
    [2**31] * 8,
    [10**400],
    [1.0],
    [True],
    [None],
    ["1"],
    [[1]],
    [1] * 33,
    [1] * 100_000,
    [1, -1, -1],
    [0, 2**63],
    None,
    5,
    "1",
    {"0": 1},
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: str(s)[:20])
@pytest.mark.parametrize("datatype", ["FP32", "BYTES", "BF16"])
def test_shapes_that_are_none(shape: object, datatype: str) -> None:
    given = {"shape": shape, "datatype": datatype}
    sized = {**given, "parameters": {"binary_data_size": 4}}
    makes: list[Callable[[], object]] = [
        lambda: decode_answer(message({**given, "data": [1]}), None),
        lambda: binary(sized, b"\0\0\0\0"),
    ]
    for make in makes:
        with pytest.raises(MisfitError) as caught:
            make()
        assert str(caught.value).startswith("/outputs/0: Output 'x': ")
        assert len(str(caught.value)) < 400


@pytest.mark.parametrize("shape", [[2**40], [2**59], [2**20, 2**20], [2**29, 4]])
def test_a_shape_allocates_nothing(shape: list[int]) -> None:
    wrong: list[Any] = [[], [1.0], [[]]]
    for data in wrong:
        with pytest.raises(MisfitError, match="elements"):
            decode_answer(message({"shape": shape, "data": data}), None)
    with pytest.raises(MisfitError, match="mean"):
        binary({"shape": shape, "parameters": {"binary_data_size": 4}}, b"\0\0\0\0")
    with pytest.raises(TensorError, match="mean"):
        Tensor("x", b"\0\0\0\0", datatype="FP32", shape=shape)
    missing = decode_answer(message({"shape": shape}), None)["x"]
    with pytest.raises(TensorError, match="no data"):
        missing.to_numpy()


@pytest.mark.parametrize("datatype", ["FP32", "INT64", "BOOL", "BYTES"])
@pytest.mark.parametrize("shape", [[2**40, 0], [2**30, 2**20, 0, 3], [2**25, 0]])
def test_empty_lists_without_number(datatype: str, shape: list[int]) -> None:
    """There are no elements, but the lists of lists would fill the memory."""
    given = {"shape": shape, "datatype": datatype, "data": []}
    tensor = decode_answer(message(given), None)["x"]
    assert tensor.to_numpy().shape == tuple(shape)
    with pytest.raises(TensorError, match="empty lists; take to_numpy"):
        tensor.tolist()


def test_some_empty_lists_are_right() -> None:
    tensor = decode_answer(message({"shape": [3, 2, 0], "data": []}), None)["x"]
    assert tensor.tolist() == [[[], []], [[], []], [[], []]]
    texts = decode_answer(
        message({"shape": [2, 0], "datatype": "BYTES", "data": []}), None
    )
    assert texts["x"].tolist() == texts["x"].to_text() == [[], []]


# ------------------------------------------------------------------ sizes
@pytest.mark.parametrize(
    "size", [-1, 2**31, 2**63, 2**70, 5, 3, "4", 4.0, True, [4], {"a": 4}]
)
def test_sizes_that_are_none(size: object) -> None:
    with pytest.raises(MisfitError):
        binary({"parameters": {"binary_data_size": size}}, b"\0\0\0\0")


@pytest.mark.parametrize(
    "length", ["-1", "+1", "1e3", "0x10", "1_0", " 1", "", "²", "1" * 5000, "9" * 18]
)
def test_header_lengths_that_are_none(length: str) -> None:
    body = message({"parameters": {"binary_data_size": 4}}, b"\0\0\0\0")
    with pytest.raises(MisfitError) as caught:
        decode_answer(body, length)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xff\xff\xff", "should have 4294967295 bytes, 0 are left"),
        (b"\x05\x00\x00\x00abcd", "should have 5 bytes, 4 are left"),
        (b"\x04\x00\x00\x00abcdxx", "2 bytes are left over at byte 8"),
        (b"\x01\x00\x00", "3 bytes are left over at byte 0"),
        (b"\x00\x00\x00\x00" * 2, "has 2 elements"),
        (b"\x00" * 400_000, "has 100000 elements"),
    ],
)
def test_elements_that_go_beyond_the_body(data: bytes, said: str) -> None:
    given = {"datatype": "BYTES", "parameters": {"binary_data_size": len(data)}}
    with pytest.raises(MisfitError, match=said):
        binary(given, data)
    with pytest.raises(TensorError, match=said):
        Tensor("x", data, datatype="BYTES", shape=[1])


# ------------------------------------------------------------------ values
DEEP = b"[" * 100_000 + b"]" * 100_000
VALUES: list[tuple[str, bytes]] = [
    ("FP32", b"1e300"),
    ("FP32", b'{"a": 1}'),
    ("FP32", b'["1"]'),
    ("FP32", DEEP),
    ("INT8", b"[128]"),
    ("UINT8", b"[-1]"),
    ("INT64", b"[9223372036854775808]"),
    ("INT64", b"[" + b"9" * 10_000 + b"]"),
    ("INT64", b"[1e400]"),
    ("INT64", b"[0.5]"),
    ("INT64", b"[NaN]"),
    ("BOOL", b"[2]"),
    ("BOOL", b"[{}]"),
    ("BOOL", b"[null]"),
    ("BYTES", b"[1]"),
    ("BYTES", b'["\\ud800"]'),
    ("BYTES", b"[null]"),
    ("FP32", b"[1, [2]]"),
    ("FP32", b"[[1], 2]"),
]


@pytest.mark.parametrize(("datatype", "data"), VALUES, ids=lambda v: str(v)[:24])
def test_values_that_are_none(datatype: str, data: bytes) -> None:
    head = f'{{"name": "x", "datatype": "{datatype}", "shape": [1], "data": '
    issues: list[Issue] = []
    try:
        result = decode_answer(message(head.encode() + data + b"}"), None, issues)
    except MisfitError as e:
        assert 10 < len(str(e)) < 300
    else:  # an element that does not fit
        assert 10 < len(issues[0].message) < 300
        with pytest.raises(TensorError) as caught:
            result["x"].to_numpy()
        assert 10 < len(str(caught.value)) < 300


def test_names_of_any_length() -> None:
    result = decode_answer(message({"name": "n" * 1_000_000, "data": [1]}), None)
    (tensor,) = result.outputs
    assert len(tensor.name) == 1_000_000
    with pytest.raises(MisfitError) as caught:
        decode_answer(message({"name": "n" * 1_000_000, "data": []}), None)
    assert len(str(caught.value)) < 300


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def endless() -> Any:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "make",
    [
        lambda: Tensor("x", nested(100)),
        lambda: Tensor("x", nested(5000)),
        lambda: Tensor("x", endless()),
        lambda: Tensor("x", [[1], [2, 3]]),
        lambda: Tensor("x", ["\ud800"]),
        lambda: Tensor("x", b"", datatype="FP32", shape=[2**70]),
        lambda: Tensor("x", b"", datatype="FP32", shape=[-1]),
        lambda: Tensor("x", object()),
        lambda: Tensor("x", [10**400]),
        lambda: Tensor("x", [2**64]),
    ],
)
def test_inputs_that_are_no_tensors(make: Callable[[], Tensor]) -> None:
    with pytest.raises(TensorError):
        make()


# ------------------------------------------------------------------ anything at all
GOOD = message({"shape": [2], "data": [1.5, 2.5]})
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["FP32", "BYTES", "INT8", "x"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["name", "datatype", "shape", "data", "parameters"]), inner
    ),
    max_leaves=12,
)


@given(output=ANYTHING, data=st.none() | st.binary(max_size=12))
def test_any_output_is_a_tensor_or_a_misfit(output: Any, data: bytes | None) -> None:
    body = json.dumps({"outputs": [output]}).encode()
    length = None if data is None else str(len(body))
    try:
        result = decode_answer(body + (data or b""), length)
    except MisfitError as e:
        assert e.issues
        return
    for tensor in result.outputs:
        for use in (tensor.tolist, tensor.to_numpy, tensor.to_text):
            try:
                use()
            except TensorError as e:
                assert e.message


@given(place=st.integers(0, len(GOOD) - 1), byte=st.integers(0, 255))
def test_any_wrong_byte_is_a_tensor_or_a_misfit(place: int, byte: int) -> None:
    body = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    for length in (None, str(len(body)), str(place)):
        try:
            decode_answer(body, length)
        except MisfitError as e:
            assert str(e)
