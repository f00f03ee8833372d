"""Tiny models for MLServer, which imports this file itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import numpy as np
from mlserver import MLModel
from mlserver.codecs import NumpyCodec, StringCodec
from mlserver.errors import InferenceError
from mlserver.types import (
    InferenceRequest,
    InferenceResponse,
    Parameters,
    RequestInput,
    ResponseOutput,
)


class Model(MLModel):
    """What all of them share; `extra` of the settings says the rest."""

    async def load(self) -> bool:
        self.extra = dict(self.settings.parameters.extra or {})
        await asyncio.sleep(self.extra.get("seconds_to_load", 0))
        return True

    def answer(
        self, request: InferenceRequest, outputs: list[ResponseOutput]
    ) -> InferenceResponse:
        """An answer to a request."""
        return InferenceResponse(
            model_name=self.name,
            model_version=self.version,
            id=request.id,
            outputs=outputs,
        )


class Summer(Model):
    """The sums of the rows of x, [N, 3] FP32, times a factor."""

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        if [given.name for given in payload.inputs] != ["x"]:
            raise InferenceError("the one input is 'x'")
        x = NumpyCodec.decode_input(payload.inputs[0])
        if x.ndim != 2 or x.shape[1] != 3:
            raise InferenceError(f"'x' must be [N, 3], not {list(x.shape)}")
        with np.errstate(over="ignore"):
            total = (x.sum(axis=1) * self.extra["factor"]).astype(np.float32)
        return self.answer(payload, [NumpyCodec.encode_output("total", total)])


class Echo(Model):
    """Every input again, as out_… for in_…, with its parameters; fails when asked to."""

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        given = payload.parameters.model_dump() if payload.parameters else {}
        given.pop("headers", None)
        if given.get("fail") == "inference":
            raise InferenceError("asked to fail")
        if given.get("fail") == "crash":
            raise RuntimeError("asked to crash")
        wanted = {output.name for output in payload.outputs or ()}
        answer = self.answer(
            payload,
            [
                output
                for output in map(_again, payload.inputs)
                if not wanted or output.name in wanted
            ],
        )
        answer.parameters = Parameters(**given) if given else None
        return answer


def _again(given: RequestInput) -> ResponseOutput:
    return ResponseOutput(
        name=given.name.replace("in_", "out_", 1),
        shape=given.shape,
        datatype=given.datatype,
        parameters=given.parameters,
        data=given.data,
    )


class Streamer(Model):
    """The words of a text: all at once, or one answer a word."""

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        return self.answer(payload, [_text(_words(payload))])

    async def predict_stream(
        self, payloads: AsyncIterator[InferenceRequest]
    ) -> AsyncIterator[InferenceResponse]:
        async for payload in payloads:
            for word in _words(payload):
                if word == "fail":
                    raise InferenceError("asked to fail")
                yield self.answer(payload, [_text([word])])


def _words(payload: InferenceRequest) -> list[str]:
    return StringCodec.decode_input(payload.inputs[0])[0].split()


def _text(words: list[str]) -> ResponseOutput:
    return StringCodec.encode_output("text_output", [" ".join(words)])
