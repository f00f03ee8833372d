# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Base classes of the generated groups of operations.

What only some clients need (pages, polling, streams) is loaded when it is used first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from . import flow
from .client import AsyncBaseClient, BaseClient
from .driving import run, run_async
from .operation import Operation
from .options import Options

if TYPE_CHECKING:
    from .outcomes import AsyncOutcomes, Outcome, Outcomes
    from .pages import AsyncPager, Pager, Pagination
    from .polling import Polling
    from .streams import AsyncStream, Stream, Streaming

__all__ = ["AsyncGroup", "Group"]

T = TypeVar("T")
Item = TypeVar("Item")
Page = TypeVar("Page")
B = TypeVar("B")
E = TypeVar("E")


class Group:
    """Operations that belong together."""

    def __init__(self, client: BaseClient) -> None:
        self._core, self._transport = client.__runtime__()

    def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        made = flow.call(self._core, operation, arguments, body, options)
        return run(made, self._transport())

    def _pages(
        self,
        operation: Operation[Page],
        pagination: Pagination[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Pager[Item, Page]:
        from .pages import Listing, Pager

        listing = Listing(self._core, operation, pagination, arguments, body, options)
        return Pager(listing, self._transport)

    def _outcomes(
        self,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Outcomes[B, E]:
        from .outcomes import OutcomeListing, Outcomes

        listing = OutcomeListing(
            self._core, operation, pagination, outcome, arguments, body, options
        )
        return Outcomes(listing, self._transport)

    def _wait(
        self,
        operation: Operation[T],
        polling: Polling,
        arguments: Sequence[Any],
        *,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        from .polling import wait

        made = wait(
            self._core,
            operation,
            polling,
            arguments,
            timeout=timeout,
            interval=poll_interval,
            on_progress=on_progress,
            options=options,
        )
        return run(made, self._transport())

    def _stream(
        self,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Stream[Item]:
        from .streams import Opening, Stream

        opening = Opening(self._core, operation, streaming, arguments, body, options)
        return Stream(opening, self._transport)


class AsyncGroup:
    """Operations that belong together."""

    def __init__(self, client: AsyncBaseClient) -> None:
        self._core, self._transport = client.__runtime__()

    async def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        made = flow.call(self._core, operation, arguments, body, options)
        return await run_async(made, self._transport())

    def _pages(
        self,
        operation: Operation[Page],
        pagination: Pagination[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncPager[Item, Page]:
        from .pages import AsyncPager, Listing

        listing = Listing(self._core, operation, pagination, arguments, body, options)
        return AsyncPager(listing, self._transport)

    def _outcomes(
        self,
        operation: Operation[Any],
        pagination: Pagination[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncOutcomes[B, E]:
        from .outcomes import AsyncOutcomes, OutcomeListing

        listing = OutcomeListing(
            self._core, operation, pagination, outcome, arguments, body, options
        )
        return AsyncOutcomes(listing, self._transport)

    async def _wait(
        self,
        operation: Operation[T],
        polling: Polling,
        arguments: Sequence[Any],
        *,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        from .polling import wait

        made = wait(
            self._core,
            operation,
            polling,
            arguments,
            timeout=timeout,
            interval=poll_interval,
            on_progress=on_progress,
            options=options,
        )
        return await run_async(made, self._transport())

    def _stream(
        self,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncStream[Item]:
        from .streams import AsyncStream, Opening

        opening = Opening(self._core, operation, streaming, arguments, body, options)
        return AsyncStream(opening, self._transport)
