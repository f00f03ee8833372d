"""What the operations of an app were called with, as the framework handed it to them."""

from __future__ import annotations

import json
from typing import Any

_notes: list[dict[str, Any]] = []


def note(**values: Any) -> None:
    """Remember what a call was given; called once by every operation."""
    _notes.append(values)


def take() -> str:
    """What was noted since the last time, as JSON."""
    taken = json.dumps(_notes, default=_plain)
    _notes.clear()
    return taken


def _plain(value: Any) -> Any:
    """A value of a framework's own type as JSON: models by their members, the rest as text."""
    for name in ("model_dump", "dict", "__dataclass_fields__"):
        if hasattr(value, name):
            return vars(value) if name.startswith("_") else getattr(value, name)()
    if hasattr(value, "__struct_fields__"):
        return {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    if hasattr(value, "value"):  # an enumeration
        return value.value
    return str(value)
