# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Encoding and decoding of the elements of tensors in JSON."""

from __future__ import annotations

import json
from array import array as packed
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Literal, TypeAlias

from ..values.jsontypes import JsonValue
from ..values.kinds import is_list
from ..wire.optional import require
from .casting import cast, first_index
from .contents import (
    Content,
    Foreign,
    Items,
    Missing,
    Numbers,
    index_of,
    nested,
    unknown,
)
from .datatypes import (
    BYTES,
    DATATYPES,
    Datatype,
    TensorMisfit,
    check_count,
    count_of,
    load_numpy,
)
from .tensor import JsonNaN, Tensor

BASE64 = "base64"
_PACKED = {"i": "q", "u": "Q", "f": "d"}
_WITHOUT_JSON = frozenset({"FP16", "BF16"})


def load_orjson() -> Any:
    """The module orjson.

    Raises:
        ConfigurationError: It is not installed.
    """
    return require("orjson", "tensors")


NaNForm: TypeAlias = JsonNaN | Literal["binary"]
"""How NaN is sent: in one of the forms of JSON, or in a binary message."""


def has_plain_json(tensor: Tensor, nan: NaNForm = "refuse") -> bool:
    """Whether the server takes the tensor as JSON: not FP16, BF16, or bytes other than UTF-8.

    Args:
        nan: "binary" if the server cannot read NaN and infinite numbers in JSON.
    """
    if tensor.datatype in _WITHOUT_JSON:
        return False
    content = tensor.__content__()
    if nan == "binary" and tensor.json_nan is None and isinstance(content, Numbers):
        array = content.array()
        return array.dtype.kind != "f" or bool(load_numpy().isfinite(array).all())
    if isinstance(content, Items) and tensor.parameters.get("content_type") != BASE64:
        try:
            content.as_texts()
        except TensorMisfit:
            return False
    return True


# ------------------------------------------------------------------ out
def data_of(tensor: Tensor, nan: NaNForm = "refuse") -> Any:
    """The elements in row-major order, as orjson encodes them.

    Args:
        nan: How NaN is sent, unless the tensor says it.

    Raises:
        TensorMisfit: JSON cannot hold an element.
    """
    content = tensor.__content__()
    if isinstance(content, Items):
        if tensor.parameters.get("content_type") == BASE64:
            return [b64encode(item).decode() for item in content.as_bytes()]
        try:
            return content.as_texts()
        except TensorMisfit as e:
            raise TensorMisfit(
                f"{e}, so JSON cannot hold them; use binary=True, or for MLServer the"
                " parameter content_type='base64'"
            ) from None
    if not isinstance(content, Numbers):
        return content.tolist()
    return _numbers_of(tensor, content.array(), tensor.json_nan or nan)


def _numbers_of(tensor: Tensor, array: Any, nan: NaNForm) -> Any:
    kind = DATATYPES[tensor.datatype].kind
    np = load_numpy()
    if kind == "f":
        if tensor.datatype in _WITHOUT_JSON:
            with np.errstate(invalid="ignore"):
                array = array.astype(np.float32)  # exact
        finite = np.isfinite(array)
        if not finite.all():
            if nan == "bare":
                text = json.dumps(array.reshape(-1).tolist())
                return load_orjson().Fragment(text.encode())
            bad = np.isinf(array) if nan == "null" else ~finite
            if bad.any():
                raise TensorMisfit(_not_finite(array, bad))
    return array.reshape(-1)


def _not_finite(array: Any, bad: Any) -> str:
    index = first_index(bad)
    value = "NaN" if array[tuple(index)] != array[tuple(index)] else "infinite"
    return (
        f"The element at {index} is {value}, which JSON does not have; use binary=True, or"
        " Tensor(…, json_nan='bare') for Triton, json_nan='null' (NaN only) for MLServer"
    )


# ------------------------------------------------------------------ in
def content_of(
    datatype: str, shape: Sequence[int], data: Any, parameters: Mapping[str, JsonValue]
) -> Content:
    """The elements of an output in JSON.

    Args:
        data: A list, flat or nested, in which null among floats means NaN; a scalar is the only
            element; None means no data.

    Raises:
        TensorMisfit: The data do not fit datatype and shape.
    """
    known = DATATYPES.get(datatype)
    if data is None:
        if known is None or count_of(shape):
            return Missing()
        data = []
    if known is None:
        return unknown(datatype, data)
    flat = _flat(data)
    check_count(len(flat), shape)
    try:
        if datatype == BYTES:
            return Items(shape, _items_of(flat, shape, parameters))
        array = _numbers(known, flat)
        if array is None:  # nulls, floats like 1.0 for integers, or wrong elements
            array = _numbers_slowly(known, list(flat), shape)
        return Numbers(known, shape, array=cast(array.reshape(tuple(shape)), known))
    except TensorMisfit as e:  # an element that does not fit loses nothing else
        return Foreign(str(e), nested(flat, shape))


def _flat(data: Any) -> list[Any]:
    """The leaves of nested lists."""
    flat = data if is_list(data) else [data]
    while flat and is_list(flat[0]):
        flat = list(chain.from_iterable(i if is_list(i) else [i] for i in flat))
    return flat


def _numbers(datatype: Datatype, flat: list[Any]) -> Any:
    """A list of numbers as an array of the widest type; None if it holds anything else."""
    np = load_numpy()
    if datatype.kind == "b":
        return np.array(flat, bool) if set(map(type, flat)) <= {bool} else None
    code = _PACKED[datatype.kind]
    try:
        return np.frombuffer(packed(code, flat), code) if flat else np.empty(0, code)
    except (TypeError, OverflowError):
        return None


def _numbers_slowly(datatype: Datatype, flat: list[Any], shape: Sequence[int]) -> Any:
    """As `_numbers`, element by element.

    Raises:
        TensorMisfit: Names the wrong element.
    """
    kind = datatype.kind
    for position, item in enumerate(flat):
        if item is None and kind == "f":
            flat[position] = float("nan")
        elif isinstance(item, float) and item.is_integer() and kind in "iu":
            flat[position] = int(item)
        elif kind == "b":
            if item not in (0, 1):
                raise _wrong(item, position, shape, datatype)
            flat[position] = bool(item)
    array = _numbers(datatype, flat)
    if array is None:
        for position, item in enumerate(flat):
            if _numbers(datatype, [item]) is None:
                raise _wrong(item, position, shape, datatype)
    return array


def _wrong(
    item: object, position: int, shape: Sequence[int], datatype: Datatype
) -> TensorMisfit:
    index = index_of(position, shape)
    return TensorMisfit(f"{item!r:.50} at {index} is no {datatype.name}")


def _items_of(
    items: list[Any], shape: Sequence[int], parameters: Mapping[str, JsonValue]
) -> list[Any]:
    is_base64 = parameters.get("content_type") == BASE64
    if not is_base64 and set(map(type, items)) <= {str}:
        try:
            "".join(items).encode()
        except UnicodeEncodeError:  # bytes that the server sent raw; see `loads`
            items = [_unescaped(i, n, shape) for n, i in enumerate(items)]
        return items
    decoded: list[Any] = []
    for position, item in enumerate(items):
        if not isinstance(item, str):
            raise _wrong(item, position, shape, DATATYPES[BYTES])
        try:
            decoded.append(b64decode(item, validate=True) if is_base64 else item)
        except (Base64Error, ValueError):
            index = index_of(position, shape)
            raise TensorMisfit(f"{item!r:.50} at {index} is no Base64") from None
    return decoded


def _unescaped(item: str, position: int, shape: Sequence[int]) -> bytes:
    """The bytes of a text in which `loads` replaced invalid UTF-8 by lone surrogates."""
    try:
        return item.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise _wrong(item, position, shape, DATATYPES[BYTES]) from None


def loads(data: bytes | memoryview) -> Any:
    """A JSON document as inference servers write it.

    Triton writes NaN and infinite numbers bare, and bytes that are not valid UTF-8 unescaped;
    such bytes become lone surrogates.

    Raises:
        ValueError: It is not JSON.
    """
    orjson = load_orjson()
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as e:
        try:
            return json.loads(bytes(data).decode("utf-8", "surrogateescape"))
        except RecursionError:
            raise ValueError("It is nested too deeply") from None
        except ValueError:
            raise ValueError(str(e)) from None
