"""Batches by adding and by file, with several formats of lines, in an API that is like none of ours."""

import asyncio
import json
from pathlib import Path

import httpx2
from client import AsyncClient, Client, Failed, Succeeded, Undecodable, join
from client.batch_files import PieceWriter, TermLineWriter, read_lost, read_translated
from client.errors import InvalidRequestError, JobFailedError, StreamError
from client.models import Piece

orders: dict[int, dict[str, object]] = {}
pieces: dict[int, list[dict[str, str]]] = {}
parcels: dict[str, list[dict[str, str]]] = {}


def lines(*items: object) -> bytes:
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def state(key: int) -> dict[str, object]:
    count = len(pieces[key])
    if any(piece["text"] == "!" for piece in pieces[key]):
        return {"open": 1, "refused": "one is empty"}
    return {"open": 0, "done": count, "all": count}


def bureau(request: httpx2.Request) -> httpx2.Response:
    path, steps = request.url.path, request.url.path.strip("/").split("/")
    if path == "/orders" and request.method == "POST":
        told = json.loads(request.content)
        assert told["language"] == "fr"
        key = len(orders) + 1
        pieces[key] = list(parcels.get(told.get("parcel_name", ""), []))
        orders[key] = {"key": key, "lost_in": told.get("parcel_name")}
        return httpx2.Response(201, json={"order": orders[key]})
    if path == "/parcels":
        # A form with one file: its lines are those that are JSON objects.
        found = [
            json.loads(x) for x in request.content.splitlines() if x.startswith(b"{")
        ]
        assert len(found) <= 3
        name = f"parcel{len(parcels)}"
        parcels[name] = found
        return httpx2.Response(200, json={"stored": {"name": name}})
    if path == "/glossary":
        assert b'{"term":"sea","means":"mer"}' in request.content
        return httpx2.Response(204)
    if steps[0] == "parcels":
        lost = [
            {"piece": p["label"], "why": "unreadable"}
            for p in parcels[steps[1]]
            if p["text"] == "?"
        ]
        return httpx2.Response(200, content=lines(*lost))
    key = int(steps[1])
    if steps[2:] == []:
        return httpx2.Response(200, json={**orders[key], "state": state(key)})
    if steps[2] == "pieces" and request.method == "POST":
        given = json.loads(request.content)["more"]["pieces"]
        assert 1 <= len(given) <= 2
        pieces[key] += given
        return httpx2.Response(204)
    if steps[2] == "news":
        events = [{"label": "a"}, {"label": "b"}] if key == 1 else [{"trouble": "ink"}]
        text = "".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: bye\n\n"
        return httpx2.Response(
            200, text=text, headers={"content-type": "text/event-stream"}
        )
    assert steps[2] == "done"
    made: list[object] = []
    for piece in pieces[key]:
        if piece["text"] == "bad":
            made.append({"label": piece["label"], "trouble": "no such word"})
        elif piece["text"] != "?":
            made.append(
                {
                    "label": piece["label"],
                    "translation": {"text": piece["text"].upper()},
                }
            )
    return httpx2.Response(200, content=lines(*made))


REQUESTS = [
    Piece(label="a", text="sea"),
    Piece(label="b", text="bad"),
    Piece(label="c", text="sky"),
]
transport = httpx2.MockTransport(bureau)
with Client(http_client=httpx2.Client(transport=transport)) as client:
    seen: list[int] = []
    run = client.orders.translate(
        REQUESTS, language="fr", on_progress=lambda order: seen.append(order.key)
    )
    joined = join(run, REQUESTS)
    found = {request.label: outcome for request, outcome in joined.pairs}
    a, b = found["a"], found["b"]
    assert isinstance(a, Succeeded) and a.body.text == "SEA"
    assert isinstance(b, Failed) and b.error == "no such word"
    assert not joined.missing and len(found) == 3 and set(seen) == {1}
    assert len(pieces[1]) == 3

    # The file of a parcel takes three lines: four pieces are two orders.
    many = [*REQUESTS, Piece(label="d", text="?")]
    by_file = client.orders.translate_parcel(many, language="fr", memo="by file")
    found_in = {x.id: x for x in by_file if not isinstance(x, Undecodable)}
    assert isinstance(found_in["a"], Succeeded) and len(orders) == 3
    assert isinstance(found_in["d"], Failed) and found_in["d"].error == "unreadable"

    order = client.orders.finish(1)
    assert client.orders.progress(order) == (3.0, 3.0)
    assert [x.id for x in client.orders.outcomes(1) if isinstance(x, Failed)] == ["b"]
    done = [x for x in client.orders.done(1) if not isinstance(x, Undecodable)]
    assert [x.label for x in done] == ["a", "b", "c"]
    with client.orders.news(1) as news:
        assert [event.label for event in news] == ["a", "b"]
    try:
        with client.orders.news(2) as news:
            list(news)
    except StreamError as error:
        assert "ink" in str(error)
    else:
        raise SystemExit("no error")
    try:
        client.orders.translate([Piece(label="x", text="!")], language="fr")
    except JobFailedError as error:
        assert error.reason == "one is empty"
    else:
        raise SystemExit("no error")

    terms = Path("terms.jsonl")
    with TermLineWriter(terms) as writer:
        writer.write({"term": "sea", "means": "mer"})
    client.glossary.send(terms=terms)
    with PieceWriter(Path("pieces.jsonl")) as pieces_writer:
        pieces_writer.write({"label": "a", "text": "sea"})
        try:
            pieces_writer.write({"label": "a", "text": "again"})
        except InvalidRequestError as error:
            assert "'a'" in str(error)
        else:
            raise SystemExit("no error")
    (read,) = read_translated(lines({"label": "a", "translation": {"text": "MER"}}))
    assert isinstance(read, Succeeded) and read.body.text == "MER"
    (lost,) = read_lost(lines({"piece": "a", "why": "wet"}))
    assert isinstance(lost, Failed) and lost.error == "wet"


async def main() -> None:
    made = httpx2.AsyncClient(transport=httpx2.MockTransport(bureau))
    async with AsyncClient(http_client=made) as client:
        run = await client.orders.translate_parcel(REQUESTS, language="fr")
        found = [x.id async for x in run if not isinstance(x, Undecodable)]
        assert sorted(found) == ["a", "b", "c"]


asyncio.run(main())
