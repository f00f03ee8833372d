"""Calls to the app in Litestar."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import A, App, Binary, Call, Fails

LOST = {
    "id": 7,
    "title": "Lost",
    "price": "12.50",
    "genre": "po/etry",
    "printed": dt.date(2024, 2, 29),
    "changed": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "isbn": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
    "loan": None,
}
PAGE = "PageLitestarAppPaperbackLitestarAppAudio"

CALLS = [
    # ------------------------------------------------------------ books
    Call(
        "GET /books",
        saw={"limit": 10, "genres": None, "after": None, "sort_by": None},
        came=A(
            "ListBooksResponse", items=[A("Book", **LOST)], total=1, limit=10, offset=0
        ),
    ),
    Call(
        "GET /books",
        {
            "limit": 3,
            "genres": ["novel", "po/etry"],
            "after": dt.date(2024, 2, 29),
            "sort_by": "-a b",
        },
        saw={
            "limit": 3,
            "genres": ["novel", "po/etry"],
            "after": "2024-02-29",
            "sort_by": "-a b",
        },
        came=A(
            "ListBooksResponse", items=[A("Book", **LOST)], total=1, limit=3, offset=0
        ),
        case="all filters",
    ),
    Call(
        "POST /books",
        {
            "title": "Kö & Co",
            "price": "19.95",
            "genre": "po/etry",
            "printed": dt.date(2024, 2, 29),
            "labels": {"a b": "c"},
            "extra": {"any": [1, None]},
        },
        saw={
            "data": {
                "title": "Kö & Co",
                "price": "19.95",
                "genre": "po/etry",
                "printed": "2024-02-29",
                "labels": {"a b": "c"},
                "extra": {"any": [1, None]},
            }
        },
        came=A(
            "Book",
            id=8,
            title="Kö & Co",
            price="19.95",
            genre="po/etry",
            printed=dt.date(2024, 2, 29),
            labels={"a b": "c"},
            extra={"any": [1, None]},
            changed=None,
            isbn=None,
            loan=None,
        ),
    ),
    Call(
        "POST /books",
        {"title": "", "price": "1"},
        saw=None,
        came=Fails(
            "BadRequestError",
            400,
            A(
                "BooksAddBookError",
                status_code=400,
                detail="Validation failed for POST /books",
                extra=[
                    {
                        "message": "Expected `str` of length >= 1",
                        "key": "title",
                        "source": "body",
                    }
                ],
            ),
        ),
        case="not valid",
    ),
    Call(
        "GET /books/{book_id}",
        {"book_id": 7},
        saw={"book_id": 7},
        came=A("Book", **LOST),
    ),
    Call(
        "GET /books/{book_id}",
        {"book_id": 404},
        saw={"book_id": 404},
        came=Fails(
            "NotFoundError",
            404,
            A("Problem", status_code=404, detail="There is no such book"),
        ),
        case="missing",
    ),
    Call(
        "PATCH /books/{book_id}",
        {"book_id": 7, "title": "Found"},
        saw={"book_id": 7, "given": {"title": "Found"}},
        came=A("Book", **LOST | {"title": "Found"}),
    ),
    Call(
        "PATCH /books/{book_id}",
        {"book_id": 7, "printed": None, "extra": None},
        saw={"book_id": 7, "given": {"printed": None, "extra": None}},
        came=A("Book", **LOST | {"printed": None, "extra": None}),
        case="null clears",
    ),
    Call("DELETE /books/{book_id}", {"book_id": 7}, saw={"book_id": 7}),
    Call(
        "GET /books/by-isbn/{isbn}",
        {"isbn": LOST["isbn"]},
        saw={"isbn": "6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"},
        came=None,
    ),
    Call(
        "POST /books/editions",
        {"body": A("Audio", title="B", minutes=1.5)},
        saw={"data": {"kind": "audio", "title": "B", "minutes": 1.5}},
        came=A("Audio", kind="audio", title="B", minutes=1.5),
        case="model",
    ),
    Call(
        "POST /books/editions",
        {"body": {"kind": "paperback", "title": "A"}},
        saw={"data": {"kind": "paperback", "title": "A", "pages": 100}},
        came=A("Paperback", kind="paperback", title="A", pages=100),
        case="dict",
    ),
    Call(
        "GET /books/editions",
        came=A(
            PAGE,
            items=[
                A("Paperback", kind="paperback", title="A", pages=100),
                A("Audio", kind="audio", title="B", minutes=1.5),
            ],
            total=2,
            next=None,
        ),
    ),
    Call(
        "PUT /books/notes",
        {"body": {"a": None, "b": [1, {"c": "d"}]}},
        saw={"data": {"a": None, "b": [1, {"c": "d"}]}},
        came={"a": None, "b": [1, {"c": "d"}]},
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /files/one",
        {"file": ("a.txt", b"hello", "text/plain")},
        saw={"name": "a.txt", "type": "text/plain", "content": "hello"},
        came="a.txt, 5 bytes",
    ),
    Call(
        "POST /files/many",
        {"files": [("a.txt", b"one"), ("b.txt", b"twos")]},
        saw={"files": {"a.txt": 3, "b.txt": 4}},
        came={"a.txt": 3, "b.txt": 4},
    ),
    Call(
        "POST /files/cover",
        {"title": "Ä, b & c", "picture": ("p.png", b"\x89\x00"), "year": 1999},
        saw={
            "title": "Ä, b & c",
            "picture": "p.png",
            "content": "\x89\x00",
            "year": 1999,
        },
        came={"title": "Ä, b & c", "year": 1999},
    ),
    Call(
        "POST /files/order",
        {
            "customer": "Ä & Co",
            "copies": 2,
            "express": True,
            "gift": "a+b =c",
            "genres": ["novel", "po/etry"],
        },
        saw={
            "order": {
                "customer": "Ä & Co",
                "copies": 2,
                "express": True,
                "gift": "a+b =c",
                "genres": ["novel", "po/etry"],
            }
        },
        came=A(
            "Order",
            customer="Ä & Co",
            copies=2,
            express=True,
            gift="a+b =c",
            genres=["novel", "po/etry"],
        ),
    ),
    Call(
        "GET /files/manual",
        came=Binary((HERE / "python" / "manual.bin").read_bytes()),
    ),
    Call("GET /files/export", came="a,b\n1,2\n"),
    Call("GET /files/text", came="süß & free\n"),
    Call("GET /files/page", came="<p>Hello</p>"),
    Call("GET /files/picture", came=Binary(b"\x89PNG\r\n\x1a\n\x00")),
    Call("GET /files/anything", came={"any": [1, None]}),
    # ------------------------------------------------------------ who is there
    Call(
        "GET /access/token",
        saw={"authorization": "Bearer b-1"},
        came={"user": "ann"},
    ),
    Call("GET /access/key", saw={"key": "k-1"}, came={"user": "ann"}),
    Call("GET /access/session", saw={"session": "s-1"}, came="s-1"),
    Call(
        "GET /access/headers",
        {"x_trace": "a b", "visits": 3},
        saw={"trace": "a b", "visits": 3},
        came={"trace": "a b"},
    ),
    Call(
        "GET /access/conflict",
        came=Fails(
            "ConflictError",
            409,
            {
                "status_code": 409,
                "detail": "Somebody was faster",
                "extra": {"by": "Bob"},
            },
        ),
    ),
    Call("GET /access/target", came={"n": 1}),
    # ------------------------------------------------------------ streams
    Call(
        "GET /streams/events",
        came='id: 1\r\nevent: update\r\ndata: {"x":1}\r\n\r\nid: 2\r\nevent: update\r\ndata: two\r\n\r\n',
    ),
    Call("GET /streams/bytes", came=Binary(b"\x00\x01\xff")),
    Call(
        "PUT /customers/{customer_id}",
        {
            "customer_id": "a b&ü?",
            "name": "Ann",
            "address": {"street": "1", "city": None},
            "topics": ["x"],
        },
        saw={
            "customer_id": "a b&ü?",
            "data": {
                "name": "Ann",
                "address": {"street": "1", "city": None},
                "topics": ["x"],
            },
        },
        came=A(
            "Customer",
            name="Ann",
            address=A("Address", street="1", city=None),
            topics=["x"],
        ),
    ),
]

APP = App(
    name="litestar",
    document="/schema/openapi.json",
    credentials={"BearerToken": "b-1", "ApiKey": "k-1", "Session": "s-1"},
    calls=CALLS,
)
