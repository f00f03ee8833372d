"""Dicts whose values have different types by patterns of their keys (`patternProperties`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from .converting import Converter, Marker, converter
from .issues import Issue, below
from .repair import repair


class Patterns:
    """Types of the values of a dict by patterns of their keys, as text.

    The first pattern that matches a key decides; `rest` is for keys that match no pattern.
    """

    __slots__ = ("rest", "types")

    def __init__(self, types: Mapping[str, str], rest: str) -> None:
        self.types = types
        self.rest = rest

    def __repr__(self) -> str:
        return f"Patterns({self.types!r}, {self.rest!r})"

    def __native__(self, hint: Any, native: Callable[[Any], Any]) -> Any:
        types = {re.compile(p, re.ASCII): native(tp) for p, tp in self.types.items()}
        body = {"patterns": tuple(types.items()), "rest": native(self.rest)}
        return type("ByKey", (ByKey,), body)


class ByKey(Marker):
    """Stands for a dict whose values have different types by patterns of their keys."""

    __kinds__: ClassVar[frozenset[str]] = frozenset({"object"})
    patterns: ClassVar[tuple[tuple[re.Pattern[str], Any], ...]]
    rest: ClassVar[Any]

    @classmethod
    def type_for(cls, key: str) -> Any:
        """The type of the value of a key."""
        return next((tp for p, tp in cls.patterns if p.search(key)), cls.rest)

    @classmethod
    def __converter__(cls) -> Converter:
        def run(raw: Any) -> Any:
            if raw.__class__ is not dict:
                raise ValueError(f"Expected `object`, got `{raw.__class__.__name__}`")
            return {k: converter(cls.type_for(k))(v) for k, v in raw.items()}

        return run

    @classmethod
    def __repair__(
        cls, raw: Any, path: str, issues: list[Issue], is_trial: bool
    ) -> Any:
        if raw.__class__ is not dict:
            return NotImplemented
        return {
            k: repair(cls.type_for(k), v, below(path, k), issues, is_trial)
            for k, v in raw.items()
        }
