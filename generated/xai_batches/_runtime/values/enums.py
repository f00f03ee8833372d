# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Enumerations that accept values which they do not list."""

from __future__ import annotations

import enum
from typing import Any


class OpenStr(enum.StrEnum):
    """String enumeration that also accepts values it does not list."""

    @classmethod
    def _missing_(cls, value: object) -> OpenStr | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_, member._value_ = "UNKNOWN", value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the client lists the value."""
        return self._value_ in type(self)._value2member_map_

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) if isinstance(other, str) else False

    __hash__ = str.__hash__
    __str__ = str.__str__

    def __reduce_ex__(self, protocol: object) -> Any:
        return type(self), (self._value_,)


class OpenInt(enum.IntEnum):
    """Integer enumeration that also accepts values it does not list."""

    @classmethod
    def _missing_(cls, value: object) -> OpenInt | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_, member._value_ = "UNKNOWN", value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the client lists the value."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, protocol: object) -> Any:
        return type(self), (self._value_,)
