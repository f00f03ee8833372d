"""Other servers with the same API: our client reads their answers and sends what they were sent.

Mithril follows OpenAI's Batch API, and so do these. What they said is the best there is to learn
how far real answers are from the examples.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest

from mithril import Options
from mithril._runtime.values.encoding import encode
from mithril.errors import StatusError
from mithril.models import ErrorBody
from tests.fakes.mithril import Fault, Received
from tests.fakes.multipart import parts_of
from tests.fakes.service import disagreements

if TYPE_CHECKING:
    from collections.abc import Callable

    from mithril import Client
    from tests.fakes.mithril import FakeMithril

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/mithril.yaml").read_text("utf-8")
)


class Recorded(NamedTuple):
    """A request and its answer."""

    server: str
    operation: str
    case: str
    request: Received
    status: int
    body: bytes


def read(server: str, value: dict[str, Any]) -> Recorded:
    """A recording from its file."""
    request, response = value["request"], value["response"]
    path, _, query = request["path"].partition("?")
    headers = {"content-type": request.get("content_type", "")}
    return Recorded(
        server,
        value["operation"],
        value["case"],
        Received(
            request["method"],
            path,
            tuple(parse_qsl(query)),
            tuple(headers.items()),
            body_of(request),
        ),
        response["status"],
        body_of(response),
    )


def body_of(value: dict[str, Any]) -> bytes:
    """A recorded body."""
    text = json.dumps(value["json"]) if "json" in value else value.get("text", "")
    return text.encode()


EVERY = [
    read(path.stem, value)
    for path in sorted((ROOT / "tests/data/mithril/recorded").glob("*.json"))
    for value in json.loads(path.read_bytes())
]
SUCCESSES = [one for one in EVERY if one.status == 200]
REFUSALS = [one for one in EVERY if one.status != 200]

OPERATION_IDS = {
    "batch_cancel": "cancelBatch",
    "batch_create": "createBatch",
    "batch_delete": "deleteBatch",
    "batch_get": "getBatch",
    "batch_list": "listBatches",
    "file_content": "getFileContent",
    "file_list": "listFiles",
    "file_upload": "uploadFile",
}


def each(recorded: list[Recorded]) -> pytest.MarkDecorator:
    ids = [f"{one.server}-{one.operation}-{one.case}" for one in recorded]
    return pytest.mark.parametrize("one", recorded, ids=ids)


# ------------------------------------------------------------------ the same calls
def create(client: Client, request: Received) -> object:
    members = request.json()
    return client.batches.create(
        input_file_id=members.pop("input_file_id"),
        options=Options(extra_body=members),
    )


def upload(client: Client, request: Received) -> object:
    parts = {part.name: part for part in parts_of(request)}
    file = str(parts["file"].filename), parts["file"].content
    return client.files.upload(file=file, purpose=parts["purpose"].content.decode())


def list_files(client: Client, request: Received) -> object:
    query = dict(request.query)
    limit = query.pop("limit", None)
    order: Any = query.pop("order", None)  # also one that is not listed
    pager = client.files.list(
        limit=int(limit) if limit else None, order=order, options=Options(query=query)
    )
    return next(pager.pages())


CALLS: dict[str, Callable[[Client, Received], object]] = {
    "batch_cancel": lambda client, request: client.batches.cancel(id_in(request)),
    "batch_create": create,
    "batch_delete": lambda client, request: client.batches.delete(id_in(request)),
    "batch_get": lambda client, request: client.batches.retrieve(id_in(request)),
    "batch_list": lambda client, request: client.batches.list(
        options=Options(query=dict(request.query))
    ),
    "file_content": lambda client, request: client.files.content(id_in(request)).read(),
    "file_list": list_files,
    "file_upload": upload,
}

NOT_POSSIBLE = {
    ("file_upload", "no_purpose"),  # our client always sends one
    ("batch_create", "error_invalid_json"),
    ("batch_create", "error_no_input_file_id"),
    ("batch_create", "of_not_jsonl"),  # the file id was null where it was refused
    ("file_upload", "error_json_body"),
    ("file_upload", "error_no_file"),
}
"""Requests that the arguments of our methods do not let anyone make."""


def id_in(request: Received) -> str:
    """The id in a path."""
    return request.path.split("/")[3]


def is_possible(one: Recorded) -> bool:
    """Whether the request can be made with our client."""
    if (one.operation, one.case) == ("batch_create", "of_not_jsonl"):
        return isinstance(one.request.json()["input_file_id"], str)
    return (one.operation, one.case) not in NOT_POSSIBLE


def replay(client: Client, fake: FakeMithril, one: Recorded) -> object:
    """Call our client as the server was called, and give the answer that it gave."""
    fake.faults.append(Fault(status=one.status, body=one.body))
    if is_possible(one):
        return CALLS[one.operation](client, one.request)
    if one.operation == "file_upload":
        return client.files.upload(file=b"")
    return client.batches.create(input_file_id="none")


def comparable(received: Received) -> tuple[str, str, tuple[Any, ...], Any]:
    """A request without its headers."""
    body: Any = None
    if (received.header("content-type") or "").startswith("multipart/"):
        body = {part.name: (part.filename, part.content) for part in parts_of(received)}
    elif received.body:
        body = received.json()
    return received.method, received.path, tuple(sorted(received.query)), body


def test_every_operation_was_recorded() -> None:
    assert {one.server for one in EVERY} == {"aibrix", "litellm-proxy", "ogx"}
    assert {one.operation for one in EVERY} == set(CALLS) == set(OPERATION_IDS)
    assert (len(SUCCESSES), len(REFUSALS)) == (58, 52)


@each([one for one in EVERY if is_possible(one)])
def test_our_client_sends_the_same(
    client: Client, fake: FakeMithril, one: Recorded
) -> None:
    try:
        replay(client, fake, one)
    except StatusError as error:
        assert error.status == one.status
    [received] = fake.requests
    assert comparable(received) == comparable(one.request)


# ------------------------------------------------------------------ successes
EXTRA = {
    "batch_list": {"model", "usage"},
    "batch_get": {"model", "usage"},
    "batch_create": {"model", "usage"},
    "batch_cancel": {"model", "usage"},
    "file_list": {"expires_at", "status", "status_details"},
    "file_upload": {"expires_at", "status", "status_details"},
}
"""Members that these servers send and Mithril does not document."""


def known(operation: str, value: Any) -> Any:
    """A recorded body without the members that are not documented."""
    if "data" in value:
        return {**value, "data": [known(operation, item) for item in value["data"]]}
    return {key: it for key, it in value.items() if key not in EXTRA[operation]}


@each([one for one in SUCCESSES if one.operation != "file_content"])
def test_every_documented_member_is_read(
    client: Client, fake: FakeMithril, one: Recorded
) -> None:
    result = replay(client, fake, one)
    assert json.loads(encode(result)) == known(one.operation, json.loads(one.body))


@each([one for one in SUCCESSES if one.operation == "file_content"])
def test_content_arrives_byte_for_byte(
    client: Client, fake: FakeMithril, one: Recorded
) -> None:
    assert replay(client, fake, one) == one.body


@each([one for one in SUCCESSES if one.case != "input"])
def test_the_document_allows_the_answer(one: Recorded) -> None:
    # A state of AIBrix alone; the enumeration of the document is open, that of JSON Schema is not.
    body = one.body.replace(b'"scheduling"', b'"validating"')
    operation_id = OPERATION_IDS[one.operation]
    is_lines = operation_id == "getFileContent"
    problems = disagreements("mithril", operation_id, 200, body, is_lines=is_lines)
    assert problems == []


@each([one for one in SUCCESSES if (one.server, one.operation) == ("aibrix", "file_list") and b'"has_more":true' in one.body])  # fmt: skip
def test_the_next_page_begins_after_the_last_file(
    client: Client, fake: FakeMithril, one: Recorded
) -> None:
    """AIBrix says that there are more files, but has no `last_id`."""
    [file] = json.loads(one.body)["data"]
    fake.store.put_file(b"", "in.jsonl", file_id=file["id"])
    fake.faults.append(Fault(status=200, body=one.body))
    assert [found.id for found in client.files.list()] == [file["id"]]
    assert [received.query for received in fake.requests] == [
        (),
        (("after", file["id"]),),
    ]


# ------------------------------------------------------------------ the document
API = OpenAPI.from_dict(
    {**DOCUMENT, "servers": [{"url": "https://mithril.example"}]},
    # JSON Lines are text, which openapi-core does not know.
    config=Config(extra_media_type_deserializers={"application/jsonl": bytes.decode}),
)


def refused(received: Received) -> bool:
    """Whether the document does not allow a request."""
    request = MockRequest(
        "https://mithril.example",
        received.method.lower(),
        received.path,
        args=dict(received.query),
        headers=dict(received.headers),
        data=received.body or None,
        content_type=received.header("content-type") or "",
    )
    return next(iter(API.iter_request_errors(request)), None) is not None


NOT_ALLOWED = {
    # The library takes the default for a member that is missing.
    *(NOT_POSSIBLE - {("file_upload", "no_purpose")}),
    ("file_list", "error_limit_0"),
    ("file_list", "error_limit_too_big"),
    ("file_list", "error_bad_order"),
}


@each(EVERY)
def test_the_document_allows_what_is_right(one: Recorded) -> None:
    is_wrong = (one.operation, one.case) in NOT_ALLOWED
    assert refused(one.request) == (is_wrong and not is_fixed(one))


def is_fixed(one: Recorded) -> bool:
    """Whether a request that was to be wrong is right on this server."""
    return one.case == "of_not_jsonl" and is_possible(one)


# ------------------------------------------------------------------ refusals
@each(REFUSALS)
def test_every_refusal_says_what_the_server_said(
    client: Client, fake: FakeMithril, one: Recorded
) -> None:
    with pytest.raises(StatusError) as caught:
        replay(client, fake, one)
    assert caught.value.status == one.status
    body = caught.value.body
    assert isinstance(body, ErrorBody)
    for message in messages(json.loads(one.body)):
        assert message in str(caught.value)
    operation_id = OPERATION_IDS[one.operation]
    assert disagreements("mithril", operation_id, one.status, one.body) == []


def messages(body: Any) -> list[str]:
    """What an error body says, in each form there is."""
    if "error" in body:
        return [body["error"]["message"]]
    detail = body["detail"]
    return [detail] if isinstance(detail, str) else [issue["msg"] for issue in detail]
