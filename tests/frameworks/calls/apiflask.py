"""Calls to the app in APIFlask."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import A, App, Binary, Call, Fails, Says

SOUR = {
    "id": 2,
    "name": "Sour",
    # The document says that it is a number, and the framework sends text.
    "price": "4.50",
    "weight": 1.5,
    "grain": "whole wheat",
    "shape": None,
    "baked": None,
    "sold_at": None,
    "code": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}
# The second name that apispec gives to the schema.
BREAD = "BreadOut1"
PAGINATION = A(
    "PaginationSchema",
    page=1,
    per_page=20,
    pages=1,
    total=1,
    current=None,
    next=None,
    prev=None,
    first=None,
    last=None,
)

CALLS = [
    # ------------------------------------------------------------ breads
    Call(
        "GET /breads/",
        saw={"query": {"page": 1, "grains": [], "fresh": False}},
        came=A("BreadsOut", breads=[A("BreadOut", **SOUR)], pagination=PAGINATION),
    ),
    Call(
        "GET /breads/",
        {
            "page": 2,
            "grains": ["rye", "whole wheat"],
            "fresh": True,
            "after": dt.date(2024, 2, 29),
        },
        saw={
            "query": {
                "page": 2,
                "grains": ["rye", "whole wheat"],
                "fresh": True,
                "after": "2024-02-29",
            }
        },
        came=A("BreadsOut", breads=[A("BreadOut", **SOUR)], pagination=PAGINATION),
        case="all filters",
    ),
    Call(
        "POST /breads/",
        {
            "name": "Kö & Co",
            "price": Decimal("19.95"),
            "weight": 2,
            "grain": "whole wheat",
            "shape": "round",
            "baked": dt.date(2024, 2, 29),
            "labels": {"a b": "c"},
            "extra": {"any": [1, None]},
        },
        saw={
            "given": {
                "name": "Kö & Co",
                "price": "19.95",
                "weight": 2.0,
                "grain": "whole wheat",
                "shape": "round",
                "baked": "2024-02-29",
                "labels": {"a b": "c"},
                "extra": {"any": [1, None]},
            }
        },
        came=A(
            BREAD,
            id=3,
            name="Kö & Co",
            price="19.95",
            weight=2.0,
            grain="whole wheat",
            shape="round",
            baked=dt.date(2024, 2, 29),
            labels={"a b": "c"},
            extra={"any": [1, None]},
        ),
    ),
    Call(
        "POST /breads/",
        {"name": "", "price": 1},
        saw=None,
        came=Says("UnprocessableError", 422, "Length must be between 1 and 20."),
        case="not valid",
    ),
    Call(
        "GET /breads/{bread_id}",
        {"bread_id": 2},
        saw={"bread_id": 2},
        came=A(BREAD, **SOUR),
    ),
    Call(
        "GET /breads/{bread_id}",
        {"bread_id": 404},
        saw={"bread_id": 404},
        came=Fails(
            "NotFoundError",
            404,
            A("HTTPError", message="There is no such bread", detail={}),
        ),
        case="missing",
    ),
    Call(
        "PATCH /breads/{bread_id}",
        {"bread_id": 2, "name": "Sweet"},
        saw={"bread_id": 2, "given": {"name": "Sweet"}},
        came=A(BREAD, **SOUR | {"name": "Sweet"}),
    ),
    Call(
        "PATCH /breads/{bread_id}",
        {"bread_id": 2, "shape": None, "baked": None, "extra": None},
        saw={"bread_id": 2, "given": {"shape": None, "baked": None, "extra": None}},
        came=A(BREAD, **SOUR | {"extra": None}),
        case="null clears",
    ),
    Call("DELETE /breads/{bread_id}", {"bread_id": 2}, saw={"bread_id": 2}),
    Call(
        "POST /breads/{bread_id}/reserve",
        {"bread_id": 2},
        saw={"bread_id": 2},
        came=Fails(
            "ConflictError",
            409,
            A("Conflict", message="Somebody was faster", by="Bob"),
        ),
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /files/one",
        {"picture": ("a.txt", b"hello", "text/plain")},
        saw={"name": "a.txt", "type": "text/plain", "content": "hello"},
        came=A("GeneratedSchema", name="a.txt", size=5),
    ),
    Call(
        "POST /files/many",
        {"pictures": [("a.txt", b"one"), ("b.txt", b"twos")]},
        saw={"files": [["a.txt", "one"], ["b.txt", "twos"]]},
        came=A("GeneratedSchema1", names=["a.txt", "b.txt"]),
    ),
    Call(
        "POST /files/cake",
        {"title": "Ä, b & c", "picture": ("p.png", b"\x89\x00"), "sizes": [1, 20]},
        saw={
            "title": "Ä, b & c",
            "picture": "p.png",
            "content": "\x89\x00",
            "sizes": [1, 20],
        },
        came=A("GeneratedSchema2", title="Ä, b & c"),
    ),
    Call(
        "POST /files/customer",
        {"name": "a+b =c", "age": 3, "topics": ["x", "y z"]},
        saw={"given": {"name": "a+b =c", "age": 3, "topics": ["x", "y z"]}},
        came=A("CustomerIn", name="a+b =c", age=3, topics=["x", "y z"]),
    ),
    Call(
        "GET /files/manual",
        came=Binary((HERE / "python" / "manual.bin").read_bytes()),
    ),
    Call("GET /files/export", came="a,b\n1,2\n"),
    Call("GET /files/text", came="süß & free\n"),
    Call("GET /files/events", came='data: {"x": 1}\n\n'),
    Call("GET /files/json", came={"any": [1, None]}),
    # ------------------------------------------------------------ who is there
    Call(
        "GET /access/token",
        saw={"token": "b-1"},
        came=A("GeneratedSchema4", token="b-1"),
    ),
    Call(
        "GET /access/basic",
        saw={"login": ["ann", "p:ä"]},
        came=A("GeneratedSchema5", name="ann"),
    ),
    Call("GET /access/key", saw={"key": "k-1"}, came=A("GeneratedSchema3", key="k-1")),
    Call(
        "GET /access/headers",
        {"x_trace": "a b", "visits": 3},
        saw={"headers": {"x_trace": "a b"}, "cookies": {"visits": 3}},
        came=A("GeneratedSchema6", trace="a b", visits=3),
    ),
    Call("GET /access/accept", saw={"accept": "application/json, */*;q=0.1"}, came={}),
]

APP = App(
    name="apiflask",
    document="/openapi.json",
    credentials={
        "BearerAuth": "b-1",
        "BasicAuth": ("ann", "p:ä"),
        "ApiKeyAuth": "k-1",
    },
    calls=CALLS,
)
