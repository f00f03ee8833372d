"""Calls to the app in flask-smorest."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import A, App, Binary, Call, Fails, Items

ROSE = {
    "id": 1,
    "name": "Rose",
    "height": 1.5,
    "season": "late summer",
    "kind": "herb",
    "planted": None,
    "watered_at": None,
    "code": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}

CALLS = [
    # ------------------------------------------------------------ plants
    Call("GET /plants/", saw={"query": {"seasons": []}}, came=[A("Plant", **ROSE)]),
    Call(
        "GET /plants/",
        {
            "name": "a b&c=ü",
            "seasons": ["spring", "late summer"],
            "after": dt.date(2024, 2, 29),
            "page": 1,
            "page_size": 5,
        },
        saw={
            "query": {
                "name": "a b&c=ü",
                "seasons": ["spring", "late summer"],
                "after": "2024-02-29",
            }
        },
        came=[A("Plant", **ROSE)],
        case="all filters",
    ),
    Call(
        "POST /plants/",
        {
            "name": "Kö & Co",
            "height": 3,
            "season": "late summer",
            "kind": "tree",
            "planted": dt.date(2024, 2, 29),
            "labels": {"a b": "c"},
            "extra": {"any": [1, None]},
        },
        saw={
            "data": {
                "name": "Kö & Co",
                "height": 3.0,
                "season": "late summer",
                "kind": "tree",
                "planted": "2024-02-29",
                "labels": {"a b": "c"},
                "extra": {"any": [1, None]},
            }
        },
        came=A(
            "Plant",
            id=2,
            name="Kö & Co",
            height=3.0,
            season="late summer",
            kind="tree",
            planted=dt.date(2024, 2, 29),
            watered_at=None,
            code=None,
            labels={"a b": "c"},
            extra={"any": [1, None]},
        ),
    ),
    Call(
        "POST /plants/",
        {"name": ""},
        saw=None,
        came=Fails(
            "UnprocessableError",
            422,
            A(
                "Error",
                code=422,
                status="Unprocessable Entity",
                message=None,
                errors={"json": {"name": ["Shorter than minimum length 1."]}},
            ),
        ),
        case="not valid",
    ),
    Call(
        "GET /plants/{plant_id}",
        {"plant_id": 1},
        saw={"plant_id": 1},
        came=A("Plant", **ROSE),
    ),
    Call(
        "GET /plants/{plant_id}",
        {"plant_id": 404},
        saw={"plant_id": 404},
        came=Fails(
            "NotFoundError",
            404,
            A(
                "Error",
                code=404,
                status="Not Found",
                message="There is no such plant",
                errors=None,
            ),
        ),
        case="missing",
    ),
    Call(
        "PATCH /plants/{plant_id}",
        {"plant_id": 1, "name": "Tulip"},
        saw={"plant_id": 1, "given": {"name": "Tulip"}},
        came=A("Plant", **ROSE | {"name": "Tulip"}),
    ),
    Call(
        "PATCH /plants/{plant_id}",
        {"plant_id": 1, "height": None, "extra": None},
        saw={"plant_id": 1, "given": {"height": None, "extra": None}},
        came=A("Plant", **ROSE | {"height": None, "extra": None}),
        case="null clears",
    ),
    Call("DELETE /plants/{plant_id}", {"plant_id": 1}, saw={"plant_id": 1}),
    Call(
        "PUT /plants/move",
        {"to": "garden", "plants": [{"name": "Rose"}]},
        saw={"data": {"to": "garden", "plants": [{"name": "Rose"}]}},
        came=A("Move", to="garden", plants=[A("Plant2", name="Rose")]),
    ),
    Call("GET /plants/etag", came=A("Plant", **ROSE)),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /files/note",
        {"title": "Ä & Co = a+b", "urgent": True, "topics": ["x", "y z"]},
        saw={"data": {"title": "Ä & Co = a+b", "urgent": True, "topics": ["x", "y z"]}},
        came=A("Note", title="Ä & Co = a+b", urgent=True, topics=["x", "y z"]),
    ),
    Call(
        "POST /files/one",
        {"photo": ("a.txt", b"hello", "text/plain")},
        saw={"name": "a.txt", "type": "text/plain", "content": "hello"},
        came=A("Uploaded", name="a.txt", size=5),
    ),
    Call(
        "POST /files/many",
        {"photos": [("a.txt", b"one"), ("b.txt", b"twos")]},
        saw={"files": [["a.txt", "one"], ["b.txt", "twos"]]},
        came=[
            A("Uploaded", name="a.txt", size=3),
            A("Uploaded", name="b.txt", size=4),
        ],
    ),
    Call(
        "POST /files/titled",
        {"photo": ("a.txt", b"one"), "title": "T"},
        saw={"name": "a.txt", "title": "T"},
        came=A("Title", title="T"),
    ),
    Call(
        "GET /files/manual",
        came=Binary((HERE / "python" / "manual.bin").read_bytes()),
    ),
    Call("GET /files/text", came="süß & free\n"),
    Call("GET /files/export", came="a,b\n1,2\n"),
    Call("GET /files/events", came=Items(["token 0", "[DONE]"])),
    # ------------------------------------------------------------ who is there
    Call(
        "GET /access/bearer",
        saw={"authorization": "Bearer b-1"},
        came=A("Title", title="ann"),
    ),
    Call(
        "GET /access/basic",
        saw={"username": "ann", "password": "p:ä"},
        came=A("Title", title="ann"),
    ),
    Call("GET /access/key", saw={"key": "k&=1"}, came=A("Title", title="ann")),
    Call(
        "GET /access/headers",
        {"x_trace": "a b", "visits": 3},
        saw={"headers": {"trace": "a b"}, "cookies": {"visits": 3}},
        came=A("Title", title="a b"),
    ),
]

APP = App(
    name="smorest",
    document="/openapi.json",
    credentials={
        "bearerAuth": "b-1",
        "basicAuth": ("ann", "p:ä"),
        "keyAuth": "k&=1",
    },
    calls=CALLS,
)
