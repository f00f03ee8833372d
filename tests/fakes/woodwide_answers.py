"""How the fake Wood Wide service describes what it keeps, in both generations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tests.fakes.service import JsonObject
from tests.fakes.woodwide_records import (
    FINAL,
    DatasetRecord,
    JobRecord,
    ModelRecord,
    VersionRecord,
    refused,
)
from tests.fakes.woodwide_store import WoodwideStore
from tests.fakes.woodwide_tables import Row

_MOST_ROWS = 500


class Answers:
    """Descriptions of models, datasets and jobs as they are sent."""

    def __init__(self, store: WoodwideStore) -> None:
        self._store = store
        self._flat = store.generation == "public"

    def model(self, model: ModelRecord) -> JsonObject:
        """A model."""
        status = "ready" if model.ready else "processing"
        body: JsonObject = {
            "id": model.id,
            "model_type": model.type,
            "created_at": model.created,
            "updated_at": model.created,
            "status": status,
            "current_version": {
                "version_id": model.version_id,
                "version": 1,
                "status": status,
            },
        }
        if model.type == "prediction":
            body["label_column"] = "label"
        if model.type == "clustering":
            body["current_metrics"] = {"n_clusters": 3, "silhouette_score": 0.62}
        return body

    def dataset(self, dataset: DatasetRecord) -> JsonObject:
        """A dataset with its current version."""
        current = dataset.versions[-1]
        return {
            "id": dataset.id,
            "name": dataset.name,
            "created_at": dataset.created,
            "updated_at": current.created,
            "description": dataset.description,
            "is_archived": False,
            "current_version": {
                "id": current.id,
                "version": current.number,
                "status": current.status,
                "created_at": current.created,
                "row_count": len(current.rows) if current.status == "ready" else None,
                "byte_size": None if current.data is None else len(current.data),
            },
        }

    def submission(self, job: JobRecord) -> JsonObject:
        """What an inference that was queued is answered with."""
        assert job.model is not None
        body: JsonObject = {"job_id": job.id, "status": job.status}
        if self._flat:
            return {**body, "model_version_id": job.model.version_id}
        return {**body, "model": model_ref(job.model)}

    def ingest(self, job: JobRecord, **more: Any) -> JsonObject:
        """What a dataset that is to be read is answered with."""
        assert job.dataset is not None
        version = job.dataset
        about: JsonObject = (
            {"id": version.dataset_id, "version_id": version.id}
            if self._flat
            else {"dataset": dataset_ref(version)}
        )
        return {**about, "job_id": job.id, **more}

    def job_in_short(self, job: JobRecord) -> JsonObject:
        """A job in a list."""
        return {
            "id" if self._flat else "job_id": job.id,
            "type": job.type,
            "status": job.status,
            "created_at": job.created,
        }

    def job(self, job: JobRecord) -> JsonObject:
        """A job in full."""
        succeeded = job.status == "succeeded"
        body: JsonObject = {
            **self.job_in_short(job),
            "started_at": job.started,
            "finished_at": job.finished,
            "created_by": {"principal_type": "api_key", "user_id": None},
            "input": asdict(job.wanted) if job.model else {},
            "output": {} if succeeded else None,
            "resources": self._resources(job),
            "error_message": job.error,
            "woodwide_runtime_version": "0.1.0",
            "credits_consumed": 3 if succeeded else None,
            "progress": self._store.progress(job),
            "estimated_seconds_remaining": None,
        }
        if self._flat:
            body["model_id"] = job.model.id if job.model else None
            body["model_type"] = job.model.type if job.model else None
            body["dataset_id"] = job.dataset.dataset_id if job.dataset else None
            body["parent_job_id"] = job.parent_id
        return body

    def _resources(self, job: JobRecord) -> JsonObject:
        found: JsonObject = {"type": job.type}
        if job.model:
            found["model"] = model_ref(job.model)
        if job.dataset:
            found["dataset"] = dataset_ref(job.dataset)
            if self._flat:
                found["dataset"]["archived"] = False
        return found

    def results(self, job: JobRecord, url: str) -> JsonObject:
        """What a job has made, and the address of its file.

        Raises:
            Refused: It did not succeed.
        """
        if job.status != "succeeded":
            known = "is still at work" if job.status not in FINAL else job.status
            raise refused(409, f"Job has no results: {known}")
        body: JsonObject = {"job_type": job.type, "inference_results_uri": None}
        if job.type == "dataset_ingest":
            assert job.dataset is not None and job.dataset.data is not None
            body["dataset_ingest_results"] = {
                "row_count": len(job.dataset.rows),
                "byte_size": len(job.dataset.data),
            }
            return body
        assert job.result is not None and job.rows is not None
        body["inference_results_uri"] = url
        if self._flat:
            extras = job.result.extras.items()
            body["descriptions"] = {key: json.dumps(value) for key, value in extras}
            body["summary"] = {"total_row_count": len(job.rows)}
            body["row_paginatable"] = job.result.per_row
        return body


def model_ref(model: ModelRecord) -> JsonObject:
    """A version of a model, as others refer to it."""
    return {"id": model.id, "version_id": model.version_id, "version_number": 1}


def dataset_ref(version: VersionRecord) -> JsonObject:
    """A version of a dataset, as others refer to it."""
    return {
        "id": version.dataset_id,
        "version_id": version.id,
        "version_number": version.number,
    }


# ------------------------------------------------------------------ rows of results
def combined(job: JobRecord) -> list[Row]:
    """The rows of the input with the outputs beside them.

    Raises:
        Refused: The job did not succeed, or its result has no row for each of the input.
    """
    if job.status != "succeeded" or job.result is None or job.rows is None:
        raise refused(409, "Job has no results")
    if not job.result.per_row:
        raise refused(400, "The result has no row for each row of the input")
    columns = job.result.columns
    cells = zip(*columns.values(), strict=True)
    outputs = (dict(zip(columns, row, strict=True)) for row in cells)
    return [{**row, **output} for row, output in zip(job.rows, outputs, strict=True)]


def meets(row: Row, condition: Mapping[str, Any]) -> bool:
    """Whether a row meets a condition of the form `{column, operator, value}`."""
    found, value = row.get(condition["column"]), condition["value"]
    try:
        pair: tuple[Any, Any] = (float(str(found)), float(value))
    except ValueError:
        pair = (str(found), str(value))
    left, right = pair
    outcome: dict[str, bool] = {
        "eq": left == right,
        "ne": left != right,
        "lt": left < right,
        "lte": left <= right,
        "gt": left > right,
        "gte": left >= right,
    }
    return outcome[condition["operator"]]


def rows_page(rows: list[Row], asked: Mapping[str, Any]) -> JsonObject:
    """One page of rows, filtered and sorted as asked for."""
    found = rows
    if "filter_column" in asked:
        name, value = asked["filter_column"], asked.get("filter_value")
        found = [row for row in found if name not in row or str(row[name]) == value]
    if "search" in asked:
        text = asked["search"].lower()
        found = [r for r in found if any(text in str(c).lower() for c in r.values())]
    if asked.get("sort_by", "") in (rows[0] if rows else {}):
        name, down = asked["sort_by"], asked.get("sort_dir") == "desc"
        found = sorted(found, key=lambda row: row[name], reverse=down)
    limit, offset = asked.get("limit", _MOST_ROWS), asked.get("offset", 0)
    page = found[offset : offset + limit]
    if columns := asked.get("columns"):
        page = [{k: v for k, v in row.items() if k in columns} for row in page]
    return {
        "rows": page,
        "limit": limit,
        "offset": offset,
        "total": len(rows),
        "total_filtered": len(found),
        "notice": None,
    }
