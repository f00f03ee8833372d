# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Date-times in answers; only packages that receive date-times have this module."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from msgspec import convert

from .converting import READERS
from .repair import SECOND_TRIES

NATIVE: Any = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""What msgspec reads; date-times without an offset are read here."""


class NaiveDateTime(dt.datetime):
    """A date-time that was received without an offset, and is sent in the same form.

    A plain `datetime` without an offset, which a caller made, cannot be sent.
    """

    _text = ""

    @classmethod
    def read(cls, text: str) -> NaiveDateTime:
        """Read a date-time of RFC 3339 without its offset, or a date.

        Raises:
            ValueError: The text is something else.
        """
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
