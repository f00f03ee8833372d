# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Groups of operations with jobs that are waited for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..calls.drivers import run, run_async
from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..wire.operation import Operation
from .jobs import wait
from .polling import Polling

__all__ = ["AsyncPollingGroup", "PollingGroup"]

T = TypeVar("T")


class PollingGroup(Group):
    """A group with jobs."""

    def _wait(
        self,
        operation: Operation[T],
        polling: Polling,
        arguments: Sequence[Any],
        *,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        made = wait(
            self._core,
            operation,
            polling,
            arguments,
            timeout=timeout,
            interval=poll_interval,
            on_progress=on_progress,
            options=options,
        )
        return run(made, self._transport())


class AsyncPollingGroup(AsyncGroup):
    """A group with jobs."""

    async def _wait(
        self,
        operation: Operation[T],
        polling: Polling,
        arguments: Sequence[Any],
        *,
        timeout: float,
        poll_interval: float,
        on_progress: Callable[[T], object] | None = None,
        options: Options | None = None,
    ) -> T:
        made = wait(
            self._core,
            operation,
            polling,
            arguments,
            timeout=timeout,
            interval=poll_interval,
            on_progress=on_progress,
            options=options,
        )
        return await run_async(made, self._transport())
