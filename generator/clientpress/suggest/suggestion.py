"""What is found in a document, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clientpress.diagnostics import Place

SURE = 0.75
"""From this confidence on a suggestion is applied. Others are written as comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An addition to a document.

    Attributes:
        kind: What it is about, in one word: `pagination`, `stream`, …
        place: The object that it is added to.
        update: The members that are merged into this object.
        evidence: What decided, in words; each has the place or the members that it is about.
        confidence: How sure it is, from 0 to 1.
    """

    kind: str
    place: Place
    update: dict[str, Any]
    evidence: tuple[str, ...]
    confidence: float

    @property
    def is_sure(self) -> bool:
        """Whether it is applied without being asked about."""
        return self.confidence >= SURE
