# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests over httpx2, blocking and async. The only module that imports it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import copy_context
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import httpx2

from .connections import AsyncConnectionGuard, ConnectionGuard, unread
from .errors import ConfigurationError
from .messages import Failure, Read, Request, Response
from .protocol import Settings
from .reading import Body, Inflater, answer_of, inflater_of
from .urls import redact

if TYPE_CHECKING:
    from concurrent.futures import Future

C = TypeVar("C", httpx2.Client, httpx2.AsyncClient)


# ------------------------------------------------------------------ clients of httpx2
def check_given(client: object, wanted: type[C]) -> C:
    """The caller's client.

    Raises:
        ConfigurationError: It is of another kind.
    """
    if not isinstance(client, wanted):
        cls = client.__class__
        kind = f"{cls.__module__.partition('.')[0]}.{cls.__name__}"
        raise ConfigurationError(
            f"http_client must be an httpx2.{wanted.__name__}, not {kind}"
        )
    return client


def brings_credentials(client: object) -> bool:
    """Whether the caller's client, or one that a function will return, may add credentials."""
    if isinstance(client, (httpx2.Client, httpx2.AsyncClient)):
        return client.auth is not None or "authorization" in client.headers
    return client is not None


def _make(cls: type[C], settings: Settings, scheme: str) -> C:
    """A new client for one scheme.

    Loading the certificates of the system takes longer than many calls, and http does not need
    them. The context for http trusts no certificate, so https with it would always fail.
    """
    verify: ssl.SSLContext | bool
    if scheme == "http" and settings.proxy is None:
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    elif isinstance(settings.verify, str):
        place = Path(settings.verify)
        cafile, capath = (None, place) if place.is_dir() else (place, None)
        try:
            verify = ssl.create_default_context(cafile=cafile, capath=capath)
        except OSError as e:
            raise ConfigurationError(f"verify: cannot load the file: {e}") from e
    else:
        verify = settings.verify
    return cls(verify=verify, proxy=settings.proxy)


class _QuietURL(httpx2.URL):
    """A URL that shows no credentials; httpx2 writes every URL to its log."""

    shown: str

    def __str__(self) -> str:
        return self.shown

    def __repr__(self) -> str:
        return f"URL({self.shown!r})"


def _build(
    client: httpx2.Client | httpx2.AsyncClient, is_given: bool, request: Request
) -> httpx2.Request:
    """The request for httpx2.

    The caller's client adds its headers and cookies, but only if credentials may be sent. No
    variable holds headers, URL or body: httpx2 may raise an error.
    """
    adds = is_given and request.trusted
    make: type[httpx2.Request] | Any = client.build_request if adds else httpx2.Request
    timeouts = dict.fromkeys(("connect", "read", "write", "pool"), request.timeout)
    built = make(
        request.method,
        request.url,
        headers=_headers(request, encodings=not adds),
        content=_content(request, isinstance(client, httpx2.AsyncClient)),
        extensions={"timeout": timeouts},
    )
    if adds and client.params:  # httpx2 would replace the query of the URL by them
        mark = "&" if "?" in request.url else "?"
        built.url = httpx2.URL(f"{request.url}{mark}{client.params}")
    redacted = redact(request.url, request.secret_names)
    if redacted != request.url:
        quiet = _QuietURL(built.url)
        quiet.shown = redacted
        built.url = quiet
    return built


def _content(request: Request, is_async: bool) -> Any:
    """The body, which is read while it is sent unless it is in memory."""
    body = request.body
    if body is None or body.is_in_memory:
        return body and body.in_memory
    return body.async_chunks() if is_async else body.chunks()


def _headers(request: Request, *, encodings: bool) -> list[tuple[bytes, bytes]]:
    """All headers of a request.

    Args:
        encodings: Whether to add `Accept-Encoding`, unless the request has it.
    """
    length = 0 if request.body is None else request.body.length
    headers = [
        (name.encode(), value.encode("utf-8", "replace"))
        for name, value in request.headers
        # A parameter of that name is sent only if the length is not known.
        if name != "content-length" or length is None
    ]
    if request.body is not None and length is not None:
        headers.append((b"content-length", str(length).encode()))
    if encodings and not any(name == b"accept-encoding" for name, _ in headers):
        headers.append((b"accept-encoding", b"gzip, deflate"))
    return headers


def _how(is_given: bool, request: Request) -> dict[str, Any]:
    """How a request is sent; the caller's client adds credentials only if they may be sent."""
    auth = {"auth": None} if is_given and not request.trusted else {}
    return {"stream": True, "follow_redirects": False, **auth}


def _failure(error: Exception) -> Failure:
    """The failure for an exception of httpx2."""
    text = str(error) or type(error).__name__
    for cls, kind, sent, phase in _MEANINGS:
        if isinstance(error, cls):
            if kind == "timeout":
                text = f"Timed out ({phase})"
            return Failure(kind, text, sent, phase, error, _lasts(error))
    return Failure("broken", text, True, "read", error)


def _lasts(error: BaseException | None) -> bool:
    """Whether the reason is an unknown host, or a certificate that is not trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        if isinstance(error, socket.gaierror):
            return error.errno != socket.EAI_AGAIN
        error = error.__cause__ or error.__context__
    return False


_MEANINGS: tuple[tuple[type[Exception], Any, bool, str], ...] = (
    (httpx2.ConnectTimeout, "timeout", False, "connect"),
    (httpx2.PoolTimeout, "timeout", False, "pool"),
    (httpx2.WriteTimeout, "timeout", True, "write"),
    (httpx2.TimeoutException, "timeout", True, "read"),
    (httpx2.ConnectError, "connect", False, "connect"),
    (httpx2.ProxyError, "connect", False, "connect"),
    (httpx2.UnsupportedProtocol, "invalid", False, ""),
    (httpx2.LocalProtocolError, "invalid", False, ""),
    (httpx2.InvalidURL, "invalid", False, ""),
    (httpx2.DecodingError, "garbled", True, "read"),
    (httpx2.WriteError, "broken", True, "write"),
)
_ERRORS = (httpx2.HTTPError, httpx2.InvalidURL)

_DRAINING = 1.0
"""Seconds for the rest of an answer that is not needed."""

_TOO_LATE = Failure("timeout", "The deadline has passed", True, "deadline")


def _after_reading(handle: httpx2.Response, error: Exception) -> Response | Failure:
    """The outcome if the body could not be read: an error status without its body, else a failure."""
    return answer_of(handle, b"") if handle.status_code >= 400 else _failure(error)


class _Clients(Generic[C]):
    """The httpx2 clients of one transport, one for each scheme, created at the first request."""

    def __init__(self, settings: Settings, cls: type[C]) -> None:
        if settings.given is not None and not callable(settings.given):
            check_given(settings.given, cls)
        self._settings = settings
        self._cls: type[C] = cls
        self._lock = Lock()
        self._made: dict[str, C] = {}
        self.is_given = settings.given is not None
        self.is_ours = not self.is_given or callable(settings.given)

    def get(self, url: str) -> C:
        """The client for a URL."""
        scheme = "" if self.is_given else url[:5].lower().rstrip(":")
        if scheme not in self._made:
            with self._lock:
                if scheme not in self._made:
                    self._made[scheme] = self._new(scheme)
        return self._made[scheme]

    def _new(self, scheme: str) -> C:
        client = self._settings.given
        if client is None:
            return _make(self._cls, self._settings, scheme)
        return check_given(client() if callable(client) else client, self._cls)

    def take_all(self) -> list[C]:
        """The clients that have to be closed."""
        with self._lock:
            clients = list(self._made.values()) if self.is_ours else []
            self._made.clear()
            return clients


# ------------------------------------------------------------------ bodies
def _pieces(handle: httpx2.Response) -> Iterator[bytes]:
    """The body of an answer, decompressed.

    Raises:
        httpx2.HTTPError: It is not complete, or cannot be decompressed.
    """
    inflater = inflater_of(handle)
    if inflater is None:
        yield from handle.iter_bytes()
        return
    for data in handle.iter_raw():
        yield from _inflated(inflater, data)
    _check_end(inflater, handle)


async def _async_pieces(handle: httpx2.Response) -> AsyncIterator[bytes]:
    inflater = inflater_of(handle)
    if inflater is None:
        async for data in handle.aiter_bytes():
            yield data
        return
    async for data in handle.aiter_raw():
        for piece in _inflated(inflater, data):
            yield piece
    _check_end(inflater, handle)


def _inflated(inflater: Inflater, data: bytes) -> Iterator[bytes]:
    try:
        yield from inflater.feed(data)
    except zlib.error as e:
        raise httpx2.DecodingError(str(e)) from e


def _check_end(inflater: Inflater, handle: httpx2.Response) -> None:
    if not inflater.is_whole and handle.status_code < 400:
        raise httpx2.ReadError("The compressed body is not complete")


# ------------------------------------------------------------------ blocking
def _in_time(
    do: Callable[[], Response | Failure], until: float, guard: ConnectionGuard
) -> Response | Failure:
    """The outcome of a blocking function, or a failure at the deadline.

    A socket knows limits for single reads and writes only, so a server could send one byte after
    the other for ever. The function is called in a thread, which is left behind at the deadline.
    """
    from concurrent.futures import Future, wait  # take long to load

    future: Future[Response | Failure] = Future()

    def work() -> None:
        try:
            future.set_result(do())
        except BaseException as e:
            future.set_exception(e)

    Thread(target=copy_context().run, args=(work,), daemon=True).start()
    is_late = True
    try:
        is_late = not wait([future], max(0.0, until - time.monotonic())).done
    finally:  # Ctrl-C too
        if is_late:
            future.add_done_callback(_close_late)
            guard.interrupt()
    return _TOO_LATE if is_late else future.result()


def _close_late(future: Future[Response | Failure]) -> None:
    """Close an answer that nobody waits for any more."""
    outcome = future.exception() or future.result()
    if isinstance(outcome, Response) and outcome.handle is not None:
        outcome.handle.close()


class HttpTransport:
    """Sends and waits, blocking."""

    def __init__(
        self, settings: Settings, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clients = _Clients(settings, httpx2.Client)
        self.sleep = sleep

    def fits(self) -> bool:
        """Whether it can be used here; event loops do not matter to it."""
        return True

    def send(self, request: Request) -> Response | Failure:
        """Send a request; read the answer unless `request.stream` is true."""
        guard = ConnectionGuard()
        until, do = request.give_up_at, partial(self._send, request, guard)
        return do() if until is None else _in_time(do, until, guard)

    def _send(self, request: Request, guard: ConnectionGuard) -> Response | Failure:
        client = self._clients.get(request.url)
        is_given = self._clients.is_given
        try:
            built = _build(client, is_given, request)
            built.extensions["trace"] = guard
            handle = client.send(built, **_how(is_given, request))
        except _ERRORS as e:
            return _failure(e)
        guard.handle = handle
        if request.stream:
            return answer_of(handle, None)
        return self._read(handle, request.max_body)

    def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        guard = ConnectionGuard()
        guard.handle = effect.response.handle
        do = partial(self._read, effect.response.handle, effect.max_body)
        until = effect.give_up_at
        return do() if until is None else _in_time(do, until, guard)

    def _read(self, handle: httpx2.Response, most: int | None) -> Response | Failure:
        body = Body(handle, most)
        try:
            for chunk in _pieces(handle):
                if body.add(chunk):
                    break
            return body.end()
        except _ERRORS as e:
            return _after_reading(handle, e)
        finally:
            handle.close()

    def chunks(self, response: Response) -> Iterator[bytes | Failure]:
        """The chunks of an answer, open or not; a failure is the last one."""
        handle = response.handle
        if handle is None:
            yield response.body
            return
        try:
            yield from _pieces(handle)
        except _ERRORS as e:
            yield _failure(e)

    def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
        """Read the rest of an answer that is not needed, so that its connection can be used again."""
        stream: Any = response.handle.extensions.get("network_stream")
        until = time.monotonic() + _DRAINING
        while stream is not None and time.monotonic() < until:
            is_readable = unread(response.handle) or stream.get_extra_info(
                "is_readable"
            )
            if not is_readable:
                time.sleep(0.001)
            elif not isinstance(next(chunks, None), bytes):
                return

    def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        response.handle.close()

    def close(self) -> None:
        """Close all connections."""
        for client in self._clients.take_all():
            client.close()


# ------------------------------------------------------------------ async
class AsyncHttpTransport:
    """Sends and waits, async."""

    def __init__(
        self,
        settings: Settings,
        sleep: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._clients = _Clients(settings, httpx2.AsyncClient)
        self._loop = running_loop()
        self.sleep = _sleep_async if sleep is None else sleep

    def fits(self) -> bool:
        """Whether its connections belong to the running event loop."""
        return self._clients.is_given or self._loop is running_loop()

    async def send(self, request: Request) -> Response | Failure:
        """Send a request; read the answer unless `request.stream` is true."""
        if request.give_up_at is None:
            return await self._send(request)
        from anyio import move_on_after

        with move_on_after(max(0.0, request.give_up_at - time.monotonic())):
            return await self._send(request)
        return _TOO_LATE

    async def _send(self, request: Request) -> Response | Failure:
        client = self._clients.get(request.url)
        is_given = self._clients.is_given
        try:
            built = _build(client, is_given, request)
            built.extensions["trace"] = guard = AsyncConnectionGuard()
            handle = await client.send(built, **_how(is_given, request))
        except _ERRORS as e:
            return _failure(e)
        guard.handle = handle
        if request.stream:
            return answer_of(handle, None)
        return await self._read(handle, request.max_body)

    async def read(self, effect: Read) -> Response | Failure:
        """Read the body of an answer that was left open."""
        if effect.give_up_at is None:
            return await self._read(effect.response.handle, effect.max_body)
        from anyio import move_on_after

        with move_on_after(max(0.0, effect.give_up_at - time.monotonic())):
            return await self._read(effect.response.handle, effect.max_body)
        return _TOO_LATE

    async def _read(
        self, handle: httpx2.Response, most: int | None
    ) -> Response | Failure:
        body = Body(handle, most)
        try:
            async for chunk in _async_pieces(handle):
                if body.add(chunk):
                    break
            return body.end()
        except _ERRORS as e:
            return _after_reading(handle, e)
        finally:
            await handle.aclose()

    async def chunks(self, response: Response) -> AsyncIterator[bytes | Failure]:
        """The chunks of an answer, open or not; a failure is the last one."""
        handle = response.handle
        if handle is None:
            yield response.body
            return
        try:
            async for chunk in _async_pieces(handle):
                yield chunk
        except _ERRORS as e:
            yield _failure(e)

    async def drain(
        self, response: Response, chunks: AsyncIterator[bytes | Failure]
    ) -> None:
        """Read the rest of an answer that is not needed, so that its connection can be used again."""
        from anyio import move_on_after

        with move_on_after(_DRAINING):
            async for _ in chunks:
                pass

    async def close_response(self, response: Response) -> None:
        """Close an answer that was left open."""
        await response.handle.aclose()

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.take_all():
            await client.aclose()


async def _sleep_async(seconds: float) -> None:
    from anyio import sleep

    await sleep(seconds)


def running_loop() -> object:
    """The running asyncio loop; None under other libraries."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
