# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From builtins to one type, as fast as msgspec can, and the types that msgspec cannot do itself.

Such a type is a *custom type*: msgspec hands its value over as builtins, and `converter` makes
the value. Every type here is already free of text (see `annotations`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from threading import RLock
from typing import Annotated, Any, ClassVar, Union, get_args

import msgspec
from msgspec import NODEFAULT, Struct, convert, field, structs

from .model import (
    ApiModel,
    NaiveDateTime,
    OpenModel,
    StrInt,
    TextDecimal,
    Unknown,
    is_class_variable,
    layout,
)

__all__ = [
    "DATE_TIME",
    "NUMBER",
    "AnyDecimal",
    "ByKey",
    "Converter",
    "Late",
    "Marker",
    "converter",
    "decode_hook",
    "is_a",
    "is_custom",
    "lock",
    "make_ready",
]

Converter = Callable[[Any], Any]

DATE_TIME: Any = Annotated[dt.datetime, msgspec.Meta(tz=True)]
"""What msgspec shall see for a date-time: those without an offset are made here."""

NUMBER: Any = Union[int, float]  # noqa: UP007  its origin has to be Union
"""What msgspec shall see for a number: one that came as 3 stays an int, and goes back as 3."""

lock = RLock()
"""Held while models are prepared, and while msgspec reads them for the first time."""


class _AnyInstance(type):
    """msgspec checks what a hook returns with isinstance; a marker stands for other types."""

    def __instancecheck__(cls, instance: object) -> bool:
        return True


class Marker(metaclass=_AnyInstance):
    """A custom type that stands for a type msgspec refuses.

    members: the types it stands for, where that is a union.
    """

    members: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    def make_converter(cls) -> Converter:
        """What turns builtins into a value of the type it stands for."""
        raise NotImplementedError


class Late(Marker):
    """Stands for a type that is built on first use: a recursive alias, or a link of a long chain."""

    target: ClassVar[Any]

    @classmethod
    def make_converter(cls) -> Converter:
        return lambda raw: converter(cls.target)(raw)


class AnyDecimal(Marker):
    """Stands for a decimal that goes back as it came: as text, or as a number."""

    members = (Decimal,)

    @classmethod
    def make_converter(cls) -> Converter:
        def run(raw: Any) -> Decimal:
            made = convert(raw, Decimal)
            return TextDecimal(made) if raw.__class__ is str else made

        return run


class ByKey(Marker):
    """Stands for a dict whose values have different types by patterns of their keys."""

    patterns: ClassVar[tuple[tuple[re.Pattern[str], Any], ...]]
    rest: ClassVar[Any]

    @classmethod
    def type_for(cls, key: str) -> Any:
        """The type of the value of a key."""
        return next((tp for p, tp in cls.patterns if p.search(key)), cls.rest)

    @classmethod
    def make_converter(cls) -> Converter:
        def run(raw: Any) -> Any:
            if raw.__class__ is not dict:
                raise ValueError(f"Expected `object`, got `{raw.__class__.__name__}`")
            return {k: converter(cls.type_for(k))(v) for k, v in raw.items()}

        return run


def make_late(name: str) -> type[Late]:
    """A marker of its own, whose target is set later."""
    make: Any = type(Late)
    made: type[Late] = make(name, (Late,), {})
    return made


def is_a(tp: Any, classes: type | tuple[type, ...]) -> bool:
    """Whether a type is a class, and one of these."""
    return isinstance(tp, type) and issubclass(tp, classes)


def is_custom(tp: Any) -> bool:
    """Whether msgspec needs the hook for this very type."""
    return is_a(tp, (Marker, OpenModel, Unknown, StrInt))


def decode_hook(tp: Any, raw: Any) -> Any:
    """The `dec_hook` of every decoder."""
    return converter(tp)(raw)


@cache
def converter(tp: Any) -> Converter:
    """The quickest way to convert builtins to one type many times.

    It raises ValueError or `msgspec.ValidationError` for a value that does not fit.
    """
    if is_custom(tp):
        return _custom_converter(tp)
    make_ready(tp)
    target: Any = tp
    if tp == DATE_TIME:
        return _to_datetime
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


def _custom_converter(tp: Any) -> Converter:
    if issubclass(tp, Marker):
        marker: type[Marker] = tp
        return marker.make_converter()
    if issubclass(tp, OpenModel):
        return _open_converter(tp)
    return Unknown if issubclass(tp, Unknown) else _to_str_int


def _to_str_int(raw: Any) -> StrInt:
    if raw.__class__ is str or raw.__class__ is int:
        return StrInt(raw)
    raise ValueError("Expected an integer or a string of digits")


_aware: Any = msgspec.defstruct("Aware", [("v", DATE_TIME)])
_naive: Any = msgspec.defstruct("Naive", [("v", dt.datetime)])


def _to_datetime(raw: Any) -> Any:
    try:
        return convert({"v": raw}, _aware).v
    except msgspec.ValidationError:
        convert({"v": raw}, _naive)
    return NaiveDateTime.read(raw)


def _has_custom(tp: Any) -> bool:
    """Whether a type needs the hook anywhere below it."""
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


# ------------------------------------------------------------------ models with typed extras
@cache
def member_types(cls: Any) -> dict[str, Any]:
    """Types of the members of an `OpenModel`, its extras included."""
    bases = [base for base in reversed(cls.__mro__) if issubclass(base, OpenModel)]
    return {
        name: hint
        for base in bases
        for name, hint in base.__annotations__.items()
        if not is_class_variable(hint)
    }


def _open_converter(cls: Any) -> Converter:
    """An inner Struct converts the declared members, under their Python names."""
    members, extra = layout(cls)
    types = member_types(cls)
    specs: list[tuple[str, Any, Any]] = []
    for name, member in members.items():
        if member.factory is not NODEFAULT:
            specs.append((name, types[name], field(default_factory=member.factory)))
        else:
            specs.append((name, types[name], field(default=member.default)))
    convert_members = converter(msgspec.defstruct(cls.__name__, specs, kw_only=True))
    convert_extras = converter(types[extra]) if extra else None
    names = {member.wire: name for name, member in members.items()}
    renamed = any(wire != name for wire, name in names.items())

    def run(raw: Any) -> Any:
        if raw.__class__ is not dict:
            raise ValueError(f"Expected `object`, got `{raw.__class__.__name__}`")
        known = (
            {name: raw[wire] for wire, name in names.items() if wire in raw}
            if renamed
            else raw
        )
        value: Any = cls.__new__(cls)
        state: dict[str, Any] = value.__dict__
        state.update(structs.asdict(convert_members(known)))
        if convert_extras is not None:
            state[extra] = convert_extras(
                {k: v for k, v in raw.items() if k not in names}
            )
        return value

    return run


# ------------------------------------------------------------------ long chains of models
_DEPTH = 100
_built: set[type] = {ApiModel}


def make_ready(tp: Any) -> None:
    """Let msgspec read a type, once every chain of models below it is short enough.

    msgspec walks models recursively when it sees them first, and fails (or overruns the stack)
    on chains of about 900. The walk is repeated here, and a member that lies too deep becomes
    `Late`.
    """
    with lock:
        _cut_chains(tp)
        msgspec.json.Decoder(tp, dec_hook=decode_hook)


def _cut_chains(tp: Any) -> None:
    first: list[tuple[type, str, type]] = [
        (ApiModel, "", model) for model in _models_in(tp)
    ]
    path = [iter(first)]
    while path:
        step = next(path[-1], None)
        if step is None:
            path.pop()
            continue
        owner, name, model = step
        if model in _built:
            continue
        if len(path) > _DEPTH:
            hint = owner.__annotations__[name]
            if not is_custom(hint):
                owner.__annotations__[name] = link = make_late("Link")
                link.target = hint
            continue
        _built.add(model)
        path.append(iter(_links(model)))


def _links(model: type) -> list[tuple[type, str, type]]:
    """Members of a model that lead to models: the class with the member, its name, the model."""
    return [
        (base, name, target)
        for base in reversed(model.__mro__)
        if base is not ApiModel and issubclass(base, ApiModel)
        for name, hint in base.__annotations__.items()
        for target in _models_in(hint)
    ]


def _models_in(tp: Any) -> list[type]:
    if is_a(tp, ApiModel):
        return [tp]
    # beside models there are the inner Structs of an OpenModel
    parts = (
        [info.type for info in structs.fields(tp)] if is_a(tp, Struct) else get_args(tp)
    )
    return [model for part in parts for model in _models_in(part)]
