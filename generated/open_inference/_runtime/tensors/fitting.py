# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Inputs converted to the datatypes and shapes in a model's metadata."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ..values.kinds import is_collection
from ..values.pointers import ABSENT, lookup
from ..wire.errors import InvalidRequestError
from .datatypes import DATATYPES
from .errors import TensorError
from .frames import is_frame
from .inputs import Inputs, named
from .tensor import Tensor


class TensorMetadata(Struct, frozen=True):
    """A tensor that a model takes or returns; -1 in its shape means any size."""

    name: str
    datatype: str
    shape: tuple[int, ...]


def read_tensors(metadata: object, pointer: str) -> tuple[TensorMetadata, ...]:
    """The tensors in a model's metadata.

    Args:
        pointer: JSON Pointer of the list of tensors.
    """
    listed = lookup(metadata, pointer)
    if not is_collection(listed):
        return ()
    tensors: list[TensorMetadata] = []
    for item in listed:
        shape: Any = lookup(item, "/shape")
        sizes = tuple(map(int, shape)) if is_collection(shape) else ()
        name, datatype = lookup(item, "/name"), lookup(item, "/datatype")
        if name is not ABSENT and datatype is not ABSENT:
            # text, or a member of an enumeration
            text = str(getattr(datatype, "value", datatype))
            tensors.append(TensorMetadata(str(name), text, sizes))
    return tuple(tensors)


def fit(
    inputs: Inputs, known: Sequence[TensorMetadata], *, allow_missing: bool
) -> list[Tensor]:
    """The inputs in the datatypes of the model.

    Args:
        known: The tensors that the model takes; if empty, nothing is checked.
        allow_missing: Whether inputs may be left out.

    Raises:
        InvalidRequestError: An input is unknown, missing, passed twice, or does not fit.
    """
    pairs = named(inputs)
    by_name = {each.name: each for each in known}
    _check_names([name for name, _ in pairs], by_name, allow_missing)
    as_columns = is_frame(inputs)
    try:
        return [
            _fit(name, value, by_name.get(name), as_columns) for name, value in pairs
        ]
    except TensorError as e:
        raise InvalidRequestError(e.message) from None


def _check_names(
    names: list[str], known: dict[str, TensorMetadata], allow_missing: bool
) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InvalidRequestError(f"The input {name!r} is given twice")
    if not known:
        return
    takes = f"the model takes {', '.join(map(repr, known))}"
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidRequestError(
            f"Unknown input {', '.join(map(repr, unknown))}; {takes}"
        )
    missing = [name for name in known if name not in names]
    if missing and not allow_missing:
        raise InvalidRequestError(
            f"Missing input {', '.join(map(repr, missing))}; {takes} (pass"
            " allow_missing=True if some are optional: the metadata does not say)"
        )


def _fit(
    name: str, value: Any, metadata: TensorMetadata | None, is_column: bool
) -> Tensor:
    if metadata is None:
        return value if isinstance(value, Tensor) else Tensor(name, value)
    datatype = metadata.datatype if metadata.datatype in DATATYPES else None
    if not isinstance(value, Tensor):
        tensor = Tensor(name, value, datatype=datatype, shape=_one(value, metadata))
    else:
        tensor = value if datatype is None else value.astype(datatype)
    # models often take a column of n numbers in the shape [n, 1]
    if is_column and len(metadata.shape) == 2 and metadata.shape[1] in (1, -1):
        tensor = tensor.reshaped((*tensor.shape, 1))
    _check_shape(tensor, metadata)
    return tensor


def _one(value: object, metadata: TensorMetadata) -> tuple[int, ...] | None:
    """For a single element, its shape in as many dimensions as the model takes; else None."""
    if isinstance(value, (str, bool, int, float)):
        return (1,) * max(1, len(metadata.shape))
    return None


def _check_shape(tensor: Tensor, metadata: TensorMetadata) -> None:
    if not metadata.shape:
        return  # without a shape in its metadata the model takes any
    fits = len(tensor.shape) == len(metadata.shape) and all(
        size in (-1, own)
        for size, own in zip(metadata.shape, tensor.shape, strict=True)
    )
    if not fits:
        raise InvalidRequestError(
            f"Input {tensor.name!r} has the shape {list(tensor.shape)}, the model takes"
            f" {list(metadata.shape)}" + (" (-1: any)" if -1 in metadata.shape else "")
        )
