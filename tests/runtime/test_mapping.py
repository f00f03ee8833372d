"""Many calls at a time: what is in flight, in which order results come, and what errors do."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextvars import ContextVar
from itertools import islice
from typing import Any

import pytest

from clientpress.runtime.calls.drivers import run
from clientpress.runtime.calls.flow import call as calling
from clientpress.runtime.calls.map_calls import (
    Mapped,
    MapProgress,
    amap_calls,
    map_calls,
)
from clientpress.runtime.values.jsontypes import JsonValue

from .callers import GET
from .simulation import Simulation, answer


class Collected(list[Mapped[Any, Any]]):
    """Results until the mapping ended, and what ended it."""

    error: Exception | None = None


def collect(
    kind: str, call: Callable[[Any], Any], inputs: Iterable[Any], **more: Any
) -> Collected:
    """All results, of threads or of tasks."""
    found = Collected()
    if kind == "sync":
        try:
            found.extend(map_calls(call, inputs, **more))
        except LookupError as error:
            found.error = error
        return found

    async def called(given: Any) -> Any:
        await asyncio.sleep(0)
        return call(given)

    async def run() -> None:
        try:
            async for done in amap_calls(called, inputs, **more):
                found.append(done)
        except LookupError as error:
            found.error = error

    asyncio.run(run())
    return found


def third_fails(number: int) -> int:
    if number == 3:
        raise KeyError(number)
    return number * 10


def test_results_come_in_the_order_of_the_inputs(kind: str) -> None:
    found = collect(kind, lambda n: n * 10, range(100), concurrency=7)
    assert [(d.index, d.input, d.value) for d in found] == [
        (n, n, n * 10) for n in range(100)
    ]


def test_or_as_they_come_in() -> None:
    late = threading.Event()

    def call(number: int) -> int:
        if number == 0:
            assert late.wait(60)
        return number

    found = map_calls(call, range(5), concurrency=2, ordered=False)
    first = [next(found).index for _ in range(4)]
    late.set()
    assert first == [1, 2, 3, 4] and [d.index for d in found] == [0]


def test_tasks_or_as_they_come_in() -> None:
    async def run() -> list[int]:
        late = asyncio.Event()

        async def call(number: int) -> int:
            if number == 0:
                await late.wait()
            if number == 4:
                late.set()
            return number

        found = amap_calls(call, range(5), concurrency=2, ordered=False)
        return [done.index async for done in found]

    assert asyncio.run(run()) == [1, 2, 3, 4, 0]


def test_an_error_is_the_result_of_its_input(kind: str) -> None:
    found = collect(kind, third_fails, range(6), concurrency=2)
    assert [d.error is None for d in found] == [True, True, True, False, True, True]
    with pytest.raises(KeyError):
        print(found[3].value)
    assert repr(found[3]) == "Mapped(index=3, error=KeyError(3))"
    assert repr(found[4]) == "Mapped(index=4, value=40)"


def test_an_error_of_the_inputs_comes_after_all_results(kind: str) -> None:
    """The calls before it were made, and may have cost something."""

    def inputs() -> Iterator[int]:
        yield from range(20)
        raise LookupError("line 21")

    found = collect(kind, lambda n: n, inputs(), concurrency=4)
    assert [d.value for d in found] == list(range(20))
    assert str(found.error) == "line 21"


def test_no_more_run_than_are_allowed(kind: str) -> None:
    running, most, lock = 0, 0, threading.Lock()
    barrier = threading.Barrier(3)

    def call(number: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        if kind == "sync":
            barrier.wait(60)  # all three are there at the same time
        with lock:
            running -= 1

    collect(kind, call, range(9), concurrency=3)
    assert most == (3 if kind == "sync" else 1)


def test_tasks_run_at_the_same_time() -> None:
    async def run() -> None:
        arrived, everybody = 0, asyncio.Event()

        async def call(number: int) -> None:
            nonlocal arrived
            arrived += 1
            if arrived == 3:
                everybody.set()
            await asyncio.wait_for(everybody.wait(), 60)

        assert [d.error async for d in amap_calls(call, range(3), concurrency=3)] == [
            None
        ] * 3

    asyncio.run(run())


@pytest.mark.parametrize("ordered", [True, False])
def test_endless_inputs(kind: str, ordered: bool) -> None:
    """Only as many are taken as can be in hand."""
    taken = 0

    def inputs() -> Iterator[int]:
        nonlocal taken
        while True:
            yield taken
            taken += 1

    if kind == "sync":
        found = map_calls(str, inputs(), concurrency=2, ordered=ordered)
        values = [d.value for d in islice(found, 50)]
        found.close()
    else:

        async def run() -> list[str]:
            async def call(number: int) -> str:
                return str(number)

            made = amap_calls(call, inputs(), concurrency=2, ordered=ordered)
            values: list[str] = []
            async for done in made:
                values.append(done.value)
                if len(values) == 50:
                    break
            await made.aclose()
            return values

        values = asyncio.run(run())
    assert len(values) == 50 and (not ordered or values[-1] == "49")
    assert 49 <= taken <= 50 + 2 * 4


def test_async_inputs() -> None:
    async def run() -> list[int]:
        async def inputs() -> AsyncIterator[int]:
            for number in range(10):
                await asyncio.sleep(0)
                yield number

        async def call(number: int) -> int:
            return number + 1

        return [d.value async for d in amap_calls(call, inputs(), concurrency=3)]

    assert asyncio.run(run()) == list(range(1, 11))


def test_progress(kind: str) -> None:
    told: list[MapProgress] = []
    collect(kind, third_fails, range(5), concurrency=1, progress=told.append)
    assert [(p.done, p.failed, p.total) for p in told] == [
        (1, 0, 5),
        (2, 0, 5),
        (3, 0, 5),
        (4, 1, 5),
        (5, 1, 5),
    ]
    assert all(p.elapsed >= 0 for p in told)
    told.clear()
    collect(kind, third_fails, iter(range(5)), concurrency=1, progress=told.append)
    assert {p.total for p in told} == {None}


def test_nothing_to_do(kind: str) -> None:
    assert collect(kind, str, []) == []


def test_without_anybody_to_call(kind: str) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"):
        (map_calls if kind == "sync" else amap_calls)(str, [], concurrency=0)  # type: ignore[arg-type]


def test_context_variables_reach_the_threads() -> None:
    variable = ContextVar("variable", default="")
    variable.set("here")
    assert [d.value for d in map_calls(lambda _: variable.get(), range(3))] == [
        "here"
    ] * 3


def test_stopping_early_makes_no_further_calls() -> None:
    made: list[int] = []
    for done in map_calls(made.append, range(1000), concurrency=2):
        if done.index == 5:
            break
    assert len(made) <= 6 + 2 * 4


def test_stopping_early_cancels_tasks() -> None:
    async def run() -> list[int]:
        cancelled: list[int] = []

        async def call(number: int) -> int:
            if number == 0:
                return number
            try:
                await asyncio.sleep(6000)
            except asyncio.CancelledError:
                cancelled.append(number)
                raise
            return number

        made = amap_calls(call, range(100), concurrency=3)
        await anext(made)
        await asyncio.sleep(0)
        await made.aclose()
        return cancelled

    assert asyncio.run(run()) == [1, 2, 3]


def test_threads_do_not_wait_for_coroutines() -> None:
    async def call(number: int) -> int:
        return number

    [done] = map_calls(call, [1])
    with pytest.raises(TypeError, match="use amap_calls"):
        print(done.value)


def test_an_interrupt_does_not_wait_for_retries() -> None:
    """Ctrl-C while calls wait to be sent again, for a minute each."""
    busy = answer(None, 503, {"retry-after": "60"})
    simulation = Simulation(busy)
    started = threading.Barrier(5)

    def call(number: int) -> JsonValue:
        core = simulation.core()
        started.wait()
        return run(calling(core, GET, (str(number),)), simulation)

    def interrupt() -> None:
        started.wait()
        while len(simulation.sent) < 4:
            pass
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGINT)

    # Workers of tests ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    watcher = threading.Thread(target=interrupt)
    watcher.start()
    with pytest.raises(KeyboardInterrupt):
        list(map_calls(call, range(4), concurrency=4))
    watcher.join()
    signal.signal(signal.SIGINT, before)
    assert len(simulation.sent) == 4
