"""Two pages of orders, from a document in two files."""

import httpx2
from shop_client import Client


def answer(request: httpx2.Request) -> httpx2.Response:
    if request.url.params.get("after") == "2":
        return httpx2.Response(200, json={"orders": [{"id": 3}], "next": None})
    return httpx2.Response(200, json={"orders": [{"id": 1}, {"id": 2}], "next": "2"})


with Client(
    http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
) as client:
    assert [order.id for order in client.orders.list()] == [1, 2, 3]
    assert [order.id for order in client.orders.list().take(2)] == [1, 2]
    assert [len(page.orders) for page in client.orders.list().pages()] == [2, 1]
