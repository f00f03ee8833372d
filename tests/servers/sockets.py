"""What this process has open towards a server, and servers that get stuck."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil  # type: ignore[import-untyped]

__all__ = ["StuckServer", "eventually", "is_open", "sockets_to"]


def sockets_to(port: int) -> list[str]:
    """The states of the sockets that this process has open towards a port of this machine."""
    return [
        str(each.status)
        for each in psutil.Process().net_connections("tcp")
        if each.fd != -1 and each.raddr and each.raddr[1] == port
    ]


def is_open(path: Path) -> bool:
    """Whether this process has a file open."""
    return any(each.path == str(path) for each in psutil.Process().open_files())


def eventually(check: Callable[[], object], seconds: float = 120.0) -> bool:
    """Whether something becomes true; on a busy machine that takes its time."""
    until = time.monotonic() + seconds
    while not (found := check()) and time.monotonic() < until:
        time.sleep(0.005)
    return bool(found)


class StuckServer:
    """Accepts connections and reads nothing; or, if it is full, does not even accept."""

    def __init__(self, *, is_full: bool = False) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=0)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._held: list[socket.socket] = []
        self._is_full = is_full

    def __enter__(self) -> Self:
        if self._is_full:
            self._fill()
        else:
            threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not self._is_full:
            self._listener.shutdown(socket.SHUT_RDWR)
        for each in (self._listener, *self._held):
            each.close()

    @property
    def own(self) -> int:
        """How many sockets towards it are its own: those that fill its queue."""
        return len(self._held) if self._is_full else 0

    def _fill(self) -> None:
        """Take all places of the queue, until the system answers nobody any more."""
        while True:
            made = socket.socket()
            made.settimeout(0.2)
            self._held.append(made)
            try:
                made.connect(("127.0.0.1", self.port))
            except TimeoutError:
                return

    def _accept(self) -> None:
        while True:
            try:
                self._held.append(self._listener.accept()[0])
            except OSError:
                return
