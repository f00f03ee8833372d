"""What became of each request of a batch, and joining it with what was asked."""

from __future__ import annotations

from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Sequence,
)
from typing import Any, Generic, Self, TypeVar

from msgspec import Struct

from .conditions import Condition, Situation, holds
from .core import Core
from .driving import AsyncTransport, Transport, run, run_async
from .effects import Flow
from .encoding import ABSENT, lookup
from .errors import InvalidRequestError
from .lines import Undecodable
from .operation import Operation
from .options import Options
from .pages import Listing, Pagination
from .results import Answer, finish_with_issues

__all__ = [
    "AsyncOutcomes",
    "Case",
    "Failed",
    "Joined",
    "Outcome",
    "Outcomes",
    "Succeeded",
    "Undecodable",
    "classify",
    "join",
    "join_async",
]

B = TypeVar("B")
E = TypeVar("E")
B_co = TypeVar("B_co", covariant=True)
E_co = TypeVar("E_co", covariant=True)
R = TypeVar("R")


class Case(Struct, frozen=True):
    """What an item holds where a condition is met.

    result: "succeeded" or "failed".
    at: pointer to the body of the success or failure.
    """

    result: str
    at: str
    when: Condition


class Outcome(Struct, Generic[B, E], frozen=True, kw_only=True):
    """How the items of a batch's results are read: their id, and which ones succeeded."""

    id: str
    cases: tuple[Case, ...]


class Succeeded(Struct, Generic[B_co], frozen=True):
    """A request that succeeded."""

    id: str
    body: B_co
    item: Any


class Failed(Struct, Generic[E_co], frozen=True):
    """A request that failed."""

    id: str
    error: E_co
    item: Any


def classify(
    outcome: Outcome[B, E], item: Any, line: int, now: float = 0.0
) -> Succeeded[B] | Failed[E] | Undecodable:
    """What an item says about its request; `line` is its number, from 1."""
    found = lookup(item, outcome.id)
    if found is ABSENT or found is None or found == "":
        return Undecodable(line, item, f"There is no id at {outcome.id}")
    situation = Situation(item, now)
    for case in outcome.cases:
        if holds(case.when, situation):
            body: Any = lookup(item, case.at)
            if case.result == "succeeded":
                return Succeeded(str(found), body, item)
            return Failed(str(found), body, item)
    return Undecodable(line, item, "It is neither a success nor a failure")


# ------------------------------------------------------------------ listings
class OutcomeListing(Generic[B, E]):
    """The outcomes of a listing, page by page. An item that does not fit spoils no other one."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> None:
        self.outcome = outcome
        self._core = core
        self._items_at = pagination.items.partition("#")[2]
        self._listing = _TolerantListing(
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
        found: list[Succeeded[B] | Failed[E] | Undecodable] = []
        broken = self._listing.broken_items(self._items_at)
        for place, item in enumerate(self._listing.items_of(page)):
            self._count += 1
            if place in broken:
                found.append(Undecodable(self._count, item, broken[place]))
            else:
                now = self._core.clock.now()
                found.append(classify(self.outcome, item, self._count, now))
        self._waiting = found[::-1]  # the last one is handed out first
        return True


class _TolerantListing(Listing[Any, Any]):
    """A listing that notes what does not fit instead of raising."""

    def decode(self, answer: Answer) -> Any:
        page, self._issues = finish_with_issues(
            self._core,
            self._operation,
            answer,
            self._pagination.items.partition("#")[2],
        )
        return page

    def broken_items(self, pointer: str) -> dict[int, str]:
        """Why items of the last page do not fit, by their place."""
        reasons: dict[int, str] = {}
        for issue in self._issues:
            place = issue.path[len(pointer) + 1 :].partition("/")[0]
            reasons.setdefault(int(place), f"{issue.path}: {issue.message}")
        return reasons


class Outcomes(Iterator[Succeeded[B] | Failed[E] | Undecodable]):
    """What became of each request, fetched page by page while iterated, once."""

    def __init__(
        self, listing: OutcomeListing[B, E], transport: Callable[[], Transport]
    ) -> None:
        self._listing = listing
        self._transport = transport

    @property
    def cursor(self) -> Any:
        """What resumes the listing here when passed as the paging parameter."""
        return self._listing.cursor

    @property
    def id_pointer(self) -> str:
        """Where the items have their ids."""
        return self._listing.outcome.id

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        while (ready := self._listing.next_ready()) is None:
            if not run(self._listing.fetch(), self._transport()):
                raise StopIteration
        return ready


class AsyncOutcomes(AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]):
    """What became of each request, fetched page by page while iterated, once."""

    def __init__(
        self, listing: OutcomeListing[B, E], transport: Callable[[], AsyncTransport]
    ) -> None:
        self._listing = listing
        self._transport = transport

    @property
    def cursor(self) -> Any:
        """What resumes the listing here when passed as the paging parameter."""
        return self._listing.cursor

    @property
    def id_pointer(self) -> str:
        """Where the items have their ids."""
        return self._listing.outcome.id

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Succeeded[B] | Failed[E] | Undecodable:
        while (ready := self._listing.next_ready()) is None:
            if not await run_async(self._listing.fetch(), self._transport()):
                raise StopAsyncIteration
        return ready


# ------------------------------------------------------------------ join
class Joined(Struct, Generic[R, B, E], frozen=True):
    """Requests and what became of them.

    pairs: each request with its outcome, in the order of the requests.
    missing: requests without an outcome.
    duplicates: outcomes whose id had one already; the first one counts.
    unknown: outcomes of requests that were not given, and those without an id.
    """

    pairs: list[tuple[R, Succeeded[B] | Failed[E]]]
    missing: list[R]
    duplicates: list[Succeeded[B] | Failed[E]]
    unknown: list[Succeeded[B] | Failed[E] | Undecodable]


class _Joining(Generic[R, B, E]):
    """The state of a join."""

    def __init__(self, requests: Iterable[R], pointer: str) -> None:
        self._requests: dict[str, R] = {}
        for request in requests:
            found = lookup(request, pointer)
            if found is ABSENT or found is None or found == "":
                raise InvalidRequestError(f"A request has no id at {pointer}")
            if str(found) in self._requests:
                raise InvalidRequestError(f"Two requests have the id {str(found)!r}")
            self._requests[str(found)] = request
        self._outcomes: dict[str, Succeeded[B] | Failed[E]] = {}
        self._duplicates: list[Succeeded[B] | Failed[E]] = []
        self._unknown: list[Succeeded[B] | Failed[E] | Undecodable] = []

    def add(self, outcome: Succeeded[B] | Failed[E] | Undecodable) -> None:
        if isinstance(outcome, Undecodable) or outcome.id not in self._requests:
            self._unknown.append(outcome)
        elif outcome.id in self._outcomes:
            self._duplicates.append(outcome)
        else:
            self._outcomes[outcome.id] = outcome

    def result(self) -> Joined[R, B, E]:
        known = self._outcomes
        return Joined(
            [(r, known[name]) for name, r in self._requests.items() if name in known],
            [r for name, r in self._requests.items() if name not in known],
            self._duplicates,
            self._unknown,
        )


def _pointer(outcomes: object, id: str | None) -> str:
    pointer = id if id is not None else getattr(outcomes, "id_pointer", None)
    if not isinstance(pointer, str):
        raise InvalidRequestError("Give id, the JSON Pointer to the requests' ids")
    return pointer


def join(
    outcomes: Iterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[R],
    *,
    id: str | None = None,
) -> Joined[R, B, E]:
    """Put outcomes and requests (models or dicts) together.

    id: JSON Pointer to the id of a request; by default where the outcomes have theirs.

    Raises InvalidRequestError if two requests have the same id, or one has none.
    """
    joining: _Joining[R, B, E] = _Joining(requests, _pointer(outcomes, id))
    for outcome in outcomes:
        joining.add(outcome)
    return joining.result()


async def join_async(
    outcomes: AsyncIterable[Succeeded[B] | Failed[E] | Undecodable],
    requests: Iterable[R],
    *,
    id: str | None = None,
) -> Joined[R, B, E]:
    """The same as `join` for the outcomes of an async client."""
    joining: _Joining[R, B, E] = _Joining(requests, _pointer(outcomes, id))
    async for outcome in outcomes:
        joining.add(outcome)
    return joining.result()
