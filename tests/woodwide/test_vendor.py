"""The vendor's own client works with the fake service, so the fake is no invention of ours."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.woodwide import FakeWoodwide
from tests.servers.environments import python_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INPUT = b"age,plan\n34,basic\n51,plus\n29,basic\n"

HEAD = """
import csv, io, json, os, sys, tempfile
import woodwide
client = woodwide.WoodWide(max_retries=1)
given = json.loads(sys.argv[1])
data = given["data"].encode()
def path(job_id):
    target = os.path.join(given["folder"], "result")
    return woodwide.download_job_results(client, job_id, target)
def say(**what):
    print(json.dumps(what))
"""


@pytest.fixture(params=["sk_test"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeWoodwide]:
    """The service, as the generation that this client is for."""
    with FakeWoodwide(
        generation="public", redirects=True, api_key=request.param
    ) as service:
        yield service


def said_by(script: str, fake: FakeWoodwide, folder: Path, **given: Any) -> Any:
    """What a script prints that uses the vendor's client."""
    python = python_of("woodwide")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PYTHON")},
        "WOODWIDE_BASE_URL": fake.base_url,
        "WOODWIDE_API_KEY": "sk_test",
    }
    words = {"data": INPUT.decode(), "folder": str(folder), **given}
    done = subprocess.run(
        [python, "-c", HEAD + script, json.dumps(words)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


INFER = """
columns = client.models.infer(given["model"], file=("in.csv", data), output_type="json")
text = client.models.infer(given["model"], file=("in.csv", data))
say(columns=columns, head=text.splitlines()[0])
"""


def test_it_infers_at_once(fake: FakeWoodwide, tmp_path: Path) -> None:
    model = fake.store.model("binary")
    said = said_by(INFER, fake, tmp_path, model=model.id)
    assert said["columns"]["model_version_id"] == model.version_id
    assert said["columns"]["data"]["id"] == [0, 1, 2]
    assert said["head"] == "id, prediction, prediction_prob, prediction_explanation"


ASYNC = """
made = client.models.infer_async(given["model"], file=("in.csv", data), output_type="csv")
job = woodwide.wait_for_job(client, made.job_id, poll_interval=0.01)
with open(path(job.id), newline="") as file:
    rows = list(csv.reader(file))
say(made=made.status, status=job.status, progress=job.progress, rows=rows)
"""


def test_it_waits_for_a_job_and_downloads_the_file(
    fake: FakeWoodwide, tmp_path: Path
) -> None:
    model_id = fake.store.model("clustering").id
    said = said_by(ASYNC, fake, tmp_path, model=model_id)
    assert (said["made"], said["status"], said["progress"]) == (
        "queued",
        "succeeded",
        100,
    )
    head, *rows = said["rows"]
    assert head == ["id", "cluster_label", "cluster_description"]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert [request.path[:8] for request in fake.stored] == ["/results", "/moved/j"]
    assert fake.leaked == []


BATCH = """
large = woodwide.ingest_large_dataset(
    client, file=("d.csv", data, "text/csv"), dataset_name="large", poll_interval=0.01
)
small = woodwide.ingest_dataset(
    client, file=("d.csv", data, "text/csv"), dataset_name="small", poll_interval=0.01
)
found = [
    woodwide.infer_batch_and_wait(
        client, given["model"], dataset_id=each.submission.id, output_type="json",
        anomaly_format="per_row", poll_interval=0.01,
    )
    for each in (large, small)
]
tables = [json.load(open(path(each.job.id)))["data"] for each in found]
say(
    tables=tables,
    results=[each.results.inference_results_uri for each in found],
    rows=list(woodwide.iter_result_rows(client, found[0].job.id, page_size=2)),
    jobs=[job.type for job in client.jobs.list(status="succeeded").items],
    models=[model.id for model in client.models.list(limit=3).items],
    datasets=[dataset.name for dataset in client.datasets.list(q="a").items],
)
"""


def test_it_uploads_both_ways_and_infers_on_datasets(
    fake: FakeWoodwide, tmp_path: Path
) -> None:
    model_id = fake.store.model("anomaly").id
    said = said_by(BATCH, fake, tmp_path, model=model_id)
    large, small = said["tables"]
    assert large == small
    assert list(large) == ["id", "is_anomaly", "anomaly_score"]
    assert [row["anomaly_score"] for row in said["rows"]] == large["anomaly_score"]
    assert [row["age"] for row in said["rows"]] == ["34", "51", "29"]
    assert len(set(said["results"])) == 2
    assert said["jobs"] == ["infer_batch"] * 2 + ["dataset_ingest"] * 2
    assert said["models"] == list(fake.store.models)[:3]
    assert said["datasets"] == ["large", "small"]
    assert fake.leaked == []


REFUSED = """
try:
    client.jobs.retrieve("job_missing")
except woodwide.NotFoundError as error:
    missing = error.body
try:
    client.models.infer(given["model"], file=b"a\\n1\\n", extra_body={"k": "many"})
except woodwide.UnprocessableEntityError as error:
    say(missing=missing, invalid=error.body)
"""


def test_it_understands_how_the_service_refuses(
    fake: FakeWoodwide, tmp_path: Path
) -> None:
    model_id = fake.store.model("binary").id
    said = said_by(REFUSED, fake, tmp_path, model=model_id)
    assert said["missing"] == {"detail": "Job not found"}
    assert said["invalid"]["detail"][0]["loc"] == ["body", "k"]


@pytest.mark.parametrize("fake", ["sk_other"], indirect=True)
def test_the_service_looks_at_the_key(fake: FakeWoodwide, tmp_path: Path) -> None:
    script = """
try:
    client.jobs.list()
except woodwide.AuthenticationError as error:
    say(status=error.status_code)
"""
    assert said_by(script, fake, tmp_path) == {"status": 401}
