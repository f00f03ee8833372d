# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Base classes of the generated groups whose operations hold JSON Lines or run whole batches.

What does the work is loaded when it is used first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeVar

from ..calls.drivers import run, run_async
from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..wire.operation import Operation

if TYPE_CHECKING:
    from ..results.streaming import Streaming
    from .lines_file import AsyncLinesFile, LinesFile
    from .outcomes import AsyncOutcomes, Outcome, Outcomes
    from .plan import Running
    from .run import AsyncRun, Run

__all__ = ["AsyncBatchGroup", "BatchGroup"]

T = TypeVar("T")
Item = TypeVar("Item")
B = TypeVar("B")
E = TypeVar("E")


class BatchGroup(Group):
    """Operations that belong together."""

    def _lines(
        self,
        operation: Operation[Any],
        lines: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> LinesFile[Item]:
        from .lines_file import LinesCall, LinesFile

        call = LinesCall(operation, arguments, body, options)
        return LinesFile(self._core, call, lines, self._transport)

    def _line_outcomes(
        self,
        operation: Operation[Any],
        lines: Streaming[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Outcomes[B, E]:
        from .lines_file import LinesCall, line_outcomes

        call = LinesCall(operation, arguments, body, options)
        return line_outcomes(self._core, call, lines.item, outcome, self._transport)

    def _run(
        self,
        running: Running[T, B, E],
        arguments: Sequence[Any],
        body: Any,
        requests: Any,
        *,
        state: PathLike[str] | None = None,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        resend: bool | None = None,
        options: Options | None = None,
    ) -> Run[T, B, E]:
        from .run import Run, RunSettings, run_batch

        settings = RunSettings.of(
            state, timeout, poll_interval, on_progress, resend, options
        )
        made = run_batch(self._core, running, arguments, body, requests, settings)
        ended = run(made, self._transport())
        return Run(self._core, running, ended, options, self._transport)


class AsyncBatchGroup(AsyncGroup):
    """Operations that belong together."""

    def _lines(
        self,
        operation: Operation[Any],
        lines: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncLinesFile[Item]:
        from .lines_file import AsyncLinesFile, LinesCall

        call = LinesCall(operation, arguments, body, options)
        return AsyncLinesFile(self._core, call, lines, self._transport)

    def _line_outcomes(
        self,
        operation: Operation[Any],
        lines: Streaming[Any],
        outcome: Outcome[B, E],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncOutcomes[B, E]:
        from .lines_file import LinesCall, async_line_outcomes

        call = LinesCall(operation, arguments, body, options)
        return async_line_outcomes(
            self._core, call, lines.item, outcome, self._transport
        )

    async def _run(
        self,
        running: Running[T, B, E],
        arguments: Sequence[Any],
        body: Any,
        requests: Any,
        *,
        state: PathLike[str] | None = None,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        resend: bool | None = None,
        options: Options | None = None,
    ) -> AsyncRun[T, B, E]:
        from .run import AsyncRun, RunSettings, run_batch

        settings = RunSettings.of(
            state, timeout, poll_interval, on_progress, resend, options
        )
        made = run_batch(self._core, running, arguments, body, requests, settings)
        ended = await run_async(made, self._transport())
        return AsyncRun(self._core, running, ended, options, self._transport)
