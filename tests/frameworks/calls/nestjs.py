"""Calls to the app in NestJS."""

from __future__ import annotations

import datetime as dt
from base64 import b64encode

from tests.frameworks.laboratory import A, App, Binary, Call, Fails

LOST = {
    "id": 3,
    "title": "Lost",
    "price": 12.5,
    "genre": "po/etry",
    "printed": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "labels": {"size": "XL"},
    "authors": ["Ann", "Bob"],
}
PAGE = A("BooksControllerFindAllResponse", total=1, items=[A("BookDto", **LOST)])

CALLS = [
    # ------------------------------------------------------------ books
    Call("GET /books", saw={"limit": 10}, came=PAGE),
    Call(
        "GET /books",
        {"limit": 3, "q": "a b&c=ü", "genres": ["novel", "po/etry"]},
        saw={"limit": 3, "q": "a b&c=ü", "genres": ["novel", "po/etry"]},
        came=PAGE,
        case="all filters",
    ),
    Call(
        "POST /books",
        {"title": "Kö & Co", "price": 7, "genre": "novel", "authors": ["Ann"]},
        saw={
            "book": {
                "title": "Kö & Co",
                "price": 7,
                "genre": "novel",
                "authors": ["Ann"],
            }
        },
        came=A(
            "BookDto",
            **LOST
            | {
                "id": 4,
                "title": "Kö & Co",
                "price": 7,
                "genre": "novel",
                "authors": ["Ann"],
            },
        ),
    ),
    Call(
        "POST /books",
        {"title": ""},
        saw=None,
        came=Fails(
            "BadRequestError",
            400,
            {
                "message": ["title should not be empty"],
                "error": "Bad Request",
                "statusCode": 400,
            },
        ),
        case="not valid",
    ),
    Call("GET /books/{id}", {"id": 3}, saw={"id": 3}, came=A("BookDto", **LOST)),
    Call(
        "GET /books/{id}",
        {"id": 404},
        saw={"id": 404},
        came=Fails(
            "NotFoundError",
            404,
            A(
                "ProblemDto",
                message="There is no such book",
                error="Not Found",
                status_code=404,
            ),
        ),
        case="missing",
    ),
    Call(
        "PATCH /books/{id}",
        {"id": 3, "title": "Found"},
        saw={"id": 3, "given": {"title": "Found"}},
        came=A("BookDto", **LOST | {"title": "Found"}),
    ),
    Call(
        "PATCH /books/{id}",
        {"id": 3, "price": None},
        saw={"id": 3, "given": {"price": None}},
        came=A("BookDto", **LOST | {"price": None}),
        case="null clears",
    ),
    Call("DELETE /books/{id}", {"id": 3}, saw={"id": 3}),
    Call(
        "GET /books/{id}/summary",
        {"id": 3},
        saw={"id": 3},
        came={"id": 3, "words": 3},
    ),
    Call("GET /books/{id}/title", {"id": 3}, saw={"id": 3}, came="Lost & found"),
    Call(
        "PUT /books/{id}/payment",
        {"id": 3, "means": A("CashDto", kind="cash", given=5)},
        saw={"id": 3, "payment": {"means": {"kind": "cash", "given": 5}}},
        came=A("PaymentDto", means=A("CashDto", kind="cash", given=5)),
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /files/cover",
        {"file": ("p.txt", b"hello"), "title": "Ä, b & c"},
        saw={"name": "p.txt", "content": "hello", "title": "Ä, b & c"},
        came={"name": "p.txt"},
    ),
    Call(
        "POST /files/covers",
        {"files": [("a.txt", b"one"), ("b.txt", b"two")]},
        saw={"names": ["a.txt", "b.txt"]},
        came=["a.txt", "b.txt"],
    ),
    Call(
        "POST /files/contact",
        {"email": "a+b@example.com", "age": 3},
        saw={"contact": {"email": "a+b@example.com", "age": "3"}},
        came=A("ContactDto", email="a+b@example.com", age=3),
    ),
    Call("GET /files/manual", came=Binary(b"\x00\x01\xff")),
    Call("GET /files/export", came="a,b\n1,2\n"),
    Call(
        "GET /files/events",
        came='\nid: 1\ndata: {"x":1}\n\nevent: update\nid: 2\ndata: two\n\n',
    ),
    # ------------------------------------------------------------ who is there
    Call(
        "GET /access/bearer",
        saw={"authorization": "Bearer b-1"},
        came={"authorization": "Bearer b-1"},
    ),
    Call(
        "GET /access/basic",
        saw={"authorization": "Basic " + b64encode("ann:p:ä".encode()).decode()},
        came={},
    ),
    Call("GET /access/key", saw={"key": "k-1"}, came={}),
    Call("GET /access/session", saw={"cookie": "session=s=1"}, came={}),
    Call(
        "GET /access/conflict",
        came=Fails(
            "ConflictError",
            409,
            {
                "message": "Somebody was faster",
                "error": "Conflict",
                "statusCode": 409,
            },
        ),
    ),
]

APP = App(
    name="nestjs",
    document="/api-json",
    credentials={
        "bearer": "b-1",
        "basic": ("ann", "p:ä"),
        "api-key": "k-1",
        "cookie": "s=1",
    },
    calls=CALLS,
)
