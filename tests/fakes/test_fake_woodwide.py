"""The fake Wood Wide service does what is known of the real one and what the document does not say."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import httpx2
import pytest

from tests.fakes.calling import FRESH
from tests.fakes.calling import Caller as Calls
from tests.fakes.woodwide import FakeWoodwide, Fault, Style, refusal
from tests.fakes.woodwide_tables import DIMENSIONS, MODEL_TYPES

# It has no types.
pq: Any = import_module("pyarrow.parquet")
pa: Any = import_module("pyarrow")

INPUT = b'name,spend\n"Ada, Countess",10.5\nBob,3\n"Cy ""Jr""",\nDi,7\n'
ROWS = 4
KEY = {"authorization": "Bearer sk_test"}


class Caller(Calls[FakeWoodwide]):
    """Calls operations, infers, and makes datasets."""

    def infer(self, kind: str, *, operation_id: str = "infer", **form: str) -> Any:
        """Infer with a model of a kind on the input."""
        model_id = self.fake.store.model(kind).id
        files = {"file": ("in.csv", INPUT, "text/csv")}
        return self(operation_id, model_id, data=form, files=files)

    def dataset(self, data: bytes = INPUT, **form: str) -> tuple[str, str]:
        """Make a dataset, and wait for it; returns its id and that of its version."""
        made = self("createDataset", data=form, files={"file": ("d.csv", data)})
        self.wait(made["job_id"])
        ref = made.get("dataset", made)
        return ref["id"], ref["version_id"]

    def wait(self, job_id: str) -> list[Any]:
        """Ask for a job until it has ended; returns all its states."""
        seen = [self("getJob", job_id)]
        while seen[-1]["status"] in ("queued", "running"):
            seen.append(self("getJob", job_id))
        return seen

    def download(self, job_id: str, **how: Any) -> httpx2.Response:
        """The result file of a job that succeeded."""
        url = self("getJobResults", job_id)["inference_results_uri"]
        return httpx2.get(url, follow_redirects=True, **how)


def fake_with(**options: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", [options], indirect=True, ids=[""])


@pytest.fixture
def call(request: pytest.FixtureRequest) -> Iterator[Caller]:
    """A caller of a fresh service; indirect parameters are the options of the service."""
    options: dict[str, Any] = getattr(request, "param", {})
    with (
        FakeWoodwide(**options) as fake,
        httpx2.Client(
            base_url=fake.base_url, limits=FRESH, headers=KEY, timeout=60
        ) as http,
    ):
        yield Caller("woodwide", fake, http)


both_generations = pytest.mark.parametrize(
    "call",
    [{"generation": name} for name in ("uuid", "public")],
    indirect=True,
    ids=str,
)

# ------------------------------------------------------------------ tables
COLUMNS = {
    "binary": ["id", "prediction", "prediction_prob"],
    "multiclass": ["id", "prediction", "prediction_prob"],
    "integer": ["id", "prediction", "prediction_prob"],
    "regression": ["id", "prediction"],
    "clustering": ["id", "cluster_label", "cluster_description"],
    "anomaly": ["anomalous_ids"],
    "embedding": ["id", *(f"dim_{n}" for n in range(DIMENSIONS))],
    "factors": ["factor_id", "factor_description", "captured_variance"],
}


@pytest.mark.parametrize("kind", MODEL_TYPES)
def test_json_parquet_and_csv_hold_the_same_table(call: Caller, kind: str) -> None:
    """CSV has one column more where something is predicted, and a space after each comma."""
    wrapped = call.infer(kind, output_type="json")
    assert wrapped["model_type"] == MODEL_TYPES[kind]
    data = wrapped["data"]
    if kind == "search":
        assert list(data) == ["0", "1", "2", "3"]
        data = {"id": list(data), "match_id": list(data.values())}
    else:
        assert list(data) == COLUMNS[kind]

    parquet = pq.read_table(io.BytesIO(call.infer(kind, output_type="parquet")))
    assert call.last.headers["content-type"] == "application/octet-stream"
    assert parquet.to_pydict() == data
    assert parquet.schema.metadata[b"model_type"].decode() == MODEL_TYPES[kind]

    text = call.infer(kind).decode()
    assert call.last.headers["content-type"] == "text/csv; charset=utf-8"
    assert (", " in text.splitlines()[0]) == (MODEL_TYPES[kind] == "prediction")
    head, *rows = csv.reader(io.StringIO(text), skipinitialspace=True)
    expected = dict(data)
    if MODEL_TYPES[kind] == "prediction":
        assert head.pop() == "prediction_explanation"
        assert all(row.pop() for row in rows)
    assert head == list(expected)
    cells = zip(*expected.values(), strict=True)
    assert rows == [[str(cell) for cell in row] for row in cells]


def test_the_same_rows_get_the_same_answer_whatever_their_file(call: Caller) -> None:
    first = call.infer("regression", output_type="json")["data"]
    table = pa.table(
        {
            "name": ["Ada, Countess", "Bob", 'Cy "Jr"', "Di"],
            "spend": ["10.5", "3", "", "7"],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    model_id = call.fake.store.model("regression").id
    files = {"file": ("p", sink.getvalue(), "application/vnd.apache.parquet")}
    again = call("infer", model_id, data={"output_type": "json"}, files=files)
    assert again["data"] == first
    assert len(set(first["prediction"])) == ROWS


def test_an_anomaly_model_scores_each_row_when_asked(call: Caller) -> None:
    form = {"output_type": "json", "anomaly_format": "per_row"}
    data = call.infer("anomaly", **form)["data"]
    assert list(data) == ["id", "is_anomaly", "anomaly_score"]
    found = call.infer("anomaly", output_type="json")["data"]["anomalous_ids"]
    assert found == [i for i, anomalous in enumerate(data["is_anomaly"]) if anomalous]


def test_a_search_model_finds_as_many_as_asked_for(call: Caller) -> None:
    one = call.infer("search", output_type="json")["data"]
    three = call.infer("search", output_type="json", k="3")["data"]
    assert [matches[0] for matches in three.values()] == list(one.values())
    assert {len(matches) for matches in three.values()} == {3}
    all_but = call.infer(
        "search", output_type="json", k="50", exclude_self_matches="true"
    )["data"]
    assert {len(matches) for matches in all_but.values()} == {49}
    assert not any(row in matches for row, matches in all_but.items())


@fake_with(style=Style(probabilities="all", ids="string"))
def test_probabilities_of_all_classes_and_ids_as_text(call: Caller) -> None:
    data = call.infer("multiclass", output_type="json")["data"]
    assert [len(each) for each in data["prediction_prob"]] == [3] * ROWS
    found = call.infer("anomaly", output_type="json")["data"]["anomalous_ids"]
    assert all(isinstance(one, str) for one in found)


# ------------------------------------------------------------------ jobs
@both_generations
@pytest.mark.parametrize("output_type", ["json", "csv", "parquet"])
def test_a_job_goes_on_until_its_file_can_be_fetched(
    call: Caller, output_type: str
) -> None:
    made = call.infer("binary", operation_id="inferAsync", output_type=output_type)
    assert made["status"] == "queued"
    call("getJobResults", made["job_id"], expect=409)
    seen = call.wait(made["job_id"])
    assert [job["status"] for job in seen] == ["running", "running", "succeeded"]
    assert [round(job["progress"]) for job in seen] == [33, 67, 100]
    file = call.download(made["job_id"])
    assert file.headers["content-type"] == "application/octet-stream"
    starts = {"json": b'{"job_id"', "csv": b"id, pred", "parquet": b"PAR1"}
    assert file.content.startswith(starts[output_type])


def test_the_two_generations_differ_in_their_ids() -> None:
    seen = list[Any]()
    for generation in ("uuid", "public"):
        with (
            FakeWoodwide(generation=generation) as fake,
            httpx2.Client(base_url=fake.base_url, limits=FRESH, headers=KEY) as http,
        ):
            call = Caller("woodwide", fake, http)
            made = call.infer("binary", operation_id="inferAsync")
            job = call("getJob", made["job_id"])
            ingest = call("createDataset", files={"file": ("d.csv", INPUT)})
            seen.append((made, job, ingest))
    (made, job, ingest), (flat_made, flat_job, flat_ingest) = seen
    assert made.keys() == {"job_id", "status", "model"}
    assert flat_made.keys() == {"job_id", "status", "model_version_id"}
    assert (len(job["job_id"]), "id" in job) == (36, False)
    assert (flat_job["id"][:4], "job_id" in flat_job) == ("job_", False)
    assert ingest.keys() == {"dataset", "job_id", "status"}
    assert flat_ingest.keys() == {"id", "version_id", "job_id", "status"}


@pytest.mark.parametrize(
    "call", [{"redirects": flag} for flag in (False, True)], indirect=True
)
def test_the_storage_host_wants_a_signature_and_no_key(call: Caller) -> None:
    made = call.infer("embedding", operation_id="inferAsync", output_type="csv")
    call.fake.store.finish(made["job_id"])
    assert call.download(made["job_id"]).content.startswith(b"id,dim_0")
    assert call.fake.leaked == []
    assert call.download(made["job_id"], headers=KEY).status_code == 400
    assert [request.method for request in call.fake.leaked] == ["GET"]
    url = call("getJobResults", made["job_id"])["inference_results_uri"]
    assert httpx2.get(url.replace("Signature=", "Signature=0")).status_code == 403
    assert not url.startswith(call.fake.base_url)


def test_a_job_is_cancelled_once(call: Caller) -> None:
    made = call.infer("binary", operation_id="inferAsync")
    assert call("cancelJob", made["job_id"])["status"] == "canceled"
    call("cancelJob", made["job_id"], expect=409)
    assert [job["status"] for job in call.wait(made["job_id"])] == ["canceled"]


@both_generations
def test_jobs_are_listed_by_every_filter(call: Caller) -> None:
    _, version_id = call.dataset()
    model = call.fake.store.model("binary")
    call.infer("binary")
    call.infer("clustering", operation_id="inferAsync")
    call("inferBatch", model.id, json={"dataset_version_id": version_id})

    def types(**asked: str) -> list[str]:
        return [job["type"] for job in call("listJobs", params=asked)["items"]]

    assert types() == ["infer_batch", "infer_batch", "infer_sync", "dataset_ingest"]
    assert types(status="succeeded") == ["infer_sync", "dataset_ingest"]
    assert types(type="infer_batch", status="queued") == ["infer_batch"] * 2
    assert types(model_id=model.id) == ["infer_batch", "infer_sync"]
    assert types(model_version_id=model.version_id, type="infer_sync") == ["infer_sync"]
    assert types(dataset_version_id=version_id) == ["infer_batch", "dataset_ingest"]


# ------------------------------------------------------------------ datasets
@both_generations
def test_a_dataset_is_used_when_its_job_has_succeeded(call: Caller) -> None:
    model_id = call.fake.store.model("clustering").id
    made = call("createDataset", files={"file": ("d.csv", INPUT)})
    dataset_id = made.get("dataset", made)["id"]
    body = {"dataset_id": dataset_id, "output_type": "json"}
    refused = call("inferBatch", model_id, json=body, expect=409)
    assert refused == {"detail": "No ready dataset version found"}
    call.wait(made["job_id"])
    results = call("getJobResults", made["job_id"])
    assert results["dataset_ingest_results"] == {
        "row_count": 4,
        "byte_size": len(INPUT),
    }
    job_id = call("inferBatch", model_id, json=body)["job_id"]
    call.wait(job_id)
    inline = call.infer("clustering", output_type="json")["data"]
    assert call.download(job_id).json()["data"] == inline


@both_generations
def test_a_signed_upload_has_three_steps(call: Caller) -> None:
    file = {"filename": "d.csv", "bytes": len(INPUT), "content_type": "text/csv"}
    made = call("prepareDatasetUpload", json={"file": file})
    version_id = made.get("dataset", made)["version_id"]
    url = made["upload"]["upload_url"]
    assert call("getJob", made["job_id"])["status"] == "waiting_for_upload"
    call("completeDatasetUpload", version_id, expect=409)

    def put(data: bytes = INPUT, kind: str = "text/csv", **headers: str) -> int:
        headers = {"content-type": kind, **headers}
        return httpx2.put(url, content=data, headers=headers).status_code

    assert put(kind="application/octet-stream") == 403
    assert put(INPUT[:-1]) == 400
    assert put(authorization=KEY["authorization"]) == 400
    assert len(call.fake.leaked) == 1
    assert put() == 200
    assert call("completeDatasetUpload", version_id)["status"] == "queued"
    assert call.wait(made["job_id"])[-1]["status"] == "succeeded"
    [dataset] = call("listDatasets")["items"]
    assert dataset["current_version"]["row_count"] == ROWS


def test_a_key_prepares_one_upload(call: Caller) -> None:
    file = {"filename": "d.csv", "bytes": 1, "content_type": "text/csv"}
    answers = [
        call(
            "prepareDatasetUpload",
            json={"file": file, "dataset_name": f"d{n}"},
            headers={"Idempotency-Key": key},
        )
        for n, key in enumerate(("a", "a", "b"))
    ]
    assert answers[0] == answers[1] != answers[2]
    assert len(call("listDatasets")["items"]) == 2


@pytest.mark.parametrize(("override", "versions"), [("false", 2), ("true", 1)])
def test_a_version_is_added_or_replaced(
    call: Caller, override: str, versions: int
) -> None:
    dataset_id, first = call.dataset(dataset_name="d")
    again, second = call.dataset(dataset_id=dataset_id, override=override)
    assert (again, second != first) == (dataset_id, True)
    assert call("getDataset", dataset_id)["current_version"]["version"] == versions
    assert len(call.fake.store.datasets[dataset_id].versions) == versions


# ------------------------------------------------------------------ newer generation
@fake_with(generation="public")
def test_rows_are_paged_searched_and_sorted(call: Caller) -> None:
    dataset_id, _ = call.dataset()
    body = {"dataset_id": dataset_id, "anomaly_format": "per_row"}
    model_id = call.fake.store.model("anomaly").id
    job_id = call("inferBatch", model_id, json=body)["job_id"]
    call.wait(job_id)
    page = call("listJobResultRows", job_id, params={"limit": 2, "offset": 1})
    assert [row["id"] for row in page["rows"]] == [1, 2]
    assert (page["total"], page["total_filtered"]) == (ROWS, ROWS)
    page = call(
        "listJobResultRows",
        job_id,
        params=[("columns", "id"), ("columns", "name"), ("search", "BOB")],
    )
    assert page["rows"] == [{"name": "Bob", "id": 1}]
    page = call("listJobResultRows", job_id, params={"sort_by": "anomaly_score"})
    scores = [row["anomaly_score"] for row in page["rows"]]
    assert scores == sorted(scores)
    page = call(
        "listJobResultRows", job_id, params={"filter_column": "id", "filter_value": "3"}
    )
    assert [row["name"] for row in page["rows"]] == ["Di"]


@fake_with(generation="public")
def test_a_job_can_go_on_from_another(call: Caller) -> None:
    dataset_id, _ = call.dataset()
    model_id = call.fake.store.model("regression").id
    parent = call("inferBatch", model_id, json={"dataset_id": dataset_id})["job_id"]
    call("inferBatch", model_id, json={"parent_job_id": parent}, expect=409)
    call.wait(parent)
    body = {
        "parent_job_id": parent,
        "filters": [{"column": "id", "operator": "gte", "value": 2}],
        "output_type": "json",
    }
    child = call("inferBatch", model_id, json=body)["job_id"]
    call.wait(child)
    assert len(call.download(child).json()["data"]["id"]) == 2


@fake_with(generation="public")
def test_the_same_request_is_answered_with_the_earlier_job(call: Caller) -> None:
    dataset_id, _ = call.dataset()
    model_id = call.fake.store.model("binary").id
    bodies: list[dict[str, Any]] = [{}, {}, {"output_type": "csv"}]
    bodies.append({"force_rerun": True})
    jobs = [
        call("inferBatch", model_id, json={"dataset_id": dataset_id, **body})["job_id"]
        for body in bodies
    ]
    assert jobs[0] == jobs[1]
    assert len(set(jobs)) == 3


# ------------------------------------------------------------------ what is refused
FILE: dict[str, Any] = {"files": {"file": ("in.csv", INPUT)}}
LARGE: dict[str, Any] = {"files": {"file": ("in.csv", b"a\n" * 51)}}


@fake_with(max_bytes=100)
@pytest.mark.parametrize(
    ("operation_id", "status", "how"),
    [
        ("listModels", 401, {"headers": {"authorization": ""}}),
        ("listModels", 401, {"headers": {"authorization": "Bearer other"}}),
        *((name, 404, {}) for name in ("getModel", "getJob", "getJobResults")),
        *((name, 404, {}) for name in ("cancelJob", "getDataset")),
        ("completeDatasetUpload", 404, {}),
        ("infer", 404, FILE),
        ("inferBatch", 404, {"json": {"dataset_id": "none"}}),
        ("infer", 422, {**FILE, "data": {"output_type": "xml"}}),
        ("infer", 400, LARGE),
        ("createDataset", 400, LARGE),
        ("createDataset", 404, {**FILE, "data": {"dataset_id": "none"}}),
        ("listDatasets", 400, {"params": {"cursor": "never given"}}),
    ],
)
def test_what_is_wrong_is_refused(
    call: Caller, operation_id: str, status: int, how: dict[str, Any]
) -> None:
    call(operation_id, expect=status, **how)


def test_what_is_not_ready_or_taken_is_refused(call: Caller) -> None:
    dataset_id, _ = call.dataset(dataset_name="d")
    refused = call("createDataset", data={"dataset_name": "d"}, expect=400, **FILE)
    assert refused == {"detail": "A dataset named d already exists"}
    model_id = call.fake.store.add_model("binary", ready=False)
    call("infer", model_id, expect=409, **FILE)
    ready = call.fake.store.model("binary").id
    body = {"dataset_id": dataset_id, "model_version_id": "none"}
    call("inferBatch", ready, json=body, expect=404)
    call("inferBatch", ready, json={}, expect=400)


def test_faults_answer_as_the_service_does(call: Caller) -> None:
    call.fake.faults.append(refusal(429, "slow down", retry_after=3))
    call.fake.faults.append(refusal(403, {"code": "missing_scope"}))
    assert call("listModels", expect=429) == {"detail": "slow down"}
    assert call.last.headers["retry-after"] == "3"
    call("getModel", "none", expect=403)
    call.fake.faults.append(Fault(cut="before_headers"))
    with pytest.raises(httpx2.RemoteProtocolError):
        call("listModels")
    assert [request.path for request in call.fake.requests][-1] == "/models"
