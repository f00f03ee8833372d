"""Calls to the app in FastAPI."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import (
    A,
    App,
    Binary,
    Call,
    Event,
    Fails,
    Items,
)

PAGE_OF_PETS = "PageAnnotatedUnionCatDogTypeRequiredTrueDiscriminatorKind"

LEAD = {
    "id": 3,
    "name": "Lead",
    "price": "19.90",
    "colour": "dark blue",
    "born": dt.date(2024, 2, 29),
    "sold_at": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "code": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}
NOTHING_SET = {"sold_at": None, "code": None}
TOM = A("Cat", kind="cat", name="Tom", lives=9)
REX = A("Dog", kind="dog", name="Rex", good=None)
CHUNKS = Items([A("Chunk", index=0, text="Hel"), A("Chunk", index=1, text="lo")])

CALLS = [
    # ------------------------------------------------------------ items
    Call(
        "GET /items/",
        saw={"filters": {"limit": 10, "colours": [], "after": None}},
        came=A("PageItem", items=[A("Item", **LEAD)], total=1, next=None),
    ),
    Call(
        "GET /items/",
        {"limit": 3, "colours": ["red", "dark blue"], "after": dt.date(2024, 2, 29)},
        saw={
            "filters": {
                "limit": 3,
                "colours": ["red", "dark blue"],
                "after": "2024-02-29",
            }
        },
        came=A("PageItem", items=[A("Item", **LEAD)], total=1, next=None),
        case="all filters",
    ),
    Call(
        "POST /items/",
        {
            "name": "Kö & Co",
            "price": Decimal("19.95"),
            "colour": "dark blue",
            "born": dt.date(2024, 2, 29),
            "labels": {"a b": "c"},
            "extra": {"any": [1, None]},
        },
        saw={
            "item": {
                "name": "Kö & Co",
                "price": "19.95",
                "colour": "dark blue",
                "born": "2024-02-29",
                "labels": {"a b": "c"},
                "extra": {"any": [1, None]},
            }
        },
        came=A(
            "Item",
            id=4,
            name="Kö & Co",
            price="19.95",
            colour="dark blue",
            born=dt.date(2024, 2, 29),
            labels={"a b": "c"},
            extra={"any": [1, None]},
            **NOTHING_SET,
        ),
    ),
    Call(
        "POST /items/",
        {"name": "", "price": "much"},
        saw=None,
        came=Fails(
            "UnprocessableError",
            422,
            A(
                "HTTPValidationError",
                detail=[
                    A(
                        "ValidationError",
                        type="string_too_short",
                        loc=["body", "name"],
                        msg="String should have at least 1 character",
                        input="",
                        ctx={"min_length": 1},
                    ),
                    A(
                        "ValidationError",
                        type="decimal_parsing",
                        loc=["body", "price"],
                        msg="Input should be a valid decimal",
                        input="much",
                        ctx=None,
                    ),
                ],
            ),
        ),
        case="not valid",
    ),
    Call(
        "GET /items/{item_id}",
        {"item_id": 3, "q": "a b&c=/ü"},
        saw={"item_id": 3, "q": "a b&c=/ü"},
        came=A("Item", **LEAD),
    ),
    Call(
        "GET /items/{item_id}",
        {"item_id": 404},
        saw={"item_id": 404, "q": None},
        came=Fails("NotFoundError", 404, A("Message", detail="There is no such item")),
        case="missing",
    ),
    Call(
        "PATCH /items/{item_id}",
        {"item_id": 3, "name": "Tin"},
        saw={"item_id": 3, "given": {"name": "Tin"}},
        came=A("Item", **LEAD | {"name": "Tin"}),
    ),
    Call(
        "PATCH /items/{item_id}",
        {"item_id": 3, "colour": None, "extra": None},
        saw={"item_id": 3, "given": {"colour": None, "extra": None}},
        came=A("Item", **LEAD | {"colour": None, "extra": None}),
        case="null clears",
    ),
    Call(
        "PUT /items/{item_id}/extra",
        {"item_id": 3, "body": {"a": [None, 1.5]}},
        saw={"extra": {"a": [None, 1.5]}},
        came={"a": [None, 1.5]},
    ),
    Call(
        "PUT /items/{item_id}/extra",
        {"item_id": 3, "body": None},
        saw={"extra": None},
        came=None,
        case="null",
    ),
    Call("DELETE /items/{item_id}", {"item_id": 3}, saw={"item_id": 3}),
    Call(
        "GET /items/{item_id}/price", {"item_id": 3}, saw={"item_id": 3}, came="19.90"
    ),
    Call(
        "GET /items/{item_id}/labels",
        {"item_id": 3, "names": ["size", "a,b"]},
        saw={"names": ["size", "a,b"]},
        came={"size": "XL", "none": None},
    ),
    Call(
        "POST /items/search",
        {"words": ["a", "b"], "limit": 2, "x_trace": ["one"]},
        saw={"words": ["a", "b"], "limit": 2, "x_trace": ["one"]},
        came=[A("Item", **LEAD)],
    ),
    Call(
        "POST /items/basket",
        {"lines": [{"item": "a"}, A("Line", item="b", count=2)]},
        saw={
            "basket": {
                "lines": [{"item": "a", "count": 1}, {"item": "b", "count": 2}],
                "total": 3,
            }
        },
        came=A(
            "BasketOutput",
            lines=[A("Line", item="a", count=1), A("Line", item="b", count=2)],
            total=3,
        ),
    ),
    Call(
        "PUT /items/place",
        {
            "point": [1, 2.5],
            "opens": dt.time(8, 30),
            "stay": "PT90M",
            "size": 2,
            "days": [dt.date(2024, 2, 29)],
            "parent": {"point": [0, 0], "opens": dt.time(0), "stay": "P1D"},
        },
        saw={
            "place": {
                "point": [1.0, 2.5],
                "opens": "08:30:00",
                "stay": "PT1H30M",
                "size": 2,
                "days": ["2024-02-29"],
                "parent": {
                    "point": [0.0, 0.0],
                    "opens": "00:00:00",
                    "stay": "P1D",
                    "size": 1,
                    "days": [],
                    "parent": None,
                },
            }
        },
        came=A(
            "PlaceOutput",
            point=[1.0, 2.5],
            opens=dt.time(8, 30),
            stay="PT1H30M",
            size=2,
            days=[dt.date(2024, 2, 29)],
            parent=A(
                "PlaceOutput",
                point=[0.0, 0.0],
                opens=dt.time(0),
                stay="P1D",
                size=1,
                days=[],
                parent=None,
            ),
        ),
    ),
    Call(
        "GET /items/sold/{code}/{day}",
        {
            "code": LEAD["code"],
            "day": dt.date(2024, 2, 29),
            "since": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
            "only": True,
            "sizes": 2,
        },
        saw={
            "code": "6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f",
            "day": "2024-02-29",
            "since": "2024-03-01 12:00:00+00:00",
            "only": True,
            "sizes": 2,
        },
        came="29.02.2024",
    ),
    # ------------------------------------------------------------ pets
    Call(
        "POST /pets",
        {"body": A("Cat", name="Tom")},
        saw={"pet": {"kind": "cat", "name": "Tom", "lives": 9}},
        came=TOM,
        case="model",
    ),
    Call(
        "POST /pets",
        {"body": {"kind": "dog", "name": "Rex"}},
        saw={"pet": {"kind": "dog", "name": "Rex", "good": None}},
        came=REX,
        case="dict",
    ),
    Call(
        "PUT /pets/owner",
        {
            "name": "Ann",
            "pets": [A("Dog", name="Rex"), {"kind": "cat", "name": "Tom"}],
        },
        saw={
            "owner": {
                "name": "Ann",
                "pets": [
                    {"kind": "dog", "name": "Rex", "good": None},
                    {"kind": "cat", "name": "Tom", "lives": 9},
                ],
            }
        },
        came=A("Owner", name="Ann", pets=[REX, TOM]),
    ),
    Call(
        "POST /pets/shapes",
        {"body": [A("Square", side=2.0), A("Circle", radius=1)]},
        saw={
            "shapes": [
                {"shape": "square", "side": 2.0},
                {"shape": "circle", "radius": 1.0},
            ]
        },
        came=[
            A("Square", shape="square", side=2.0),
            A("Circle", shape="circle", radius=1.0),
        ],
    ),
    Call("GET /pets/page", came=A(PAGE_OF_PETS, items=[TOM, REX], total=2, next="n")),
    # ------------------------------------------------------------ forms and files
    Call("POST /files/bytes", {"file": b"12345"}, saw={"size": 5}, came={"size": 5}),
    Call(
        "POST /files/one",
        {"file": ("näme.txt", b"hello", "text/plain")},
        saw={"name": "näme.txt", "type": "text/plain", "content": "hello"},
        came={"filename": "näme.txt"},
    ),
    Call(
        "POST /files/many",
        {"files": [("a.txt", b"one"), ("b.txt", b"two")]},
        saw={"files": [["a.txt", "one"], ["b.txt", "two"]]},
        came=["a.txt", "b.txt"],
    ),
    Call(
        "POST /files/mixed",
        {
            "picture": ("p.png", b"\x89\x00"),
            "title": "Ä, b & c",
            "size": "large",
            "tags": ["x", "y,z"],
        },
        saw={
            "picture": "p.png",
            "content": "\x89\x00",
            "title": "Ä, b & c",
            "size": "large",
            "tags": ["x", "y,z"],
            "thumbnail": None,
            "text": None,
        },
        came={"title": "Ä, b & c", "size": 2},
    ),
    Call(
        "POST /files/mixed",
        {
            "picture": ("p.png", b"1"),
            "title": "t",
            "size": 3,
            "tags": ["x"],
            "thumbnail": ("t.png", b"2"),
            "note": "n",
        },
        saw={
            "picture": "p.png",
            "content": "1",
            "title": "t",
            "size": "3",
            "tags": ["x"],
            "thumbnail": "t.png",
            "text": "n",
        },
        came={"title": "t", "size": 1},
        case="everything",
    ),
    Call(
        "POST /files/contact",
        {"email": "a+b@example.com", "age": 3, "topics": ["x", "y z"]},
        saw={"contact": {"email": "a+b@example.com", "age": 3, "topics": ["x", "y z"]}},
        came=A("Contact", email="a+b@example.com", age=3, topics=["x", "y z"]),
    ),
    Call(
        "GET /files/manual",
        came=Binary((HERE / "python" / "manual.bin").read_bytes()),
    ),
    Call("GET /files/report", came="a,b\n1,2\n"),
    Call("GET /files/picture", came=Binary(b"\x89PNG\r\n\x1a\n\x00")),
    Call("GET /files/license", came="Do what you like, süß & free.\n"),
    Call("GET /files/page", came="<p>Hello</p>"),
    Call("GET /files/undeclared", came="plain"),
    Call("GET /files/generic", came=Binary(b"\x00\x01")),
    # ------------------------------------------------------------ who is there
    Call("GET /access/key", saw={"key": "k-1"}, came="k-1"),
    Call("GET /access/session", saw={"session": "s=1"}, came="s=1"),
    Call("GET /access/bearer", saw={"scheme": "Bearer", "token": "b.1"}, came="b.1"),
    Call(
        "GET /access/basic",
        saw={"username": "ann", "password": "p:w"},
        came={"username": "ann"},
    ),
    Call(
        "POST /access/token",
        {
            "grant_type": "password",
            "username": "ann",
            "password": "p&=+",
            "scope": "a b",
        },
        saw={"username": "ann", "password": "p&=+", "scopes": ["a", "b"]},
        came={"access_token": "t", "token_type": "bearer"},
    ),
    Call("GET /access/me", saw={"token": "o-1"}, came=None),
    Call(
        "GET /access/cookies",
        {"tracker": "abc", "visits": 3},
        saw={"tracker": "abc", "visits": 3},
        came={"tracker": "abc", "visits": 3},
    ),
    Call("GET /access/accept", saw={"accept": "application/json, */*;q=0.1"}, came={}),
    Call("GET /access/broken", came=Fails("ServerError", 500, "Internal Server Error")),
    Call(
        "GET /access/teapot",
        came=Fails(
            "StatusError",
            418,
            A("Message", detail="short and stout"),
        ),
    ),
    # ------------------------------------------------------------ streams
    Call("GET /streams/chunks", came=CHUNKS),
    Call(
        "GET /streams/events",
        came=Items(
            [
                Event("update", '{"x": 1}', "1"),
                Event("update", '"two"', "2"),
                Event("done", "[DONE]", "3"),
            ]
        ),
    ),
    Call(
        "GET /streams/events",
        came=Items(
            [
                Event("update", '{"x": 1}', "1"),
                Event("update", '"two"', "2"),
                Event("done", "[DONE]", "3"),
            ]
        ),
        case="events",
        events=True,
    ),
    Call(
        "GET /streams/untyped",
        came=Items([Event(None, '{"x": 1}'), Event(None, '{"x": 2}')]),
    ),
    Call("GET /streams/words", came=Items(["Hel", "lo"])),
    Call("GET /streams/lines", came=CHUNKS),
    Call(
        "POST /streams/chat",
        {"text": "Hi"},
        saw={"question": {"text": "Hi", "stream": False}},
        came=A("Answer", text="Hello"),
    ),
    Call(
        "POST /streams/chat",
        {"text": "Hi", "stream": True},
        saw={"question": {"text": "Hi", "stream": True}},
        came=CHUNKS,
        case="as a stream",
    ),
]

APP = App(
    name="fastapi",
    document="/openapi.json",
    credentials={
        "APIKeyHeader": "k-1",
        "APIKeyCookie": "s=1",
        "HTTPBearer": "b.1",
        "HTTPBasic": ("ann", "p:w"),
        "OAuth2PasswordBearer": "o-1",
    },
    calls=CALLS,
)
