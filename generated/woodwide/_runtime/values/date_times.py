# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Date-times: what a package has that receives some."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import convert

from .converting import READERS
from .repair import SECOND_TRIES

NATIVE: Any = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""What msgspec reads; date-times without an offset are made here."""


class NaiveDateTime(dt.datetime):
    """A date-time that came without an offset. It goes back in the form it came; one that a
    caller makes (a plain `datetime` without an offset) is refused instead.
    """

    _text = ""

    @classmethod
    def read(cls, text: str) -> NaiveDateTime:
        """From a text of RFC 3339 less the offset, or less the time. Raises ValueError."""
        value = cls.fromisoformat(text)
        value._text = text
        return value

    def __encode__(self) -> str:
        return self._text or self.isoformat()


_aware: Any = msgspec.defstruct("Aware", [("v", NATIVE)])
_naive: Any = msgspec.defstruct("Naive", [("v", dt.datetime)])


def _read(raw: Any) -> Any:
    try:
        return convert({"v": raw}, _aware).v
    except msgspec.ValidationError:
        convert({"v": raw}, _naive)
    return NaiveDateTime.read(raw)


READERS[NATIVE] = _read
SECOND_TRIES[dt.datetime] = NaiveDateTime.read
