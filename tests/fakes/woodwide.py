"""A fake Wood Wide service for inference, jobs and datasets, over real HTTP on two ports."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .faults import Fault, Received
from .old_faults import JsonObject, Observed, as_object
from .old_serving import Connections, ServerThread
from .woodwide_answers import Answers, combined, meets, rows_page
from .woodwide_asked import (
    filters_of,
    flag_of,
    page_of,
    promised_file,
    text_of,
    wanted_of,
)
from .woodwide_records import RefusedError
from .woodwide_storage import Storage
from .woodwide_store import Generation, WoodwideStore
from .woodwide_tables import CONTENT_TYPES, Style

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from types import TracebackType
    from typing import Self

    from starlette.requests import Request

    from .old_serving import App, Receive, Send
    from .woodwide_records import ModelRecord

__all__ = ["FakeWoodwide", "Fault", "Received", "Style", "refusal"]

_MAX_BYTES = 30_000_000


def refusal(status: int, detail: Any = "no", **how: Any) -> Fault:
    """A fault that answers as the service does: `{"detail": …}`."""
    return Fault(status=status, body=json.dumps({"detail": detail}).encode(), **how)


class FakeWoodwide:
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
        self.api_key = api_key
        self.store = WoodwideStore(clock, generation, polls, style or Style())
        self.storage = Storage(self.store, file_type, redirects)
        connections: Connections = {}
        service = _Service(self.store, self.storage, page_size, max_bytes)
        self._observed = Observed(_application(service, api_key), connections)
        self._server = ServerThread(self._observed, connections)
        self.base_url = f"http://127.0.0.1:{self._server.port}"

    @property
    def requests(self) -> list[Received]:
        """Every request that the service received so far."""
        return self._observed.requests

    @property
    def faults(self) -> list[Fault]:
        """What is still to go wrong; append to it."""
        return self._observed.faults

    @property
    def stored(self) -> list[Received]:
        """Every request that the storage host received so far."""
        return self.storage.observed.requests

    @property
    def leaked(self) -> list[Received]:
        """Requests that told the storage host a key."""
        return [request for request in self.stored if request.header("authorization")]

    @property
    def storage_faults(self) -> list[Fault]:
        """What is still to go wrong at the storage host; append to it."""
        return self.storage.observed.faults

    def __enter__(self) -> Self:
        self.storage.server.start()
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()
        self.storage.server.stop()


class _Service:
    """The operations: they read a request, change the store and describe what came of it."""

    def __init__(
        self, store: WoodwideStore, storage: Storage, page_size: int, max_bytes: int
    ) -> None:
        self._store = store
        self._storage = storage
        self._answers = Answers(store)
        self._page_size = page_size
        self._max_bytes = max_bytes

    # -------------------------------------------------------------- models
    async def list_models(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        found = [
            model
            for model in self._store.models.values()
            if text in model.id or text in model.version_id
        ]
        return page_of(request, found, self._answers.model, self._page_size, 100)

    async def get_model(self, request: Request) -> Response:
        model = self._store.models.get(_id(request, "model_id"))
        if model is None:
            raise RefusedError.not_found("Model")
        return JSONResponse(self._answers.model(model))

    async def infer(self, request: Request) -> Response:
        async with request.form() as form:
            data, _ = await self._file(form)
            wanted = wanted_of(form, "csv")
            model = self._model(request, form.get("model_version_id"))
        job = self._store.infer(model, wanted, data)
        media_type = CONTENT_TYPES[wanted.output_type]
        return Response(job.file, media_type=media_type)

    async def infer_async(self, request: Request) -> Response:
        async with request.form() as form:
            data, _ = await self._file(form)
            wanted = wanted_of(form, "csv")
            model = self._model(request, form.get("model_version_id"))
        return JSONResponse(
            self._answers.submission(self._store.submit(model, wanted, data))
        )

    async def infer_batch(self, request: Request) -> Response:
        body = await _json_object(request)
        wanted = wanted_of(body, "parquet")
        model = self._model(request, text_of(body, "model_version_id"))
        parent_id = text_of(body, "parent_job_id")
        if parent_id is not None and self._store.generation == "public":
            rows = combined(self._store.find_job(parent_id))
            conditions = filters_of(body)
            rows = [row for row in rows if all(meets(row, c) for c in conditions)]
            job = self._store.submit(model, wanted, rows, parent_id=parent_id)
            return JSONResponse(self._answers.submission(job))
        dataset, version = (
            text_of(body, name) for name in ("dataset_id", "dataset_version_id")
        )
        if dataset is None and version is None:
            raise RefusedError(400, "dataset_id or dataset_version_id is required")
        source = self._store.ready_version(dataset, version)
        if self._store.generation == "public" and not flag_of(body, "force_rerun"):
            for job in self._store.jobs.values():
                if (job.model, job.wanted) == (model, wanted) and job.dataset is source:
                    return JSONResponse(self._answers.submission(job))
        job = self._store.submit(model, wanted, source)
        return JSONResponse(self._answers.submission(job))

    def _model(self, request: Request, version_id: object) -> ModelRecord:
        named = version_id if isinstance(version_id, str) and version_id else None
        return self._store.find_model(_id(request, "model_id"), named)

    async def _file(self, form: FormData) -> tuple[bytes, str]:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RefusedError.invalid("missing", "Field required", "body", "file")
        data = await file.read()
        if len(data) > self._max_bytes:
            raise RefusedError(400, f"The file has more than {self._max_bytes} bytes")
        return data, file.filename or "file"

    # -------------------------------------------------------------- jobs
    async def list_jobs(self, request: Request) -> Response:
        asked = request.query_params

        def matches(job: Any) -> bool:
            model, dataset = job.model, job.dataset
            known = {
                "status": job.status,
                "type": job.type,
                "model_id": model.id if model else None,
                "model_version_id": model.version_id if model else None,
                "dataset_version_id": dataset.id if dataset else None,
            }
            return all(asked[name] == known[name] for name in known if name in asked)

        found = [job for job in reversed(self._store.jobs.values()) if matches(job)]
        return page_of(request, found, self._answers.job, self._page_size, 200)

    async def get_job(self, request: Request) -> Response:
        job = self._store.advance(_id(request, "job_id"))
        return JSONResponse(self._answers.job(job))

    async def cancel_job(self, request: Request) -> Response:
        job = self._store.cancel(_id(request, "job_id"))
        return JSONResponse({"id": job.id, "status": job.status})

    async def get_results(self, request: Request) -> Response:
        job = self._store.find_job(_id(request, "job_id"))
        return JSONResponse(
            self._answers.results(
                job, lambda name: self._storage.signed("results", name)
            )
        )

    async def list_rows(self, request: Request) -> Response:
        if self._store.generation == "uuid":
            raise HTTPException(404)
        job = self._store.find_job(_id(request, "job_id"))
        columns = request.query_params.getlist("columns")
        for name in ("limit", "offset"):
            given = request.query_params.get(name, "0")
            if not given.isdecimal():
                raise RefusedError.invalid("int_parsing", "No integer", "query", name)
        return JSONResponse(rows_page(combined(job), request.query_params, columns))

    # -------------------------------------------------------------- datasets
    async def create_dataset(self, request: Request) -> Response:
        async with request.form() as form:
            data, filename = await self._file(form)
            job = self._store.put_dataset(
                text_of(form, "dataset_name") or filename,
                dataset_id=text_of(form, "dataset_id"),
                description=text_of(form, "description"),
                override=flag_of(form, "override"),
                data=data,
            )
        return JSONResponse(self._answers.ingest(job, status=job.status))

    async def prepare_upload(self, request: Request) -> Response:
        body = await _json_object(request)
        promised = promised_file(body)
        key = request.headers.get("idempotency-key")
        job = self._store.prepared.get(key) if key else None
        if job is None:
            job = self._store.put_dataset(
                text_of(body, "dataset_name") or promised["filename"],
                dataset_id=text_of(body, "dataset_id"),
                description=text_of(body, "description"),
                override=flag_of(body, "override"),
                promised=promised,
            )
        if key:
            self._store.prepared[key] = job
        assert job.dataset is not None
        url = self._storage.signed("uploads", job.dataset.id)
        target = {**promised, "upload_url": url}
        return JSONResponse(self._answers.ingest(job, upload=target))

    async def complete_upload(self, request: Request) -> Response:
        job = self._store.complete(_id(request, "dataset_version_id"))
        return JSONResponse(self._answers.ingest(job, status=job.status))

    async def list_datasets(self, request: Request) -> Response:
        text = request.query_params.get("q", "").lower()
        found = [d for d in self._store.datasets.values() if text in d.name.lower()]
        return page_of(request, found, self._answers.dataset, self._page_size, 200)

    async def get_dataset(self, request: Request) -> Response:
        dataset = self._store.find_dataset(_id(request, "dataset_id"))
        return JSONResponse(self._answers.dataset(dataset))


class _Authorized:
    """Lets no request through without the key."""

    def __init__(self, app: App, api_key: str) -> None:
        self._app = app
        self._expected = f"Bearer {api_key}".encode()

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        given: bytes = dict(scope["headers"]).get(b"authorization", b"")
        if given == self._expected:
            await self._app(scope, receive, send)
            return
        said = "Invalid API key" if given else "Not authenticated"
        await JSONResponse({"detail": said}, 401)(scope, receive, send)


def _application(service: _Service, api_key: str) -> App:
    model, job = "/models/{model_id}", "/jobs/{job_id}"
    version = "/datasets/{dataset_version_id}"
    return Starlette(
        routes=[
            Route("/models", service.list_models, methods=["GET"]),
            Route(model, service.get_model, methods=["GET"]),
            Route(f"{model}/infer", service.infer, methods=["POST"]),
            Route(f"{model}/infer-async", service.infer_async, methods=["POST"]),
            Route(f"{model}/infer-batch", service.infer_batch, methods=["POST"]),
            Route("/jobs", service.list_jobs, methods=["GET"]),
            Route(job, service.get_job, methods=["GET"]),
            Route(f"{job}/cancel", service.cancel_job, methods=["POST"]),
            Route(f"{job}/results", service.get_results, methods=["GET"]),
            Route(f"{job}/results/rows", service.list_rows, methods=["GET"]),
            Route("/datasets", service.create_dataset, methods=["POST"]),
            Route("/datasets", service.list_datasets, methods=["GET"]),
            Route("/datasets/upload", service.prepare_upload, methods=["POST"]),
            Route("/datasets/{dataset_id}", service.get_dataset, methods=["GET"]),
            Route(f"{version}/complete", service.complete_upload, methods=["POST"]),
        ],
        middleware=[Middleware(_Authorized, api_key=api_key)],
        exception_handlers={RefusedError: _refused, HTTPException: _http_error},
    )


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse(error.body, error.status)


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code)


def _id(request: Request, name: str) -> str:
    return str(request.path_params[name])


async def _json_object(request: Request) -> JsonObject:
    try:
        body = as_object(json.loads(await request.body()))
    except ValueError as error:
        raise RefusedError.invalid("json_invalid", "No JSON", "body", 0) from error
    if body is None:
        raise RefusedError.invalid("model_type", "No object", "body")
    return body
