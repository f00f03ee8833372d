# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Everything that a client raises.

    Error
    ├── ConfigurationError (ValueError)       the client was set up wrongly
    ├── InvalidRequestError (ValueError)      an argument cannot be sent; nothing was sent
    ├── TransportError                        no complete answer came
    │   ├── ConnectionFailedError (ConnectionError)
    │   └── RequestTimeoutError (TimeoutError)
    ├── ResponseError                         an answer came
    │   ├── StatusError[Body]                 its status says no
    │   │   ├── BadRequestError               400
    │   │   ├── AuthenticationError           401
    │   │   ├── PermissionDeniedError         403
    │   │   ├── NotFoundError                 404
    │   │   ├── ConflictError                 409
    │   │   ├── UnprocessableError            422
    │   │   ├── RateLimitError                429
    │   │   └── ServerError                   500 to 599
    │   ├── DecodeError                       its body does not fit the documented type
    │   └── StreamError *                     a stream broke or ended early
    ├── PagingError *                         a listing contradicts itself
    ├── PollingError *
    │   ├── JobFailedError *                  the job ended without success
    │   └── PollingTimeoutError *             the job did not end in time
    └── DataError                             a file or a value in it is wrong
        ├── TableError *
        ├── LineError *
        └── TensorError *

Those with a star are defined beside what raises them, and a package has them if it has that.

Errors pickle and copy. Neither their text nor their attributes hold credentials.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, overload

from ..values.issues import Issue, MisfitError
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
    """The request that the error belongs to; empty where there was none."""

    def __init__(self, message: str, *, trace: Trace | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.trace = Trace() if trace is None else trace

    def __reduce__(self) -> tuple[Any, ...]:
        # the constructors want more than `args`, which is all that exceptions pickle
        return _rebuild, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        context = self.trace.summary()
        return f"{self.message} ({context})" if context else self.message

    @property
    def operation(self) -> str:
        """Id of the operation; "" where there was none."""
        return self.trace.operation

    @property
    def method(self) -> str:
        """HTTP method; "" where there was no request."""
        return self.trace.method

    @property
    def url(self) -> str:
        """URL of the request without credentials; "" where there was no request."""
        return self.trace.url

    @property
    def attempts(self) -> int:
        """How often the request was sent."""
        return self.trace.attempts

    @property
    def request_id(self) -> str:
        """The server's id of the request; "" where it gave none."""
        return self.trace.request_id

    @property
    def curl(self) -> str:
        """The request as a curl command line without credentials; "" where there was none."""
        return self.trace.curl()


class ConfigurationError(Error, ValueError):
    """The client was set up wrongly."""


class InvalidRequestError(Error, ValueError):
    """An argument cannot be sent. Nothing was sent."""


# ------------------------------------------------------------------ no answer
class TransportError(Error):
    """No complete answer came."""

    sent: bool
    """Whether the server may have got the request."""

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
    """What took too long: "pool", "connect", "write", "read", or "deadline" for all of it."""

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
    """An answer came, but not the hoped-for one."""

    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """Headers of the response; names in any case."""
    raw: bytes
    """Body of the response as it came."""

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
        """The body as JSON, with what the document does not declare; None where it is none."""
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
        """A header of the answer as a value of a type; None if it did not come.

        kind: str, int, float, bool, datetime, a list or dict of these, or a model.

        Raises DecodeError for what is no value of the type.
        """
        return typed_header(
            self.headers,
            name,
            kind=kind,
            status=self.status,
            raw=self.raw,
            trace=self.trace,
        )


class StatusError(ResponseError, Generic[B]):
    """The status of the answer says no."""

    body: B
    """The documented error body; where the answer has another one, its JSON, else its text."""

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
    """409: the state of the thing does not allow this."""


class UnprocessableError(StatusError[B]):
    """422: the request is well-formed but makes no sense to the server."""


class RateLimitError(StatusError[B]):
    """429: too many requests."""


class ServerError(StatusError[B]):
    """500 to 599: the server failed."""


class DecodeError(ResponseError):
    """The body of a successful answer does not fit its documented type.

    What was asked for has happened; `raw` holds what the server said. Raised too for a header, and
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


def typed_header(
    headers: Mapping[str, str],
    name: str,
    kind: Any,
    status: int,
    raw: bytes,
    trace: Trace,
) -> Any:
    """A header as a value of a type; None if it did not come.

    Raises DecodeError for what is no value of the type.
    """
    from .header_values import header_value  # few ask for one

    try:
        return header_value(headers, name, kind)
    except MisfitError as e:
        raise DecodeError(
            f"The header {name!r} is not as asked for: {e.issues[0].message}",
            issues=e.issues,
            status=status,
            headers=headers,
            raw=raw,
            trace=trace,
        ) from None


# ------------------------------------------------------------------ data
class DataError(Error):
    """A file, or a value in it, is not what it should be."""
