"""Both clients behind one interface, so that a test is written once and run by both.

Tests are written for `Client`. For `AsyncClient` they get a blocking view of it: each coroutine is
run to its end, each async iterator step by step, on one event loop a test.
"""

from __future__ import annotations

import asyncio
import contextvars
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from inspect import iscoroutine
from typing import Any, Self, TypeVar, cast

import httpx2

from open_inference import AsyncClient, Client

T = TypeVar("T")

Handler = Callable[[httpx2.Request], httpx2.Response]


class Driver(ABC):
    """Makes clients of one kind, and closes them at the end of the test."""

    @abstractmethod
    def make(self, **how: Any) -> Client:
        """A client as tests use it."""

    @abstractmethod
    def played(self, handler: Handler, **how: Any) -> Client:
        """A client whose requests a function answers."""

    @abstractmethod
    def close(self) -> None:
        """Close everything."""


class Direct(Driver):
    """The blocking client."""

    def __init__(self) -> None:
        self._open: list[Client] = []

    def make(self, **how: Any) -> Client:
        client = Client(**how)
        self._open.append(client)
        return client

    def played(self, handler: Handler, **how: Any) -> Client:
        transport = httpx2.MockTransport(handler)
        return self.make(
            **{"base_url": "http://server.test", **how},
            http_client=httpx2.Client(transport=transport),
        )

    def close(self) -> None:
        for client in self._open:
            client.close()


class Through(Driver):
    """The async client."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._open: list[AsyncClient] = []

    def make(self, **how: Any) -> Client:
        client = AsyncClient(**how)
        self._open.append(client)
        return cast("Client", _Blocking(client, self._run))

    def played(self, handler: Handler, **how: Any) -> Client:
        transport = httpx2.MockTransport(handler)
        return self.make(
            **{"base_url": "http://server.test", **how},
            http_client=httpx2.AsyncClient(transport=transport),
        )

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

    def __enter__(self) -> Self:
        self._run(self.target.__aenter__())
        return self

    def __exit__(self, *error: object) -> None:
        self._run(self.target.__aexit__(*error))

    def __iter__(self) -> _Blocking:
        return _Blocking(aiter(self.target), self._run)

    def __next__(self) -> Any:
        async def step() -> Any:
            return await anext(self.target, self)

        found = self._run(step())
        if found is self:
            raise StopIteration
        return found

    def _view(self, value: Any) -> Any:
        if iscoroutine(value):
            return self._run(value)
        kind = cast("type[object]", type(value))
        if kind.__module__.startswith("open_inference") and "Async" in kind.__name__:
            return _Blocking(value, self._run)
        if callable(value) and not isinstance(value, type):
            return self._blocking(value)
        return value

    def _blocking(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            return self._view(method(*given, **named))

        return call
