"""A loopback HTTP server that misbehaves as a script says, one step a request.

It speaks through raw sockets, so it can send half an answer, reset a connection or drip bytes.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from io import BufferedReader
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias

Step: TypeAlias = Callable[[socket.socket], bool]
"""Answers one request; says whether the connection stays open."""


class Received(NamedTuple):
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


# ------------------------------------------------------------------ steps
def reply(
    status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None
) -> Step:
    """A proper answer."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(_head(status, len(body), headers or {}) + body)
        return True

    return step


def digest(data: bytes, name: str = "sha256") -> str:
    """The digest of a file, as headers have it."""
    return b64encode(hashlib.new(name, data).digest()).decode()


def part(
    data: bytes, headers: Mapping[str, str], *, start: int = 0, end: int | None = None
) -> Step:
    """The file from `start`, cut at `end`: 206 unless it starts at 0."""

    def step(connection: socket.socket) -> bool:
        lines = [f"HTTP/1.1 {206 if start else 200} OK"]
        lines += [f"Content-Length: {len(data) - start}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if start:
            size = len(data)
            lines += [f"Content-Range: bytes {start}-{size - 1}/{size}"]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + data[start:end])
        return end is None

    return step


def reset() -> Step:
    """The connection is reset before any answer."""

    def step(connection: socket.socket) -> bool:
        _reset(connection)
        return False

    return step


def reset_after_headers(status: int = 200) -> Step:
    """The headers come, then the connection is reset."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(_head(status, 100, {}))
        time.sleep(0.02)
        _reset(connection)
        return False

    return step


def half_a_body(status: int = 200) -> Step:
    """The body is shorter than announced."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(_head(status, 100, {}) + b'{"half": ')
        return False

    return step


def silence() -> Step:
    """Nothing comes, until the client goes away."""

    def step(connection: socket.socket) -> bool:
        while connection.recv(65_536):
            pass
        return False

    return step


def when(gate: threading.Event, step: Step) -> Step:
    """The same, as soon as a gate is open."""

    def run(connection: socket.socket) -> bool:
        gate.wait()
        return step(connection)

    return run


def drip(body: bytes, delay: float) -> Step:
    """The body comes byte by byte."""

    def step(connection: socket.socket) -> bool:
        connection.sendall(_head(200, len(body), {}))
        for byte in body:
            time.sleep(delay)
            connection.sendall(bytes([byte]))
        return True

    return step


def drip_raw(data: bytes, delay: float) -> Step:
    """Bytes come one by one, whatever they are: the head of an answer, or ends of chunks."""

    def step(connection: socket.socket) -> bool:
        for byte in data:
            connection.sendall(bytes([byte]))
            time.sleep(delay)
        return False

    return step


def stream(
    chunks: Iterable[bytes],
    *,
    content_type: str = "text/event-stream",
    end: bool = True,
) -> Step:
    """A chunked body; without `end` the connection is cut in the middle."""
    parts = list(chunks)

    def step(connection: socket.socket) -> bool:
        connection.sendall(
            f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        for part in parts:
            connection.sendall(b"%x\r\n%s\r\n" % (len(part), part))
        if end:
            connection.sendall(b"0\r\n\r\n")
        return end

    return step


def _head(status: int, length: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {length}"]
    if "content-type" not in {name.lower() for name in headers}:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def _reset(connection: socket.socket) -> None:
    linger = struct.pack("ii", 1, 0)  # close sends RST instead of FIN
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


# ------------------------------------------------------------------ the server
class MisbehavingServer:
    """Answers each request with the next step; the last one is repeated."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps) or [reply()]
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._is_closed = False
        self.requests: list[Received] = []
        self.accepted: list[tuple[str, int]] = []
        """Addresses of all connections so far."""

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Its base URL."""
        return f"http://127.0.0.1:{self.port}"

    def then(self, *steps: Step) -> None:
        """Another script, from the next request on."""
        with self._lock:
            self._steps = list(steps)

    def open_connections(self) -> int:
        """How many connections clients still hold."""
        with self._lock:
            return len(self._connections)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_closed = True
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other end was faster
        for thread in self._threads:
            thread.join(60)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._is_closed:
            try:
                connection, address = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            connection.settimeout(None)
            with self._lock:
                self._connections.append(connection)
                self.accepted.append(address)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as file:
                while (request := _read(file)) is not None:
                    with self._lock:
                        self.requests.append(request)
                        is_last = len(self._steps) == 1
                        step = self._steps[0] if is_last else self._steps.pop(0)
                    if not step(connection):
                        return
        except OSError:
            return  # the client went away
        finally:
            with self._lock:
                self._connections.remove(connection)


def _read(file: BufferedReader) -> Received | None:
    first = file.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while (line := file.readline().decode("latin-1").strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = b""
    if headers.get("transfer-encoding") == "chunked":
        while size := int(file.readline(), 16):
            body += file.read(size)
            file.readline()
        file.readline()
    else:
        body = file.read(int(headers.get("content-length", "0")))
    return Received(first[0], first[1], headers, body)


def refused_url() -> str:
    """A base URL where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
