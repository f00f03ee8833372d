# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Looking into values by JSON Pointer (RFC 6901)."""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import Any, Final

from msgspec import UNSET, Struct

from .kinds import is_dict
from .members import is_array, is_object, wire_names


class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""What `lookup` returns if there is no value."""


def member_at(value: Any, wire: str) -> Any:
    """The member of an object by wire name, ABSENT if it has none."""
    member: Any
    if isinstance(value, Struct):
        member = _attribute(value, wire)
    elif is_dict(value):
        member = value.get(wire, ABSENT)
    else:
        member = value.__member__(wire, ABSENT)
    return ABSENT if member is UNSET else member


def _attribute(value: Struct, wire: str) -> Any:
    name = wire_names(value.__class__).get(wire)
    if name is None:
        return ABSENT
    return getattr(value, name) if name else value.__struct_config__.tag


@lru_cache(maxsize=1024)
def steps_of(pointer: str) -> tuple[str, ...]:
    """The steps of a JSON Pointer.

    Raises:
        ValueError: It is no JSON Pointer.
    """
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"Not a JSON Pointer: {pointer!r}")
    return tuple(
        step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]
    )


def lookup(value: Any, pointer: str) -> Any:
    """The part of a value at a JSON Pointer, which has wire names; ABSENT if there is none.

    The pointer may lead through models, `Unknown`, dicts and lists. A member that is UNSET is
    absent; a member that is None is returned as None.

    Raises:
        ValueError: The text is not a JSON Pointer.
    """
    for step in steps_of(pointer):
        if value.__class__ is dict:  # most often, like a model
            value = value.get(step, ABSENT)
            continue
        if isinstance(value, Struct):
            value = _attribute(value, step)
            continue
        if value is None or value is ABSENT:
            return ABSENT
        if hasattr(value, "__encode__") and not is_object(value):
            value = value.__encode__()  # `Unknown`
        if is_object(value):
            value = member_at(value, step)
        elif is_array(value):
            is_index = (
                step.isascii() and step.isdigit() and (step == "0" or step[0] != "0")
            )
            value = value[int(step)] if is_index and int(step) < len(value) else ABSENT
        else:
            return ABSENT
    return ABSENT if value is UNSET else value
