"""Tables in the answer, behind an address, and on their way up, in an API that is like none of ours."""

import asyncio
import json
from pathlib import Path

import httpx2
from client import AsyncClient, Client
from client.errors import InvalidRequestError, TableError
from client.models import Grain, Layer, Spot
from client.tables import read_table, write_table

GRAINS = {
    "result": {
        "kind": "grain",
        "columns": {
            "sample": [1, 2],
            "diameter": [0.5, 2.25],
            "stony": [None, True],
            "sieve[0]": [4, 5],
            "sieve[1]": [6, 7],
        },
    }
}
LAYERS = b"layer,from,class\n1,0.0,7\n2,0.4,loam\n"
sheets: dict[str, bytes] = {}


def lab(request: httpx2.Request) -> httpx2.Response:
    if request.url.host == "photos.example":
        assert "X-Lab-Key" not in request.headers
        return httpx2.Response(200, content=b"\x89PNG")
    if request.url.host == "slots.example":
        assert "X-Lab-Key" not in request.headers
        assert request.headers["content-type"] == "text/x-sheet"
        sheets[request.url.path] = request.content
        return httpx2.Response(200)
    assert request.headers["X-Lab-Key"] == "secret"
    path = request.url.path.removeprefix("/api")
    if path == "/probes/p 1/measure":
        assert request.url.params["depth"] == "30"
        assert b"filename=" in request.content
        if b"as layers" in request.content:
            # The type is not to be trusted.
            return httpx2.Response(
                200, content=LAYERS, headers={"content-type": "application/json"}
            )
        return httpx2.Response(200, json=GRAINS)
    if path == "/surveys/s/spots":
        return httpx2.Response(200, json={"north": 1.5, "south": 2.0})
    if path == "/surveys/s/archive":
        wanted: dict[str, str] = json.loads(request.content or b"{}")
        link = {
            "csv": "/api/files/layers.csv",
            "jpeg": "https://photos.example/archive",
        }.get(wanted.get("format", ""), "/api/files/grain")
        return httpx2.Response(201, json={"files": {"whole": {"link": link}}})
    if path == "/files/layers.csv":
        return httpx2.Response(
            200, content=LAYERS, headers={"content-type": "text/plain"}
        )
    if path == "/files/grain":
        return httpx2.Response(200, json=GRAINS)
    if path == "/surveys/s/photo":
        return httpx2.Response(200, json={"link": "https://photos.example/s?signed=1"})
    if path == "/sheets":
        told = json.loads(request.content)
        assert told["survey"] == "s" and told["details"]["called"] == "sheet.csv"
        assert told["details"]["octets"] == 7
        slot = {"put_to": "https://slots.example/1", "as": "text/x-sheet"}
        return httpx2.Response(200, json={"key": "k1", "slot": slot})
    if path == "/sheets/k1/seal":
        return httpx2.Response(200, json={"key": "k1", "sealed": "/1" in sheets})
    return httpx2.Response(404)


transport = httpx2.MockTransport(lab)
with Client(api_key="secret", http_client=httpx2.Client(transport=transport)) as client:
    grains = client.operations.measure("p 1", Grain, depth=30, sheet=b"a,b\n1,2\n")
    assert grains.columns == ("sample", "size", "stony", "sieves")
    first, second = grains.rows()
    assert (first.sample, first.size, first.stony, first.sieves) == (
        1,
        0.5,
        None,
        [4, 6],
    )
    assert second.stony is True
    assert grains.metadata["kind"] == "grain"
    # Without a class, what is there decides.
    layers = client.operations.measure(
        "p 1", depth=30, sheet=b"a,b\n", note="as layers"
    )
    assert [type(row) for row in layers.rows()] == [Layer, Layer]
    assert layers.column("class") == ["7", "loam"]
    try:
        client.operations.measure("p 1", Layer, depth=30, sheet=b"a,b\n")
    except TableError as error:
        assert "not of Layer" in str(error)
    else:
        raise SystemExit("no error")
    try:
        client.operations.measure("p 1", depth=30, sheet=b"x" * 2001)
    except InvalidRequestError as error:
        assert "sheet" in str(error) and "2000" in str(error).replace(",", "")
    else:
        raise SystemExit("no error")

    assert [(s.spot, s.height) for s in client.surveys.spots("s", Spot).rows()] == [
        ("north", 1.5),
        ("south", 2.0),
    ]
    assert client.surveys.archive("s").files.whole
    assert client.surveys.archive_table("s", Grain).num_rows == 2
    assert client.surveys.archive_table("s", Layer, format="csv").column("from") == [
        0.0,
        0.4,
    ]
    assert client.surveys.archive_file("s", format="csv").read() == LAYERS
    # Even a file that gets the key gets none on another host.
    assert client.surveys.archive_file("s", format="jpeg").read() == b"\x89PNG"
    path = Path("photo.png")
    client.surveys.file("s").save(path)
    assert path.read_bytes() == b"\x89PNG"

    sheet = client.sheets.send(("sheet.csv", b"a,b\n1,2", "text/csv"), survey="s")
    assert sheet.sealed and sheets == {"/1": b"a,b\n1,2"}

    target = Path("grains.parquet")
    write_table(grains.rows(), Grain, target, format="parquet")
    assert [row.sieves for row in read_table(target, Grain).rows()] == [[4, 6], [5, 7]]


async def main() -> None:
    made = httpx2.AsyncClient(transport=httpx2.MockTransport(lab))
    async with AsyncClient(api_key="secret", http_client=made) as client:
        grains = await client.operations.measure(
            "p 1", Grain, depth=30, sheet=b"a,b\n1,2\n"
        )
        assert grains.num_rows == 2
        assert (
            await client.surveys.archive_table("s", Layer, format="csv")
        ).num_rows == 2
        assert await client.surveys.file("s").read() == b"\x89PNG"


asyncio.run(main())
