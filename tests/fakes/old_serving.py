"""Serve an ASGI application on a free port of this machine, in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message: TypeAlias = MutableMapping[str, Any]
    Receive: TypeAlias = Callable[[], Awaitable[Message]]
    Send: TypeAlias = Callable[[Message], Awaitable[None]]
    App: TypeAlias = Callable[
        [MutableMapping[str, Any], Receive, Send], Awaitable[None]
    ]

Connections: TypeAlias = dict[tuple[str, int], asyncio.Transport]
"""The open connections by the client's address, which an application knows as `scope["client"]`."""

_START_SECONDS = 120.0
_STOP_SECONDS = 5.0


class ServerThread:
    """An HTTP server that runs from `start` to `stop`.

    The port is known, and bound, as soon as the object is made. `connections` is where the server
    keeps its open connections, so that an application can cut one.
    """

    def __init__(self, app: App, connections: Connections) -> None:
        # asyncio only switches off the delay of small packets when the protocol is named.
        self._socket = socket.socket(proto=socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            app,
            http=_protocol(connections),
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
        )
        self._server = _Server(config, connections)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), daemon=True
        )

    def start(self) -> None:
        """Start to serve. Connections are accepted when this returns."""
        self._thread.start()
        if not self._server.ready.wait(_START_SECONDS):
            raise RuntimeError(
                f"the server did not start within {_START_SECONDS} seconds"
            )

    def stop(self) -> None:
        """Close all connections and wait for the thread to end."""
        self._server.leave()
        self._thread.join()
        self._socket.close()


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
