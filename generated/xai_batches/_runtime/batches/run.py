# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""A batch that was run: its jobs, and the outcomes of its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from msgspec.structs import replace

from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.group import Owner
from ..calls.options import Options
from ..results.polling import JobFailedError
from ..results.streaming import Streaming
from ..values.decoding import Json
from ..values.jsontypes import JsonValue
from ..wire.lines import Undecodable
from ..wire.protocol import AsyncTransport, Transport
from .lines_file import AsyncLineOutcomes, LineOutcomes, LinesCall
from .outcome_values import Failed, Succeeded
from .outcomes import AsyncOutcomes, OutcomeListing, Outcomes
from .plan import Results, Running, arguments_of

if TYPE_CHECKING:
    from .flow import Ended

T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")
X = TypeVar("X")
H = TypeVar("H")


class EndedRun(NamedTuple, Generic[T, B, E]):
    """A run that has ended, and what its outcomes are read with."""

    core: Core
    running: Running[T, B, E]
    ended: list[Ended]
    options: Options | None
    is_plain: bool = False
    """Whether lines are read as plain JSON, since only the ids of successes are needed."""


def run_batch(
    owner: Owner[X],
    handle: Callable[[EndedRun[T, B, E], Callable[[], X]], H],
    running: Running[T, B, E],
    arguments: Sequence[Any],
    body: Any,
    requests: Any,
    *,
    upload_arguments: Sequence[Any] = (),
    upload_body: Mapping[str, Any] | None = None,
    state: PathLike[str] | None = None,
    timeout: float,
    interval: float,
    on_progress: Callable[[T], object] | None = None,
    attempts: int = 1,
    resend: bool | None = None,
    job: str | None = None,
    options: Options | None = None,
) -> Flow[H]:
    """Send what was not sent yet, and wait.

    Args:
        handle: Makes the run that the caller gets.
        arguments: The arguments of the call that creates a job.
        body: Its body.
        requests: Models or dicts; or the path of a JSON Lines file of them, or a `RequestFile`.
        upload_arguments: The arguments of the call that uploads the file, if there are any.
        upload_body: Members of its body besides the file.
        state: See `RunSettings`, as for all that follow.

    Raises:
        Error: What calls raise; InvalidRequestError if the requests or the state cannot be used.
        JobFailedError: Every job failed.
    """
    # These are large, and loaded with the first run.
    from .flow import Given, RunSettings, send_and_wait

    core, transport = owner.__runtime__()
    settings = RunSettings.of(
        state, timeout, interval, on_progress, resend, job, attempts, options
    )
    given = Given(requests, arguments, body, upload_arguments, upload_body or {})

    def run_of(ended: list[Ended], is_plain: bool = True) -> H:
        ran = EndedRun(core, running, ended, settings.reading, is_plain)
        return handle(ran, transport)

    ended = yield from send_and_wait(core, running, given, settings, run_of)
    return run_of(ended, is_plain=False)


class _RunBase(Generic[T, B, E]):
    """What both kinds of run have."""

    def __init__(self, ran: EndedRun[T, B, E]) -> None:
        self._core, self._running, self._ended, self._options, self._is_plain = ran

    @property
    def job(self) -> T:
        """The last state of the job; of the last job, if there are several."""
        job: T = self._ended[-1].job
        return job

    @property
    def jobs(self) -> dict[str, T]:
        """The last state of every job, by what names it."""
        return {each.id: each.job for each in self._ended}

    @property
    def failures(self) -> dict[str, JobFailedError]:
        """Why jobs failed, by what names them. `join` lists their requests as missing."""
        return {each.id: each.failure for each in self._ended if each.failure}

    @property
    def id_pointer(self) -> str:
        """JSON Pointer to the id of a request, which `join` uses."""
        return self._running.format.id

    def _sources(self) -> Iterator[tuple[Results[B, E], Sequence[Any], bool]]:
        """Where outcomes are, with the arguments of the calls, and whether only successes count."""
        for each in self._ended:
            for results in self._running.outcomes:
                arguments = arguments_of(results.call, each.id, each.job)
                if arguments is not None:
                    yield results, arguments, each.is_repeated

    def _listing(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> OutcomeListing[B, E] | None:
        if results.pagination is None:
            return None
        return OutcomeListing(
            self._core,
            results.call.operation,
            results.pagination,
            results.outcome,
            arguments,
            options=self._options,
        )

    def _lines(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> LinesCall[Any]:
        item = results.outcome.item or Json(JsonValue)
        lines = results.lines or Streaming[Any](framing="jsonl", item=item)
        if self._is_plain:
            lines = replace(lines, item=Json(JsonValue))
        operation = results.call.operation
        return LinesCall(self._core, operation, lines, arguments, options=self._options)


class Run(_RunBase[T, B, E]):
    """A batch that was run. Each iteration fetches the outcomes again, as they are needed.

    run = client.batches.run(requests, …)
    joined = join(run, requests)
    """

    def __init__(
        self, ran: EndedRun[T, B, E], transport: Callable[[], Transport]
    ) -> None:
        super().__init__(ran)
        self._transport = transport

    def __iter__(self) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
        for results, arguments, is_repeated in self._sources():
            for outcome in self._outcomes(results, arguments):
                if isinstance(outcome, Succeeded) or not is_repeated:
                    yield outcome

    def _outcomes(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> Outcomes[B, E]:
        listing = self._listing(results, arguments)
        if listing is not None:
            return Outcomes(listing, self._transport)
        call = self._lines(results, arguments)
        return LineOutcomes(call, results.outcome, self._transport)


class AsyncRun(_RunBase[T, B, E]):
    """A batch that was run; see `Run`."""

    def __init__(
        self, ran: EndedRun[T, B, E], transport: Callable[[], AsyncTransport]
    ) -> None:
        super().__init__(ran)
        self._transport = transport

    async def __aiter__(self) -> AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]:
        for results, arguments, is_repeated in self._sources():
            async for outcome in self._outcomes(results, arguments):
                if isinstance(outcome, Succeeded) or not is_repeated:
                    yield outcome

    def _outcomes(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> AsyncOutcomes[B, E]:
        listing = self._listing(results, arguments)
        if listing is not None:
            return AsyncOutcomes(listing, self._transport)
        call = self._lines(results, arguments)
        return AsyncLineOutcomes(call, results.outcome, self._transport)
