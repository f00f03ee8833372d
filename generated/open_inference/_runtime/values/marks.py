# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Names in annotations of unions besides their members."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .converting import Converter
from .issues import Issue


class Discriminator:
    """Tag property of a union whose models cannot carry the tag themselves.

    Args:
        mapping: Names of models by the values of the property (str, int or bool).
    """

    __slots__ = ("mapping", "name")

    def __init__(self, name: str, mapping: Mapping[Any, str]) -> None:
        self.name = name
        self.mapping = mapping

    def __repr__(self) -> str:
        return f"Discriminator({self.name!r}, {self.mapping!r})"

    def __native__(self, hint: Any, native: Callable[..., Any]) -> Any:
        return native(hint, self)


class Unknown:
    """A value of a union that this version of the client does not know; sent back unchanged."""

    __slots__ = ("raw",)
    __match_args__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw: Any = raw

    def __repr__(self) -> str:
        return f"Unknown({self.raw!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.raw == other.raw

    def __encode__(self) -> Any:
        return self.raw

    @classmethod
    def __converter__(cls) -> Converter:
        return cls

    @classmethod
    def __repair__(
        cls, raw: Any, path: str, issues: list[Issue], is_trial: bool
    ) -> Any:
        return cls(raw)
