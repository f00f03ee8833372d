"""Inputs made to fit what a model says that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from ..values.kinds import is_collection
from ..values.pointers import ABSENT, lookup
from ..wire.errors import InvalidRequestError
from .datatypes import DATATYPES
from .errors import TensorError
from .inputs import Inputs, is_frame, named
from .tensor import Tensor

__all__ = ["TensorMetadata", "fit", "read_tensors"]


class TensorMetadata(Struct, frozen=True):
    """A tensor that a model takes or returns; -1 in its shape stands for any size."""

    name: str
    datatype: str
    shape: tuple[int, ...]


def read_tensors(metadata: object, pointer: str) -> tuple[TensorMetadata, ...]:
    """The tensors that a model's metadata lists; none if it lists none."""
    listed = lookup(metadata, pointer)
    if not is_collection(listed):
        return ()
    found: list[TensorMetadata] = []
    for item in listed:
        shape: Any = lookup(item, "/shape")
        sizes = tuple(map(int, shape)) if is_collection(shape) else ()
        name, datatype = lookup(item, "/name"), lookup(item, "/datatype")
        if name is not ABSENT and datatype is not ABSENT:
            # an enumeration that is open is a text too
            text = str(getattr(datatype, "value", datatype))
            found.append(TensorMetadata(str(name), text, sizes))
    return tuple(found)


def fit(
    inputs: Inputs, known: Sequence[TensorMetadata], *, allow_missing: bool
) -> list[Tensor]:
    """The inputs in the datatypes of the model.

    known: what the model takes; if that is nothing, nothing is checked.
    allow_missing: whether inputs may be left out.

    Raises InvalidRequestError, with the name of the input.
    """
    given = named(inputs)
    by_name = {each.name: each for each in known}
    _check_names([name for name, _ in given], by_name, allow_missing)
    as_columns = is_frame(inputs)
    try:
        return [
            _fit(name, value, by_name.get(name), as_columns) for name, value in given
        ]
    except TensorError as e:
        raise InvalidRequestError(e.message) from None


def _check_names(
    given: list[str], known: dict[str, TensorMetadata], allow_missing: bool
) -> None:
    for name in given:
        if given.count(name) > 1:
            raise InvalidRequestError(f"The input {name!r} is given twice")
    if not known:
        return
    takes = f"the model takes {', '.join(map(repr, known))}"
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InvalidRequestError(
            f"Unknown input {', '.join(map(repr, unknown))}; {takes}"
        )
    missing = [name for name in known if name not in given]
    if missing and not allow_missing:
        raise InvalidRequestError(
            f"Missing input {', '.join(map(repr, missing))}; {takes} (pass"
            " allow_missing=True if some are optional: the metadata does not say)"
        )


def _fit(
    name: str, value: Any, wanted: TensorMetadata | None, is_column: bool
) -> Tensor:
    if wanted is None:
        return value if isinstance(value, Tensor) else Tensor(name, value)
    datatype = wanted.datatype if wanted.datatype in DATATYPES else None
    if not isinstance(value, Tensor):
        tensor = Tensor(name, value, datatype=datatype, shape=_one(value, wanted))
    else:
        tensor = value if datatype is None else value.astype(datatype)
    if is_column and len(wanted.shape) == 2 and wanted.shape[1] in (1, -1):
        tensor = tensor.reshaped((*tensor.shape, 1))
    _check_shape(tensor, wanted)
    return tensor


def _one(value: object, wanted: TensorMetadata) -> tuple[int, ...] | None:
    """The shape of a single element in as many dimensions as the model wants."""
    if isinstance(value, (str, bool, int, float)):
        return (1,) * max(1, len(wanted.shape))
    return None


def _check_shape(tensor: Tensor, wanted: TensorMetadata) -> None:
    if not wanted.shape:
        return  # models that say no shape take any
    fits = len(tensor.shape) == len(wanted.shape) and all(
        size in (-1, own) for size, own in zip(wanted.shape, tensor.shape, strict=True)
    )
    if not fits:
        raise InvalidRequestError(
            f"Input {tensor.name!r} has the shape {list(tensor.shape)}, the model takes"
            f" {list(wanted.shape)}" + (" (-1: any)" if -1 in wanted.shape else "")
        )
