# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""One call for each of many inputs, several at a time.

for done in map_calls(client.reviews.score, texts, concurrency=32):
    if done.error:
        print(done.input, done.error)
    else:
        save(done.value)
"""

from __future__ import annotations

import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Sized,
)
from contextvars import copy_context
from threading import Event
from typing import Any, Generic, NamedTuple, TypeVar, cast

from .drivers import stop_waiting

I = TypeVar("I")  # noqa: E741  an input
R = TypeVar("R")

_AHEAD = 4
"""Inputs that are taken for each call that may run: results wait here for their turn."""


class Mapped(Generic[I, R]):
    """The result or error of one input.

    Attributes:
        index: The position of the input, counted from 0.
        error: The exception of the call; None if it returned.
    """

    __slots__ = ("_value", "error", "index", "input")

    def __init__(
        self, index: int, item: I, value: R | None, error: Exception | None
    ) -> None:
        self.index: int = index
        self.input: I = item
        self.error: Exception | None = error
        self._value = value

    @property
    def value(self) -> R:
        """The value that the call returned; raises the exception that it raised."""
        if self.error is not None:
            raise self.error
        return cast("R", self._value)

    def __repr__(self) -> str:
        outcome = f"error={self.error!r}" if self.error else f"value={self._value!r}"
        return f"Mapped(index={self.index}, {outcome})"


class MapProgress(NamedTuple):
    """The progress of a mapping."""

    done: int
    """Calls that have ended."""
    failed: int
    """Those of them that raised an error."""
    total: int | None
    """The number of inputs; None if it is not known."""
    elapsed: float
    """Seconds since the start."""


def map_calls(
    call: Callable[[I], R],
    inputs: Iterable[I],
    *,
    concurrency: int = 16,
    ordered: bool = True,
    progress: Callable[[MapProgress], object] | None = None,
) -> Generator[Mapped[I, R]]:
    """Call a function for each input, several at a time, in threads.

    An error of a call is in its `Mapped`; the other calls go on. Inputs are taken when they are
    needed, and only a few results are held, so both may be endless. If the loop ends early, it
    waits for the calls that are running, and starts no more; after Ctrl-C they are not retried.

    Args:
        call: A method of a client, or a function that calls one.
        inputs: The arguments, one for each call.
        concurrency: How many calls may run at the same time.
        ordered: Whether the results are in the order of the inputs, or in the order of their end.
        progress: Called after each call.

    Raises:
        ValueError: concurrency is less than 1.
        Exception: `inputs` raised it; it is raised after the results of all inputs before.
    """
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    desk: _Desk[I, R] = _Desk(inputs, concurrency, ordered, progress)
    finished: SimpleQueue[Mapped[I, R]] = SimpleQueue()
    source = _numbered(inputs)
    interrupted = Event()

    def run(index: int, item: I) -> None:
        stop_waiting.set(interrupted)
        try:
            mapped = Mapped[I, R](index, item, _no_coroutine(call(item)), None)
        except Exception as error:  # raised by `Mapped.value`
            mapped = Mapped[I, R](index, item, None, error)
        finished.put(mapped)

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="map_calls")
    return _mapped(desk, source, pool, run, finished, interrupted)


def _no_coroutine(value: R) -> R:
    """The value that a function returned, which must not be a coroutine."""
    if hasattr(value, "__await__"):
        close = getattr(value, "close", None)
        if close is not None:
            close()  # a coroutine that never runs
        raise TypeError("The function is async; use amap_calls")
    return value


def _mapped(
    desk: _Desk[I, R],
    source: Iterator[tuple[int, I]],
    pool: Any,
    run: Callable[[int, I], None],
    finished: Any,
    interrupted: Event,
) -> Generator[Mapped[I, R]]:
    try:
        while True:
            while desk.has_room:
                try:
                    index, item = next(source)
                except StopIteration:
                    desk.close()
                except Exception as error:  # raised after the results before it
                    desk.close(error)
                else:
                    desk.took()
                    pool.submit(copy_context().run, run, index, item)
            if desk.is_empty:
                break
            yield from desk.ready(finished.get())
        desk.check()
    except KeyboardInterrupt:
        interrupted.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def amap_calls(
    call: Callable[[I], Awaitable[R]],
    inputs: Iterable[I] | AsyncIterable[I],
    *,
    concurrency: int = 16,
    ordered: bool = True,
    progress: Callable[[MapProgress], object] | None = None,
) -> AsyncGenerator[Mapped[I, R]]:
    """Call an async function for each input, several at a time; see `map_calls`.

    Inputs may be async too. If the loop ends early, the calls that are running are cancelled: close
    the generator (`contextlib.aclosing`) so that this happens at once.
    """
    desk: _Desk[I, R] = _Desk(inputs, concurrency, ordered, progress)
    return _mapped_async(desk, call, inputs, concurrency)


async def _mapped_async(
    desk: _Desk[I, R],
    call: Callable[[I], Awaitable[R]],
    inputs: Iterable[I] | AsyncIterable[I],
    concurrency: int,
) -> AsyncGenerator[Mapped[I, R]]:
    from asyncio import Queue, Semaphore, create_task, gather

    source = _numbered_async(inputs)
    finished: Queue[Mapped[I, R] | None] = Queue()
    room = Semaphore(desk.most)

    async def work() -> None:
        try:
            while True:
                await room.acquire()
                numbered = await source()
                if numbered is None:
                    return
                index, item = numbered
                desk.took()
                try:
                    mapped = Mapped[I, R](index, item, await call(item), None)
                except Exception as error:  # raised by `Mapped.value`
                    mapped = Mapped[I, R](index, item, None, error)
                finished.put_nowait(mapped)
        except Exception as error:  # of the inputs; raised after the results
            desk.close(error)
        finally:
            room.release()  # for the next worker, which finds no input either
            finished.put_nowait(None)

    workers = [create_task(work()) for _ in range(concurrency)]
    working = concurrency
    try:
        while working:
            mapped = await finished.get()
            if mapped is None:
                working -= 1
                continue
            for done in desk.ready(mapped):
                room.release()
                yield done
        desk.check()
    finally:
        for worker in workers:
            worker.cancel()
        await gather(*workers, return_exceptions=True)


def _numbered(inputs: Iterable[I]) -> Iterator[tuple[int, I]]:
    return iter(enumerate(inputs))


def _numbered_async(
    inputs: Iterable[I] | AsyncIterable[I],
) -> Callable[[], Awaitable[tuple[int, I] | None]]:
    """A function that returns the next input to one of many tasks, and None after the last."""
    from asyncio import Lock

    lock, taken, is_over = Lock(), 0, False
    each: AsyncIterator[I] | Iterator[I]
    each = aiter(inputs) if isinstance(inputs, AsyncIterable) else iter(inputs)

    async def take() -> tuple[int, I] | None:
        nonlocal taken, is_over
        async with lock:
            if is_over:
                return None
            try:
                item = (
                    await anext(each) if isinstance(each, AsyncIterator) else next(each)
                )
            except (StopIteration, StopAsyncIteration):
                is_over = True
                return None
            except BaseException:
                is_over = True
                raise
            taken += 1
            return taken - 1, item

    return take


class _Desk(Generic[I, R]):
    """Counts inputs and holds results until they are handed out, in order if that is wanted."""

    def __init__(
        self,
        inputs: object,
        concurrency: int,
        ordered: bool,
        progress: Callable[[MapProgress], object] | None,
    ) -> None:
        if concurrency < 1:
            raise ValueError(f"concurrency must be at least 1, not {concurrency}")
        self.most = concurrency * _AHEAD
        self._total = len(inputs) if isinstance(inputs, Sized) else None
        self._ordered, self._progress = ordered, progress
        self._started = time.monotonic()
        self._open = True
        self._error: Exception | None = None
        self._taken = self._given = self._done = self._failed = 0
        self._waiting: dict[int, Mapped[I, R]] = {}

    @property
    def has_room(self) -> bool:
        """Whether another input may be taken."""
        return self._open and self._taken - self._given < self.most

    @property
    def is_empty(self) -> bool:
        """Whether everything that was taken has been handed out."""
        return self._given == self._taken

    def took(self) -> None:
        """Count an input that was taken."""
        self._taken += 1

    def close(self, error: Exception | None = None) -> None:
        """Take no more inputs."""
        self._open = False
        self._error = error

    def check(self) -> None:
        """Raise the exception that the inputs raised."""
        if self._error is not None:
            raise self._error

    def ready(self, mapped: Mapped[I, R]) -> Iterator[Mapped[I, R]]:
        """The results that can be handed out after one more call."""
        self._done += 1
        self._failed += mapped.error is not None
        if self._progress is not None:
            elapsed = time.monotonic() - self._started
            self._progress(MapProgress(self._done, self._failed, self._total, elapsed))
        if not self._ordered:
            self._given += 1
            yield mapped
            return
        self._waiting[mapped.index] = mapped
        while self._given in self._waiting:
            following = self._waiting.pop(self._given)
            self._given += 1
            yield following
