# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Values of types where everything is text: headers and forms."""

from __future__ import annotations

from typing import Any

import msgspec

from .annotations import resolve
from .converting import decode_hook, make_ready


def prepared(kind: Any) -> Any:
    """A type, or the text of one, as msgspec takes it."""
    native: Any = resolve(kind)
    make_ready(native)
    return native


def from_text(plain: Any, native: Any) -> Any:
    """Text, and lists and objects of texts, as a value of a type that is prepared.

    Raises ValueError for what is none.
    """
    return msgspec.convert(plain, native, strict=False, dec_hook=decode_hook)
