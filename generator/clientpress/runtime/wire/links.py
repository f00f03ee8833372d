"""Where an answer leads: other operations and their arguments, files, addresses for uploads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..values.pointers import ABSENT
from .operation import Operation

T = TypeVar("T")


class Link(Struct, frozen=True, kw_only=True):
    """An operation and where its arguments come from.

    parameters: by name, an address, or several of these, the first of which that leads to
        something counts. Addresses are "$job" (what names the job), "$job#/x" (a part of its last
        state), and "$response.body#/x".
    """

    operation: Operation[Any]
    parameters: Mapping[str, str | tuple[str, ...]] = {}


class DownloadFrom(Struct, frozen=True, kw_only=True):
    """Where a file is.

    url: expression of its address in the answer.
    auth: "none" if it gets no credentials, "api" if it gets the API's on the API's own origin.
    """

    url: str
    auth: str = "none"


class SignedUpload(Struct, Generic[T], frozen=True, kw_only=True):
    """How a file gets to the address that an answer holds.

    url, content_type: expressions of where it goes, and as what, in the answer.
    name, size, type: expressions of what describes it in the request.
    complete: the call that says that it is there.
    """

    url: str
    name: str
    size: str
    type: str
    content_type: str = ""
    complete: Link | None = None


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
