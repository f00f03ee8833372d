# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
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
from typing import Any, Generic, NamedTuple, TypeVar, cast

I = TypeVar("I")  # noqa: E741  an input
R = TypeVar("R")

_AHEAD = 4
"""How many inputs are taken for each call that may run: finished ones wait for their turn."""


class Mapped(Generic[I, R]):
    """What became of one input.

    Attributes:
        index: The place of the input, counted from 0.
        error: What the call raised; None if it returned.
    """

    __slots__ = ("_value", "error", "index", "input")

    def __init__(
        self, index: int, given: I, value: R | None, error: Exception | None
    ) -> None:
        self.index: int = index
        self.input: I = given
        self.error: Exception | None = error
        self._value = value

    @property
    def value(self) -> R:
        """What the call returned. Raises what it raised."""
        if self.error is not None:
            raise self.error
        return cast("R", self._value)

    def __repr__(self) -> str:
        said = f"error={self.error!r}" if self.error else f"value={self._value!r}"
        return f"Mapped(index={self.index}, {said})"


class MapProgress(NamedTuple):
    """How far it is."""

    done: int
    """Calls that are over."""
    failed: int
    """Those of them that raised an error."""
    total: int | None
    """How many inputs there are; None where they do not say."""
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

    An error of a call is part of its `Mapped`, and ends nothing. Inputs are taken as they are
    needed, and only a few results are held, so both may be endless. Whoever stops early waits for
    the calls that are running; no further ones are made.

    Args:
        call: A method of a client, or a function that calls one.
        inputs: What to call it with.
        concurrency: How many calls may run at the same time.
        ordered: Whether the results come in the order of the inputs, or as they come in.
        progress: Told after each call.

    Raises:
        ValueError: concurrency is less than 1.
        Exception: What `inputs` raised, after the results of all inputs before.
    """
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    desk: _Desk[I, R] = _Desk(inputs, concurrency, ordered, progress)
    finished: SimpleQueue[Mapped[I, R]] = SimpleQueue()
    source = _numbered(inputs)

    def run(index: int, given: I) -> None:
        try:
            made = Mapped[I, R](index, given, _no_coroutine(call(given)), None)
        except Exception as error:  # it is handed to whoever asks for the value
            made = Mapped[I, R](index, given, None, error)
        finished.put(made)

    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="map_calls")
    return _mapped(desk, source, pool, run, finished)


def _no_coroutine(value: R) -> R:
    """What a function of a blocking client returns."""
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
) -> Generator[Mapped[I, R]]:
    try:
        while True:
            while desk.has_room:
                try:
                    index, given = next(source)
                except StopIteration:
                    desk.close()
                except Exception as error:  # raised once the calls before it are told
                    desk.close(error)
                else:
                    desk.took()
                    pool.submit(copy_context().run, run, index, given)
            if desk.is_empty:
                break
            yield from desk.ready(finished.get())
        desk.check()
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

    Inputs may be async too. Whoever stops early cancels the calls that are running: close the
    generator (`contextlib.aclosing`) to be sure that this happens at once.
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
                found = await source()
                if found is None:
                    return
                index, given = found
                desk.took()
                try:
                    made = Mapped[I, R](index, given, await call(given), None)
                except Exception as error:  # it is handed to whoever asks for the value
                    made = Mapped[I, R](index, given, None, error)
                finished.put_nowait(made)
        except Exception as error:  # of the inputs; raised once the calls are told
            desk.close(error)
        finally:
            room.release()  # for the next one, who will find no input either
            finished.put_nowait(None)

    workers = [create_task(work()) for _ in range(concurrency)]
    working = concurrency
    try:
        while working:
            made = await finished.get()
            if made is None:
                working -= 1
                continue
            for done in desk.ready(made):
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
    """What gives the next input to one of many tasks, and None after the last."""
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
                given = (
                    await anext(each) if isinstance(each, AsyncIterator) else next(each)
                )
            except (StopIteration, StopAsyncIteration):
                is_over = True
                return None
            except BaseException:
                is_over = True
                raise
            taken += 1
            return taken - 1, given

    return take


class _Desk(Generic[I, R]):
    """What was taken in and is to be handed out, in order if that is wanted."""

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
        """An input was taken."""
        self._taken += 1

    def close(self, error: Exception | None = None) -> None:
        """No more inputs come."""
        self._open = False
        self._error = error

    def check(self) -> None:
        """Raise what the inputs raised."""
        if self._error is not None:
            raise self._error

    def ready(self, made: Mapped[I, R]) -> Iterator[Mapped[I, R]]:
        """What can be handed out now that one more call is over."""
        self._done += 1
        self._failed += made.error is not None
        if self._progress is not None:
            elapsed = time.monotonic() - self._started
            self._progress(MapProgress(self._done, self._failed, self._total, elapsed))
        if not self._ordered:
            self._given += 1
            yield made
            return
        self._waiting[made.index] = made
        while self._given in self._waiting:
            found = self._waiting.pop(self._given)
            self._given += 1
            yield found
