"""Tensors: what can become one, in which datatype and shape, and what is refused."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from array import array as packed
from pathlib import Path
from typing import Any

import pytest

from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.tensors.messages import encode_request
from clientpress.runtime.tensors.tensor import Tensor
from clientpress.runtime.wire import optional
from clientpress.runtime.wire.errors import ConfigurationError

from .arrow_libraries import pa, pd, pl
from .numpy_library import BF16, np

# ------------------------------------------------------------------ what becomes what
VALUES: list[tuple[Any, str, tuple[int, ...], Any]] = [
    # value, datatype, shape, elements
    (True, "BOOL", (1,), [True]),
    (7, "INT64", (1,), [7]),
    (0.5, "FP64", (1,), [0.5]),
    ("é", "BYTES", (1,), ["é".encode()]),
    (np.float32(0.5), "FP32", (1,), [0.5]),
    (np.array(0.5), "FP64", (), 0.5),
    ([], "FP64", (0,), []),
    ([[], []], "FP64", (2, 0), [[], []]),
    ([1, 2.5], "FP64", (2,), [1.0, 2.5]),
    ([[1, 2], [3, 4]], "INT64", (2, 2), [[1, 2], [3, 4]]),
    (((1,), (2,)), "INT64", (2, 1), [[1], [2]]),
    ([0, 2**64 - 1], "UINT64", (2,), [0, 2**64 - 1]),
    (
        [np.array([1, 2], "i1"), np.array([3, 4], "i1")],
        "INT8",
        (2, 2),
        [[1, 2], [3, 4]],
    ),
    ([True, False], "BOOL", (2,), [True, False]),
    (["a", b"\xff\x00"], "BYTES", (2,), [b"a", b"\xff\x00"]),
    ([[b"a\x00"], [b""]], "BYTES", (2, 1), [[b"a\x00"], [b""]]),
    (np.array(["a", "bc"]), "BYTES", (2,), [b"a", b"bc"]),
    (np.array([["a"], [b"c"]], object), "BYTES", (2, 1), [[b"a"], [b"c"]]),
    (np.array(["a"], np.dtypes.StringDType()), "BYTES", (1,), [b"a"]),
    (np.array([1, 2.5], object), "FP64", (2,), [1.0, 2.5]),
    (np.arange(4, dtype=">u2"), "UINT16", (4,), [0, 1, 2, 3]),
    (
        np.arange(6, dtype="i4").reshape(2, 3).T,
        "INT32",
        (3, 2),
        [[0, 3], [1, 4], [2, 5]],
    ),
    (np.arange(8, dtype="f2")[::-3], "FP16", (3,), [7.0, 4.0, 1.0]),
    (np.ones(2, BF16), "BF16", (2,), [1.0, 1.0]),
    (np.ma.MaskedArray([1, 2], [False, False]), "INT64", (2,), [1, 2]),
    (pd.Series([1, 2], dtype="Int16"), "INT16", (2,), [1, 2]),
    (pd.Series(["a", "b"]), "BYTES", (2,), [b"a", b"b"]),
    (pl.Series([1.5, 2.5], dtype=pl.Float32), "FP32", (2,), [1.5, 2.5]),
    (pd.Series([1.0, 2.0]), "FP64", (2,), [1.0, 2.0]),
    (pl.Series(["a", "b"]), "BYTES", (2,), [b"a", b"b"]),
    (pa.array([1, 2], pa.uint8()), "UINT8", (2,), [1, 2]),
]


@pytest.mark.parametrize(("value", "datatype", "shape", "elements"), VALUES)
def test_a_value_has_a_datatype_and_a_shape(
    value: Any, datatype: str, shape: tuple[int, ...], elements: Any
) -> None:
    tensor = Tensor("x", value)
    assert (tensor.name, tensor.datatype, tensor.shape) == ("x", datatype, shape)
    assert tensor.tolist() == elements
    array = tensor.to_numpy()
    assert array.shape == shape
    assert array.tolist() == elements
    assert np.array_equal(np.asarray(tensor), array)
    raw = Tensor("x", bytes(tensor.raw), datatype=datatype, shape=shape)
    assert raw == tensor
    assert raw.tolist() == elements


CASTS: list[tuple[Any, str, Any]] = [
    ([1.0, -0.0], "INT8", [1, 0]),
    ([0.1], "FP32", [float(np.float32(0.1))]),
    ([16_777_217], "FP32", [16_777_216.0]),
    ([1e-50], "FP32", [0.0]),
    ([float("inf"), 1.0], "FP16", [float("inf"), 1.0]),
    ([1.0], "BF16", [1.0]),
    ([True, False], "UINT8", [1, 0]),
    ([1, 0.0], "BOOL", [True, False]),
    ([2**63], "UINT64", [2**63]),
    ([float(2**62)], "INT64", [2**62]),
    (np.ones(1, BF16), "FP64", [1.0]),
    ([], "INT32", []),
    ([], "BYTES", []),
]


@pytest.mark.parametrize(("value", "datatype", "elements"), CASTS)
def test_values_are_cast_if_only_digits_are_lost(
    value: Any, datatype: str, elements: Any
) -> None:
    tensor = Tensor("x", value, datatype=datatype)
    assert tensor.datatype == datatype
    assert tensor.tolist() == elements


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    ([[1, 300]], {"datatype": "UINT8"}, r"300 at \[0, 1\] is out of range of UINT8"),
    ([1, -1], {"datatype": "UINT64"}, r"-1 at \[1\] is out of range of UINT64"),
    ([2**63], {"datatype": "INT64"}, "is out of range of INT64"),
    ([float(2**63)], {"datatype": "INT64"}, "is out of range of INT64"),
    ([-129.0], {"datatype": "INT8"}, "is out of range of INT8"),
    ([1.0, 2.5], {"datatype": "INT32"}, r"2.5 at \[1\] is no INT32"),
    ([float("nan")], {"datatype": "INT32"}, r"nan at \[0\] is no INT32"),
    ([float("inf")], {"datatype": "INT32"}, r"inf at \[0\] is out of range"),
    ([1.0, 1e39], {"datatype": "FP32"}, r"1e\+39 at \[1\] is too large for FP32"),
    ([70_000], {"datatype": "FP16"}, "70000 at .* is too large for FP16"),
    ([3.4e38], {"datatype": "BF16"}, "is too large for BF16"),
    ([1, 2], {"datatype": "BOOL"}, r"2 at \[1\] is neither 0 nor 1"),
    (["a"], {"datatype": "FP32"}, "Texts cannot become FP32"),
    ([1], {"datatype": "BYTES"}, "Numbers cannot become BYTES; give them as texts"),
    ([1], {"datatype": "FP8"}, "The datatype 'FP8' is unknown; there are BOOL, "),
    ([1, 2, 3], {"shape": [2, 2]}, r"3 elements, the shape \[2, 2\] means 4"),
    ([1], {"shape": [-1]}, r"The shape \[-1\] holds -1"),
    ([], {"shape": [0, 2**62]}, "is too large"),
    ([1], {"shape": ["a"]}, r"\['a'\] is no shape"),
    ([1, "a"], {}, "Texts and numbers are mixed"),
    (["a", 1], {}, r"int at \[1\] among texts \(1\)"),
    ([["a"], ["b", "c"]], {}, "different lengths"),
    ([[1], [2, 3]], {}, "different lengths"),
    (["\ud800"], {}, "lone surrogate"),
    ([1, None], {}, r"NoneType at \[1\] has no datatype; there is no null"),
    ([-1, 2**64 - 1], {}, "The integers go beyond 64 bits"),
    ([2**70], {}, "The integers go beyond 64 bits"),
    ([1 + 2j], {}, "Complex numbers have no datatype"),
    (np.array(["2026-01-01"], "M8[s]"), {}, "numpy.datetime_as_string.*content_type"),
    (np.array([1], "m8[s]"), {}, "Durations"),
    (np.zeros(1, [("a", "i4")]), {}, "has no datatype; name one"),
    (np.ma.MaskedArray([1, 2], [False, True]), {}, "masked"),
    (pd.Series([1, None], dtype="Int64"), {}, "nulls"),
    (pd.Series(["a", None]), {}, "nulls"),
    (pd.Series(["a", None], dtype=object), {}, r"NoneType at \[1\] among texts"),
    (pl.Series([1, None]), {}, "nulls"),
    (pa.array([1.0, None]), {}, "nulls"),
    (b"abc", {}, "need datatype and shape; one element of BYTES is"),
    (b"abc", {"datatype": "INT16", "shape": [1]}, r"3 bytes, INT16 .* \[1\] mean 2"),
    (b"\1\0\0", {"datatype": "BYTES", "shape": [1]}, "3 bytes are left over at byte 0"),
    (
        b"\2\0\0\0a",
        {"datatype": "BYTES", "shape": [1]},
        "should have 2 bytes, 1 are left",
    ),
    (
        b"\0\0\0\0",
        {"datatype": "BYTES", "shape": [2]},
        r"1 elements, its shape \[2\] means 2",
    ),
    (
        memoryview(packed("i", [1, 2, 3]))[::2],
        {"datatype": "INT32", "shape": [2]},
        "contiguous",
    ),
    (object(), {}, "A object is no array"),
    (None, {}, "A NoneType is no array"),
    ({"a": 1}, {}, "A dict is no array"),
    (["AP8="], {"parameters": {"content_type": "base64"}}, "base64 wants bytes"),
]


@pytest.mark.parametrize(("value", "more", "said"), REFUSED)
def test_what_does_not_fit_is_refused(
    value: Any, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(TensorError, match=f"^Tensor 'x': .*{said}"):
        Tensor("x", value, **more)


def test_lists_that_contain_themselves_are_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TensorError, match="nested too deeply"):
        Tensor("x", endless)


# ------------------------------------------------------------------ one tensor
def test_arrays_are_not_copied_and_cannot_be_changed() -> None:
    array = np.arange(6, dtype="<i4")
    tensor = Tensor("x", array, shape=[2, 3])
    assert np.shares_memory(tensor.to_numpy(), array)
    with pytest.raises(ValueError, match="read-only"):
        tensor.to_numpy()[0] = 1
    assert array.flags.writeable
    assert np.array(tensor).flags.writeable
    with pytest.raises(TypeError):
        tensor.raw[0] = 1


def test_raw_bytes_are_not_copied() -> None:
    data = np.arange(4, dtype="<f4").tobytes()
    tensor = Tensor("x", data, datatype="FP32", shape=[4])
    assert np.shares_memory(tensor.to_numpy(), np.frombuffer(data, "u1"))
    assert bytes(tensor.raw) == data


def test_raw_bytes_of_texts_have_lengths() -> None:
    assert bytes(Tensor("x", ["a", ""]).raw) == b"\1\0\0\0a\0\0\0\0"


def test_tensors_show_what_they_are() -> None:
    tensor = Tensor("x", np.zeros((2, 3), "f4"))
    assert repr(tensor) == "Tensor('x', FP32, [2, 3])"
    assert len(tensor) == 2
    with pytest.raises(TypeError, match="no length"):
        len(Tensor("x", np.array(1)))


@pytest.mark.parametrize(
    ("other", "is_equal"),
    [
        (Tensor("x", [1, 2]), True),
        (Tensor("x", np.array([1, 2], ">i8")), True),
        (Tensor("y", [1, 2]), False),
        (Tensor("x", [1, 3]), False),
        (Tensor("x", [[1, 2]]), False),
        (Tensor("x", [1, 2], datatype="INT32"), False),
        (Tensor("x", [1, 2], parameters={"a": 1}), False),
        ([1, 2], False),
    ],
)
def test_tensors_are_equal_if_everything_is(other: object, is_equal: bool) -> None:
    assert (Tensor("x", [1, 2]) == other) is is_equal


@pytest.mark.parametrize(
    "value", [[1, 2], [[0.5], [float("nan")]], ["a", b"\xff"], np.ones(3, BF16), []]
)
def test_tensors_can_be_pickled_and_copied(value: Any) -> None:
    tensor = Tensor("x", value, parameters={"a": [1]}, json_nan="null")
    for again in (pickle.loads(pickle.dumps(tensor)), copy.deepcopy(tensor)):
        assert again == tensor
        assert again.json_nan == "null"


def test_texts_are_text_if_all_are() -> None:
    assert Tensor("x", [["a"], [b"\xc3\xa9"]]).to_text() == [["a"], ["é"]]
    with pytest.raises(TensorError, match=r"bytes at \[1, 0\] are not valid UTF-8"):
        Tensor("x", [["a"], [b"\xff"]]).to_text()
    with pytest.raises(TensorError, match="INT64 holds no texts"):
        Tensor("x", [1]).to_text()


def test_other_names_and_shapes() -> None:
    tensor = Tensor("x", [1, 2], parameters={"a": 1})
    assert tensor.renamed("y") == Tensor("y", [1, 2], parameters={"a": 1})
    assert tensor.reshaped([2, 1]) == Tensor("x", [[1], [2]], parameters={"a": 1})


# ------------------------------------------------------------------ packages
def test_a_package_that_is_there() -> None:
    assert optional.require("numpy.linalg", "tensors") is np.linalg


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ConfigurationError, match="needs no-such; install the extra 'tables'"
    ):
        optional.require("no_such.module", "tables")
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(
        ConfigurationError, match="needs numpy; install the extra 'tensors'"
    ):
        Tensor("x", [1])


def test_orjson_is_needed_for_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "orjson", None)
    with pytest.raises(ConfigurationError, match="needs orjson; install"):
        encode_request([Tensor("x", [1])])


def test_importing_loads_neither_numpy_nor_orjson() -> None:
    code = (
        "import sys, clientpress.runtime.tensors.model, clientpress.runtime.tensors.tensor;"
        "print({'numpy', 'orjson', 'ml_dtypes', 'pyarrow'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(optional.__file__).parents[2])},
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout.strip() == "set()"


def test_a_package_that_is_broken_says_so(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_package.py").write_text("import a_package_that_is_missing")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(ModuleNotFoundError, match="a_package_that_is_missing"):
        optional.require("broken_package", "tables")


# ------------------------------------------------------------------ lists and frames
LISTS: list[tuple[Any, str, list[Any]]] = [
    (pl.Series([[1.0, 2.0], [3.0, 4.0]]), "FP64", [[1.0, 2.0], [3.0, 4.0]]),
    (pd.Series([[1, 2], [3, 4]]), "INT64", [[1, 2], [3, 4]]),
    (pd.Series([(1, 2), (3, 4)]), "INT64", [[1, 2], [3, 4]]),
    (pd.Series([np.ones(2, "f4")]), "FP32", [[1.0, 1.0]]),
    (pl.Series([[[1.0, 2.0]], [[3.0, 4.0]]]), "FP64", [[[1.0, 2.0]], [[3.0, 4.0]]]),
    (pl.Series([[["a", "b"]], [["c", "d"]]]), "BYTES", [[[b"a", b"b"]], [[b"c", b"d"]]]),
    (pa.chunked_array([[[1]], [[2]]]), "INT64", [[1], [2]]),
    (pd.DataFrame({"p": [1.0, 2.0], "q": [3, 4]}), "FP64", [[1.0, 3.0], [2.0, 4.0]]),
    (pl.DataFrame({"p": ["x"], "q": ["y"]}), "BYTES", [[b"x", b"y"]]),
    (pa.table({"p": [1], "q": [2]}), "INT64", [[1, 2]]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "datatype", "expected"), LISTS)
def test_columns_of_lists_and_frames(
    value: Any, datatype: str, expected: list[Any]
) -> None:
    tensor = Tensor("x", value)
    assert (tensor.datatype, tensor.tolist()) == (datatype, expected)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (pl.Series([[1.0], [1.0, 2.0]]), "different lengths"),
        (pd.Series([[1.0], 2.0]), "different lengths"),
        (pa.chunked_array([[[1.0], None]]), "nulls"),
        (pl.DataFrame({"p": ["x"], "q": [1]}), "texts and of numbers are mixed"),
        (pl.DataFrame(), "without columns"),
        (pl.Series([1, None]), "nulls"),
        (pl.Series(["a", None]), "nulls"),
    ],
)
def test_lists_and_frames_that_are_no_tensor(value: Any, said: str) -> None:
    with pytest.raises(TensorError, match=said):
        Tensor("x", value)


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([1.5, None]),
        pd.Series(pd.array([1.5, None], "Float64")),
        pa.chunked_array([[1.5, None]]),
    ],
)
def test_nulls_among_floats_are_nan(column: Any) -> None:
    first, second = Tensor("x", column).tolist()
    assert first == 1.5 and second != second
