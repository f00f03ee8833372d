# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""From the last answer of a call to its result or error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

from ..values.decoding import Json
from ..values.issues import Issue, MisfitError
from ..wire import urls
from ..wire.decoders import Binary, Nothing, choose
from ..wire.errors import DecodeError, Error
from ..wire.messages import Failure, Headers, Request, Response
from ..wire.operation import Operation
from ..wire.trace import Trace, hide_values
from . import misfits
from .core import Core
from .error_bodies import (
    body_of,
    error_class_name,
    message_of,
    parse_error_body,
    status_text,
)
from .options import Options

T = TypeVar("T")

_LONGEST_SHOWN = 65_536
_MOST_SEARCHED, _LONGEST_LINE = 2_000, 120
_REQUEST_IDS = (
    *("x-request-id", "request-id", "x-amzn-requestid", "x-ms-request-id"),
    *("x-correlation-id", "x-trace-id"),
)


class Answer(NamedTuple):
    """The last answer to a call, whatever its status."""

    operation: str
    request: Request
    response: Response
    attempts: int
    options: Options

    def is_unasked_part(self, operation: Operation[Any]) -> bool:
        """Whether it is a partial answer (206; RFC 9110, section 15.3.7), though the caller did not
        send `Range` and the document does not declare such an answer as a result.
        """
        if self.response.status != 206:
            return False
        is_requested = any(name == "range" for name, _ in self.request.headers)
        decoder = operation.results.get("206")
        return not is_requested and (decoder is None or isinstance(decoder, Binary))

    @property
    def trace(self) -> Trace:
        """The request in the form that errors may show."""
        return trace_of(self.operation, self.request, self.response, self.attempts)


def trace_of(
    operation: str, request: Request, outcome: Response | Failure, attempts: int
) -> Trace:
    """The request in the form that errors may show."""
    body = None if request.body is None else request.body.in_memory
    headers = outcome.headers if isinstance(outcome, Response) else Headers()
    return Trace(
        operation=operation,
        method=request.method,
        url=urls.redact(request.url, request.secret_names),
        attempts=attempts,
        request_id=next(
            (headers[name] for name in _REQUEST_IDS if name in headers), ""
        ),
        headers=hide_values(request.headers),
        body=body if body is not None and len(body) <= _LONGEST_SHOWN else None,
    )


def finish(
    core: Core, operation: Operation[T], answer: Answer, strict: Sequence[str] = ()
) -> T:
    """The result of an answer.

    Values below the top that do not fit their type are not converted, and are logged once.

    Args:
        strict: Pointers to values that have to fit.

    Raises:
        StatusError: The status means failure.
        DecodeError: The body is something else than documented, or does not fit at one of the
            pointers, or anywhere with `Options(misfit="raise")`.
    """
    value, issues = read_answer(core, operation, answer)
    if issues:
        if answer.options.misfit == "raise" or any(
            _is_at(issue.path, pointer) for issue in issues for pointer in strict
        ):
            raise decode_error(MisfitError(issues), answer)
        misfits.tell(core, operation.id, issues)
    return value


def read_answer(
    core: Core, operation: Operation[T], answer: Answer
) -> tuple[T, list[Issue]]:
    """The result of an answer, and the places below the top that do not fit.

    Raises:
        StatusError: The status means failure.
        DecodeError: The body is something else than documented.
    """
    response, issues = answer.response, list[Issue]()
    documented = operation.result_decoder(response.status)
    if documented is None:
        raise status_error(core, operation, answer)
    try:
        if answer.is_unasked_part(operation):
            raise _misfit("it is a partial answer, which was not requested")
        decoder: Any = choose(documented, response.headers.get("content-type", ""))
        is_json = _is(decoder, Json)
        is_read = (
            is_json or _is(decoder, Binary) or getattr(documented, "is_any", False)
        )
        if response.status in BODILESS or (is_read and not response.body):
            return _nothing(operation, decoder), issues
        if not is_json:
            return decoder.decode(response.body), issues
        value: Any = decoder.decode(response.body, issues)
        if decoder.is_other(value, response.body, issues):
            text = message_of(response.body)
            if text or issues:
                raise _misfit(f"it has no documented member{text and f': {text}'}")
    except MisfitError as e:
        raise decode_error(e, answer) from None
    return value, [issue for issue in issues if not issue.is_format]


BODILESS = frozenset({204, 205, 304})
"""Statuses whose answers have no body (RFC 9110, sections 15.3.5, 15.3.6, 15.4.5)."""


def _is(decoder: object, kind: type) -> bool:
    return isinstance(decoder, kind)


def _nothing(operation: Operation[Any], decoder: Any) -> Any:
    """The result of an answer without a body: None, if the type of the result allows it."""
    if operation.may_be_empty or isinstance(decoder, Nothing):
        return None
    raise _misfit("the body is empty")


def _misfit(message: str) -> MisfitError:
    return MisfitError([Issue("", message)])


def _is_at(path: str, pointer: str) -> bool:
    """Whether a path leads to the value at a pointer, or to a value that contains it."""
    return f"{pointer}/".startswith(f"{path}/")


def decode_error(misfit: MisfitError, answer: Answer) -> DecodeError:
    """The error for a body that does not fit."""
    response = answer.response
    text = f"The answer ({status_text(response.status)}) is not as documented: {misfit}"
    if not misfit.issues[0].path and response.body:
        text += f". It begins with {_first_line(response.body)!r}"
    return DecodeError(
        text,
        issues=misfit.issues,
        status=response.status,
        headers=response.headers,
        raw=response.body,
        trace=answer.trace,
    )


def _first_line(body: bytes) -> str:
    """The first line of a body that is not blank, shortened."""
    text = body[:_MOST_SEARCHED].decode("utf-8", "replace").strip()
    line = text.partition("\n")[0].strip()
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def status_error(core: Core, operation: Operation[Any], answer: Answer) -> Error:
    """The error for a status that means failure."""
    response = answer.response
    body = parse_error_body(operation.error_decoder(response.status), response)
    message = message_of(body_of(response))
    text = status_text(response.status)
    error: Error = core.error_class(error_class_name(response.status))(
        f"{text}: {message}" if message else text,
        status=response.status,
        body=body,
        headers=response.headers,
        raw=response.body,
        trace=answer.trace,
    )
    return error
