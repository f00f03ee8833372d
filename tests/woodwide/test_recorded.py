"""The same calls as the vendor's client made: ours sends the same requests, and the document allows them.

Headers differ, since each client names itself, and so do the order of the members of a form and the
media type of a file without a name.
"""

from __future__ import annotations

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

import jsonschema_rs
import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from openapi_core.validation.request.exceptions import InvalidRequestBody

from tests.fakes.multipart import PartOf, parts_of
from tests.fakes.woodwide import Fault, Received, refusal
from woodwide import Options
from woodwide.errors import NotFoundError, RateLimitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.woodwide import FakeWoodwide
    from woodwide import Client

ROOT = Path(__file__).parents[2]
RECORDED = sorted((ROOT / "tests/data/woodwide/sdk").glob("*.json"))
BY_STEP = {path.stem: json.loads(path.read_bytes()) for path in RECORDED}

MODEL, JOB = "mdl_A8K2P9QX", "job_A8K2P9QX"
ROWS = b"a,b\n1,2\n"


def fail_to_get(client: Client) -> None:
    with pytest.raises(NotFoundError):
        client.jobs.retrieve("job_missing")


def fail_twice(client: Client) -> None:
    with pytest.raises(RateLimitError):
        client.jobs.retrieve("job_busy", options=Options(retries=1))


def batch_and_wait(client: Client) -> None:
    made = client.models.infer_batch(MODEL, dataset_id="ds_1")
    client.jobs.wait(made.job_id, poll_interval=0.01)
    client.jobs.results(made.job_id)


CALLS: dict[str, Callable[[Client], object]] = {
    "dataset_create": lambda client: client.datasets.create(
        file=("d.csv", b"a\n1\n", "text/csv"), dataset_name="d", override=True
    ),
    "dataset_list": lambda client: client.datasets.list(
        include_archived=True, limit=1, q="x"
    ).take(1),
    "infer_async_file": lambda client: client.models.infer_async(
        MODEL, file=("in.csv", ROWS), output_type="parquet"
    ),
    "infer_batch": lambda client: client.models.infer_batch(
        MODEL, dataset_id="ds_A8K2P9QX", output_type="json"
    ),
    "infer_batch_all_fields": lambda client: client.models.infer_batch(
        MODEL,
        anomaly_format="per_row",
        dataset_version_id="dsv_1",
        exclude_self_matches=False,
        filters=[{"column": "a", "operator": "eq", "value": 3}],
        force_rerun=True,
        k=3,
        model_version_id="mdlv_1",
        output_type="parquet",
        parent_job_id=JOB,
    ),
    "infer_batch_and_wait": batch_and_wait,
    "infer_batch_seed_shaped_answer": lambda client: client.models.infer_batch(
        "b2c3d4e5-0000-0000-0000-000000000001",
        dataset_id="a1b2c3d4-0000-0000-0000-000000000001",
        output_type="json",
    ),
    "infer_file": lambda client: client.models.infer(
        MODEL,
        file=("in.csv", ROWS, "text/csv"),
        anomaly_format="per_row",
        exclude_self_matches=True,
        k=2,
        output_type="csv",
    ),
    "infer_file_bytes_only": lambda client: client.models.infer(MODEL, file=ROWS),
    "job_cancel": lambda client: client.jobs.cancel(JOB),
    "job_get_error_404": fail_to_get,
    "job_get_error_429_retry": fail_twice,
    "job_get_queued": lambda client: client.jobs.retrieve(JOB),
    "job_list": lambda client: client.jobs.list(
        cursor="abc", limit=5, status="running", type="infer_batch"
    ).take(1),
    "job_result_rows": lambda client: client.jobs.result_rows(
        JOB, columns=["id", "p"], limit=500, offset=0
    ).take(1),
    "job_results": lambda client: client.jobs.results(JOB),
    "job_results_download": lambda client: client.jobs.results_file(JOB).read(),
    "model_get": lambda client: client.models.retrieve(MODEL),
    "model_list": lambda client: client.models.list(limit=2).take(1),
}

NO_PAGE = b'{"items": [], "next_cursor": null}'
QUEUED = b'{"job_id": "job_A8K2P9QX", "status": "queued"}'
NAMED = (
    b'"id": "job_A8K2P9QX", "type": "infer_batch", "created_at": "2026-01-02T03:04:05Z"'
)
RUNNING = b"{" + NAMED + b', "status": "running"}'
DONE = b"{" + NAMED + b', "status": "succeeded"}'
TABLE = b'{"id": [0], "prediction": ["a"]}'
WHEN = "2026-01-02T03:04:05Z"
A_MODEL = json.dumps(
    {"id": MODEL, "model_type": "anomaly", "created_at": WHEN, "updated_at": WHEN}
).encode()
ANSWERS: dict[str, list[bytes]] = {
    "dataset_create": [QUEUED],
    "dataset_list": [NO_PAGE],
    "infer_async_file": [QUEUED],
    "infer_batch": [QUEUED],
    "infer_batch_all_fields": [QUEUED],
    "infer_batch_and_wait": [QUEUED, RUNNING, DONE, b'{"job_type": "infer_batch"}'],
    "infer_batch_seed_shaped_answer": [QUEUED],
    "infer_file": [TABLE],
    "infer_file_bytes_only": [TABLE],
    "job_cancel": [b'{"id": "job_A8K2P9QX", "status": "canceled"}'],
    "job_get_queued": [RUNNING],
    "job_list": [NO_PAGE],
    "job_result_rows": [b'{"rows": [], "limit": 500, "offset": 0, "total": 0}'],
    "job_results": [b'{"job_type": "infer_batch"}'],
    "model_get": [A_MODEL],
    "model_list": [NO_PAGE],
}
"""What the service has to say so that a call goes on as it did when it was recorded."""


class Asked(NamedTuple):
    """A request without its headers; `body` is JSON, a set of parts, or None."""

    method: str
    path: str
    query: frozenset[tuple[str, str]]
    body: Any


def comparable(received: Received) -> Asked:
    media_type = (received.header("content-type") or "").partition(";")[0]
    body: Any = None
    if media_type == "multipart/form-data":
        body = {_part(part) for part in parts_of(received)}
    elif received.body:
        body = received.json()
    # The vendor's client joins columns by commas, although its own description says that they
    # are repeated.
    query = [
        (name, each)
        for name, value in received.query
        for each in (value.split(",") if name == "columns" else [value])
    ]
    return Asked(received.method, received.path, frozenset(query), body)


def _part(part: PartOf) -> PartOf:
    """A part; a file that was given as bytes is called as each client likes."""
    unnamed = part.name == "file" and part.filename in ("upload", "file")
    return part._replace(filename="", media_type="") if unnamed else part


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
    assert len(RECORDED) == 19
    assert CALLS.keys() == BY_STEP.keys()


@pytest.mark.parametrize("step", CALLS)
def test_our_client_sends_the_same(
    client: Client, fake: FakeWoodwide, step: str
) -> None:
    fake.faults.extend(Fault(status=200, body=body) for body in ANSWERS.get(step, []))
    if step == "job_get_error_429_retry":
        fake.faults.append(refusal(429, "slow down", retry_after=0, times=2))
    expected = [comparable(read(recorded)) for recorded in BY_STEP[step]["requests"]]
    if step == "job_results_download":
        results = {"job_type": "infer_batch", "inference_results_uri": None}
        results["inference_results_uri"] = (
            f"{fake.storage.base_url}/signed/r.parquet?sig=x"
        )
        fake.faults.append(Fault(status=200, body=json.dumps(results).encode()))
        fake.storage_faults.append(Fault(status=200, body=b"PAR1....PAR1"))
    CALLS[step](client)
    assert [comparable(each) for each in (*fake.requests, *fake.stored)] == expected
    assert fake.leaked == []


# ------------------------------------------------------------------ the document
DOCUMENT: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/woodwide.yaml").read_text("utf-8")
)
API = OpenAPI.from_dict(DOCUMENT)


def refused(received: Received) -> bool:
    """Whether the document does not allow a request."""
    media_type = received.header("content-type") or ""
    form = media_type.startswith("multipart/")
    request = MockRequest(
        "https://api.woodwide.ai",
        received.method.lower(),
        received.path,
        args=dict(received.query),
        headers=dict(received.headers),
        data=received.body or None,
        content_type=media_type,
    )
    for error in API.iter_request_errors(request):
        # It reads numbers and files of a form as texts and bytes, so forms are looked at below.
        if not (form and isinstance(error, InvalidRequestBody)):
            return True
    return form and bool(
        list(form_schema(received.path).iter_errors(form_of(received)))
    )


def form_schema(path: str) -> jsonschema_rs.Draft202012Validator:
    """The schema of the form that goes to a path."""
    name = "CreateDataset" if path == "/datasets" else "InferFile"
    schema = {"$ref": f"#/components/schemas/{name}"}
    return jsonschema_rs.Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}
    )


def form_of(received: Received) -> dict[str, Any]:
    """The parts of a form, with numbers and truth values as what they are."""
    found: dict[str, Any] = {}
    for part in parts_of(received):
        text = part.content.decode()
        plain = part.filename is None and (
            text.isdecimal() or text in ("true", "false")
        )
        found[part.name] = json.loads(text) if plain else text
    return found


SENT = [
    pytest.param(read(recorded), id=f"{step}-{n}")
    for step, recording in BY_STEP.items()
    for n, recorded in enumerate(recording["requests"])
    if not recorded["path"].startswith("/signed/")
]


@pytest.mark.parametrize("received", SENT)
def test_the_document_allows_it(received: Received) -> None:
    assert not refused(received)


BATCH = read(BY_STEP["infer_batch_all_fields"]["requests"][0])
INFER = read(BY_STEP["infer_file"]["requests"][0])
LIST = read(BY_STEP["job_list"]["requests"][0])


@pytest.mark.parametrize(
    ("good", "change"),
    [
        (BATCH, {"path": "/models/m/infer-batches"}),
        (BATCH, {"method": "PUT"}),
        (BATCH, {"body": b'{"dataset_id": 7}'}),
        (BATCH, {"body": b'{"output_type": "xml"}'}),
        (BATCH, {"body": b'{"filters": [{"column": "a"}]}'}),
        (BATCH, {"headers": ()}),
        (LIST, {"query": (("limit", "201"),)}),
        (LIST, {"query": (("status", "cancelled"),)}),
        (INFER, {"body": INFER.body.replace(b'"file"', b'"other"')}),
        (INFER, {"body": INFER.body.replace(b"\r\n2\r\n", b"\r\ntwo\r\n")}),
    ],
)
def test_the_document_does_not_allow_everything(
    good: Received, change: dict[str, Any]
) -> None:
    assert refused(replace(good, **change))
