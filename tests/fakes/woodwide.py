"""A fake Wood Wide service for inference, jobs and datasets, over real HTTP on two ports."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Self

from clientpress.testing import Answer, SentRequest
from tests.fakes.faults import Fault, Received
from tests.fakes.multipart import parts_of
from tests.fakes.service import Handler, JsonObject, N, Service, page_after
from tests.fakes.woodwide_answers import Answers, combined, meets, rows_page
from tests.fakes.woodwide_records import JobRecord, ModelRecord, not_found, refused
from tests.fakes.woodwide_storage import Storage
from tests.fakes.woodwide_store import Generation, WoodwideStore
from tests.fakes.woodwide_tables import CONTENT_TYPES, Style, Wanted

__all__ = ["FakeWoodwide", "Fault", "Received", "Style", "refusal"]

_MAX_BYTES = 30_000_000


def refusal(status: int, detail: Any = "no", **how: Any) -> Fault:
    """A fault that answers as the service does: `{"detail": …}`."""
    return Fault(status=status, body=json.dumps({"detail": detail}).encode(), **how)


class FakeWoodwide(Service):
    """A service that keeps everything in memory; a job goes on each time it is asked for.

    Use it as a context manager. There is a model of each kind of `woodwide_tables.MODEL_TYPES`.

    Args:
        api_key: The only key that is accepted.
        generation: `uuid` (nested references) or `public` (flat ids with a prefix).
        style: In which way tables are written.
        polls: How many times a job is asked for until it is done.
        page_size: Entries a page when the caller gives no limit.
        max_bytes: The largest file that is taken.
        file_type: What the storage host calls every file; empty for nothing at all.
        redirects: Whether the storage host answers with a redirect first.
        clock: Seconds since 1970.

    Attributes:
        stored: Every request that the storage host received so far.
        storage_faults: What is still to go wrong at the storage host; append to it.
    """

    def __init__(
        self,
        *,
        api_key: str = "sk_test",
        generation: Generation = "uuid",
        style: Style | None = None,
        polls: int = 3,
        page_size: int = 50,
        max_bytes: int = _MAX_BYTES,
        file_type: str = "application/octet-stream",
        redirects: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        store = WoodwideStore(
            clock=clock, generation=generation, polls=polls, style=style or Style()
        )
        self.store, self._answers = store, Answers(store)
        self.storage = Storage(store, file_type, redirects)
        self.stored, self.storage_faults = self.storage.requests, self.storage.faults
        self._page_size = page_size
        self._max_bytes = max_bytes
        handlers: dict[str, Handler] = {
            "listModels": self._list_models,
            "getModel": self._get_model,
            "infer": self._infer,
            "inferAsync": self._infer_async,
            "inferBatch": lambda sent: self._answers.submission(self._batch_job(sent)),
            "listJobs": self._list_jobs,
            "getJob": lambda sent: self._answers.job(store.advance(_job_id(sent))),
            "cancelJob": self._cancel_job,
            "getJobResults": self._get_results,
            "listJobResultRows": self._list_rows,
            "createDataset": self._create_dataset,
            "listDatasets": self._list_datasets,
            "prepareDatasetUpload": self._prepare_upload,
            "getDataset": self._get_dataset,
            "completeDatasetUpload": self._complete_upload,
        }
        super().__init__("woodwide", handlers, api_key)

    @property
    def leaked(self) -> list[Received]:
        """Requests that told the storage host a key."""
        return [request for request in self.stored if request.header("authorization")]

    def __enter__(self) -> Self:
        self.storage.__enter__()
        return super().__enter__()

    def __exit__(self, *how: object) -> None:
        self.storage.__exit__(*how)
        super().__exit__(*how)

    # -------------------------------------------------------------- models
    def _list_models(self, sent: SentRequest) -> JsonObject:
        text = sent.parameters.get("q", "")
        models = self.store.models.values()
        shown = [m for m in models if text in m.id or text in m.version_id]
        return self._page(sent, shown, self._answers.model)

    def _get_model(self, sent: SentRequest) -> JsonObject:
        model = self.store.models.get(sent.parameters["model_id"])
        if model is None:
            raise not_found("Model")
        return self._answers.model(model)

    def _infer(self, sent: SentRequest) -> Answer:
        form, data, _ = self._form(sent)
        wanted = _wanted(form, "csv")
        job = self.store.infer(self._model(sent, form), wanted, data)
        media_type = CONTENT_TYPES[wanted.output_type]
        return Answer(content=job.file, media_type=media_type)

    def _infer_async(self, sent: SentRequest) -> JsonObject:
        form, data, _ = self._form(sent)
        model = self._model(sent, form)
        job = self.store.submit(model, _wanted(form, "csv"), data)
        return self._answers.submission(job)

    def _batch_job(self, sent: SentRequest) -> JobRecord:
        body: JsonObject = sent.json
        wanted = _wanted(body, "parquet")
        model = self._model(sent, body)
        is_public = self.store.generation == "public"
        parent_id = body.get("parent_job_id")
        if parent_id and is_public:
            conditions = body.get("filters") or ()
            rows = combined(self.store.find_job(parent_id))
            rows = [row for row in rows if all(meets(row, c) for c in conditions)]
            return self.store.submit(model, wanted, rows, parent_id=parent_id)
        dataset, version = body.get("dataset_id"), body.get("dataset_version_id")
        if not dataset and not version:
            raise refused(400, "dataset_id or dataset_version_id is required")
        source = self.store.ready_version(dataset, version)
        if is_public and not body.get("force_rerun"):
            for job in self.store.jobs.values():
                if (job.model, job.wanted) == (model, wanted) and job.dataset is source:
                    return job
        return self.store.submit(model, wanted, source)

    def _model(self, sent: SentRequest, body: JsonObject) -> ModelRecord:
        version_id = body.get("model_version_id") or None
        return self.store.find_model(sent.parameters["model_id"], version_id)

    def _form(self, sent: SentRequest) -> tuple[JsonObject, bytes, str]:
        """The fields of a form, and the bytes and the name of its file."""
        parts = {part.name: part for part in parts_of(sent)}
        file = parts.pop("file")
        if len(file.content) > self._max_bytes:
            raise refused(400, f"The file has more than {self._max_bytes} bytes")
        known = {"true": True, "false": False}
        texts = {name: part.content.decode() for name, part in parts.items()}
        fields = {name: known.get(text, text) for name, text in texts.items()}
        return fields, file.content, file.filename or "file"

    # -------------------------------------------------------------- jobs
    def _list_jobs(self, sent: SentRequest) -> JsonObject:
        asked = sent.parameters

        def matches(job: JobRecord) -> bool:
            model, dataset = job.model, job.dataset
            known = {
                "status": job.status,
                "type": job.type,
                "model_id": model.id if model else None,
                "model_version_id": model.version_id if model else None,
                "dataset_version_id": dataset.id if dataset else None,
            }
            return all(asked[name] == known[name] for name in known if name in asked)

        jobs = [job for job in reversed(self.store.jobs.values()) if matches(job)]
        return self._page(sent, jobs, self._answers.job)

    def _cancel_job(self, sent: SentRequest) -> JsonObject:
        job = self.store.cancel(_job_id(sent))
        return {"id": job.id, "status": job.status}

    def _get_results(self, sent: SentRequest) -> JsonObject:
        job = self.store.find_job(_job_id(sent))
        url = self.storage.signed("results", job.id)
        return self._answers.results(job, url)

    def _list_rows(self, sent: SentRequest) -> JsonObject:
        if self.store.generation == "uuid":
            raise refused(404, "Not Found")
        return rows_page(combined(self.store.find_job(_job_id(sent))), sent.parameters)

    # -------------------------------------------------------------- datasets
    def _create_dataset(self, sent: SentRequest) -> JsonObject:
        form, data, name = self._form(sent)
        job = self._put(form, name, data=data)
        return self._answers.ingest(job, status=job.status)

    def _prepare_upload(self, sent: SentRequest) -> JsonObject:
        body: JsonObject = sent.json
        file = {name: body["file"][name] for name in ("filename", "bytes")}
        file["content_type"] = body["file"].get("content_type")
        key = sent.headers.get("idempotency-key")
        job = self.store.prepared.get(key) if key else None
        if job is None:
            job = self._put(body, file["filename"], promised=file)
        if key:
            self.store.prepared[key] = job
        assert job.dataset is not None
        url = self.storage.signed("uploads", job.dataset.id)
        return self._answers.ingest(job, upload={**file, "upload_url": url})

    def _put(self, body: JsonObject, name: str, **how: Any) -> JobRecord:
        return self.store.put_dataset(
            body.get("dataset_name") or name,
            dataset_id=body.get("dataset_id") or None,
            description=body.get("description") or None,
            override=body.get("override", False),
            **how,
        )

    def _complete_upload(self, sent: SentRequest) -> JsonObject:
        job = self.store.complete(sent.parameters["dataset_version_id"])
        return self._answers.ingest(job, status=job.status)

    def _list_datasets(self, sent: SentRequest) -> JsonObject:
        text = sent.parameters.get("q", "").lower()
        shown = [d for d in self.store.datasets.values() if text in d.name.lower()]
        return self._page(sent, shown, self._answers.dataset)

    def _get_dataset(self, sent: SentRequest) -> JsonObject:
        dataset = self.store.find_dataset(sent.parameters["dataset_id"])
        return self._answers.dataset(dataset)

    def _page(
        self,
        sent: SentRequest,
        entries: Sequence[N],
        describe: Callable[[N], JsonObject],
    ) -> JsonObject:
        """A page, and the cursor of the next one: the id of its last entry, in base64."""
        unknown = refused(400, "Invalid cursor")
        try:
            after = urlsafe_b64decode(sent.parameters.get("cursor", "")).decode("ascii")
        except ValueError as error:
            raise unknown from error
        limit = sent.parameters.get("limit", self._page_size)
        page, has_more = page_after(entries, after, limit, unknown)
        cursor = urlsafe_b64encode(page[-1].id.encode()).decode() if has_more else None
        return {"items": [describe(entry) for entry in page], "next_cursor": cursor}


def _job_id(sent: SentRequest) -> str:
    return str(sent.parameters["job_id"])


def _wanted(body: JsonObject, output_type: str) -> Wanted:
    """What is wanted of a model, by a form or by JSON."""
    return Wanted(
        output_type=body.get("output_type") or output_type,
        anomaly_format=body.get("anomaly_format") or "ids_only",
        k=int(body["k"]) if body.get("k") else None,
        exclude_self_matches=body.get("exclude_self_matches", False),
    )
