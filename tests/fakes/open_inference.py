"""A fake server of the Open Inference Protocol, over real HTTP, where no real one is installed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from clientpress.testing import Answer, SentRequest
from tests.fakes.faults import Fault, Received
from tests.fakes.open_inference_messages import (
    Asked,
    read_request,
    refused,
    write_answer,
)
from tests.fakes.open_inference_models import MODELS, Model, rows_of
from tests.fakes.service import Handler, JsonObject, Refused, Service

__all__ = ["FakeOpenInference", "Fault", "Received"]

_HEADER = "Inference-Header-Content-Length"


class FakeOpenInference(Service):
    """A server with the models `summer` and `echo` of `open_inference_models`.

    Use it as a context manager. Versions, metadata and binary tensors are as Triton has them; streams
    of inference as MLServer has them, with one event for each row of the inputs of `summer`. A request
    whose parameters have `fail` is refused with 500.

    Args:
        extensions: What the server says that it knows; it takes binary tensors whatever it says.
        models: The models by name.
    """

    plain = "error"

    def __init__(
        self,
        *,
        extensions: tuple[str, ...] = ("binary_tensor_data",),
        models: Mapping[str, Model] = MODELS,
    ) -> None:
        about = {"name": "fake", "version": "1.0.0", "extensions": list(extensions)}
        handlers: dict[str, Handler] = {"serverMetadata": lambda _: about}
        for model in ("model", "modelVersion"):
            handlers[f"{model}Ready"] = self._ready
            handlers[f"{model}Metadata"] = self._metadata
            handlers[f"{model}Infer"] = self._infer
            handlers[f"{model}InferStream"] = self._infer_stream
        super().__init__("open_inference", handlers)
        self._models = models

    def mismatch(self, messages: list[str]) -> Refused:
        return refused("; ".join(messages))

    def _ready(self, sent: SentRequest) -> Answer:
        self._find(sent)
        return Answer()

    def _metadata(self, sent: SentRequest) -> JsonObject:
        model, _ = self._find(sent)
        return model.describe(sent.parameters.get("model_version"))

    def _infer(self, sent: SentRequest) -> Answer:
        model, version = self._find(sent)
        asked = read_request(sent.content, sent.parameters.get(_HEADER))
        body, length = _answer(model, version, asked)
        if length is None:
            return Answer(content=body, media_type="application/json")
        headers = {_HEADER: str(length)}
        media_type = "application/octet-stream"
        return Answer(content=body, media_type=media_type, headers=headers)

    def _infer_stream(self, sent: SentRequest) -> Answer:
        model, version = self._find(sent)
        asked = read_request(sent.content, None)
        # What does not fit is refused before the first event, what asks to fail in an event.
        model.infer(Asked(asked.inputs, asked.outputs), version)
        pieces = rows_of(asked) if model.streams else [asked]
        events = list(_events(model, version, pieces))
        return Answer(content=events or b"", media_type="text/event-stream")

    def _find(self, sent: SentRequest) -> tuple[Model, str]:
        """The model that the path names, and its version: the newest one if none is named."""
        name: str = sent.parameters["model_name"]
        version: Any = sent.parameters.get("model_version")
        model = self._models.get(name)
        if model is None:
            raise refused(f"Model {name} not found", 404)
        if version is not None and version not in model.versions:
            raise refused(f"Model {name} with version {version} not found", 404)
        return model, version or model.versions[-1]


def _answer(model: Model, version: str, asked: Asked) -> tuple[bytes, int | None]:
    about = {"model_name": model.name, "model_version": version}
    return write_answer(about, model.infer(asked, version), asked)


def _events(model: Model, version: str, pieces: list[Asked]) -> Iterator[bytes]:
    """An event for each piece; the first that is refused is the last one."""
    for piece in pieces:
        try:
            body, length = _answer(model, version, piece)
            if length is not None:
                raise refused("a stream has no binary data")
        except Refused as error:
            yield b"data: " + json.dumps(error.body).encode() + b"\n\n"
            return
        yield b"data: " + body + b"\n\n"
