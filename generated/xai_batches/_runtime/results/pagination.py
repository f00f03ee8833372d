# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""How an operation returns a list in pages, as generated code describes it."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from ..wire.errors import Error

Item = TypeVar("Item")


class PagingError(Error):
    """The pages contradict themselves: the list would never end, or lose items."""


class Pagination(Struct, Generic[Item], frozen=True, kw_only=True):
    """How an operation returns a list in pages.

    All attributes but `kind` and `last` are runtime expressions (OpenAPI, Link Object).

    Attributes:
        kind: "cursor" (a token of the answer is sent with the next request), "offset" (the number
            of items so far), "page" (the number of the page), "link" (the answer holds the next
            URL, in its body or a Link header), "single" (there is only one page).
        items: The items of a page.
        next: The token or URL of the next page.
        last: JSON Pointer to what the last item of a page has as the token, instead of `next`.
        send: The parameter for token, offset or page number.
        size: The parameter for the size of a page.
        more: Whether there is a next page.
        total: The number of items on all pages.
        first: The number of the first page.
    """

    kind: str
    items: str
    next: str = ""
    last: str = ""
    send: str = ""
    size: str = ""
    more: str = ""
    total: str = ""
    first: int = 1
