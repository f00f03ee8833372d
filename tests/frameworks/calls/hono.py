"""Calls to the app in Hono."""

from __future__ import annotations

import datetime as dt

from tests.frameworks.laboratory import A, App, Binary, Call, Event, Fails, Items, Says

METROPOLIS = {
    "id": 3,
    "title": "Metropolis",
    "rating": 9,
    "genre": "sci-fi",
    "shown": dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}
PAGE = A("GetFilmsResponse", items=[A("Film", **METROPOLIS)], total=1, next=None)

CALLS = [
    # ------------------------------------------------------------ films
    Call("GET /films", saw={"query": {"limit": 10}}, came=PAGE),
    Call(
        "GET /films",
        {"limit": 5, "q": "a b&c=ü", "genres": ["drama", "sci-fi"]},
        saw={"query": {"limit": 5, "q": "a b&c=ü", "genres": ["drama", "sci-fi"]}},
        came=PAGE,
        case="all filters",
    ),
    Call(
        "POST /films",
        {"title": "Kö & Co", "rating": 7, "genre": "sci-fi", "extra": {"a": None}},
        saw={
            "film": {
                "title": "Kö & Co",
                "rating": 7,
                "genre": "sci-fi",
                "extra": {"a": None},
            }
        },
        came=A(
            "Film",
            id=4,
            title="Kö & Co",
            rating=7,
            genre="sci-fi",
            shown=None,
            labels={},
            extra={"a": None},
        ),
    ),
    Call(
        "POST /films",
        {"title": "", "extra": 1},
        saw=None,
        came=Says(
            "BadRequestError", 400, "Too small: expected string to have >=1 characters"
        ),
        case="not valid",
    ),
    Call(
        "GET /films/{id}",
        {"id": 3},
        saw={"id": 3, "path": "/films/3"},
        came=A("Film", **METROPOLIS),
    ),
    Call(
        "GET /films/{id}",
        {"id": 404},
        saw={"id": 404, "path": "/films/404"},
        came=Fails("NotFoundError", 404, A("Problem", message="There is no such film")),
        case="missing",
    ),
    Call(
        "PATCH /films/{id}",
        {"id": 3, "title": "M"},
        saw={"id": 3, "given": {"title": "M"}},
        came=A("Film", **METROPOLIS | {"title": "M"}),
    ),
    Call(
        "PATCH /films/{id}",
        {"id": 3, "rating": None, "extra": None},
        saw={"id": 3, "given": {"rating": None, "extra": None}},
        came=A("Film", **METROPOLIS | {"rating": None, "extra": None}),
        case="null clears",
    ),
    Call("DELETE /films/{id}", {"id": 3}, saw={"id": 3}),
    Call(
        "POST /tickets",
        {
            "body": [
                A("SeatTicket", kind="seat", row=3),
                {"kind": "standing", "zone": "A"},
            ]
        },
        saw={
            "tickets": [{"kind": "seat", "row": 3}, {"kind": "standing", "zone": "A"}]
        },
        came=[
            A("SeatTicket", kind="seat", row=3),
            A("StandingTicket", kind="standing", zone="A"),
        ],
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /posters",
        {
            "poster": ("p.txt", b"hello"),
            "title": "Ä, b & c",
            "stills": [("a.txt", b"1"), ("b.txt", b"2")],
        },
        saw={
            "poster": "p.txt",
            "content": "hello",
            "title": "Ä, b & c",
            "stills": ["a.txt", "b.txt"],
        },
        came=A("PostPostersResponse", title="Ä, b & c"),
    ),
    Call(
        "POST /feedback",
        {"name": "a+b =c", "stars": 3, "text": "fine"},
        saw={"form": {"name": "a+b =c", "stars": 3, "text": "fine"}},
        came=A("PostFeedbackResponse", name="a+b =c", stars=3),
    ),
    Call("GET /trailer", came=Binary(b"\x00\x01\xff")),
    Call("GET /programme", came="süß & free\n"),
    # ------------------------------------------------------------ who is there
    Call(
        "GET /me/bearer",
        saw={"authorization": "Bearer b-1"},
        came=A("GetMeBearerResponse", name="ann"),
    ),
    Call("GET /me/basic", came=A("GetMeBasicResponse", name="ann")),
    Call(
        "GET /me/session",
        saw={"session": "s=1"},
        came=A("GetMeSessionResponse", name="ann"),
    ),
    Call(
        "GET /me/headers",
        {"x_trace": "a b", "visits": "3"},
        saw={"trace": "a b", "visits": "3"},
        came=A("GetMeHeadersResponse", trace="a b"),
    ),
    Call("GET /conflict", came=Fails("ConflictError", 409, "Somebody was faster")),
    # ------------------------------------------------------------ streams
    Call("GET /stream/tokens", came=Items(["token 0", "token 1"])),
    Call(
        "GET /stream/tokens",
        came=Items([Event("token", "token 0", "0"), Event("token", "token 1", "1")]),
        case="events",
        events=True,
    ),
    Call(
        "GET /stream/chunks",
        came=Items([A("Chunk", index=0, text="Hel"), A("Chunk", index=1, text="lo")]),
    ),
    Call("GET /stream/text", came="Hello"),
    Call("GET /stream/bytes", came=Binary(b"\x00\x01\xff")),
]

APP = App(
    name="hono",
    document="/doc",
    credentials={"Bearer": "b-1", "Basic": ("ann", "p:ä"), "Session": "s=1"},
    calls=CALLS,
)
