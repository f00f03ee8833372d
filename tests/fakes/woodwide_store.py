"""The models, datasets and jobs of the fake Wood Wide service, without any HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from tests.fakes.service import JsonObject, Store, record_of
from tests.fakes.woodwide_records import (
    FINAL,
    DatasetRecord,
    JobRecord,
    ModelRecord,
    VersionRecord,
    not_found,
    refused,
)
from tests.fakes.woodwide_tables import (
    MODEL_TYPES,
    Row,
    Style,
    UnreadableError,
    Wanted,
    infer,
    read_rows,
    write,
)

Generation: TypeAlias = Literal["uuid", "public"]
"""Which of the two generations answers: nested references and UUIDs, or flat ids with a prefix."""

_UNREADABLE = "Input file could not be read."
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"


@dataclass(kw_only=True)
class WoodwideStore(Store):
    """Models, datasets and jobs, and what happens to them.

    Args:
        generation: Which generation answers.
        polls: How many times a job is asked for until it is done.
        style: How tables are written.
    """

    generation: Generation = "uuid"
    polls: int = 3
    style: Style = field(default_factory=Style)
    models: dict[str, ModelRecord] = field(default_factory=dict[str, ModelRecord])
    datasets: dict[str, DatasetRecord] = field(default_factory=dict[str, DatasetRecord])
    jobs: dict[str, JobRecord] = field(default_factory=dict[str, JobRecord])
    prepared: dict[str, JobRecord] = field(default_factory=dict[str, JobRecord])
    """Prepared uploads by idempotency key."""

    def __post_init__(self) -> None:
        for kind in MODEL_TYPES:
            self.add_model(kind)

    def add_model(self, kind: str, *, model_id: str = "", ready: bool = True) -> str:
        """Add a model; returns its id."""
        model = ModelRecord(
            model_id or self._id("mdl"), self._id("mdlv"), kind, self.moment(), ready
        )
        self.models[model.id] = model
        return model.id

    def model(self, kind: str) -> ModelRecord:
        """The first model of a kind."""
        return next(model for model in self.models.values() if model.kind == kind)

    # -------------------------------------------------------------- looking things up
    def find_model(self, model_id: str, version_id: str | None = None) -> ModelRecord:
        """A model that is ready.

        Raises:
            Refused: There is no such model or version, or it is not ready.
        """
        model = record_of(self.models, model_id, not_found("Model"))
        if version_id not in (None, model.version_id):
            raise not_found("Model version")
        if not model.ready:
            raise refused(409, "No ready model version found")
        return model

    def find_job(self, job_id: str) -> JobRecord:
        """A job as it is now. Raises Refused if there is none."""
        return record_of(self.jobs, job_id, not_found("Job"))

    def find_dataset(self, dataset_id: str) -> DatasetRecord:
        """A dataset. Raises Refused if there is none."""
        return record_of(self.datasets, dataset_id, not_found("Dataset"))

    def find_version(self, version_id: str) -> VersionRecord:
        """A version of a dataset.

        Raises:
            Refused: There is no such version.
        """
        for dataset in self.datasets.values():
            for version in dataset.versions:
                if version.id == version_id:
                    return version
        raise not_found("Dataset version")

    def ready_version(
        self, dataset_id: str | None, version_id: str | None
    ) -> VersionRecord:
        """The version that is meant; of a dataset, the latest one that is ready.

        Raises:
            Refused: There is none, or it is not ready.
        """
        if version_id is not None:
            version = self.find_version(version_id)
            if version.status == "ready":
                return version
        elif dataset_id is not None:
            for version in reversed(self.find_dataset(dataset_id).versions):
                if version.status == "ready":
                    return version
        raise refused(409, "No ready dataset version found")

    # -------------------------------------------------------------- datasets
    def put_dataset(
        self,
        name: str | None,
        *,
        dataset_id: str | None = None,
        description: str | None = None,
        override: bool = False,
        data: bytes | None = None,
        promised: JsonObject | None = None,
    ) -> JobRecord:
        """Make a dataset, or a version of one, and the job that reads it.

        Raises:
            Refused: There is no such dataset, or the name is taken.
        """
        if dataset_id is None:
            self.made += 1
            name = name or f"dataset-{self.made}"
            if any(known.name == name for known in self.datasets.values()):
                raise refused(400, f"A dataset named {name} already exists")
            dataset = DatasetRecord(self._id("ds"), name, self.moment(), description)
            self.datasets[dataset.id] = dataset
        else:
            dataset = self.find_dataset(dataset_id)
        number = len(dataset.versions) + 1
        if override and dataset.versions:
            number = dataset.versions.pop().number
        version = VersionRecord(
            self._id("dsv"), dataset.id, number, self.moment(), data=data
        )
        version.promised = promised
        dataset.versions.append(version)
        job = self._job("dataset_ingest", dataset=version)
        if data is None:
            job.status = "waiting_for_upload"
        return job

    def complete(self, version_id: str) -> JobRecord:
        """Let the job of a prepared upload begin.

        Raises:
            Refused: There is no such version, or its bytes are not there.
        """
        version = self.find_version(version_id)
        job = next(job for job in self.jobs.values() if job.dataset is version)
        if version.data is None:
            raise refused(409, "The file has not been uploaded")
        if job.status == "waiting_for_upload":
            job.status = "queued"
        return job

    # -------------------------------------------------------------- jobs
    def submit(
        self,
        model: ModelRecord,
        wanted: Wanted,
        source: bytes | VersionRecord | list[Row],
        *,
        parent_id: str | None = None,
    ) -> JobRecord:
        """Queue an inference on a file, on a version of a dataset, or on rows."""
        job = self._job("infer_batch", model=model)
        job.wanted, job.parent_id = wanted, parent_id
        if isinstance(source, VersionRecord):
            job.dataset, job.rows = source, source.rows
        elif isinstance(source, list):
            job.rows = source
        else:
            try:
                job.rows = read_rows(source)
            except UnreadableError:
                job.rows = None
        return job

    def infer(self, model: ModelRecord, wanted: Wanted, data: bytes) -> JobRecord:
        """Infer on a file at once.

        Raises:
            Refused: The file cannot be read.
        """
        try:
            rows = read_rows(data)
        except UnreadableError as error:
            raise refused(400, _UNREADABLE) from error
        job = self._job("infer_sync", model=model)
        job.wanted, job.rows, job.started = wanted, rows, job.created
        self._finish(job)
        return job

    def advance(self, job_id: str) -> JobRecord:
        """Let some time go by for a job."""
        job = self.find_job(job_id)
        if job.status in (*FINAL, "waiting_for_upload"):
            return job
        job.asked += 1
        job.started = job.started or self.moment()
        job.status = "running"
        if job.asked >= self.polls:
            self._finish(job)
        return job

    def finish(self, job_id: str) -> JobRecord:
        """Finish a job at once."""
        job = self.find_job(job_id)
        job.started = job.started or self.moment()
        self._finish(job)
        return job

    def cancel(self, job_id: str) -> JobRecord:
        """Cancel a job.

        Raises:
            Refused: It has ended.
        """
        job = self.find_job(job_id)
        if job.status in FINAL:
            raise refused(409, f"The job has {job.status} already")
        job.status, job.finished = "canceled", self.moment()
        return job

    def progress(self, job: JobRecord) -> float | None:
        """How far a job is, from 0 to 100."""
        if job.status == "succeeded":
            return 100.0
        return 100.0 * job.asked / self.polls if job.started else None

    def _finish(self, job: JobRecord) -> None:
        job.finished = self.moment()
        if job.type == "dataset_ingest":
            assert job.dataset is not None
            try:
                job.dataset.rows = read_rows(job.dataset.data or b"")
            except UnreadableError:
                job.dataset.status = "failed"
                job.status, job.error = "failed", _UNREADABLE
            else:
                job.dataset.status, job.status = "ready", "succeeded"
            return
        if job.rows is None:
            job.status, job.error = "failed", _UNREADABLE
            return
        assert job.model is not None
        job.status = "succeeded"
        job.result = infer(job.model.kind, job.rows, job.wanted, self.style)
        about = self.about(job)
        job.file = write(job.result, job.wanted.output_type, about, self.style)

    def about(self, job: JobRecord) -> JsonObject:
        """What stands around a table."""
        assert job.model is not None
        about: JsonObject = {
            "job_id": job.id,
            "status": job.status,
            "latency_ms": 1523,
            "model_id": job.model.id,
            "model_version_id": job.model.version_id,
            "model_type": job.model.type,
        }
        if self.generation == "uuid":
            about["model_name"] = f"my_{job.model.kind}"
        return about

    def _job(self, kind: str, **about: Any) -> JobRecord:
        job = JobRecord(self._id("job"), kind, self.moment(), **about)
        self.jobs[job.id] = job
        return job

    def _id(self, prefix: str) -> str:
        uuid = self.uuid()
        if self.generation == "uuid":
            return str(uuid)
        digest = sha256(f"{prefix}{self.made}".encode()).digest()[:8]
        return f"{prefix}_" + "".join(_LETTERS[b % len(_LETTERS)] for b in digest)
