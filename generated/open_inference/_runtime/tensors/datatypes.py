# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The datatypes of the Open Inference Protocol, and their dtypes in numpy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..wire.optional import require

BYTES = "BYTES"
MOST_DIMENSIONS = 32
_LARGEST = 2**59  # elements of eight bytes


class TensorMisfit(ValueError):
    """Values do not fit datatype or shape. The caller adds the name of the tensor."""


class Datatype(NamedTuple):
    """A datatype of fixed size, or BYTES.

    Attributes:
        size: Bytes of an element; 0 for BYTES.
        kind: "b" (booleans), "i", "u", "f", or "S" (BYTES).
        code: The little-endian dtype in numpy's notation; "" for BYTES and BF16.
    """

    name: str
    size: int
    kind: str
    code: str = ""

    @property
    def lowest(self) -> int:
        """The smallest integer of an integer type."""
        return -(1 << (8 * self.size - 1)) if self.kind == "i" else 0

    @property
    def highest(self) -> int:
        """The largest integer of an integer type."""
        return (1 << (8 * self.size - (self.kind == "i"))) - 1


DATATYPES = {
    each.name: each
    for each in (
        Datatype("BOOL", 1, "b", "|b1"),
        Datatype("UINT8", 1, "u", "|u1"),
        Datatype("UINT16", 2, "u", "<u2"),
        Datatype("UINT32", 4, "u", "<u4"),
        Datatype("UINT64", 8, "u", "<u8"),
        Datatype("INT8", 1, "i", "|i1"),
        Datatype("INT16", 2, "i", "<i2"),
        Datatype("INT32", 4, "i", "<i4"),
        Datatype("INT64", 8, "i", "<i8"),
        Datatype("FP16", 2, "f", "<f2"),
        Datatype("FP32", 4, "f", "<f4"),
        Datatype("FP64", 8, "f", "<f8"),
        Datatype("BF16", 2, "f"),
        Datatype(BYTES, 0, "S"),
    )
}
"""By name. BF16, the upper half of an FP32, is Triton's; the others are in the protocol."""

_BY_CODE = {each.code[1:]: each.name for each in DATATYPES.values() if each.code}


def load_numpy() -> Any:
    """The module numpy.

    Raises:
        ConfigurationError: It is not installed.
    """
    return require("numpy", "tensors")


def dtype_of(datatype: Datatype) -> Any:
    """The little-endian dtype of a datatype of fixed size.

    Raises:
        ConfigurationError: A package is not installed; BF16 needs ml_dtypes.
    """
    if not datatype.code:
        return load_numpy().dtype(require("ml_dtypes", "tensors").bfloat16)
    return load_numpy().dtype(datatype.code)


def datatype_of(dtype: Any) -> str:
    """The name of the datatype for a numpy dtype; "" if there is none."""
    if dtype.kind in "OSTU":
        return BYTES
    if dtype.name == "bfloat16":
        return "BF16"
    return _BY_CODE.get(f"{dtype.kind}{dtype.itemsize}", "")


def count_of(shape: Sequence[int]) -> int:
    """The number of elements of a shape."""
    return math.prod(shape)


def check_count(count: int, shape: Sequence[int]) -> None:
    """Raise TensorMisfit if a shape does not have so many elements."""
    if count != count_of(shape):
        raise TensorMisfit(
            f"It has {count} elements, its shape {list(shape)} means {count_of(shape)}"
        )


def check_shape(shape: Sequence[object]) -> tuple[int, ...]:
    """The shape as a tuple.

    Raises:
        TensorMisfit: A size is not an integer from 0, or numpy could not hold the array.
    """
    checked: list[int] = []
    for size in shape:
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise TensorMisfit(f"The shape {list(shape)!s:.80} holds {size!r:.30}")
        checked.append(size)
    if len(checked) > MOST_DIMENSIONS or math.prod(filter(None, checked)) > _LARGEST:
        raise TensorMisfit(f"The shape {list(shape)!s:.80} is too large")
    return tuple(checked)
