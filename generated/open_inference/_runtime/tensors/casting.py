# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Conversion of arrays to another datatype, where nothing but precision is lost."""

from __future__ import annotations

from typing import Any

from .datatypes import Datatype, TensorMisfit, datatype_of, dtype_of, load_numpy


def cast(array: Any, datatype: Datatype) -> Any:
    """An array of numbers or booleans in a datatype, little-endian, in C order.

    Floats may lose digits.

    Raises:
        TensorMisfit: A number would become infinite; a fraction or NaN would become an integer;
            an integer is out of range; a number other than 0 and 1 would become a boolean. Names
            the first such element and its index.
    """
    np = load_numpy()
    target = dtype_of(datatype)
    source: Any = array.dtype
    if source == target:
        return np.asarray(array, order="C")
    if source.newbyteorder("<") == target:
        return array.astype(target, order="C")
    if source.name == "bfloat16":
        with np.errstate(invalid="ignore"):
            array = array.astype(np.float32)
    elif source.kind not in "biuf":
        name = datatype_of(source) or source.name
        raise TensorMisfit(f"{name} cannot become {datatype.name}")
    if array.dtype.kind != "b":
        if datatype.kind == "b":
            _refuse(
                array, (array != 0) & (array != 1), "is neither 0 nor 1, as BOOL wants"
            )
        elif datatype.kind != "f":
            _check_integers(np, array, datatype)
    if datatype.kind != "f":
        return array.astype(target, order="C")
    with np.errstate(over="ignore", invalid="ignore"):
        converted = array.astype(target, order="C")
        finite = np.isfinite(converted)
    if not finite.all():
        bad = ~finite & np.isfinite(array)
        _refuse(array, bad, f"is too large for {datatype.name}")
    return converted


def _check_integers(np: Any, array: Any, datatype: Datatype) -> None:
    """Raise TensorMisfit for the first number that is not an integer in range."""
    low, high = datatype.lowest, datatype.highest
    if array.dtype.kind == "f":
        with np.errstate(invalid="ignore"):
            _refuse(array, np.trunc(array) != array, f"is no {datatype.name}")
            # as a float, `high` itself may be rounded up; the next integer is a power of two
            wide = array.astype(np.float64)
            bad = (wide < float(low)) | (wide >= float(high + 1))
    else:
        bad = (array < low) | (array > high)
    _refuse(array, bad, f"is out of range of {datatype.name}")


def _refuse(array: Any, bad: Any, why: str) -> None:
    """Raise TensorMisfit for the first element where `bad` is true."""
    if bad.any():
        index = first_index(bad)
        at = f" at {index}" if index else ""
        raise TensorMisfit(f"{array[tuple(index)].item()!r}{at} {why}")


def first_index(bad: Any) -> list[int]:
    """The index of the first true element."""
    index = load_numpy().unravel_index(int(bad.argmax()), bad.shape)
    return [int(step) for step in index]
