# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Everything that a client raises.

Errors pickle and copy. Neither their text nor their attributes hold credentials.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, overload

from ..values.issues import Issue
from ..values.lazy import part
from .trace import Trace

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # for checkers only: they bring it along

    B = TypeVar("B", default=Any)  # so that `except NotFoundError` is fully typed
else:
    from typing import TypeVar

    B = TypeVar("B")

T = TypeVar("T")


def _rebuild(cls: type[Error], args: tuple[Any, ...], state: dict[str, Any]) -> Error:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class Error(Exception):
    """Base of all errors of this client."""

    message: str
    """What went wrong, in one line."""
    trace: Trace
    """The request that the error belongs to; empty if there was none."""
    job: Any = None
    """The last state of the job that was waited for or run, or its id; None without a job."""

    def __init__(self, message: str, *, trace: Trace | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.trace = Trace() if trace is None else trace

    def __reduce__(self) -> tuple[Any, ...]:
        # exceptions pickle only `args`, and the constructors need more
        return _rebuild, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        context = self.trace.summary()
        return f"{self.message} ({context})" if context else self.message

    @property
    def operation(self) -> str:
        """Id of the operation; "" if there was none."""
        return self.trace.operation

    @property
    def method(self) -> str:
        """HTTP method; "" if there was no request."""
        return self.trace.method

    @property
    def url(self) -> str:
        """URL of the request without credentials; "" if there was no request."""
        return self.trace.url

    @property
    def attempts(self) -> int:
        """How many times the request was sent."""
        return self.trace.attempts

    @property
    def request_id(self) -> str:
        """The server's id of the request; "" if it has none."""
        return self.trace.request_id

    @property
    def curl(self) -> str:
        """The request as a curl command line without credentials; "" if there was none."""
        return self.trace.curl()


class ConfigurationError(Error, ValueError):
    """The client was set up wrongly."""


class InvalidRequestError(Error, ValueError):
    """An argument cannot be sent. Nothing was sent."""


# ------------------------------------------------------------------ no answer
class TransportError(Error):
    """No complete answer came."""

    sent: bool
    """Whether the server may have received the request."""
    lasts: bool = False
    """Whether it will not pass: an unknown host, or a certificate that is not trusted."""

    def __init__(
        self, message: str, *, sent: bool = False, trace: Trace | None = None
    ) -> None:
        super().__init__(message, trace=trace)
        self.sent = sent


class ConnectionFailedError(TransportError, ConnectionError):
    """The connection could not be made, or broke."""


class RequestTimeoutError(TransportError, TimeoutError):
    """The server took too long."""

    phase: str
    """The step that took too long: "pool", "connect", "write", "read"; "deadline" for the call."""

    def __init__(
        self,
        message: str,
        *,
        phase: str = "read",
        sent: bool = False,
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, sent=sent, trace=trace)
        self.phase = phase


# ------------------------------------------------------------------ an answer
class ResponseError(Error):
    """An answer was received, but not a successful one, or it cannot be decoded."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Headers of the response; names in any case."""
    raw: bytes
    """Body of the response, not decoded."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        raw: bytes = b"",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, trace=trace)
        self.status = status
        self.headers = {} if headers is None else headers
        self.raw = raw

    @property
    def json(self) -> Any:
        """The body as JSON, undeclared members included; None if it is not JSON."""
        import msgspec

        try:
            return msgspec.json.decode(self.raw)
        except (ValueError, RecursionError):
            return None

    @overload
    def header(self, name: str) -> str | None: ...

    @overload
    def header(self, name: str, kind: type[T]) -> T | None: ...

    def header(self, name: str, kind: Any = str) -> Any:
        """A header of the answer as a value of a type; None if the answer does not have it.

        Args:
            kind: str; if the document declares headers, also int, float, bool, datetime, a list or
                dict of these, or a model.

        Raises:
            DecodeError: The text does not fit the type.
        """
        if kind is str:
            return self.headers.get(name)
        values = part("wire.header_values")
        if values is None:
            raise ConfigurationError("This API declares no headers: convert the text")
        return values.typed_header(
            self.headers,
            name,
            kind=kind,
            status=self.status,
            raw=self.raw,
            trace=self.trace,
        )


class StatusError(ResponseError, Generic[B]):
    """The status of the answer means failure."""

    body: B
    """The documented error body; if the answer has another one, its JSON, else its text."""

    def __init__(
        self,
        message: str,
        *,
        status: int,
        body: B,
        headers: Mapping[str, str] | None = None,
        raw: bytes = b"",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, status=status, headers=headers, raw=raw, trace=trace)
        self.body = body


class BadRequestError(StatusError[B]):
    """400: the server does not understand the request."""


class AuthenticationError(StatusError[B]):
    """401: no credentials, or wrong ones."""


class PermissionDeniedError(StatusError[B]):
    """403: these credentials may not do this."""


class NotFoundError(StatusError[B]):
    """404: the resource does not exist."""


class ConflictError(StatusError[B]):
    """409: the state of the resource does not allow this."""


class UnprocessableError(StatusError[B]):
    """422: the request is well-formed, but its values are not valid."""


class RateLimitError(StatusError[B]):
    """429: too many requests."""


class ServerError(StatusError[B]):
    """500 to 599: the server failed."""


class DecodeError(ResponseError):
    """The body of a successful answer does not fit its documented type.

    The server has done what the request says; `raw` holds its answer. Raised too for a header, and
    for the body of a webhook.
    """

    issues: list[Issue]
    """Every place that does not fit."""

    def __init__(
        self,
        message: str,
        *,
        issues: Sequence[Issue] = (),
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        raw: bytes = b"",
        trace: Trace | None = None,
    ) -> None:
        super().__init__(message, status=status, headers=headers, raw=raw, trace=trace)
        self.issues = list(issues)


# ------------------------------------------------------------------ data
class DataError(Error):
    """A file, or a value in it, is not what it should be."""
