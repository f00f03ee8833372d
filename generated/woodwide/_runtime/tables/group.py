# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Groups of operations that answer with tables and files, or take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..calls.drivers import run, run_async
from ..calls.group import AsyncGroup, Group
from ..calls.options import Options
from ..results.downloads import AsyncDownload, Download, DownloadCall
from ..wire.links import DownloadFrom, SignedUpload
from ..wire.operation import Operation
from .calls import call_table, download_table
from .schema import ResultTables
from .tables import Table
from .uploads import upload

__all__ = ["AsyncTableGroup", "TableGroup"]

T = TypeVar("T")


class TableGroup(Group):
    """A group with tables and files."""

    def _table(
        self,
        operation: Operation[Any],
        tables: ResultTables,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        row: type[Any] | None = None,
        options: Options | None = None,
    ) -> Table[Any]:
        made = call_table(self._core, operation, tables, arguments, body, row, options)
        return run(made, self._transport())

    def _download(
        self,
        operation: Operation[Any],
        source: DownloadFrom,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> Download:
        call = DownloadCall(self._core, operation, source, arguments, body, options)
        return Download(call.opening, self._transport)

    def _download_table(
        self,
        operation: Operation[Any],
        source: DownloadFrom,
        tables: ResultTables,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        row: type[Any] | None = None,
        options: Options | None = None,
    ) -> Table[Any]:
        call = DownloadCall(self._core, operation, source, arguments, body, options)
        return run(download_table(call, tables, row), self._transport())

    def _upload(
        self,
        operation: Operation[Any],
        signed: SignedUpload[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        file: Any,
        options: Options | None = None,
    ) -> T:
        made = upload(self._core, operation, signed, arguments, body, file, options)
        return run(made, self._transport())


class AsyncTableGroup(AsyncGroup):
    """A group with tables and files."""

    async def _table(
        self,
        operation: Operation[Any],
        tables: ResultTables,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        row: type[Any] | None = None,
        options: Options | None = None,
    ) -> Table[Any]:
        made = call_table(self._core, operation, tables, arguments, body, row, options)
        return await run_async(made, self._transport())

    def _download(
        self,
        operation: Operation[Any],
        source: DownloadFrom,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        options: Options | None = None,
    ) -> AsyncDownload:
        call = DownloadCall(self._core, operation, source, arguments, body, options)
        return AsyncDownload(call.opening, self._transport)

    async def _download_table(
        self,
        operation: Operation[Any],
        source: DownloadFrom,
        tables: ResultTables,
        arguments: Sequence[Any],
        body: Any = None,
        *,
        row: type[Any] | None = None,
        options: Options | None = None,
    ) -> Table[Any]:
        call = DownloadCall(self._core, operation, source, arguments, body, options)
        return await run_async(download_table(call, tables, row), self._transport())

    async def _upload(
        self,
        operation: Operation[Any],
        signed: SignedUpload[T],
        arguments: Sequence[Any],
        body: Any = None,
        *,
        file: Any,
        options: Options | None = None,
    ) -> T:
        made = upload(self._core, operation, signed, arguments, body, file, options)
        return await run_async(made, self._transport())
