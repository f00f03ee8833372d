# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Values whose parts are all text: headers and forms."""

from __future__ import annotations

from typing import Any

import msgspec

from .annotations import resolve
from .converting import decode_hook, make_ready


def prepared(kind: Any) -> Any:
    """A type, or the text of one, in the form that msgspec needs."""
    native: Any = resolve(kind)
    make_ready(native)
    return native


def from_text(plain: Any, native: Any) -> Any:
    """Convert text, or lists and objects of text, to a prepared type.

    Raises:
        ValueError: It does not fit the type.
    """
    return msgspec.convert(plain, native, strict=False, dec_hook=decode_hook)
