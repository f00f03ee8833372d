"""The whole life of a batch against the fake service, by both clients."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.fakes.xai import FakeXai, Fault
from tests.xai.requests import chat, chat_model, said
from xai_batches import UNSET, Succeeded, Undecodable
from xai_batches._runtime.values.integers import StrInt
from xai_batches.errors import (
    BadRequestError,
    InvalidRequestError,
    NotFoundError,
    PagingError,
    PollingTimeoutError,
)
from xai_batches.models import Batch, BatchState, RequestState

if TYPE_CHECKING:
    from tests.xai.drivers import Driver
    from xai_batches import Client

DIALECTS = [
    pytest.param({}, id="numbers"),
    pytest.param(
        {
            "int64_as_text": True,
            "date_times": True,
            "end_token": "",
            "add_answer": "empty",
        },
        id="text",
    ),
]


def counts(batch: Batch) -> tuple[int | None, ...]:
    """Requests, pending, succeeded, failed, cancelled."""
    state = batch.state
    return (
        state.num_requests,
        state.num_pending,
        state.num_success,
        state.num_error,
        state.num_cancelled,
    )


def filled(client: Client, *texts: str, model: str = "grok-4") -> str:
    """A batch with a chat for each text; their ids are r0, r1 and so on."""
    batch_id = client.batches.create(name="n").batch_id
    client.batches.add_requests(
        batch_id,
        batch_requests=[chat(f"r{n}", text, model) for n, text in enumerate(texts)],
    )
    return batch_id


@pytest.mark.parametrize("fake", DIALECTS, indirect=True)
def test_life(driver: Driver, client: Client, fake: FakeXai) -> None:
    batch = client.batches.create(name="arithmetic")
    assert (batch.name, counts(batch)) == ("arithmetic", (0, 0, 0, 0, 0))
    assert client.batches.progress(batch) == (0, 0)

    models = [chat_model("a", "1+1"), chat_model("b", "2+2", "bad-model")]
    dicts = [chat("c", "3+3"), chat("d", "4+4", "bad-model-text")]
    client.batches.add_requests(batch.batch_id, batch_requests=models)
    client.batches.add_requests(batch.batch_id, batch_requests=dicts)
    # Both forms are the same on the wire.
    sent = [received.json()["batch_requests"] for received in fake.requests[-2:]]
    assert sent == [
        [chat("a", "1+1"), chat("b", "2+2", "bad-model")],
        [chat("c", "3+3"), chat("d", "4+4", "bad-model-text")],
    ]

    seen: list[Batch] = []
    done = client.batches.wait(
        batch.batch_id, poll_interval=0.01, timeout=60, on_progress=seen.append
    )
    assert [client.batches.progress(job) for job in seen] == [(2, 4), (4, 4)]
    assert done is seen[-1]
    assert counts(done) == (4, 0, 2, 2, 0)
    assert done.cost_breakdown
    assert done.cost_breakdown.total_cost_usd_ticks == 4 * 625_000

    states = {
        r.batch_request_id: r.state for r in client.batches.requests(done.batch_id)
    }
    assert states == {
        "a": RequestState.SUCCEEDED,
        "b": RequestState.FAILED,
        "c": RequestState.SUCCEEDED,
        "d": RequestState.FAILED,
    }
    joined = driver.join(
        client.batches.outcomes(batch.batch_id, limit=3), [*models, *dicts]
    )
    assert [request for request, _ in joined.pairs] == [*models, *dicts]
    assert [said(outcome) for _, outcome in joined.pairs] == [
        "echo: 1+1",
        "error 3: bad model",
        "echo: 3+3",
        "error: bad model",
    ]
    assert (joined.missing, joined.duplicates, joined.unknown) == ([], [], [])


@pytest.mark.parametrize(
    ("fake", "kind"), [({}, int), ({"int64_as_text": True}, StrInt)], indirect=["fake"]
)
def test_counters_are_integers_in_both_notations(
    client: Client, kind: type[int]
) -> None:
    state = client.batches.retrieve(filled(client, "x", "y", "z", "z")).state
    assert (state.num_requests, state.num_success) == (4, 2)
    assert type(state.num_requests) is kind


def test_unknown_members_of_a_request_are_sent(client: Client, fake: FakeXai) -> None:
    batch_id = client.batches.create(name="n").batch_id
    item = chat_model("a", "x")
    assert item.batch_request.chat_get_completion
    item.batch_request.chat_get_completion.additional_properties["temperature"] = 0
    client.batches.add_requests(batch_id, batch_requests=[item])
    [sent] = fake.requests[-1].json()["batch_requests"]
    assert sent["batch_request"]["chat_get_completion"]["temperature"] == 0


# ------------------------------------------------------------------ pages
def test_listings_go_through_all_pages(client: Client, fake: FakeXai) -> None:
    made = [client.batches.create(name=str(n)).batch_id for n in range(5)]
    fake.requests.clear()
    pager = client.batches.list(limit=2)
    assert fake.requests == []  # nothing is asked for before it is wanted
    assert [batch.batch_id for batch in pager] == made[::-1]
    assert [received.query for received in fake.requests] == [
        (("limit", "2"),),
        (("limit", "2"), ("pagination_token", made[3])),
        (("limit", "2"), ("pagination_token", made[1])),
    ]
    assert pager.done


def test_a_listing_goes_on_from_its_cursor(client: Client) -> None:
    made = [client.batches.create(name=str(n)).batch_id for n in range(5)][::-1]
    first = client.batches.list(limit=2)
    taken = [batch.batch_id for batch in first.take(4)]
    assert taken == made[:4]
    assert first.cursor == made[3]
    rest = client.batches.list(limit=2, pagination_token=first.cursor)
    assert [batch.batch_id for batch in rest] == made[4:]
    assert rest.cursor is None


def test_a_cursor_inside_of_a_page_repeats_that_page(client: Client) -> None:
    batch_id = filled(client, *"abcde")
    first = client.batches.requests(batch_id, limit=2)
    assert [entry.batch_request_id for entry in first.take(3)] == ["r0", "r1", "r2"]
    rest = client.batches.requests(batch_id, limit=2, pagination_token=first.cursor)
    assert [entry.batch_request_id for entry in rest] == ["r2", "r3", "r4"]


@pytest.mark.parametrize("fake", DIALECTS, indirect=True)
def test_pages_one_by_one(client: Client, fake: FakeXai) -> None:
    batch_id = filled(client, *"abcde")
    fake.store.finish(batch_id)
    pages = list(client.batches.results(batch_id, limit=2).pages())
    assert [len(page.results) for page in pages] == [2, 2, 1]
    assert [bool(page.pagination_token) for page in pages] == [True, True, False]
    ids = Counter(item.batch_request_id for page in pages for item in page.results)
    assert ids == Counter({f"r{n}": 1 for n in range(5)})


def test_a_token_that_comes_twice_ends_a_listing_with_an_error(
    client: Client, fake: FakeXai
) -> None:
    batch_id = filled(client, "x")
    body = b'{"results": [], "pagination_token": "again"}'
    fake.faults.append(Fault(path="*/results", body=body, status=200, times=9))
    with pytest.raises(PagingError, match="second time"):
        list(client.batches.results(batch_id))
    assert len([r for r in fake.requests if r.path.endswith("/results")]) == 2


# ------------------------------------------------------------------ waiting
def test_a_batch_without_requests_is_not_done(client: Client) -> None:
    batch_id = client.batches.create(name="n").batch_id
    with pytest.raises(PollingTimeoutError) as caught:
        client.batches.wait(batch_id, poll_interval=0.01, timeout=3.0)
    job = caught.value.job
    assert isinstance(job, Batch)
    assert (job.batch_id, counts(job)) == (batch_id, (0, 0, 0, 0, 0))


def test_polls_come_at_the_interval(
    driver: Driver, client: Client, fake: FakeXai
) -> None:
    waits = driver.skip_waits(client)
    batch_id = filled(client, *"abc")
    fake.faults.append(Fault("GET", "*", retry_after=30))
    client.batches.wait(batch_id)
    asked, usual = waits
    assert (
        asked == 30 and 5 <= usual <= 5.5
    )  # what the service asks for wins over what is declared


@pytest.mark.parametrize("fake", [{"advance_per_get": 1}], indirect=True)
def test_cancelling(client: Client, driver: Driver, fake: FakeXai) -> None:
    batch_id = filled(client, "x", "y", "z")
    client.batches.retrieve(batch_id)
    cancelled = client.batches.cancel(batch_id)
    assert (fake.requests[-1].method, fake.requests[-1].path) == (
        "POST",
        f"/v1/batches/{batch_id}:cancel",
    )
    assert (fake.requests[-1].body, fake.requests[-1].header("content-type")) == (
        b"",
        None,
    )
    assert cancelled.cancel_time
    assert counts(cancelled) == (3, 0, 1, 0, 2)
    assert client.batches.progress(cancelled) == (3, 3)
    # Waiting for it returns it, and what was answered stays readable.
    assert client.batches.wait(batch_id, poll_interval=0.01) == cancelled
    joined = driver.join(
        client.batches.outcomes(batch_id), [chat(f"r{n}", "") for n in range(3)]
    )
    assert [request.get("batch_request_id") for request, _ in joined.pairs] == ["r2"]
    assert [request.get("batch_request_id") for request in joined.missing] == [
        "r0",
        "r1",
    ]
    with pytest.raises(BadRequestError, match="The batch is cancelled"):
        client.batches.add_requests(batch_id, batch_requests=[chat("late", "x")])


def test_a_batch_that_is_cancelled_without_requests_ends(client: Client) -> None:
    batch_id = client.batches.create(name="n").batch_id
    client.batches.cancel(batch_id)
    batch = client.batches.wait(batch_id, poll_interval=0.01, timeout=60)
    assert batch.cancel_time
    assert batch.cancel_by_xai_message is None


LONG_AGO = datetime(2025, 11, 11, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "fake",
    [
        {"clock": lambda: LONG_AGO, "advance_per_get": 1},
        {"clock": lambda: LONG_AGO, "advance_per_get": 1, "date_times": True},
    ],
    ids=["date", "date-time"],
    indirect=True,
)
def test_an_expired_batch_ends(client: Client) -> None:
    batch_id = filled(client, "x", "y", "z")
    batch = client.batches.wait(batch_id, poll_interval=0.01)
    assert counts(batch) == (3, 2, 1, 0, 0)


# ------------------------------------------------------------------ outcomes
REQUESTS = [
    chat("object", "x", "bad-model"),
    chat("text", "x", "bad-model-text"),
    chat("top-level", "x", "bad-model-message"),
    chat("nothing", "x", "no-result"),
    chat("unknown", "x", "unknown-response"),
    chat("good", "x"),
]


def test_outcomes_in_every_form(driver: Driver, client: Client, fake: FakeXai) -> None:
    batch_id = client.batches.create(name="n").batch_id
    client.batches.add_requests(batch_id, batch_requests=REQUESTS)
    fake.store.finish(batch_id)
    joined = driver.join(client.batches.outcomes(batch_id, limit=2), REQUESTS)
    assert {outcome.id: said(outcome) for _, outcome in joined.pairs} == {
        "object": "error 3: bad model",
        "text": "error: bad model",
        "top-level": "error: bad model",
        "good": "echo: x",
    }
    assert [r.get("batch_request_id") for r in joined.missing] == ["nothing", "unknown"]
    unknown = [o for o in joined.unknown if isinstance(o, Undecodable)]
    assert [(o.line, o.raw.batch_request_id) for o in unknown] == [
        (2, "unknown"),
        (3, "nothing"),
    ]
    assert {o.reason for o in unknown} == {"It is neither a success nor a failure"}


RESULTS = b"""{"results": [
    {"batch_request_id": "a", "batch_result": {"error": "first"}},
    {"batch_request_id": "a", "batch_result": {"error": "second"}},
    {"batch_request_id": "b", "batch_result": {"response": {"chat_get_completion": {"id": 7}}}},
    {"batch_request_id": "c", "batch_result": {"error": {"code": 0, "message": ""},
     "response": {"image_generation": {"data": [{"url": "https://example.com/c.png"}]}}}},
    {"batch_request_id": "stranger", "batch_result": {"error": "third"}},
    {"batch_request_id": "", "batch_result": {"error": "fourth"}}
]}"""


def test_one_bad_result_spoils_no_other_one(
    driver: Driver, client: Client, fake: FakeXai
) -> None:
    fake.faults.append(Fault(path="*/results", body=RESULTS, status=200))
    asked = [chat(name, "x") for name in "abcd"]
    joined = driver.join(client.batches.outcomes("b1"), asked)
    assert [outcome.id for _, outcome in joined.pairs] == ["a", "b", "c"]
    first, odd, image = (outcome for _, outcome in joined.pairs)
    assert said(first) == "error: first"
    # What does not fit its type stays as it came.
    assert isinstance(odd, Succeeded) and odd.body != "unknown"
    assert odd.body.chat_get_completion and repr(odd.body.chat_get_completion.id) == "7"
    # An error with the code 0 is none.
    assert isinstance(image, Succeeded) and image.body != "unknown"
    assert image.body.image_generation and image.body.image_generation.data
    assert image.body.image_generation.data[0].url == "https://example.com/c.png"
    assert joined.missing == [asked[3]]
    assert [said(outcome) for outcome in joined.duplicates] == ["error: second"]
    stranger, nameless = joined.unknown
    assert said(stranger) == "error: third"
    assert isinstance(nameless, Undecodable) and nameless.line == 6
    assert nameless.reason == "There is no id at /batch_request_id"


def test_requests_need_ids_to_be_joined(driver: Driver, client: Client) -> None:
    batch_id = client.batches.create(name="n").batch_id
    nameless = chat("", "x")
    for asked, message in (([chat("a", "x")] * 2, "'a'"), ([nameless], "no id")):
        with pytest.raises(InvalidRequestError, match=message):
            driver.join(client.batches.outcomes(batch_id), asked)


# ------------------------------------------------------------------ paths
@pytest.mark.parametrize(
    ("batch_id", "path"),
    [
        ("batch_1", "/v1/batches/batch_1:cancel"),
        ("a b/c", "/v1/batches/a%20b%2Fc:cancel"),
        ("a:b?", "/v1/batches/a%3Ab%3F:cancel"),
        ("é", "/v1/batches/%C3%A9:cancel"),
    ],
)
def test_only_the_id_is_percent_encoded(
    client: Client, fake: FakeXai, batch_id: str, path: str
) -> None:
    with pytest.raises(NotFoundError):
        client.batches.cancel(batch_id)
    assert fake.requests[-1].path == path


@pytest.mark.parametrize("batch_id", ["", ".", ".."])
def test_ids_that_would_lead_elsewhere_are_not_sent(
    client: Client, fake: FakeXai, batch_id: str
) -> None:
    with pytest.raises(InvalidRequestError, match="batch_id"):
        client.batches.retrieve(batch_id)
    assert fake.requests == []


def test_missing_counters_are_none(client: Client, fake: FakeXai) -> None:
    body = (
        b'{"batch_id": "b", "name": "n", "create_time": "2025-11-11",'
        b' "create_api_key_id": "***", "state": {}, "later": true}'
    )
    fake.faults.append(Fault(path="/v1/batches/b", body=body, status=200))
    batch = client.batches.retrieve("b")
    assert batch.state == BatchState()
    assert batch.cancel_time is UNSET
