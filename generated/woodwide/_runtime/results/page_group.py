# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Groups of operations that answer page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..wire.operation import Operation
from .pages import AsyncPager, Listing, Pager
from .pagination import Pagination

__all__ = ["AsyncPageGroup", "PageGroup"]

Item = TypeVar("Item")
Page = TypeVar("Page")


class PageGroup(Group):
    """A group with pages."""

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


class AsyncPageGroup(AsyncGroup):
    """A group with pages."""

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
