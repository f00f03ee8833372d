# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From annotation texts to types that msgspec understands.

Generated classes are plain: their annotations are text, and what they name is imported for
checkers only. Before a type is used first, the texts are evaluated here, what msgspec refuses is
replaced by markers, and the result is stored as the annotations of the class.
"""

from __future__ import annotations

import datetime
import re
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import (
    Annotated,
    Any,
    ClassVar,
    ForwardRef,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID

from msgspec import UNSET, UnsetType

from . import model
from .converting import (
    DATE_TIME,
    NUMBER,
    AnyDecimal,
    ByKey,
    Late,
    is_a,
    lock,
    make_late,
)
from .jsontypes import JsonValue
from .model import (
    ApiModel,
    DecimalNumber,
    Discriminator,
    OpenModel,
    Patterns,
    Unknown,
)
from .shapes import note_literals
from .unions import OPEN, combine, union_of

__all__ = ["resolve"]

MODELS = f"{__name__.rsplit('.', 3)[0]}.models"
"""The package whose lazy exports annotations may name."""

_VOCABULARY: dict[str, Any] = {
    **{name: getattr(model, name) for name in model.__all__},
    "Annotated": Annotated,
    "Any": Any,
    "ClassVar": ClassVar,
    "Decimal": Decimal,
    "JsonValue": JsonValue,
    "Literal": Literal,
    "TypeAlias": TypeAlias,
    "UUID": UUID,
    "UNSET": UNSET,
    "Union": Union,
    "dt": datetime,
}


class Scope(dict[str, Any]):
    """The names an annotation may use: its module's, the models', the usual ones.

    Builtins come last, as everywhere. A name means the same in every module of the models, so
    they share one cache of texts.
    """

    def __init__(self, module: str) -> None:
        super().__init__()
        self._names: dict[str, Any] = (
            vars(sys.modules[module]) if module in sys.modules else {}
        )
        is_ours = module in ("", MODELS) or module.startswith(f"{MODELS}.")
        self.key = "" if is_ours else module

    def __missing__(self, name: str) -> Any:
        found = self._find(name)
        # an alias may be text too: `When: TypeAlias = "dt.datetime"`
        return ForwardRef(found) if isinstance(found, str) else found

    def _find(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        package = _models()
        if package is not None:
            found = getattr(package, name, package)
            # a module of models may be called `list`
            if not isinstance(found, types.ModuleType):
                return found
        return _VOCABULARY[name]

    def evaluate(self, hint: Any) -> Any:
        """The object that an annotation stands for; an annotation that is not text is returned as it is."""
        if isinstance(hint, ForwardRef):
            hint = hint.__forward_arg__
        if not isinstance(hint, str):
            return hint
        return eval(hint, {}, self)  # noqa: S307  text that the generator wrote


@cache
def scope_of(module: str) -> Scope:
    """The names that annotations in a module may use; "" stands for text outside of a class."""
    return Scope(module)


@cache
def _models() -> types.ModuleType | None:
    try:
        return import_module(MODELS)
    except ModuleNotFoundError as e:
        if e.name is not None and (e.name == MODELS or MODELS.startswith(f"{e.name}.")):
            return None  # a runtime that stands alone
        raise


# ------------------------------------------------------------------ models, one after the other
_queued: set[type] = set()
_queue: list[type] = []
_prepared: set[type] = {ApiModel, OpenModel}


def resolve(hint: Any, module: str = "") -> Any:
    """The type msgspec shall see for an annotation, with every model below it prepared.

    Raises NameError for a name that nobody knows. Models are prepared from a queue, not by
    recursion: schemas form chains longer than the recursion limit, and a model that is prepared
    while an alias is being expanded would take the alias for a recursive one.
    """
    with lock:
        native = _native(hint, scope_of(module))
        while _queue:
            cls = _queue.pop()
            try:
                _prepare(cls)
            except BaseException:
                _queue.append(cls)
                raise
        return native


def _prepare(cls: type) -> None:
    """Replace the annotations of a model and its bases, once."""
    for base in cls.__mro__:
        if base not in _prepared and issubclass(base, (ApiModel, OpenModel)):
            scope = scope_of(base.__module__)
            hints = base.__annotations__.items()
            note_literals(base, base.__annotations__)
            base.__annotations__ = {name: _native(hint, scope) for name, hint in hints}
            _prepared.add(base)


# ------------------------------------------------------------------ one annotation
_texts: dict[tuple[str, str], Any] = {}
_expanding: dict[tuple[str, Any], type[Late] | None] = {}


def _native(hint: Any, scope: Scope) -> Any:
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if not isinstance(hint, str):
        return _rewrite(hint, scope)
    key = scope.key, hint
    if key in _texts:
        return _texts[key]
    value = scope.evaluate(hint)
    if isinstance(value, ForwardRef):
        _texts[key] = native = _native(value, scope)
        return native
    if isinstance(value, type):
        _texts[key] = native = _rewrite(value, scope)
        return native
    _texts[key] = native = _once(key, hint, lambda: _rewrite(value, scope))
    return native


def _once(key: tuple[str, Any], name: str, make: Callable[[], Any]) -> Any:
    """What `make` gives; a type that is met again while it is being made is recursive, and gets a late marker."""
    if key in _expanding:
        found = _expanding[key]
        if found is None:
            found = _expanding[key] = make_late(name)
        return found
    _expanding[key] = None
    try:
        native = make()
    finally:
        late = _expanding.pop(key)
    if late is not None:
        late.target = native
    return native


_AS_SENT: dict[Any, Any] = {
    datetime.datetime: DATE_TIME,
    float: NUMBER,
    Decimal: AnyDecimal,
}
"""What msgspec shall see for types whose values go back in the form they came."""


def _rewrite(hint: Any, scope: Scope) -> Any:
    if hint is None:
        return type(None)
    origin: Any = get_origin(hint)
    args = get_args(hint)
    if origin is None:
        if hint in _AS_SENT:
            return _AS_SENT[hint]
        if is_a(hint, (ApiModel, OpenModel)) and hint not in _queued:
            _queued.add(hint)
            _queue.append(hint)
        return hint
    if origin is ClassVar or origin is Literal:
        return hint
    if hint == DecimalNumber:
        return Decimal
    if origin is Annotated:
        patterns = next((m for m in args[1:] if isinstance(m, Patterns)), None)
        if patterns is not None:
            return _by_key(patterns, scope)
        tag = next((m for m in args[1:] if isinstance(m, Discriminator)), None)
        inner = scope.evaluate(args[0])
        return _native(inner, scope) if tag is None else _union([inner], scope, tag)
    if origin is Union or origin is types.UnionType:
        # a union may hold a recursive alias, which is taken apart here and not by its name
        return _once((scope.key, hint), "Union", lambda: _union(args, scope, None))
    if not args:
        return hint
    return origin[tuple(a if a is ... else _native(a, scope) for a in args)]


def _by_key(patterns: Patterns, scope: Scope) -> Any:
    types = patterns.types.items()
    body = {
        "patterns": tuple(
            (re.compile(p, re.ASCII), _native(text, scope)) for p, text in types
        ),
        "rest": _native(patterns.rest, scope),
    }
    return type("ByKey", (ByKey,), body)


def _union(args: Any, scope: Scope, tag: Discriminator | None) -> Any:
    flat = list(dict.fromkeys(_flatten(args, scope, set())))
    optional = [m for m in flat if m is type(None) or m is UnsetType]
    if any(get_origin(m) is Literal and None in get_args(m) for m in flat):
        optional.append(type(None))
    members = [
        m if m is float else _native(m, scope)
        for m in flat
        if m not in optional and m is not Unknown
    ]
    members = list(dict.fromkeys(members))
    choice = combine(
        members,
        is_open=Unknown in flat,
        tag=tag,
        resolve=lambda name: resolve(name, scope.key),
    )
    if choice is Any or not optional:
        return choice
    if OPEN in get_args(choice):  # msgspec wants the whole union inside
        return Annotated[union_of((get_args(choice)[0], *optional)), OPEN]
    return union_of((choice, *optional))


def _flatten(args: Any, scope: Scope, seen: set[str]) -> list[Any]:
    """The members of a union; aliases for further unions are taken apart."""
    out: list[Any] = []
    for arg in args:
        if isinstance(arg, ForwardRef):
            arg = arg.__forward_arg__
        if isinstance(arg, str):
            if arg in seen:  # a union that names itself has no further members
                continue
            seen.add(arg)
        value = scope.evaluate(arg)
        if get_origin(value) in (Union, types.UnionType):
            out += _flatten(get_args(value), scope, seen)
        elif value is float:
            out += get_args(NUMBER)
        else:
            out.append(type(None) if value is None else value)
    return out
