"""Both kinds of client, and the operations of an inference server as generated code has them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from inspect import isawaitable
from typing import Any, TypeVar

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.calls.group import AsyncGroup, Group
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.streams import AsyncStream, Stream
from clientpress.runtime.tensors.infer import Asked, infer, open_stream
from clientpress.runtime.tensors.inputs import Inputs
from clientpress.runtime.tensors.messages import InferenceResult
from clientpress.runtime.tensors.model import AsyncInferenceModel, InferenceModel
from clientpress.runtime.tensors.spec import InferenceModelSpec, ModelOperations
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.decoders import Nothing
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.servers.misbehaving import Step, reply

T = TypeVar("T")

NAME = (Parameter("model_name", "path"),)
VERSION = (*NAME, Parameter("model_version", "path"))
LENGTH = (Parameter("Inference-Header-Content-Length", "header"),)
JSON: dict[str, Any] = {"200": Json[JsonValue]("JsonValue")}
BODY = JsonBody(whole=True, required=True)


def operations(path: str, names: tuple[Parameter, ...]) -> dict[str, Any]:
    """The operations on a model as generated code describes them."""
    return {
        "infer": Operation(id="infer", method="POST", path=f"{path}/infer", parameters=names + LENGTH, body=BODY, results=JSON, errors=JSON),
        "metadata": Operation(id="metadata", method="GET", path=path, parameters=names, results=JSON),
        "ready": Operation(id="ready", method="GET", path=f"{path}/ready", parameters=names, results={"200": Nothing()}),
        "stream": Operation(id="stream", method="POST", path=f"{path}/infer_stream", parameters=names, body=BODY, results=JSON),
    }  # fmt: skip


MODEL = "/v2/models/{model_name}"
SPEC: InferenceModelSpec[JsonValue] = InferenceModelSpec(
    **operations(MODEL, NAME),
    versioned=ModelOperations(
        **operations(MODEL + "/versions/{model_version}", VERSION)
    ),
    server=Operation(id="server", method="GET", path="/v2", results=JSON),
)
INFER: Operation[Any] = SPEC.infer

TOTAL = {
    "model_name": "summer",
    "outputs": [{"name": "total", "shape": [1], "datatype": "FP32", "data": [6.0]}],
}


def as_json(value: object) -> Step:
    """An answer in JSON."""
    return reply(200, json.dumps(value).encode())


class Models(Group):
    """Methods as generated code has them."""

    def infer(
        self,
        operation: Operation[Any],
        arguments: Any,
        inputs: Inputs,
        options: Options | None = None,
        **more: Any,
    ) -> InferenceResult:
        asked = Asked(inputs, **more)
        return self._run(infer(self._core, operation, arguments, asked, options))

    def infer_stream(
        self, operation: Operation[Any], arguments: Any, inputs: Inputs
    ) -> Stream[InferenceResult]:
        asked = Asked(inputs)
        opening = open_stream(self._core, operation, arguments, asked, None)
        return Stream(opening, self._transport)

    def model(
        self, spec: InferenceModelSpec[T], name: str, version: str | None = None
    ) -> InferenceModel[T]:
        return InferenceModel(self._core, self._transport, spec, name, version)


class AsyncModels(AsyncGroup):
    """Methods as generated code has them."""

    async def infer(
        self,
        operation: Operation[Any],
        arguments: Any,
        inputs: Inputs,
        options: Options | None = None,
        **more: Any,
    ) -> InferenceResult:
        asked = Asked(inputs, **more)
        return await self._run(infer(self._core, operation, arguments, asked, options))

    def infer_stream(
        self, operation: Operation[Any], arguments: Any, inputs: Inputs
    ) -> AsyncStream[InferenceResult]:
        asked = Asked(inputs)
        opening = open_stream(self._core, operation, arguments, asked, None)
        return AsyncStream(opening, self._transport)

    def model(
        self, spec: InferenceModelSpec[T], name: str, version: str | None = None
    ) -> AsyncInferenceModel[T]:
        return AsyncInferenceModel(self._core, self._transport, spec, name, version)


class Sides:
    """Both kinds of client, called the same way."""

    def __init__(self, kind: str, url: str) -> None:
        self.is_async = kind == "async"
        self._url = url

    def do(self, work: Callable[[Any], Any]) -> Any:
        """What a group's method returns, awaited where it has to be."""
        if not self.is_async:
            with BaseClient(Api(name="oip"), {}, base_url=self._url) as client:
                return work(Models(client))

        async def go() -> Any:
            async with AsyncBaseClient(
                Api(name="oip"), {}, base_url=self._url
            ) as client:
                made = work(AsyncModels(client))
                return await made if isawaitable(made) else made

        return asyncio.run(go())

    def model(self, version: str | None, *work: Callable[[Any], Any]) -> list[Any]:
        """What the methods of one model handle return, one after the other."""
        if not self.is_async:
            with BaseClient(Api(name="oip"), {}, base_url=self._url) as client:
                model = Models(client).model(SPEC, "summer", version)
                return [each(model) for each in work]

        async def go() -> list[Any]:
            async with AsyncBaseClient(
                Api(name="oip"), {}, base_url=self._url
            ) as client:
                handle = AsyncModels(client).model(SPEC, "summer", version)
                return [await each(handle) for each in work]

        return asyncio.run(go())

    def at_once(self, times: int, work: Callable[[Any], Any]) -> list[Any]:
        """What the same method of one model handle returns or raises, in threads or tasks."""
        if not self.is_async:
            with BaseClient(Api(name="oip"), {}, base_url=self._url) as client:
                model = Models(client).model(SPEC, "summer")
                with ThreadPoolExecutor(times) as pool:
                    futures = [pool.submit(work, model) for _ in range(times)]
                return [each.exception() or each.result() for each in futures]

        async def go() -> list[Any]:
            async with AsyncBaseClient(
                Api(name="oip"), {}, base_url=self._url
            ) as client:
                handle = AsyncModels(client).model(SPEC, "summer")
                calls = (work(handle) for _ in range(times))
                return await asyncio.gather(*calls, return_exceptions=True)

        return asyncio.run(go())

    def collect(
        self, open_stream: Callable[[Any], Any], collected: list[InferenceResult]
    ) -> None:
        """Read a stream to its end."""

        def read(group: Any) -> None:
            with open_stream(group) as results:
                collected.extend(results)

        async def read_async(group: Any) -> None:
            async with open_stream(group) as results:
                async for result in results:
                    collected.append(result)

        self.do(read_async if self.is_async else read)


def event(text: str) -> bytes:
    """An event with one text."""
    output = {"name": "t", "shape": [1, 1], "datatype": "BYTES", "data": [text]}
    return f"data: {json.dumps({'outputs': [output]})}\n\n".encode()
