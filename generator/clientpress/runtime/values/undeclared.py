"""Members of answers that the document does not declare."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from .encoding import encode
from .members import is_array, is_object, sent_members, wire_names
from .pointers import follow


class UnknownMembers:
    """Members of a response that its models do not declare, with the objects they belong to.

    Collected on request, since the response is decoded twice. Objects that were edited or moved
    keep theirs; replaced and copied ones lose them.
    """

    def __init__(self, data: bytes, value: Any) -> None:
        self._kept: dict[int, tuple[Any, dict[str, Any]]] = (
            {}
        )  # the objects too: ids stay valid
        self._collect(msgspec.json.decode(data), value)

    def _collect(self, raw: Any, value: Any) -> None:
        if raw.__class__ is dict:
            if isinstance(value, Struct):
                names = wire_names(value.__class__)
                rest = {k: v for k, v in raw.items() if k not in names}
                if rest:
                    self._kept[id(value)] = value, rest
            if is_object(value):
                for wire, item in raw.items():
                    if item.__class__ is dict or item.__class__ is list:
                        self._collect(item, follow((wire,), value))
        elif raw.__class__ is list and is_array(value):
            for item, part in zip(raw, value, strict=False):
                self._collect(item, part)

    def encode(self, value: Any) -> bytes:
        """The value as JSON, with the members that its models do not declare.

        Raises:
            MisfitError: It cannot be sent; see `encode`.
        """
        return encode(self.merge(value))

    def merge(self, value: Any) -> Any:
        """The value with its models as dicts, the kept members put back."""
        if is_object(value):
            kept = self._kept.get(id(value))
            merged: dict[Any, Any] = dict(kept[1]) if kept else {}
            for wire, item in sent_members(value):
                merged[wire] = self.merge(item)
            return merged
        if is_array(value):
            return [self.merge(item) for item in value]
        return value
