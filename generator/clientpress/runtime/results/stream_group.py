"""Groups of operations whose answers are streams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..wire.operation import Operation
from .streaming import Streaming
from .streams import AsyncStream, Opening, Stream

__all__ = ["AsyncStreamGroup", "StreamGroup"]

Item = TypeVar("Item")


class StreamGroup(Group):
    """A group with streams."""

    def _stream(
        self,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Stream[Item]:
        opening = Opening(self._core, operation, streaming, arguments, body, options)
        return Stream(opening, self._transport)


class AsyncStreamGroup(AsyncGroup):
    """A group with streams."""

    def _stream(
        self,
        operation: Operation[Any],
        streaming: Streaming[Item],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncStream[Item]:
        opening = Opening(self._core, operation, streaming, arguments, body, options)
        return AsyncStream(opening, self._transport)
