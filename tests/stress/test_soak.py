"""Very many calls to a server that often fails: nothing is lost, nothing is done twice."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.options import Options
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.messages import Failure, Request, Response
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from tests.runtime.arrow_libraries import duckdb, pd, pl
from tests.runtime.callers import KEY, AsyncThings, Things, api

from .faulty import FAULTS, KINDS, Books, FaultyServer

IMPORTED = (duckdb, pd, pl)
"""As in most jobs; what they change in the interpreter must not matter."""

ROUNDS = [pytest.param(2_000), pytest.param(100_000, marks=pytest.mark.slow)]
OPTIONS = Options(timeout=20.0, retries=12)
FASTER = 0.004
"""Waits last so much of what they should."""

RESULTS = {"200": Json[JsonValue](JsonValue)}
ID = (Parameter("id", "path"),)
GET: Operation[JsonValue] = Operation(
    id="get", method="GET", path="/things/{id}", parameters=ID, results=RESULTS
)
PUT: Operation[JsonValue] = Operation(
    id="put",
    method="PUT",
    path="/things/{id}",
    parameters=ID,
    body=JsonBody(),
    results=RESULTS,
)
POST: Operation[JsonValue] = Operation(
    id="post", method="POST", path="/things", body=JsonBody(), results=RESULTS
)
PAY: Operation[JsonValue] = Operation(
    id="pay",
    method="POST",
    path="/payments",
    body=JsonBody(),
    idempotency_header="X-Key",
    results=RESULTS,
)
KINDS_OF_CALL = (GET, PUT, POST, PAY)


def operation_of(number: int) -> Operation[JsonValue]:
    return KINDS_OF_CALL[number % len(KINDS_OF_CALL)]


def arguments_of(number: int) -> tuple[Any, ...]:
    operation = operation_of(number)
    arguments = (number,) if operation.parameters else ()
    return operation, arguments, {"id": number} if operation.body else None


Outcomes = dict[int, Any]
"""What each call returned or raised."""


# ------------------------------------------------------------------ both kinds of client
class Seen:
    """What the transport saw, most of which retries hide."""

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.of_posts: dict[int, list[str]] = {}
        """What came of every attempt of each POST without a key."""

    def note(self, request: Request, outcome: Response | Failure) -> None:
        """One attempt."""
        said = "maybe sent"
        if isinstance(outcome, Response):
            said = str(outcome.status)
        elif not outcome.sent:
            said = "not sent"
        self.outcomes[said] += 1
        if request.method == "POST" and request.url.endswith("/things"):
            assert request.body is not None
            number = json.loads(request.body.in_memory or b"")["id"]
            self.of_posts.setdefault(number, []).append(said)


def blocking(url: str, count: int, seen: Seen) -> Outcomes:
    """All calls by threads that share a client."""
    client = BaseClient(api(), {"bearer": KEY}, base_url=url, options=OPTIONS)
    things = Things(client)
    transport = client.__runtime__()[1]()
    send: Callable[[Request], Response | Failure] = transport.send

    def watched(request: Request) -> Response | Failure:
        outcome = send(request)
        seen.note(request, outcome)
        return outcome

    def sleep(seconds: float) -> None:
        time.sleep(seconds * FASTER)

    transport.send = watched  # type: ignore[method-assign]
    transport.sleep = sleep

    def ask(number: int) -> Any:
        try:
            return things.call(*arguments_of(number))
        except errors.Error as error:
            return error

    with client, ThreadPoolExecutor(16) as pool:
        return dict(zip(range(count), pool.map(ask, range(count)), strict=True))


def asynchronous(url: str, count: int, seen: Seen) -> Outcomes:
    """All calls by tasks that share a client."""
    outcomes: Outcomes = {}
    numbers = iter(range(count))

    async def main() -> None:
        client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=url, options=OPTIONS)
        things = AsyncThings(client)
        transport = client.__runtime__()[1]()
        send: Callable[[Request], Awaitable[Response | Failure]] = transport.send

        async def watched(request: Request) -> Response | Failure:
            outcome = await send(request)
            seen.note(request, outcome)
            return outcome

        async def sleep(seconds: float) -> None:
            await asyncio.sleep(seconds * FASTER)

        transport.send = watched  # type: ignore[method-assign]
        transport.sleep = sleep

        async def work() -> None:
            for number in numbers:
                try:
                    outcomes[number] = await things.call(*arguments_of(number))
                except errors.Error as error:
                    outcomes[number] = error

        async with client, asyncio.TaskGroup() as tasks:
            for _ in range(32):
                tasks.create_task(work())

    asyncio.run(main())
    return outcomes


# ------------------------------------------------------------------ the books
CERTAIN = {"not sent", "429", "503"}
"""What comes of an attempt after which another one cannot do anything twice."""


def check_posts(outcomes: Outcomes, seen: Seen, books: Books, numbers: range) -> None:
    """A POST without a key is sent again only if it is certain that nothing was done."""
    for number in numbers:
        outcome, done = outcomes[number], books.done[number]
        *before, last = seen.of_posts[number]
        assert set(before) <= CERTAIN
        assert books.arrived[number] <= len(before) + 1
        if isinstance(outcome, errors.Error):
            assert last in ("maybe sent", "500", "502")
            assert done <= 1
            # What the server did not spoil was lost when it did not listen for a moment.
            assert number in books.uncertain or (done, last) == (0, "maybe sent")
        else:
            assert (last, done, outcome["id"]) == ("200", 1, number)
            assert number not in books.uncertain


def check_others(outcomes: Outcomes, books: Books, count: int) -> None:
    """Everything else succeeds; what has a key is done once, under one key."""
    keys = Counter(books.keys.values())
    for number in range(count):
        operation = operation_of(number)
        if operation is POST:
            continue
        outcome = outcomes[number]
        assert not isinstance(outcome, errors.Error), repr(outcome)
        assert outcome["id"] == number
        if operation is PAY:
            assert (books.done[number], keys[number]) == (1, 1)
        elif operation is PUT:
            assert 1 <= books.done[number] <= books.arrived[number]
        else:
            assert books.done[number] == 0


@pytest.mark.parametrize("count", ROUNDS)
@pytest.mark.parametrize("run", [blocking, asynchronous])
def test_nothing_is_lost_and_nothing_is_done_twice(
    run: Callable[[str, int, Seen], Outcomes], count: int
) -> None:
    seen = Seen()
    with FaultyServer(seed=count) as server:
        outcomes = run(server.url, count, seen)
        books = server.books
    assert sorted(outcomes) == list(range(count))
    check_posts(outcomes, seen, books, range(2, count, len(KINDS_OF_CALL)))
    check_others(outcomes, books, count)

    # and it was no fair weather
    assert set(books.spoilt) == set(KINDS)
    asked = books.arrived.total()
    assert 0.7 * FAULTS < books.spoilt.total() / asked < 1.3 * FAULTS
    found = set(seen.outcomes) | {"not sent"}  # which of them were, is a matter of time
    assert found == {*CERTAIN, "200", "500", "502", "maybe sent"}
    failed = [each for each in outcomes.values() if isinstance(each, errors.Error)]
    assert 0 < len(failed) < count * FAULTS
