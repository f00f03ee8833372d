# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Work with files, as an effect of a flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Work(NamedTuple):
    """Do something with files that may take long; the outcome is the result of `function`.

    Async drivers do it in a worker thread, so that a slow disk cannot block the event loop.
    """

    function: Callable[[], Any]

    def do(self) -> Any:
        return self.function()

    async def do_async(self) -> Any:
        from anyio import to_thread

        return await to_thread.run_sync(self.function)
