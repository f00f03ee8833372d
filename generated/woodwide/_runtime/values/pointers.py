# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Looking into values by JSON Pointer (RFC 6901)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from msgspec import UNSET, Struct

from .kinds import is_dict
from .members import is_array, wire_names


class Absent(enum.Enum):
    """The type of `ABSENT`."""

    ABSENT = "ABSENT"

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent.ABSENT
"""What `lookup` returns if there is no value."""


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
    return getter(pointer)(value)


@lru_cache(maxsize=1024)
def getter(pointer: str) -> Callable[[Any], Any]:
    """A function that looks up a JSON Pointer in a value; see `lookup`."""
    return partial(follow, steps_of(pointer))


_known: dict[type, dict[str, str]] = {}
"""The attributes of models by wire name, as `wire_names` returns them."""


def follow(steps: tuple[str, ...], value: Any) -> Any:
    """The part of a value after some steps; see `lookup`."""
    for step in steps:
        cls = value.__class__
        if cls is dict:  # most often, like a model
            value = value.get(step, ABSENT)
        elif cls in _known:
            name = _known[cls].get(step)
            if name is None:
                return ABSENT
            value = getattr(value, name) if name else cls.__struct_config__.tag
        elif cls is list:
            value = _item(value, step)
        else:
            value = _step(value, step)
    return ABSENT if value is UNSET else value


def _step(value: Any, step: str) -> Any:
    """The member or item of a value of another class; ABSENT if there is none."""
    if isinstance(value, Struct):
        _known[value.__class__] = wire_names(value.__class__)
        return follow((step,), value)
    if hasattr(value, "__member__"):
        return value.__member__(step, ABSENT)
    if hasattr(value, "__encode__"):  # `Unknown`
        return follow((step,), value.__encode__())
    if is_dict(value):
        return value.get(step, ABSENT)
    return _item(value, step) if is_array(value) else ABSENT


def _item(value: Sequence[Any], step: str) -> Any:
    is_index = step.isascii() and step.isdigit() and (step == "0" or step[0] != "0")
    return value[int(step)] if is_index and int(step) < len(value) else ABSENT
