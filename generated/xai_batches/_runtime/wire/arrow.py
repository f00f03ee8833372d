# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The only place that imports pyarrow.

pyarrow has no types for a strict type checker, so its modules are `Any` here, and objects that
callers get have Protocols.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard, runtime_checkable

from .optional import require


@runtime_checkable
class ArrowStream(Protocol):
    """Anything with the Arrow C stream interface: a pyarrow, polars or pandas table, a DuckDB relation."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A PyCapsule with an ArrowArrayStream."""
        ...


class ArrowTable(ArrowStream, Protocol):
    """The part of `pyarrow.Table` that callers mostly need."""

    @property
    def num_rows(self) -> int:
        """Number of rows."""
        ...

    @property
    def column_names(self) -> list[str]:
        """Names of the columns."""
        ...

    @property
    def schema(self) -> Any:
        """The `pyarrow.Schema`."""
        ...

    def column(self, i: int | str) -> Any:
        """A column, a `pyarrow.ChunkedArray`."""
        ...

    def slice(self, offset: int = 0, length: int | None = None) -> ArrowTable:
        """Some of the rows, without a copy."""
        ...

    def to_pandas(self, **options: Any) -> Any:
        """A `pandas.DataFrame`."""
        ...

    def to_pydict(self) -> dict[str, list[Any]]:
        """Lists by column."""
        ...

    def to_pylist(self) -> list[dict[str, Any]]:
        """Dicts by row."""
        ...


def is_stream(value: object) -> TypeGuard[ArrowStream]:
    """Whether a value has the Arrow C stream interface."""
    return isinstance(value, ArrowStream)


def arrow() -> Any:
    """`pyarrow`.

    Raises:
        ConfigurationError: It is not installed; so for all functions here.
    """
    return require("pyarrow", "tables")


def compute() -> Any:
    """`pyarrow.compute`."""
    return require("pyarrow.compute", "tables")


def arrow_csv() -> Any:
    """`pyarrow.csv`."""
    return require("pyarrow.csv", "tables")


def parquet() -> Any:
    """`pyarrow.parquet`."""
    return require("pyarrow.parquet", "tables")


def arrow_errors() -> tuple[type[Exception], ...]:
    """The exceptions that pyarrow raises for bad data, for an `except` clause."""
    return (arrow().ArrowException, MemoryError, OSError, OverflowError, ValueError)
