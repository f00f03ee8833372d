"""The same calls as litellm made: our client sends the same requests, and the document allows them.

Headers differ, since each client names itself.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
import yaml
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest

from tests.fakes.multipart import parts_of
from tests.fakes.xai import Fault, Received
from xai_batches import Options
from xai_batches.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.xai import FakeXai
    from xai_batches import Client

ROOT = Path(__file__).parents[2]
RECORDED = sorted((ROOT / "tests/data/xai_batches/litellm").glob("*.json"))
BY_STEP = {path.stem: json.loads(path.read_bytes()) for path in RECORDED}


def fail_to_get(client: Client) -> None:
    with pytest.raises(NotFoundError):
        client.batches.retrieve("batch_missing")


CALLS: dict[str, Callable[[Client], object]] = {
    "batch_cancel": lambda client: client.batches.cancel("batch_1"),
    "batch_create": lambda client: client.batches.create(
        name="n", input_file_id="file_1"
    ),
    "batch_get": lambda client: client.batches.retrieve("batch_1"),
    "batch_get_error_404": fail_to_get,
    "batch_list": lambda client: client.batches.list(
        limit=5, pagination_token="tok"
    ).take(1),
    "batch_results_two_pages": lambda client: list(
        client.batches.results("batch_1", limit=1000)
    ),
    "file_content": lambda client: client.files.content("file_1").read(),
    "file_delete": lambda client: client.files.delete("file_1"),
    "file_get": lambda client: client.files.retrieve("file_1"),
    "file_list": lambda client: client.files.list(),
    # The service does not need the purpose, so it is no argument.
    "file_upload": lambda client: client.files.upload(
        file=("in.jsonl", b'{"custom_id":"r1"}\n'),
        options=Options(extra_body={"purpose": "batch"}),
    ),
}

ANSWERS = {
    "batch_list": [b'{"batches": [], "pagination_token": null}'],
    "batch_results_two_pages": [
        b'{"results": [], "pagination_token": "t2"}',
        b'{"results": [], "pagination_token": null}',
    ],
}
"""What the service has to say so that a call goes on as it did when it was recorded."""


class Asked(NamedTuple):
    """A request without its headers; `body` is JSON, a list of parts, or None."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any


def comparable(received: Received) -> Asked:
    media_type = (received.header("content-type") or "").partition(";")[0]
    body: Any = None
    if media_type == "multipart/form-data":
        body = parts_of(received)
    elif received.body:
        body = received.json()
    return Asked(received.method, received.path, received.query, body)


def read(recorded: dict[str, Any]) -> Received:
    """A recorded request as if it had been received."""
    if "json" in recorded:
        body = json.dumps(recorded["json"]).encode()
    elif "text" in recorded:
        body = recorded["text"].encode()
    else:
        body = b64decode(recorded["base64"])
    path, _, query = recorded["path"].partition("?")
    return Received(
        recorded["method"],
        path,
        tuple(parse_qsl(query)),
        tuple((name.lower(), value) for name, value in recorded["headers"]),
        body,
    )


def test_every_recording_is_played() -> None:
    assert len(RECORDED) == 11
    assert CALLS.keys() == BY_STEP.keys()


@pytest.mark.parametrize("step", CALLS)
def test_our_client_sends_the_same(client: Client, fake: FakeXai, step: str) -> None:
    fake.store.put_file(b"", "in.jsonl", file_id="file_1")
    fake.store.create("n", batch_id="batch_1")
    fake.faults.extend(Fault(status=200, body=body) for body in ANSWERS.get(step, []))
    CALLS[step](client)
    expected = [comparable(read(recorded)) for recorded in BY_STEP[step]["requests"]]
    assert [comparable(received) for received in fake.requests] == expected


# ------------------------------------------------------------------ the document
API = OpenAPI.from_dict(
    yaml.safe_load((ROOT / "specs/xai_batches.yaml").read_text("utf-8")),
    # JSON Lines are text, which openapi-core does not know.
    config=Config(extra_media_type_deserializers={"application/jsonl": bytes.decode}),
)


def refused(received: Received) -> bool:
    """Whether the document does not allow a request."""
    request = MockRequest(
        "https://api.x.ai",
        received.method.lower(),
        received.path,
        args=dict(received.query),
        headers=dict(received.headers),
        data=received.body or None,
        content_type=received.header("content-type") or "",
    )
    return next(iter(API.iter_request_errors(request)), None) is not None


SENT = [
    pytest.param(read(recorded), id=f"{step}-{n}")
    for step, recording in BY_STEP.items()
    for n, recorded in enumerate(recording["requests"])
]


@pytest.mark.parametrize("received", SENT)
def test_the_document_allows_it(received: Received) -> None:
    assert not refused(received)


CREATE = read(BY_STEP["batch_create"]["requests"][0])
UPLOAD = read(BY_STEP["file_upload"]["requests"][0])


@pytest.mark.parametrize(
    ("good", "change"),
    [
        (CREATE, {"path": "/v1/batch"}),
        (CREATE, {"method": "PUT"}),
        (CREATE, {"body": b'{"name": 7}'}),
        (CREATE, {"body": b"{}"}),
        (CREATE, {"headers": ()}),
        (read(BY_STEP["batch_list"]["requests"][0]), {"query": (("limit", "0"),)}),
        (UPLOAD, {"body": UPLOAD.body.replace(b'"file"', b'"other"')}),
    ],
)
def test_the_document_does_not_allow_everything(
    good: Received, change: dict[str, Any]
) -> None:
    assert refused(replace(good, **change))
