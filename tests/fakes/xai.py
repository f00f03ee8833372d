"""A fake xAI service for batches and their files, over real HTTP."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .faults import Fault, Received
from .old_faults import Observed
from .old_serving import Connections, ServerThread
from .xai_answers import JsonObject, as_list, as_object
from .xai_store import Entry, FileRecord, RefusedError, XaiStore

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence
    from types import TracebackType
    from typing import Self

    from starlette.requests import Request

    from .old_serving import App, Receive, Send

__all__ = ["FakeXai", "Fault", "Received"]

_MAX_LIMIT = 1000
_FILE_SECONDS = range(3600, 2_592_000 + 1)

T = TypeVar("T")


class FakeXai:
    """A service that keeps batches in memory and works on them whenever it is asked how they are.

    Use it as a context manager. Requests for the models in `xai_answers.FAILURES` fail in the ways
    that have been seen; chats are answered with what the user said last.

    Args:
        api_key: The only key that is accepted.
        page_size: Entries a page when the caller gives no limit.
        advance_per_get: Pending requests that finish each time a batch is asked for; None is a third of all.
        clock: Seconds since 1970.
        add_answer: What adding requests answers with: an empty object, or nothing.
        end_token: Token of the last page of requests and of results. The last page of batches has none.
        date_times: Whether times are RFC 3339 date-times instead of bare dates.
        int64_as_text: Whether counters and costs are strings of digits.
    """

    def __init__(
        self,
        *,
        api_key: str = "test-key",
        page_size: int = 100,
        advance_per_get: int | None = None,
        clock: Callable[[], float] = time.time,
        add_answer: Literal["object", "empty"] = "object",
        end_token: str | None = None,
        date_times: bool = False,
        int64_as_text: bool = False,
    ) -> None:
        self.api_key = api_key
        self.store = XaiStore(clock, advance_per_get, date_times, int64_as_text)
        connections: Connections = {}
        service = _Service(self.store, page_size, add_answer, end_token)
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
        store: XaiStore,
        page_size: int,
        add_answer: Literal["object", "empty"],
        end_token: str | None,
    ) -> None:
        self._store = store
        self._page_size = page_size
        self._add_answer = add_answer
        self._end_token = end_token

    async def create_batch(self, request: Request) -> Response:
        body = await _json_object(request)
        name, input_file_id = body.get("name"), body.get("input_file_id")
        if not isinstance(name, str):
            raise RefusedError.invalid("name must be a string", "name", 422)
        if not isinstance(input_file_id, str | None):
            raise RefusedError.invalid(
                "input_file_id must be a string", "input_file_id", 422
            )
        return JSONResponse(
            self._store.describe(self._store.create(name, input_file_id))
        )

    async def list_batches(self, request: Request) -> Response:
        newest_first = list(reversed(self._store.batches.values()))
        page, token = self._page(request, newest_first, lambda batch: batch.id, None)
        body: JsonObject = {"batches": [self._store.describe(batch) for batch in page]}
        if token is not None:
            body["pagination_token"] = token
        return JSONResponse(body)

    async def get_batch(self, request: Request) -> Response:
        return JSONResponse(
            self._store.describe(self._store.advance(_batch_id(request)))
        )

    async def cancel_batch(self, request: Request) -> Response:
        return JSONResponse(
            self._store.describe(self._store.cancel(_batch_id(request)))
        )

    async def list_requests(self, request: Request) -> Response:
        entries = list(self._store.find(_batch_id(request)).entries.values())
        page, token = self._page(request, entries, lambda entry: entry.id, _MAX_LIMIT)
        return JSONResponse(
            {
                "batch_request_metadata": [_metadata(entry) for entry in page],
                "pagination_token": self._end_token if token is None else token,
            }
        )

    async def add_requests(self, request: Request) -> Response:
        items = as_list((await _json_object(request)).get("batch_requests"))
        if items is None:
            raise RefusedError.invalid(
                "batch_requests must be a list", "batch_requests", 422
            )
        self._store.add(_batch_id(request), items)
        return JSONResponse({}) if self._add_answer == "object" else Response()

    async def list_results(self, request: Request) -> Response:
        finished = self._store.find(_batch_id(request)).finished
        page, token = self._page(request, finished, lambda entry: entry.id, _MAX_LIMIT)
        return JSONResponse(
            {
                "results": [entry.result for entry in page],
                "pagination_token": self._end_token if token is None else token,
            }
        )

    async def upload_file(self, request: Request) -> Response:
        _check_content_type(request, "multipart/form-data")
        expires_after: int | None = None
        async with request.form() as form:
            for name, value in form.multi_items():
                if name == "expires_after" and isinstance(value, str):
                    expires_after = _expires_after(value)
                elif name == "file" and isinstance(value, UploadFile):
                    if expires_after is None and "expires_after" in form:
                        raise RefusedError.invalid(
                            "expires_after must come before file", "expires_after"
                        )
                    data, filename = await value.read(), value.filename or "file"
                    file = self._store.put_file(
                        data, filename, expires_after=expires_after
                    )
                    return JSONResponse(
                        _file_object(file, str(form.get("purpose", "")))
                    )
        raise RefusedError.invalid("file is missing", "file")

    def _page(
        self,
        request: Request,
        entries: Sequence[T],
        key: Callable[[T], str],
        most: int | None,
    ) -> tuple[Sequence[T], str | None]:
        """The entries after the one that the token names, and the token of the next page, if there is one."""
        limit = _limit(request, self._page_size, most)
        token = request.query_params.get("pagination_token", "")
        start = 0
        if token:
            keys = [key(entry) for entry in entries]
            if token not in keys:
                raise RefusedError.invalid(
                    "pagination_token is not valid", "pagination_token"
                )
            start = keys.index(token) + 1
        page = entries[start : start + limit]
        return page, key(page[-1]) if start + limit < len(entries) else None


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
        scheme, _, key = given.partition(b" ")
        if scheme.lower() == b"bearer" and key:
            refused = RefusedError.invalid("Incorrect API key provided")
        else:
            refused = RefusedError.invalid(
                "The Authorization header is missing or malformed", status=401
            )
        await JSONResponse(refused.body, refused.status)(scope, receive, send)


def _application(service: _Service, api_key: str) -> App:
    one = "/v1/batches/{batch_id}"
    return Starlette(
        routes=[
            Route("/v1/batches", service.create_batch, methods=["POST"]),
            Route("/v1/batches", service.list_batches, methods=["GET"]),
            Route(f"{one}:cancel", service.cancel_batch, methods=["POST"]),
            Route(one, service.get_batch, methods=["GET"]),
            Route(f"{one}/requests", service.list_requests, methods=["GET"]),
            Route(f"{one}/requests", service.add_requests, methods=["POST"]),
            Route(f"{one}/results", service.list_results, methods=["GET"]),
            Route("/v1/files", service.upload_file, methods=["POST"]),
        ],
        middleware=[Middleware(_Authorized, api_key=api_key)],
        exception_handlers={RefusedError: _refused, HTTPException: _http_error},
    )


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse(error.body, error.status)


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse(
        {"error": error.detail}, error.status_code, headers=error.headers
    )


def _batch_id(request: Request) -> str:
    return str(request.path_params["batch_id"])


async def _json_object(request: Request) -> JsonObject:
    _check_content_type(request, "application/json")
    data = await request.body()
    if not data:
        raise RefusedError.invalid("The body is empty", status=415)
    try:
        body = as_object(json.loads(data))
    except ValueError as error:
        raise RefusedError.invalid("The body is not JSON") from error
    if body is None:
        raise RefusedError.invalid("The body must be an object", status=422)
    return body


def _check_content_type(request: Request, expected: str) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        raise RefusedError.invalid(f"The content type must be {expected}", status=415)


def _limit(request: Request, default: int, most: int | None) -> int:
    text = request.query_params.get("limit")
    if text is None:
        return default
    limit = int(text) if text.isdecimal() else 0
    if limit < 1 or (most is not None and limit > most):
        raise RefusedError.invalid("limit is out of range", "limit")
    return limit


def _expires_after(text: str) -> int:
    seconds = int(text) if text.isdecimal() else 0
    if seconds not in _FILE_SECONDS:
        raise RefusedError.invalid("expires_after is out of range", "expires_after")
    return seconds


def _metadata(entry: Entry) -> JsonObject:
    return {
        "batch_request_id": entry.id,
        "endpoint": entry.endpoint,
        "model": entry.asked.model,
        "state": entry.state,
        "create_time": entry.create_time,
        "finish_time": entry.finish_time,
    }


def _file_object(file: FileRecord, purpose: str) -> JsonObject:
    return {
        "id": file.id,
        "object": "file",
        "bytes": len(file.data),
        "created_at": file.created,
        "expires_at": file.expires,
        "filename": file.filename,
        "purpose": purpose,
    }
