# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From annotations, which are text, to types that msgspec understands.

The annotations of generated classes are text, and the names in them are imported for type checkers
only. Before the first use of a type, the texts are evaluated here, types that msgspec refuses are
replaced by markers, and the result is stored as the annotations of the class.
"""

from __future__ import annotations

import datetime as dt
import sys
import types
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from importlib import import_module
from typing import (
    Annotated,
    Any,
    ClassVar,
    ForwardRef,
    Literal,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID

from msgspec import UnsetType

from .converting import NUMBER, Late, lock, make_late, union_of
from .jsontypes import JsonValue
from .lazy import part
from .model import ApiModel, is_model

MODELS = f"{__name__.rsplit('.', 3)[0]}.models"
"""The package whose lazy exports annotations may name."""

_VOCABULARY: dict[str, Any] = {
    "Annotated": Annotated,
    "Any": Any,
    "ClassVar": ClassVar,
    "Decimal": Decimal,
    "JsonValue": JsonValue,
    "Literal": Literal,
    "UUID": UUID,
    "Union": Union,
    "UnsetType": UnsetType,
    "dt": dt,
}
PARTS = {
    "Base64Url": "values.base64url",
    "DecimalNumber": "values.decimals",
    "Discriminator": "values.marks",
    "Patterns": "values.patterns",
    "StrInt": "values.integers",
    "Unknown": "values.marks",
}
"""The modules of further names; a package has them if it needs them."""


class Scope(dict[str, Any]):
    """The names an annotation may use: of its module, of the models, of `typing` and the like.

    Builtins come last, as everywhere. A name means the same in every module of the models, so
    they share one cache of texts.
    """

    def __init__(self, module: str) -> None:
        super().__init__()
        # Not `vars`, which completes a module of models (see `models_package`).
        home = sys.modules.get(module, self)
        self._names: dict[str, Any] = object.__getattribute__(home, "__dict__")
        is_ours = module in ("", MODELS) or module.startswith(f"{MODELS}.")
        self.key = "" if is_ours else module

    def __missing__(self, name: str) -> Any:
        value = self._find(name)
        # an alias may be text too: `When: TypeAlias = "dt.datetime"`
        return ForwardRef(value) if isinstance(value, str) else value

    def _find(self, name: str) -> Any:
        if name in self._names:
            return self._names[name]
        package = _models()
        if package is not None:
            value = getattr(package, name, package)
            # a module of models may be called `list`
            if not isinstance(value, types.ModuleType):
                return value
        module = part(PARTS[name]) if name in PARTS else None
        return _VOCABULARY[name] if module is None else getattr(module, name)

    def evaluate(self, hint: Any) -> Any:
        """The object that an annotation stands for; one that is not text is returned unchanged."""
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
            return None  # the runtime without a generated package
        raise


# ------------------------------------------------------------------ models, one after the other
_queued: set[type] = set()
_queue: list[type] = []
_prepared: set[type] = {ApiModel}


def resolve(hint: Any, module: str = "") -> Any:
    """The type that msgspec gets for an annotation, with every model below it prepared.

    Models are prepared from a queue, not by recursion: schemas form chains longer than the
    recursion limit, and a model that is prepared while an alias is expanded would treat the alias
    as recursive.

    Raises:
        NameError: A name is not known.
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
        if base not in _prepared and is_model(base):
            scope = scope_of(base.__module__)
            hints = base.__annotations__.items()
            texts = {n: h for n, h in hints if isinstance(h, str) and "Literal[" in h}
            if texts:
                LISTED[base] = texts
            base.__annotations__ = {name: _native(hint, scope) for name, hint in hints}
            _prepared.add(base)


# ------------------------------------------------------------------ one annotation
LISTED: dict[type, dict[str, str]] = {}
"""The annotations of each class that list values: `Literal["a"] | str` is a plain `str` to msgspec."""

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
    """The type that `make` returns; inside itself, a recursive type is a `Late` marker."""
    if key in _expanding:
        marker = _expanding[key]
        if marker is None:
            marker = _expanding[key] = make_late(name)
        return marker
    _expanding[key] = None
    try:
        native = make()
    finally:
        late = _expanding.pop(key)
    if late is not None:
        late.target = native
    return native


_IN_PARTS: dict[Any, str] = {
    dt.datetime: "values.date_times",
    Decimal: "values.decimals",
}
"""Types whose values are sent in the form they were received in, and the modules that do this."""


def _rewrite(hint: Any, scope: Scope) -> Any:
    if hint is None:
        return type(None)
    origin: Any = get_origin(hint)
    args = get_args(hint)
    if origin is None:
        if hint is float:
            return NUMBER
        if hint in _IN_PARTS:
            module = part(_IN_PARTS[hint])
            return hint if module is None else module.NATIVE
        if is_model(hint) and hint not in _queued:
            _queued.add(hint)
            _queue.append(hint)
        return hint
    if origin is ClassVar or origin is Literal:
        return hint
    if origin is Annotated:
        inner = scope.evaluate(args[0])
        for mark in args[1:]:
            if hasattr(mark, "__native__"):
                return mark.__native__(inner, partial(_native_or_tagged, scope))
        return _native(inner, scope)
    if origin is Union or origin is types.UnionType:
        # a recursive alias in a union is expanded here, not by its name
        return _once((scope.key, hint), "Union", lambda: _union(args, scope, None))
    if not args:
        return hint
    return origin[tuple(a if a is ... else _native(a, scope) for a in args)]


def _native_or_tagged(scope: Scope, hint: Any, tag: Any = None) -> Any:
    return _native(hint, scope) if tag is None else _union([hint], scope, tag)


def _union(args: Any, scope: Scope, tag: Any) -> Any:
    flat = list(dict.fromkeys(_flatten(args, scope, set())))
    optional = [m for m in flat if m is type(None) or m is UnsetType]
    members = [
        m if m is float else _native(m, scope) for m in flat if m not in optional
    ]
    members = list(dict.fromkeys(members))
    if Any in members or object in members:
        return Any
    unions = part("values.unions")
    is_single = len(members) == 1 or set(members) == {int, float}
    if unions is None or (is_single and tag is None):
        return union_of((*members, *optional))
    return unions.combine(members, optional, tag, partial(resolve, module=scope.key))


def _flatten(args: Any, scope: Scope, seen: set[str]) -> list[Any]:
    """The members of a union; aliases of other unions are replaced by their members."""
    out: list[Any] = []
    for arg in args:
        if isinstance(arg, ForwardRef):
            arg = arg.__forward_arg__
        if isinstance(arg, str):
            if arg in seen:  # a union that names itself adds no members
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
