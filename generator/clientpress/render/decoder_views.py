"""Views of the decoders of a package: `tables.py` and `batch_files.py`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.types import (
    BatchFilesPlan,
    ColumnPlan,
    FamilyPlan,
    LineReaderPlan,
    LineWriterPlan,
    Models,
    Plan,
    TablePlan,
)
from clientpress.render import layout
from clientpress.render.behaviour_docs import line_format, outcome_doc
from clientpress.render.fragments import (
    Py,
    comment,
    docstring_of,
    identifier,
    literal,
    prose,
)
from clientpress.render.group_imports import GroupImports
from clientpress.render.layout import Doc
from clientpress.render.model_views import modules_of


@dataclass(frozen=True, slots=True)
class TablesView:
    """`tables.py`."""

    header: Py
    doc: Py
    typing: Py
    layouts: Py
    models: Py
    constants: tuple[Py, ...]
    names: tuple[str, ...]
    exports: tuple[Py, ...]


@dataclass(frozen=True, slots=True)
class WriterView:
    """A class that writes requests."""

    name: Py
    base: Py
    constant: Py


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A function that reads outcomes."""

    constant: Py
    signature: Py
    body: Py


@dataclass(frozen=True, slots=True)
class BatchFilesView:
    """`batch_files.py`."""

    header: Py
    doc: Py
    imports: Py
    checking_imports: Py
    constants: tuple[Py, ...]
    writers: tuple[WriterView, ...]
    readers: tuple[ReaderView, ...]
    exports: tuple[Py, ...]
    names: tuple[str, ...]


# ------------------------------------------------------------------ tables
_TABLE_NAMES = (
    *("TABLES", "Format", "Row", "Source", "Table", "read_table"),
    *("scan_table", "write_table"),
)


def tables_module(plan: Plan, header: str) -> TablesView:
    """The view of `tables.py`: a layout for each row class."""
    rows = [table.row for table in plan.tables]
    used = {"Column", "Layout"}
    if any(table.families for table in plan.tables):
        used.add("Family")
    if any(table.table.layout != "columns" for table in plan.tables):
        used.add("JsonLayout")
    constants = [_layout(table) for table in plan.tables]
    layouts = layout.tuple_of(
        [layout.Text(identifier(table.constant)) for table in plan.tables]
    )
    words: list[tuple[str, Doc]] = [("", layouts)]
    unwrap = next(
        (
            tables.unwrap
            for operation in plan.api.operations
            for response in operation.responses
            for tables in (
                response.tables,
                response.download.tables if response.download else None,
            )
            if tables and tables.unwrap
        ),
        "",
    )
    if unwrap:
        words.append(("unwrap", layout.value(unwrap)))
    anything = layout.annotation(a.union(*(a.Name(row) for row in rows)))
    row = layout.declaration("Row", layout.Text(identifier("TypeAlias")), anything, 0)
    constants.append(row)
    constants.append(
        layout.declaration(
            "TABLES",
            layout.Text(Py("Tables[Row]")),
            layout.call("Tables", words),
            0,
            wide=True,
        )
    )
    typing = ["TypeAlias"]
    if "Union[" in row:
        typing.append("Union")
    tables = ", ".join(f"`{row}`" for row in rows)
    lines = ["Result tables in JSON, CSV and Parquet: read, scanned and written.", ""]
    lines += prose(f"Row classes: {tables}. Needs pyarrow.", 84)
    exports = sorted({*rows, *_TABLE_NAMES}, key=lambda n: (n.islower(), n))
    return TablesView(
        comment(header),
        docstring_of(lines, 0),
        layout.imports("typing", typing),
        layout.imports("._runtime.tables.schema", sorted(used)),
        Py("\n".join(_model_imports(rows, plan.models))),
        tuple(constants),
        (
            "TABLES",
            "Row",
            "__all__",
            *(t.constant for t in plan.tables),
            *_FUNCTIONS,
        ),
        tuple(literal(name) for name in exports),
    )


_FUNCTIONS = ("read_table", "scan_table", "write_table")


def _model_imports(names: Iterable[str], models: Models) -> list[Py]:
    """The classes from the modules that they stand in."""
    return [
        layout.imports(f".models.{module}", listed)
        for module, listed in sorted(modules_of(set(names), models).items())
    ]


def _layout(plan: TablePlan) -> Py:
    table = plan.table
    words: list[tuple[str, Doc]] = [
        ("", layout.value(table.name)),
        ("", layout.Text(identifier(plan.row))),
        ("", layout.tuple_of([_column(column) for column in plan.columns])),
    ]
    if plan.families:
        families = [_family(family) for family in plan.families]
        words.append(("families", layout.tuple_of(families)))
    if table.layout != "columns":
        inner = [("", layout.value(table.layout))]
        for key in ("at", "key", "value"):
            value: str = getattr(table, key)
            if value:
                inner.append((key, layout.value(value)))
        words.append(("json", layout.call("JsonLayout", inner)))
    if table.match:
        entries = [(layout.value(k), layout.value(v)) for k, v in table.match]
        words.append(("match", layout.dict_of(entries)))
    kind = layout.annotation(a.Generic(a.Name("Layout"), (a.Name(plan.row),)))
    return layout.declaration(
        plan.constant, kind, layout.call("Layout", words), 0, wide=True
    )


def _column(column: ColumnPlan) -> Doc:
    words = [("", layout.value(column.name)), ("", layout.value(column.kinds))]
    words += _flags(column.required, column.nullable)
    if column.aliases:
        words.append(("aliases", layout.value(column.aliases)))
    return layout.call("Column", words)


def _family(plan: FamilyPlan) -> Doc:
    words = [
        ("", layout.value(plan.family.field)),
        ("", layout.value(plan.family.columns)),
    ]
    if plan.kind != "number":
        words.append(("kind", layout.value(plan.kind)))
    return layout.call("Family", [*words, *_flags(plan.required, plan.nullable)])


def _flags(required: bool, nullable: bool) -> list[tuple[str, Doc]]:
    found = (("required", required), ("nullable", nullable))
    return [(name, layout.value(True)) for name, holds in found if holds]


# ------------------------------------------------------------------ batch files
_PATH = a.Name("Path", a.Origin.STANDARD)
_OUTCOME_NAMES = (
    *("Failed", "Joined", "Succeeded", "Undecodable"),
    *("join", "join_async", "write_failed"),
)


def batch_files_module(plan: BatchFilesPlan, header: str) -> BatchFilesView:
    """The view of `batch_files.py`."""
    names = [w.name for w in plan.writers] + [r.name for r in plan.readers]
    constants = [w.constant for w in plan.writers] + [r.constant for r in plan.readers]
    imports = GroupImports("", {*names, *constants, *_OUTCOME_NAMES}, set(), "")
    texts = [_format(writer, imports) for writer in plan.writers]
    texts += [_outcome(reader, imports) for reader in plan.readers]
    for name in _OUTCOME_NAMES:
        imports.described(name)
    if plan.writers:
        imports.runtime("batches.request_files", "LineWriter as _LineWriter")
        imports.for_checking("", "IO")
    writers = tuple(_writer(writer, imports) for writer in plan.writers)
    readers = tuple(_reader(reader, imports) for reader in plan.readers)
    lines = ["Batch files: JSON Lines of requests, and of what became of them."]
    exports = sorted({*names, *_OUTCOME_NAMES}, key=lambda n: (n.islower(), n))
    return BatchFilesView(
        comment(header),
        docstring_of(lines, 0),
        imports.at_run_time(),
        imports.for_checkers(),
        tuple(texts),
        writers,
        readers,
        tuple(literal(name) for name in exports),
        ("__all__", *constants, *names),
    )


def _format(plan: LineWriterPlan, imports: GroupImports) -> Py:
    kind = a.Generic(a.Name("LineFormat"), (imports.local(plan.format.item),))
    value = line_format(plan.format, imports)
    return layout.declaration(
        plan.constant, layout.annotation(kind), value, 0, wide=True
    )


def _outcome(plan: LineReaderPlan, imports: GroupImports) -> Py:
    types = tuple(imports.local(t) for t in plan.types)
    kind = layout.annotation(a.Generic(a.Name("Outcome"), types))
    value = outcome_doc(plan.outcome, imports)
    return imports.written(layout.declaration(plan.constant, kind, value, 0, wide=True))


def _writer(plan: LineWriterPlan, imports: GroupImports) -> WriterView:
    request = imports.local(plan.request)
    imports.local(_PATH)
    # Text, because the names are imported for checkers only.
    inside = literal(layout.flat(layout.annotation(request)))
    return WriterView(
        identifier(plan.name),
        Py(f"_LineWriter[{inside}]"),
        identifier(plan.constant),
    )


def _reader(plan: LineReaderPlan, imports: GroupImports) -> ReaderView:
    good, bad = plan.types
    found = a.union(
        a.Generic(a.Name("Succeeded", a.Origin.RUNTIME), (good,)),
        a.Generic(a.Name("Failed", a.Origin.RUNTIME), (bad,)),
        a.Name("Undecodable", a.Origin.RUNTIME),
    )
    returns = a.Generic(a.Name("Iterator", a.Origin.STANDARD), (found,))
    imports.runtime("batches.lines_file", "read_outcomes")
    many = a.Generic(a.Name("Iterable", a.Origin.STANDARD), (a.BYTES,))
    file = a.Generic(a.Name("IO", a.Origin.STANDARD), (a.BYTES,))
    source = imports.local(a.Or((a.BYTES, _PATH, file, many)))
    parameter = layout.declaration("source", layout.annotation(source), None, 4, ",")
    signature = layout.signature(
        plan.name,
        [parameter],
        layout.annotation(imports.local(returns)),
        is_async=False,
        indent=0,
    )
    call: list[tuple[str, Doc]] = [
        ("", layout.Text(identifier(plan.constant))),
        ("", layout.Text(identifier("source"))),
    ]
    return ReaderView(
        identifier(plan.constant),
        imports.written(signature),
        layout.statement("return ", layout.call("read_outcomes", call), 4),
    )
