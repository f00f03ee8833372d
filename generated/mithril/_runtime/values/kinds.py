# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Checks of what a value is, which type checkers understand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    """Whether it is a mapping."""
    return isinstance(value, Mapping)


def is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    """Whether it is a dict."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether it is a list."""
    return isinstance(value, list)


def is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    """Whether it is a tuple."""
    return isinstance(value, tuple)


def is_collection(value: object) -> TypeGuard[list[Any]]:
    """Whether it is sent as an array: a list, tuple or set."""
    return isinstance(value, (list, tuple, set, frozenset))


def is_iterable(value: object) -> TypeGuard[Iterable[Any]]:
    """Whether it is iterable, and not a mapping."""
    return isinstance(value, Iterable) and not isinstance(value, Mapping)


def is_finite(value: float | Decimal) -> bool:
    """Whether a number is neither infinite nor NaN."""
    return value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)


def plain_scalar(value: Any) -> Any:
    """A scalar of numpy as a bool, int, float or text; every other value unchanged."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        scalar = value.item()
        if isinstance(scalar, (bool, int, float, str)):
            return scalar
    return value
