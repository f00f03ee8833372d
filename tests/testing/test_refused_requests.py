"""Requests that break the document, and what is said about them."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from clientpress.testing import FakeApi, RequestMismatch
from tests.testing.sides import SHOP, SIDES, Side, ask

DOCUMENT = Path(__file__).with_name("shop.yaml")
ITEM = {"name": "Lamp"}
LINES = b'{"name": "a"}\n{"name": "b"}\n'
BEARER = {"X-Key": None, "Authorization": "Bearer t"}
PHOTO = ("x.png", b"\x89PNG", "image/png")


@pytest.fixture(scope="module")
def api() -> FakeApi:
    return FakeApi(DOCUMENT)


ALLOWED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "nothing optional": ("GET", "/items", {}),
    "everything": (
        "GET",
        "/items?cursor=c&limit=5&tags=new,old&price[min]=1&price%5Bmax%5D=2.5",
        {"headers": {"X-Tenant": "7", "Cookie": "session=12345678; other=1"}},
    ),
    "another login": (
        "GET",
        "/items",
        {"headers": {"X-Key": None}, "auth": ("ann", "secret")},
    ),
    "another host": ("GET", "http://localhost:8000/v1/items", {}),
    "json": ("POST", "/items", {"json": ITEM}),
    "json, compressed": (
        "POST",
        "/items",
        {
            "content": gzip.compress(b'{"name": "Lamp"}'),
            "headers": {"content-type": "application/json", "content-encoding": "gzip"},
        },
    ),
    "form": (
        "POST",
        "/items",
        {"data": {"name": "Lamp", "price": "1.5", "size[width]": "3"}},
    ),
    "files": (
        "PUT",
        "/items/i1/photo",
        {
            "files": {"file": PHOTO, "about": (None, b'{"title": "T"}')},
            "headers": BEARER,
        },
    ),
    "lines": (
        "POST",
        "/orders",
        {"content": LINES, "headers": {"content-type": "application/jsonl"}},
    ),
    "an optional body": ("POST", "/orders", {"headers": {"X-Key": None}}),
    "no key where none is needed": ("GET", "/events", {"headers": {"X-Key": None}}),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ALLOWED)
def test_what_the_document_allows_is_answered(
    api: FakeApi, side: Side, name: str
) -> None:
    method, url, more = ALLOWED[name]
    assert ask(side, api, method, url, **more).status_code in (200, 201, 204)


LIST = "#/paths/~1items/get"
NEW = "#/paths/~1items/post/requestBody"
AS_JSON = f"{NEW}/content/application~1json/schema"
PUT_PHOTO = "#/paths/~1items~1{id}~1photo/put"
AS_FILES = f"{PUT_PHOTO}/requestBody/content/multipart~1form-data"
AS_LINES = "#/paths/~1orders/post/requestBody/content/application~1jsonl/itemSchema"

# What is sent → the place in the document, and what is said.
REFUSED: dict[str, tuple[tuple[str, str, dict[str, Any]], list[tuple[str, str]]]] = {
    "unknown path": (
        ("GET", "/item", {}),
        [("#/paths", "the path is not in the document; the nearest is GET /items")],
    ),
    "the server has a path": (
        ("GET", "http://localhost:8000/items", {}),
        [("#/paths", "the path is not in the document; the nearest is GET /items")],
    ),
    "unknown method": (
        ("DELETE", "/items", {}),
        [(LIST, "the path has no DELETE; there is GET, POST")],
    ),
    "path": (
        ("GET", "/items/7", {}),
        [
            (
                "#/paths/~1items~1{id}/get/parameters/0",
                'path \'id\': "7" does not match "^i"',
            )
        ],
    ),
    "query, type": (
        ("GET", "/items?limit=many", {}),
        [
            (
                f"{LIST}/parameters/1",
                'query \'limit\': "many" is not of type "integer"',
            )
        ],
    ),
    "query, limit": (
        ("GET", "/items?limit=0", {}),
        [
            (
                f"{LIST}/parameters/1",
                "query 'limit': 0 is less than the minimum of 1",
            )
        ],
    ),
    "query, twice": (
        ("GET", "/items?limit=1&limit=2", {}),
        [(f"{LIST}/parameters/1", "query 'limit': 'limit' is given 2 times")],
    ),
    "query, misspelt": (
        ("GET", "/items?limitt=1", {}),
        [(LIST, "query 'limitt' is not declared; did you mean 'limit'?")],
    ),
    "query, item of an array": (
        ("GET", "/items?tags=new,odd", {}),
        [
            (
                f"{LIST}/parameters/2",
                'query \'tags\'/1: "odd" is not one of "new" or "old"',
            )
        ],
    ),
    "query, style": (
        ("GET", "/items?tags=new&tags=old&price=1", {}),
        [
            (f"{LIST}/parameters/2", "query 'tags': 'tags' is given 2 times"),
            (LIST, "query 'price' is not sent in the style that is declared"),
        ],
    ),
    "query, member of an object": (
        ("GET", "/items?price[min]=x&price[mid]=2", {}),
        [
            (
                f"{LIST}/parameters/3",
                "query 'price': Additional properties are not allowed ('mid' was unexpected)",
            ),
            (
                f"{LIST}/parameters/3",
                'query \'price\'/min: "x" is not of type "number"',
            ),
        ],
    ),
    "header": (
        ("GET", "/items", {"headers": {"X-Tenant": "seven"}}),
        [
            (
                "#/paths/~1items/parameters/0",
                'header \'X-Tenant\': "seven" is not of type "integer"',
            )
        ],
    ),
    "cookie": (
        ("GET", "/items", {"headers": {"Cookie": "session=short"}}),
        [
            (
                f"{LIST}/parameters/4",
                "cookie 'session': \"short\" is shorter than 8 characters",
            )
        ],
    ),
    "no body": (("POST", "/items", {}), [(NEW, "the body is missing")]),
    "body, type": (
        ("POST", "/items", {"content": "x", "headers": {"content-type": "text/plain"}}),
        [
            (
                f"{NEW}/content",
                "a body of type text/plain is not declared; "
                "there is application/json, application/x-www-form-urlencoded",
            )
        ],
    ),
    "body, no JSON": (
        (
            "POST",
            "/items",
            {"content": "{", "headers": {"content-type": "application/json"}},
        ),
        [
            (
                f"{NEW}/content/application~1json",
                "body: it is no JSON: Expecting property name enclosed in double quotes: "
                "line 1 column 2 (char 1)",
            )
        ],
    ),
    "body, everything at once": (
        ("POST", "/items?a=1", {"json": {"price": "1"}, "headers": {"X-Key": None}}),
        [
            ("#/paths/~1items/post", "query 'a' is not declared"),
            (AS_JSON, 'body: "name" is a required property'),
            (AS_JSON, 'body/price: "1" is not of type "number"'),
            (
                "#/security",
                "credentials are missing: key (header X-Key) or login (Authorization: Basic …)",
            ),
        ],
    ),
    "form": (
        ("POST", "/items", {"data": {"name": "", "size[width]": "wide"}}),
        [
            (
                f"{NEW}/content/application~1x-www-form-urlencoded/schema",
                'body/name: "" is shorter than 1 character',
            ),
            (
                f"{NEW}/content/application~1x-www-form-urlencoded/schema",
                'body/size/width: "wide" is not of type "integer"',
            ),
        ],
    ),
    "files, missing and wrong": (
        (
            "PUT",
            "/items/i1/photo",
            {
                "files": {"about": (None, b"{}")},
                "headers": {"Authorization": "Bearer t"},
            },
        ),
        [
            (f"{AS_FILES}/schema", 'body: "file" is a required property'),
            (f"{AS_FILES}/schema", 'body/about: "title" is a required property'),
        ],
    ),
    "files, media type": (
        (
            "PUT",
            "/items/i1/photo",
            {"files": {"file": ("x.txt", b"x", "text/plain")}, "headers": BEARER},
        ),
        [(AS_FILES, "body/file: text/plain was sent, image/* is declared")],
    ),
    "lines": (
        (
            "POST",
            "/orders",
            {
                "content": b'{"name": "a"}\n{"name": 7}\n',
                "headers": {"content-type": "application/jsonl"},
            },
        ),
        [(AS_LINES, 'line 2/name: 7 is not of type "string"')],
    ),
    "a body that is not declared": (
        ("GET", "/items", {"content": b"x"}),
        [(LIST, "a body was sent, but none is declared")],
    ),
    "the key of another operation": (
        ("PUT", "/items/i1/photo", {"files": {"file": PHOTO}}),
        [
            (
                f"{PUT_PHOTO}/security",
                "credentials are missing: token (Authorization: Bearer …)",
            )
        ],
    ),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_breaks_the_document_is_refused(
    api: FakeApi, side: Side, name: str
) -> None:
    (method, url, more), expected = REFUSED[name]
    with pytest.raises(RequestMismatch) as caught:
        ask(side, api, method, url, **more)
    found = [(each.pointer, each.message) for each in caught.value.findings]
    assert sorted(found) == sorted(expected)


def test_the_message_has_lines_of_the_document_and_no_secret(api: FakeApi) -> None:
    with pytest.raises(RequestMismatch) as caught:
        ask("sync", api, "POST", "/items?a=1", json={}, headers={"X-Key": "top-secret"})
    text = DOCUMENT.read_text().splitlines()
    [declared] = [
        i
        for i, line in enumerate(text, 1)
        if 'application/json: {schema: {$ref: "#/components/schemas/NewItem' in line
    ]
    assert str(caught.value).splitlines() == [
        f"POST {SHOP}/items?a=1 (addItem) breaks the document:",
        "  - query 'a' is not declared",
        f"      {DOCUMENT}:34:5 #/paths/~1items/post",
        '  - body: "name" is a required property',
        f"      {DOCUMENT}:{declared}:30 {AS_JSON}",
    ]
    assert isinstance(caught.value, AssertionError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert "top-secret" not in repr(api.requests[-1].headers)


def test_what_is_asked_of_requests_can_be_less() -> None:
    api = FakeApi(DOCUMENT, credentials=False, undeclared=True)
    answer = ask("sync", api, "GET", "/items?more=1", headers={"X-Key": None})
    assert answer.status_code == 200


def test_read_only_members_are_not_asked_for(api: FakeApi) -> None:
    document = json.loads(
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "T", "version": "1"},
                "paths": {
                    "/x": {
                        "post": {
                            "requestBody": {"content": {"application/json": {"schema": {
                                "required": ["id", "name"],
                                "properties": {"id": {"readOnly": True}, "name": {}},
                            }}}},
                            "responses": {"204": {"description": ""}},
                        }
                    }
                },
            }
        )
    )  # fmt: skip
    fake = FakeApi(document)
    assert ask("sync", fake, "POST", "https://any.test/x", json={"name": 1}).is_success
    with pytest.raises(RequestMismatch) as caught:
        ask("sync", fake, "POST", "https://any.test/x", json={"id": 1})
    assert str(caught.value.findings[0]) == (
        'body: "name" is a required property\n      <document>#/paths/~1x/post/'
        "requestBody/content/application~1json/schema"
    )
