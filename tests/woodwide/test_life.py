"""From a file of rows to a table of results, over both ports of the service."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import httpx2
import pytest

from tests.fakes.woodwide import FakeWoodwide, Fault, Style, refusal
from tests.fakes.woodwide_tables import MODEL_TYPES, Wanted, infer, read_rows
from woodwide import AsyncClient, Client
from woodwide.errors import (
    AuthenticationError,
    ConflictError,
    InvalidRequestError,
    JobFailedError,
    NotFoundError,
    UnprocessableError,
)
from woodwide.models import (
    AnomalousId,
    Anomaly,
    Cluster,
    Embedding,
    ErrorBody,
    Factor,
    FactorScore,
    Prediction,
    SearchMatch,
    ValidationErrorBody,
)
from woodwide.tables import read_table, scan_table

if TYPE_CHECKING:
    from pathlib import Path

# It has no types.
pa: Any = import_module("pyarrow")

INPUT = b'name,spend\n"Ada, Countess",10.5\nBob,3\n"Cy ""Jr""",\nDi,7\n'
Format = Literal["json", "csv", "parquet"]
FORMATS: tuple[Format, ...] = ("json", "csv", "parquet")
ROWS: dict[str, type[Any]] = {
    "prediction": Prediction,
    "clustering": Cluster,
    "anomaly": AnomalousId,
    "embedding": Embedding,
    "search": SearchMatch,
    "factors": Factor,
}


def fake_with(**options: Any) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fake", [options], indirect=True, ids=[""])


both_generations = pytest.mark.parametrize(
    "fake", [{"generation": "uuid"}, {"generation": "public"}], indirect=True, ids=str
)


def expected_of(fake: FakeWoodwide, kind: str, **wanted: Any) -> list[tuple[Any, ...]]:
    """What the service makes of the input, before anything is written or read."""
    columns = infer(kind, read_rows(INPUT), Wanted(**wanted), fake.store.style).columns
    rows = list(zip(*columns.values(), strict=True))
    if kind == "embedding":
        return [(number, list(vector)) for number, *vector in rows]
    if "factor_0_score" in columns:
        return [(row[0], *(list(row[start::3]) for start in (1, 2, 3))) for row in rows]
    return rows


def cells_of(table: Any, count: int) -> list[tuple[Any, ...]]:
    """The first columns of the rows of a table."""
    columns = [table.column(name) for name in table.columns[:count]]
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize("kind", MODEL_TYPES)
@pytest.mark.parametrize("output_type", FORMATS)
def test_a_file_is_inferred_on_at_once_and_as_a_job(
    client: Client, fake: FakeWoodwide, kind: str, output_type: Format
) -> None:
    model_id = fake.store.model(kind).id
    table = client.models.infer(model_id, file=INPUT, output_type=output_type)
    expected = expected_of(fake, kind)
    assert cells_of(table, len(expected[0])) == expected
    assert {type(row) for row in table.rows()} == {ROWS[MODEL_TYPES[kind]]}

    made = client.models.infer_async(model_id, file=INPUT, output_type=output_type)
    client.jobs.wait(made.job_id, poll_interval=0.01)
    again = client.jobs.results_table(made.job_id)
    assert list(again.rows()) == list(table.rows())
    assert fake.leaked == []


STYLES: list[tuple[Style, str, dict[str, Any], type[Any]]] = [
    (Style(plural=True, space=False), "binary", {}, Prediction),
    (Style(plural=True, probabilities="all"), "multiclass", {}, Prediction),
    (Style(wrapped=False), "clustering", {}, Cluster),
    (Style(wrapped=False), "search", {}, SearchMatch),
    (Style(ids="string"), "anomaly", {}, AnomalousId),
    (Style(), "anomaly", {"anomaly_format": "per_row"}, Anomaly),
    (Style(), "search", {"k": 3}, SearchMatch),
    (Style(factors="row"), "factors", {}, FactorScore),
]


@pytest.mark.parametrize(
    ("fake", "kind", "form", "row"),
    [({"style": style}, kind, form, row) for style, kind, form, row in STYLES],
    indirect=["fake"],
    ids=[f"{kind}-{n}" for n, (_, kind, *_rest) in enumerate(STYLES)],
)
@pytest.mark.parametrize("output_type", FORMATS)
def test_every_form_of_a_table_is_read(
    client: Client,
    fake: FakeWoodwide,
    kind: str,
    form: dict[str, Any],
    row: type[Any],
    output_type: Format,
) -> None:
    model_id = fake.store.model(kind).id
    table = client.models.infer(
        model_id, row, file=INPUT, output_type=output_type, **form
    )
    expected = expected_of(fake, kind, **form)
    if fake.store.style.ids == "string" and output_type == "csv":
        # CSV does not tell a number from a text of digits.
        expected = [(int(text),) for (text,) in expected]
    assert cells_of(table, len(expected[0])) == expected


@pytest.mark.parametrize(
    "fake",
    [{"file_type": "text/html"}, {"file_type": ""}, {"redirects": True}],
    indirect=True,
    ids=str,
)
@pytest.mark.parametrize("output_type", FORMATS)
def test_the_content_of_a_result_file_says_what_it_is(
    client: Client, fake: FakeWoodwide, output_type: Format
) -> None:
    made = client.models.infer_async(
        fake.store.model("binary").id, file=INPUT, output_type=output_type
    )
    fake.store.finish(made.job_id)
    fake.storage_faults.append(Fault(status=503))
    table = client.jobs.results_table(made.job_id, Prediction)
    assert cells_of(table, 3) == expected_of(fake, "binary")
    assert len(fake.stored) == (3 if any("moved" in r.path for r in fake.stored) else 2)
    assert fake.leaked == []


def test_a_result_file_is_saved_as_it_is(
    client: Client, fake: FakeWoodwide, tmp_path: Path
) -> None:
    made = client.models.infer_async(fake.store.model("binary").id, file=INPUT)
    fake.store.finish(made.job_id)
    client.jobs.results_file(made.job_id).save(tmp_path / "result.csv")
    saved = (tmp_path / "result.csv").read_bytes()
    assert saved == fake.store.jobs[made.job_id].file != b""


# ------------------------------------------------------------------ jobs and datasets
@both_generations
def test_a_dataset_is_uploaded_in_both_ways_and_inferred_on(
    client: Client, fake: FakeWoodwide
) -> None:
    seen: list[tuple[float, float] | None] = []
    small = client.datasets.create(file=INPUT, dataset_name="small")
    large = client.datasets.upload(("d.csv", INPUT, "text/csv"), dataset_name="large")
    assert small.job_id
    tables = list[Any]()
    for made in (small, large):
        assert made.job_id
        client.jobs.wait(
            made.job_id,
            poll_interval=0.01,
            on_progress=lambda job: seen.append(client.jobs.progress(job)),
        )
    for dataset in client.datasets.list():
        queued = client.models.infer_batch(
            fake.store.model("clustering").id, dataset_id=dataset.id
        )
        client.jobs.wait(queued.job_id, poll_interval=0.01)
        tables.append(list(client.jobs.results_table(queued.job_id, Cluster).rows()))
    assert len(tables) == 2
    assert tables[0] == tables[1] != []
    done = [round(each[0]) for each in seen if each]
    assert done == [33, 67, 100] * 2
    assert [request.method for request in fake.stored] == ["PUT", "GET", "GET"]
    assert fake.leaked == []


def test_a_data_frame_is_uploaded_as_a_file(client: Client, fake: FakeWoodwide) -> None:
    frame = pa.table({"name": ["Ada", "Bob"], "spend": ["10.5", "3"]})
    model_id = fake.store.model("regression").id
    table = client.models.infer(model_id, Prediction, file=frame)
    same = client.models.infer(
        model_id, Prediction, file=b"name,spend\nAda,10.5\nBob,3\n"
    )
    assert list(table.rows()) == list(same.rows())
    made = client.datasets.upload(frame, dataset_name="frame")
    client.jobs.wait(made.job_id, poll_interval=0.01)
    [dataset] = fake.store.datasets.values()
    assert dataset.versions[0].rows == frame.to_pylist()


def test_a_file_that_is_too_large_is_not_sent(
    client: Client, fake: FakeWoodwide
) -> None:
    with pytest.raises(InvalidRequestError, match="file"):
        client.models.infer("m", file=b"x" * 30_000_001)
    with pytest.raises(InvalidRequestError, match="file"):
        client.datasets.create(file=b"x" * 30_000_001)
    assert fake.requests == []


def test_a_job_that_fails_says_why(client: Client, fake: FakeWoodwide) -> None:
    model_id = fake.store.model("binary").id
    made = client.models.infer_async(model_id, file=("a.csv", b"\xff\x00"))
    with pytest.raises(JobFailedError, match="Input file could not be read") as failed:
        client.jobs.wait(made.job_id, poll_interval=0.01)
    assert failed.value.state == "failed"
    other = client.models.infer_async(model_id, file=INPUT)
    assert client.jobs.cancel(other.job_id).status == "canceled"
    with pytest.raises(JobFailedError):
        client.jobs.wait(other.job_id, poll_interval=0.01)


@both_generations
def test_lists_are_read_to_their_end(client: Client, fake: FakeWoodwide) -> None:
    for n in range(5):
        client.datasets.create(file=INPUT, dataset_name=f"d{n}")
    assert [d.name for d in client.datasets.list(limit=2)] == [
        f"d{n}" for n in range(5)
    ]
    assert [m.id for m in client.models.list(limit=4)] == list(fake.store.models)
    jobs = list(client.jobs.list(limit=2, status="queued"))
    assert [job.job_id or job.id for job in jobs] == list(reversed(fake.store.jobs))
    [model, *_] = client.models.list()
    assert client.models.retrieve(model.id) == model


@fake_with(generation="public")
def test_rows_of_a_result_are_listed(client: Client, fake: FakeWoodwide) -> None:
    made = client.models.infer_async(fake.store.model("regression").id, file=INPUT)
    fake.store.finish(made.job_id)
    rows = list(client.jobs.result_rows(made.job_id, columns=["name", "id"], limit=3))
    assert rows == [
        {"name": n, "id": i}
        for i, n in enumerate(["Ada, Countess", "Bob", 'Cy "Jr"', "Di"])
    ]


# ------------------------------------------------------------------ refusals
def test_refusals_are_errors_with_typed_bodies(
    client: Client, fake: FakeWoodwide
) -> None:
    with pytest.raises(NotFoundError) as missing:
        client.jobs.retrieve("none")
    assert isinstance(missing.value.body, ErrorBody)
    assert missing.value.body.detail == "Job not found"
    made = client.models.infer_async(fake.store.model("binary").id, file=INPUT)
    with pytest.raises(ConflictError, match="no results"):
        client.jobs.results_table(made.job_id)
    with pytest.raises(UnprocessableError) as invalid:
        client.jobs.list(limit=500).take(1)
    body = invalid.value.body
    assert isinstance(body, ValidationErrorBody)
    assert not isinstance(body.detail, str)
    assert body.detail[0].loc == ["query", "limit"]
    fake.faults.append(refusal(409, {"code": "busy", "message": "later"}))
    with pytest.raises(ConflictError, match="later"):
        client.models.infer_batch("m", dataset_id="d")
    with (
        Client(api_key="sk_other", base_url=fake.base_url) as other,
        pytest.raises(AuthenticationError, match="Invalid API key"),
    ):
        other.jobs.list().take(1)


# ------------------------------------------------------------------ the async client
def test_the_async_client_does_the_same(fake: FakeWoodwide) -> None:
    async def run() -> list[Cluster]:
        async with AsyncClient(api_key="sk_test", base_url=fake.base_url) as client:
            uploaded = await client.datasets.upload(INPUT, dataset_name="d")
            await client.jobs.wait(uploaded.job_id, poll_interval=0.01)
            [dataset] = [each async for each in client.datasets.list()]
            queued = await client.models.infer_batch(
                fake.store.model("clustering").id, dataset_id=dataset.id
            )
            await client.jobs.wait(queued.job_id, poll_interval=0.01)
            table = await client.jobs.results_table(queued.job_id, Cluster)
            return list(table.rows())

    rows = asyncio.run(run())
    expected = expected_of(fake, "clustering")
    assert [(r.id, r.cluster_label, r.cluster_description) for r in rows] == expected
    assert fake.leaked == []


def test_a_dataset_has_to_be_named(client: Client, fake: FakeWoodwide) -> None:
    with pytest.raises(
        InvalidRequestError,
        match="Give dataset_id or dataset_version_id or parent_job_id",
    ):
        client.models.infer_batch("m")
    assert fake.requests == []


def test_a_download_is_read_as_a_table(client: Client, fake: FakeWoodwide) -> None:
    """What the client hands out, and what httpx2 does, can be given to `read_table`."""
    job = client.models.infer_async(
        fake.store.model("binary").id, file=("in.csv", INPUT), output_type="parquet"
    )
    client.jobs.wait(job.job_id, poll_interval=0.001)
    file = client.jobs.results_file(job.job_id)
    table = read_table(file, Prediction)
    assert table == client.jobs.results_table(job.job_id, Prediction)
    assert read_table(httpx2.Response(200, content=file.read()), Prediction) == table
    pieces = list(scan_table(file, Prediction, batch_rows=1))
    assert sum(piece.num_rows for piece in pieces) == table.num_rows
