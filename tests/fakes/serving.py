"""Answer requests on a free port of this machine, in a thread, and fail as the faults say."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl

import httpx2
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.fakes.faults import Fault, Received

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Connections: TypeAlias = dict[tuple[str, int], asyncio.Transport]
"""The open connections by the client's address, which an application knows as `scope["client"]`."""

_START_SECONDS = 120.0
_STOP_SECONDS = 5.0


class Host:
    """A server that answers with what `answer` returns. It runs as long as its context.

    Attributes:
        requests: Every request received so far.
        faults: What is still to go wrong; append to it. The first that matches is taken, and is
            gone after its last time.
        base_url: Where it is.
    """

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.faults: list[Fault] = []
        self._connections: Connections = {}
        # asyncio only switches off the delay of small packets when the protocol is named.
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._handle,
            http=_protocol(self._connections),
            loop="asyncio",
            interface="asgi3",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
        self._server = _Server(config, self._connections)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), daemon=True
        )

    def answer(self, received: Received) -> httpx2.Response:
        """Answer a request."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError(
                f"the server did not start within {_START_SECONDS} seconds"
            )
        return self

    def __exit__(self, *how: object) -> None:
        self._server.leave()
        self._thread.join()
        self._socket.close()

    # -------------------------------------------------------------- as an ASGI application
    async def _handle(self, scope: Message, receive: Receive, send: Send) -> None:
        received = await _received(scope, receive)
        self.requests.append(received)
        fault = self._take(received)
        answer = fault.spoil(self.answer(received) if fault.handles else None)
        if fault.delay:
            await _wait(receive, fault.delay)
        if fault.cut != "before_headers":
            await _send(answer, send, is_cut=bool(fault.cut))
        if fault.cut:
            self._connections[tuple(scope["client"])].abort()
            # The server takes a missing answer for a mistake until it has seen the connection go.
            await _disconnected(receive)
        elif answer.status_code >= 400:
            # Many servers close connections after errors, without saying so.
            self._connections[tuple(scope["client"])].close()

    def _take(self, request: Received) -> Fault:
        for index, fault in enumerate(self.faults):
            if fault.matches(request):
                if fault.times > 1:
                    self.faults[index] = replace(fault, times=fault.times - 1)
                else:
                    del self.faults[index]
                return fault
        return Fault()


async def _received(scope: Message, receive: Receive) -> Received:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    path, query = (scope[name].decode("ascii") for name in ("raw_path", "query_string"))
    return Received(
        method=scope["method"],
        path=path,
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
        ),
        body=body,
        target=f"{path}?{query}" if query else path,
    )


async def _send(answer: httpx2.Response, send: Send, *, is_cut: bool) -> None:
    headers = [(name.lower(), value) for name, value in answer.headers.raw]
    start = {"status": answer.status_code, "headers": headers}
    await send({"type": "http.response.start", **start})
    assert isinstance(answer.stream, httpx2.SyncByteStream)
    pieces = list(answer.stream)
    if is_cut:
        whole = b"".join(pieces)
        pieces = [whole[: len(whole) // 2]]
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    if not is_cut:
        await send({"type": "http.response.body"})


async def _wait(receive: Receive, seconds: float) -> None:
    """Wait, but no longer than the client does."""
    try:
        await asyncio.wait_for(_disconnected(receive), seconds)
    except TimeoutError:
        return


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


# ------------------------------------------------------------------ the server
class _Server(uvicorn.Server):
    """Says when it is ready, and stops at once, where uvicorn's own takes two tenths of a second."""

    def __init__(self, config: uvicorn.Config, connections: Connections) -> None:
        super().__init__(config)
        self._connections = connections
        self.ready = threading.Event()
        self._leaving: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._leaving = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.ready.set()

    async def main_loop(self) -> None:
        assert self._leaving is not None
        await self.on_tick(0)
        await self._leaving.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for transport in list(self._connections.values()):
            transport.abort()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_STOP_SECONDS)

    def leave(self) -> None:
        if self._loop is not None and self._leaving is not None:
            self._loop.call_soon_threadsafe(self._leaving.set)


def _protocol(connections: Connections) -> type[asyncio.Protocol]:
    class Registered(H11Protocol):
        _address: tuple[str, int]

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            super().connection_made(transport)
            self._address = transport.get_extra_info("peername")
            connections[self._address] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            connections.pop(self._address, None)
            super().connection_lost(exc)

    return Registered
