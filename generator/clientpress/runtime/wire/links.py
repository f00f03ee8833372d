"""Other operations that a behaviour calls, and where their arguments come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from ..values.encoding import ABSENT
from .operation import Operation

__all__ = ["Link", "linked_arguments"]


class Link(Struct, frozen=True, kw_only=True):
    """An operation and where its arguments come from.

    parameters: by name, an address, or several of these, the first of which that leads to
        something counts. Addresses are "$job" (what names the job), "$job#/x" (a part of its last
        state), and "$response.body#/x".
    """

    operation: Operation[Any]
    parameters: Mapping[str, str | tuple[str, ...]] = {}


def linked_arguments(link: Link, find: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The arguments of a linked call; None if an address leads to nothing.

    find: looks an address up; ABSENT or None where it leads to nothing.
    """
    found: dict[str, Any] = {}
    for name, addresses in link.parameters.items():
        each = (addresses,) if isinstance(addresses, str) else addresses
        values = (find(address) for address in each)
        value = next((v for v in values if v is not None and v is not ABSENT), None)
        if value is None:
            return None
        found[name] = value
    return tuple(found.get(p.name) for p in link.operation.parameters)
