# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Places where a value does not fit its type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

_SHOWN = 5


class Issue(Struct, frozen=True):
    """One place where a document does not fit: a JSON Pointer, what is wrong, the value there.

    Attributes:
        is_format: Whether the value is text, as it should be, but not in the declared format.
    """

    path: str
    message: str
    value: Any = None
    is_format: bool = False


class MisfitError(ValueError):
    """A document does not fit its type; `issues` lists every place."""

    issues: list[Issue]

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = list(issues)
        super().__init__(self.issues)  # pickle restores the arguments

    def __str__(self) -> str:
        texts = [
            f"{i.path}: {i.message}" if i.path else i.message
            for i in self.issues[:_SHOWN]
        ]
        more = len(self.issues) - _SHOWN
        return "; ".join(texts) + (f"; and {more} more" if more > 0 else "")


def below(path: str, step: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a member or item below a path."""
    text = str(step)
    if "~" in text or "/" in text:
        text = text.replace("~", "~0").replace("/", "~1")
    return f"{path}/{text}"
