"""The methods that read result tables and files at other addresses, and the methods that
upload them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from msgspec import structs

from clientpress.api.behaviours import Download, PreparedUpload
from clientpress.api.operations import Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.calls import CORE, by_name, handle, run, runtime_call
from clientpress.plan.context import Context
from clientpress.plan.methods import (
    OPTIONS,
    Wished,
    beside,
    body_arguments,
    in_default_type,
    in_order,
    own_arguments,
    own_passed,
    runtime,
    wished,
)
from clientpress.plan.requests import MAPPING
from clientpress.plan.types import (
    Argument,
    Call,
    Default,
    Method,
    OperationPlan,
    Overload,
    Passed,
    TablePlan,
)
from clientpress.runtime.tables.schema import ResultTables
from clientpress.runtime.wire.links import Link, SignedUpload

_PREFIX = "x-clientpress-"
_UPLOAD_SUMMARIES = {
    False: "Upload a file of any size: prepare it, and send it to the storage host without a key.",
    True: "Upload a file of any size: prepare it, send it to the storage host without a key, complete it.",
}


# ------------------------------------------------------------------ methods
_ROW = a.Name("R", a.Origin.RUNTIME)


class TableMethods:
    """Methods whose answer is a table or a file, or which upload one."""

    def __init__(self, tables: tuple[TablePlan, ...], context: Context) -> None:
        self._tables = {plan.layout.name: plan for plan in tables}
        self._context = context

    def main(self, plan: OperationPlan) -> Wished | None:
        """The method of an operation that answers with a table."""
        response = self._context.success(plan.operation)
        self._check_others(plan, response)
        if response is None or response.tables is None:
            return None
        place = response.place.child(_PREFIX + "tables", "of")
        schema = self._context.success_schema(plan.operation)
        unwrap = response.tables.unwrap
        if schema is not None and unwrap:
            where = response.place.child(_PREFIX + "tables", "unwrap")
            self._context.addresses.in_value(schema, unwrap, where)
        method = self._reading(
            plan,
            response.tables,
            place,
            lambda plan, tables: run(
                "call_table",
                CORE,
                *own_passed(plan, tables),
                *by_name("row", "kinds", "options"),
            ),
        )
        return Wished("table", (), 1, lambda name: replace(method, name=name))

    def _check_others(self, plan: OperationPlan, read: Response | None) -> None:
        """Report extensions on answers that the methods do not read."""
        for response in plan.operation.responses:
            for key, value in (
                ("tables", response.tables),
                ("download", response.downloads),
            ):
                if value and response is not read:
                    where = response.place.child(_PREFIX + key)
                    message = f"the answer {response.status} is not the one that stands for success"
                    hint = "It belongs on the first answer of the class 2XX."
                    self._context.report.error("CP303", where, message, hint)

    def added(self, plan: OperationPlan, name: str) -> Iterator[Wished]:
        """Methods that fetch the file that an answer leads to, or that send one."""
        response = self._context.success(plan.operation)
        if response is not None:
            place, several = (
                response.place.child(_PREFIX + "download"),
                response.downloads,
            )
            for i, download in enumerate(several):
                where = place.child(i) if several[1:] else place
                yield from self._downloads(plan, name, where, download)
        if plan.operation.signed_upload is not None:
            yield from self._upload(plan, name, plan.operation.signed_upload)

    def _reading(
        self,
        plan: OperationPlan,
        tables: ResultTables,
        place: Place,
        call: Callable[[OperationPlan, str], Call],
    ) -> Method:
        """A method with a row class as an argument; without one the file decides.

        Args:
            call: What is done with the operation and the constant of the tables.
        """
        rows = list[Annotation]()
        for i, name in enumerate(tables.of):
            where = place.child(i) if len(tables.of) > 1 else place
            if row_class := self._row(name, where):
                rows.append(row_class)
        kind = runtime("ResultTables")
        constant = self._context.constant(plan, "TABLES", kind, tables)
        plan = beside(plan, "row", "kinds")
        own = own_arguments(plan)
        row = Argument(
            name="row",
            wire="",
            annotation=a.Generic(a.Name("type"), (_ROW,)),
            default=Default.REQUIRED,
            doc="Class of the rows; without it, the type of the model or the columns decide.",
            positional=True,
        )
        kinds = Argument(
            name="kinds",
            wire="",
            annotation=a.union(
                a.Generic(MAPPING, (a.STR, runtime("Kind"))),
                a.NONE,
            ),
            default=Default.NONE,
            doc="The kind of columns that may have several, by name, for CSV.",
        )
        nothing = replace(row, annotation=a.NONE, default=Default.NONE)
        anything = a.Generic(a.Name("type"), (a.Name("Any", a.Origin.STANDARD),))
        either = replace(
            row, annotation=a.union(anything, a.NONE), default=Default.NONE
        )
        whole = runtime("Table", a.union(*rows) if rows else a.JSON)
        return Method(
            name="",
            kind="table",
            plan=plan,
            arguments=in_order((*own, either, kinds, OPTIONS)),
            returns=runtime("Table", a.Name("Any", a.Origin.STANDARD)),
            call=call(plan, constant),
            raises=(("TableError", "The table is broken, or not of this kind."),),
            overloads=(
                Overload(in_order((*own, row, kinds, OPTIONS)), runtime("Table", _ROW)),
                Overload(in_order((*own, nothing, kinds, OPTIONS)), whole),
            ),
        )

    def _row(self, name: str, place: Place) -> Annotation | None:
        if name in self._tables:
            return a.model(self._tables[name].row)
        self._context.report.error(
            "CP303",
            place,
            f"there is no table {name!r}",
            f"Tables: {', '.join(self._tables)}.",
        )
        return None

    def _downloads(
        self, plan: OperationPlan, name: str, place: Place, download: Download
    ) -> Iterator[Wished]:
        operation, context = plan.operation, self._context
        schema = context.success_schema(operation)
        source = download.source
        context.addresses.in_answer(schema, source.url, place.child("url"))
        constant = context.constant(
            plan, download.file_method.upper(), runtime("DownloadFrom"), source
        )

        def call(plan: OperationPlan) -> Call:
            passed = (*own_passed(plan, constant), *by_name("options"))
            return runtime_call("DownloadCall", CORE, *passed)

        if download.tables is not None:
            method = self._reading(
                plan,
                download.tables,
                place.child("tables"),
                lambda plan, tables: run(
                    "download_table",
                    Passed(call(plan)),
                    Passed(tables),
                    *by_name("row", "kinds"),
                ),
            )
            method = replace(method, summary="Download the result table.")
            yield wished(method, (download.method, f"{name}_{download.method}"), 2)
        where = (
            "It lies on another host, which gets no key."
            if source.auth == "none"
            else ""
        )
        method = Method(
            name="",
            kind="download",
            plan=plan,
            arguments=in_order((*own_arguments(plan), OPTIONS)),
            returns=runtime("Download"),
            call=handle("Download", call(plan)),
            summary=f"The file itself, to be saved or read. {where}".strip(),
        )
        yield wished(
            method, (download.file_method, f"{name}_{download.file_method}"), 2
        )

    def _upload(
        self, plan: OperationPlan, name: str, prepared: PreparedUpload
    ) -> Iterator[Wished]:
        """The whole upload: prepare, send, complete. The method takes the file, not its description."""
        operation, context, upload = plan.operation, self._context, prepared.upload
        place = operation.place.child(_PREFIX + "signed-upload")
        schema = context.success_schema(operation)
        for key in ("url", "content_type"):
            address: str = getattr(upload, key)
            if address:
                context.addresses.in_answer(schema, address, place.child(key))
        complete = self._completion(prepared, schema, place)
        constant = context.constant(
            plan,
            "UPLOAD",
            runtime("SignedUpload", complete[1] or plan.returns),
            structs.replace(upload, complete=complete[0]),
        )
        if not self._describes(plan, upload, place):
            return
        plan = beside(plan, "file")
        body = plan.body
        described = {
            address.partition("#/")[2].partition("/")[0]
            for address in (upload.name, upload.size, upload.type)
        }
        kept = tuple(x for x in body_arguments(body) if x.wire not in described)
        source = a.union(
            a.Name("FileInput", a.Origin.RUNTIME),
            a.Name("ArrowStream", a.Origin.RUNTIME),
        )
        file = Argument(
            name="file",
            wire="",
            annotation=source,
            default=Default.REQUIRED,
            doc="The file: a path, bytes, an open file, with a name and a media type if you like;"
            " or a data frame, which is sent as Parquet.",
            positional=True,
        )
        method = Method(
            name="",
            kind="signed_upload",
            plan=plan,
            arguments=in_order((*plan.arguments, file, *kept, OPTIONS)),
            returns=complete[1] or plan.returns,
            call=run(
                "upload",
                CORE,
                Passed(plan.constant),
                Passed(constant),
                Passed(tuple(x.name for x in plan.arguments)),
                Passed(
                    replace(in_default_type(body), arguments=kept) if body else "None"
                ),
                *by_name("file", "options"),
            ),
            summary=_UPLOAD_SUMMARIES[prepared.complete is not None],
        )
        yield wished(method, (prepared.method, f"{name}_{prepared.method}"), 2)

    def _describes(
        self, plan: OperationPlan, upload: SignedUpload[Any], place: Place
    ) -> bool:
        """Whether the members that describe the file are in the body."""
        context, body, operation = self._context, plan.body, plan.operation
        if body is None or body.whole is not None or operation.body is None:
            message = "the body has no members that could describe the file"
            hint = "Describe the body as a JSON object with properties."
            context.report.error("CP303", place, message, hint)
            return False
        schema = next(
            m.schema for m in operation.body.media if m.name == body.media_type
        )
        for key in ("name", "size", "type"):
            address: str = getattr(upload, key)
            context.addresses.in_answer(schema, address, place.child(key))
        return True

    def _completion(
        self, upload: PreparedUpload, answer: Schema | None, place: Place
    ) -> tuple[Link | None, Annotation | None]:
        if upload.complete is None:
            return None, None
        where = place.child("complete")
        link = self._context.called(upload.complete, where, answer=answer)
        target = self._context.find(upload.complete.operation)
        return link, target.returns if target else None
