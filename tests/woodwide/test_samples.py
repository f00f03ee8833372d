"""Every sample agrees with the document and with the client's models and tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs
import pytest
import yaml

from tests.fakes.woodwide import FakeWoodwide, Fault
from woodwide._runtime.values.decoding import Json
from woodwide._runtime.values.encoding import encode
from woodwide.errors import TableError
from woodwide.models import (
    AnomalousId,
    Anomaly,
    Cluster,
    Embedding,
    Factor,
    FactorScore,
    Prediction,
    SearchMatch,
)

if TYPE_CHECKING:
    from woodwide import Client

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/data/woodwide/samples"
COMPONENTS: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/woodwide.yaml").read_text("utf-8")
)["components"]

# A pattern for the name of the file, and its schema. The first one that matches counts.
TYPES = [
    ("infer.response.*.json", "InferenceResult"),
    ("infer_async.response*.json", "InferenceSubmission"),
    ("infer_batch.response*.json", "InferenceSubmission"),
    ("infer_batch.request*.json", "InferDataset"),
    ("jobs_get.response.placeholder.json", ""),
    ("jobs_get.response*.json", "Job"),
    ("jobs_list.response*.json", "JobPage"),
    ("jobs_results.response*.json", "JobResults"),
    ("jobs_results_rows.response*.json", "ResultRowPage"),
    ("datasets_create.response*.json", "DatasetSubmission"),
    ("datasets_upload.request*.json", "PrepareDatasetUpload"),
    ("datasets_upload.response*.json", "PreparedUpload"),
    ("models_get.current_metrics.clustering.json", "Model"),
    ("error.409*.json", "ErrorBody"),
    ("error.422*.json", "ValidationErrorBody"),
]

# What the document does not describe, and why.
LEFT_OUT = [
    ("models_train.*", "training is no part of the document"),
    ("models_retrain.*", "training is no part of the document"),
    ("legacy_*", "the first generation, which was another service"),
    ("jobs_get.response.placeholder.json", "the page left out the required status"),
]


def type_of(path: Path) -> str:
    """Name of the schema of a sample."""
    return next((name for pattern, name in TYPES if path.match(pattern)), "")


def value_of(path: Path) -> Any:
    """The value in a sample."""
    value = json.loads(path.read_bytes())
    if type_of(path) == "Model":
        # Of this one nothing but a member is shown.
        when = "2026-04-01T09:00:00Z"
        known = {"id": "m", "model_type": "clustering"}
        known.update(created_at=when, updated_at=when)
        return {**known, "current_metrics": value}
    return value


class Sample(NamedTuple):
    """A table of a sample: the class of its rows, and the rows by column in the class's own order."""

    row: type[Any]
    rows: list[tuple[Any, ...]]


HIGH, LOW = "High spend, long tenure", "Low spend, recent sign-up"
SIZE, LOAD = "Overall account size", "Support load"
BINARY = [(0, "yes", 0.88), (1, "no", 0.95), (2, "yes", 0.7)]
CLASSES = [(0, "cat_A", 0.82), (1, "cat_B", 0.91), (2, "cat_C", 0.65)]

# The name of a sample without its ending, and what it says.
TABLES: dict[str, Sample] = {
    "output.prediction_binary": Sample(Prediction, list(BINARY)),
    "output.prediction_multiclass": Sample(Prediction, list(CLASSES)),
    "output.prediction_regression": Sample(
        Prediction, [(0, 42.5), (1, 17.3), (2, 89.1)]
    ),
    "output.clustering.inferred": Sample(
        Cluster, [(0, 0, HIGH), (1, 2, LOW), (2, 0, HIGH)]
    ),
    "output.anomaly_ids_only.inferred": Sample(AnomalousId, [(3,), (17,), (42,)]),
    "output.anomaly_per_row.inferred": Sample(
        Anomaly, [(0, False, 0.12), (1, True, 3.47), (2, False, 0.08)]
    ),
    "output.embeddings.inferred": Sample(
        Embedding, [(0, [0.13, -0.92, 0.05]), (1, [-0.41, 0.27, 0.66])]
    ),
    "output.search.inferred": Sample(
        SearchMatch, [("0", "17"), ("1", "4"), ("2", "17")]
    ),
    "output.factors_per_factor.inferred": Sample(
        Factor, [(0, SIZE, 0.41), (1, LOAD, 0.18)]
    ),
    "output.factors_per_row.inferred": Sample(
        FactorScore,
        [
            (n, s, [SIZE, LOAD], [0.41, 0.18])
            for n, s in enumerate(([1.2, -0.1], [-0.4, 0.9]))
        ],
    ),
    "infer.response.json_prediction_prob": Sample(
        Prediction, [(0, 1, 0.88), (1, 0, 0.95), (2, 1, 0.7)]
    ),
    "infer.response.json_prediction_probs_with_descriptions": Sample(
        Prediction, [(0, "competitor", 0.9999940395355225)]
    ),
    "infer.response.json_clustering_wrapped.inferred": Sample(
        Cluster, [(0, 0, HIGH), (1, 2, LOW)]
    ),
    "infer.response.json_anomaly_ids_only_wrapped.inferred": Sample(
        AnomalousId, [(3,), (17,)]
    ),
    "infer.response.json_factors_wrapped.inferred": Sample(
        FactorScore, [(0, [1.2, -0.1]), (1, [-0.4, 0.9])]
    ),
}


def table_of(path: Path) -> str:
    """The key of a sample in `TABLES`."""
    return path.name.removesuffix(path.suffix)


ALL = sorted(SAMPLES.iterdir())
JSON = [path for path in ALL if type_of(path)]
HELD = [path for path in ALL if table_of(path) in TABLES]
samples = pytest.mark.parametrize("path", JSON, ids=[path.name for path in JSON])
tables = pytest.mark.parametrize("path", HELD, ids=[path.name for path in HELD])


def test_every_sample_is_accounted_for() -> None:
    assert len(ALL) == 59
    left_out = [
        path
        for path in ALL
        if any(path.match(pattern) for pattern, _reason in LEFT_OUT)
    ]
    assert len(left_out) == 13
    assert sorted({*JSON, *HELD, *left_out}) == ALL
    assert not {*left_out} & {*JSON, *HELD}
    patterns = [pattern for pattern, _ in (*TYPES, *LEFT_OUT)]
    assert [p for p in patterns if not any(path.match(p) for path in ALL)] == []
    assert {table_of(path) for path in HELD} == TABLES.keys()


# ------------------------------------------------------------------ values
@samples
def test_the_document_accepts_it(path: Path) -> None:
    schema = {
        "$ref": f"#/components/schemas/{type_of(path)}",
        "components": COMPONENTS,
    }
    validator = jsonschema_rs.Draft202012Validator(schema)
    found = [error.message for error in validator.iter_errors(value_of(path))]
    assert found == []


@samples
def test_it_comes_back_as_it_was(path: Path) -> None:
    """Null stays null and absent stays absent."""
    value = value_of(path)
    model = Json[Any](type_of(path)).decode(json.dumps(value).encode())
    assert type(model).__name__ == type_of(path)
    assert json.loads(encode(model)) == value


@samples
def test_a_wrong_type_is_noticed(path: Path) -> None:
    """The samples would not pass for something else: a member that is wrong is found."""
    decoder = Json[Any](type_of(path))
    value = value_of(path)
    for name in value:
        issues: list[Any] = []
        decoder.decode(json.dumps({**value, name: [[]]}).encode(), issues)
        assert [issue.path.split("/")[1] for issue in issues] == [name]


def test_a_job_without_a_status_is_noticed() -> None:
    """The published example of a job lacks a member that its own page requires."""
    body = (SAMPLES / "jobs_get.response.placeholder.json").read_bytes()
    issues: list[Any] = []
    Json[Any]("Job").decode(body, issues)
    assert [issue.path for issue in issues] == ["/status"]
    whole = json.dumps({**json.loads(body), "status": "queued"}).encode()
    issues.clear()
    Json[Any]("Job").decode(whole, issues)
    assert issues == []


# ------------------------------------------------------------------ tables
def infer(client: Client, fake: FakeWoodwide, path: Path, row: Any = None) -> Any:
    """What `infer` makes of a sample, which the service answers with."""
    fake.faults.append(Fault(body=path.read_bytes()))
    return client.models.infer(
        fake.store.model("binary").id,
        row,
        file=b"age\n1\n",
        output_type="csv" if path.suffix == ".csv" else "json",
    )


def cells_of(row: Any) -> tuple[Any, ...]:
    """The cells of a row that are there."""
    found = json.loads(encode(row)).values()
    return tuple(found)


@tables
@pytest.mark.parametrize("named", [True, False], ids=["named", "found"])
def test_a_table_has_these_rows(
    client: Client, fake: FakeWoodwide, path: Path, named: bool
) -> None:
    """Whether the class of the rows is given, or is known from the type of the model or the columns."""
    expected = TABLES[table_of(path)]
    table = infer(client, fake, path, expected.row if named else None)
    rows = list(table.rows())
    assert {type(row) for row in rows} == {expected.row}
    assert [cells_of(row) for row in rows] == expected.rows
    assert table.num_rows == len(expected.rows)


@tables
def test_a_table_is_not_taken_for_another(
    client: Client, fake: FakeWoodwide, path: Path
) -> None:
    row = TABLES[table_of(path)].row
    other = Cluster if row is not Cluster else Prediction
    with pytest.raises(TableError):
        infer(client, fake, path, other)


@pytest.mark.parametrize(
    "path", [p for p in HELD if p.name.startswith("infer.")], ids=str
)
def test_what_stands_around_a_table_is_kept(
    client: Client, fake: FakeWoodwide, path: Path
) -> None:
    value = json.loads(path.read_bytes())
    del value["data"]
    assert dict(infer(client, fake, path).metadata) == value
