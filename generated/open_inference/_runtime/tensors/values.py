# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From the values that a caller passes (arrays, lists, texts, bytes) to the content of a tensor."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeGuard

from ..values.kinds import is_list, is_tuple
from .casting import cast
from .contents import Content, Items, Numbers, index_of, of_bytes
from .datatypes import (
    BYTES,
    DATATYPES,
    MOST_DIMENSIONS,
    TensorMisfit,
    check_shape,
    count_of,
    datatype_of,
    load_numpy,
)
from .frames import columns_of, is_frame

_DATES = (
    "Dates have no datatype; send them as texts (numpy.datetime_as_string), to MLServer with"
    " the parameter content_type='datetime'"
)
_REFUSED = {
    "M": _DATES,
    "m": "Durations have no datatype; send them as integers",
    "c": "Complex numbers have no datatype; send real and imaginary parts",
}


class Described(NamedTuple):
    """A value as datatype, shape and elements."""

    datatype: str
    shape: tuple[int, ...]
    content: Content


def describe(
    value: Any, datatype: str | None, shape: Sequence[int] | None
) -> Described:
    """A value as datatype, shape and elements.

    Args:
        datatype: What the value is cast to; None keeps its own datatype.
        shape: What the value is reshaped to; None keeps its own shape.

    Raises:
        TensorMisfit: The value has no datatype, or does not fit datatype or shape.
    """
    wanted = None if shape is None else _shape(shape)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return _of_raw(value, datatype, wanted)
    if datatype is not None and datatype not in DATATYPES:
        raise TensorMisfit(
            f"The datatype {datatype!r} is unknown; there are {', '.join(DATATYPES)}"
        )
    if isinstance(value, (str, bool, int, float)):
        value = [value]
    if is_frame(value):
        return _of_frame(value, datatype, wanted)
    if _is_nested(value) and isinstance(_first_leaf(value), (str, bytes)):
        items, own = _flatten(value)
        return _of_items(items, own, datatype, wanted)
    array = _to_array(value, datatype)
    if array.dtype.kind == "O":
        array = _unpacked(array)
    if datatype_of(array.dtype) == BYTES or (datatype == BYTES and not array.size):
        items = array.ravel().tolist()
        if not items or isinstance(items[0], (str, bytes)):
            return _of_items(items, array.shape, datatype, wanted)
        array = _of_objects(array, items)
    return _of_numbers(array, datatype, wanted)


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    try:
        return check_shape([operator.index(size) for size in shape])
    except TypeError:
        raise TensorMisfit(f"{shape!r} is no shape") from None


def _reshaped(own: Sequence[int], wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape `wanted`; without, the value's own.

    Raises:
        TensorMisfit: The two do not have the same number of elements.
    """
    if wanted is None:
        return tuple(own)
    if count_of(wanted) != count_of(own):
        raise TensorMisfit(
            f"It has {count_of(own)} elements, the shape {list(wanted)} means"
            f" {count_of(wanted)}"
        )
    return wanted


def _of_raw(
    value: Any, datatype: str | None, shape: tuple[int, ...] | None
) -> Described:
    view = memoryview(value)
    try:
        view = view.cast("B").toreadonly()
    except TypeError:
        raise TensorMisfit("The bytes are not contiguous") from None
    if datatype is None or shape is None:
        raise TensorMisfit(
            "Bytes are the raw elements, so they need datatype and shape; one element of"
            " BYTES is [value]"
        )
    return Described(datatype, shape, of_bytes(datatype, shape, view))


# ------------------------------------------------------------------ frames and lists
def _of_frame(
    frame: Any, datatype: str | None, wanted: tuple[int, ...] | None
) -> Described:
    """A data frame as rows by columns."""
    np = load_numpy()
    columns = [
        describe(column, datatype, None) for column in columns_of(frame).values()
    ]
    if not columns:
        raise TensorMisfit("A data frame without columns has no elements")
    if len({column.shape for column in columns}) > 1:
        raise TensorMisfit("The columns have different shapes")
    if len({column.datatype == BYTES for column in columns}) > 1:
        raise TensorMisfit("Columns of texts and of numbers are mixed")
    array = np.stack([column.content.array() for column in columns], axis=1)
    if columns[0].datatype == BYTES:
        return _of_items(array.ravel().tolist(), array.shape, datatype, wanted)
    return _of_numbers(array, datatype, wanted)


def _unpacked(array: Any) -> Any:
    """An array of lists (embeddings) as one with more dimensions; every other array unchanged.

    Raises:
        TensorMisfit: The lists have different lengths.
    """
    np = load_numpy()
    for _ in range(MOST_DIMENSIONS):
        flat = array.ravel().tolist()
        if array.dtype.kind != "O" or not flat or not _is_list(np, flat[0]):
            return array
        if len({len(item) if _is_list(np, item) else -1 for item in flat}) > 1:
            raise TensorMisfit("The lists have different lengths")
        inner = [np.asarray(item) for item in flat]
        if any(each.dtype.kind in "OUS" for each in inner):  # texts, or lists of lists
            whole = np.empty((len(flat), len(flat[0])), object)
            for row, item in enumerate(flat):
                for place, each in enumerate(item):
                    whole[row, place] = each
        else:
            whole = np.stack(inner)
        array = whole.reshape((*array.shape, *whole.shape[1:]))
    raise TensorMisfit("The lists are nested too deeply")


def _is_list(np: Any, item: object) -> bool:
    return isinstance(item, (list, tuple, np.ndarray))


# ------------------------------------------------------------------ texts
def _of_items(
    items: list[Any],
    own: Sequence[int],
    datatype: str | None,
    wanted: tuple[int, ...] | None,
) -> Described:
    if datatype not in (None, BYTES):
        if items:
            raise TensorMisfit(f"Texts cannot become {datatype}")
        return _of_numbers(load_numpy().empty(tuple(own)), datatype, wanted)
    for position, item in enumerate(items):
        if not isinstance(item, (str, bytes)):
            kind = type(item).__name__
            index = index_of(position, own)
            raise TensorMisfit(f"{kind} at {index} among texts ({item!r:.50})")
    try:
        "".join(i for i in items if isinstance(i, str)).encode()
    except UnicodeEncodeError:
        raise TensorMisfit("A text holds a lone surrogate") from None
    shape = _reshaped(own, wanted)
    return Described(BYTES, shape, Items(shape, items))


def _is_nested(value: object) -> TypeGuard[Sequence[Any]]:
    return is_list(value) or is_tuple(value)


def _first_leaf(value: Any, depth: int = 0) -> object:
    """The first element that is neither a list nor None; None if there is none."""
    if not _is_nested(value):
        return value
    if depth > MOST_DIMENSIONS:
        raise TensorMisfit("The lists are nested too deeply")
    leaves = (_first_leaf(each, depth + 1) for each in value)
    return next((leaf for leaf in leaves if leaf is not None), None)


def _flatten(value: Sequence[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The elements of nested lists, and their shape.

    Raises:
        TensorMisfit: The lists of one dimension have different lengths.
    """
    shape: list[int] = []
    items = list(value)
    while True:
        shape.append(len(items) // count_of(shape))
        if not _is_nested(items[0]):
            return items, tuple(shape)
        if len({len(i) if _is_nested(i) else -1 for i in items}) > 1:
            raise TensorMisfit("The lists have different lengths")
        items = list(chain.from_iterable(items))
        if not items:
            return items, (*shape, 0)


# ------------------------------------------------------------------ numbers
def _to_array(value: Any, datatype: str | None) -> Any:
    """The value as a numpy array; nulls among floats are NaN, as in the protocol.

    Raises:
        TensorMisfit: It has nulls, or cannot become an array.
    """
    np = load_numpy()
    try:
        if _is_nested(value):
            return _of_lists(np, value)
        if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
            raise TensorMisfit("It has masked elements; there is no null")
        if _has_nulls(np, value):
            return _with_nan(np, value, datatype)
        if hasattr(value, "__array__"):
            array = np.asarray(value)
            return array.reshape(1) if isinstance(value, np.generic) else array
        if hasattr(value, "__dlpack__"):
            return np.from_dlpack(value)
    except (TypeError, ValueError, BufferError, RuntimeError, OverflowError) as e:
        if isinstance(e, TensorMisfit):
            raise
        reason = str(e).partition("\n")[0]
        if "inhomogeneous" in reason:
            reason = "the lists have different lengths"
        raise TensorMisfit(f"It cannot become an array: {reason}") from None
    raise TensorMisfit(f"A {type(value).__name__} is no array")


def _has_nulls(np: Any, value: Any) -> bool:
    """Whether a column of polars, pyarrow or pandas has nulls, which become NaN in numpy."""
    count: Any = getattr(value, "null_count", 0)  # a method in polars
    if count() if callable(count) else count:
        return True
    dtype = getattr(value, "dtype", None)
    is_extension = hasattr(value, "isna") and not isinstance(dtype, np.dtype)
    return is_extension and bool(value.isna().any())


def _with_nan(np: Any, value: Any, datatype: str | None) -> Any:
    """A column with nulls as floats.

    Args:
        datatype: What the column is cast to; None keeps its own datatype, which must be one of
            floats then.
    """
    drops = ("drop_nulls", "dropna", "drop_null")  # polars, pandas, pyarrow
    drop = next((getattr(value, name) for name in drops if hasattr(value, name)), None)
    own = "" if drop is None else np.asarray(drop()).dtype.kind
    wants_float = datatype is not None and DATATYPES[datatype].kind == "f"
    if own not in (("i", "u", "f") if wants_float else ("f",)):
        raise TensorMisfit("It has nulls, which tensors cannot hold; fill them first")
    try:
        array = value.to_numpy(dtype="float64", na_value=np.nan)  # pandas
    except TypeError:
        array = value.to_numpy()
    return np.asarray(array, np.float64)


def _of_lists(np: Any, value: Sequence[Any]) -> Any:
    array = np.asarray(value)
    kind = array.dtype.kind
    if kind in "US":
        raise TensorMisfit("Texts and numbers are mixed")
    # numpy makes floats of integers that do not all fit into INT64
    if kind == "f" and type(_first_leaf(value)) is int and _are_integers(np, value):
        try:  # they may all fit into UINT64
            return np.asarray(value, np.uint64)
        except OverflowError:
            raise TensorMisfit("The integers go beyond 64 bits") from None
    return array


def _are_integers(np: Any, value: Sequence[Any]) -> bool:
    return set(map(type, np.asarray(value, object).ravel())) == {int}


def _of_objects(array: Any, flat: list[Any]) -> Any:
    """An array of Python objects as an array of numbers.

    Args:
        flat: The same objects in row-major order.

    Raises:
        TensorMisfit: An object is not a number.
    """
    for position, item in enumerate(flat):
        if not isinstance(item, (bool, int, float)):
            index = index_of(position, array.shape)
            hint = "; there is no null" if item is None else ""
            kind = type(item).__name__
            raise TensorMisfit(f"{kind} at {index} has no datatype{hint}")
    numbers = _of_lists(load_numpy(), flat)
    if numbers.dtype.kind == "O":
        raise TensorMisfit("The integers go beyond 64 bits")
    return numbers.reshape(array.shape)


def _of_numbers(
    array: Any, datatype: str | None, wanted: tuple[int, ...] | None
) -> Described:
    if array.dtype.kind in _REFUSED:
        raise TensorMisfit(_REFUSED[array.dtype.kind])
    name = datatype or datatype_of(array.dtype)
    if not name:
        raise TensorMisfit(f"numpy's {array.dtype.name} has no datatype; name one")
    if name == BYTES:
        raise TensorMisfit("Numbers cannot become BYTES; give them as texts")
    numbers = cast(array, DATATYPES[name])
    shape = _reshaped(numbers.shape, wanted)
    return Described(name, shape, Numbers(DATATYPES[name], shape, array=numbers))
