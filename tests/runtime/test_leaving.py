"""Callers who leave: cancelled tasks, interrupts, generators that nobody reads to their end.

Nothing stays open that nobody will use: no socket but idle ones that the next call takes, no
file, no task. And the client goes on to work.
"""

from __future__ import annotations

import asyncio
import gc
import json
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.conditions import At
from clientpress.runtime.calls.options import Options
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling, Rule
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.errors import RequestTimeoutError
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from clientpress.runtime.wire.raw_body import RawBody
from tests.hostile.sides import AsyncSide, SyncSide
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    drip,
    reply,
)
from tests.servers.sockets import StuckServer, eventually, is_open, sockets_to

from .callers import GET, KEY, AsyncThings, Things, api

OK = reply(200, b'{"ok":true}')
GOOD = {"ok": True}
LARGE = 32 << 20
"""More than sockets take without a reader."""
PUT: Operation[JsonValue] = Operation(
    id="put",
    method="PUT",
    path="/raw",
    body=RawBody(),
    results={"200": Json(JsonValue)},
)
UPLOAD: Operation[JsonValue] = Operation(
    id="upload",
    method="POST",
    path="/files",
    body=MultipartBody(parts=(Part("purpose"), Part("file", file=True))),
    results={"200": Json(JsonValue)},
)
LISTEN: Operation[JsonValue] = Operation(
    id="listen", method="GET", path="/stream", results={"200": Json(JsonValue)}
)
LINES: Streaming[JsonValue] = Streaming(framing="jsonl", item=Json(JsonValue))
JOB: Polling = Polling(
    interval=60.0,
    timeout=600.0,
    rules=(Rule("succeeded", At("/state", "eq", "done")),),
)
PAGES: Pagination[JsonValue] = Pagination(
    kind="cursor",
    items="$response.body#/items",
    next="$response.body#/next",
    send="$request.query.after",
)


def slow_lines() -> Step:
    """Lines that come for a long time."""
    return drip(b'{"n": 1}\n' * 10_000, 0.002)


class World(NamedTuple):
    """What a call may use."""

    server: MisbehavingServer
    stuck: StuckServer
    full: StuckServer
    path: Path
    pauses: threading.Event
    """Whether the client waits, with nothing to send or read."""

    def sleep(self, seconds: float, /) -> None:
        self.pauses.set()
        time.sleep(seconds)

    async def sleep_async(self, seconds: float, /) -> None:
        self.pauses.set()
        await asyncio.sleep(seconds)

    def sockets(self) -> list[str]:
        """The sockets of clients."""
        full = sockets_to(self.full.port)[: -self.full.own or None]
        return sockets_to(self.server.port) + sockets_to(self.stuck.port) + full

    def is_at_rest(self) -> bool:
        return not self.sockets() and not is_open(self.path)


@pytest.fixture(scope="module")
def stuck() -> Iterator[StuckServer]:
    with StuckServer() as running:
        yield running


@pytest.fixture(scope="module")
def full() -> Iterator[StuckServer]:
    with StuckServer(is_full=True) as running:
        yield running


@pytest.fixture
def world(
    server: MisbehavingServer, stuck: StuckServer, full: StuckServer, tmp_path: Path
) -> World:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGE)
    return World(server, stuck, full, path, threading.Event())


# ------------------------------------------------------------------ where callers are when they leave
Act = Callable[[Any, World], Any]
"""Something done with either kind of operations; the async one returns an awaitable."""


class Place(NamedTuple):
    """What a call waits for when its caller leaves."""

    where: str
    act: Act
    step: Step = OK
    leaves_idle: bool = False
    """Whether a connection stays that the next call takes."""


def calling(operation: Operation[Any], body: Any = None, **options: Any) -> Act:
    given: dict[str, Any] = {"timeout": None, "retries": 0, **options}
    settings = Options(**given)

    def act(things: Any, world: World) -> Any:
        sent = body(world) if callable(body) else body
        arguments = ("a",) if operation.parameters else ()
        return things.call(operation, arguments, sent, options=settings)

    return act


def streaming(things: Any, world: World) -> Any:
    made = things.stream(LISTEN, LINES, ())
    if isinstance(things, Things):
        with made as items:
            return list(items)

    async def collect() -> list[Any]:
        async with made as items:
            return [item async for item in items]

    return collect()


def waiting(things: Any, world: World) -> Any:
    return things.wait(GET, JOB, ("a",), timeout=600.0, interval=60.0)


def pieces(world: World) -> Iterator[bytes]:
    while True:
        yield b"x" * 65_536


class Reader:
    """An open file that cannot be read again, so its length is unknown."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, count: int) -> bytes:
        return bytes(count)


def file(world: World) -> Any:
    return world.path


def open_file(world: World) -> Any:
    return Reader(world.path)


def parts(world: World) -> Any:
    return {"purpose": "x", "file": world.path}


PLACES: dict[str, Place] = {
    "connecting": Place("full", calling(GET)),
    "agreeing on keys": Place("tls", calling(GET)),
    "sending bytes": Place("stuck", calling(PUT, bytes(LARGE))),
    "sending a file": Place("stuck", calling(PUT, file)),
    "sending an open file": Place("stuck", calling(PUT, open_file)),
    "sending an iterator": Place("stuck", calling(PUT, pieces)),
    "sending parts": Place("stuck", calling(UPLOAD, parts)),
    "waiting for headers": Place("stuck", calling(GET)),
    "waiting with a deadline": Place("stuck", calling(GET, deadline=60.0)),
    "reading a body": Place("server", calling(GET), slow_lines()),
    "reading with a deadline": Place(
        "server", calling(GET, deadline=60.0), slow_lines()
    ),
    "reading a stream": Place("server", streaming, slow_lines()),
    "between two attempts": Place(
        "server",
        calling(GET, retries=2),
        # Not 503, after which all calls of the client would wait.
        reply(500, headers={"Retry-After": "60"}),
    ),
    "between two looks": Place("server", waiting, reply(200, b'{"state":"on"}'), True),
}
places = pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)


class Limited(AsyncThings):
    """Calls whose options are the client's."""

    async def call(
        self, operation: Operation[Any], *rest: Any, options: Options | None = None
    ) -> Any:
        return await self._call(operation, *rest)


def url_of(world: World, place: Place) -> str:
    return {
        "server": world.server.url,
        "stuck": world.stuck.url,
        "full": world.full.url,
        "tls": world.stuck.url.replace("http:", "https:"),
    }[place.where]


def arrived(world: World, place: Place) -> object:
    """Whether the call is where its caller is to leave."""
    if place.leaves_idle:
        return world.pauses.is_set()
    return world.server.requests if place.where == "server" else world.sockets()


def rests(world: World, place: Place) -> bool:
    """Whether nothing is left but what is left on purpose."""
    if not place.leaves_idle:
        return eventually(lambda: not world.sockets() and not is_open(world.path))
    return eventually(lambda: world.sockets() == ["ESTABLISHED"])


def worked(world: World, place: Place) -> bool:
    """Whether a call after the leaving needed no more connections than it should."""
    return len(world.server.accepted) == (
        1 if place.where != "server" or place.leaves_idle else 2
    )


# ------------------------------------------------------------------ tasks that are cancelled
@places
def test_a_cancelled_task_leaves_no_socket(place: Place, world: World) -> None:
    world.server.then(place.step)

    async def main() -> None:
        client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=url_of(world, place))
        _, transport = client.__runtime__()
        transport().sleep = world.sleep_async
        task = asyncio.ensure_future(place.act(AsyncThings(client), world))
        assert await asyncio.to_thread(eventually, lambda: arrived(world, place))
        await asyncio.sleep(0.05)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(rests, world, place)
        assert asyncio.all_tasks() == {asyncio.current_task()}
        world.server.then(OK)
        assert await client.request("GET", f"{world.server.url}/x") == GOOD
        assert worked(world, place)
        await client.aclose()
        assert not world.sockets()

    asyncio.run(main())


# ------------------------------------------------------------------ interrupts
class Interrupted(BaseException):
    """What a signal raises, as KeyboardInterrupt is raised."""


@contextmanager
def interrupted_when(is_there: Callable[[], object]) -> Generator[None]:
    """An exception in the middle of what the main thread does, soon after something is true."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Interrupted

    def send() -> None:
        if eventually(is_there):
            time.sleep(0.05)
            signal.pthread_kill(main, signal.SIGALRM)

    main = threading.get_ident()
    before = signal.signal(signal.SIGALRM, interrupt)
    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        sender.join()
        signal.signal(signal.SIGALRM, before)


GARBAGE = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""The standard library leaves a socket that is being connected to the garbage collector."""
CONNECTING = ("connecting", "agreeing on keys")


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, id=name, marks=GARBAGE if name in CONNECTING else ())
        for name, place in PLACES.items()
    ],
)
def test_an_interrupt_leaves_no_socket(place: Place, world: World) -> None:
    world.server.then(place.step)
    with BaseClient(api(), {"bearer": KEY}, base_url=url_of(world, place)) as client:
        _, transport = client.__runtime__()
        transport().sleep = world.sleep
        with (
            pytest.raises(Interrupted),
            interrupted_when(lambda: arrived(world, place)),
        ):
            place.act(Things(client), world)
        assert rests(world, place)
        world.server.then(OK)
        assert client.request("GET", f"{world.server.url}/x") == GOOD
        assert worked(world, place)
    assert not world.sockets()


# ------------------------------------------------------------------ at any moment
def test_cancelled_at_any_moment(world: World) -> None:
    """Calls that would succeed are cancelled anywhere between their start and their end.

    Each leaves no more than one idle connection, and nobody waits for a place in the pool.
    """
    world.server.then(reply(200, json.dumps({"x": "y" * 100_000}).encode()))

    async def main() -> tuple[int, int]:
        client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=world.server.url)
        things, cancelled = AsyncThings(client), 0
        for moment in range(120):
            # every second one has to connect first
            if moment % 2:
                other = AsyncBaseClient(
                    api(), {"bearer": KEY}, base_url=world.server.url
                )
                act = AsyncThings(other).call(GET, ("a",))
            else:
                other, act = client, things.call(GET, ("a",))
            task = asyncio.ensure_future(act)
            await asyncio.sleep(moment * 6e-5)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                cancelled += 1
            if other is not client:
                await other.aclose()
            assert await asyncio.to_thread(
                eventually, lambda: len(world.sockets()) <= 1
            ), moment
        made = [things.call(GET, ("a",)) for _ in range(150)]  # more than the pool has
        await asyncio.gather(*made)
        await client.aclose()
        return cancelled, len(world.sockets())

    cancelled, left = asyncio.run(main())
    assert cancelled > 10  # how many, is a matter of the machine
    assert not left


def test_a_deadline_leaves_no_socket(world: World) -> None:
    """A deadline of async calls cancels what they are doing."""
    for name, place in PLACES.items():
        # An answer that is there counts more than a deadline that ends the attempts after it.
        if place.act in (streaming, waiting) or name == "between two attempts":
            continue
        world.server.then(place.step)
        cut_short(place, world)


def cut_short(place: Place, world: World) -> None:
    options = Options(timeout=None, retries=0, deadline=0.3)

    async def main() -> None:
        client = AsyncBaseClient(
            api(), {"bearer": KEY}, base_url=url_of(world, place), options=options
        )
        with pytest.raises(RequestTimeoutError):
            await place.act(Limited(client), world)
        assert await asyncio.to_thread(rests, world, place)
        await client.aclose()

    asyncio.run(main())


# ------------------------------------------------------------------ what nobody reads to its end
def test_a_loop_over_a_stream_that_is_left(world: World) -> None:
    """By `break`, by an exception, and by forgetting the iterator."""
    with BaseClient(api(), {"bearer": KEY}, base_url=world.server.url) as client:
        things = Things(client)
        world.server.then(slow_lines())
        with things.stream(LISTEN, LINES, ()) as items:
            for item in items:
                assert item == {"n": 1}
                break
        assert eventually(lambda: not world.sockets())
        with (
            pytest.raises(ZeroDivisionError),
            things.stream(LISTEN, LINES, ()) as items,
        ):
            assert next(iter(items)) == {"n": 1}
            raise ZeroDivisionError
        assert eventually(lambda: not world.sockets())
        forgotten = things.stream(LISTEN, LINES, ())
        assert next(iter(forgotten.__enter__())) == {"n": 1}
        forgotten.close()
        forgotten.close()
        assert eventually(lambda: not world.sockets())
        world.server.then(OK)
        assert things.call(GET, ("a",)) == GOOD


def test_an_async_loop_over_a_stream_that_is_left(world: World) -> None:
    async def main() -> None:
        client = AsyncBaseClient(api(), {"bearer": KEY}, base_url=world.server.url)
        things = AsyncThings(client)
        world.server.then(slow_lines())
        async with things.stream(LISTEN, LINES, ()) as items:
            async for item in items:
                assert item == {"n": 1}
                break
        assert await asyncio.to_thread(eventually, lambda: not world.sockets())
        with pytest.raises(ZeroDivisionError):
            async with things.stream(LISTEN, LINES, ()) as items:
                await anext(aiter(items))
                raise ZeroDivisionError
        assert await asyncio.to_thread(eventually, lambda: not world.sockets())
        world.server.then(OK)
        assert await things.call(GET, ("a",)) == GOOD
        await client.aclose()

    asyncio.run(main())


def file_at(server: MisbehavingServer) -> Step:
    """The answer that says where the file is, which comes slowly."""
    return reply(200, json.dumps({"uri": f"{server.url}/file"}).encode())


def test_the_chunks_of_a_file_that_are_dropped(world: World) -> None:
    with MisbehavingServer() as home:
        home.then(file_at(world.server))
        side = SyncSide(home.url)
        for is_closed in (True, False):
            world.server.then(slow_lines())
            chunks = side.file().chunks()
            assert next(chunks)
            if is_closed:
                chunks.close()
            del chunks
            assert eventually(lambda: not world.sockets())
        side.close()


def test_the_async_chunks_of_a_file_that_are_dropped(world: World) -> None:
    async def drop(side: AsyncSide) -> None:
        async for chunk in side.file().chunks():
            assert chunk
            break
        gc.collect()
        assert await asyncio.to_thread(eventually, lambda: not world.sockets())

    with MisbehavingServer() as home:
        home.then(file_at(world.server))
        world.server.then(slow_lines())
        side = AsyncSide(home.url)
        side.runner.run(drop(side))
        side.close()


def test_pages_that_nobody_asks_for_hold_nothing(world: World) -> None:
    """Between two pages there is no request, so dropping a pager needs no care."""
    page = {"items": [1, 2], "next": "x"}
    steps = [
        reply(200, json.dumps({**page, "next": f"n{i}"}).encode()) for i in range(9)
    ]
    listing: Operation[JsonValue] = Operation(
        id="list",
        method="GET",
        path="/list",
        parameters=(Parameter("after", "query"),),
        results={"200": Json(JsonValue)},
    )
    world.server.then(*steps)
    with BaseClient(api(), {"bearer": KEY}, base_url=world.server.url) as client:
        for _ in range(3):
            pager = Things(client).pages(listing, PAGES, (None,))
            assert next(pager) == 1
            pages = pager.pages()
            next(pages)
            del pager, pages
        assert world.sockets() == ["ESTABLISHED"]
        assert len(world.server.accepted) == 1
        assert len(world.server.requests) == 6

    async def main() -> None:
        async with AsyncBaseClient(
            api(), {"bearer": KEY}, base_url=world.server.url
        ) as client:
            pager = AsyncThings(client).pages(listing, PAGES, (None,))
            assert await anext(pager) == 1
            pages = pager.pages()
            await anext(pages)
            del pager, pages
            gc.collect()
            assert await asyncio.to_thread(
                eventually, lambda: world.sockets() == ["ESTABLISHED"]
            )

    world.server.then(*steps)
    asyncio.run(main())
    assert not world.sockets()
