"""A fake server of the Open Inference Protocol, over real HTTP, where no real one is installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from .faults import Fault, Observed, Received
from .open_inference_messages import Asked, RefusedError, read_request, write_answer
from .open_inference_models import MODELS, Model, rows_of
from .serving import Connections, ServerThread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from starlette.requests import Request

    from .serving import App

__all__ = ["FakeOpenInference", "Fault", "Received"]

_HEADER = "Inference-Header-Content-Length"


class FakeOpenInference:
    """A server with the models `summer` and `echo` of `open_inference_models`.

    Use it as a context manager. Versions, metadata and binary tensors are as Triton has them; streams
    of inference as MLServer has them, with one event for each row of the inputs of `summer`. A request
    whose parameters have `fail` is refused with 500.

    Args:
        extensions: What the server says that it knows; it takes binary tensors whatever it says.
        models: The models by name.
    """

    def __init__(
        self,
        *,
        extensions: tuple[str, ...] = ("binary_tensor_data",),
        models: Mapping[str, Model] = MODELS,
    ) -> None:
        connections: Connections = {}
        self._observed = Observed(
            _application(_Service(extensions, models)), connections
        )
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
    """The operations: they read a request, run a model and write what it made."""

    def __init__(
        self, extensions: tuple[str, ...], models: Mapping[str, Model]
    ) -> None:
        self._extensions = extensions
        self._models = models

    async def yes(self, _request: Request) -> Response:
        return Response()

    async def server_metadata(self, _request: Request) -> Response:
        about: dict[str, Any] = {"name": "fake", "version": "1.0.0"}
        return JSONResponse({**about, "extensions": list(self._extensions)})

    async def model_ready(self, request: Request) -> Response:
        self._find(request)
        return Response()

    async def model_metadata(self, request: Request) -> Response:
        model, _ = self._find(request)
        return JSONResponse(model.describe(request.path_params.get("model_version")))

    async def infer(self, request: Request) -> Response:
        model, version = self._find(request)
        asked = read_request(await request.body(), request.headers.get(_HEADER))
        body, length = _answer(model, version, asked)
        if length is None:
            return Response(body, media_type="application/json")
        headers = {_HEADER: str(length)}
        return Response(body, headers=headers, media_type="application/octet-stream")

    async def infer_stream(self, request: Request) -> Response:
        model, version = self._find(request)
        asked = read_request(await request.body(), None)
        # What does not fit is refused before the first event, what asks to fail in an event.
        model.infer(Asked(asked.inputs, asked.outputs), version)
        pieces = rows_of(asked) if model.streams else [asked]
        events = _events(model, version, pieces)
        return StreamingResponse(events, media_type="text/event-stream")

    def _find(self, request: Request) -> tuple[Model, str]:
        """The model that the path names, and its version: the newest one if none is named."""
        name = str(request.path_params["model_name"])
        version = request.path_params.get("model_version")
        model = self._models.get(name)
        if model is None:
            raise RefusedError(404, f"Model {name} not found")
        if version is not None and version not in model.versions:
            raise RefusedError(404, f"Model {name} with version {version} not found")
        return model, str(version or model.versions[-1])


def _answer(model: Model, version: str, asked: Asked) -> tuple[bytes, int | None]:
    about = {"model_name": model.name, "model_version": version}
    return write_answer(about, model.infer(asked, version), asked)


def _events(model: Model, version: str, pieces: list[Asked]) -> Iterator[bytes]:
    """An event for each piece; the first that is refused is the last one."""
    for piece in pieces:
        try:
            body, length = _answer(model, version, piece)
            if length is not None:
                raise RefusedError(400, "a stream has no binary data")
        except RefusedError as error:
            yield b"data: " + json.dumps(error.body).encode() + b"\n\n"
            return
        yield b"data: " + body + b"\n\n"


def _application(service: _Service) -> App:
    routes = [
        Route("/v2", service.server_metadata, methods=["GET"]),
        Route("/v2/health/live", service.yes, methods=["GET"]),
        Route("/v2/health/ready", service.yes, methods=["GET"]),
    ]
    model = "/v2/models/{model_name}"
    for path in (model, f"{model}/versions/{{model_version}}"):
        routes += [
            Route(path, service.model_metadata, methods=["GET"]),
            Route(f"{path}/ready", service.model_ready, methods=["GET"]),
            Route(f"{path}/infer", service.infer, methods=["POST"]),
            Route(f"{path}/infer_stream", service.infer_stream, methods=["POST"]),
        ]
    return Starlette(
        routes=routes,
        exception_handlers={RefusedError: _refused, HTTPException: _http_error},
    )


def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse(error.body, error.status)


def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)
