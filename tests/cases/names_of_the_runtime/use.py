"""Answers are the document's models in both clients, whatever was loaded before."""

import asyncio
import pkgutil
from importlib import import_module

import httpx2

import client
from client import AsyncClient, Client, models

for module in pkgutil.walk_packages(client.__path__, "client."):
    import_module(module.name)


def answer(request: httpx2.Request) -> httpx2.Response:
    if request.url.path == "/globals":
        return httpx2.Response(200, json={"getter": {"name": "x"}, "error": {}})
    return httpx2.Response(200, json={"id": "7"})


http = httpx2.Client(transport=httpx2.MockTransport(answer))
with Client(http_client=http) as api:
    run: models.Run = api.operations.get_run("7")
    assert type(run) is models.Run and run.id == "7"
    found = api.operations.get_globals()
    assert type(found.getter) is models.GetattrHook
    assert type(found.error) is models.AttributeError


async def main() -> None:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    async with AsyncClient(http_client=http) as api:
        got: models.Download = await api.operations.get_download("7")
        assert type(got) is models.Download


asyncio.run(main())
assert "SortedList" in dir(models) and not hasattr(models, "Nothing")
