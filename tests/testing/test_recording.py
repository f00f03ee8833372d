"""Exchanges are kept without secrets, and played again."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from clientpress.testing import (
    FakeApi,
    NotRecorded,
    UnreadableRecording,
    record,
    replay,
)
from tests.testing.sides import SIDES, Side, ask

SHOP = Path(__file__).with_name("shop.yaml")
Answer = Callable[[httpx2.Request], httpx2.Response]
SECRET = "s3cret/of&ann"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings/one.json"


def recorded(
    side: Side,
    path: Path,
    answer: Answer,
    calls: list[tuple[str, str, Any]],
    **how: Any,
) -> list[httpx2.Response]:
    """Make calls and record them."""
    transport = record(path, transport=httpx2.MockTransport(answer), **how)
    return [ask(side, transport, m, url, **more) for m, url, more in calls]


def item(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json={"id": "i1", "at": str(request.url.path)})


@pytest.mark.parametrize("side", SIDES)
def test_what_was_recorded_is_played_again(side: Side, path: Path) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/items?limit=1", {}),
        ("POST", "/items", {"json": {"name": "ä", "n": 1.5}}),
        ("POST", "/items", {"data": {"name": "x"}}),
        ("PUT", "/raw", {"content": b"\x00\xff"}),
        ("PUT", "/files", {"files": {"f": ("n.txt", b"text")}}),
    ]
    first = recorded(side, path, item, calls)
    player = replay(path)
    again = [ask(side, player, m, url, **more) for m, url, more in calls]
    assert [r.json() for r in again] == [r.json() for r in first]
    assert player.unused == []


def test_the_file_can_be_read(path: Path) -> None:
    recorded("sync", path, item, [("POST", "/items", {"json": {"name": "x"}})])
    assert json.loads(path.read_text()) == {
        "clientpress_recording": 1,
        "redacted": {"headers": [], "query": [], "anywhere": []},
        "exchanges": [
            {
                "request": {
                    "method": "POST",
                    "url": "https://shop.example.com/v1/items",
                    "headers": {
                        "accept": "*/*",
                        "x-key": "***",
                        "content-type": "application/json",
                    },
                    "json": {"name": "x"},
                },
                "response": {
                    "status": 200,
                    "headers": {"content-type": "application/json"},
                    "json": {"id": "i1", "at": "/v1/items"},
                },
            }
        ],
    }


@pytest.mark.parametrize("side", SIDES)
def test_the_same_request_is_answered_in_turn(side: Side, path: Path) -> None:
    numbers = iter(range(9))

    def count(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=next(numbers))

    recorded(side, path, count, [("GET", "/items", {})] * 3)
    player = replay(path)
    assert [ask(side, player, "GET", "/items").json() for _ in range(3)] == [0, 1, 2]
    with pytest.raises(NotRecorded, match="once more: it was recorded 3 times"):
        ask(side, player, "GET", "/items")


# ------------------------------------------------------------------ secrets
def echo(request: httpx2.Request) -> httpx2.Response:
    """An answer that tells everything it knows."""
    told = {
        "you": f"{request.headers.get('authorization')} {request.content!r}",
        "access_token": "issued-token",
        "at": f"https://files.test/x?X-Amz-Signature=signed-{SECRET}&n=1",
        "nested": [{"license": "license-key-1"}],
    }
    headers = {
        "set-cookie": "sid=cookie-of-server; Path=/",
        "location": f"/?q={SECRET}",
    }
    return httpx2.Response(200, json=told, headers=headers)


def binary(request: httpx2.Request) -> httpx2.Response:
    content = b"\xff" + SECRET.encode() + request.url.query
    return httpx2.Response(200, content=content)


SENT: dict[str, Any] = {
    "bearer": {"headers": {"Authorization": f"Bearer {SECRET}"}},
    "basic": {"auth": ("ann", SECRET)},
    "key of the document": {"headers": {"X-Key": SECRET}},
    "added header": {"headers": {"X-License": SECRET}},
    "cookie": {"headers": {"Cookie": f"a=1234; sid={SECRET}"}},
    "query": {"params": {"api_key": SECRET, "n": "1"}},
    "json": {"json": {"client_secret": SECRET, "deep": [{"X-License": SECRET}]}},
    "form": {"data": {"client_secret": SECRET, "x": "1"}},
    "bytes": {"headers": {"X-Key": SECRET}, "content": b"\xff" + SECRET.encode()},
    "text": {"headers": {"X-Key": SECRET}, "content": f"I am {SECRET}"},
    "lines": {
        "headers": {"content-type": "application/jsonl"},
        "content": f'{{"n": 1}}\n{{"password": "{SECRET}"}}\n',
    },
}


@pytest.mark.parametrize("answer", [echo, binary])
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", SENT)
def test_no_secret_is_in_the_file(
    side: Side, name: str, answer: Answer, path: Path
) -> None:
    how: dict[str, Any] = {"document": SHOP, "redact": ["X-License", "license"]}
    nothing: tuple[str, str, Any] = ("POST", "/x", {})
    calls = [nothing, ("POST", "/x", SENT[name]), nothing]
    recorded(side, path, answer, calls, **how)
    text = path.read_text()
    data = json.loads(text)
    for each in data["exchanges"]:
        for part in each.values():
            text += base64.b64decode(part.get("base64", "")).decode("latin-1")
            text += str(part.get("text", ""))
    for secret in (
        SECRET,
        "issued-token",
        "cookie-of-server",
        "license-key-1",
        "k-12345",
    ):
        assert secret not in text
    # Another key does as well: what was redacted is not compared.
    other = json.loads(json.dumps(SENT[name], default=str).replace(SECRET, "other-key"))
    if "auth" in other:
        other["auth"] = tuple(other["auth"])
    if name != "bytes":
        player = replay(path)
        both: tuple[dict[str, Any], ...] = ({}, other)
        for more in both:
            assert ask(side, player, "POST", "/x", **more).status_code == 200


# ------------------------------------------------------------------ streams and failures
class Stream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """Pieces that may break off."""

    def __init__(self, *pieces: bytes, breaks: bool = False) -> None:
        self.pieces, self.breaks = pieces, breaks

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces
        if self.breaks:
            raise httpx2.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


@pytest.mark.parametrize("side", SIDES)
def test_streams_pass_while_they_are_recorded(side: Side, path: Path) -> None:
    def events(request: httpx2.Request) -> httpx2.Response:
        headers = {"content-type": "text/event-stream"}
        return httpx2.Response(
            200, headers=headers, stream=Stream(b"data: 1\n\n", b"data: 2\n\n")
        )

    [answer] = recorded(side, path, events, [("GET", "/events", {})])
    assert answer.text == "data: 1\n\ndata: 2\n\n"
    played = ask(side, replay(path), "GET", "/events")
    assert (played.text, played.headers["content-type"]) == (
        answer.text,
        "text/event-stream",
    )


@pytest.mark.parametrize("side", SIDES)
def test_a_stream_that_is_left_early_is_kept_as_far_as_it_was_read(
    side: Side, path: Path
) -> None:
    def events(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=Stream(b"one", b"two", b"three"))

    transport = record(path, transport=httpx2.MockTransport(events))
    if side == "sync":
        with (
            httpx2.Client(transport=transport) as client,
            client.stream("GET", "https://a.test/") as answer,
        ):
            assert next(answer.iter_raw()) == b"one"
    else:

        async def main() -> None:
            async with (
                httpx2.AsyncClient(transport=transport) as client,
                client.stream("GET", "https://a.test/") as answer,
            ):
                assert await anext(answer.aiter_raw()) == b"one"

        asyncio.run(main())
    assert ask(side, replay(path), "GET", "https://a.test/").content == b"one"


@pytest.mark.parametrize("side", SIDES)
def test_failures_are_played_again(side: Side, path: Path) -> None:
    steps = iter(["refused", "cut", "fine"])

    def answer(request: httpx2.Request) -> httpx2.Response:
        step = next(steps)
        if step == "refused":
            raise httpx2.ConnectError("refused")
        return httpx2.Response(200, stream=Stream(b"half", breaks=step == "cut"))

    for transport in (record(path, transport=httpx2.MockTransport(answer)), None):
        used = transport or replay(path)
        with pytest.raises(httpx2.ConnectError, match="refused"):
            ask(side, used, "GET", "/x")
        with pytest.raises(httpx2.ReadError, match="gone"):
            ask(side, used, "GET", "/x")
        assert ask(side, used, "GET", "/x").text == "half"


@pytest.mark.parametrize("side", SIDES)
def test_compressed_answers_can_be_read_in_the_file(side: Side, path: Path) -> None:
    def compressed(request: httpx2.Request) -> httpx2.Response:
        headers = {"content-encoding": "gzip", "content-type": "application/json"}
        return httpx2.Response(
            200, headers=headers, stream=Stream(gzip.compress(b'{"a": 1}'))
        )

    recorded(side, path, compressed, [("GET", "/x", {})])
    [exchange] = json.loads(path.read_text())["exchanges"]
    assert exchange["response"]["json"] == {"a": 1}
    assert ask(side, replay(path), "GET", "/x").json() == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1.10}',
        '{"a": 1, "a": 2}',
        '{"a": 1e400}',
        "[1",
        '"\\ud800"',
        '{"a": 0.1}',
    ],
)
def test_json_that_cannot_be_written_alike_is_kept_as_text(
    path: Path, text: str
) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(
            200, headers={"content-type": "application/json"}, content=text.encode()
        )

    recorded("sync", path, answer, [("GET", "/x", {})])
    assert ask("sync", replay(path), "GET", "/x").text == text


# ------------------------------------------------------------------ what is not there
def test_the_nearest_exchange_is_shown(path: Path) -> None:
    calls: list[tuple[str, str, Any]] = [
        ("GET", "/other", {}),
        ("POST", "/items", {"json": {"name": "Lamp", "price": 5}}),
    ]
    recorded("sync", path, item, calls)
    with pytest.raises(NotRecorded) as caught:
        ask("sync", replay(path), "POST", "/items", json={"name": "Lamp", "price": 6})
    assert str(caught.value).splitlines() == [
        f"POST https://shop.example.com/v1/items is not in {path}. The nearest that is:",
        "--- recorded",
        "+++ sent",
        "@@ -4,3 +4,3 @@",
        '   "name": "Lamp",',
        '-  "price": 5',
        '+  "price": 6',
        "  }",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such recording"),
        ("{", "it cannot be read"),
        ("[]", "it is no recording of this form"),
        ('{"clientpress_recording": 1, "exchanges": [7]}', "exchange 0 has no request"),
    ],
)
def test_files_that_are_no_recordings(
    tmp_path: Path, text: str | None, message: str
) -> None:
    path = tmp_path / "bad.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UnreadableRecording, match=message):
        replay(path)


def test_a_fake_api_can_be_recorded(path: Path) -> None:
    transport = record(path, transport=FakeApi(SHOP), document=SHOP)
    first = ask("async", transport, "GET", "/items").json()
    assert ask("sync", replay(path), "GET", "/items").json() == first
    assert json.loads(path.read_text())["redacted"]["headers"] == ["x-key"]
