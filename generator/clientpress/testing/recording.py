"""Real exchanges, recorded in a file and replayed."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from threading import Lock
from typing import Any

import httpx2

from clientpress.document.data import is_object
from clientpress.testing.answers import Pieces
from clientpress.testing.cassette import (
    as_file,
    body_of,
    read_file,
    request_data,
    response_data,
)
from clientpress.testing.findings import NotRecorded
from clientpress.testing.loading import DocumentLike, open_document
from clientpress.testing.reading import Json
from clientpress.testing.redaction import Secrets, header_pairs
from clientpress.testing.security import Security

__all__ = ["Player", "Recorder", "record", "replay"]

_FAILURES: dict[str, type[httpx2.TransportError]] = {
    cls.__name__: cls
    for cls in (
        *(httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout),
        *(httpx2.ReadError, httpx2.ReadTimeout, httpx2.RemoteProtocolError),
        *(httpx2.WriteError, httpx2.WriteTimeout, httpx2.ProxyError),
    )
}


def record(
    path: str | os.PathLike[str],
    *,
    transport: httpx2.BaseTransport | httpx2.AsyncBaseTransport | None = None,
    document: DocumentLike | None = None,
    redact: Iterable[str] = (),
) -> Recorder:
    """A transport that sends requests, and records every exchange in a file. An existing file is replaced.

    Secrets are not written. These are: the headers of credentials and cookies, the keys that the document's
    security schemes name, well-known members such as `access_token`, the signatures of URLs, and the same
    texts anywhere else.

    Args:
        path: The path of the file.
        transport: Sends the requests; by default to the network.
        document: An OpenAPI document, for the names of its keys.
        redact: More names of headers, query parameters and members of bodies that hold secrets.

    Raises:
        DocumentError: The document cannot be used.
    """
    secrets = Secrets()
    secrets.add(redact)
    if document is not None:
        secrets.add_schemes(Security(open_document(document)))
    return Recorder(Path(path), transport, secrets)


def replay(path: str | os.PathLike[str]) -> Player:
    """A transport that answers from a file that `record` wrote. It needs no network.

    A request is answered with the first unused exchange that has its method, URL and body. Redacted texts are
    not compared. For other requests it raises `NotRecorded`.

    Raises:
        UnreadableRecording: The file is missing, or is not a recording.
    """
    return Player(Path(path))


class Recorder(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """The transport of `record`."""

    def __init__(
        self,
        path: Path,
        transport: httpx2.BaseTransport | httpx2.AsyncBaseTransport | None,
        secrets: Secrets,
    ) -> None:
        self._path, self._secrets = path, secrets
        self._transport = transport
        self._exchanges: list[dict[str, Json]] = []
        self._lock = Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and record the exchange."""
        request.read()
        if self._transport is None:
            self._transport = httpx2.HTTPTransport()
        if not isinstance(self._transport, httpx2.BaseTransport):
            raise TypeError("the transport to record is for httpx2.AsyncClient only")
        exchange = self._start(request)
        try:
            response = self._transport.handle_request(request)
        except httpx2.TransportError as error:
            self._failed(exchange, error)
            raise
        return self._recorded(exchange, response)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and record the exchange."""
        await request.aread()
        if self._transport is None:
            self._transport = httpx2.AsyncHTTPTransport()
        if not isinstance(self._transport, httpx2.AsyncBaseTransport):
            raise TypeError("the transport to record is for httpx2.Client only")
        exchange = self._start(request)
        try:
            response = await self._transport.handle_async_request(request)
        except httpx2.TransportError as error:
            self._failed(exchange, error)
            raise
        return self._recorded(exchange, response)

    def close(self) -> None:
        """Close the transport that sends."""
        if isinstance(self._transport, httpx2.BaseTransport):
            self._transport.close()

    async def aclose(self) -> None:
        """Close the transport that sends."""
        if isinstance(self._transport, httpx2.AsyncBaseTransport):
            await self._transport.aclose()

    # -------------------------------------------------------------- recording
    def _start(self, request: httpx2.Request) -> dict[str, Json]:
        """Start an exchange."""
        with self._lock:
            exchange: dict[str, Json] = {
                "request": request_data(request, self._secrets)
            }
            self._exchanges.append(exchange)
        return exchange

    def _failed(self, exchange: dict[str, Json], error: httpx2.TransportError) -> None:
        """Record that an exchange failed."""
        name = type(error).__name__
        kind = name if name in _FAILURES else "ReadError"
        with self._lock:
            exchange["failure"] = {"type": kind, "message": str(error)}
            self._write()

    def _recorded(
        self, exchange: dict[str, Json], response: httpx2.Response
    ) -> httpx2.Response:
        """The response, whose body is recorded while it is read."""

        def done(data: bytes, error: httpx2.TransportError | None) -> None:
            with self._lock:
                exchange["response"] = response_data(response, data, self._secrets)
            if error is not None:
                self._failed(exchange, error)
            else:
                with self._lock:
                    self._write()

        stream = _ObservedStream(response.stream, done)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=stream,
            extensions=response.extensions,
        )

    def _write(self) -> None:
        """Write the finished exchanges, atomically."""
        finished = [e for e in self._exchanges if "response" in e or "failure" in e]
        text = as_file(finished, self._secrets)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self._path)


class _ObservedStream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body that calls a function with its bytes when it was read, closed, or failed."""

    def __init__(
        self,
        stream: Any,
        done: Callable[[bytes, httpx2.TransportError | None], None],
    ) -> None:
        self._stream, self._done = stream, done
        self._pieces: list[bytes] = []
        self._is_done = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            for piece in self._stream:
                self._pieces.append(piece)
                yield piece
        except httpx2.TransportError as error:
            self._finish(error)
            raise

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._stream:
                self._pieces.append(piece)
                yield piece
        except httpx2.TransportError as error:
            self._finish(error)
            raise

    def close(self) -> None:
        self._finish(None)
        self._stream.close()

    async def aclose(self) -> None:
        self._finish(None)
        await self._stream.aclose()

    def _finish(self, error: httpx2.TransportError | None) -> None:
        if not self._is_done:
            self._is_done = True
            self._done(b"".join(self._pieces), error)


class Player(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """The transport of `replay`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._exchanges, self._secrets = read_file(path)
        self._left = list(self._exchanges)
        self._lock = Lock()

    @property
    def unused(self) -> list[str]:
        """Method and URL of the exchanges that no request needed."""
        with self._lock:
            return [_name(exchange["request"]) for exchange in self._left]

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request.

        Raises:
            NotRecorded: The recording has no exchange for it.
        """
        request.read()
        return self._answer(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request.

        Raises:
            NotRecorded: The recording has no exchange for it.
        """
        await request.aread()
        return self._answer(request)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        """The response of the first unused exchange that matches."""
        with self._lock:
            sent = request_data(request, self._secrets)
            sent = self._secrets.masked(sent)
            key = _key(sent)
            for i, exchange in enumerate(self._left):
                if _key(exchange["request"]) == key:
                    del self._left[i]
                    break
            else:
                raise NotRecorded(self._missing(sent))
        response, failure = exchange.get("response"), exchange.get("failure")
        error = None
        if is_object(failure):
            cls = _FAILURES.get(str(failure.get("type")), httpx2.ReadError)
            error = cls(str(failure.get("message", "")), request=request)
        if not is_object(response):
            raise error or httpx2.ReadError("no answer was recorded", request=request)
        return httpx2.Response(
            response["status"],
            headers=header_pairs(response.get("headers") or {}),
            stream=Pieces((body_of(response),), error),
            request=request,
        )

    def _missing(self, sent: dict[str, Json]) -> str:
        """The message about a request that is not in the file."""
        text = f"{_name(sent)} is not in {self._path}"
        same = sum(_key(e["request"]) == _key(sent) for e in self._exchanges)
        if same:
            return f"{text} once more: it was recorded {same} times"
        if not self._exchanges:
            return f"{text}, which has no exchanges"
        text_sent = _as_text(sent)
        nearest = max(
            (_as_text(e["request"]) for e in self._exchanges),
            key=lambda other: SequenceMatcher(None, text_sent, other).ratio(),
        )
        lines = unified_diff(
            nearest.splitlines(),
            text_sent.splitlines(),
            "recorded",
            "sent",
            lineterm="",
            n=1,
        )
        return "\n".join([f"{text}. The nearest that is:", *lines])


def _name(request: dict[str, Json]) -> str:
    return f"{request.get('method')} {request.get('url')}"


def _key(request: dict[str, Json]) -> str:
    """Two requests with the same key are the same."""
    words = ("method", "url", "json", "text", "base64")
    return json.dumps([request.get(word) for word in words], sort_keys=True)


def _as_text(request: dict[str, Json]) -> str:
    """A request as lines that can be compared."""
    body = {w: request[w] for w in ("json", "text", "base64") if w in request}
    return f"{_name(request)}\n{json.dumps(body, indent=1, sort_keys=True)}"
