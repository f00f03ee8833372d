"""A TCP proxy that forwards one byte a segment, in both directions."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

_PATIENCE = 5.0
"""Seconds until a thread that does not end is given up."""


class OneByteRelay:
    """Forwards every connection to a port of this machine, byte by byte.

    Small packets are not held back, so every byte is a segment of its own; in between, the thread
    gives way, so that the reader seldom finds two.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.segments = 0
        """How many bytes the connections that ended have forwarded, each alone."""

    @property
    def url(self) -> str:
        """The base URL of what it stands for."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._sockets:
                _end(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_PATIENCE)
        for connection in (self._listener, *self._sockets):
            connection.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets += [near, far]
            self._start(self._forward, near, far)
            self._start(self._forward, far, near)

    def _forward(self, source: socket.socket, target: socket.socket) -> None:
        sent = 0
        try:
            while data := source.recv(65_536):
                for place in range(len(data)):
                    target.sendall(data[place : place + 1])
                    sent += 1
                    time.sleep(0)
        except OSError:
            _end(source, socket.SHUT_RD)
        _end(target, socket.SHUT_WR)
        with self._lock:
            self.segments += sent


def _end(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:
        return  # the other end was faster
