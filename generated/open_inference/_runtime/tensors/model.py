# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""A model of an inference server, as an object that converts inputs to what the model takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from ..calls.core import Core
from ..calls.drivers import run, run_async
from ..calls.options import Options
from ..results.streams import AsyncStream, Stream
from ..values.jsontypes import JsonValue
from ..wire.protocol import AsyncTransport, Transport
from .handle import Handle
from .infer import Asked, InferenceResult, Outputs
from .inputs import Inputs
from .spec import InferenceModelSpec, ModelOperations

__all__ = [
    "AsyncInferenceModel",
    "InferenceModel",
    "InferenceModelSpec",
    "ModelOperations",
]

M = TypeVar("M")


class InferenceModel(Generic[M]):
    """A model of the server.

    The first call reads the model's metadata and the server's extensions, once.
    """

    def __init__(
        self,
        core: Core,
        transport: Callable[[], Transport],
        spec: InferenceModelSpec[M],
        name: str,
        version: str | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self._handle = Handle(core, spec, name, version)
        self._transport = transport

    def __repr__(self) -> str:
        return f"InferenceModel({self._handle!r})"

    def metadata(self, *, options: Options | None = None) -> M:
        """The tensors that the model takes and returns; read once."""
        return run(self._handle.metadata(options), self._transport())

    def infer(
        self,
        inputs: Inputs,
        *,
        outputs: Outputs | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        id: str | None = None,
        binary: bool | None = None,
        allow_missing: bool = False,
        options: Options | None = None,
    ) -> InferenceResult:
        """Run the model on tensors.

        Args:
            inputs: Values by input name, tensors, or a data frame, each column of which is an
                input. They are cast to the model's datatypes if nothing is lost but digits of
                floats.
            outputs: Names of the requested outputs, or `RequestedOutput`s; all by default.
            binary: Whether tensors are sent and returned as bytes; by default if the server says
                that it has the extension `binary_tensor_data`.
            allow_missing: Whether inputs may be left out.

        Raises:
            InvalidRequestError: The model does not take these inputs.
            Error: A call fails.
        """
        asked = Asked(inputs, outputs, parameters, id, binary)
        flow = self._handle.infer(asked, allow_missing, options)
        return run(flow, self._transport())

    def infer_stream(
        self,
        inputs: Inputs,
        *,
        outputs: Outputs | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        id: str | None = None,
        binary: bool | None = None,
        allow_missing: bool = False,
        options: Options | None = None,
    ) -> Stream[InferenceResult]:
        """Run the model on tensors and get its answers one by one; see `infer`."""
        asked = Asked(inputs, outputs, parameters, id, binary)
        opening = self._handle.stream(asked, allow_missing, options)
        return Stream(opening, self._transport)

    def ready(self, *, options: Options | None = None) -> bool:
        """Whether the model is ready; False if the server does not have it.

        Raises:
            Error: The call fails.
        """
        return run(self._handle.ready(options), self._transport())

    def wait_until_ready(
        self,
        *,
        timeout: float = 600.0,
        poll_interval: float = 0.5,
        options: Options | None = None,
    ) -> None:
        """Poll until the model is ready, also while the server cannot be reached.

        Args:
            timeout: Seconds for all polls.
            poll_interval: Seconds between polls.

        Raises:
            PollingTimeoutError: The model is not ready after `timeout`.
            Error: A poll fails.
        """
        flow = self._handle.wait(timeout, poll_interval, options)
        run(flow, self._transport())


class AsyncInferenceModel(Generic[M]):
    """A model of the server; see `InferenceModel`."""

    def __init__(
        self,
        core: Core,
        transport: Callable[[], AsyncTransport],
        spec: InferenceModelSpec[M],
        name: str,
        version: str | None = None,
    ) -> None:
        self.name = name
        self.version = version
        self._handle = Handle(core, spec, name, version)
        self._transport = transport

    def __repr__(self) -> str:
        return f"AsyncInferenceModel({self._handle!r})"

    async def metadata(self, *, options: Options | None = None) -> M:
        """The tensors that the model takes and returns; read once."""
        return await run_async(self._handle.metadata(options), self._transport())

    async def infer(
        self,
        inputs: Inputs,
        *,
        outputs: Outputs | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        id: str | None = None,
        binary: bool | None = None,
        allow_missing: bool = False,
        options: Options | None = None,
    ) -> InferenceResult:
        """Run the model on tensors; see `InferenceModel.infer`."""
        asked = Asked(inputs, outputs, parameters, id, binary)
        flow = self._handle.infer(asked, allow_missing, options)
        return await run_async(flow, self._transport())

    def infer_stream(
        self,
        inputs: Inputs,
        *,
        outputs: Outputs | None = None,
        parameters: Mapping[str, JsonValue] | None = None,
        id: str | None = None,
        binary: bool | None = None,
        allow_missing: bool = False,
        options: Options | None = None,
    ) -> AsyncStream[InferenceResult]:
        """Run the model on tensors and get its answers one by one; see `infer`."""
        asked = Asked(inputs, outputs, parameters, id, binary)
        opening = self._handle.stream(asked, allow_missing, options)
        return AsyncStream(opening, self._transport)

    async def ready(self, *, options: Options | None = None) -> bool:
        """Whether the model is ready; see `InferenceModel.ready`."""
        return await run_async(self._handle.ready(options), self._transport())

    async def wait_until_ready(
        self,
        *,
        timeout: float = 600.0,
        poll_interval: float = 0.5,
        options: Options | None = None,
    ) -> None:
        """Poll until the model is ready; see `InferenceModel.wait_until_ready`."""
        flow = self._handle.wait(timeout, poll_interval, options)
        await run_async(flow, self._transport())
