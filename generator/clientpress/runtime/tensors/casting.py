"""From one datatype to another, as long as nothing is lost but precision."""

from __future__ import annotations

from typing import Any

from .datatypes import (
    Datatype,
    TensorMisfit,
    datatype_of,
    dtype_of,
    load_numpy,
)

__all__ = ["cast", "first_index"]


def cast(array: Any, datatype: Datatype) -> Any:
    """The numbers or truth values of an array in a datatype, little-endian, in C order.

    Floats may lose digits. Raises TensorMisfit, with the first bad element and its index, for
    numbers that become infinite, fractions and NaN as integers, integers out of range, and numbers
    other than 0 and 1 as truth values.
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
        said = datatype_of(source) or source.name
        raise TensorMisfit(f"{said} cannot become {datatype.name}")
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
        made = array.astype(target, order="C")
        finite = np.isfinite(made)
    if not finite.all():
        bad = ~finite & np.isfinite(array)
        _refuse(array, bad, f"is too large for {datatype.name}")
    return made


def _check_integers(np: Any, array: Any, datatype: Datatype) -> None:
    """Whether all numbers are integers in range."""
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
    """Raise for the first element that is bad."""
    if bad.any():
        index = first_index(bad)
        place = f" at {index}" if index else ""
        raise TensorMisfit(f"{array[tuple(index)].item()!r}{place} {why}")


def first_index(bad: Any) -> list[int]:
    """The index of the first true element."""
    found = load_numpy().unravel_index(int(bad.argmax()), bad.shape)
    return [int(step) for step in found]
