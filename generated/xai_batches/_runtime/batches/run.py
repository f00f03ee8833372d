# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""A batch that was run: its jobs, and the outcomes of its requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from ..calls.core import Core
from ..calls.options import Options
from ..wire.lines import Undecodable
from ..wire.protocol import AsyncTransport, Transport
from .flow import Ended, RunSettings, run_batch
from .lines_file import LinesCall, async_line_outcomes, line_outcomes
from .outcome_values import Failed, Succeeded
from .outcomes import AsyncOutcomes, OutcomeListing, Outcomes
from .plan import Results, Running, arguments_of

__all__ = ["AsyncRun", "Run", "RunSettings", "run_batch"]

T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")


class _Ran(Generic[T, B, E]):
    """What both kinds of run have."""

    def __init__(
        self,
        core: Core,
        running: Running[T, B, E],
        ended: list[Ended],
        options: Options | None,
    ) -> None:
        self._core = core
        self._running = running
        self._ended = ended
        self._options = options

    @property
    def job(self) -> T:
        """The last state of the job; of the last one, if there are several."""
        job: T = self._ended[-1].job
        return job

    @property
    def jobs(self) -> dict[str, T]:
        """The last state of every job, by what names it, in order."""
        return {each.id: each.job for each in self._ended}

    @property
    def id_pointer(self) -> str:
        """Where requests have their ids; `join` looks there."""
        return self._running.format.id

    def _sources(self) -> Iterator[tuple[Results[B, E], Sequence[Any]]]:
        """Where outcomes are, with the arguments of the calls."""
        for each in self._ended:
            for results in self._running.outcomes:
                arguments = arguments_of(results.call, each.id, each.job)
                if arguments is not None:
                    yield results, arguments

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
            None,
            self._options,
        )

    def _lines(self, results: Results[B, E], arguments: Sequence[Any]) -> LinesCall:
        return LinesCall(results.call.operation, arguments, None, self._options)


class Run(_Ran[T, B, E]):
    """A batch that was run. Iterating yields the outcomes, fetched as needed, each time anew.

    run = client.batches.run(requests, …)
    joined = join(run, requests)
    """

    def __init__(
        self,
        core: Core,
        running: Running[T, B, E],
        ended: list[Ended],
        options: Options | None,
        transport: Callable[[], Transport],
    ) -> None:
        super().__init__(core, running, ended, options)
        self._transport = transport

    def __iter__(self) -> Iterator[Succeeded[B] | Failed[E] | Undecodable]:
        for results, arguments in self._sources():
            yield from self._outcomes(results, arguments)

    def _outcomes(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> Outcomes[B, E]:
        listing = self._listing(results, arguments)
        if listing is not None:
            return Outcomes(listing, self._transport)
        call = self._lines(results, arguments)
        item = results.lines.item if results.lines else None
        return line_outcomes(self._core, call, item, results.outcome, self._transport)


class AsyncRun(_Ran[T, B, E]):
    """A batch that was run; see `Run`."""

    def __init__(
        self,
        core: Core,
        running: Running[T, B, E],
        ended: list[Ended],
        options: Options | None,
        transport: Callable[[], AsyncTransport],
    ) -> None:
        super().__init__(core, running, ended, options)
        self._transport = transport

    async def __aiter__(
        self,
    ) -> AsyncIterator[Succeeded[B] | Failed[E] | Undecodable]:
        for results, arguments in self._sources():
            async for outcome in self._outcomes(results, arguments):
                yield outcome

    def _outcomes(
        self, results: Results[B, E], arguments: Sequence[Any]
    ) -> AsyncOutcomes[B, E]:
        listing = self._listing(results, arguments)
        if listing is not None:
            return AsyncOutcomes(listing, self._transport)
        call = self._lines(results, arguments)
        item = results.lines.item if results.lines else None
        return async_line_outcomes(
            self._core, call, item, results.outcome, self._transport
        )
