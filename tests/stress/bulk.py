"""A server of large bodies, none of which it holds: it takes, counts and hashes them, or makes them up."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from io import BufferedReader
from types import TracebackType
from typing import Self

CHUNK = 1 << 18
PATTERN = bytes(range(251)) * (CHUNK // 251 + 1)
"""Of a length that divides nothing, so that a chunk that is lost or swapped shows."""


def made_up(size: int) -> memoryview:
    """The first bytes of every chunk of a made-up body."""
    return memoryview(PATTERN)[: min(size, CHUNK)]


def digest_of(size: int) -> str:
    """The digest of a made-up body."""
    digest = hashlib.sha256()
    while size:
        chunk = made_up(size)
        digest.update(chunk)
        size -= len(chunk)
    return digest.hexdigest()


class BulkServer:
    """GET /bytes/N answers with N made-up bytes, GET /lines/N with N lines of JSON.

    GET /where/bytes/N says where the former is. What follows in a path does not matter. Every
    request with a body is answered with the size and the digest of its body.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as file:
                while line := file.readline():
                    method, target, _ = line.decode().split()
                    headers = _headers(file)
                    if method == "GET":
                        self._give(connection, target)
                    else:
                        _answer(connection, _taken(file, headers))
        except OSError:
            return  # the client went away

    def _give(self, connection: socket.socket, target: str) -> None:
        _, what, *rest = target.split("/")
        if what == "where":
            _answer(connection, {"uri": f"{self.url}/{rest[0]}/{rest[1]}"})
            return
        size = int(rest[0])
        if what == "bytes":
            _head(connection, size, "application/octet-stream")
            while size:
                chunk = made_up(size)
                connection.sendall(chunk)
                size -= len(chunk)
        else:
            line = b'{"text": "%s"}\n' % (b"x" * 1000)
            _head(connection, size * len(line), "application/jsonl")
            for _ in range(size):
                connection.sendall(line)


def _headers(file: BufferedReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


def _taken(file: BufferedReader, headers: dict[str, str]) -> dict[str, object]:
    """What came, with the first and the last part of it."""
    digest, size = hashlib.sha256(), 0
    is_chunked = headers.get("transfer-encoding") == "chunked"
    while left := int(file.readline(), 16) if is_chunked else _announced(headers):
        while left:
            data = file.read(min(left, CHUNK))
            if not data:
                raise ConnectionError("The body is not complete")
            digest.update(data)
            size += len(data)
            left -= len(data)
        if not is_chunked:
            break
        file.readline()
    if is_chunked:
        file.readline()
    return {"size": size, "digest": digest.hexdigest()}


def _announced(headers: dict[str, str]) -> int:
    return int(headers.get("content-length", "0"))


def _head(connection: socket.socket, size: int, media_type: str) -> None:
    connection.sendall(
        f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n"
        f"Content-Type: {media_type}\r\n\r\n".encode()
    )


def _answer(connection: socket.socket, said: dict[str, object]) -> None:
    body = json.dumps(said).encode()
    _head(connection, len(body), "application/json")
    connection.sendall(body)
