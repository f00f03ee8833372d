"""Base classes of the generated groups of operations.

What only some clients need is in the classes of `page_group`, `polling_group` and so on, which a
group inherits from as it needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from . import flow
from .client import AsyncBaseClient, BaseClient
from .driving import run, run_async
from .operation import Operation
from .options import Options

__all__ = ["AsyncGroup", "Group"]

T = TypeVar("T")


class Group:
    """Operations that belong together."""

    def __init__(self, client: BaseClient) -> None:
        self._core, self._transport = client.__runtime__()

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

    def __init__(self, client: AsyncBaseClient) -> None:
        self._core, self._transport = client.__runtime__()

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
