"""Messages of inference: what goes out, what real servers answer, and what is wrong with others."""

from __future__ import annotations

import json
import pickle
import re
from typing import Any

import pytest

from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.tensors.messages import (
    InferenceResult,
    RequestedOutput,
    decode_answer,
    encode_request,
)
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.values.issues import Issue, MisfitError
from clientpress.runtime.wire.body import Source
from clientpress.runtime.wire.errors import InvalidRequestError

from .numpy_library import np

X = Tensor("x", np.array([[1, 2, 3]], "f4"))


# ------------------------------------------------------------------ requests
REQUESTS: list[tuple[list[Tensor], dict[str, Any], Any]] = [
    ([X], {}, {"inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [1.0, 2.0, 3.0]}]}),
    ([], {"id": "7", "outputs": []}, {"id": "7", "inputs": [], "outputs": []}),
    (
        [Tensor("t", ["é", b"b"], parameters={"content_type": "str"})],
        {"parameters": {"n": 1, "deep": [None]}, "extra": {"more": True}},
        {
            "parameters": {"n": 1, "deep": [None]},
            "inputs": [
                {"name": "t", "shape": [2], "datatype": "BYTES", "data": ["é", "b"], "parameters": {"content_type": "str"}}
            ],
            "more": True,
        },
    ),
    (
        [Tensor("t", [b"\0\xff\xfe"], parameters={"content_type": "base64"})],
        {},
        {"inputs": [{"name": "t", "shape": [1], "datatype": "BYTES", "data": ["AP/+"], "parameters": {"content_type": "base64"}}]},
    ),
    (
        [],
        {"outputs": ["a", RequestedOutput("b", classification=2), RequestedOutput("c", {"k": 1}, binary=True)]},
        {
            "inputs": [],
            "outputs": [
                {"name": "a"},
                {"name": "b", "parameters": {"classification": 2}},
                {"name": "c", "parameters": {"k": 1, "binary_data": True}},
            ],
        },
    ),
    (
        [Tensor("h", np.array([1.5, -0.25], "f2"))],
        {"binary": False},
        {"inputs": [{"name": "h", "shape": [2], "datatype": "FP16", "data": [1.5, -0.25]}]},
    ),
    (
        [Tensor("x", [1.0, float("nan")], json_nan="null")],
        {},
        {"inputs": [{"name": "x", "shape": [2], "datatype": "FP64", "data": [1.0, None]}]},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "more", "document"), REQUESTS)
def test_a_json_request(
    inputs: list[Tensor], more: dict[str, Any], document: Any
) -> None:
    message = encode_request(inputs, **more)
    assert message.header_length is None
    assert message.payload.content_type == "application/json"
    assert json.loads(message.payload.in_memory or b"") == document


def test_infinite_numbers_go_bare() -> None:
    sent = Tensor("x", [float("nan"), float("-inf")], json_nan="bare")
    body = encode_request([sent]).payload.in_memory
    assert body is not None
    assert body.endswith(b'"data":[NaN, -Infinity]}]}')


NEEDS_BINARY: list[tuple[Tensor, bool]] = [
    (X, False),
    (Tensor("x", ["é", b"\xc3\xa9"]), False),
    (Tensor("x", [b"\xff"], parameters={"content_type": "base64"}), False),
    (Tensor("x", [b"\xff"]), True),
    (Tensor("x", [1.0], datatype="FP16"), True),
    (Tensor("x", [1.0], datatype="BF16"), True),
]


@pytest.mark.parametrize(("tensor", "is_binary"), NEEDS_BINARY)
def test_what_json_cannot_hold_goes_out_binary(tensor: Tensor, is_binary: bool) -> None:
    assert (encode_request([tensor]).header_length is not None) is is_binary


def test_a_binary_request() -> None:
    inputs = [X, Tensor("t", ["a"], parameters={"p": 1})]
    message = encode_request(inputs, binary=True, id="1")
    payload = message.payload
    assert payload.content_type == "application/octet-stream"
    body = payload.in_memory
    assert body is not None
    header, blobs = body[: message.header_length], body[message.header_length :]
    assert json.loads(header) == {
        "id": "1",
        "parameters": {"binary_data_output": True},
        "inputs": [
            {"name": "x", "shape": [1, 3], "datatype": "FP32", "parameters": {"binary_data_size": 12}},
            {"name": "t", "shape": [1], "datatype": "BYTES", "parameters": {"p": 1, "binary_data_size": 5}},
        ],
    }  # fmt: skip
    assert blobs == np.array([1, 2, 3], "<f4").tobytes() + b"\1\0\0\0a"


@pytest.mark.parametrize(
    ("more", "parameters"),
    [
        ({}, {"binary_data_output": True}),
        ({"outputs": ["y"]}, {"binary_data_output": True}),
        ({"parameters": {"binary_data_output": False}}, {"binary_data_output": False}),
        ({"outputs": [RequestedOutput("y", binary=False)]}, None),
    ],
)
def test_binary_requests_want_binary_answers_unless_told(
    more: dict[str, Any], parameters: Any
) -> None:
    message = encode_request([X], binary=True, **more)
    header = (message.payload.in_memory or b"")[: message.header_length]
    assert json.loads(header).get("parameters") == parameters


def test_large_tensors_are_sent_without_a_copy_of_the_body() -> None:
    array = np.arange(100_000, dtype="<f4")
    message = encode_request([Tensor("x", array)], binary=True)
    header, blob = message.payload.segments
    assert isinstance(header, bytes)
    assert isinstance(blob, Source)
    assert message.payload.in_memory is None
    assert message.payload.replayable
    assert message.payload.length == len(header) + 400_000
    array[0] = 7  # what is sent is the array itself
    for _ in range(2):
        assert b"".join(blob.chunks()) == array.tobytes()


UNSENDABLE: list[tuple[list[Tensor], dict[str, Any], str]] = [
    ([Tensor("x", [[1.0, float("nan")]])], {}, r"Input 'x': The element at \[0, 1\] is NaN.*binary=True.*json_nan"),
    ([Tensor("x", [float("inf")], json_nan="null")], {}, r"The element at \[0\] is infinite"),
    ([Tensor("x", [["a", b"\xff"]])], {"binary": False}, r"Input 'x': The bytes at \[0, 1\] are not valid UTF-8.*base64"),
    ([Tensor("\ud800", [1])], {}, "cannot be sent: str is not valid UTF-8"),
    ([X], {"parameters": {"a": float("nan")}}, "parameters cannot be sent: /a: JSON has no NaN"),
    ([Tensor("x", [1], parameters={"a": float("nan")})], {}, "Input 'x': parameters cannot be sent"),
    ([X], {"id": object()}, "cannot be sent"),
]  # fmt: skip


@pytest.mark.parametrize(("inputs", "more", "said"), UNSENDABLE)
def test_what_cannot_be_sent_is_refused(
    inputs: list[Tensor], more: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidRequestError, match=said):
        encode_request(inputs, **more)


# ------------------------------------------------------------------ answers
def decoded(*outputs: Any, **more: Any) -> InferenceResult:
    return decode_answer(json.dumps({"outputs": outputs, **more}).encode(), None)


def output(datatype: str, shape: list[int], data: Any, **more: Any) -> dict[str, Any]:
    return {"name": "y", "datatype": datatype, "shape": shape, "data": data, **more}


ANSWERS: list[tuple[dict[str, Any], str, Any]] = [
    (output("FP32", [2, 2], [1, 2, 3, 4]), "<f4", [[1.0, 2.0], [3.0, 4.0]]),
    (output("FP32", [2, 2], [[1, 2], [3, 4]]), "<f4", [[1.0, 2.0], [3.0, 4.0]]),
    (output("FP64", [1], 7), "<f8", [7.0]),
    (output("INT64", [2], [2.0, -1]), "<i8", [2, -1]),
    (output("UINT64", [1], [2**64 - 1]), "<u8", [2**64 - 1]),
    (output("BOOL", [3], [True, 0, 1.0]), "|b1", [True, False, True]),
    (output("BYTES", [1], "bare"), "|O", [b"bare"]),
    (output("BYTES", [2, 1], [["a"], ["b"]]), "|O", [[b"a"], [b"b"]]),
    (output("BYTES", [1], ["AP/+"], parameters={"content_type": "base64"}), "|O", [b"\0\xff\xfe"]),
    (output("INT8", [0], None), "|i1", []),
    (output("INT8", [2, 0], []), "|i1", [[], []]),
    (output("FP16", [], [1.5]), "<f2", 1.5),
]  # fmt: skip


@pytest.mark.parametrize(("given", "dtype", "elements"), ANSWERS)
def test_an_output(given: dict[str, Any], dtype: str, elements: Any) -> None:
    array = decoded(given)["y"].to_numpy()
    assert (array.dtype.str, array.tolist()) == (dtype, elements)
    assert not array.flags.writeable


def test_null_is_nan_among_floats() -> None:
    array = decoded(output("FP32", [3], [1, None, 2]))["y"].to_numpy()
    assert np.array_equal(array, np.array([1, np.nan, 2], "f4"), equal_nan=True)


def test_an_unknown_datatype_is_kept() -> None:
    tensor = decoded(output("STRING", [2], ["3.3:1", "2.4:3"]))["y"]
    assert tensor.tolist() == ["3.3:1", "2.4:3"]
    with pytest.raises(
        TensorError, match="'y': The datatype 'STRING' is unknown; tolist"
    ):
        tensor.to_numpy()
    with pytest.raises(TensorError, match="tolist"):
        _ = tensor.raw
    header = json.dumps(
        {"outputs": [output("FP8", [3], None, parameters={"binary_data_size": 3})]}
    ).encode()
    tensor = decode_answer(header + b"abc", str(len(header)))["y"]
    assert bytes(tensor.raw) == b"abc"
    with pytest.raises(TensorError, match="unknown; raw has its bytes"):
        tensor.tolist()


def test_an_output_without_data_says_so_when_it_is_asked() -> None:
    shared = {"shared_memory_region": "r", "shared_memory_byte_size": 4}
    tensor = decoded(output("INT32", [1], None, parameters=shared))["y"]
    assert tensor.parameters == shared
    for ask in (tensor.to_numpy, tensor.tolist, lambda: tensor.raw):
        with pytest.raises(TensorError, match="'y': The message has no data for it"):
            ask()


def test_an_answer_is_a_mapping_of_its_outputs() -> None:
    result = decoded(
        {"name": "b", "datatype": "INT8", "shape": [1], "data": [1]},
        {
            "name": "a",
            "datatype": "INT8",
            "shape": [1],
            "data": [2],
            "parameters": {"k": [1]},
        },
        model_name="m",
        model_version="2",
        id="7",
        parameters={"p": {}},
    )
    assert list(result) == ["b", "a"] == [tensor.name for tensor in result.outputs]
    assert result["a"].parameters == {"k": [1]}
    assert (result.model_name, result.model_version, result.id) == ("m", "2", "7")
    assert result.parameters == {"p": {}}
    assert (
        repr(result)
        == "InferenceResult('m:2', [Tensor('b', INT8, [1]), Tensor('a', INT8, [1])])"
    )
    bare = decoded(model_name=None, model_version=None, id=None, parameters=None)
    assert (
        bare.model_name,
        bare.model_version,
        bare.id,
        bare.parameters,
        len(bare),
    ) == ("", "", "", {}, 0)


WRONG: list[tuple[Any, str]] = [
    ([], "The answer is no object"),
    ({}, "/outputs: Expected an array"),
    ({"outputs": [1]}, "/outputs/0: Expected an object"),
    ({"outputs": [], "id": 7}, "/id: Expected a text, got 7"),
    ({"outputs": [], "parameters": []}, "/parameters: Expected an object"),
    ({"outputs": [{"name": "y", "shape": [1]}]}, "/outputs/0/datatype: Expected a text"),
    ({"outputs": [{"datatype": "INT8"}]}, "/outputs/0/name: Expected a text"),
    ({"outputs": [{"name": "y", "datatype": "INT8"}]}, "Output 'y': It has no shape"),
    ({"outputs": [output("INT8", [-1], [1])]}, r"Output 'y': The shape \[-1\] holds -1"),
    ({"outputs": [output("INT8", [3], [1])]}, r"Output 'y': It has 1 elements, its shape \[3\] means 3"),
    ({"outputs": [output("BYTES", [3], "abc")]}, "It has 1 elements"),
    ({"outputs": [output("INT8", [1], None, parameters={"binary_data_size": "1"})]}, "Expected a size, got '1'"),
    ({"outputs": [output("INT8", [1], None, parameters={"binary_data_size": 1})]}, "no Inference-Header-Content-Length"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "said"), WRONG)
def test_what_is_wrong_with_an_answer(document: Any, said: str) -> None:
    with pytest.raises(MisfitError, match=said):
        decode_answer(json.dumps(document).encode(), None)


ELEMENTS: list[tuple[dict[str, Any], str]] = [
    (output("INT8", [2], [1, 300]), r"300 at \[1\] is out of range of INT8"),
    (output("INT8", [2], [1, 1.5]), r"1.5 at \[1\] is no INT8"),
    (output("UINT64", [1], [-1]), r"-1 at \[0\] is no UINT64"),
    (output("INT8", [2], [1, None]), r"None at \[1\] is no INT8"),
    (output("FP32", [1, 2], [1, "2"]), r"'2' at \[0, 1\] is no FP32"),
    (output("FP32", [1], [1e300]), r"1e\+300 at \[0\] is too large for FP32"),
    (output("BOOL", [1], ["true"]), r"'true' at \[0\] is no BOOL"),
    (output("BYTES", [2], ["a", 1]), r"1 at \[1\] is no BYTES"),
    (output("BYTES", [1], ["!"], parameters={"content_type": "base64"}), "'!' at .* is no Base64"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "said"), ELEMENTS)
def test_an_element_that_does_not_fit_loses_no_other_output(
    wrong: dict[str, Any], said: str
) -> None:
    other = {**output("INT8", [1], [7]), "name": "z"}
    issues: list[Issue] = []
    body = json.dumps({"outputs": [wrong, other]}).encode()
    result = decode_answer(body, None, issues)
    (issue,) = issues
    assert issue.path == "/outputs/0/data"
    assert re.search(said, issue.message)
    assert result["z"].tolist() == [7]
    assert np.ravel(np.array(result["y"].tolist(), object)).tolist() == wrong["data"]
    assert pickle.loads(pickle.dumps(result["y"])).tolist() == result["y"].tolist()
    with pytest.raises(TensorError, match=said):
        result["y"].to_numpy()
    with pytest.raises(TensorError, match=said):
        _ = result["y"].raw


SIZED = json.dumps(
    {"outputs": [output("INT16", [2], None, parameters={"binary_data_size": 4})]}
).encode()
WRONG_BINARY: list[tuple[bytes, str, str]] = [
    (SIZED + b"1234", "x", "Inference-Header-Content-Length is 'x'"),
    (SIZED + b"1234", "-1", "Inference-Header-Content-Length is '-1'"),
    (SIZED, "9999", f"is 9999, but the body has only {len(SIZED)} bytes"),
    (SIZED, "9" * 30, "but the body has only"),
    (SIZED + b"1234", "0", "The answer is no JSON"),
    (SIZED + b"123", str(len(SIZED)), "Output 'y' has 4 bytes of binary data, 3 are left"),
    (SIZED + b"12345", str(len(SIZED)), "The outputs have 4 bytes of binary data, the answer has 5"),
    (SIZED.replace(b"[2]", b"[3]") + b"1234", str(len(SIZED)), r"It has 4 bytes, INT16 and its shape \[3\] mean 6"),
    (SIZED.replace(b"INT16", b"BYTES") + b"\0\0\0\0", str(len(SIZED)), r"It has 1 elements, its shape \[2\] means 2"),
    (b"\xff{", "2", "The answer is no JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "length", "said"), WRONG_BINARY)
def test_what_is_wrong_with_a_binary_answer(
    body: bytes, length: str, said: str
) -> None:
    with pytest.raises(MisfitError, match=said):
        decode_answer(body, length)


def test_binary_outputs_are_views_of_the_answer() -> None:
    body = SIZED + b"\1\0\2\0"
    array = decode_answer(body, str(len(SIZED)))["y"].to_numpy()
    assert array.tolist() == [1, 2]
    assert np.shares_memory(array, np.frombuffer(body, "u1"))
    assert not array.flags.writeable
