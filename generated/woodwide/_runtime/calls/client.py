# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
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
from ..wire.protocol import Settings
from ..wire.urls import check_proxy
from .core import Api, Core
from .options import Options, QueryValue, merge
from .setup import make_core

if TYPE_CHECKING:
    from typing import Unpack

    from ..wire.decoders import Decoder
    from ..wire.protocol import AsyncTransport, Transport
    from .adhoc import Adhoc
    from .options import HooksLike

T = TypeVar("T")
X = TypeVar("X", bound="Transport | AsyncTransport")


class _Lazy(Generic[X]):
    """A transport that is created at the first call, and again in a forked process.

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

        Raises:
            ConfigurationError: The client is closed.
        """
        transport = self._usable()
        if transport is not None:
            return transport
        with self._lock:
            if self.is_closed:
                raise ConfigurationError("The client is closed")
            transport = self._usable()
            if transport is None:
                if self._transport is not None:
                    self._abandoned.append(self._transport)
                self._transport = transport = self._make(self.settings)
                self._process = os.getpid()
            return transport

    def _usable(self) -> X | None:
        transport = self._transport
        if transport is None or self._process != os.getpid() or not transport.fits():
            return None
        return transport

    def take(self) -> X | None:
        """The transport, which has to be closed; `get` raises an error from now on."""
        with self._lock:
            self.is_closed = True
            transport, self._transport = self._usable(), None
            return transport

    def __reduce__(self) -> tuple[Any, ...]:
        client = self.settings.given
        if client is not None and not callable(client):
            raise TypeError(
                "A client with a handed-in http_client cannot be pickled; give http_client"
                " a function that returns one instead"
            )
        return _Lazy, (self.settings, self._make)


class _Client(Generic[X]):
    """The common part of both kinds of client.

    Args:
        credentials: The arguments for security schemes, by the name of the scheme.
        verify: Whether TLS certificates are checked, or a file or folder of certificates to trust.
        http_client: A client of httpx2, whose headers and cookies then apply, or a function that
            returns one (with a function, this client can be pickled).
    """

    _core: Core
    _lazy: _Lazy[X]
    _transport: Callable[[], X]

    def __init__(
        self,
        api: Api,
        credentials: Mapping[str, object],
        *,
        base_url: str | None = None,
        options: Options | None = None,
        user_agent: str | None = None,
        verify: bool | str = True,
        proxy: str | None = None,
        http_client: object = None,
    ) -> None:
        authenticated = False
        if http_client is not None:
            from ..wire.transport import brings_credentials

            authenticated = brings_credentials(http_client)
        self._core = make_core(
            api,
            credentials,
            base_url=base_url,
            options=options,
            user_agent=user_agent,
            authenticated=authenticated,
        )
        if proxy is not None:
            check_proxy(proxy)
        self._use(_Lazy(Settings(verify, proxy, http_client), self._make))
        if http_client is not None and not callable(http_client):
            self._lazy.get()  # raises an error now if it is of the wrong kind

    @staticmethod
    def _make(settings: Settings) -> Any:
        """The transport."""
        raise NotImplementedError

    def __repr__(self) -> str:
        core: Core | None = getattr(self, "_core", None)  # None if `__init__` failed
        url = "" if core is None else f"base_url={core.base.url!r}"
        return f"{type(self).__name__}({url})"

    def __runtime__(self) -> tuple[Core, Callable[[], X]]:
        """What groups of operations need: the shared state of calls, and a function for the transport."""
        return self._core, self._transport

    def _use(self, lazy: _Lazy[X]) -> None:
        self._lazy = lazy
        self._transport = lazy.get

    def __getstate__(self) -> dict[str, Any]:
        return {"_core": self._core, "_lazy": self._lazy}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._core = state["_core"]
        self._use(state["_lazy"])

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
        hooks: HooksLike | None = None,
        misfit: Literal["keep", "raise"] | UnsetType = UNSET,
    ) -> Self:
        """A copy with other settings (see `Options`); both share connections, and are closed together."""
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
    """A blocking client. Threads may share it."""

    @staticmethod
    def _make(settings: Settings) -> Transport:
        from ..wire.transport import HttpTransport

        return HttpTransport(settings)

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
        self, method: str, path: str, *, result: None = None, **arguments: Unpack[Adhoc]
    ) -> JsonValue: ...
    @overload
    def request(
        self,
        method: str,
        path: str,
        *,
        result: type[T] | Decoder[T],
        **arguments: Unpack[Adhoc],
    ) -> T: ...
    def request(
        self, method: str, path: str, *, result: Any = None, **arguments: Unpack[Adhoc]
    ) -> Any:
        """Send a request that the document does not describe.

        Args:
            method: The HTTP method.
            path: Below the base URL, sent unchanged; or an absolute URL, which gets credentials only
                if it has the same origin.
            result: A type or a decoder of the result; any JSON by default.
            query: Query parameters.
            headers: Headers.
            json: A body to be sent as JSON.
            content: A body to be sent unchanged: bytes, text, a path, a file, an iterable.
            options: Settings of this call.
        """
        from .adhoc import call_adhoc  # loads the modules for calls
        from .drivers import run

        return run(
            call_adhoc(self._core, method, path, result, **arguments), self._lazy.get()
        )


class AsyncBaseClient(_Client["AsyncTransport"]):
    """An async client. Tasks may share it."""

    @staticmethod
    def _make(settings: Settings) -> AsyncTransport:
        from ..wire.transport import AsyncHttpTransport

        return AsyncHttpTransport(settings)

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
        self, method: str, path: str, *, result: None = None, **arguments: Unpack[Adhoc]
    ) -> JsonValue: ...
    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        result: type[T] | Decoder[T],
        **arguments: Unpack[Adhoc],
    ) -> T: ...
    async def request(
        self, method: str, path: str, *, result: Any = None, **arguments: Unpack[Adhoc]
    ) -> Any:
        """Send a request that the document does not describe; see `BaseClient.request`."""
        from .adhoc import call_adhoc
        from .drivers import run_async

        return await run_async(
            call_adhoc(self._core, method, path, result, **arguments), self._lazy.get()
        )
