"""Groups in groups: by both kinds of client, with a model and a method that are called like them."""

import asyncio

import httpx2
from client import AsyncClient, Client
from client.models import Books


def answer(request: httpx2.Request) -> httpx2.Response:
    if request.url.path == "/books":
        return httpx2.Response(200, json=[{"title": "Emma"}])
    if request.url.path.startswith("/pages"):
        return httpx2.Response(200, text=f"page {request.url.path[7:]}")
    return httpx2.Response(204)


transport = httpx2.MockTransport(answer)
with Client(http_client=httpx2.Client(transport=transport)) as client:
    assert client.client.books.list_books() == [Books(title="Emma")]
    assert client.client.books.pages.get_page(3) == "page 3"
    client.client.books.get_books_pages()
    assert client.client.books is client.client.books
    client.b.a.get_a()


async def main() -> None:
    async with AsyncClient(
        http_client=httpx2.AsyncClient(transport=transport)
    ) as client:
        assert await client.client.books.list_books() == [Books(title="Emma")]
        assert await client.client.books.pages.get_page(3) == "page 3"


asyncio.run(main())
