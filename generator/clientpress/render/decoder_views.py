"""Views of the decoders of a package: `tables.py` and `batch_files.py`."""

from __future__ import annotations

from dataclasses import dataclass

from clientpress.plan import annotations as a
from clientpress.plan.descriptions import type_of
from clientpress.plan.types import (
    BatchFilesPlan,
    LineReaderPlan,
    LineWriterPlan,
    Plan,
    TablePlan,
)
from clientpress.render import layout
from clientpress.render.constants import described
from clientpress.render.fragments import (
    Py,
    comment,
    docstring,
    docstring_of,
    literal,
    prose,
)
from clientpress.render.layout import Doc
from clientpress.render.module import RESERVED, Loads, Module


@dataclass(frozen=True, slots=True)
class FunctionView:
    """A function of `tables.py`, which is a method of a constant."""

    declaration: Py
    doc: Py


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesView:
    """`tables.py`."""

    header: Py
    doc: Py
    imports: Py
    constants: tuple[Py, ...]
    functions: tuple[FunctionView, ...]
    names: tuple[str, ...]
    exports: tuple[Py, ...]


@dataclass(frozen=True, slots=True)
class WriterView:
    """A class that writes requests."""

    header: Py
    signature: Py
    body: Py


@dataclass(frozen=True, slots=True)
class ReaderView:
    """A function that reads outcomes."""

    signature: Py
    body: Py


@dataclass(frozen=True, slots=True, kw_only=True)
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
_HANDED_ON = ("AsyncSource", "Format", "Source", "Table")
_ROW = a.local("Row")
_FUNCTIONS = (
    (
        "read_table",
        a.Generic(a.runtime("ReadTable"), (_ROW,)),
        "TABLES.read",
        "Read a whole result table: its bytes, its path, or an open binary file.",
    ),
    (
        "scan_table",
        a.Generic(a.runtime("ScanTable"), (_ROW,)),
        "TABLES.scan",
        "Read a result table piece by piece, however large it is.",
    ),
    (
        "write_table",
        a.runtime("WriteTable"),
        "TABLES.write",
        "Write rows, or the table of any Arrow library, as the API would.",
    ),
)


def tables_module(plan: Plan, header: str) -> TablesView:
    """The view of `tables.py`: a layout for each row class."""
    rows = [table.row for table in plan.tables]
    module = Module(".", loads=Loads.ALL)
    for name in _HANDED_ON:
        module.printed(a.runtime(name))
    constants = [_layout(table, module) for table in plan.tables]
    layouts = layout.tuple_of([a.local(table.constant) for table in plan.tables])
    words: list[tuple[str, Doc]] = [("", layouts)]
    unwrap = next(
        (
            tables.unwrap
            for operation in plan.api.operations
            for response in operation.responses
            for tables in (
                response.tables,
                *(download.tables for download in response.downloads),
            )
            if tables and tables.unwrap
        ),
        "",
    )
    if unwrap:
        words.append(("unwrap", layout.value(unwrap)))
    anything = a.union(*map(a.model, rows))
    alias = module.alias("Row", layout.annotation(anything))
    kind = a.Generic(a.runtime("Tables"), (_ROW,))
    value = layout.runtime_call("Tables", words)
    constants += [alias, module.declaration("TABLES", kind, value, 0, wide=True)]
    functions = tuple(
        FunctionView(
            module.declaration(name, base, a.local(value), 0), docstring(doc, 0)
        )
        for name, base, value, doc in _FUNCTIONS
    )
    shown = ", ".join(f"`{row}`" for row in rows)
    lines = ["Result tables in JSON, CSV and Parquet: read, scanned and written.", ""]
    lines += prose(f"Row classes: {shown}. Needs pyarrow.", 84)
    own = ("TABLES", "Row", *(name for name, *_ in _FUNCTIONS))
    exports = sorted({*rows, *own, *_HANDED_ON}, key=lambda n: (n.islower(), n))
    return TablesView(
        header=comment(header),
        doc=docstring_of(lines, 0),
        imports=module.at_run_time(),
        constants=tuple(constants),
        functions=functions,
        names=(*own, "__all__", *(table.constant for table in plan.tables)),
        exports=tuple(literal(name) for name in exports),
    )


def _layout(plan: TablePlan, module: Module) -> Py:
    kind = a.Generic(a.runtime("Layout"), (a.model(plan.row),))
    value = described(plan.layout)
    return module.declaration(plan.constant, kind, value, 0, wide=True)


# ------------------------------------------------------------------ batch files
_PATH = a.standard("Path")
_FILE = a.Generic(a.standard("IO"), (a.BYTES,))
_OUTCOME_NAMES = (
    "Failed",
    "Joined",
    "Succeeded",
    "Undecodable",
    "join",
    "join_async",
    "write_failed",
)


def batch_files_module(plan: BatchFilesPlan, header: str) -> BatchFilesView:
    """The view of `batch_files.py`."""
    names = [w.name for w in plan.writers] + [r.name for r in plan.readers]
    constants = [w.constant for w in plan.writers] + [r.constant for r in plan.readers]
    module = Module(
        ".",
        taken={*names, *constants, *_OUTCOME_NAMES} | RESERVED,
        local={("request_files", "LineWriter"): "_LineWriter"},
    )
    texts = [_format(writer, module) for writer in plan.writers]
    texts += [_outcome(reader, module) for reader in plan.readers]
    for name in _OUTCOME_NAMES:
        module.printed(a.runtime(name))
    writers = tuple(_writer(writer, module) for writer in plan.writers)
    readers = tuple(_reader(reader, module) for reader in plan.readers)
    lines = ["Batch files: JSON Lines of requests, and of what became of them."]
    exports = sorted({*names, *_OUTCOME_NAMES}, key=lambda n: (n.islower(), n))
    return BatchFilesView(
        header=comment(header),
        doc=docstring_of(lines, 0),
        imports=module.at_run_time(),
        checking_imports=module.for_checkers(),
        constants=tuple(texts),
        writers=writers,
        readers=readers,
        exports=tuple(literal(name) for name in exports),
        names=("__all__", *constants, *names),
    )


def _format(plan: LineWriterPlan, module: Module) -> Py:
    kind = a.Generic(a.runtime("LineFormat"), (type_of(plan.format.item) or a.JSON,))
    value = described(plan.format)
    return module.declaration(plan.constant, kind, value, 0, wide=True)


def _outcome(plan: LineReaderPlan, module: Module) -> Py:
    kind = a.Generic(a.runtime("Outcome"), plan.types)
    value = described(plan.outcome)
    return module.declaration(plan.constant, kind, value, 0, wide=True)


def _writer(plan: LineWriterPlan, module: Module) -> WriterView:
    # Quoted, because the names are imported for checkers only.
    request = layout.Quoted(layout.annotation(plan.request, marked=False))
    base = layout.subscript(a.runtime("LineWriter"), [request])
    optional = a.Or((_PATH, a.NONE))
    parameters = [
        Py("        self,"),
        module.declaration("target", a.Or((_PATH, _FILE)), None, 8, ","),
        Py("        *,"),
        module.declaration("split", a.Or((a.BOOL, a.STR)), layout.value(False), 8, ","),
        module.declaration("index", optional, a.NONE, 8, ","),
    ]
    words: list[tuple[str, Doc]] = [
        ("", a.local(plan.constant)),
        ("", a.local("target")),
        ("split", a.local("split")),
        ("index", a.local("index")),
    ]
    return WriterView(
        module.class_header(plan.name, base),
        module.signature("__init__", parameters, a.NONE),
        module.statement("", layout.call("super().__init__", words), 8),
    )


def _reader(plan: LineReaderPlan, module: Module) -> ReaderView:
    good, bad = plan.types
    outcome = a.union(
        a.Generic(a.runtime("Succeeded"), (good,)),
        a.Generic(a.runtime("Failed"), (bad,)),
        a.runtime("Undecodable"),
    )
    returns = a.Generic(a.standard("Iterator"), (outcome,))
    many = a.Generic(a.standard("Iterable"), (a.BYTES,))
    source = a.Or((a.BYTES, _PATH, _FILE, many))
    parameter = module.declaration("source", source, None, 4, ",")
    words = [("", a.local(plan.constant)), ("", a.local("source"))]
    return ReaderView(
        module.signature(plan.name, [parameter], returns, indent=0),
        module.statement("return ", layout.runtime_call("read_outcomes", words), 4),
    )
