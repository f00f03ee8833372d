# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Unions in the form that msgspec needs; only packages of APIs with unions have this module.

A union that msgspec accepts (members of different JSON kinds, models with one tag property) is not
changed. Every other one becomes a marker, whose members are distinguished by `choosing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Struct

from .choosing import OneOf
from .converting import is_a, is_custom, union_of
from .json_kinds import KIND_OF, OBJECT, kinds
from .marks import Discriminator, Unknown
from .repair import is_tag


class _Open:
    """Marks a native union that has `Unknown` too."""

    def __repr__(self) -> str:
        return "OPEN"

    def __variants__(self, tp: Any, raw: Any) -> list[Any]:
        members = get_args(tp) if get_origin(tp) is Union else (tp,)
        fit = [m for m in members if KIND_OF[raw.__class__] in kinds(m)]
        if raw.__class__ is dict:
            fit = [m for m in fit if is_a(m, Struct) and _has_tag(m, raw)]
        return fit or ([] if raw is None else [Unknown])


_OPEN = _Open()


def fitting(members: Sequence[Any], raw: Any) -> list[Any]:
    """The members of a native union that a value may have as its type."""
    fit = [m for m in members if KIND_OF[raw.__class__] in kinds(m)]
    models = [m for m in fit if is_a(m, Struct)]
    if raw.__class__ is dict and len(models) > 1:
        return [m for m in models if _has_tag(m, raw)]
    return fit


def _has_tag(model: Any, raw: dict[str, Any]) -> bool:
    config = model.__struct_config__
    return is_tag(raw.get(config.tag_field), config.tag)


def combine(
    members: Sequence[Any],
    optional: Sequence[Any],
    tag: Discriminator | None,
    resolve: Callable[[str], Any],
) -> Any:
    """The type that msgspec gets for a union.

    Args:
        members: Its members without `None` and `UnsetType`.
        optional: Those of the two that it has.
        tag: The discriminator of the document, if it has one.
        resolve: Finds a model by name.
    """
    if any(get_origin(m) is Literal and None in get_args(m) for m in members):
        optional = (*optional, type(None))
    known = [m for m in members if m is not Unknown]
    choice = _combine(known, Unknown in members, tag, resolve)
    if choice is Any or not optional:
        return choice
    if _OPEN in get_args(choice):  # msgspec wants the whole union inside
        return Annotated[union_of((get_args(choice)[0], *optional)), _OPEN]
    return union_of((choice, *optional))


def _combine(
    members: Sequence[Any],
    is_open: bool,
    tag: Discriminator | None,
    resolve: Callable[[str], Any],
) -> Any:
    """A union without null; `is_open` if it has `Unknown`."""
    members = _merge_literals(members)
    if Any in members or object in members:
        return Any
    if not members:
        return Unknown
    if tag is None:
        models = [m for m in members if is_a(m, Struct)]
        tagged = _share_a_tag(models)
        if len(members) == 1 and not is_open:
            return members[0]
        if _distinct(members, models if tagged else []) and not any(
            map(is_custom, members)
        ):
            if not is_open:
                return union_of(members)
            if tagged and len(models) == len(members):
                return Annotated[union_of(members), _OPEN]
    return _marker(tuple(members), is_open, tag, resolve)


def _merge_literals(members: Sequence[Any]) -> list[Any]:
    """The members with at most one Literal, without values of plain types that are members too."""
    values = [v for m in members if get_origin(m) is Literal for v in get_args(m)]
    others = [m for m in members if get_origin(m) is not Literal]
    values = [v for v in values if v is not None and type(v) not in others]
    return [Literal[tuple(values)], *others] if values else others


def _share_a_tag(models: Sequence[Any]) -> bool:
    tags = [(m.__struct_config__.tag_field, m.__struct_config__.tag) for m in models]
    fields = {field for field, _ in tags}
    types = {tag.__class__ for _, tag in tags}
    return (
        bool(tags)
        and len(fields) == 1
        and None not in fields
        and len(types) == 1
        and len(set(tags)) == len(tags)
    )


def _distinct(members: Sequence[Any], tagged: Sequence[Any]) -> bool:
    """Whether the members differ in their JSON kinds, so that msgspec distinguishes them."""
    parts = [kinds(m) for m in members if m not in tagged]
    if tagged:
        parts.append(frozenset({OBJECT}))
    if int in members and float in members:  # 1 and 1.5: distinguished by msgspec
        parts.remove(kinds(float))
    return sum(map(len, parts)) == len(frozenset[str]().union(*parts))


_markers: dict[Any, type[OneOf]] = {}


def _marker(
    members: tuple[Any, ...],
    is_open: bool,
    tag: Discriminator | None,
    resolve: Callable[[str], Any],
) -> Any:
    key = members, is_open, tag
    if key not in _markers:
        body = {
            "members": members,
            "is_open": is_open,
            "tag": tag,
            "resolve": staticmethod(resolve),
        }
        _markers[key] = type("OneOf", (OneOf,), body)
    return _markers[key]
