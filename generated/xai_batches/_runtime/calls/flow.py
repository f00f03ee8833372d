# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""One call from its arguments to its result, without doing any I/O."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, TypeAlias, TypeVar, cast

from msgspec.structs import replace

from ..values.lazy import part
from ..wire import urls
from ..wire.body import Payload
from ..wire.errors import (
    ConnectionFailedError,
    DecodeError,
    Error,
    InvalidRequestError,
    RequestTimeoutError,
)
from ..wire.messages import Failure, Read, Request, Response
from ..wire.operation import Operation
from ..wire.secrets import Quiet
from ..wire.trace import Trace
from .answers import Answer, finish, trace_of
from .core import Applied, Core
from .effects import Close, Flow, Sleep
from .limits import Deadline, deadline_of, max_body_of, retries_of, timeout_of
from .options import Options
from .pauses import spread
from .preparing import Prepared, prepare, with_query
from .retry import MAX_WAIT, decide, refuses_all, retry_after

T = TypeVar("T")
Keep: TypeAlias = Callable[[Response], bool]


# ------------------------------------------------------------------ attempts
_MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPING_METHOD = frozenset({307, 308})
_HEADERS_FOR_OTHERS = frozenset(
    {"accept", "accept-encoding", "content-type", "if-range", "range", "user-agent"}
)
"""Headers that may be sent to another origin; every other header may be a credential."""


class _Hop(Quiet, frozen=True):
    """One request of an attempt; each redirect adds one."""

    method: str
    url: str
    body: Payload | None
    trusted: bool
    may_return: bool
    """Whether it gets credentials if a redirect leads to the API."""


def _authorize(core: Core, prepared: Prepared, deadline: Deadline) -> Flow[Applied]:
    """The credentials of a request; fetching a token takes further requests."""
    operation, credentials = prepared.operation, core.credentials
    if "authorization" in prepared.headers:
        return credentials.apply(operation)  # no token would be sent
    return (
        yield from credentials.authorize(core, operation, prepared.options, deadline)
    )


def _build(
    core: Core,
    prepared: Prepared,
    hop: _Hop,
    deadline: Deadline,
    stream: bool,
    applied: Applied | None,
) -> Request:
    """The request of a hop.

    Args:
        applied: The credentials; None if none may be sent.
    """
    url = hop.url
    if applied is not None:
        headers = dict(prepared.headers)
        cookies = list(prepared.cookies)
        for name, value in applied.headers.items():
            headers.setdefault(name, value)
        if applied.query:
            # A link of the server may hold some of them already.
            names = {name for name, _ in applied.query}
            url = _without(url, lambda part: part.partition("=")[0] in names)
            url = with_query(url, applied.query)
        cookies += applied.cookies
        if cookies:
            existing = [headers["cookie"]] if "cookie" in headers else []
            headers["cookie"] = "; ".join([*existing, *cookies])
    else:
        headers = {
            name: value
            for name, value in prepared.headers.items()
            if name in _HEADERS_FOR_OTHERS
        }
        if hop.may_return:  # some redirects repeat the query, with a key in it
            added = core.credentials.apply(prepared.operation).query
            url = _without(
                url, {f"{name}={value}" for name, value in added}.__contains__
            )
    if hop.body is None:
        headers.pop("content-type", None)
    headers.setdefault("user-agent", core.user_agent)
    return Request(
        method=hop.method,
        url=url,
        headers=list(headers.items()),
        body=hop.body,
        timeout=timeout_of(core.clock, prepared.options, deadline),
        give_up_at=deadline.at,
        max_body=max_body_of(prepared.options),
        trusted=hop.trusted,
        stream=stream,
        secret_names=core.credentials.secret_query_names,
    )


def _without(url: str, is_left_out: Callable[[str], bool]) -> str:
    """The URL without some parts (`name=value`) of its query."""
    start, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not is_left_out(part)]
    return f"{start}?{'&'.join(kept)}" if kept else start


def perform(
    core: Core, prepared: Prepared, deadline: Deadline, keep: Keep | None = None
) -> Flow[Answer]:
    """Send a request, again if it must be retried; the last answer, whatever its status.

    Args:
        keep: Whether the body of a good answer is left unread.

    Raises:
        ConnectionFailedError: No answer was received.
        RequestTimeoutError: No answer was received in time.
    """
    # A package has the modules of the observers that were requested.
    observers: list[Any] = [part(f"calls.{name}") for name in core.api.observers]
    watching = (observer.watching(core, prepared) for observer in observers)
    watches = [watch for watch in watching if watch is not None]
    if not watches:
        return (yield from _perform(core, prepared, deadline, keep, watches))
    with ExitStack() as stack:
        for watch in watches:
            stack.enter_context(watch)
        return (yield from _perform(core, prepared, deadline, keep, watches))


def _perform(
    core: Core,
    prepared: Prepared,
    deadline: Deadline,
    keep: Keep | None,
    watches: Sequence[Any],
) -> Flow[Answer]:
    started = core.clock.monotonic()
    attempt = renewed = 0
    server, heeded = urls.origin(prepared.url), 0.0
    while True:
        # Another call may have noted a pause of this server: wait until it ends. The pause that
        # this call noted itself has ended already.
        if core.pauses.until(server) > heeded:
            yield from _heed(core, server, deadline, watches)
        attempt += 1
        for watch in watches:
            watch.sending(attempt)
        request, outcome, applied = yield from _attempt(core, prepared, deadline, keep)
        for watch in watches:
            watch.sent(request, outcome)
        # After 401 (RFC 9110, section 15.5.2), cached tokens are dropped, and the request is sent
        # with new ones: once, without a wait, and not counted as a retry.
        if not renewed and _may_renew(prepared, outcome) and applied.forget():
            renewed = 1
            continue
        wait: float | None = None
        if isinstance(outcome, Response) and outcome.status >= 400:
            wait = retry_after(outcome.headers, core.clock.now())
        delay = _delay(
            core,
            prepared,
            deadline=deadline,
            outcome=outcome,
            wait=wait,
            attempt=attempt - renewed,
        )
        # The server refuses all requests: 429 (RFC 6585, section 4), or 503 with `Retry-After`
        # (RFC 9110, sections 10.2.3 and 15.6.4). Other calls to it wait too.
        if isinstance(outcome, Response) and refuses_all(outcome.status, wait):
            heeded = _tell_others(core, server, wait, delay)
        if delay is None:  # a success, or no retry is allowed
            answer = _last(prepared, request, outcome, attempt)
            for watch in watches:
                watch.answered(answer, core.clock.monotonic() - started)
            return answer
        for watch in watches:
            watch.again(delay)
        if isinstance(outcome, Response) and outcome.handle is not None:
            yield Close(outcome)
        yield Sleep(delay)


def _last(
    prepared: Prepared, request: Request, outcome: Response | Failure, attempt: int
) -> Answer:
    name = prepared.operation.id
    if isinstance(outcome, Failure):
        raise transport_error(outcome, trace_of(name, request, outcome, attempt))
    return Answer(name, request, outcome, attempt, prepared.options)


def _heed(
    core: Core, server: str, deadline: Deadline, watches: Sequence[Any]
) -> Flow[None]:
    """Wait until the server accepts requests again, unless the deadline comes first."""
    seconds = core.pauses.until(server) - core.clock.monotonic()
    remaining = deadline.remaining(core.clock)
    if seconds > 0.0 and (remaining is None or seconds < remaining):
        seconds = spread(seconds, core.clock.random(), 0.25)
        for watch in watches:
            watch.held(seconds)
        yield Sleep(seconds)


def _tell_others(
    core: Core, server: str, wait: float | None, delay: float | None
) -> float:
    """Let other calls to a server wait as long as this one; returns the end of the pause."""
    seconds = min(wait or 0.0, MAX_WAIT) if delay is None else delay
    until = core.clock.monotonic() + seconds
    core.pauses.note(server, until)
    return until


def _may_renew(prepared: Prepared, outcome: Response | Failure) -> bool:
    """Whether the credentials were refused, and the request can be sent again."""
    if not isinstance(outcome, Response) or outcome.status != 401:
        return False
    return prepared.body is None or prepared.body.replayable


def _delay(
    core: Core,
    prepared: Prepared,
    deadline: Deadline,
    outcome: Response | Failure,
    wait: float | None,
    attempt: int,
) -> float | None:
    """Seconds until the next attempt; None if this was the last one.

    Args:
        wait: Seconds to wait that the server sent.
    """
    if isinstance(outcome, Response) and outcome.status < 400:
        return None
    was_sent = isinstance(outcome, Response) or outcome.sent
    if was_sent and not (prepared.body is None or prepared.body.replayable):
        return None
    return decide(
        outcome=outcome.status if isinstance(outcome, Response) else outcome,
        idempotent=prepared.keyed or prepared.operation.is_idempotent,
        attempt=attempt,
        retries=retries_of(prepared.options),
        wait=wait,
        remaining=deadline.remaining(core.clock),
        random=core.clock.random(),
    )


def _attempt(
    core: Core, prepared: Prepared, deadline: Deadline, keep: Keep | None
) -> Flow[tuple[Request, Response | Failure, Applied]]:
    """One attempt with its redirects: the last request, its outcome, and its credentials."""
    method = prepared.operation.method
    hop = _Hop(method, prepared.url, prepared.body, prepared.trusted, prepared.trusted)
    redirects = 0
    while True:
        # Only requests to the API's own origin get credentials, also after a redirect (RFC 9110,
        # section 15.4).
        applied = None
        if hop.trusted:
            applied = yield from _authorize(core, prepared, deadline)
        request = _build(
            core,
            prepared,
            hop=hop,
            deadline=deadline,
            stream=keep is not None,
            applied=applied,
        )
        applied = applied or Applied()
        if deadline.remaining(core.clock) == 0.0:
            message = "The deadline has passed"
            failure = Failure("timeout", message, redirects > 0, "deadline")
            return request, failure, applied
        outcome = cast("Response | Failure", (yield request))
        if isinstance(outcome, Failure) or outcome.status not in _REDIRECTS:
            break
        # A redirect that is not followed is the answer of the call.
        following = _follow(prepared.home, hop, outcome)
        if following is None or redirects == _MAX_REDIRECTS:
            break
        if outcome.handle is not None:
            yield Close(outcome)
        hop = following
        redirects += 1
    # The answer is open if a stream is wanted. It stays open for a success that `keep` accepts;
    # every other body is read here, for a result, an error or a retry.
    if (
        isinstance(outcome, Response)
        and outcome.handle is not None
        and not (
            keep is not None
            and prepared.operation.result_decoder(outcome.status)
            and keep(outcome)
        )
    ):
        read = Read(outcome, deadline.at, request.max_body)
        outcome = cast("Response | Failure", (yield read))
    return request, outcome, applied


def _follow(home: str, hop: _Hop, response: Response) -> _Hop | None:
    """The hop that a redirect leads to; None if it is not followed.

    307 and 308 keep the method and the body (RFC 9110, sections 15.4.8 and 15.4.9); other redirects
    are followed for GET and HEAD only.
    """
    location = response.headers.get("location")
    keeps = response.status in _KEEPING_METHOD
    if not location or not (keeps or hop.method in ("GET", "HEAD")):
        return None
    if hop.body is not None and not hop.body.replayable:
        return None
    try:
        url = urls.resolve(hop.url, location)
    except ValueError:
        return None
    trusted = hop.may_return and urls.origin(url) == home
    return replace(hop, url=url, trusted=trusted)


def transport_error(failure: Failure, trace: Trace) -> Error:
    """The error for a failure."""
    error: Error
    if failure.kind == "timeout":
        error = RequestTimeoutError(
            failure.message, phase=failure.phase, sent=failure.sent, trace=trace
        )
    elif failure.kind == "invalid":
        error = InvalidRequestError(failure.message, trace=trace)
    elif failure.kind == "garbled":
        error = DecodeError(failure.message, trace=trace)
    else:
        error = ConnectionFailedError(failure.message, sent=failure.sent, trace=trace)
        error.lasts = failure.lasts
    error.__cause__ = failure.cause
    return error


# ------------------------------------------------------------------ whole calls
def call(
    core: Core,
    operation: Operation[T],
    arguments: Sequence[Any],
    body: Any = None,
    options: Options | None = None,
) -> Flow[T]:
    """A whole call."""
    prepared = prepare(core, operation, arguments, body, options)
    return (yield from complete(core, operation, prepared))


def complete(core: Core, operation: Operation[T], prepared: Prepared) -> Flow[T]:
    """A whole call whose arguments are serialized."""
    deadline = deadline_of(core.clock, prepared.options)
    answer = yield from perform(core, prepared, deadline)
    return finish(core, operation, answer)
