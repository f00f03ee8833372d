"""Calls whose answer is a result table, or leads to one."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, TypeVar

from msgspec import Struct

from ..calls.answers import Answer, status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.preparing import prepare
from ..results.downloads import DownloadCall, fetch
from ..wire.operation import Operation
from .tables import Table, Tables, format_of

__all__ = ["R", "ResultTables", "call_table", "download_table"]

R = TypeVar("R")


class ResultTables(Struct, frozen=True, kw_only=True):
    """The tables that an answer may hold.

    of: names of layouts in the package's `tables`.
    unwrap: pointer to the columns in the envelope of the JSON form.
    trust_content_type: whether the Content-Type says what the body is; else the body does.
    """

    of: tuple[str, ...]
    unwrap: str = ""
    trust_content_type: bool = True

    def load(self, core: Core) -> Tables[Any]:
        """The package's layouts of these tables."""
        known: Tables[Any] = import_module(f"{core.api.package}.tables").TABLES
        layouts = {layout.name: layout for layout in known.layouts}
        return Tables([layouts[name] for name in self.of], self.unwrap)

    def read(self, core: Core, answer: Answer, row: type[R] | None) -> Table[Any]:
        """The table of an answer. Raises TableError."""
        response = answer.response
        content_type = response.headers.get("content-type", "")
        format = format_of(
            content_type if self.trust_content_type else "", response.body
        )
        tables = self.load(core)
        if row is None:
            return tables.read(response.body, format=format)
        return tables.read(response.body, row, format=format)


def call_table(
    core: Core,
    operation: Operation[Any],
    tables: ResultTables,
    arguments: Sequence[Any],
    body: Any,
    row: type[Any] | None,
    options: Options | None,
) -> Flow[Table[Any]]:
    """A whole call whose answer is a table. Raises what calls raise, and TableError."""
    prepared = prepare(core, operation, arguments, body, options)
    answer = yield from perform(
        core, prepared, deadline_of(core.clock, prepared.options)
    )
    if operation.result_decoder(answer.response.status) is None:
        raise status_error(core, operation, answer)
    return tables.read(core, answer, row)


def download_table(
    call: DownloadCall, tables: ResultTables, row: type[Any] | None
) -> Flow[Table[Any]]:
    """The table in a file that lies elsewhere. Raises what calls raise, and TableError."""
    answer = yield from fetch(call)
    return tables.read(call.core, answer, row)
