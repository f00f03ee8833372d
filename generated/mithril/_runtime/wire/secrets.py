# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Values that are never printed.

Tools such as `pytest -l`, rich and error trackers print the local variables of a traceback. So no
function that may raise an error has a credential in a variable: it has an object of this module.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from msgspec import Struct

from .errors import Error

T = TypeVar("T")
P = ParamSpec("P")


class Quiet(Struct, frozen=True):
    """Base of structs that may hold credentials: their `repr` shows no member."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []  # rich would show all members


class Secret(Quiet, Generic[T], frozen=True):
    """A credential. Only `reveal` shows it; pickles hold it too."""

    _value: T

    def reveal(self) -> T:
        """The credential itself."""
        return self._value


def hides_arguments(
    init: Callable[Concatenate[T, P], None],
) -> Callable[Concatenate[T, P], None]:
    """An `__init__` whose errors have no traceback, which would hold its arguments."""

    @wraps(init)
    def wrapped(self: T, /, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            init(self, *args, **kwargs)
            return
        except Error as e:
            error = e.with_traceback(None)
            error.__context__ = None
        del args, kwargs
        raise error

    return wrapped
