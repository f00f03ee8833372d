"""The same calls through the blocking and through the async client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextvars import copy_context
from typing import Any, Protocol, TypeVar

from clientpress.runtime.batches.outcomes import (
    AsyncOutcomes,
    Failed,
    Joined,
    Outcome,
    OutcomeListing,
    Outcomes,
    Succeeded,
    Undecodable,
    join,
    join_async,
)
from clientpress.runtime.calls.auth import Security
from clientpress.runtime.calls.client import AsyncBaseClient, BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.calls.options import Options
from clientpress.runtime.calls.schemes import SecurityScheme
from clientpress.runtime.calls.tokens import Credential
from clientpress.runtime.results.jobs import wait
from clientpress.runtime.results.pages import AsyncPagingGroup, PagingGroup
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.results.streams import AsyncStream, Opening, Stream
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter

T = TypeVar("T")
B = TypeVar("B")
E = TypeVar("E")

KEY = "sk-very-secret"
BEARER = SecurityScheme("http", scheme="bearer", env=("EXAMPLE_API_KEY",))


def api(**changes: Any) -> Api:
    """An API with a bearer token."""
    given: dict[str, Any] = {
        "name": "example",
        "version": "1.2",
        "security": Security(schemes={"bearer": BEARER}, needed=(("bearer",),)),
        "observers": ("capture", "tracing"),
    }
    return Api(**{**given, **changes})


GET: Operation[JsonValue] = Operation(
    id="getThing",
    method="GET",
    path="/things/{id}",
    parameters=(Parameter("id", "path"),),
    results={"200": Json(JsonValue)},
    errors={"4XX": Json(JsonValue), "default": Json(JsonValue)},
)
CREATE: Operation[JsonValue] = Operation(
    id="createThing",
    method="POST",
    path="/things",
    body=JsonBody(),
    results={"200": Json(JsonValue), "201": Json(JsonValue)},
)


class Things(PagingGroup):
    """Methods as generated code has them, for any operation."""

    def call(self, operation: Operation[T], *rest: Any, **more: Any) -> T:
        return self._call(operation, *rest, **more)

    def pages(self, operation: Any, pagination: Pagination[T], *rest: Any) -> Any:
        return self._pages(operation, pagination, *rest)

    def outcomes(self, *rest: Any) -> Any:
        return Outcomes(OutcomeListing(self._core, *rest), self._transport)

    def wait(self, *rest: Any, **more: Any) -> Any:
        return self._run(wait(self._core, *rest, **more))

    def stream(self, *rest: Any) -> Any:
        return Stream(Opening(self._core, *rest), self._transport)


class AsyncThings(AsyncPagingGroup):
    """Methods as generated code has them, for any operation."""

    async def call(self, operation: Operation[T], *rest: Any, **more: Any) -> T:
        return await self._call(operation, *rest, **more)

    def pages(self, operation: Any, pagination: Pagination[T], *rest: Any) -> Any:
        return self._pages(operation, pagination, *rest)

    def outcomes(self, *rest: Any) -> Any:
        return AsyncOutcomes(OutcomeListing(self._core, *rest), self._transport)

    async def wait(self, *rest: Any, **more: Any) -> Any:
        return await self._run(wait(self._core, *rest, **more))

    def stream(self, *rest: Any) -> Any:
        return AsyncStream(Opening(self._core, *rest), self._transport)


class Caller(Protocol):
    """One of the two clients, with what the tests do with it.

    `slept` has the seconds of all waits, none of which really happened.
    """

    slept: list[float]

    def call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any] = (),
        body: Any = None,
        options: Options | None = None,
    ) -> T: ...

    def request(self, method: str, path: str, **more: Any) -> Any: ...

    def items(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]: ...

    def pages(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]: ...

    def take(
        self, operation: Any, pagination: Any, arguments: Any, n: int
    ) -> tuple[list[Any], Any]: ...

    def outcomes(
        self, operation: Any, pagination: Any, outcome: Outcome[B, E], arguments: Any
    ) -> list[Succeeded[B] | Failed[E] | Undecodable]: ...

    def joined(
        self,
        operation: Any,
        pagination: Any,
        outcome: Any,
        arguments: Any,
        requests: Any,
    ) -> Joined[Any, Any, Any]: ...

    def wait(
        self, operation: Operation[T], polling: Polling, arguments: Any, **more: Any
    ) -> T: ...

    def stream(
        self,
        operation: Any,
        streaming: Streaming[T],
        arguments: Any,
        collected: list[T],
        options: Options | None = None,
    ) -> None: ...

    def iterate(
        self, operation: Any, streaming: Streaming[T], most: int
    ) -> list[T]: ...

    def close_client(self) -> None: ...

    def close(self) -> None: ...


class SyncCaller:
    """The blocking client."""

    def __init__(self, client: BaseClient) -> None:
        self.slept: list[float] = []
        self._client = client
        _, transport = client.__runtime__()
        transport().sleep = self.slept.append
        self._things = Things(client)

    def call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any] = (),
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        return self._things.call(operation, arguments, body, options=options)

    def request(self, method: str, path: str, **more: Any) -> Any:
        return self._client.request(method, path, **more)

    def items(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]:
        return list(self._things.pages(operation, pagination, arguments))

    def pages(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]:
        return list(self._things.pages(operation, pagination, arguments).pages())

    def take(
        self, operation: Any, pagination: Any, arguments: Any, n: int
    ) -> tuple[list[Any], Any]:
        pager = self._things.pages(operation, pagination, arguments)
        return pager.take(n), pager.cursor

    def outcomes(
        self, operation: Any, pagination: Any, outcome: Outcome[B, E], arguments: Any
    ) -> list[Succeeded[B] | Failed[E] | Undecodable]:
        return list(self._things.outcomes(operation, pagination, outcome, arguments))

    def joined(
        self,
        operation: Any,
        pagination: Any,
        outcome: Any,
        arguments: Any,
        requests: Any,
    ) -> Joined[Any, Any, Any]:
        return join(
            self._things.outcomes(operation, pagination, outcome, arguments), requests
        )

    def wait(
        self, operation: Operation[T], polling: Polling, arguments: Any, **more: Any
    ) -> T:
        made: T = self._things.wait(operation, polling, arguments, **more)
        return made

    def stream(
        self,
        operation: Any,
        streaming: Streaming[T],
        arguments: Any,
        collected: list[T],
        options: Options | None = None,
    ) -> None:
        with self._things.stream(
            operation, streaming, arguments, None, options
        ) as items:
            for item in items:
                collected.append(item)

    def iterate(self, operation: Any, streaming: Streaming[T], most: int) -> list[T]:
        items = iter(self._things.stream(operation, streaming, (), None, None))
        return [item for item, _ in zip(items, range(most), strict=False)]

    def close_client(self) -> None:
        self._client.close()

    def close(self) -> None:
        self.close_client()


class AsyncCaller:
    """The async client, in an event loop of its own."""

    def __init__(self, make: Callable[[], AsyncBaseClient]) -> None:
        self.slept: list[float] = []
        self._runner = asyncio.Runner()

        async def start() -> AsyncBaseClient:
            client = make()
            _, transport = client.__runtime__()
            transport().sleep = self._sleep
            return client

        self._client = self._run(start())
        self._things = AsyncThings(self._client)

    async def _sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work, context=copy_context())

    def call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any] = (),
        body: Any = None,
        options: Options | None = None,
    ) -> T:
        return self._run(self._things.call(operation, arguments, body, options=options))

    def request(self, method: str, path: str, **more: Any) -> Any:
        return self._run(self._client.request(method, path, **more))

    def items(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]:
        async def collect() -> list[Any]:
            pager = self._things.pages(operation, pagination, arguments)
            return [item async for item in pager]

        return self._run(collect())

    def pages(self, operation: Any, pagination: Any, arguments: Any) -> list[Any]:
        async def collect() -> list[Any]:
            pager = self._things.pages(operation, pagination, arguments)
            return [page async for page in pager.pages()]

        return self._run(collect())

    def take(
        self, operation: Any, pagination: Any, arguments: Any, n: int
    ) -> tuple[list[Any], Any]:
        async def take() -> tuple[list[Any], Any]:
            pager = self._things.pages(operation, pagination, arguments)
            return await pager.take(n), pager.cursor

        return self._run(take())

    def outcomes(
        self, operation: Any, pagination: Any, outcome: Outcome[B, E], arguments: Any
    ) -> list[Succeeded[B] | Failed[E] | Undecodable]:
        async def collect() -> list[Succeeded[B] | Failed[E] | Undecodable]:
            made = self._things.outcomes(operation, pagination, outcome, arguments)
            return [each async for each in made]

        return self._run(collect())

    def joined(
        self,
        operation: Any,
        pagination: Any,
        outcome: Any,
        arguments: Any,
        requests: Any,
    ) -> Joined[Any, Any, Any]:
        made = self._things.outcomes(operation, pagination, outcome, arguments)
        return self._run(join_async(made, requests))

    def wait(
        self, operation: Operation[T], polling: Polling, arguments: Any, **more: Any
    ) -> T:
        made: T = self._run(self._things.wait(operation, polling, arguments, **more))
        return made

    def stream(
        self,
        operation: Any,
        streaming: Streaming[T],
        arguments: Any,
        collected: list[T],
        options: Options | None = None,
    ) -> None:
        async def collect() -> None:
            made = self._things.stream(operation, streaming, arguments, None, options)
            async with made as items:
                async for item in items:
                    collected.append(item)

        self._run(collect())

    def iterate(self, operation: Any, streaming: Streaming[T], most: int) -> list[T]:
        async def collect() -> list[T]:
            made = self._things.stream(operation, streaming, (), None, None)
            items, found = aiter(made), list[T]()
            async for item in items:
                found.append(item)
                if len(found) == most:
                    break
            await items.aclose()
            return found

        return self._run(collect())

    def close_client(self) -> None:
        self._run(self._client.aclose())

    def close(self) -> None:
        self.close_client()
        self._runner.close()


def make_caller(
    kind: str,
    base_url: str,
    *,
    described: Api | None = None,
    credentials: Mapping[str, Credential | None] | None = None,
    options: Options | None = None,
) -> Caller:
    """A client of one kind ("sync" or "async") whose waits take no time."""
    about = described or api()
    given = {"bearer": KEY} if credentials is None else credentials
    if kind == "sync":
        return SyncCaller(BaseClient(about, given, base_url=base_url, options=options))
    return AsyncCaller(
        lambda: AsyncBaseClient(about, given, base_url=base_url, options=options)
    )
