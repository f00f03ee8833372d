"""A pet is added, listed and removed; the second one of the same name is refused."""

import asyncio
import json

import httpx2
from client import AsyncClient, Client
from client.errors import ConflictError, NotFoundError
from client.models import Kind, Owner, Problem

pets: dict[str, dict[str, object]] = {}


def answer(request: httpx2.Request) -> httpx2.Response:
    assert request.headers["X-Key"] == "secret"
    assert request.url.path.startswith("/v1/pets")
    if request.method == "POST":
        pet = json.loads(request.content)
        if pet["name"] in pets:
            return httpx2.Response(409, json={"detail": "taken"})
        pets[pet["name"]] = {**pet, "id": pet["name"], "born": None}
        return httpx2.Response(201, json=pets[pet["name"]])
    if request.method == "DELETE":
        name = request.url.raw_path.decode().rpartition("/")[2]
        return httpx2.Response(204 if pets.pop(name, None) else 404)
    kinds = request.url.params.get_list("kind")
    return httpx2.Response(
        200, json=[pet for pet in pets.values() if not kinds or pet["kind"] in kinds]
    )


with Client(
    api_key="secret", http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
) as client:
    tom = client.pets.create(name="Tom", kind="cat", owner={"name": "Ann"})
    assert (tom.id, tom.kind, tom.owner, tom.born) == (
        "Tom",
        Kind.CAT,
        Owner(name="Ann"),
        None,
    )
    client.pets.create(name="Rex", kind=Kind.DOG)
    assert [pet.name for pet in client.pets.list(kind=["dog"])] == ["Rex"]
    try:
        client.pets.create(name="Tom", kind="cat")
    except ConflictError as error:
        assert isinstance(error.body, Problem) and error.body.detail == "taken"
        assert "secret" not in repr(error) + str(error) + repr(client)
    else:
        raise SystemExit("no error")


async def main() -> None:
    transport = httpx2.MockTransport(answer)
    async with AsyncClient(
        api_key="secret", http_client=httpx2.AsyncClient(transport=transport)
    ) as client:
        await client.pets.delete("Tom")
        try:
            await client.pets.delete("Tom")
        except NotFoundError as error:
            assert error.status == 404
        assert [pet.name for pet in await client.pets.list()] == ["Rex"]


asyncio.run(main())
