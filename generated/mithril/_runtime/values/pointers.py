# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Looking into values by JSON Pointer (RFC 6901), and the members of objects by wire name."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from msgspec import UNSET, Struct, structs

__all__ = [
    "ABSENT",
    "Absent",
    "is_array",
    "is_object",
    "lookup",
    "member_at",
    "sent_members",
    "wire_names",
]


class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""What `lookup` returns where there is nothing."""


def is_object(value: Any) -> bool:
    """Whether it is sent as an object: a model or a dict."""
    return isinstance(value, (Struct, dict)) or hasattr(value, "__member__")


def is_array(value: Any) -> bool:
    """Whether it is sent as an array."""
    return isinstance(value, (list, tuple))


@cache
def wire_names(cls: Any) -> dict[str, str]:
    """The attributes of a Struct by wire name; "" for the tag, which is no attribute."""
    names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    tag_field = cls.__struct_config__.tag_field
    return names if tag_field is None else {tag_field: "", **names}


@cache
def _left_out(cls: Any) -> frozenset[str]:
    """Wire names of the members that are left out when they are None."""
    return frozenset(f.encode_name for f in structs.fields(cls) if f.default is None)


def sent_members(value: Any) -> Iterator[tuple[Any, Any]]:
    """What an object sends, by wire name."""
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


def member_at(value: Any, wire: str) -> Any:
    """The member of an object by wire name, ABSENT if it has none."""
    if isinstance(value, Struct):
        name = wire_names(value.__class__).get(wire)
        if name is None:
            return ABSENT
        member: Any = getattr(value, name) if name else value.__struct_config__.tag
    elif isinstance(value, dict):
        member = value.get(wire, ABSENT)
    else:
        member = value.__member__(wire, ABSENT)
    return ABSENT if member is UNSET else member


def lookup(value: Any, pointer: str) -> Any:
    """The part of a value that a JSON Pointer leads to, by wire names; ABSENT if there is none.

    Leads through models, `Unknown`, dicts and lists. A member that is UNSET is absent; None is
    returned as it is. Raises ValueError for what is no JSON Pointer.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"Not a JSON Pointer: {pointer!r}")
    for step in pointer.split("/")[1:]:
        if hasattr(value, "__encode__") and not is_object(value):
            value = value.__encode__()  # `Unknown`
        if is_object(value):
            value = member_at(value, step.replace("~1", "/").replace("~0", "~"))
        elif is_array(value):
            is_index = (
                step.isascii() and step.isdigit() and (step == "0" or step[0] != "0")
            )
            value = value[int(step)] if is_index and int(step) < len(value) else ABSENT
        else:
            return ABSENT
    return ABSENT if value is UNSET else value
