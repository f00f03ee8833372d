# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From builtins to one type, as fast as msgspec can, and the types that msgspec cannot convert.

Such a type is a *custom type*: msgspec gives its value as builtins, and its `__converter__`
converts them. All annotations are evaluated already (see `annotations`). A custom type may
have further methods and constants:

- `__repair__` converts the parts of a value that does not fit (see `repair`);
- `__kinds__` are the JSON kinds of its values;
- `__is_text__` says that its values are text of some format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from threading import RLock
from typing import Any, ClassVar, Union, cast, get_args

import msgspec
from msgspec import Struct, convert, structs

from .lazy import part

Converter = Callable[[Any], Any]

NUMBER: Any = Union[int, float]  # noqa: UP007  its origin has to be Union
"""The type that msgspec gets for a number: 3 is read as an int, and sent as 3."""

READERS: dict[Any, Converter] = {}
"""Converters that are used instead of msgspec's, by type."""

lock = RLock()
"""Held while models are prepared, and while msgspec reads their types for the first time."""


class _AnyInstance(type):
    """msgspec checks what a hook returns with isinstance; a marker stands for other types."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class Marker(metaclass=_AnyInstance):
    """A custom type that stands for a type msgspec refuses.

    Attributes:
        members: The types it stands for, where that is a union.
    """

    members: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    def __converter__(cls) -> Converter:
        """A function that converts builtins to the type it stands for."""
        raise NotImplementedError


class As:
    """Annotates a type with the type that msgspec gets for it."""

    def __init__(self, native: Any) -> None:
        self._native = native

    def __native__(self, hint: Any, native: Callable[[Any], Any]) -> Any:
        return self._native


class Late(Marker):
    """Stands for a type that is built on first use: a recursive alias, or a link of a long chain."""

    target: ClassVar[Any]

    @classmethod
    def __converter__(cls) -> Converter:
        return lambda raw: converter(cls.target)(raw)


def make_late(name: str) -> type[Late]:
    """A new marker, whose target is set later."""
    make: Any = type(Late)
    marker: type[Late] = make(name, (Late,), {})
    return marker


def is_a(tp: Any, classes: type | tuple[type, ...]) -> bool:
    """Whether a type is a class, and one of these."""
    return isinstance(tp, type) and issubclass(tp, classes)


def union_of(members: Iterable[Any]) -> Any:
    """The union of some types."""
    make: Any = Union
    return make[tuple(members)]


def is_custom(tp: Any) -> bool:
    """Whether msgspec needs the hook for this type itself."""
    return isinstance(tp, type) and hasattr(tp, "__converter__")


def decode_hook(tp: Any, raw: Any) -> Any:
    """The `dec_hook` of every decoder."""
    return converter(tp)(raw)


@cache
def converter(tp: Any) -> Converter:
    """The fastest function that converts builtins to one type.

    For a value that does not fit, it raises ValueError or `msgspec.ValidationError`.
    """
    if is_custom(tp):
        return cast("Converter", tp.__converter__())
    make_ready(tp)
    target: Any = tp
    if tp in READERS:
        return READERS[tp]
    hook = decode_hook if _has_custom(tp) else None  # a hook makes convert() slower
    if is_a(tp, Struct):
        if hook is None:
            return lambda raw: convert(raw, target)
        return lambda raw: convert(raw, target, dec_hook=hook)
    # convert() rebuilds its plan at every call unless the target is a Struct
    box: Any = msgspec.defstruct("Box", [("v", target)])
    if hook is None:
        return lambda raw: convert({"v": raw}, box).v
    return lambda raw: convert({"v": raw}, box, dec_hook=hook).v


def _has_custom(tp: Any) -> bool:
    """Whether a type, or a type inside it, needs the hook."""
    todo: list[Any] = [tp]
    seen: set[Any] = set()
    while todo:
        tp = todo.pop()
        if is_custom(tp):
            return True
        if tp not in seen:
            seen.add(tp)
            if is_a(tp, Struct):
                todo += [info.type for info in structs.fields(tp)]
            else:
                todo += get_args(tp)
    return False


def make_ready(tp: Any) -> None:
    """Cut long chains of models below a type, then let msgspec read the type."""
    with lock:
        chains = part("values.chains")
        if chains is not None:
            chains.cut(tp)
        msgspec.json.Decoder(tp, dec_hook=decode_hook)
