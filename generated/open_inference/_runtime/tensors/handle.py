# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The calls of a model handle: metadata that is read once, and inputs that are fitted to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from ..calls.answers import status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flights import Once
from ..calls.flow import call, perform
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.preparing import prepare
from ..results.jobs import wait
from ..results.streams import Opening
from ..values.kinds import is_collection
from ..values.pointers import lookup
from ..wire.errors import InvalidRequestError, StatusError
from ..wire.operation import Operation
from ..wire.trace import Trace
from .fitting import fit, read_tensors
from .infer import STREAMING, Asked, InferenceResult, Sent, infer
from .json import NaNForm
from .spec import InferenceModelSpec, ModelOperations

M = TypeVar("M")

BINARY_EXTENSION = "binary_tensor_data"
_NAN_FORMS: dict[str, NaNForm] = {
    "mlserver": "null",  # which it also takes for NaN in answers
    "triton": "bare",
    "kserve": "binary",  # it reads binary messages, though it does not list the extension
}
_JSON_ONLY = frozenset({"mlserver"})
"""Names of servers that do not read binary messages, and take FP16 as JSON."""
_NOT_READY = frozenset({400, 404, 503})
"""Statuses of a model that is not ready; servers differ about a model that they do not know."""


class _Serving(NamedTuple):
    """What a server reads.

    Attributes:
        binary: Whether it prefers binary requests; None if it does not say.
        nan: How it reads NaN.
    """

    binary: bool | None = None
    nan: NaNForm = "refuse"


class Handle(Generic[M]):
    """What the synchronous and the asynchronous model share.

    Raises:
        InvalidRequestError: There is a version, but the API has no operations on versions.
    """

    def __init__(
        self, core: Core, spec: InferenceModelSpec[M], name: str, version: str | None
    ) -> None:
        operations: ModelOperations[M] | None = (
            spec if version is None else spec.versioned
        )
        if operations is None:
            raise InvalidRequestError("This API has no versions of models")
        self.core = core
        self.operations = operations
        self.readiness = spec.readiness
        self._server = spec.server
        self._names = (name,) if version is None else (name, version)
        self._metadata: Once[M] = Once()
        self._serving: Once[_Serving] = Once()

    def arguments(self, operation: Operation[Any]) -> list[Any]:
        """The arguments of an operation: name and version for the path, None for the others."""
        names = iter(self._names)
        return [
            next(names) if parameter.location == "path" else None
            for parameter in operation.parameters
        ]

    def metadata(self, options: Options | None) -> Flow[M]:
        """The model's metadata, read once."""
        operation = self.operations.metadata
        arguments = self.arguments(operation)
        fetch = partial(call, self.core, operation, arguments, options=options)
        return (yield from self._metadata.get(self.core, options, fetch))

    def ask(
        self, asked: Asked, allow_missing: bool, options: Options | None
    ) -> Flow[Asked]:
        """The same request, with its inputs fitted to the model's metadata.

        Raises:
            InvalidRequestError: The inputs do not fit.
            Error: A call fails.
        """
        metadata = yield from self.metadata(options)
        fetch = partial(self._ask_server, options)
        serving = yield from self._serving.get(self.core, options, fetch)
        known = read_tensors(metadata, "/inputs")
        try:
            inputs = fit(asked.inputs, known, allow_missing=allow_missing)
        except InvalidRequestError as e:
            e.trace = Trace(operation=self.operations.infer.id)
            raise
        binary = serving.binary if asked.binary is None else asked.binary
        return asked._replace(inputs=inputs, binary=binary, nan=serving.nan)

    def _ask_server(self, options: Options | None) -> Flow[_Serving]:
        """What the server reads."""
        if self._server is None:
            return _Serving()
        try:
            server = yield from call(self.core, self._server, (), options=options)
        except StatusError:  # not every server has this operation
            return _Serving()
        name = str(lookup(server, "/name"))
        extensions = lookup(server, "/extensions")
        binary = False if name in _JSON_ONLY else None
        if is_collection(extensions) and BINARY_EXTENSION in map(str, extensions):
            binary = True
        return _Serving(binary, _NAN_FORMS.get(name, "refuse"))

    def infer(
        self, asked: Asked, allow_missing: bool, options: Options | None
    ) -> Flow[InferenceResult]:
        """One inference."""
        asked = yield from self.ask(asked, allow_missing, options)
        operation = self.operations.infer
        arguments = self.arguments(operation)
        return (yield from infer(self.core, operation, arguments, asked, options))

    def stream(
        self, asked: Asked, allow_missing: bool, options: Options | None
    ) -> _ModelOpening[M]:
        """A stream of answers."""
        if self.operations.stream is None:
            raise InvalidRequestError("This API has no streams of inferences")
        return _ModelOpening(
            self, self.operations.stream, asked, allow_missing, options
        )

    def ready(self, options: Options | None) -> Flow[bool]:
        """Whether the model is ready."""
        operation = self.operations.ready
        arguments = self.arguments(operation)
        prepared = prepare(self.core, operation, arguments, None, options)
        # a 503 means "not ready" here, so it must not be retried
        prepared = replace(prepared, options=replace(prepared.options, retries=0))
        deadline = deadline_of(self.core.clock, prepared.options)
        answer = yield from perform(self.core, prepared, deadline)
        if answer.response.status in _NOT_READY:
            return False
        if operation.result_decoder(answer.response.status) is None:
            raise status_error(self.core, operation, answer)
        return True

    def wait(
        self, timeout: float, interval: float, options: Options | None
    ) -> Flow[Any]:
        """Poll until the model is ready."""
        operation = self.operations.ready
        return wait(
            self.core,
            operation,
            self.readiness,
            self.arguments(operation),
            timeout=timeout,
            interval=interval,
            on_progress=None,
            options=options,
        )

    def __repr__(self) -> str:
        return ", ".join(map(repr, self._names))


class _ModelOpening(Opening[InferenceResult], Generic[M]):
    """A stream whose request is built when it is opened, after the model's metadata is read."""

    def __init__(
        self,
        handle: Handle[M],
        operation: Operation[Any],
        asked: Asked,
        allow_missing: bool,
        options: Options | None,
    ) -> None:
        self._call = (handle, operation, asked, allow_missing, options)
        self._answer = None
        self.is_over = False

    def open(self, more: Mapping[str, str] | None = None) -> Flow[Any]:
        handle, operation, asked, allow_missing, options = self._call
        asked = yield from handle.ask(asked, allow_missing, options)
        arguments = handle.arguments(operation)
        sent = Sent(handle.core, operation, arguments, asked, options)
        super().__init__(
            handle.core, operation, STREAMING, sent.arguments, sent.body, sent.options
        )
        return (yield from super().open(more))
