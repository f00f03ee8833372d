"""The bounds of values in words (JSON Schema 2020-12 validation, sections 6.2 to 6.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientpress.parse.extensions.common import is_number

_SHORT = 60


def limits_of(words: Mapping[str, Any]) -> str:
    """What a Schema Object says about the size of values: `1 to 64 characters`; empty for nothing.

    Args:
        words: Its keywords, in the form of 3.2.
    """
    told = [_bounds(words, "minimum", "maximum", "")]
    for kind, unit in (("Length", " characters"), ("Items", " items")):
        told.append(_bounds(words, f"min{kind}", f"max{kind}", unit))
    for key, text in (
        ("exclusiveMinimum", "more than"),
        ("exclusiveMaximum", "less than"),
    ):
        if is_number(words.get(key)):
            told.append(f"{text} {words[key]}")
    if is_number(words.get("multipleOf")):
        told.append(f"a multiple of {words['multipleOf']}")
    pattern = words.get("pattern")
    if isinstance(pattern, str) and len(pattern) <= _SHORT and pattern.isprintable():
        told.append(f"matches `{pattern}`" if "`" not in pattern else "")
    text = ", ".join(part for part in told if part)
    return text[:1].upper() + text[1:]


def _bounds(words: Mapping[str, Any], low: str, high: str, unit: str) -> str:
    least, most = words.get(low), words.get(high)
    if is_number(least) and is_number(most):
        return f"exactly {least}{unit}" if least == most else f"{least} to {most}{unit}"
    if is_number(most):
        return f"at most {most}{unit}"
    # That texts and lists are not empty says little.
    if is_number(least) and not (unit and least <= 1):
        return f"at least {least}{unit}"
    return ""
