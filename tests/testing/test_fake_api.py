"""What a fake API answers, to generated clients and to others, and what it remembers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest

import mithril
import open_inference
import woodwide
import xai_batches
from clientpress.testing import (
    Answer,
    AnswerMismatch,
    DocumentError,
    FakeApi,
    RequestMismatch,
    SentRequest,
    UnusedAnswers,
)
from clientpress.testing.media import quality
from tests.testing.sides import SIDES, Side, ask
from xai_batches.models import Batch, BatchState, ErrorBody

SPECS = Path(__file__).parents[2] / "specs"
SHOP = Path(__file__).with_name("shop.yaml")
QUICK = xai_batches.Options(retries=2)


def xai(side: Side, api: FakeApi) -> Any:
    """A client of either kind."""
    kind: Any = xai_batches.Client if side == "sync" else xai_batches.AsyncClient
    return api.client(kind, options=QUICK)


def result(made: Any) -> Any:
    """What a call of either kind of client returns."""

    async def awaited() -> Any:
        return (
            [each async for each in made] if hasattr(made, "__aiter__") else await made
        )

    if inspect.isawaitable(made) or hasattr(made, "__aiter__"):
        return asyncio.run(awaited())
    return list(made) if hasattr(made, "__iter__") else made


# ------------------------------------------------------------------ the committed clients
CALLS: dict[str, Callable[[Any], Any]] = {
    "xai_batches": lambda client: client.batches.create(name="n"),
    "mithril": lambda client: client.batches.retrieve("b1"),
    "woodwide": lambda client: client.models.retrieve("m1"),
    "open_inference": lambda client: client.server_metadata(),
}
PACKAGES: dict[str, Any] = {
    "xai_batches": xai_batches,
    "mithril": mithril,
    "woodwide": woodwide,
    "open_inference": open_inference,
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", CALLS)
def test_every_committed_client_is_answered(side: Side, name: str) -> None:
    api = FakeApi(SPECS / f"{name}.yaml")
    package = PACKAGES[name]
    client = api.client(package.Client if side == "sync" else package.AsyncClient)
    answer = result(CALLS[name](client))
    assert type(answer).__module__.startswith(f"{name}.models")
    [request] = api.requests
    assert request.operation_id


def test_an_answer_is_the_example_of_the_document() -> None:
    client = FakeApi(SPECS / "xai_batches.yaml").client(xai_batches.Client)
    assert client.batches.create(name="n").name == "My New Batch"


@pytest.mark.parametrize("side", SIDES)
def test_pages_end(side: Side) -> None:
    api = FakeApi(SPECS / "xai_batches.yaml")
    assert len(result(xai(side, api).batches.list())) == 2
    # The example of the shop names a next page; here that is the last one all the same.
    shop = FakeApi(SHOP)
    page = ask(side, shop, "GET", "/items").json()
    assert page == {"items": [{"id": "i1", "name": "Lamp"}], "next": None}


# ------------------------------------------------------------------ answers of a test
BATCH = Batch(
    batch_id="b7",
    name="mine",
    create_time="2025-01-01",
    create_api_key_id="k",
    state=BatchState(
        num_requests=1, num_pending=0, num_success=1, num_error=0, num_cancelled=0
    ),
)


@pytest.mark.parametrize("side", SIDES)
def test_a_model_a_dict_and_an_example_can_be_given(side: Side) -> None:
    api = FakeApi(SPECS / "xai_batches.yaml")
    client = xai(side, api)
    api.answers("getBatch", json=BATCH)
    api.answers("getBatch", example="in_progress")
    assert result(client.batches.retrieve("b7")) == BATCH
    for _ in range(2):  # the last one stays
        assert result(client.batches.retrieve("b7")).state.num_pending == 25


@pytest.mark.parametrize("side", SIDES)
def test_answers_are_given_as_often_as_asked(side: Side) -> None:
    api = FakeApi(SHOP)
    api.answers("getItem", json={"id": "i1", "name": "first"}, times=2)
    api.answers("GET /items/{id}", json={"id": "i2", "name": "then"}, times=1)
    names = [ask(side, api, "GET", "/items/i1").json()["name"] for _ in range(4)]
    assert names == ["first", "first", "then", "text"]


@pytest.mark.parametrize("side", SIDES)
def test_an_error_has_the_documented_body(side: Side) -> None:
    api = FakeApi(SPECS / "xai_batches.yaml")
    api.answers("getBatch", status=404)
    with pytest.raises(xai_batches.errors.NotFoundError) as caught:
        result(xai(side, api).batches.retrieve("b"))
    assert isinstance(caught.value.body, ErrorBody)
    shop = FakeApi(SHOP)
    said = list[Any]()
    answers: list[dict[str, Any]] = [
        {},
        {"example": "sold"},
        {"json": {"detail": "mine"}},
    ]
    for answer in answers:
        shop.answers("addItem", status=409, **answer)
    for _ in range(3):
        said.append(ask(side, shop, "POST", "/items", json={"name": "x"}).json())
    assert [each["detail"] for each in said] == [
        "the name is taken",
        "it was sold",
        "mine",
    ]


@pytest.mark.parametrize("side", SIDES)
def test_a_function_sees_the_request(side: Side) -> None:
    api = FakeApi(SHOP)

    def answer(request: SentRequest) -> Any:
        if request.parameters["id"] == "i404":
            return Answer(status=200, json={"id": "i0", "name": "nothing"})
        return {"id": request.parameters["id"], "name": request.headers["accept"]}

    api.answers("getItem", answer)
    got = ask(side, api, "GET", "/items/i5", headers={"accept": "*/*"}).json()
    assert got == {"id": "i5", "name": "*/*"}
    assert ask(side, api, "GET", "/items/i404").json()["name"] == "nothing"


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("refused", httpx2.ConnectError),
        ("connect timeout", httpx2.ConnectTimeout),
        ("write timeout", httpx2.WriteTimeout),
        ("read timeout", httpx2.ReadTimeout),
        ("reset", httpx2.ReadError),
        ("cut", httpx2.ReadError),
    ],
)
@pytest.mark.parametrize("side", SIDES)
def test_failures_of_the_network(
    side: Side, failure: Any, error: type[Exception]
) -> None:
    api = FakeApi(SHOP)
    api.answers("getItem", failure=failure, times=1)
    with pytest.raises(error):
        ask(side, api, "GET", "/items/i1")
    assert ask(side, api, "GET", "/items/i1").status_code == 200


@pytest.mark.parametrize("side", SIDES)
def test_what_a_client_repeats_is_counted(side: Side) -> None:
    api = FakeApi(SPECS / "xai_batches.yaml")
    api.answers("getBatch", failure="reset", times=1)
    api.answers("getBatch", status=429, headers={"retry-after": "0"}, times=1)
    assert result(xai(side, api).batches.retrieve("b")).name == "My New Batch"
    assert [r.operation_id for r in api.requests] == ["getBatch"] * 3
    api.reset()
    api.answers("createBatch", failure="read timeout")
    with pytest.raises(xai_batches.errors.RequestTimeoutError):
        result(xai(side, api).batches.create(name="n"))
    assert len(api.requests) == 1  # nobody knows whether it was made


def test_streams_lines_and_other_bodies() -> None:
    api = FakeApi(SHOP)
    item = {"id": "i1", "name": "a"}
    assert ask("sync", api, "GET", "/events").text.startswith('data: {"')
    api.answers("followEvents", json=[item, item])
    assert ask("sync", api, "GET", "/events").text == (
        'data: {"id": "i1", "name": "a"}\n\n' * 2
    )
    api.answers("sendOrders", json=[item])
    assert ask("sync", api, "POST", "/orders").content == b'{"id": "i1", "name": "a"}\n'
    api.answers("getItem", content=[b"a,", b"b\n"], media_type="text/csv")
    with (
        httpx2.Client(transport=api, headers={"X-Key": "k"}) as client,
        client.stream("GET", "https://shop.example.com/v1/items/i1") as answer,
    ):
        assert answer.headers["content-type"] == "text/csv"
        assert list(answer.iter_raw()) == [b"a,", b"b\n"]


def test_the_media_type_that_is_asked_for() -> None:
    api = FakeApi(SHOP)
    for accept, kind in (("text/csv", "text/csv"), ("*/*", "application/json")):
        answer = ask("sync", api, "GET", "/items/i1", headers={"accept": accept})
        assert answer.headers["content-type"] == kind


def test_required_headers_are_there() -> None:
    answer = ask("sync", FakeApi(SHOP), "POST", "/items", json={"name": "x"})
    assert (answer.status_code, answer.headers["location"][:8]) == (201, "https://")


# ------------------------------------------------------------------ answers are checked
WRONG: list[tuple[dict[str, Any], list[str]]] = [
    (
        {"json": {"id": 7}},
        ['body/id: 7 is not of type "string"', 'body: "name" is a required property'],
    ),
    (
        {"content": b'{"id": "i1"}'},
        ['body: "name" is a required property'],
    ),
    ({"status": 418}, ["418 is not documented; there is 200"]),
    ({"example": "no"}, ["there is no example 'no'; the document has none"]),
    (
        {"media_type": "text/html", "content": b""},
        ["text/html is not declared; there is application/json, text/csv"],
    ),
]


@pytest.mark.parametrize(("answer", "messages"), WRONG)
def test_an_answer_that_breaks_the_document_is_refused(
    answer: dict[str, Any], messages: list[str]
) -> None:
    api = FakeApi(SHOP)
    with pytest.raises(AnswerMismatch) as caught:
        api.answers("getItem", **answer)
    assert sorted(f.message for f in caught.value.findings) == sorted(messages)
    if "example" not in answer:
        api.answers("getItem", **answer, checked=False)
        sent = ask("sync", api, "GET", "/items/i1")
        assert sent.status_code == answer.get("status", 200)


def test_an_answer_of_a_function_is_checked_when_it_is_given() -> None:
    api = FakeApi(SHOP)
    api.answers("getItem", lambda request: {"id": 1})
    with pytest.raises(AnswerMismatch, match="the answer 200 of getItem"):
        ask("sync", api, "GET", "/items/i1")


def test_mistakes_in_answers() -> None:
    api = FakeApi(SHOP)
    with pytest.raises(LookupError, match="Did you mean 'getItem'"):
        api.answers("getItems")
    with pytest.raises(TypeError, match="one of json, content and example"):
        api.answers("getItem", json=1, content=b"")
    with pytest.raises(ValueError, match="failure must be one of refused"):
        api.answers("getItem", failure="gone")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="times"):
        api.answers("getItem", times=0)
    with pytest.raises(TypeError, match="or what it is made of"):
        api.answers("getItem", Answer(), status=200)


@pytest.mark.parametrize("side", SIDES)
def test_answers_that_nobody_asked_for(side: Side) -> None:
    api = FakeApi(SHOP, strict=True)
    with pytest.raises(UnusedAnswers, match=r"getItem: 2, addItem: 1"), api:
        api.answers("getItem", json={"id": "i1", "name": "a"}, times=3)
        api.answers("getItem", status=200)
        api.answers("getItem", status=200)
        api.answers("addItem", status=409)
        for _ in range(3):
            ask(side, api, "GET", "/items/i1")
    with pytest.raises(ZeroDivisionError), api:  # which says more
        raise ZeroDivisionError
    with FakeApi(SHOP) as lenient:
        lenient.answers("getItem", status=200)


# ------------------------------------------------------------------ what was sent
@pytest.mark.parametrize("side", SIDES)
def test_requests_are_kept_without_secrets(side: Side) -> None:
    api = FakeApi(SHOP)
    keys = {"X-Key": "top-secret", "Cookie": "other=top-secret"}
    ask(side, api, "GET", "/items?limit=2&tags=new", headers=keys)
    ask(side, api, "POST", "/items", json={"name": "x"}, auth=("a", "top-secret"))
    first, second = api.requests
    assert (first.method, first.path, first.operation_id) == (
        "GET",
        "/v1/items",
        "listItems",
    )
    assert first.query["limit"] == "2"
    assert first.parameters == {"limit": 2, "tags": ["new"]}
    assert second.json == {"name": "x"}
    assert second.headers["authorization"] == second.headers["x-key"] == "***"
    assert "top-secret" not in f"{first!r} {first.headers} {second.headers}"


def test_credentials_are_made_up_for_clients_that_it_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XAI_BASE_URL", "http://elsewhere.test/other")
    monkeypatch.delenv("XAI_API_KEY", raising=False)
    api = FakeApi(SPECS / "xai_batches.yaml")
    client = api.client(xai_batches.Client)
    client.batches.create(name="n")
    assert str(api.requests[0].url) == "https://api.x.ai/v1/batches"
    bare = httpx2.Client(transport=api)
    with pytest.raises(RequestMismatch, match="credentials are missing"):
        bare.post("https://api.x.ai/v1/batches", json={"name": "n"})


def test_tokens_are_issued() -> None:
    api = FakeApi(SHOP)
    form = {"grant_type": "client_credentials"}
    answer = ask("sync", api, "POST", "https://shop.example.com/oauth/token", data=form)
    assert answer.json()["token_type"] == "Bearer"
    assert api.requests == []


def test_a_base_url_of_its_own() -> None:
    api = FakeApi(SHOP, base_url="http://localhost/proxy/shop")
    assert ask("sync", api, "GET", "http://localhost/proxy/shop/items").is_success
    with pytest.raises(RequestMismatch):
        ask("sync", FakeApi(SHOP), "GET", "http://localhost/proxy/shop/items")


# ------------------------------------------------------------------ documents
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [", ":2:1: error CP002: "),
        ("swagger: '2.0'\n", "error CP005: this is a Swagger 2.0 document"),
        ("<html>", ":1:1: error CP002: this is HTML or XML"),
        (
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: 7\n",
            ":3:1: error CP101: ",
        ),
    ],
)
def test_documents_that_cannot_be_used(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        FakeApi(path)
    assert message in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    with pytest.raises(DocumentError, match="CP001"):
        FakeApi(tmp_path / "none.yaml")
    with pytest.raises(DocumentError, match=r"no OpenAPI 3.0, 3.1 or 3.2 document"):
        FakeApi({"paths": {}})


@pytest.mark.parametrize(
    ("accept", "name", "expected"),
    [
        ("", "application/json", 1.0),
        ("application/json", "application/json", 1.0),
        ("application/json", "text/event-stream", 0.0),
        ("text/event-stream, */*;q=0.1", "text/event-stream", 1.0),
        ("text/event-stream, */*;q=0.1", "application/json", 0.1),
        ("text/*; q=0.5, text/csv", "text/csv", 1.0),
        ("text/*; q=0.5, application/json", "text/csv", 0.5),
    ],
)
def test_how_much_a_request_likes_a_media_type(
    accept: str, name: str, expected: float
) -> None:
    assert quality(accept, name) == expected
