"""A fake Mithril service for batches and their files, over real HTTP."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .faults import Fault, Received
from .mithril_store import FileRecord, Form, MithrilStore, RefusedError
from .old_faults import Observed
from .old_serving import Connections, ServerThread
from .xai_answers import JsonObject, as_object

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence
    from types import TracebackType
    from typing import Self

    from starlette.requests import Request

    from .old_serving import App, Receive, Send

__all__ = ["MODELS", "FakeMithril", "Fault", "Received"]

MODELS: dict[str, JsonObject] = {
    name: {
        "id": f"mdl_{number}",
        "name": name.rpartition("/")[2],
        "description": None,
        "input_price_cents": 2.5 * number,
        "output_price_cents": 10 * number,
        "model_code": name,
        "num_parameters_billions": size,
        "num_experts": None,
        "context_length": 131_072,
        "display_order": number,
        "license_url": None,
        "created_at": "2025-09-29T21:47:53.119Z",
        "updated_at": "2025-09-29T21:47:53.119Z",
        "status": "active",
    }
    for number, (name, size) in enumerate(
        [("openai/gpt-oss-20b", 20.9), ("meta-llama/Meta-Llama-3-8B-Instruct", 8)],
        start=1,
    )
}
"""The models by name."""

_INTEGER = re.compile(r"-?\d+")
_MAX_LIMIT = 10_000


class FakeMithril:
    """A service that keeps batches in memory and works on them whenever it is asked how they are.

    Use it as a context manager. Chats are answered with what the user said last; who says one of the
    texts in `mithril_answers` is answered in one of the other ways that a client has to cope with.

    Args:
        api_key: The only key that is accepted; None takes every call, with and without a key.
        page_size: Files a page when the caller gives no limit.
        batches_shown: How many batches the list of batches shows.
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        clock: Seconds since 1970.
        errors: The form of `Batch.errors`: a list, or an object that holds one.
        content_type: Media type of the content of files.
    """

    def __init__(
        self,
        *,
        api_key: str | None = "test-key",
        page_size: int = 1000,
        batches_shown: int = 1000,
        advance_per_get: int | None = None,
        clock: Callable[[], float] = time.time,
        errors: Form = "list",
        content_type: str = "application/json",
    ) -> None:
        self.api_key = api_key
        self.store = MithrilStore(clock, advance_per_get, errors)
        connections: Connections = {}
        service = _Service(self.store, page_size, batches_shown, content_type)
        self._observed = Observed(_application(service, api_key), connections)
        self._server = ServerThread(self._observed, connections)
        self.base_url = f"http://127.0.0.1:{self._server.port}"

    @property
    def requests(self) -> list[Received]:
        """Every request received so far."""
        return self._observed.requests

    @property
    def faults(self) -> list[Fault]:
        """What is still to go wrong; append to it."""
        return self._observed.faults

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.stop()


class _Service:
    """The operations: they read a request, change the store and describe what came of it."""

    def __init__(
        self,
        store: MithrilStore,
        page_size: int,
        batches_shown: int,
        content_type: str,
    ) -> None:
        self._store = store
        self._page_size = page_size
        self._batches_shown = batches_shown
        self._content_type = content_type

    async def active_models(self, _request: Request) -> Response:
        return JSONResponse({"active_models": list(MODELS)})

    async def model_config(self, _request: Request) -> Response:
        return JSONResponse({"active_models": list(MODELS.values())})

    async def list_batches(self, _request: Request) -> Response:
        newest_first = list(reversed(self._store.batches.values()))
        shown = [
            self._store.describe(batch) for batch in newest_first[: self._batches_shown]
        ]
        return JSONResponse(_listed(shown, len(newest_first) > len(shown)))

    async def create_batch(self, request: Request) -> Response:
        input_file_id = (await _json_object(request)).get("input_file_id")
        if input_file_id is None:
            raise RefusedError.invalid(
                "missing", "Field required", "body", "input_file_id"
            )
        if not isinstance(input_file_id, str):
            raise RefusedError.invalid(
                "string_type",
                "Input should be a valid string",
                "body",
                "input_file_id",
            )
        return JSONResponse(self._store.describe(self._store.create(input_file_id)))

    async def get_batch(self, request: Request) -> Response:
        job_id: str = request.path_params["job_id"]
        return JSONResponse(self._store.describe(self._store.advance(job_id)))

    async def cancel_batch(self, request: Request) -> Response:
        job_id: str = request.path_params["job_id"]
        return JSONResponse(self._store.describe(self._store.cancel(job_id)))

    async def list_files(self, request: Request) -> Response:
        query = request.query_params
        limit = _limit(query.get("limit"), self._page_size)
        order, after = query.get("order", "desc"), query.get("after")
        if order not in ("asc", "desc"):
            raise RefusedError.invalid(
                "string_pattern_mismatch",
                "String should match pattern '^(asc|desc)$'",
                "query",
                "order",
            )
        files = list(self._store.files.values())
        if order == "desc":
            files.reverse()
        ids = [file.id for file in files]
        if after is not None and after not in ids:
            raise RefusedError.like_openai("There is no such file", "after")
        start = 0 if after is None else ids.index(after) + 1
        page = [_file_object(file) for file in files[start : start + limit]]
        return JSONResponse(_listed(page, start + limit < len(files)))

    async def upload_file(self, request: Request) -> Response:
        if not _content_type(request).startswith("multipart/form-data"):
            raise RefusedError.invalid("missing", "Field required", "body", "file")
        async with request.form() as form:
            file, purpose = form.get("file"), form.get("purpose", "batch")
            if not isinstance(file, UploadFile) or not isinstance(purpose, str):
                raise RefusedError.invalid("missing", "Field required", "body", "file")
            stored = self._store.put_file(
                await file.read(), file.filename or "file", purpose=purpose
            )
        return JSONResponse(_file_object(stored))

    async def file_content(self, request: Request) -> Response:
        file = self._store.find_file(request.path_params["file_id"])
        return Response(file.data, media_type=self._content_type)


class _Authorized:
    """Lets no request through without the key, but those for the lists of models."""

    def __init__(self, app: App, api_key: str) -> None:
        self._app = app
        self._expected = f"Bearer {api_key}".encode()

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        given: bytes = dict(scope["headers"]).get(b"authorization", b"")
        is_open = scope["path"] in ("/v1/active-models", "/v1/model-config")
        if is_open or given == self._expected:
            await self._app(scope, receive, send)
            return
        detail = "Invalid API key" if given else "Not authenticated"
        await JSONResponse({"detail": detail}, 401)(scope, receive, send)


def _application(service: _Service, api_key: str | None) -> App:
    one = "/v1/batches/{job_id}"

    def route(
        method: str, path: str, handle: Callable[[Request], Awaitable[Response]]
    ) -> Route:
        return Route(path, handle, methods=[method])

    app = Starlette(
        routes=[
            route("GET", "/v1/active-models", service.active_models),
            route("GET", "/v1/model-config", service.model_config),
            route("GET", "/v1/batches", service.list_batches),
            route("POST", "/v1/batches", service.create_batch),
            route("GET", one, service.get_batch),
            route("DELETE", one, service.cancel_batch),  # it deletes nothing
            route("POST", f"{one}/cancel", service.cancel_batch),
            route("GET", "/v1/files", service.list_files),
            route("POST", "/v1/files", service.upload_file),
            route("GET", "/v1/files/{file_id}/content", service.file_content),
        ],
        exception_handlers={RefusedError: _refused, HTTPException: _http_error},
    )
    return app if api_key is None else _Authorized(app, api_key)


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse(error.body, error.status)


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse(
        {"detail": error.detail}, error.status_code, headers=error.headers
    )


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").lower()


async def _json_object(request: Request) -> JsonObject:
    data = await request.body()
    if not data:
        raise RefusedError.invalid("missing", "Field required", "body")
    body: JsonObject | None = None
    if _content_type(request).startswith("application/json"):
        try:
            body = as_object(json.loads(data))
        except ValueError as error:
            raise RefusedError.invalid(
                "json_invalid", "JSON decode error", "body", 0
            ) from error
    if body is None:
        raise RefusedError.invalid(
            "model_attributes_type",
            "Input should be a valid dictionary or object to extract fields from",
            "body",
        )
    return body


def _limit(text: str | None, default: int) -> int:
    if text is None:
        return default
    where = ("query", "limit")
    if not _INTEGER.fullmatch(text):
        raise RefusedError.invalid(
            "int_parsing", "Input should be a valid integer", *where
        )
    limit = int(text)
    if limit < 1:
        raise RefusedError.invalid(
            "greater_than_equal", "Input should be greater than or equal to 1", *where
        )
    if limit > _MAX_LIMIT:
        raise RefusedError.invalid(
            "less_than_equal",
            f"Input should be less than or equal to {_MAX_LIMIT}",
            *where,
        )
    return limit


def _listed(data: Sequence[JsonObject], has_more: bool) -> JsonObject:
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": has_more,
    }


def _file_object(file: FileRecord) -> JsonObject:
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.data),
        "created_at": file.created,
        "filename": file.filename,
        "purpose": file.purpose,
    }
