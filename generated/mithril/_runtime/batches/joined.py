# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Requests and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from ..wire.lines import Undecodable
from .outcome_values import Failed, Succeeded

__all__ = ["B", "E", "Joined", "R"]

B = TypeVar("B")
E = TypeVar("E")
R = TypeVar("R")


class Joined(Struct, Generic[R, B, E], frozen=True):
    """Requests and what became of them.

    pairs: each request with its outcome, in the order of the requests.
    missing: requests without an outcome.
    duplicates: outcomes whose id had one already; the first one counts.
    unknown: outcomes of requests that were not given, and those without an id.
    failed_lines: the failed and missing requests as JSON, where they stand in a file.

    Lists, or for requests in files sequences that are read each time they are used.
    """

    pairs: Sequence[tuple[R, Succeeded[B] | Failed[E]]]
    missing: Sequence[R]
    duplicates: Sequence[Succeeded[B] | Failed[E]]
    unknown: Sequence[Succeeded[B] | Failed[E] | Undecodable]
    failed_lines: Callable[[], Iterator[bytes]] | None = None
