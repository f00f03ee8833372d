"""Calls to the app in Django REST framework."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import UUID

from tests.frameworks.environments import HERE
from tests.frameworks.laboratory import A, App, Binary, Call, Fails

SAW = {
    "id": 1,
    "name": "Saw",
    "price": Decimal("19.90"),
    "weight": 1.5,
    "colour": "dark blue",
    "size": 2,
    "owner": 1,
    "bought": dt.date(2024, 2, 29),
    "code": UUID("6f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "extra": {"any": [1, None]},
    "manual": None,
    "label": "Saw (2)",
}
AXE = {
    "id": 2,
    "name": "Axe",
    "price": Decimal("1.00"),
    "weight": None,
    "colour": None,
    "size": 1,
    "owner": None,
    "bought": None,
    "code": UUID("7f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
    "extra": None,
    "manual": None,
    "label": "Axe (1)",
}


def tool(action: str, type: str = "", **given: object) -> dict[str, object]:
    """What the app notes of a call to the tools."""
    return {"action": action, "query": {}, "given": given, "type": type}


CALLS = [
    # ------------------------------------------------------------ tools
    Call(
        "GET /tools/",
        {"limit": 2},
        saw=tool("list") | {"query": {"limit": "2"}},
        came=A(
            "PaginatedToolList",
            count=2,
            next=None,
            previous=None,
            results=[A("Tool", **SAW), A("Tool", **AXE)],
        ),
    ),
    Call(
        "GET /tools/{id}/",
        {"id": 1},
        saw=tool("retrieve"),
        came=A("Tool", **SAW),
    ),
    Call(
        "GET /tools/{id}/",
        {"id": 404},
        saw=tool("retrieve"),
        came=Fails(
            "NotFoundError", 404, {"detail": "No Tool matches the given query."}
        ),
        case="missing",
    ),
    Call(
        "POST /tools/",
        {"name": "", "price": Decimal("1"), "content_type": "application/json"},
        saw=tool("create", "application/json", name="", price="1"),
        came=Fails("BadRequestError", 400, {"name": ["This field may not be blank."]}),
        case="not valid",
    ),
    Call(
        "POST /tools/",
        {
            "name": "Kö, & Co",
            "price": Decimal("19.95"),
            "colour": "dark blue",
            "bought": dt.date(2024, 2, 29),
            "manual": ("m.txt", b"manual"),
            "extra": {"any": [1, None]},
            "secret": "s",
        },
        saw=tool(
            "create",
            "multipart/form-data",
            name="Kö, & Co",
            price="19.95",
            colour="dark blue",
            bought="2024-02-29",
            extra='{"any":[1,null]}',
            manual="m.txt",
            secret="s",
        ),
        came=A(
            "Tool",
            id=3,
            name="Kö, & Co",
            price=Decimal("19.95"),
            weight=None,
            colour="dark blue",
            size=1,
            owner=None,
            bought=dt.date(2024, 2, 29),
            code=UUID("8f1c2b6e-3c0e-4f6f-9a0a-0a1b2c3d4e5f"),
            extra={"any": [1, None]},
            manual="manuals/m.txt",
            label="Kö, & Co (1)",
        ),
    ),
    Call(
        "PUT /tools/{id}/",
        {
            "id": 1,
            "name": "Saw",
            "price": Decimal(7),
            "content_type": "application/json",
        },
        saw=tool("update", "application/json", name="Saw", price="7"),
        came=A("Tool", **SAW | {"price": Decimal("7.00")}),
        case="nothing else is sent",
    ),
    Call(
        "PATCH /tools/{id}/",
        {
            "id": 1,
            "weight": None,
            "colour": None,
            "bought": None,
            "extra": None,
            "content_type": "application/json",
        },
        saw=tool(
            "partial_update",
            "application/json",
            weight=None,
            colour=None,
            bought=None,
            extra=None,
        ),
        came=A(
            "Tool",
            **SAW | {"weight": None, "colour": None, "bought": None, "extra": None},
        ),
        case="null clears",
    ),
    Call(
        "PATCH /tools/{id}/",
        {"id": 1, "name": "Jigsaw"},
        saw=tool("partial_update", "multipart/form-data", name="Jigsaw"),
        came=A("Tool", **SAW | {"name": "Jigsaw", "label": "Jigsaw (2)"}),
        case="multipart",
    ),
    Call(
        "PATCH /tools/{id}/",
        {
            "id": 2,
            "colour": "red",
            "size": 2,
            "weight": 1.5,
            "extra": {"any": [1, None]},
            "content_type": "application/x-www-form-urlencoded",
        },
        saw=tool(
            "partial_update",
            "application/x-www-form-urlencoded",
            colour="red",
            size="2",
            weight="1.5",
            extra='{"any":[1,null]}',
        ),
        came=A(
            "Tool",
            **AXE
            | {
                "colour": "red",
                "size": 2,
                "weight": 1.5,
                "extra": {"any": [1, None]},
                "label": "Axe (2)",
            },
        ),
        case="form",
    ),
    Call("DELETE /tools/{id}/", {"id": 2}, saw=tool("destroy")),
    Call(
        "GET /tools/{id}/drawing/",
        {"id": 1},
        saw=tool("drawing"),
        came=Binary(b"\x00\x01\xff"),
    ),
    Call(
        "POST /tools/{id}/lend/",
        {"id": 1},
        saw=tool("lend"),
        came=Fails("ConflictError", 409, A("Problem", detail="It is lent")),
    ),
    # ------------------------------------------------------------ the rest
    Call("GET /owners/", saw={"action": "list"}, came=[A("Owner", id=1, name="Ann")]),
    Call(
        "GET /owners/{id}/",
        {"id": 1},
        saw={"action": "retrieve"},
        came=A("Owner", id=1, name="Ann"),
    ),
    Call(
        "POST /orders/",
        {
            "customer": "Kö & Co",
            "copies": 2,
            "at": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
            "labels": {"a b": "c"},
            "owner": {"name": "Ann"},
        },
        saw={
            "order": {
                "customer": "Kö & Co",
                "copies": 2,
                "express": False,
                "at": "2024-03-01 12:00:00+00:00",
                "labels": {"a b": "c"},
                "owner": {"name": "Ann"},
            }
        },
        came=A(
            "Order",
            customer="Kö & Co",
            copies=2,
            express=False,
            at=dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
            labels={"a b": "c"},
            owner=A("Owner", id=1, name="Ann"),
        ),
    ),
    Call(
        "POST /uploads/",
        {"title": "T", "file": ("a.txt", b"hello"), "colour": "dark blue"},
        saw={"title": "T", "name": "a.txt", "content": "hello", "colour": "dark blue"},
        came={"name": "a.txt"},
    ),
    Call(
        "POST /payments/",
        {"body": A("CashRequest", type="cash", given=1.5)},
        saw={"given": {"type": "cash", "given": 1.5}},
        came=A("Cash", type="cash", given=1.5),
        case="model",
    ),
    Call(
        "POST /payments/",
        {"body": {"type": "card", "number": "1"}},
        saw={"given": {"type": "card", "number": "1"}},
        came=A("Card", type="card", number="1"),
        case="dict",
    ),
    Call(
        "GET /search/",
        {
            "ids": [1, 2],
            "since": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
            "x_trace": "a b",
            "visits": 3,
        },
        saw={
            "ids": ["1", "2"],
            "since": "2024-03-01T12:00:00Z",
            "trace": "a b",
            "visits": "3",
        },
        came={"found": 1},
    ),
    Call("POST /reset/"),
    Call("GET /manual/", came=Binary((HERE / "python" / "manual.bin").read_bytes())),
    Call("GET /token/", saw={"user": "ann"}, came="ann"),
    Call("GET /basic/", saw={"user": "ann"}, came="ann"),
]

APP = App(
    name="drf",
    document="/schema/?format=json",
    credentials={"basicAuth": ("ann", "p:ä"), "tokenAuth": "Token t-1"},
    calls=CALLS,
)
