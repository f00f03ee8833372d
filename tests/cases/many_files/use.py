"""Everything that stands in other files is there: paths, parameters, bodies, answers, schemas, the key."""

import json
from pathlib import Path

import httpx2
from client import Client
from client.errors import NotFoundError
from client.models import Cat, Dog, Keeper, Problem

TOM = {"kind": "cat", "id": "tom", "lives": 9, "kittens": [{"kind": "cat", "id": "x"}]}
REX = {"kind": "dog", "id": "rex", "keeper": {"name": "Ann", "feeds": [TOM]}}


def answer(request: httpx2.Request) -> httpx2.Response:
    assert request.headers["X-Zoo-Key"] == "secret"
    if request.method == "POST":
        return httpx2.Response(201, json=json.loads(request.content))
    if request.url.path == "/v1/animals":
        assert request.url.params["limit"] == "2"
        return httpx2.Response(200, json=[TOM, REX])
    return httpx2.Response(404, json={"message": "gone"})


with Client(
    api_key="secret", http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
) as client:
    tom, rex = client.animals.list(limit=2)
    assert isinstance(tom, Cat) and tom.kittens and isinstance(tom.kittens[0], Cat)
    assert isinstance(rex, Dog) and isinstance(rex.keeper, Keeper)
    assert rex.keeper.feeds == [tom]
    assert client.animals.create(body=tom) == tom
    try:
        client.animals.retrieve("none")
    except NotFoundError as error:
        assert error.body == Problem(message="gone")
    else:
        raise SystemExit("no error")

# A change in any of the files is noticed.
inputs = json.loads(Path("client/.clientpress/manifest.json").read_text())["inputs"]
assert sorted(inputs) == [
    "document.yaml",
    "paths/animals.yaml",
    "paths/more paths.json",
    "schemas/Animal.yaml",
    "schemas/cat.yaml",
    "schemas/deep/ids.yaml",
    "shared/parameters.json",
    "shared/problem.json",
    "shared/responses.yaml",
    "shared/security.yaml",
]
