# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Lists that are returned in pages.

`Listing` decides which request is next, which items a page holds, and what ends the list.
`Pager` and `AsyncPager` only send the requests.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Generic, Self, TypeVar, cast

from ..calls.answers import Answer, finish
from ..calls.core import Core
from ..calls.drivers import run, run_async
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.group import AsyncGroup, Group
from ..calls.limits import Deadline, deadline_of
from ..calls.options import Options
from ..calls.preparing import prepare
from ..values.encoding import encode
from ..values.kinds import is_list, is_mapping
from ..values.members import is_object
from ..values.pointers import ABSENT, lookup
from ..wire import urls
from ..wire.expressions import argument_of, evaluate, replace_argument
from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from .pagination import Pagination, PagingError

Item = TypeVar("Item")
Page = TypeVar("Page")

_LINK = re.compile(r"<([^>]*)>((?:[^,\"<]|\"[^\"]*\")*)")
_RELATION = re.compile(
    r"(?:^|;)\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,]+))", re.IGNORECASE
)


class Listing(Generic[Item, Page]):
    """The state of one list of pages."""

    def __init__(
        self,
        core: Core,
        operation: Operation[Page],
        pagination: Pagination[Item],
        arguments: Sequence[Any],
        body: Any = None,
        options: Options | None = None,
    ) -> None:
        self.operation_id: str = operation.id
        self._core = core
        self._operation = operation
        self._pagination = pagination
        self._arguments = arguments
        self._body = body
        self._options = options
        used = pagination.items, pagination.next, pagination.more, pagination.total
        self._needed = [at.partition("#")[2] for at in used if "#" in at]
        self._deadline: Deadline | None = None
        self._url = ""
        self._received = 0
        self._items_before: list[bytes] = []
        self._broken: PagingError | None = None
        self.done: bool = False
        start = self._sent()
        self._start: Any = start
        self.position: Any = start
        """The paging parameter of the next page: a token, an offset, a page number or a URL."""
        self._seen: set[object] = set() if start is None else {_key(start)}

    def _sent(self) -> Any:
        if not self._pagination.send:
            return None
        send = self._pagination.send
        return argument_of(self._operation, send, self._arguments, self._body)

    def fetch(self) -> Flow[Page | None]:
        """The next page; None after the last one.

        A failed call does not change the state, so the same page can be fetched again.

        Raises:
            PagingError: What the previous page says about the next one cannot be followed.
            Error: The call fails.
        """
        if self._broken is not None:
            raise self._broken
        if self.done:
            return None
        answer = yield from self._ask()
        page = self.decode(answer)
        if self._is_repeated(page, answer):
            self._end()
            return None
        try:
            self._advance(page, answer)
        except PagingError as e:
            self._broken = (
                e  # raised by the next fetch: the items of this page are valid
            )
        return page

    def _ask(self) -> Flow[Answer]:
        prepared = prepare(
            self._core,
            self._operation,
            self._arguments,
            self._body,
            self._options,
            url=self._url,
        )
        if self._deadline is None:
            self._deadline = deadline_of(self._core.clock, prepared.options)
        return (yield from perform(self._core, prepared, self._deadline))

    def decode(self, answer: Answer) -> Page:
        """The page that an answer holds."""
        return finish(self._core, self._operation, answer, self._needed)

    def items_of(self, page: Any, answer: Answer | None = None) -> list[Item]:
        """The items of a page.

        Args:
            answer: The answer that the page was decoded from, for the trace of an error.

        Raises:
            PagingError: The page holds no list.
        """
        expression = self._pagination.items
        items = lookup(page, expression.partition("#")[2])
        if items is ABSENT or items is None:
            return []
        if is_list(items):
            return items
        if is_mapping(items):
            return list(items.values())
        raise PagingError(
            f"There is no list of items at {expression}",
            trace=None if answer is None else answer.trace,
        )

    def _is_repeated(self, page: Any, answer: Answer) -> bool:
        """Whether a page has only items of the page before: some servers answer with their last
        page when one behind it is requested.

        Raises:
            PagingError: It is the same page, but its items may be alike on purpose.
        """
        if self._pagination.kind not in ("page", "offset"):
            return False
        items, before = self.items_of(page, answer), self._items_before
        self._items_before = encoded = [encode(item) for item in items]
        if not items or not set(encoded) <= set(before):
            return False
        are_told_apart = len({*before}) == len(before) and all(map(is_object, items))
        if are_told_apart and len({*encoded}) == len(encoded):
            return True
        if encoded != before:
            return False
        raise PagingError("The server sent the same page twice", trace=answer.trace)

    def _advance(self, page: Any, answer: Answer) -> None:
        """Find out what the next request is, or that there is none."""
        rules = self._pagination
        count = len(self.items_of(page, answer))
        self._received += count
        more: object = None
        if rules.more:
            more = evaluate(rules.more, answer.response, page)
        if more is False or rules.kind == "single":
            self._end()
        elif rules.kind in ("cursor", "link"):
            if rules.last and not count:
                self._end()
            else:
                self._follow(page, answer, insists=more is True)
        elif count == 0 or self._is_all(page, answer):
            self._end()
        else:
            step = count if rules.kind == "offset" else 1
            first = 0 if rules.kind == "offset" else rules.first
            self._send(_number(self.position, first) + step)

    def _is_all(self, page: Any, answer: Answer) -> bool:
        if not self._pagination.total:
            return False
        total = evaluate(self._pagination.total, answer.response, page)
        if total is ABSENT or total is None:
            return False
        start = _number(self._start, 0)
        if self._pagination.kind == "page":
            # The number of items on the pages before is unknown.
            if start > self._pagination.first:
                return False
            start = 0
        return start + self._received >= _number(total, 0)

    def _follow(self, page: Any, answer: Answer, *, insists: bool) -> None:
        """Take the token or link to the next page from the answer.

        Args:
            insists: Whether the answer says that there is a next page.
        """
        if self._pagination.last:
            items = self.items_of(page, answer)
            token = lookup(items[-1], self._pagination.last)
        else:
            token = evaluate(self._pagination.next, answer.response, page)
        is_link = self._pagination.kind == "link"
        if is_link and isinstance(token, str) and ".header." in self._pagination.next:
            token = _next_link(token)
        if token is ABSENT or token is None or token == "":
            if insists:
                message = "The server says that there is more, but not where"
                raise PagingError(message, trace=answer.trace)
            self._end()
            return
        if is_link:
            token = self._resolve(str(token), answer)
        key = _key(token)
        if key in self._seen:
            message = "The server sent a cursor for the second time"
            raise PagingError(message, trace=answer.trace)
        self._seen.add(key)
        if is_link:
            self._url = self.position = token
        else:
            self._send(token)

    def _resolve(self, link: str, answer: Answer) -> str:
        try:
            return urls.resolve(answer.request.url, link)
        except ValueError as e:
            message = f"The link to the next page cannot be followed: {e}"
            raise PagingError(message, trace=answer.trace) from None

    def _send(self, value: Any) -> None:
        self._arguments, self._body = replace_argument(
            self._operation, self._pagination.send, self._arguments, self._body, value
        )
        self.position = value

    def _end(self) -> None:
        self.done = True
        self.position = None


def _key(token: object) -> object:
    """A hashable value for a token of any type."""
    return token if isinstance(token, (str, int)) else encode(token)


def _number(value: object, default: int) -> int:
    try:
        return int(cast("Any", value))
    except (TypeError, ValueError):
        return default


def _next_link(header: str) -> str | None:
    """The target with the relation "next" in a Link header (RFC 8288, section 3)."""
    for target, attributes in _LINK.findall(header):
        for quoted, bare in _RELATION.findall(attributes):
            if "next" in (quoted or bare).lower().split():
                return str(target)
    return None


class _State(Generic[Item, Page]):
    """What both pagers share: the items of the current page, and the cursor."""

    def __init__(self, listing: Listing[Item, Page]) -> None:
        self._listing = listing
        self._items: list[Item] = []
        self._index = 0
        self._page_position: Any = listing.position

    def __repr__(self) -> str:
        kind = type(self).__name__
        return f"{kind}({self._listing.operation_id}, done={self.done})"

    @property
    def cursor(self) -> Any:
        """The value of the paging parameter with which a later call resumes here.

        In the middle of a page it is the cursor of that page, so no item is lost, but the items
        of that page are returned again. None before the first page and after the last (see
        `done`).
        """
        if self._index < len(self._items):
            return self._page_position
        return self._listing.position

    @property
    def done(self) -> bool:
        """Whether all items were returned."""
        return self._listing.done and self._index >= len(self._items)

    def _next_item(self) -> Item:
        self._index += 1
        return self._items[self._index - 1]

    def _has_item(self) -> bool:
        return self._index < len(self._items)

    def _fetch(self) -> Flow[Page | None]:
        position = self._listing.position
        page = yield from self._listing.fetch()
        if page is not None:
            self._page_position = position
        return page

    def _hold(self, page: Page) -> None:
        self._items = self._listing.items_of(page)
        self._index = 0


class Pager(_State[Item, Page], Iterator[Item]):
    """The items of a list, fetched page by page while iterated.

    A pager returns each item once. After an error the next step requests the same page again.
    """

    def __init__(
        self, listing: Listing[Item, Page], transport: Callable[[], Transport]
    ) -> None:
        super().__init__(listing)
        self._transport = transport

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Item:
        while not self._has_item():
            page = run(self._fetch(), self._transport())
            if page is None:
                raise StopIteration
            self._hold(page)
        return self._next_item()

    def pages(self) -> Iterator[Page]:
        """The pages that were not fetched yet, each decoded."""
        while (page := run(self._fetch(), self._transport())) is not None:
            yield page

    def take(self, n: int) -> list[Item]:
        """The next n items, or fewer at the end."""
        taken: list[Item] = []
        while len(taken) < n:
            try:
                taken.append(next(self))
            except StopIteration:
                break
        return taken


class AsyncPager(_State[Item, Page], AsyncIterator[Item]):
    """The items of a list, fetched page by page while iterated; see `Pager`."""

    def __init__(
        self, listing: Listing[Item, Page], transport: Callable[[], AsyncTransport]
    ) -> None:
        super().__init__(listing)
        self._transport = transport

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        while not self._has_item():
            page = await run_async(self._fetch(), self._transport())
            if page is None:
                raise StopAsyncIteration
            self._hold(page)
        return self._next_item()

    async def pages(self) -> AsyncIterator[Page]:
        """The pages that were not fetched yet, each decoded."""
        while (page := await run_async(self._fetch(), self._transport())) is not None:
            yield page

    async def take(self, n: int) -> list[Item]:
        """The next n items, or fewer at the end."""
        taken: list[Item] = []
        while len(taken) < n:
            try:
                taken.append(await anext(self))
            except StopAsyncIteration:
                break
        return taken


class PagingGroup(Group):
    """Operations that belong together, some of which return lists in pages."""

    def _pages(
        self,
        operation: Operation[Page],
        pagination: Pagination[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Pager[Item, Page]:
        listing = Listing(self._core, operation, pagination, arguments, body, options)
        return Pager(listing, self._transport)


class AsyncPagingGroup(AsyncGroup):
    """Operations that belong together, some of which return lists in pages."""

    def _pages(
        self,
        operation: Operation[Page],
        pagination: Pagination[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncPager[Item, Page]:
        listing = Listing(self._core, operation, pagination, arguments, body, options)
        return AsyncPager(listing, self._transport)
