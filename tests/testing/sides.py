"""The same call by both kinds of client of httpx2."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import httpx2

Side = Literal["sync", "async"]
SIDES: tuple[Side, ...] = ("sync", "async")
SHOP = "https://shop.example.com/v1"


def ask(
    side: Side, transport: Any, method: str, url: str, **more: Any
) -> httpx2.Response:
    """The whole answer of a request, which has a key unless it is told otherwise."""
    url = url if "://" in url else SHOP + url
    more["headers"] = {"X-Key": "k-12345", **more.get("headers", {})}
    for name in [name for name, value in more["headers"].items() if value is None]:
        del more["headers"][name]
    if side == "sync":
        with httpx2.Client(transport=transport) as client:
            return client.request(method, url, **more)

    async def main() -> httpx2.Response:
        async with httpx2.AsyncClient(transport=transport) as client:
            return await client.request(method, url, **more)

    return asyncio.run(main())
