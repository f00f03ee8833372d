# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Decoding of JSON documents into models.

A document is decoded by msgspec in one step. Only if that fails, it is read again, part by part
(see `repair`), so documents that fit cost nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Generic, TypeVar, cast

import msgspec
from msgspec import Struct, structs

from .annotations import resolve
from .converting import decode_hook, is_a, lock, make_ready
from .issues import Issue, MisfitError
from .jsontypes import JsonValue
from .kinds import is_dict
from .repair import repair

T = TypeVar("T")

watching: ContextVar[Callable[[Any, bytes], None] | None] = ContextVar(
    "watching", default=None
)
"""A function that gets the type and the bytes of everything that is decoded."""

_TOO_DEEP = "The document is nested too deeply"


_LOOSE: tuple[object, ...] = (JsonValue, "JsonValue", str, "str", "str | None")


class Json(Generic[T]):
    """A decoder for one type.

    The type is usually text (`Json("list[Pet]")`), which is evaluated at the first call in the
    package of models, so that no model is loaded before it is needed; type checkers know `T` from
    the declared type of the variable or argument. Threads may share a decoder.
    """

    __slots__ = ("_blank", "_hint", "_names", "_run", "_type", "is_any", "is_loose")

    def __init__(self, tp: object) -> None:
        self._hint = tp
        self._type: Any = tp
        self._run: Callable[[bytes], Any] | None = None
        self._names: set[str] | None = None
        self._blank: Any = None
        self.is_loose: bool = tp in _LOOSE
        """Whether the body may be something else than JSON: its type is not declared, or is text."""
        self.is_any: bool = tp in _LOOSE[:2]
        """Whether the type is not declared."""

    def __repr__(self) -> str:
        return f"Json({self._hint!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Json, (self._hint,)  # msgspec's decoder cannot be pickled

    def decode(self, data: bytes, issues: list[Issue] | None = None) -> T:
        """Decode a document.

        Text that does not have its format (a date-time in another notation) is kept as text: in
        JSON Schema, a format is an annotation.

        Args:
            issues: Gets the places below the top that do not fit, instead of an error. Attributes
                then hold raw values, and None for missing required members, whatever their
                annotations are.

        Raises:
            MisfitError: The document does not fit.
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
            # not the exception: its traceback would keep this frame, and with it the document
            message = str(e)
        if message is _TOO_DEEP:
            raise MisfitError([Issue("", message)])
        return cast(T, self._decode_slowly(data, message, issues))

    def _load(self) -> Callable[[bytes], Any]:
        with lock:
            if self._run is None:
                native = prepared(self._type)
                self._run = msgspec.json.Decoder(native, dec_hook=decode_hook).decode
                self._type = native
                if is_a(native, Struct):
                    fields = structs.fields(native)
                    self._names = {field.encode_name for field in fields}
                    if not any(field.required for field in fields):
                        self._blank = native()
            return self._run

    def is_other(self, value: Any, data: bytes, issues: list[Issue]) -> bool:
        """Whether a document is an object of another kind: the model knows none of its members.

        Args:
            value: The decoded document.
            issues: The places that do not fit.
        """
        if not issues and (self._blank is None or value != self._blank):
            return False  # the usual case; the document is not read twice
        if self._names is None:
            return False
        raw: Any = json.loads(data)  # accepts NaN, as `repair` does
        return is_dict(raw) and bool(raw) and self._names.isdisjoint(raw)

    def _decode_slowly(
        self, data: bytes, message: str, issues: list[Issue] | None
    ) -> Any:
        places: list[Issue] = []
        try:
            raw = json.loads(data)
            value = repair(self._type, raw, "", places)
        except RecursionError:
            places, issues = [Issue("", _TOO_DEEP)], None
            value = None
        except ValueError:
            places, issues = [Issue("", message)], None
            value = None
        fatal = [issue for issue in places if not issue.is_format]
        if fatal and (issues is None or any(not issue.path for issue in fatal)):
            raise MisfitError(places)
        if issues is not None:
            issues += places
        return value


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
