# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The members of objects by wire name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import UNSET, Struct, structs


def is_object(value: Any) -> bool:
    """Whether it is sent as an object: a model or a dict."""
    return isinstance(value, (Struct, dict)) or hasattr(value, "__member__")


def is_array(value: Any) -> bool:
    """Whether it is sent as an array."""
    return isinstance(value, (list, tuple))


@cache
def wire_names(cls: Any) -> dict[str, str]:
    """The attributes of a Struct by wire name; "" for the tag, which is not an attribute."""
    names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    tag_field = cls.__struct_config__.tag_field
    return names if tag_field is None else {tag_field: "", **names}


@cache
def _left_out(cls: Any) -> frozenset[str]:
    """Wire names of the members that are left out when they are None."""
    return frozenset(f.encode_name for f in structs.fields(cls) if f.default is None)


def sent_members(value: Any) -> Iterator[tuple[Any, Any]]:
    """The members of an object that are sent, by wire name."""
    if isinstance(value, dict):
        yield from value.items()
    elif hasattr(value, "__encode__"):
        yield from value.__encode__().items()
    else:
        left_out = _left_out(value.__class__)
        for wire, name in wire_names(value.__class__).items():
            item = getattr(value, name) if name else value.__struct_config__.tag
            if item is not UNSET and (item is not None or wire not in left_out):
                yield wire, item
