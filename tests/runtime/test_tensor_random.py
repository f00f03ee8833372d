"""Random tensors of every datatype and shape, through JSON and binary messages and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from clientpress.runtime.tensors.datatypes import DATATYPES, dtype_of
from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.tensors.messages import (
    InferenceResult,
    Message,
    decode_answer,
    encode_request,
)
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.values.issues import MisfitError

from .numpy_library import BF16, np

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
NUMBERS = [name for name in DATATYPES if name != "BYTES"]


def read_only(array: Any) -> Any:
    if not array.size:
        return array
    return np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape)


def strided(array: Any) -> Any:
    return np.repeat(array, 2, axis=0)[::2] if array.ndim else array


def backwards(array: Any) -> Any:
    return array[::-1] if array.ndim else array


def big_endian(array: Any) -> Any:
    return array.astype(array.dtype.newbyteorder(">"))


LAYOUTS: Any = (np.copy, np.asfortranarray, backwards, strided, read_only)


@st.composite
def arrays(draw: st.DrawFn, datatype: str, *, finite: bool = False) -> Any:
    """An array of any bits, in any layout."""
    dtype: Any = dtype_of(DATATYPES[datatype])
    shape = draw(SHAPES)
    if datatype == "BOOL":
        array: Any = draw(hnp.arrays(dtype, shape))
    else:
        bits = draw(hnp.arrays(f"u{dtype.itemsize}", shape))
        array = bits.view(dtype)
    if finite and DATATYPES[datatype].kind == "f":
        with np.errstate(invalid="ignore"):
            good = np.isfinite(array)
        array = np.where(good, array, np.ones((), dtype)).astype(dtype)
    layouts = LAYOUTS if dtype == BF16 else (*LAYOUTS, big_endian)
    return draw(st.sampled_from(layouts))(array)


def echoed(message: Message) -> InferenceResult:
    """The answer of a server that returns its inputs."""
    body = b"".join(message.payload.chunks())
    assert message.payload.length == len(body)
    length = message.header_length
    document = json.loads(body[:length])
    answer = json.dumps({"outputs": document["inputs"]}).encode()
    if length is None:
        return decode_answer(answer, None)
    return decode_answer(answer + body[length:], str(len(answer)))


def bits(array: Any) -> bytes:
    """Little-endian elements in row-major order."""
    return bytes(array.astype(array.dtype.newbyteorder("<")).tobytes())


@pytest.mark.parametrize("datatype", NUMBERS)
@given(data=st.data())
def test_binary_keeps_every_bit(datatype: str, data: st.DataObject) -> None:
    array = data.draw(arrays(datatype))
    sent = Tensor("x", array)
    got = echoed(encode_request([sent], binary=True))["x"]
    assert (got.datatype, got.shape) == (datatype, array.shape)
    assert got == sent
    assert got.to_numpy().dtype == dtype_of(DATATYPES[datatype])
    assert bits(got.to_numpy()) == bits(array)


@pytest.mark.parametrize("datatype", NUMBERS)
@given(data=st.data())
def test_json_keeps_every_finite_number(datatype: str, data: st.DataObject) -> None:
    array = data.draw(arrays(datatype, finite=True))
    got = echoed(encode_request([Tensor("x", array)], binary=False))["x"]
    assert (got.datatype, got.shape) == (datatype, array.shape)
    assert bits(got.to_numpy()) == bits(array)


@pytest.mark.parametrize("datatype", ["FP16", "FP32", "FP64", "BF16"])
@given(data=st.data())
def test_bare_json_keeps_nan_and_infinity(datatype: str, data: st.DataObject) -> None:
    array = data.draw(arrays(datatype))
    sent = Tensor("x", array, json_nan="bare")
    got = echoed(encode_request([sent], binary=False))["x"]
    wide: Any = array.astype("f8")
    assert np.array_equal(got.to_numpy().astype("f8"), wide, equal_nan=True)


ITEMS = st.one_of(st.text(st.characters(codec="utf-8")), st.binary())


@given(items=st.lists(ITEMS), parts=st.integers(1, 3))
@example(items=[], parts=2)
@example(items=["\x00", b"\xff"], parts=1)
def test_texts_and_bytes_survive(items: list[str | bytes], parts: int) -> None:
    items = items * parts
    tensor = Tensor("x", items, datatype="BYTES", shape=[parts, len(items) // parts])
    expected = [i.encode() if isinstance(i, str) else i for i in items]
    for binary in (None, True):
        got = echoed(encode_request([tensor], binary=binary))["x"]
        assert got.shape == tensor.shape
        assert got.to_numpy().ravel().tolist() == expected
    encoded = Tensor(
        "x", expected, datatype="BYTES", parameters={"content_type": "base64"}
    )
    assert echoed(encode_request([encoded], binary=False))["x"].tolist() == expected


@given(first=arrays("FP32"), second=arrays("UINT8"), texts=st.lists(ITEMS, max_size=3))
def test_several_tensors_do_not_mix(
    first: Any, second: Any, texts: list[str | bytes]
) -> None:
    sent = [
        Tensor("a", first),
        Tensor("b", texts, datatype="BYTES"),
        Tensor("c", second),
    ]
    assert list(echoed(encode_request(sent, binary=True)).outputs) == sent


@given(body=st.binary(max_size=60), length=st.none() | st.integers(0, 70).map(str))
@example(
    body=b'{"outputs": [{"name": "x", "shape": [1], "datatype": "INT8"}]}', length=None
)
def test_no_answer_breaks_the_decoder(body: bytes, length: str | None) -> None:
    try:
        decode_answer(body, length)
    except MisfitError as e:
        assert e.issues


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(
    datatype=st.sampled_from([*DATATYPES, "FP8"]),
    shape=st.lists(st.integers(-1, 3), max_size=3) | JSON,
    data=JSON
    | st.lists(st.none() | st.integers() | st.floats() | st.text(), max_size=3),
    parameters=JSON | st.fixed_dictionaries({"binary_data_size": JSON}),
)
def test_no_output_breaks_the_decoder(
    datatype: str, shape: Any, data: Any, parameters: Any
) -> None:
    output = {
        "name": "x",
        "datatype": datatype,
        "shape": shape,
        "data": data,
        "parameters": parameters,
    }
    try:
        tensor = decode_answer(json.dumps({"outputs": [output]}).encode(), None)["x"]
    except MisfitError as e:
        assert all(issue.path.startswith("/outputs/0") for issue in e.issues)
    else:
        assert tensor.shape == tuple(shape)


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.binary(max_size=9)
    | st.complex_numbers()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3)
    | st.tuples(inner, inner)
    | st.dictionaries(st.text(max_size=1), inner, max_size=1),
    max_leaves=6,
)


@given(
    value=ANYTHING | hnp.arrays(hnp.scalar_dtypes() | hnp.nested_dtypes(), SHAPES),
    datatype=st.none() | st.sampled_from([*DATATYPES, "FP8"]),
    shape=st.none() | st.lists(st.integers(-1, 3), max_size=3) | ANYTHING,
)
def test_a_value_is_a_tensor_or_an_error(value: Any, datatype: Any, shape: Any) -> None:
    try:
        tensor = Tensor("x", value, datatype=datatype, shape=shape)
    except TensorError as e:
        assert str(e).startswith("Tensor 'x': ")
    else:
        raw = bytes(tensor.raw)
        again = Tensor("x", raw, datatype=tensor.datatype, shape=tensor.shape)
        assert again == tensor
        assert again.to_numpy().shape == tensor.shape
