# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""The base classes of the generated clients."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, overload

from msgspec import UNSET, UnsetType

from ..values.jsontypes import JsonValue
from ..wire.errors import ConfigurationError
from ..wire.settings import Settings
from .core import Api, Core
from .options import Options, QueryValue, merge
from .schemes import SecurityScheme
from .setup import make_core
from .tokens import Credential

if TYPE_CHECKING:
    import httpx2

    from ..wire.operation import Decoder
    from ..wire.protocol import AsyncTransport, Transport
    from .effects import Flow
    from .hooks import Hooks

__all__ = [
    "Api",
    "AsyncBaseClient",
    "BaseClient",
    "SecurityScheme",
]

T = TypeVar("T")
X = TypeVar("X", bound="Transport | AsyncTransport")


class _Lazy(Generic[X]):
    """A transport that is made at the first call, and again in a forked process.

    Copies of a client share it, with all connections.
    """

    def __init__(self, settings: Settings, make: Callable[[Settings], X]) -> None:
        self.settings = settings
        self._make = make
        self._lock = Lock()
        self._transport: X | None = None
        self._process = 0
        self._abandoned: list[X] = []  # of another process or event loop
        self.is_closed = False

    def get(self) -> X:
        """The transport of this process, and of the running event loop.

        Raises ConfigurationError once it is closed.
        """
        found = self._transport
        if found is not None and self._process == os.getpid() and found.fits():
            return found
        with self._lock:
            if self.is_closed:
                raise ConfigurationError("The client is closed")
            found = self._transport
            if found is None or self._process != os.getpid() or not found.fits():
                if found is not None:
                    self._abandoned.append(found)
                self._transport = found = self._make(self.settings)
                self._process = os.getpid()
            return found

    def take(self) -> X | None:
        """The transport that has to be closed; none can be got from here on."""
        with self._lock:
            self.is_closed = True
            found, self._transport = self._transport, None
            if found is None or self._process != os.getpid() or not found.fits():
                return None
            return found

    def __reduce__(self) -> tuple[Any, ...]:
        given = self.settings.given
        if given is not None and not callable(given):
            raise TypeError(
                "A client with a handed-in http_client cannot be pickled; give http_client"
                " a function that returns one instead"
            )
        return _Lazy, (self.settings, self._make)


def _make_blocking(settings: Settings) -> Transport:
    from ..wire.transport import HttpTransport

    return HttpTransport(settings)


def _make_async(settings: Settings) -> AsyncTransport:
    from ..wire.transport import AsyncHttpTransport

    return AsyncHttpTransport(settings)


class _Client(Generic[X]):
    """What both kinds of client have."""

    _core: Core
    _lazy: _Lazy[X]
    _transport: Callable[[], X]

    def _set_up(
        self,
        api: Api,
        credentials: Mapping[str, Credential | None],
        make: Callable[[Settings], X],
        settings: Settings,
        base_url: str | None,
        options: Options | None,
        user_agent: str | None,
    ) -> None:
        authenticated = False
        if settings.given is not None:
            from ..wire.transport import brings_credentials

            authenticated = brings_credentials(settings.given)
        self._core = make_core(
            api,
            credentials,
            base_url=base_url,
            options=options,
            user_agent=user_agent,
            authenticated=authenticated,
        )
        self._use(_Lazy(settings, make))
        if settings.given is not None and not callable(settings.given):
            self._lazy.get()  # which says now if it is of the wrong kind

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._core.base.url!r})"

    def __runtime__(self) -> tuple[Core, Callable[[], X]]:
        """What groups of operations need: what calls share, and how to get the transport."""
        return self._core, self._transport

    def _use(self, lazy: _Lazy[X]) -> None:
        self._lazy = lazy
        self._transport = lazy.get

    def __getstate__(self) -> dict[str, Any]:
        return {"_core": self._core, "_lazy": self._lazy}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._core = state["_core"]
        self._use(state["_lazy"])

    def _adhoc(self, *rest: Any) -> Flow[Any]:
        from .flow import call_adhoc  # what calls need is loaded with the first call

        return call_adhoc(self._core, *rest)

    def with_options(
        self,
        *,
        timeout: float | None | UnsetType = UNSET,
        deadline: float | None | UnsetType = UNSET,
        retries: int | UnsetType = UNSET,
        max_body: int | None | UnsetType = UNSET,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, QueryValue] | None = None,
        extra_body: Mapping[str, JsonValue] | None = None,
        hooks: Hooks | None = None,
        misfit: Literal["keep", "raise"] | UnsetType = UNSET,
    ) -> Self:
        """A copy with other settings (see `Options`). It shares the connections, and their end."""
        changes = Options(
            timeout=timeout,
            deadline=deadline,
            retries=retries,
            max_body=max_body,
            headers=headers or {},
            query=query or {},
            extra_body=extra_body or {},
            hooks=hooks,
            misfit=misfit,
        )
        copy = object.__new__(type(self))
        copy._core = self._core._replace(options=merge(self._core.options, changes))
        copy._use(self._lazy)
        return copy


class BaseClient(_Client["Transport"]):
    """A blocking client. Threads may share it.

    http_client: an httpx2.Client, whose headers and cookies then apply, or a function that
        returns one (a client made so can be pickled).
    verify: whether TLS certificates are checked, or a file or folder of certificates to trust.
    """

    def __init__(
        self,
        api: Api,
        credentials: Mapping[str, Credential | None],
        *,
        base_url: str | None = None,
        options: Options | None = None,
        user_agent: str | None = None,
        verify: bool | str = True,
        proxy: str | None = None,
        http_client: httpx2.Client | Callable[[], httpx2.Client] | None = None,
    ) -> None:
        settings = Settings(verify, proxy, http_client)
        self._set_up(
            api,
            credentials,
            _make_blocking,
            settings,
            base_url,
            options,
            user_agent,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; the client cannot be used afterwards."""
        transport = self._lazy.take()
        if transport is not None:
            transport.close()

    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: None = None,
        options: Options | None = None,
    ) -> JsonValue: ...
    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: type[T] | Decoder[T],
        options: Options | None = None,
    ) -> T: ...
    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: type[Any] | Decoder[Any] | None = None,
        options: Options | None = None,
    ) -> Any:
        """Send a request that the document does not describe.

        Args:
            method: The HTTP method.
            path: Below the base URL, sent as written; or an absolute URL, which gets credentials
                only if it has the same origin.
            query: Query parameters.
            headers: Headers.
            json: A body to be sent as JSON.
            content: A body to be sent as it is: bytes, text, a path, a file, an iterable.
            result: A type or a decoder of the result; any JSON by default.
            options: Settings of this call.
        """
        from .drivers import run

        made = self._adhoc(method, path, query, headers, json, content, result, options)
        return run(made, self._lazy.get())


class AsyncBaseClient(_Client["AsyncTransport"]):
    """An async client. Tasks may share it.

    http_client: an httpx2.AsyncClient, whose headers and cookies then apply, or a function that
        returns one (a client made so can be pickled).
    verify: whether TLS certificates are checked, or a file or folder of certificates to trust.
    """

    def __init__(
        self,
        api: Api,
        credentials: Mapping[str, Credential | None],
        *,
        base_url: str | None = None,
        options: Options | None = None,
        user_agent: str | None = None,
        verify: bool | str = True,
        proxy: str | None = None,
        http_client: (
            httpx2.AsyncClient | Callable[[], httpx2.AsyncClient] | None
        ) = None,
    ) -> None:
        settings = Settings(verify, proxy, http_client)
        self._set_up(
            api, credentials, _make_async, settings, base_url, options, user_agent
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections; the client cannot be used afterwards."""
        transport = self._lazy.take()
        if transport is not None:
            await transport.close()

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: None = None,
        options: Options | None = None,
    ) -> JsonValue: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: type[T] | Decoder[T],
        options: Options | None = None,
    ) -> T: ...
    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, QueryValue] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        content: object = None,
        result: type[Any] | Decoder[Any] | None = None,
        options: Options | None = None,
    ) -> Any:
        """Send a request that the document does not describe; see `BaseClient.request`."""
        from .drivers import run_async

        made = self._adhoc(method, path, query, headers, json, content, result, options)
        return await run_async(made, self._lazy.get())
