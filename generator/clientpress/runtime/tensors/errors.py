"""What is wrong with tensors."""

from __future__ import annotations

from ..wire.errors import DataError

__all__ = ["TensorError"]


class TensorError(DataError):
    """A tensor is not what its datatype and shape say."""
