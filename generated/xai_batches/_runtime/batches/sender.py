# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What both ways of sending a batch share: the state, and calls that must not be made twice.

The state is saved before and after every such call. If the answer of one was never received, the
next run asks the server whether the call had its effect. Where the API has no operation for that,
the caller has to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from ..calls.answers import Answer, decode_error, status_error
from ..calls.core import Core
from ..calls.effects import Flow, Sleep
from ..calls.error_bodies import message_of
from ..calls.flow import perform
from ..calls.limits import deadline_of
from ..calls.options import Options, merge
from ..calls.preparing import prepare
from ..calls.work import Work
from ..results.pages import Listing
from ..results.pagination import Pagination
from ..values.issues import Issue, MisfitError
from ..wire.errors import Error, InvalidRequestError, StatusError, TransportError
from ..wire.expressions import evaluate, replace_argument
from ..wire.files import path_of
from ..wire.operation import Operation
from .id_index import id_text
from .plan import Running
from .requests import RequestReader, Survey
from .state import JobRecord, Sending, State, StateFile

V = TypeVar("V")

SLICE = 500
"""Requests that are read at once where nothing limits them."""


class RunSettings(NamedTuple):
    """The settings of a run.

    Attributes:
        state: The file of the state; None to keep no state.
        timeout: Seconds to wait for all jobs together.
        interval: Seconds between two looks at a job.
        on_progress: Called with each state of a job.
        resend: Whether a call whose effect is not known is made again; None to raise.
        job: What names the job that such a call created; "" if that is not known.
        attempts: How many times requests are sent that fail.
        options: Settings of all calls; its `extra_body` is for the call that creates a job.
    """

    state: Path | None
    timeout: float
    interval: float
    on_progress: Callable[[Any], object] | None
    resend: bool | None
    job: str
    attempts: int
    options: Options | None

    @classmethod
    def of(
        cls,
        state: PathLike[str] | None,
        timeout: float,
        interval: float,
        on_progress: Callable[[Any], object] | None,
        resend: bool | None,
        job: str | None,
        attempts: int,
        options: Options | None,
    ) -> RunSettings:
        """The settings as a caller gives them.

        Raises:
            InvalidRequestError: The state is no path, the options hold an idempotency key, or the
                settings contradict each other.
        """
        path = None if state is None else path_of(state, "The state")
        if options is not None and options.idempotency_key is not None:
            raise InvalidRequestError("An idempotency key belongs to one call")
        if job is not None and (resend is not None or path is None or not job):
            raise InvalidRequestError("job needs a state, an id, and no resend")
        if type(attempts) is not int or attempts < 1:
            raise InvalidRequestError(f"attempts must be 1 or more, not {attempts!r}")
        return cls(
            path, timeout, interval, on_progress, resend, job or "", attempts, options
        )

    @property
    def reading(self) -> Options | None:
        """The settings of calls that create no job: `extra_body` is not meant for them."""
        return self.options and replace(self.options, extra_body={})


class Given(NamedTuple):
    """What a caller gives a run.

    Attributes:
        requests: What `RequestReader` takes.
        arguments: The arguments of the call that creates a job.
        body: Its body.
        upload_arguments: The arguments of the call that uploads a file.
        upload_body: Members of its body.
    """

    requests: Any
    arguments: Sequence[Any]
    body: Any
    upload_arguments: Sequence[Any] = ()
    upload_body: Mapping[str, Any] = {}


class Sender:
    """The part of a run that sends.

    Args:
        attempt: How many times the requests were sent before.
        done: The ids of requests that succeeded then.
    """

    reserve = 0
    """Bytes of a call that are not requests."""

    def __init__(
        self,
        core: Core,
        running: Running[Any, Any, Any],
        given: Given,
        settings: RunSettings,
        file: StateFile,
        attempt: int = 0,
        done: Set[str] = frozenset(),
    ) -> None:
        self.core = core
        self.running = running
        self.settings = settings
        self.state = State(version=0, operation="", server="")
        self.given = given
        self.file = file
        self._attempt = attempt
        self._deadline = deadline_of(core.clock, merge(core.options, settings.options))
        self.reader = RequestReader(given.requests, running.format, self.reserve, done)
        self._not_before = 0.0

    def options_left(self) -> Options | None:
        """The settings of a call that creates no job, with what is left of the deadline."""
        left = self._deadline.remaining(self.core.clock)
        options = self.settings.reading
        return options if left is None else replace(options or Options(), deadline=left)

    def send_all(self) -> Flow[None]:
        """Send what is not confirmed yet."""
        try:
            yield from work(self.file.lock)
            yield from self._prepare()
            yield from self.send()
            yield from self._complete()
        finally:
            self.file.unlock()

    def send(self) -> Flow[None]:
        """Send every request that was not sent."""
        raise NotImplementedError

    # -------------------------------------------------------------- before and after
    def _prepare(self) -> Flow[None]:
        """Check the requests as far as possible, and skip those that are in jobs."""
        survey = None
        if self.reader.is_repeatable:
            survey = yield from work(self.reader.survey)
            if survey.total == 0:
                raise nothing_to_do()
        operation = self.running.create.id
        server = self.core.base.url
        attempt = self._attempt
        self.state = state = yield from work(
            lambda: self.file.load(operation, server, attempt)
        )
        if self.settings.job and not attempt and not _has_open_call(state):
            raise InvalidRequestError(
                f"{self.file.name} knows all its jobs; job is for a call without an answer"
            )
        if survey is not None:
            if state.total is not None and survey != (state.total, state.fingerprint):
                raise self.other_requests()
            state.total, state.fingerprint = survey
        yield from self.skip(state.confirmed, state.digest)

    def skip(self, count: int, digest: str) -> Flow[None]:
        """Skip requests that the state knows.

        Args:
            count: How many.
            digest: Of all requests up to the last of them; "" if it is not known.

        Raises:
            InvalidRequestError: The requests are not those of the state.
        """
        while count:
            step = min(count, SLICE)
            done = yield from self.read(partial(self.reader.skip, step))
            if not done:
                raise self.other_requests()
            count -= done
            if not self.reader.is_repeatable:
                yield Sleep(0.0)  # an event loop gets its turn
        if digest and self.reader.digest != digest:
            raise self.other_requests()

    def _complete(self) -> Flow[None]:
        state, reader = self.state, self.reader
        if state.total is None:
            state.total, state.fingerprint = survey_of(reader)
            yield from self.save()
        elif survey_of(reader) != (state.total, state.fingerprint):
            raise self.other_requests()

    def other_requests(self) -> InvalidRequestError:
        return InvalidRequestError(
            f"These are not the requests that {self.file.name} knows: they must be the same,"
            " in the same order; new ones need a state file of their own"
        )

    def save(self) -> Flow[None]:
        yield from work(self.file.save)

    def read(self, read: Callable[[], V]) -> Flow[V]:
        """Read requests: in a worker thread, unless they come from the caller's own iterator."""
        value = (yield from work(read)) if self.reader.is_repeatable else read()
        state, reader = self.state, self.reader
        is_over = state.total is not None and reader.count >= state.total
        if is_over and survey_of(reader) != (state.total, state.fingerprint):
            raise self.other_requests()
        return value

    # -------------------------------------------------------------- calls
    def call(
        self,
        operation: Operation[Any],
        arguments: Sequence[Any],
        body: Any,
        key: str,
        options: Options | None,
    ) -> Flow[Answer]:
        """The answer of a call that succeeded. It is not decoded: only ids in it are needed."""
        if key:
            options = replace(options or Options(), idempotency_key=key)
        prepared = prepare(self.core, operation, arguments, body, options)
        answer = yield from perform(self.core, prepared, self._deadline)
        if operation.result_decoder(answer.response.status) is None:
            raise status_error(self.core, operation, answer)
        return answer

    def call_once(
        self,
        sending: Sending,
        operation: Operation[Any],
        arguments: Sequence[Any],
        body: Any,
        options: Options | None,
    ) -> Flow[Answer]:
        """Make a call that must not be made twice. The state is saved before it is sent."""
        before = self.state.sending
        self.state.sending = sending
        yield from self.save()
        try:
            return (
                yield from self.call(operation, arguments, body, sending.key, options)
            )
        except Error as e:
            if not _may_have_happened(e):
                # an earlier call may still have had its effect
                self.state.sending = before
                yield from self.save()
            raise

    def pace(self, per_second: float) -> Flow[None]:
        """Wait as long as the declared rate asks for."""
        if per_second <= 0:
            return
        now = self.core.clock.monotonic()
        if self._not_before > now:
            yield Sleep(self._not_before - now)
        self._not_before = max(now, self._not_before) + 1 / per_second

    def can_repeat(self, operation: Operation[Any], sending: Sending) -> bool:
        return (
            bool(sending.key) or operation.is_idempotent or self.settings.resend is True
        )

    def unknown(self, what: str, choice: str) -> InvalidRequestError:
        return InvalidRequestError(
            f"It is not known whether {what}: there was no answer, and the API has no"
            f" operation to find out. {self.file.name} remembers it. {choice}"
        )

    # -------------------------------------------------------------- jobs
    def create(
        self, sending: Sending, member: tuple[str, str] | None = None
    ) -> Flow[None]:
        operation = self.running.create
        arguments, body = self.given.arguments, self.given.body
        if member is not None:
            where, file = member
            arguments, body = replace_argument(operation, where, arguments, body, file)
        yield from self.pace(self.running.creates_per_second)
        options = self.settings.options
        answer = yield from self.call_once(sending, operation, arguments, body, options)
        self.state.jobs.append(JobRecord(id_in(answer, self.running.job)))
        if member is None:
            self.state.sending = None
            yield from self.save()

    def listing(
        self,
        operation: Operation[Any],
        pagination: Pagination[Any],
        arguments: Sequence[Any],
    ) -> Listing[Any, Any]:
        """A listing of what the server has, within the deadline of the run."""
        return Listing(
            self.core, operation, pagination, arguments, options=self.options_left()
        )

    def confirm(self) -> Flow[None]:
        """Save that all requests that were read are in jobs."""
        self.state.confirmed = self.reader.count
        self.state.digest = self.reader.digest
        self.state.sending = None
        yield from self.save()


# ------------------------------------------------------------------ small things
def survey_of(reader: RequestReader) -> Survey:
    """Number and digest of what was taken so far."""
    return Survey(reader.count, reader.digest)


def work(do: Callable[[], V]) -> Flow[V]:
    """Do something with files in a worker thread.

    Raises:
        InvalidRequestError: A file cannot be read or written.
    """

    def attempt() -> tuple[Any, Exception | None]:
        try:
            return do(), None
        except (Error, OSError) as e:
            return None, e

    value, error = yield Work(attempt)
    if isinstance(error, OSError):
        raise InvalidRequestError(f"A file failed: {error.strerror}") from error
    if error is not None:
        raise error
    return cast("V", value)


def _has_open_call(state: State | None) -> bool:
    """Whether a call of this attempt, or of one after it, got no answer."""
    while state is not None and state.sending is None:
        state = state.again
    return state is not None


def _may_have_happened(error: Error) -> bool:
    """Whether a call that failed may have had its effect."""
    if isinstance(error, TransportError):
        return error.sent
    if isinstance(error, StatusError):
        return error.status >= 500 or error.status == 408
    return not isinstance(error, InvalidRequestError)


def key_for(operation: Operation[Any]) -> str:
    """An idempotency key, where the API takes one."""
    return str(uuid4()) if operation.idempotency_header else ""


def id_in(answer: Answer, expression: str) -> str:
    """The id that an answer holds, whatever else in it does not fit its type.

    Raises:
        DecodeError: The answer holds no id.
    """
    response = answer.response
    try:
        document: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        document = None
    id = id_text(evaluate(expression, response, document))
    if id is None:
        pointer = expression.partition("#")[2] or expression
        reason = message_of(response.body)
        message = f"is missing: {reason}" if reason else "is missing"
        raise decode_error(MisfitError([Issue(pointer, message)]), answer)
    return id


def nothing_to_do() -> InvalidRequestError:
    return InvalidRequestError("There are no requests")
