# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Data frames of any library: pandas, polars, pyarrow, DuckDB."""

from __future__ import annotations

from typing import Any

from ..values.kinds import is_collection, is_mapping
from ..wire.optional import require


def is_frame(value: object) -> bool:
    """Whether a value is a data frame."""
    if is_mapping(value) or is_collection(value):
        return False
    return _has_columns(value) or (
        hasattr(value, "__arrow_c_stream__") and not hasattr(value, "__array__")
    )


def _has_columns(value: object) -> bool:
    return hasattr(value, "columns") and hasattr(value, "__getitem__")


def columns_of(frame: Any) -> dict[str, Any]:
    """The columns of a data frame by name."""
    if _has_columns(frame):
        names: Any = getattr(frame, "column_names", frame.columns)
        return {str(name): frame[name] for name in names}
    table = require("pyarrow", "tables").table(frame)
    return {name: table[name] for name in table.column_names}
