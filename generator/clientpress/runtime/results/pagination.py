"""How a listing goes on, as generated code says it."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from ..wire.errors import Error

__all__ = ["Pagination", "PagingError"]

Item = TypeVar("Item")


class PagingError(Error):
    """A listing contradicts itself: it would never end, or lose items."""


class Pagination(Struct, Generic[Item], frozen=True, kw_only=True):
    """How a listing goes on. Addresses are OpenAPI runtime expressions.

    kind: "cursor" (a token of the answer is sent with the next request), "offset" (the number of
        items so far), "page" (the number of the page), "link" (the answer holds the next URL, in
        its body or a Link header).
    items: where the items of a page are.
    next: where the token or URL of the next page is.
    send: where token, offset or number go.
    size: where the size of a page goes.
    more: where the answer says whether there is more.
    total: where the answer says how many items there are in all.
    """

    kind: str
    items: str
    next: str = ""
    send: str = ""
    size: str = ""
    more: str = ""
    total: str = ""
