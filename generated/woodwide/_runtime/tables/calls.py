# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Calls whose answer is a result table, or names the address of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, TypeVar, cast

from ..calls.answers import Answer, status_error
from ..calls.core import Core
from ..calls.effects import Flow
from ..calls.flow import perform
from ..calls.limits import deadline_of
from ..calls.options import Options
from ..calls.preparing import prepare
from ..results.downloads import DownloadCall, fetch
from ..wire.operation import Operation
from .formats import Format, format_of
from .schema import Kind, ResultTables
from .tables import Table, Tables

R = TypeVar("R")


def _read(
    core: Core,
    answer: Answer,
    expected: ResultTables,
    row: type[R] | None,
    kinds: Mapping[str, Kind] | None,
) -> Table[Any]:
    """The table in the body of an answer.

    Raises:
        TableError: The body is not such a table.
    """
    response = answer.response
    content_type = response.headers.get("content-type", "")
    label = content_type if expected.trust_content_type else ""
    format = cast("Format", format_of(label, response.body).name)
    known: Tables[Any] = import_module(f"{core.api.package}.tables").TABLES
    layouts = {layout.name: layout for layout in known.layouts}
    tables = Tables[Any]([layouts[name] for name in expected.of], expected.unwrap)
    if row is None:
        return tables.read(response.body, format=format, kinds=kinds)
    return tables.read(response.body, row, format=format, kinds=kinds)


def call_table(
    core: Core,
    operation: Operation[Any],
    tables: ResultTables,
    arguments: Sequence[Any],
    body: Any = None,
    *,
    row: type[Any] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    options: Options | None = None,
) -> Flow[Table[Any]]:
    """A whole call whose answer is a table.

    Args:
        row: Class of the rows; None if the body decides.
        kinds: The kind of columns that may have several, by name, for CSV.

    Raises:
        Error: The call fails.
        TableError: The body is not such a table.
    """
    prepared = prepare(core, operation, arguments, body, options)
    answer = yield from perform(
        core, prepared, deadline_of(core.clock, prepared.options)
    )
    if operation.result_decoder(answer.response.status) is None:
        raise status_error(core, operation, answer)
    return _read(core, answer, tables, row, kinds)


def download_table(
    call: DownloadCall,
    tables: ResultTables,
    row: type[Any] | None,
    kinds: Mapping[str, Kind] | None = None,
) -> Flow[Table[Any]]:
    """The table in a file at another address.

    Args:
        row: Class of the rows; None if the file decides.
        kinds: The kind of columns that may have several, by name, for CSV.

    Raises:
        Error: A call fails.
        TableError: The file is not such a table.
    """
    answer = yield from fetch(call)
    return _read(call.core, answer, tables, row, kinds)
