# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""From the last answer of a call to its result, or to the error that it stands for."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

from . import urls
from .core import Core
from .decoding import Json
from .errors import DecodeError, Error
from .exchange import Failure, Headers, Request, Response, Trace, hide_values
from .issues import Issue, MisfitError
from .operation import Operation, choose
from .problems import (
    body_of,
    error_class_name,
    message_of,
    parse_error_body,
    status_text,
)

__all__ = [
    "Answer",
    "decode_error",
    "finish",
    "finish_with_issues",
    "status_error",
    "trace_of",
]

T = TypeVar("T")

_LONGEST_SHOWN = 65_536
_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "x-ms-request-id",
    "x-correlation-id",
    "x-trace-id",
)


class Answer(NamedTuple):
    """The last answer to a call, whatever its status."""

    operation: str
    request: Request
    response: Response
    attempts: int

    @property
    def trace(self) -> Trace:
        """The request as errors may show it."""
        return trace_of(self.operation, self.request, self.response, self.attempts)


def trace_of(
    operation: str, request: Request, outcome: Response | Failure, attempts: int
) -> Trace:
    """The request as errors may show it."""
    body = None if request.body is None else request.body.in_memory
    headers = outcome.headers if isinstance(outcome, Response) else Headers()
    return Trace(
        operation,
        request.method,
        urls.redact(request.url, request.secret_names),
        attempts,
        next((headers[name] for name in _REQUEST_IDS if name in headers), ""),
        hide_values(request.headers),
        body if body is not None and len(body) <= _LONGEST_SHOWN else None,
    )


def finish(core: Core, operation: Operation[T], answer: Answer) -> T:
    """The result of an answer. Raises StatusError and DecodeError."""
    response = answer.response
    decoder = operation.result_decoder(response.status)
    if decoder is None:
        raise status_error(core, operation, answer)
    content_type = response.headers.get("content-type", "")
    try:
        return choose(decoder, content_type).decode(response.body)
    except MisfitError as e:
        raise decode_error(e, answer) from None


def finish_with_issues(
    core: Core, operation: Operation[Any], answer: Answer, tolerated: str
) -> tuple[Any, list[Issue]]:
    """The result of an answer, and what does not fit below the items at a JSON Pointer.

    Raises StatusError, and DecodeError for what does not fit elsewhere.
    """
    response = answer.response
    documented = operation.result_decoder(response.status)
    if documented is None:
        raise status_error(core, operation, answer)
    decoder: Any = choose(documented, response.headers.get("content-type", ""))
    issues: list[Issue] = []
    try:
        if not _is_json(decoder):
            return decoder.decode(response.body), []
        value: Any = decoder.decode(response.body, issues)
    except MisfitError as e:
        raise decode_error(e, answer) from None
    if not all(_is_below(issue.path, tolerated) for issue in issues):
        raise decode_error(MisfitError(issues), answer)
    return value, issues


def _is_json(decoder: object) -> bool:
    return isinstance(decoder, Json)


def _is_below(path: str, pointer: str) -> bool:
    """Whether a path leads to or into an item of the array at a pointer."""
    index = path[len(pointer) + 1 :].partition("/")[0]
    return path.startswith(f"{pointer}/") and index.isdecimal()


def decode_error(misfit: MisfitError, answer: Answer) -> DecodeError:
    """The error for a body that does not fit."""
    response = answer.response
    return DecodeError(
        f"The answer ({status_text(response.status)}) is not as documented: {misfit}",
        issues=misfit.issues,
        status=response.status,
        headers=response.headers,
        raw=response.body,
        trace=answer.trace,
    )


def status_error(core: Core, operation: Operation[Any], answer: Answer) -> Error:
    """The error for a status that means failure."""
    response = answer.response
    body = parse_error_body(operation.error_decoder(response.status), response)
    said = message_of(body_of(response))
    text = status_text(response.status)
    error: Error = core.error_class(error_class_name(response.status))(
        f"{text}: {said}" if said else text,
        status=response.status,
        body=body,
        headers=response.headers,
        raw=response.body,
        trace=answer.trace,
    )
    return error
