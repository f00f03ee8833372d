"""Groups of operations whose answers may be binary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from ..calls.drivers import run, run_async
from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..wire.operation import Operation
from .binary import AsyncBinaryAnswer, BinaryAnswer, Opened, call_binary

__all__ = ["AsyncBinaryGroup", "BinaryGroup"]

T = TypeVar("T")


class BinaryGroup(Group):
    """A group with binary answers."""

    def _binary(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T | BinaryAnswer:
        made = call_binary(self._core, operation, arguments, body, options)
        found = run(made, self._transport())
        if isinstance(found, Opened):
            return BinaryAnswer(found, self._transport)
        return found

    def _loose(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        """The call of an operation whose document says "JSON text", as frameworks write where they
        do not know: something that is no text is a binary answer all the same.
        """
        found = self._binary(operation, arguments, body, options=options)
        return cast(T, found)


class AsyncBinaryGroup(AsyncGroup):
    """A group with binary answers."""

    async def _binary(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T | AsyncBinaryAnswer:
        made = call_binary(self._core, operation, arguments, body, options)
        found = await run_async(made, self._transport())
        if isinstance(found, Opened):
            return AsyncBinaryAnswer(found, self._transport)
        return found

    async def _loose(
        self,
        operation: Operation[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> T:
        """The call of an operation whose document says "JSON text", as frameworks write where they
        do not know: something that is no text is a binary answer all the same.
        """
        found = await self._binary(operation, arguments, body, options=options)
        return cast(T, found)
