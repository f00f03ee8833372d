"""One body in several media types: what goes over the wire for each way to give it."""

from typing import Final

import httpx2
from client import Client
from client.errors import InvalidRequestError

JSON: Final = "application/json"
seen: list[tuple[str, bytes]] = []


def answer(request: httpx2.Request) -> httpx2.Response:
    media_type = request.headers.get("content-type", "").partition(";")[0]
    seen.append((media_type, request.content))
    return httpx2.Response(204)


with Client(
    http_client=httpx2.Client(transport=httpx2.MockTransport(answer))
) as client:
    pets = client.operations
    pets.same("1", name="Tom", age=3)
    pets.same("1", name="Tom", content_type="application/x-www-form-urlencoded")
    pets.upload("1", file=b"\x89PNG", title="Tom")
    pets.upload("1", file="base64", content_type=JSON)
    pets.upload("1", body=("tom.png", b"\x89PNG"), content_type="image/*")
    pets.upload("1")
    pets.differ("1", name="Tom")
    pets.differ("1", body=[{"op": "x"}], content_type="application/json-patch+json")
    pets.differ("1", body="Tom", content_type="text/plain")
    pets.lines("1", body=[{"name": "Tom"}, {"name": "Rex"}])
    try:
        pets.differ("1")  # type: ignore[call-overload]  # pyright: ignore
    except InvalidRequestError as error:
        assert "needs name" in str(error), error
    else:
        raise SystemExit("no error")

form = seen.pop(2)
assert form[0] == "multipart/form-data" and b"\x89PNG" in form[1] and b"Tom" in form[1]
assert seen == [
    (JSON, b'{"name":"Tom","age":3}'),
    ("application/x-www-form-urlencoded", b"name=Tom"),
    (JSON, b'{"file":"base64"}'),
    ("image/png", b"\x89PNG"),
    ("", b""),
    (JSON, b'{"name":"Tom"}'),
    ("application/json-patch+json", b'[{"op":"x"}]'),
    ("text/plain", b"Tom"),
    ("application/x-ndjson", b'{"name":"Tom"}\n{"name":"Rex"}\n'),
], seen
