"""Both clients behind one interface, so that a test is written once and run by both.

Tests are written for `Client`. For `AsyncClient` they get a blocking view of it: each coroutine
is run to its end, and each async iterator step by step, on one event loop a test.
"""

from __future__ import annotations

import asyncio
import contextvars
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Callable, Coroutine, Iterable
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

import httpx2

from xai_batches import AsyncClient, Client, join, join_async
from xai_batches._runtime.calls.group import AsyncGroup

if TYPE_CHECKING:
    from xai_batches import Failed, Joined, Options, Succeeded, Undecodable
    from xai_batches.models import BatchError, BatchResponse

    AnyOutcomes: TypeAlias = Iterable[
        Succeeded[BatchResponse | Literal["unknown"]]
        | Failed[BatchError | str]
        | Undecodable
    ]

T = TypeVar("T")
R = TypeVar("R")

KEY = "test-key"


class Driver(ABC):
    """Makes clients of one kind, and closes them at the end of the test."""

    http_client: type[httpx2.Client | httpx2.AsyncClient]
    """The HTTP client of this kind."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    @abstractmethod
    def bare(self, api_key: str | None = KEY, **how: Any) -> Client | AsyncClient:
        """A client as it is made by users."""

    @abstractmethod
    def adapt(self, client: Client | AsyncClient) -> Client:
        """A client as tests use it."""

    @abstractmethod
    def join(
        self, outcomes: AnyOutcomes, requests: Iterable[R], *, id: str | None = None
    ) -> Joined[R, BatchResponse | Literal["unknown"], BatchError | str]:
        """`join` or `join_async`."""

    @abstractmethod
    def skip_waits(self, client: Client) -> list[float]:
        """Note from here on how long the client would wait, instead of waiting."""

    @abstractmethod
    def close(self) -> None:
        """Close everything."""

    def make(
        self, api_key: str | None = KEY, *, options: Options | None = None, **how: Any
    ) -> Client:
        """A client of the fake service."""
        how.setdefault("base_url", self.base_url)
        return self.adapt(self.bare(api_key, options=options, **how))


class Direct(Driver):
    """The blocking client."""

    http_client = httpx2.Client

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._open: list[Client] = []

    def bare(self, api_key: str | None = KEY, **how: Any) -> Client:
        return Client(api_key=api_key, **how)

    def adapt(self, client: Client | AsyncClient) -> Client:
        assert isinstance(client, Client)
        self._open.append(client)
        return client

    def join(
        self, outcomes: AnyOutcomes, requests: Iterable[R], *, id: str | None = None
    ) -> Joined[R, BatchResponse | Literal["unknown"], BatchError | str]:
        return join(outcomes, requests, id=id)

    def skip_waits(self, client: Client) -> list[float]:
        waits: list[float] = []
        transport: Any = client.__runtime__()[1]()
        transport.sleep = waits.append
        return waits

    def close(self) -> None:
        for client in self._open:
            client.close()


class Through(Driver):
    """The async client."""

    http_client = httpx2.AsyncClient

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._runner = asyncio.Runner()
        self._open: list[AsyncClient] = []

    def bare(self, api_key: str | None = KEY, **how: Any) -> AsyncClient:
        return AsyncClient(api_key=api_key, **how)

    def adapt(self, client: Client | AsyncClient) -> Client:
        assert isinstance(client, AsyncClient)
        self._open.append(client)
        return cast("Client", _Blocking(client, self._run))

    def join(
        self, outcomes: AnyOutcomes, requests: Iterable[R], *, id: str | None = None
    ) -> Joined[R, BatchResponse | Literal["unknown"], BatchError | str]:
        made: Any = outcomes
        return self._run(join_async(made.target, requests, id=id))

    def skip_waits(self, client: Client) -> list[float]:
        waits: list[float] = []

        async def skip() -> None:
            transport: Any = client.__runtime__()[1]()
            transport.sleep = note

        async def note(seconds: float) -> None:
            waits.append(seconds)

        self._run(skip())
        return waits

    def close(self) -> None:
        for client in self._open:
            self._run(client.aclose())
        self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        # The context of the test, not that of the runner: captures live in it.
        return self._runner.run(work, context=contextvars.copy_context())


class _Blocking:
    """A blocking view of something async."""

    def __init__(
        self, target: Any, run: Callable[[Coroutine[Any, Any, Any]], Any]
    ) -> None:
        self.target = target
        self._run = run

    def __repr__(self) -> str:
        return repr(self.target)

    def __getattr__(self, name: str) -> Any:
        return self._view(getattr(self.target, name))

    def __iter__(self) -> _Blocking:
        begun = self.target.__aiter__()
        return self if begun is self.target else _Blocking(begun, self._run)

    def __next__(self) -> Any:
        async def step() -> Any:
            return await anext(self.target, self)

        found = self._run(step())
        if found is self:
            raise StopIteration
        return found

    def close(self) -> None:
        """Close the client."""
        self._run(self.target.aclose())

    def _view(self, value: Any) -> Any:
        if iscoroutine(value):
            return self._view(self._run(value))
        if isinstance(value, AsyncGroup | AsyncIterable | AsyncClient):
            return _Blocking(value, self._run)
        if callable(value):
            return self._blocking(value)
        return value

    def _blocking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            return self._view(method(*given, **named))

        return call
