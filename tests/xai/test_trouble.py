"""Refusals, failing connections and what options change, by both clients."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.fakes.xai import Fault
from tests.xai.requests import chat
from xai_batches import Options, capture, errors
from xai_batches.models import ErrorBody, ErrorDetail

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.xai import FakeXai
    from tests.xai.drivers import Driver
    from xai_batches import Client

DOCUMENT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "specs/xai_batches.yaml").read_text("utf-8")
)

CALLS: dict[str, Callable[[Client], object]] = {
    "createBatch": lambda client: client.batches.create(name="n"),
    "listBatches": lambda client: client.batches.list().take(1),
    "getBatch": lambda client: client.batches.retrieve("b"),
    "cancelBatch": lambda client: client.batches.cancel("b"),
    "listBatchRequests": lambda client: client.batches.requests("b").take(1),
    "addBatchRequests": lambda client: client.batches.add_requests(
        "b", batch_requests=[chat("r", "x")]
    ),
    "listBatchResults": lambda client: client.batches.results("b").take(1),
    "uploadFile": lambda client: client.files.upload(file=b""),
    "listFiles": lambda client: client.files.list(),
    "getFile": lambda client: client.files.retrieve("f"),
    "deleteFile": lambda client: client.files.delete("f"),
    "getFileContent": lambda client: client.files.content("f").read(),
}

CLASSES: dict[int, type[errors.StatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    415: errors.StatusError,
    422: errors.UnprocessableError,
    429: errors.RateLimitError,
    500: errors.ServerError,
}

DOCUMENTED = [
    (operation["operationId"], int(status))
    for path in DOCUMENT["paths"].values()
    for method, operation in path.items()
    if method in ("get", "post", "delete")
    for status in operation["responses"]
    if not status.startswith("2")
]

FORMS = {
    "object": (
        b'{"error": {"message": "no", "type": "t", "param": null, "code": 7}}',
        ErrorBody(error=ErrorDetail(message="no", type="t", param=None, code=7)),
    ),
    "text": (b'{"error": "no"}', ErrorBody(error="no")),
    "code and text": (
        b'{"code": "not-found", "error": "no"}',
        ErrorBody(error="no", code="not-found"),
    ),
}


# ------------------------------------------------------------------ refusals
def test_every_operation_is_called() -> None:
    assert {name for name, _ in DOCUMENTED} == CALLS.keys()
    assert {status for _, status in DOCUMENTED} == CLASSES.keys() - {409, 500}


@pytest.mark.parametrize(("operation", "status"), DOCUMENTED)
def test_every_documented_refusal(
    driver: Driver, client: Client, fake: FakeXai, operation: str, status: int
) -> None:
    driver.skip_waits(client)
    for body, expected in FORMS.values():
        fake.faults[:] = [Fault(status=status, body=body, times=3)]
        with pytest.raises(errors.StatusError) as caught:
            CALLS[operation](client)
        error = caught.value
        assert type(error) is CLASSES[status]
        assert (error.status, error.operation) == (status, operation)
        assert error.body == expected
        assert error.raw == body
        assert error.attempts == (3 if status == 429 else 1)
        assert "no" in error.message


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (409, b'{"error": "no"}', {"error": "no"}),
        (500, b"<html>no</html>", "<html>no</html>"),
        (400, b'{"error": 7}', {"error": 7}),
    ],
)
def test_bodies_that_are_not_documented(
    driver: Driver,
    client: Client,
    fake: FakeXai,
    status: int,
    body: bytes,
    expected: object,
) -> None:
    driver.skip_waits(client)
    fake.faults.append(Fault(status=status, body=body, times=3))
    with pytest.raises(CLASSES[status]) as caught:
        client.batches.retrieve("b")
    assert caught.value.body == expected


def test_a_batch_that_is_not_there(client: Client, fake: FakeXai) -> None:
    with pytest.raises(errors.NotFoundError, match="Batch not found") as caught:
        client.batches.retrieve("batch_none")
    assert caught.value.body == ErrorBody(error="Batch not found", code="not-found")
    assert caught.value.url == f"{fake.base_url}/v1/batches/batch_none"


def test_keys_that_are_refused(driver: Driver, fake: FakeXai) -> None:
    with pytest.raises(errors.BadRequestError, match="Incorrect API key"):
        driver.make("wrong-key").batches.create(name="n")
    malformed = Options(headers={"Authorization": "wrong-key"})
    with pytest.raises(errors.AuthenticationError, match="malformed") as caught:
        driver.make("wrong-key", options=malformed).batches.create(name="n")
    assert "wrong-key" not in f"{caught.value} {caught.value.curl}"
    # What has a key of its own may come without ours.
    without = driver.bare(None, base_url=fake.base_url, http_client=driver.http_client)
    with pytest.raises(errors.AuthenticationError, match="missing"):
        driver.adapt(without).batches.create(name="n")
    assert fake.requests[-1].header("authorization") is None


def test_an_answer_that_is_no_batch(client: Client, fake: FakeXai) -> None:
    body = b'{"batch_id": 7, "name": "n", "create_time": "", "state": {}}'
    fake.faults.append(Fault(status=200, body=body))
    with pytest.raises(errors.DecodeError) as caught:
        client.batches.create(name="n", options=Options(misfit="raise"))
    paths = {issue.path for issue in caught.value.issues}
    assert paths == {"/batch_id", "/create_api_key_id"}
    assert caught.value.raw == body


# ------------------------------------------------------------------ retries
@pytest.mark.parametrize("operation", CALLS)
def test_a_call_that_came_too_early_is_made_again(
    driver: Driver, client: Client, fake: FakeXai, operation: str
) -> None:
    batch = fake.store.create("n", batch_id="b")
    fake.store.put_file(b"", "f", file_id="f")
    waits = driver.skip_waits(client)
    fake.faults.append(Fault(status=429, retry_after=7))
    CALLS[operation](client)
    first, second = fake.requests
    assert (first.method, first.path, first.body) == (
        second.method,
        second.path,
        second.body,
    )
    assert waits == [7]
    assert len(batch.entries) == (operation == "addBatchRequests")


def test_retry_after_may_be_a_date(
    driver: Driver, client: Client, fake: FakeXai
) -> None:
    waits = driver.skip_waits(client)
    soon = datetime.now(UTC) + timedelta(seconds=60)
    fake.faults.append(Fault(status=429, retry_after=soon))
    client.batches.create(name="n")
    [wait] = waits
    assert 50 < wait <= 60


FAILING = {
    "500": Fault(status=500),
    "503": Fault(status=503),
    "cut in the body": Fault(cut="in_body"),
    "cut before the headers": Fault(cut="before_headers"),
    "read timeout": Fault(delay=300),
}


@pytest.mark.parametrize("fault", FAILING.values(), ids=FAILING)
def test_reading_is_tried_again(
    driver: Driver, client: Client, fake: FakeXai, fault: Fault
) -> None:
    batch_id = client.batches.create(name="n").batch_id
    waits = driver.skip_waits(client)
    fake.requests.clear()
    fake.faults.append(fault)
    batch = client.batches.retrieve(batch_id, options=Options(timeout=2.0))
    assert batch.batch_id == batch_id
    assert [received.method for received in fake.requests] == ["GET", "GET"]
    assert len(waits) == 1 and 0.25 <= waits[0] <= 0.5


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("500", errors.ServerError),
        ("503", errors.ServerError),
        ("cut in the body", errors.ConnectionFailedError),
        ("cut before the headers", errors.ConnectionFailedError),
        ("read timeout", errors.RequestTimeoutError),
    ],
)
def test_nothing_is_created_twice(
    driver: Driver, client: Client, fake: FakeXai, name: str, kind: type[errors.Error]
) -> None:
    client.batches.list().take(1)  # a connection is there
    waits = driver.skip_waits(client)
    fake.requests.clear()
    fake.faults.append(FAILING[name])
    with pytest.raises(kind) as caught:
        client.batches.create(name="n", options=Options(timeout=2.0))
    assert [received.method for received in fake.requests] == ["POST"]
    assert len(fake.store.batches) == (
        0 if name in ("500", "503", "cut before the headers") else 1
    )
    assert waits == []
    assert caught.value.attempts == 1
    if isinstance(caught.value, errors.TransportError):
        assert caught.value.sent
    if isinstance(caught.value, errors.RequestTimeoutError):
        assert caught.value.phase == "read"


def test_tries_are_limited(driver: Driver, client: Client, fake: FakeXai) -> None:
    waits = driver.skip_waits(client)
    fake.faults.append(Fault(status=502, times=9))
    with pytest.raises(errors.ServerError) as caught:
        client.batches.retrieve("b", options=Options(retries=4))
    assert caught.value.attempts == len(fake.requests) == 5
    assert len(waits) == 4


def test_a_listing_goes_on_after_an_error(client: Client, fake: FakeXai) -> None:
    made = [client.batches.create(name=str(n)).batch_id for n in range(3)]
    pager = client.batches.list(limit=1, options=Options(retries=0))
    seen = [next(pager).batch_id]
    fake.faults.append(Fault(status=500))
    with pytest.raises(errors.ServerError):
        next(pager)
    seen += [batch.batch_id for batch in pager]
    assert seen == made[::-1]


# ------------------------------------------------------------------ options
def test_options_of_client_and_call(driver: Driver, fake: FakeXai) -> None:
    client = driver.make(
        user_agent="mine/1",
        options=Options(headers={"X-Team": "a", "X-Kept": "k"}, query={"trace": "1"}),
    )
    client.batches.create(
        name="n",
        options=Options(headers={"x-team": "b"}, extra_body={"note": "later"}),
    )
    [received] = fake.requests
    assert [value for name, value in received.headers if name == "x-team"] == ["b"]
    assert received.header("x-kept") == "k"
    assert received.header("authorization") == "Bearer test-key"
    assert received.header("user-agent") == "mine/1"
    assert received.query == (("trace", "1"),)
    assert received.json() == {"name": "n", "note": "later"}


def test_a_deadline_is_for_all_tries(client: Client, fake: FakeXai) -> None:
    client.batches.list().take(1)
    fake.requests.clear()
    fake.faults.append(Fault(delay=300, times=9))
    started = time.monotonic()
    with pytest.raises(errors.RequestTimeoutError) as caught:
        client.batches.retrieve("b", options=Options(deadline=2.0))
    assert time.monotonic() - started >= 2.0
    assert len(fake.requests) == caught.value.attempts == 1


def test_a_deadline_is_not_waited_through(client: Client, fake: FakeXai) -> None:
    fake.faults.append(Fault(status=429, retry_after=60))
    with pytest.raises(errors.RateLimitError):
        client.batches.retrieve("b", options=Options(deadline=5))
    assert len(fake.requests) == 1


def test_capture(driver: Driver, client: Client, fake: FakeXai) -> None:
    driver.skip_waits(client)
    fake.faults.append(
        Fault(status=429, retry_after=1, headers=(("x-request-id", "first"),))
    )
    fake.faults.append(Fault(headers=(("X-Request-Id", "second"),)))
    with capture() as calls:
        batch = client.batches.create(name="n")
        with pytest.raises(errors.NotFoundError):
            client.batches.cancel("none")
    client.batches.retrieve(batch.batch_id)
    created, cancelled = calls
    assert (created.operation, created.method, created.status) == (
        "createBatch",
        "POST",
        200,
    )
    assert (created.attempts, created.request_id) == (2, "second")
    assert created.url == f"{fake.base_url}/v1/batches"
    assert created.headers["Content-Type"] == "application/json"
    assert json.loads(created.body)["batch_id"] == batch.batch_id
    assert (cancelled.operation, cancelled.status) == ("cancelBatch", 404)
