# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Integers of 64 bits that are sent as text."""

from __future__ import annotations

from typing import ClassVar

from .converting import Converter


class StrInt(int):
    """An integer that is a JSON string on the wire; the decoder accepts numbers too."""

    __kinds__: ClassVar[frozenset[str]] = frozenset({"string", "number"})
    __is_text__ = True

    def __encode__(self) -> str:
        return int.__repr__(self)

    @classmethod
    def __converter__(cls) -> Converter:
        return _read


def _read(raw: object) -> StrInt:
    if isinstance(raw, (str, int)) and not isinstance(raw, bool):
        return StrInt(raw)
    raise ValueError("Expected an integer or a string of digits")
