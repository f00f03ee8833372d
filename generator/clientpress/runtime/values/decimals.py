"""Decimals; only packages of APIs with decimals have this module.

On the wire a decimal is a number, or text (`format: decimal` of a string).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from msgspec import convert

from .converting import As, Converter, Marker

DecimalNumber: TypeAlias = Annotated[Decimal, As(Decimal)]
"""A decimal that is a JSON number on the wire; a `Decimal` member without this is a string there."""


class TextDecimal(Decimal):
    """A decimal that was received as a JSON string, and is sent as one."""

    __slots__ = ()

    def __encode__(self) -> str:
        return str(self)


class AnyDecimal(Marker):
    """Stands for a decimal that is sent in the form it was received in: text or a number."""

    members = (Decimal,)
    __is_text__ = True

    @classmethod
    def __converter__(cls) -> Converter:
        def run(raw: Any) -> Decimal:
            value = convert(raw, Decimal)
            return TextDecimal(value) if raw.__class__ is str else value

        return run

    @classmethod
    def __send__(cls, value: Any) -> Any:
        return TextDecimal(value) if isinstance(value, Decimal) else value


NATIVE: Any = AnyDecimal
