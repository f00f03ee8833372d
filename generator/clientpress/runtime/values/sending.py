"""Values whose form on the wire depends on their declared type.

A `Decimal` of the caller may be sent as a number or as text, and bytes as base64 or base64url: the
type of the member decides. Here such values become values of classes that have one form.
"""

from __future__ import annotations

from typing import Any, Union, get_args, get_origin

from msgspec import UNSET

from .annotations import resolve
from .converting import Marker, is_a
from .kinds import is_mapping
from .members import is_array, is_object, sent_members
from .shapes import plain, shape_of, type_in


def as_sent(value: Any, kind: Any) -> Any:
    """Convert a value of the caller to the form that its type has on the wire.

    Args:
        kind: The type, or the text of it.
    """
    return _as_sent(value, resolve(kind))


def _as_sent(value: Any, tp: Any) -> Any:
    if value is None or value is UNSET:
        return value
    tp = plain(tp)
    if hasattr(tp, "__send__"):
        return tp.__send__(value)
    members = _members(tp)
    if is_mapping(value):
        kind = max(members or [tp], key=lambda m: len(_names(m) & value.keys()))
        return {name: _as_sent(v, _type_at(kind, name)) for name, v in value.items()}
    if is_object(value):
        kind = resolve(type(value))
        return {
            name: _as_sent(v, _type_at(kind, name)) for name, v in sent_members(value)
        }
    if is_array(value):
        lists = [m for m in members or [tp] if get_origin(m) in (list, tuple)]
        item = get_args(lists[0])[0] if lists else Any
        return [_as_sent(part, item) for part in value]
    for member in members:
        sent = _as_sent(value, member)
        if sent is not value:
            return sent
    return value


def _members(tp: Any) -> tuple[Any, ...]:
    """The members of a union; none for other types."""
    if is_a(tp, Marker):
        members: tuple[Any, ...] = tp.members
        return members
    return get_args(tp) if get_origin(tp) is Union else ()


def _names(tp: Any) -> frozenset[str]:
    shape = shape_of(plain(tp))
    return frozenset() if shape is None else shape.names


def _type_at(tp: Any, name: str) -> Any:
    """The type of a member of an object."""
    tp = plain(tp)
    shape = shape_of(tp)
    if shape is None:
        return type_in(tp, name)
    return shape.types.get(name, type_in(shape.rest, name))
