"""Calls to the app in django-ninja."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import A, App, Binary, Call, Fails

WALL = {
    "id": 5,
    "title": "Wall",
    "price": "12.50",
    "format": "C/D",
    "released": dt.date(2024, 2, 29),
    "sold_at": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "code": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}
SONG = A("Song", kind="song", title="S", seconds=180)
SYMPHONY = A("Symphony", kind="symphony", title="T", movements=["I", "II"])

CALLS = [
    # ------------------------------------------------------------ records
    Call(
        "GET /api/records",
        saw={"filters": {"q": None, "formats": [], "after": None}},
        came=A("PagedRecord", items=[A("Record", **WALL)], count=1),
    ),
    Call(
        "GET /api/records",
        {
            "q": "a b&c=ü",
            "formats": ["LP", "C/D"],
            "after": dt.date(2024, 2, 29),
            "limit": 5,
            "offset": 1,
        },
        saw={
            "filters": {
                "q": "a b&c=ü",
                "formats": ["LP", "C/D"],
                "after": "2024-02-29",
            }
        },
        came=A("PagedRecord", items=[], count=1),
        case="all filters",
    ),
    Call(
        "POST /api/records",
        {
            "title": "Kö & Co",
            "price": Decimal("19.95"),
            "format": "C/D",
            "released": dt.date(2024, 2, 29),
            "extra": {"any": [1, None]},
        },
        saw={
            "data": {
                "title": "Kö & Co",
                "price": "19.95",
                "format": "C/D",
                "released": "2024-02-29",
                "extra": {"any": [1, None]},
            }
        },
        came=A(
            "Record",
            id=6,
            title="Kö & Co",
            price="19.95",
            format="C/D",
            released=dt.date(2024, 2, 29),
            sold_at=None,
            code=None,
            labels={},
            extra={"any": [1, None]},
        ),
    ),
    Call(
        "POST /api/records",
        {"title": "", "price": "1"},
        saw=None,
        came=Fails(
            "UnprocessableError",
            422,
            {
                "detail": [
                    {
                        "type": "string_too_short",
                        "loc": ["body", "data", "title"],
                        "msg": "String should have at least 1 character",
                        "ctx": {"min_length": 1},
                    }
                ]
            },
        ),
        case="not valid",
    ),
    Call(
        "GET /api/records/page",
        {"limit": 3},
        saw={"limit": 3},
        came=A("PageRecord", items=[A("Record", **WALL)], total=1, next=None),
    ),
    Call(
        "GET /api/records/{record_id}",
        {"record_id": 5},
        saw={"record_id": 5},
        came=A("Record", **WALL),
    ),
    Call(
        "GET /api/records/{record_id}",
        {"record_id": 404},
        saw={"record_id": 404},
        came=Fails("NotFoundError", 404, A("Error", message="There is no such record")),
        case="missing",
    ),
    Call(
        "PATCH /api/records/{record_id}",
        {"record_id": 5, "title": "Door"},
        saw={"record_id": 5, "given": {"title": "Door"}},
        came=A("Record", **WALL | {"title": "Door"}),
    ),
    Call(
        "PATCH /api/records/{record_id}",
        {"record_id": 5, "released": None, "extra": None},
        saw={"record_id": 5, "given": {"released": None, "extra": None}},
        came=A("Record", **WALL | {"released": None, "extra": None}),
        case="null clears",
    ),
    Call("DELETE /api/records/{record_id}", {"record_id": 5}, saw={"record_id": 5}),
    Call(
        "POST /api/records/pieces",
        {"body": A("Song", title="S")},
        saw={"piece": {"kind": "song", "title": "S", "seconds": 180}},
        came=SONG,
        case="model",
    ),
    Call(
        "POST /api/records/pieces",
        {"body": {"kind": "symphony", "title": "T", "movements": ["I", "II"]}},
        saw={"piece": {"kind": "symphony", "title": "T", "movements": ["I", "II"]}},
        came=SYMPHONY,
        case="dict",
    ),
    Call(
        "PUT /api/records/programme",
        {
            "pieces": [
                A("Symphony", title="T", movements=["I", "II"]),
                A("Song", title="S"),
            ]
        },
        saw={
            "data": {
                "pieces": [
                    {"kind": "symphony", "title": "T", "movements": ["I", "II"]},
                    {"kind": "song", "title": "S", "seconds": 180},
                ]
            }
        },
        came=A("Programme", pieces=[SYMPHONY, SONG]),
    ),
    Call(
        "PUT /api/records/extra",
        {"body": {"a": None, "b": [1, {"c": "d"}]}},
        saw={"data": {"a": None, "b": [1, {"c": "d"}]}},
        came={"a": None, "b": [1, {"c": "d"}]},
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /api/files/one",
        {"file": ("a.txt", b"hello", "text/plain")},
        saw={"name": "a.txt", "type": "text/plain", "content": "hello"},
        came={"name": "a.txt", "size": 5},
    ),
    Call(
        "POST /api/files/many",
        {"files": [("a.txt", b"one"), ("b.txt", b"two")]},
        saw={"files": [["a.txt", "one"], ["b.txt", "two"]]},
        came=["a.txt", "b.txt"],
    ),
    Call(
        "POST /api/files/mixed",
        {
            "name": "Ä, b & c",
            "age": 3,
            "topics": ["x", "y,z"],
            "photo": ("p.png", b"\x89\x00"),
            "rating": "good",
        },
        saw={
            "listener": {"name": "Ä, b & c", "age": 3, "topics": ["x", "y,z"]},
            "photo": "p.png",
            "content": "\x89\x00",
            "rating": "good",
        },
        came=A("Listener", name="Ä, b & c", age=3, topics=["x", "y,z"]),
    ),
    Call(
        "POST /api/files/listener",
        {"name": "a+b =c", "age": 3, "topics": ["x", "y z"]},
        saw={"listener": {"name": "a+b =c", "age": 3, "topics": ["x", "y z"]}},
        came=A("Listener", name="a+b =c", age=3, topics=["x", "y z"]),
    ),
    Call(
        "GET /api/files/manual",
        came=Binary((HERE / "python" / "manual.bin").read_bytes()),
    ),
    Call("GET /api/files/export", came="a,b\n1,2\n"),
    Call("GET /api/files/text", came="süß & free\n"),
    Call("GET /api/files/events", came='data: {"x": 1}\n\n'),
    # ------------------------------------------------------------ who is there
    Call("GET /api/access/header-key", saw={"key": "h-1"}, came="h-1"),
    Call("GET /api/access/query-key", saw={"key": "q&=1"}, came="q&=1"),
    Call("GET /api/access/cookie-key", saw={"key": "c=1"}, came="c=1"),
    Call("GET /api/access/bearer", saw={"token": "b-1"}, came="b-1"),
    Call("GET /api/access/basic", saw={"login": ["ann", "p:ä"]}, came=["ann", "p:ä"]),
    Call(
        "GET /api/access/headers",
        {"x_trace": "a b", "visits": "three"},
        saw={"trace": "a b", "visits": "three"},
        came={"trace": "a b", "visits": "three"},
    ),
    Call(
        "GET /api/access/conflict",
        came=Fails("ConflictError", 409, {"detail": "Somebody was faster"}),
    ),
]

APP = App(
    name="ninja",
    document="/api/openapi.json",
    credentials={
        "HeaderKey": "h-1",
        "QueryKey": "q&=1",
        "CookieKey": "c=1",
        "Bearer": "b-1",
        "Basic": ("ann", "p:ä"),
    },
    calls=CALLS,
)
