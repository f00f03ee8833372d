# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From what a caller has (arrays, lists, texts, bytes) to the content of a tensor."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
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

__all__ = ["Described", "describe"]

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
    """What a value turned out to be."""

    datatype: str
    shape: tuple[int, ...]
    content: Content


def describe(
    value: Any, datatype: str | None, shape: Sequence[int] | None
) -> Described:
    """The content that a value means, in a datatype and shape if they are given.

    Raises TensorMisfit.
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
    if _is_nested(value) and isinstance(_first_leaf(value), (str, bytes)):
        found, own = _flatten(value)
        return _of_items(found, own, datatype, wanted)
    array = _to_array(value)
    if datatype_of(array.dtype) == BYTES or (datatype == BYTES and not array.size):
        found = array.ravel().tolist()
        if not found or isinstance(found[0], (str, bytes)):
            return _of_items(found, array.shape, datatype, wanted)
        array = _of_objects(array, found)
    return _of_numbers(array, datatype, wanted)


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    try:
        return check_shape([operator.index(size) for size in shape])
    except TypeError:
        raise TensorMisfit(f"{shape!r} is no shape") from None


def _reshaped(own: Sequence[int], wanted: tuple[int, ...] | None) -> tuple[int, ...]:
    """The wanted shape, if there is one. Raises TensorMisfit if it means another number."""
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
    for place, item in enumerate(items):
        if not isinstance(item, (str, bytes)):
            kind = type(item).__name__
            index = index_of(place, own)
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
    """The first element that is not a list; None if all are lists."""
    if not _is_nested(value):
        return value
    if depth > MOST_DIMENSIONS:
        raise TensorMisfit("The lists are nested too deeply")
    leaves = (_first_leaf(each, depth + 1) for each in value)
    return next((leaf for leaf in leaves if leaf is not None), None)


def _flatten(value: Sequence[Any]) -> tuple[list[Any], tuple[int, ...]]:
    """The leaves of nested lists, and their shape. Raises TensorMisfit if they have none."""
    shape: list[int] = []
    items = list(value)
    while True:
        shape.append(len(items) // count_of(shape))
        if not _is_nested(items[0]):
            return items, tuple(shape)
        if len({len(i) if _is_nested(i) else -1 for i in items}) > 1:
            raise TensorMisfit("The lists have different lengths")
        items = list(_chain(items))
        if not items:
            return items, (*shape, 0)


def _chain(lists: list[Any]) -> Iterator[Any]:
    for each in lists:
        yield from each


# ------------------------------------------------------------------ numbers
def _to_array(value: Any) -> Any:
    """An array of numpy of the value. Raises TensorMisfit."""
    np = load_numpy()
    try:
        if _is_nested(value):
            return _of_lists(np, value)
        if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
            raise TensorMisfit("It has masked elements; there is no null")
        if _has_nulls(np, value):
            raise TensorMisfit("It has nulls, which tensors have not; fill them first")
        if hasattr(value, "__array__"):
            array = np.asarray(value)
            return array.reshape(1) if isinstance(value, np.generic) else array
        if hasattr(value, "__dlpack__"):
            return np.from_dlpack(value)
    except (TypeError, ValueError, BufferError, RuntimeError, OverflowError) as e:
        if isinstance(e, TensorMisfit):
            raise
        said = str(e).partition("\n")[0]
        if "inhomogeneous" in said:
            said = "the lists have different lengths"
        raise TensorMisfit(f"It cannot become an array: {said}") from None
    raise TensorMisfit(f"A {type(value).__name__} is no array")


def _has_nulls(np: Any, value: Any) -> bool:
    """Whether a column of polars, pyarrow or pandas has nulls, which numpy would make NaN."""
    count: Any = getattr(value, "null_count", 0)  # of polars a method
    if count() if callable(count) else count:
        return True
    dtype = getattr(value, "dtype", None)
    is_extension = hasattr(value, "isna") and not isinstance(dtype, np.dtype)
    return is_extension and bool(value.isna().any())


def _of_lists(np: Any, value: Sequence[Any]) -> Any:
    array = np.asarray(value)
    kind = array.dtype.kind
    if kind in "US":
        raise TensorMisfit("Texts and numbers are mixed")
    # numpy makes floats of integers that no integer type holds together
    if kind == "f" and type(_first_leaf(value)) is int and _are_integers(np, value):
        try:  # small ones beside those that only UINT64 holds
            return np.asarray(value, np.uint64)
        except OverflowError:
            raise TensorMisfit("The integers go beyond 64 bits") from None
    return array


def _are_integers(np: Any, value: Sequence[Any]) -> bool:
    return set(map(type, np.asarray(value, object).ravel())) == {int}


def _of_objects(array: Any, flat: list[Any]) -> Any:
    """An array of Python's numbers as one of numpy's."""
    for place, item in enumerate(flat):
        if not isinstance(item, (bool, int, float)):
            index = index_of(place, array.shape)
            hint = "; there is no null" if item is None else ""
            kind = type(item).__name__
            raise TensorMisfit(f"{kind} at {index} has no datatype{hint}")
    made = _of_lists(load_numpy(), flat)
    if made.dtype.kind == "O":
        raise TensorMisfit("The integers go beyond 64 bits")
    return made.reshape(array.shape)


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
    made = cast(array, DATATYPES[name])
    shape = _reshaped(made.shape, wanted)
    return Described(name, shape, Numbers(DATATYPES[name], shape, array=made))
