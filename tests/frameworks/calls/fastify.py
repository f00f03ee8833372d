"""Calls to the app in Fastify."""

from __future__ import annotations

import datetime as dt

from tests.frameworks.laboratory import A, App, Binary, Call, Fails

LIGHTNING = {
    "id": 3,
    "name": "Lightning",
    "height": 1.6,
    "colour": "dark bay",
    "born": dt.date(2024, 2, 29),
    "labels": {"size": "XL"},
    "extra": {"any": [1, None]},
}
PAGE = A("ListHorsesResponse", items=[A("Horse", **LIGHTNING)], total=1)

CALLS = [
    # ------------------------------------------------------------ horses
    Call(
        "GET /horses",
        saw={"query": {"limit": 10}, "url": "/horses"},
        came=PAGE,
    ),
    Call(
        "GET /horses",
        {"limit": 5, "page": 3, "colours": ["bay", "dark bay"]},
        saw={
            "query": {"limit": 5, "page": 3, "colours": ["bay", "dark bay"]},
            "url": "/horses?limit=5&page=3&colours=bay&colours=dark%20bay",
        },
        came=PAGE,
        case="all filters",
    ),
    Call(
        "POST /horses",
        {
            "name": "Kö & Co",
            "height": 2,
            "colour": "dark bay",
            "born": dt.date(2024, 2, 29),
            "labels": {"a b": "c"},
            "extra": None,
        },
        saw={
            "horse": {
                "name": "Kö & Co",
                "height": 2,
                "colour": "dark bay",
                "born": "2024-02-29",
                "labels": {"a b": "c"},
                "extra": None,
            }
        },
        came=A(
            "Horse",
            id=4,
            name="Kö & Co",
            height=2,
            colour="dark bay",
            born=dt.date(2024, 2, 29),
            labels={"a b": "c"},
            extra=None,
        ),
    ),
    Call(
        "POST /horses",
        {"name": "x", "height": 1, "colour": "blue"},
        saw=None,
        came=Fails(
            "BadRequestError",
            400,
            A(
                "Problem",
                status_code=400,
                error="Bad Request",
                message="body/colour must be equal to constant, body/colour must be equal to constant, body/colour must match a schema in anyOf",
                code="FST_ERR_VALIDATION",
            ),
        ),
        case="not valid",
    ),
    Call(
        "GET /horses/{id}",
        {"id": 3},
        saw={"id": 3, "url": "/horses/3"},
        came=A("Horse", **LIGHTNING),
    ),
    Call(
        "GET /horses/{id}",
        {"id": 404},
        saw={"id": 404, "url": "/horses/404"},
        came=Fails(
            "NotFoundError",
            404,
            A(
                "Problem",
                status_code=404,
                error="Not Found",
                message="There is no such horse",
                code=None,
            ),
        ),
        case="missing",
    ),
    Call(
        "PATCH /horses/{id}",
        {"id": 3, "name": "Thunder"},
        saw={"id": 3, "given": {"name": "Thunder"}},
        came=A("Horse", **LIGHTNING | {"name": "Thunder"}),
    ),
    Call(
        "PATCH /horses/{id}",
        {"id": 3, "born": None, "extra": None},
        saw={"id": 3, "given": {"born": None, "extra": None}},
        came=A("Horse", **LIGHTNING | {"born": None, "extra": None}),
        case="null clears",
    ),
    Call("DELETE /horses/{id}", {"id": 3}, saw={"id": 3}),
    Call(
        "POST /exercises",
        {"body": A("Jump", kind="jump", height=1.5)},
        saw={"exercise": {"kind": "jump", "height": 1.5}},
        came=A("Jump", kind="jump", height=1.5),
        case="model",
    ),
    Call(
        "POST /exercises",
        {"body": {"kind": "walk", "minutes": 5}},
        saw={"exercise": {"kind": "walk", "minutes": 5}},
        came=A("Walk", kind="walk", minutes=5),
        case="dict",
    ),
    Call(
        "PUT /notes",
        {"body": {"a": None}},
        saw={"notes": {"a": None}},
        came={"notes": {"a": None}},
    ),
    Call(
        "PUT /notes",
        {"body": None},
        saw={"notes": None},
        came={"notes": None},
        case="null",
    ),
    # ------------------------------------------------------------ forms and files
    Call(
        "POST /photos",
        {"photo": ("a.txt", b"hello")},
        saw={"name": "a.txt", "content": "hello"},
        came=A("AddPhotoResponse", name="a.txt"),
    ),
    Call(
        "POST /titled",
        {"photo": ("a.txt", b"hello"), "title": "Ä, b & c"},
        saw={"name": "a.txt", "title": "Ä, b & c"},
        came=A("AddTitledResponse", title="Ä, b & c"),
    ),
    Call(
        "POST /feedback",
        {"name": "a+b =c", "stars": 3, "topics": ["x", "y z"]},
        saw={"form": {"name": "a+b =c", "stars": 3, "topics": ["x", "y z"]}},
        came=A("SendFeedbackResponse", name="a+b =c"),
    ),
    Call("GET /pedigree", came=Binary(b"\x00\x01\xff")),
    Call("GET /rules", came="süß & free\n"),
    Call("GET /events", came='data: {"x": 1}\n\n'),
    # ------------------------------------------------------------ who is there
    Call("GET /me/key", saw={"key": "k-1"}, came=A("WithKeyResponse", name="ann")),
    Call(
        "GET /me/bearer",
        saw={"authorization": "Bearer b-1"},
        came=A("WithBearerResponse", name="ann"),
    ),
    Call(
        "GET /me/session",
        {"x_trace": "a b"},
        saw={"session": "s=1", "trace": "a b"},
        came=A("WithSessionResponse", name="ann"),
    ),
    Call(
        "GET /conflict",
        came=Fails(
            "ConflictError",
            409,
            A(
                "Problem",
                status_code=409,
                error="Conflict",
                message="Somebody was faster",
                code=None,
            ),
        ),
    ),
]

APP = App(
    name="fastify",
    document="/openapi.json",
    credentials={"apiKey": "k-1", "bearer": "b-1", "session": "s=1"},
    calls=CALLS,
)
