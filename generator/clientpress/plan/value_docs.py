"""What the docstring of an argument or a member says besides its description."""

from __future__ import annotations

import json

from clientpress.api.schemas import Meta

_LONGEST = 200


def value_doc(
    meta: Meta, description: str = "", *, deprecated: bool = False
) -> list[str]:
    """The parts of a documentation: description, bounds, deprecation, default.

    Args:
        meta: What the schema of the value says.
        description: Another description than the schema's.
        deprecated: Whether something else than the schema says so.
    """
    text = (description or meta.description).strip()
    parts = [text]
    # Bounds that the description has too are not said twice.
    numbers = [word for word in meta.limits.split() if word[-1:].isdigit()]
    if meta.limits and not (numbers and all(number in text for number in numbers)):
        parts.append(f"{meta.limits}.")
    if deprecated or meta.deprecated:
        parts.append("Deprecated.")
    if meta.default and meta.default[0] is not None:
        value = json.dumps(meta.default[0], ensure_ascii=False)
        parts += [f"Default: {value}."] if len(value) <= _LONGEST else []
    return [part for part in parts if part]
