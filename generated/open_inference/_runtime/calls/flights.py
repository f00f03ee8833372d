# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What many calls need at the same time, such as a token: one of them fetches it, the others wait."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar

from ..wire.errors import Error, RequestTimeoutError
from .core import Core
from .effects import Flow
from .limits import Clock, Deadline, deadline_of
from .options import Options, merge

T = TypeVar("T")


class Flight(Generic[T]):
    """A fetch that others wait for; its outcome is a value, an error, or None to try again."""

    def __init__(self) -> None:
        self._future: Future[T | Error | None] = Future()
        # From now on, a waiting task that is cancelled cannot cancel it.
        self._future.set_running_or_notify_cancel()
        self._process = os.getpid()

    @property
    def is_here(self) -> bool:
        """Whether it belongs to this process, and not to one that was forked from."""
        return self._process == os.getpid()

    def land(self, outcome: T | Error | None) -> None:
        """End it.

        Args:
            outcome: None if the fetch was stopped, so that another call tries.
        """
        # Only the deadline of the call that fetched has passed, so another call tries.
        is_late = (
            isinstance(outcome, RequestTimeoutError) and outcome.phase == "deadline"
        )
        self._future.set_result(None if is_late else outcome)

    def outcome(self, clock: Clock, deadline: Deadline) -> Flow[T | None]:
        """Wait for the value; None to try again.

        Raises:
            Error: The fetch failed, or the deadline has passed.
        """
        yield Wait(self._future, deadline.remaining(clock))
        if not self._future.done():
            raise too_late("while another call fetched what this one needs")
        outcome = self._future.result()
        if isinstance(outcome, Error):
            raise _copy_of(outcome)
        return outcome


def board(flight: Flight[T] | None) -> tuple[Flight[T], bool]:
    """The fetch that a call takes part in, and whether this call has to do it.

    Args:
        flight: The fetch that is under way; None if there is none.
    """
    if flight is None or not flight.is_here:
        return Flight[T](), True
    return flight, False


class Once(Generic[T]):
    """A value that is fetched once, also if many calls need it at the same time."""

    def __init__(self) -> None:
        self._value: T | None = None
        self._flight: Flight[T] | None = None
        self._lock = Lock()

    def get(
        self, core: Core, options: Options | None, fetch: Callable[[], Flow[T]]
    ) -> Flow[T]:
        """The value.

        Raises:
            Error: It could not be fetched; the next call tries again.
        """
        deadline = deadline_of(core.clock, merge(core.options, options))
        while self._value is None:
            with self._lock:
                if self._value is not None:  # since a moment
                    break
                self._flight, leads = board(self._flight)
                flight = self._flight
            if not leads:
                yield from flight.outcome(core.clock, deadline)
                continue
            outcome: T | Error | None = None
            try:
                self._value = outcome = yield from fetch()
            except Error as e:
                outcome = e
                raise
            finally:
                with self._lock:
                    self._flight = None
                flight.land(outcome)
        return self._value

    def __getstate__(self) -> dict[str, Any]:
        return {"_value": self._value, "_flight": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=Lock())


class Wait(NamedTuple):
    """Wait until another thread or task has the outcome.

    Attributes:
        seconds: At most; None for no limit.
    """

    future: Future[Any]
    seconds: float | None

    def do(self) -> None:
        from concurrent.futures import wait

        wait([self.future], self.seconds)

    async def do_async(self) -> None:
        from asyncio import wait, wrap_future

        waiting = wrap_future(self.future)
        try:
            await wait([waiting], timeout=self.seconds)
        finally:
            waiting.cancel()


def too_late(when: str) -> RequestTimeoutError:
    """The error for a deadline that has passed."""
    return RequestTimeoutError(f"The deadline has passed {when}", phase="deadline")


def _copy_of(error: Error) -> Error:
    """The same error for another thread or task, which adds a traceback of its own."""
    from copy import copy

    copied = copy(error)
    copied.__cause__ = error.__cause__
    return copied
