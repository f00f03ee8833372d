# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Inference calls of the Open Inference Protocol: tensors in, tensors out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from ..calls import misfits
from ..calls.answers import decode_error, status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.limits import deadline_of
from ..calls.options import Options, merge
from ..calls.preparing import prepare
from ..results.streaming import Streaming
from ..results.streams import Opening
from ..values.issues import Issue, MisfitError
from ..values.jsontypes import JsonValue
from ..wire.errors import InvalidRequestError
from ..wire.operation import Operation
from ..wire.trace import Trace
from .errors import TensorError
from .inputs import Inputs, to_tensors
from .json import NaNForm
from .messages import (
    InferenceResult,
    Message,
    RequestedOutput,
    decode_answer,
    encode_request,
)

__all__ = [
    "Asked",
    "InferenceResult",
    "Outputs",
    "STREAMING",
    "RequestedOutput",
    "Sent",
    "infer",
    "open_stream",
]

Outputs: TypeAlias = Sequence[str | RequestedOutput]

_HEADER = "inference-header-content-length"


class Asked(NamedTuple):
    """The arguments of an inference call; see `encode_request`."""

    inputs: Inputs
    outputs: Outputs | None = None
    parameters: Mapping[str, JsonValue] | None = None
    id: str | None = None
    binary: bool | None = None
    nan: NaNForm = "refuse"


def infer(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    asked: Asked,
    options: Options | None,
) -> Flow[InferenceResult]:
    """One inference.

    Args:
        arguments: Those of the operation; the one for Inference-Header-Content-Length may be left
            out.

    Raises:
        InvalidRequestError: The inputs cannot be sent.
        DecodeError: The answer is not a message of the protocol.
        Error: The call fails.
    """
    sent = Sent(core, operation, arguments, asked, options)
    prepared = prepare(core, operation, sent.arguments, sent.body, sent.options)
    deadline = deadline_of(core.clock, prepared.options)
    answer = yield from perform(core, prepared, deadline)
    response = answer.response
    if operation.result_decoder(response.status) is None:
        raise status_error(core, operation, answer)
    issues = list[Issue]()
    try:
        result = decode_answer(response.body, response.headers.get(_HEADER), issues)
        if issues and answer.options.misfit == "raise":
            raise MisfitError(issues)
    except MisfitError as e:
        raise decode_error(e, answer) from None
    if issues:
        misfits.tell(core, operation.id, issues)
    return result


def open_stream(
    core: Core,
    operation: Operation[Any],
    arguments: Sequence[Any],
    asked: Asked,
    options: Options | None,
) -> Opening[InferenceResult]:
    """A stream of answers.

    Raises:
        InvalidRequestError: The inputs cannot be sent.
    """
    sent = Sent(core, operation, arguments, asked, options)
    return Opening(
        core=core,
        operation=operation,
        streaming=STREAMING,
        arguments=sent.arguments,
        body=sent.body,
        options=sent.options,
    )


class Sent:
    """The arguments, body and options of an inference, as every call takes them.

    Raises:
        InvalidRequestError: The inputs cannot be sent.
    """

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        arguments: Sequence[Any],
        asked: Asked,
        options: Options | None,
    ) -> None:
        try:
            message = _message(asked, merge(core.options, options))
        except InvalidRequestError as e:
            e.trace = Trace(operation=operation.id)
            raise
        except TensorError as e:
            raise InvalidRequestError(
                e.message, trace=Trace(operation=operation.id)
            ) from None
        self.body = message.payload
        self.arguments = list(arguments)
        self.options = options or Options()
        names = [parameter.name.lower() for parameter in operation.parameters]
        if _HEADER in names and len(names) > len(self.arguments):
            self.arguments.insert(names.index(_HEADER), None)
        if message.header_length is not None:
            headers = {**self.options.headers, _HEADER: str(message.header_length)}
            self.options = replace(self.options, headers=headers)


def _message(asked: Asked, options: Options) -> Message:
    return encode_request(
        to_tensors(asked.inputs),
        outputs=asked.outputs,
        parameters=asked.parameters,
        id=asked.id,
        binary=asked.binary,
        nan=asked.nan,
        extra=options.extra_body,
    )


class _Event:
    """Decodes the data of an event."""

    def decode(self, data: bytes) -> InferenceResult:
        """The answer.

        Raises:
            MisfitError: The data is not a message of the protocol.
        """
        return decode_answer(data, None)


STREAMING = Streaming[InferenceResult](framing="sse", item=_Event(), error="/error")
