# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The error of tensors."""

from __future__ import annotations

from ..wire.errors import DataError


class TensorError(DataError):
    """The elements of a tensor do not fit its datatype or shape."""
