"""Groups of operations that take and return tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, Unpack

from ..calls.drivers import run, run_async
from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..results.streams import AsyncStream, Stream
from ..wire.operation import Operation
from .infer import Asked, Asking, InferenceResult, infer, open_stream
from .inputs import Inputs
from .model import AsyncInferenceModel, InferenceModel
from .spec import InferenceModelSpec

__all__ = ["AsyncInferenceGroup", "InferenceGroup"]

M = TypeVar("M")


class InferenceGroup(Group):
    """A group with inferences."""

    def _infer(
        self,
        operation: Operation[Any],
        arguments: Sequence[Any],
        inputs: Inputs,
        *,
        options: Options | None = None,
        **asking: Unpack[Asking],
    ) -> InferenceResult:
        asked = Asked(inputs, **asking)
        made = infer(self._core, operation, arguments, asked, options)
        return run(made, self._transport())

    def _infer_stream(
        self,
        operation: Operation[Any],
        arguments: Sequence[Any],
        inputs: Inputs,
        *,
        options: Options | None = None,
        **asking: Unpack[Asking],
    ) -> Stream[InferenceResult]:
        asked = Asked(inputs, **asking)
        opening = open_stream(self._core, operation, arguments, asked, options)
        return Stream(opening, self._transport)

    def _model(
        self, spec: InferenceModelSpec[M], name: str, version: str | None = None
    ) -> InferenceModel[M]:
        return InferenceModel(self._core, self._transport, spec, name, version)


class AsyncInferenceGroup(AsyncGroup):
    """A group with inferences."""

    async def _infer(
        self,
        operation: Operation[Any],
        arguments: Sequence[Any],
        inputs: Inputs,
        *,
        options: Options | None = None,
        **asking: Unpack[Asking],
    ) -> InferenceResult:
        asked = Asked(inputs, **asking)
        made = infer(self._core, operation, arguments, asked, options)
        return await run_async(made, self._transport())

    def _infer_stream(
        self,
        operation: Operation[Any],
        arguments: Sequence[Any],
        inputs: Inputs,
        *,
        options: Options | None = None,
        **asking: Unpack[Asking],
    ) -> AsyncStream[InferenceResult]:
        asked = Asked(inputs, **asking)
        opening = open_stream(self._core, operation, arguments, asked, options)
        return AsyncStream(opening, self._transport)

    def _model(
        self, spec: InferenceModelSpec[M], name: str, version: str | None = None
    ) -> AsyncInferenceModel[M]:
        return AsyncInferenceModel(self._core, self._transport, spec, name, version)
