# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The outcomes of a batch from a listing; the values and joining are exported too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Generic, Self, TypeVar

from ..calls.core import Core
from ..calls.drivers import run, run_async
from ..calls.effects import Flow
from ..calls.options import Options
from ..results.pages import Listing
from ..results.pagination import Pagination
from ..wire.lines import Undecodable
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from .joining import Joined, join, join_async, write_failed
from .outcome_values import Case, Classifier, Failed, Outcome, Succeeded

__all__ = [
    "AsyncOutcomes",
    "Case",
    "Classifier",
    "Failed",
    "Joined",
    "Outcome",
    "Outcomes",
    "Succeeded",
    "Undecodable",
    "join",
    "join_async",
    "write_failed",
]

B = TypeVar("B")
E = TypeVar("E")


# ------------------------------------------------------------------ listings
class OutcomeListing(Generic[B, E]):
    """The outcomes of a listing, page by page."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        options: Options | None = None,
    ) -> None:
        self.id_pointer: str = outcome.id
        self._classify = Classifier(outcome)
        self._core = core
        self._listing: Listing[Any, Any] = Listing(
            core, operation, pagination, arguments, body, options
        )
        self._count = 0
        self._page_position: Any = self._listing.position
        self._waiting: list[Succeeded[B] | Failed[E] | Undecodable] = []

    @property
    def cursor(self) -> Any:
        """See `Pager.cursor`."""
        return self._page_position if self._waiting else self._listing.position

    def next_ready(self) -> Succeeded[B] | Failed[E] | Undecodable | None:
        """The next outcome of the pages that were fetched; None if all were handed out."""
        return self._waiting.pop() if self._waiting else None

    def fetch(self) -> Flow[bool]:
        """Fetch the next page; False after the last one."""
        position = self._listing.position
        page = yield from self._listing.fetch()
        if page is None:
            return False
        self._page_position = position
        outcomes: list[Succeeded[B] | Failed[E] | Undecodable] = []
        now = self._core.clock.now()
        for item in self._listing.items_of(page):
            self._count += 1
            outcomes.append(self._classify(item, self._count, now))
        self._waiting = outcomes[::-1]  # `next_ready` takes from the end
        return True


class Outcomes(Iterator[Succeeded[B] | Failed[E] | Undecodable]):
    """The outcome of each request, fetched page by page while iterated, once."""

    def __init__(
        self, listing: OutcomeListing[B, E], transport: Callable[[], Transport]
    ) -> None:
        self._listing = listing
        self._transport = transport
        self.id_pointer: str = listing.id_pointer
        """JSON Pointer to the id of an item."""

    @property
    def cursor(self) -> Any:
        """What resumes the listing here when passed as the paging parameter."""
        return self._listing.cursor

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        while (ready := self._listing.next_ready()) is None:
            if not run(self._listing.fetch(), self._transport()):
                raise StopIteration
        return ready


class AsyncOutcomes(AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]):
    """The outcome of each request, fetched page by page while iterated, once."""

    def __init__(
        self, listing: OutcomeListing[B, E], transport: Callable[[], AsyncTransport]
    ) -> None:
        self._listing = listing
        self._transport = transport
        self.id_pointer: str = listing.id_pointer
        """JSON Pointer to the id of an item."""

    @property
    def cursor(self) -> Any:
        """What resumes the listing here when passed as the paging parameter."""
        return self._listing.cursor

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        while (ready := self._listing.next_ready()) is None:
            if not await run_async(self._listing.fetch(), self._transport()):
                raise StopAsyncIteration
        return ready
