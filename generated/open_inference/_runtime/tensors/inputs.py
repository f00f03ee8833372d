# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The inputs of an inference, in any of the forms that the caller may pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ..values.kinds import is_collection, is_mapping
from ..wire.errors import InvalidRequestError
from .frames import columns_of, is_frame
from .tensor import Tensor

if TYPE_CHECKING:
    from ..wire.arrow import ArrowStream

Inputs: TypeAlias = "Mapping[str, object] | Sequence[Tensor] | ArrowStream"
"""Values by input name, or tensors, or a data frame, each column of which is an input.

A value is a `Tensor`, or a value that `Tensor` takes. A data frame is one of pandas or polars, or
any object with the Arrow interface (`__arrow_c_stream__`; needs pyarrow).
"""


def to_tensors(inputs: Inputs) -> list[Tensor]:
    """The inputs as tensors.

    Raises:
        TensorError: A value cannot become a tensor.
        InvalidRequestError: These are not inputs.
    """
    return [
        value if isinstance(value, Tensor) else Tensor(name, value)
        for name, value in named(inputs)
    ]


def named(inputs: Inputs) -> list[tuple[str, Any]]:
    """The values by input name; tensors in a sequence by their own name.

    Raises:
        InvalidRequestError: These are not inputs.
    """
    if is_mapping(inputs):
        return [(name, _renamed(name, value)) for name, value in inputs.items()]
    if is_frame(inputs):
        return list(columns_of(inputs).items())
    if not is_collection(inputs):
        raise InvalidRequestError(
            f"Inputs are a mapping or tensors, not a {type(inputs).__name__}"
        )
    pairs: list[tuple[str, Any]] = []
    for number, tensor in enumerate(inputs):
        if not isinstance(tensor, Tensor):
            kind = type(tensor).__name__
            raise InvalidRequestError(f"Input {number} is a {kind}, not a Tensor")
        pairs.append((tensor.name, tensor))
    return pairs


def _renamed(name: object, value: Any) -> Any:
    """The value; a tensor gets the name of the input."""
    if not isinstance(name, str):
        raise InvalidRequestError(f"The name of an input is {name!r}, not a text")
    if not isinstance(value, Tensor) or value.name == name:
        return value
    return value.renamed(name)
