"""Result tables: what their columns are, and the methods that read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.behaviours import Download, SignedUpload, Table, Tables
from clientpress.api.operations import Api, Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.identifiers import constant_name
from clientpress.plan.methods import (
    OPTIONS,
    Context,
    Wished,
    by_name,
    in_order,
    own_arguments,
    own_passed,
    runtime,
    wished,
)
from clientpress.plan.naming import nullable
from clientpress.plan.types import (
    Argument,
    CallPlan,
    ColumnPlan,
    Default,
    FamilyPlan,
    Method,
    OperationPlan,
    Overload,
    Passed,
    SignedUploadPlan,
    TablePlan,
)
from clientpress.plan.typing_rules import TypeRules

_PREFIX = "x-clientpress-"
_KINDS = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_CONSTANTS = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_LISTS = {"string": "strings", "integer": "integers", "number": "numbers"}
# A number is written after an integer, and text last: the narrowest kind is tried first.
_ORDER = (
    *("boolean", "integer", "number", "string"),
    *("integers", "numbers", "strings", "json"),
)


# ------------------------------------------------------------------ the tables of a document
def plan_tables(api: Api, rules: TypeRules, report: Report) -> tuple[TablePlan, ...]:
    """Every row schema with `x-clientpress-table`, in the document's order."""
    found = list[TablePlan]()
    taken = dict[str, Place]()
    for schema in api.schemas.values():
        table = schema.meta.extensions.get("table")
        if not isinstance(table, Table):
            continue
        place = schema.meta.place.child(_PREFIX + "table")
        row = rules.annotation(schema)
        if not isinstance(schema, s.Object) or not isinstance(row, a.Name):
            message = "x-clientpress-table stands on an object whose properties are the columns"
            report.error("E302", place, message, "Give the schema properties.")
            continue
        if table.name in taken:
            message = f"there are two tables {table.name!r}"
            report.error("E302", place.child("name"), message, "Rename one.")
        taken[table.name] = place
        found.append(_table(schema, table, row.text, place, rules, api, report))
    return tuple(found)


def _table(
    schema: s.Object,
    table: Table,
    row: str,
    place: Place,
    rules: TypeRules,
    api: Api,
    report: Report,
) -> TablePlan:
    fields = {field.wire: field for field in schema.fields}
    for column, _ in table.aliases:
        _known(column, fields, place.child("aliases", column), report)
    for key in (table.key, table.value):
        if key:
            _known(key, fields, place.child("json"), report)
    families = list[FamilyPlan]()
    for family in table.families:
        if _known(family.field, fields, place.child("family", "field"), report):
            field = fields.pop(family.field)
            kinds = column_kinds(field.schema, rules)
            kind = kinds[0].removesuffix("s") if kinds[0] in _LISTS.values() else ""
            if not kind:
                message = f"{family.field!r} holds no list of strings or numbers"
                report.error("E303", place.child("family", "field"), message)
            missing = nullable(field.schema, api.schemas)
            families.append(FamilyPlan(family, kind, field.required, missing))
    aliases = dict(table.aliases)
    columns = tuple(
        ColumnPlan(
            field.wire,
            column_kinds(field.schema, rules),
            field.required,
            nullable(field.schema, api.schemas),
            aliases.get(field.wire, ()),
        )
        for field in fields.values()
    )
    return TablePlan(row, constant_name(table.name), table, columns, tuple(families))


def _known(
    column: str, fields: dict[str, s.Field], place: Place, report: Report
) -> bool:
    if column in fields:
        return True
    message = f"the row has no property {column!r}"
    report.error("E303", place, message, f"It has {', '.join(fields)}.")
    return False


def column_kinds(schema: Schema, rules: TypeRules) -> tuple[str, ...]:
    """What the cells of a column may be, the narrowest kind first."""
    found = dict[str, None]()
    todo = [rules.followed(schema)]
    while todo:
        here = todo.pop()
        if isinstance(here, s.Union):
            todo += [rules.followed(v) for v in here.variants if not s.is_null(v)]
        else:
            found.setdefault(_kind(here, rules))
    return tuple(kind for kind in _ORDER if kind in found)


def _kind(schema: Schema, rules: TypeRules) -> str:
    if isinstance(schema, (s.Primitive, s.Enumeration)):
        return _KINDS.get(schema.type, "json")
    if isinstance(schema, s.Constant):
        return _CONSTANTS.get(type(schema.value).__name__, "json")
    if isinstance(schema, s.Array):
        item = rules.followed(schema.items)
        return (
            _LISTS.get(item.type, "json") if isinstance(item, s.Primitive) else "json"
        )
    return "json"


# ------------------------------------------------------------------ methods
_ROW = a.Name("R", a.Origin.RUNTIME)


class TableMethods:
    """Methods whose answer is a table or a file, or which upload one."""

    def __init__(self, tables: tuple[TablePlan, ...], context: Context) -> None:
        self._tables = {plan.table.name: plan for plan in tables}
        self._context = context

    def main(self, plan: OperationPlan) -> Wished | None:
        """The method of an operation that answers with a table."""
        response = self._context.success(plan.operation)
        if response is None or response.tables is None:
            return None
        place = response.place.child(_PREFIX + "tables", "of")
        made = self._reading(plan, response.tables, place, "TABLES", "_table")
        return Wished("table", (), 1, lambda name: replace(made, name=name))

    def added(self, plan: OperationPlan, name: str) -> Iterator[Wished]:
        """Methods that fetch the file that an answer leads to, or that send one."""
        response = self._context.success(plan.operation)
        if response is not None and response.download is not None:
            yield from self._downloads(plan, name, response, response.download)
        if plan.operation.signed_upload is not None:
            yield from self._upload(plan, name, plan.operation.signed_upload)

    def _reading(
        self, plan: OperationPlan, tables: Tables, place: Place, suffix: str, call: str
    ) -> Method:
        """A method with a row class as an argument; without it the file decides."""
        rows = [found for name in tables.of if (found := self._row(name, place))]
        value: Tables | Download = tables
        constant = self._context.constant(plan, suffix, runtime("ResultTables"), value)
        own = own_arguments(plan)
        row = Argument(
            "row",
            "",
            a.Generic(a.Name("type"), (_ROW,)),
            Default.REQUIRED,
            "Class of the rows; without it, the type of the model or the columns decide.",
            positional=True,
        )
        nothing = replace(row, annotation=a.NONE, default=Default.NONE)
        anything = a.Generic(a.Name("type"), (a.Name("Any", a.Origin.STANDARD),))
        either = replace(
            row, annotation=a.union(anything, a.NONE), default=Default.NONE
        )
        whole = runtime("Table", a.union(*rows) if rows else a.JSON)
        return Method(
            "",
            "table",
            plan,
            in_order((*own, either, OPTIONS)),
            runtime("Table", a.Name("Any", a.Origin.STANDARD)),
            call,
            (
                Passed(plan.constant),
                Passed(constant),
                *own_passed(plan),
                *by_name("row", "options"),
            ),
            awaited=True,
            raises=(("TableError", "The table is broken, or not of this kind."),),
            overloads=(
                Overload(in_order((*own, row, OPTIONS)), runtime("Table", _ROW)),
                Overload(in_order((*own, nothing, OPTIONS)), whole),
            ),
        )

    def _row(self, name: str, place: Place) -> Annotation | None:
        if name in self._tables:
            return a.model(self._tables[name].row)
        self._context.report.error(
            "E303",
            place,
            f"there is no table {name!r}",
            f"Tables: {', '.join(self._tables)}.",
        )
        return None

    def _downloads(
        self, plan: OperationPlan, name: str, response: Response, download: Download
    ) -> Iterator[Wished]:
        operation, context = plan.operation, self._context
        place = response.place.child(_PREFIX + "download")
        schema = context.success_schema(operation)
        context.addresses.in_answer(schema, download.url, place.child("url"))
        constant = context.constant(
            plan, "FILE", runtime("DownloadFrom"), replace(download, tables=None)
        )
        passed = (
            Passed(plan.constant),
            Passed(constant),
            *own_passed(plan),
            *by_name("options"),
        )
        if download.tables is not None:
            made = self._reading(
                plan,
                download.tables,
                place.child("tables"),
                "TABLES",
                "_download_table",
            )
            made = replace(
                made,
                passed=(made.passed[0], Passed(constant), *made.passed[1:]),
                summary="Download the result table.",
            )
            yield wished(made, (download.method, f"{name}_{download.method}"), 2)
        where = (
            "It lies on another host, which gets no key."
            if download.auth == "none"
            else ""
        )
        made = Method(
            "",
            "download",
            plan,
            in_order((*own_arguments(plan), OPTIONS)),
            runtime("Download"),
            "_download",
            passed,
            summary=f"The file itself, to be saved or read. {where}".strip(),
        )
        yield wished(made, (download.file_method, f"{name}_{download.file_method}"), 2)

    def _upload(
        self, plan: OperationPlan, name: str, upload: SignedUpload
    ) -> Iterator[Wished]:
        """The whole upload: prepare, send, complete; the file takes the place of its description."""
        operation, context = plan.operation, self._context
        place = operation.place.child(_PREFIX + "signed-upload")
        schema = context.success_schema(operation)
        for key in ("url", "content_type"):
            address: str = getattr(upload, key)
            if address:
                context.addresses.in_answer(schema, address, place.child(key))
        complete = self._completion(upload, place)
        member = upload.size.partition("#/")[2].partition("/")[0]
        constant = context.constant(
            plan,
            "UPLOAD",
            runtime("SignedUpload", complete[1] or plan.returns),
            SignedUploadPlan(upload, complete[0]),
        )
        body = plan.body
        if body is None or member not in {x.wire for x in body.arguments}:
            message = f"the body has no member {member!r} that describes the file"
            context.report.error("E303", place.child("size"), message)
            return
        kept = tuple(x for x in body.arguments if x.wire != member)
        source = a.union(
            a.Name("FileInput", a.Origin.RUNTIME),
            a.Name("ArrowStream", a.Origin.RUNTIME),
        )
        file = Argument(
            "file",
            "",
            source,
            Default.REQUIRED,
            "The file: a path, bytes, an open file, with a name and a media type if you like;"
            " or a data frame, which is sent as Parquet.",
            positional=True,
        )
        made = Method(
            "",
            "signed_upload",
            plan,
            in_order((*plan.arguments, file, *kept, OPTIONS)),
            complete[1] or plan.returns,
            "_upload",
            (
                Passed(plan.constant),
                Passed(constant),
                Passed(tuple(x.name for x in plan.arguments)),
                Passed(replace(body, arguments=kept)),
                *by_name("file", "options"),
            ),
            awaited=True,
            summary="Upload a file of any size: prepare it, send it to the storage host without a key, complete it.",
        )
        yield wished(made, (upload.method, f"{name}_{upload.method}"), 2)

    def _completion(
        self, upload: SignedUpload, place: Place
    ) -> tuple[CallPlan | None, Annotation | None]:
        if upload.complete is None:
            return None, None
        found = self._context.called(upload.complete, place.child("complete"))
        target = self._context.plan_of(
            upload.complete.operation, place.child("complete")
        )
        return found, target.returns if target else None
