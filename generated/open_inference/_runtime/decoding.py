# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Decoding of JSON documents into models.

A document is decoded by msgspec at once. Only when that fails is it read again, piece by piece
(see `repair`), so what fits pays nothing for what does not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast

import msgspec

from .annotations import resolve
from .converting import decode_hook, lock, make_ready
from .issues import Issue, MisfitError
from .repair import repair

__all__ = ["Issue", "Json", "MisfitError", "decode", "watching"]

T = TypeVar("T")

watching: ContextVar[Callable[[Any, bytes], None] | None] = ContextVar(
    "watching", default=None
)
"""Who looks at everything that is decoded, with its type."""

_TOO_DEEP = "The document is nested too deeply"


class Json(Generic[T]):
    """A decoder for one type.

    The type is usually text (`Json("list[Pet]")`), evaluated at the first call in the package of
    models, so that no model is loaded before it is needed; the declared type of the variable or
    argument tells checkers what `T` is. Threads may share a decoder.
    """

    __slots__ = ("_run", "_type")

    def __init__(self, tp: object) -> None:
        self._type: Any = tp
        self._run: Callable[[bytes], Any] | None = None

    def __repr__(self) -> str:
        return f"Json({self._type!r})"

    def decode(self, data: bytes, issues: list[Issue] | None = None) -> T:
        """Decode a document.

        Raises MisfitError if the document does not fit. Text that is only not of its format (a
        date-time in another notation) is kept as text: to JSON Schema, a format is a note. With
        `issues` given, the places below the top that do not fit are listed there instead:
        attributes then hold raw values, and None for missing required members, whatever their
        annotations say.
        """
        run = self._run or self._load()
        watcher = watching.get()
        if watcher is not None:
            watcher(self._type, data)
        try:
            return cast(T, run(data))
        except RecursionError:
            message = _TOO_DEEP
        except (msgspec.DecodeError, ValueError) as e:
            # not the exception: its traceback would keep this frame, and all of the document
            message = str(e)
        if message is _TOO_DEEP:
            raise MisfitError([Issue("", message)])
        return cast(T, self._decode_slowly(data, message, issues))

    def _load(self) -> Callable[[bytes], Any]:
        with lock:
            if self._run is None:
                native = resolve(self._type)
                make_ready(native)
                self._run = msgspec.json.Decoder(native, dec_hook=decode_hook).decode
                self._type = native
            return self._run

    def _decode_slowly(
        self, data: bytes, message: str, issues: list[Issue] | None
    ) -> Any:
        found: list[Issue] = []
        try:
            raw = json.loads(data)
            value = repair(self._type, raw, "", found)
        except RecursionError:
            found, issues = [Issue("", _TOO_DEEP)], None
            value = None
        except ValueError:
            found, issues = [Issue("", message)], None
            value = None
        fatal = [issue for issue in found if not issue.is_format]
        if fatal and (issues is None or any(not issue.path for issue in fatal)):
            raise MisfitError(found)
        if issues is not None:
            issues += found
        return value


_decoders: dict[Any, Json[Any]] = {}


def decode(data: bytes, tp: type[T], issues: list[Issue] | None = None) -> T:
    """Decode a document into a class named by hand; see `Json.decode`."""
    found = _decoders.get(tp)
    if found is None:
        found = _decoders[tp] = Json(tp)
    return cast(T, found.decode(data, issues))
