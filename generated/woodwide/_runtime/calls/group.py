# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Base classes of the generated groups of operations.

What only some clients need is in the classes of `page_group`, `polling_group` and so on, which a
group inherits from as it needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..wire.operation import Operation
from . import flow
from .client import AsyncBaseClient, BaseClient
from .core import Core
from .drivers import run, run_async
from .options import Options

if TYPE_CHECKING:
    from ..wire.protocol import AsyncTransport, Transport

__all__ = ["AsyncGroup", "Group"]

T = TypeVar("T")


class Group:
    """Operations that belong together."""

    def __init__(self, owner: BaseClient | Group) -> None:
        self._core, self._transport = owner.__runtime__()

    def __runtime__(self) -> tuple[Core, Callable[[], Transport]]:
        """What groups in this one need."""
        return self._core, self._transport

    def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        made = flow.call(self._core, operation, arguments, body, options)
        return run(made, self._transport())


class AsyncGroup:
    """Operations that belong together."""

    def __init__(self, owner: AsyncBaseClient | AsyncGroup) -> None:
        self._core, self._transport = owner.__runtime__()

    def __runtime__(self) -> tuple[Core, Callable[[], AsyncTransport]]:
        """What groups in this one need."""
        return self._core, self._transport

    async def _call(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        made = flow.call(self._core, operation, arguments, body, options)
        return await run_async(made, self._transport())
