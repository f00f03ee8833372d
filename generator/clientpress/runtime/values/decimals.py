"""Decimals: what a package has whose API has some.

On the wire a decimal is a number, or text (`format: decimal` of a string).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from msgspec import convert

from .converting import Converter, Marker
from .kinds import is_list, is_tuple
from .members import is_object, sent_members


class _AsNumber:
    """Marks a decimal that is a JSON number."""

    def __native__(self, hint: Any, native: Any) -> Any:
        return Decimal


DecimalNumber: TypeAlias = Annotated[Decimal, _AsNumber()]
"""A decimal that is a JSON number on the wire; a `Decimal` member without this is a string there."""


class TextDecimal(Decimal):
    """A decimal that came as a JSON string, and goes back as one."""

    __slots__ = ()

    def __encode__(self) -> str:
        return str(self)


class AnyDecimal(Marker):
    """Stands for a decimal that goes back as it came: as text, or as a number."""

    members = (Decimal,)
    __is_text__ = True

    @classmethod
    def __converter__(cls) -> Converter:
        def run(raw: Any) -> Decimal:
            value = convert(raw, Decimal)
            return TextDecimal(value) if raw.__class__ is str else value

        return run


NATIVE: Any = AnyDecimal


def with_text_decimals(value: Any, names: Sequence[str], is_text: bool = False) -> Any:
    """The value with the decimals that are strings on the wire: those of members with these
    names, and those in lists and dicts that such members hold; "" stands for the value itself.
    """
    if isinstance(value, Decimal):
        return TextDecimal(value) if is_text else value
    if is_object(value):
        return {
            wire: with_text_decimals(item, names, is_text or wire in names)
            for wire, item in sent_members(value)
        }
    if is_list(value):
        return [with_text_decimals(item, names, is_text) for item in value]
    if is_tuple(value):
        return tuple(with_text_decimals(item, names, is_text) for item in value)
    return value
