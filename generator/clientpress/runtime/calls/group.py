"""Base classes of the generated groups of operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from ..wire.operation import Operation
from ..wire.protocol import AsyncTransport, Transport
from .core import Core
from .drivers import run, run_async
from .effects import Flow
from .flow import call
from .options import Options

T = TypeVar("T")
X = TypeVar("X")
X_co = TypeVar("X_co", covariant=True)


class Owner(Protocol[X_co]):
    """A client or a group of one kind: what it takes to make calls."""

    def __runtime__(self) -> tuple[Core, Callable[[], X_co]]:
        """What calls share, and how to get the transport."""
        ...


class _Group(Generic[X]):
    """What both kinds of group have."""

    def __init__(self, owner: Owner[X]) -> None:
        self._core, self._transport = owner.__runtime__()

    def __runtime__(self) -> tuple[Core, Callable[[], X]]:
        """What groups in this one need."""
        return self._core, self._transport


class Group(_Group[Transport]):
    """Operations that belong together."""

    def _run(self, flow: Flow[T]) -> T:
        return run(flow, self._transport())

    def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        return self._run(call(self._core, operation, arguments, body, options))


class AsyncGroup(_Group[AsyncTransport]):
    """Operations that belong together."""

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._transport())

    async def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        return await self._run(call(self._core, operation, arguments, body, options))
