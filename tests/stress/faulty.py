"""A server that does what it is asked for, except that five of a hundred requests go wrong.

Which ones, and how, depends on nothing but the id of the call and the number of its attempt. It
keeps books: what arrived, what it did, and which requests it spoilt.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from random import Random
from time import time
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

FAULTS = 0.05
"""The part of requests that go wrong."""


class Asked(NamedTuple):
    """A request."""

    method: str
    id: int
    key: str
    """Its idempotency key."""


class Books:
    """What happened, by the ids of the calls."""

    def __init__(self) -> None:
        self.arrived: Counter[int] = Counter()
        self.done: Counter[int] = Counter()
        self.keys: dict[str, int] = {}
        self.uncertain: set[int] = set()
        """Calls with an attempt after which the caller cannot know whether it was done."""
        self.spoilt: Counter[str] = Counter()

    def do(self, asked: Asked) -> None:
        """What the request asks for, once for each key."""
        if asked.method == "GET" or asked.key in self.keys:
            return
        if asked.key:
            self.keys[asked.key] = asked.id
        self.done[asked.id] += 1


Fault: TypeAlias = (
    "Callable[[FaultyServer, Asked, asyncio.StreamWriter], Awaitable[bool]]"
)
"""What goes wrong with a request; whether the connection stays open."""


class FaultyServer:
    """Serves from `with` on, in a thread of its own.

    Every now and then it does not listen for a moment, so that connections are refused.
    """

    def __init__(self, seed: int) -> None:
        self.books = Books()
        self._seed = seed
        self._socket = _listener(0)
        self._port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._is_listening = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Awaitable[None]) -> None:
        async def do() -> None:
            await work

        asyncio.run_coroutine_threadsafe(do(), self._loop).result(10)

    async def _listen(self) -> None:
        self._loop.add_reader(self._socket, self._accept)
        self._is_listening = True

    def _accept(self) -> None:
        # By hand: what asyncio accepts while its server is being closed is never closed.
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return  # gone already
        connection.setblocking(False)
        reader = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(reader, self._serve)
        made = self._loop.connect_accepted_socket(lambda: protocol, connection)
        task = self._loop.create_task(made)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._is_listening = False

    async def _stop(self) -> None:
        while not self._is_listening:
            await asyncio.sleep(0.01)
        self._close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _pause(self) -> None:
        """Refuse connections for a moment; the open ones go on."""
        if not self._is_listening:
            return  # somebody else is about it
        self._close()
        await asyncio.sleep(0.03)
        self._socket = _listener(self._port)
        await self._listen()

    # -------------------------------------------------------------- requests
    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while (asked := await _read(reader)) is not None:
                if not await self._answer(asked, writer):
                    break
        except (OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass  # the client went away, or the server stops
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        books = self.books
        books.arrived[asked.id] += 1
        chance = Random(f"{self._seed} {asked.id} {books.arrived[asked.id]}")
        if chance.random() >= FAULTS:
            books.do(asked)
            writer.write(_reply(200, _body(asked)))
            return True
        name = chance.choice(list(KINDS))
        books.spoilt[name] += 1
        if name not in CERTAIN:
            books.uncertain.add(asked.id)
        return await KINDS[name](self, asked, writer)

    async def reset(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """The connection is reset before anything is done."""
        return _cut(writer)

    async def reset_when_done(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """It is done, but nobody learns of it."""
        self.books.do(asked)
        return _cut(writer)

    async def reset_in_body(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """The headers come, and half of the body."""
        self.books.do(asked)
        whole = _reply(200, _body(asked))
        writer.write(whole[:-9])
        await writer.drain()
        await asyncio.sleep(0.002)
        return _cut(writer)

    async def half_a_body(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """The connection ends properly, the body does not."""
        self.books.do(asked)
        writer.write(_reply(200, _body(asked))[:-9])
        return False

    async def refuse(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """429, with seconds."""
        writer.write(_reply(429, b"{}", "Retry-After: 1"))
        return True

    async def be_away(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """503, with a date."""
        when = formatdate(time() + 2, usegmt=True)
        writer.write(_reply(503, b"{}", f"Retry-After: {when}"))
        return True

    async def fail(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """500, though it is done."""
        self.books.do(asked)
        writer.write(_reply(500, b"oops"))
        return True

    async def gateway(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """502, and nothing is done."""
        writer.write(_reply(502, b"<html>"))
        return True

    async def be_slow(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """All goes well, byte by byte."""
        self.books.do(asked)
        for byte in _reply(200, _body(asked)):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.0002)
        return True

    async def hang_up(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """All goes well, and the connection ends without a word."""
        self.books.do(asked)
        writer.write(_reply(200, _body(asked)))
        return False

    async def vanish(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Refused, and so is everybody for a moment."""
        writer.write(_reply(429, b"{}", "retry-after-ms: 3", "Connection: close"))
        await self._pause()
        return False


KINDS: dict[str, Fault] = {
    "reset": FaultyServer.reset,
    "reset when done": FaultyServer.reset_when_done,
    "reset in the body": FaultyServer.reset_in_body,
    "half a body": FaultyServer.half_a_body,
    "429": FaultyServer.refuse,
    "503": FaultyServer.be_away,
    "500": FaultyServer.fail,
    "502": FaultyServer.gateway,
    "slow": FaultyServer.be_slow,
    "hanging up": FaultyServer.hang_up,
    "refused": FaultyServer.vanish,
}
CERTAIN = {"429", "503", "slow", "hanging up", "refused"}
"""After these, the caller knows whether it was done."""


# ------------------------------------------------------------------ HTTP
def _listener(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    made.listen(256)
    made.setblocking(False)
    return made


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.strip().split("\r\n")
    headers = {
        name.lower(): text for name, _, text in (h.partition(": ") for h in rest)
    }
    method, target, _ = first.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    number = json.loads(body)["id"] if body else target.rpartition("/")[2]
    return Asked(method, int(number), headers.get("x-key", ""))


def _body(asked: Asked) -> bytes:
    return json.dumps({"id": asked.id, "text": "x" * (asked.id % 50)}).encode()


def _reply(status: int, body: bytes, *headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Status",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _cut(writer: asyncio.StreamWriter) -> bool:
    connection = writer.get_extra_info("socket")
    linger = struct.pack("ii", 1, 0)  # close sends RST instead of FIN
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()
    return False
