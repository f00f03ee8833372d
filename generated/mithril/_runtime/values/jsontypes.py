# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Free-form JSON as a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    JsonValue: TypeAlias = (
        dict[str, "JsonValue"] | list["JsonValue"] | str | int | float | bool | None
    )
    """Any JSON value."""
else:
    # The members of a real union would become members of the unions that name it
    # (`Cat | JsonValue`); the decoder needs one member that accepts everything.
    JsonValue = Any
