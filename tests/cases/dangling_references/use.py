"""What cannot be looked up is a JSON value; everything else is typed."""

import httpx2

from client import Client, models


def answer(request: httpx2.Request) -> httpx2.Response:
    if request.url.path == "/pets":
        pet = {"name": "Rex", "owner": {"name": "Ann"}, "home": 7}
        return httpx2.Response(200, json=[pet])
    return httpx2.Response(200, json={"name": "Ann"})


http = httpx2.Client(transport=httpx2.MockTransport(answer))
with Client(http_client=http) as client:
    (pet,) = client.pets.list()
    assert type(pet) is models.Pet and pet.name == "Rex"
    assert pet.owner == {"name": "Ann"} and pet.home == 7
    assert client.owners.retrieve("1") == {"name": "Ann"}
