# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
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
    """A client or group, blocking or async, that can make calls."""

    def __runtime__(self) -> tuple[Core, Callable[[], X_co]]:
        """The shared state of calls, and a function for the transport."""
        ...


class _Group(Generic[X]):
    """The common part of both kinds of group."""

    def __init__(self, owner: Owner[X]) -> None:
        self._core, self._transport = owner.__runtime__()

    def __repr__(self) -> str:
        names = ", ".join(name for name in dir(self) if name[0] != "_")
        return f"<{type(self).__name__}: {names}>"

    def __runtime__(self) -> tuple[Core, Callable[[], X]]:
        """The same for groups in this one."""
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
