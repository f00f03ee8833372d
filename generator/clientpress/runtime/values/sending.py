"""Values whose form on the wire depends on their declared type.

A `Decimal` of the caller may be sent as a number or as text, and bytes as base64 or base64url: the
type of the member decides. Here such values become values of classes that have one form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import UNSET, Struct, structs

from .annotations import resolve
from .converting import Late, is_a
from .kinds import is_dict
from .members import is_array, is_object, sent_members


def as_sent(value: Any, kind: Any) -> Any:
    """A value of the caller in the form that its type, which may be text, has on the wire."""
    return _as_sent(value, resolve(kind))


def _as_sent(value: Any, tp: Any) -> Any:
    if value is None or value is UNSET:
        return value
    while get_origin(tp) is Annotated or is_a(tp, Late):
        tp = tp.target if is_a(tp, Late) else get_args(tp)[0]
    if hasattr(tp, "__send__"):
        return tp.__send__(value)
    members = get_args(tp) if get_origin(tp) is Union else getattr(tp, "members", ())
    if is_object(value):
        kind = tp
        if not is_dict(value):
            kind = resolve(type(value))
        elif members:
            names = set(value)
            kind = max(members, key=lambda m: len(names & _types(m)[0].keys()))
        types, rest = _types(kind)
        return {
            wire: _as_sent(item, types.get(wire, rest))
            for wire, item in sent_members(value)
        }
    if is_array(value):
        lists = [m for m in (members or [tp]) if get_origin(m) in (list, tuple)]
        item = get_args(lists[0])[0] if lists else Any
        return [_as_sent(part, item) for part in value]
    for member in members:
        sent = _as_sent(value, member)
        if sent is not value:
            return sent
    return value


def _types(tp: Any) -> tuple[Mapping[str, Any], Any]:
    """The types of the members of an object by wire name, and the type of all others."""
    if is_a(tp, Struct):
        return {f.encode_name: f.type for f in structs.fields(tp)}, Any
    if hasattr(tp, "__types__"):
        types, rest = tp.__types__()
        return types, rest
    return {}, get_args(tp)[1] if get_origin(tp) is dict else Any
