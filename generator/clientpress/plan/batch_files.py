"""What `batch_files.py` of a package offers: writers of request files, readers of result files."""

from __future__ import annotations

from clientpress.api import schemas as s
from clientpress.api.behaviours import Lines
from clientpress.api.operations import Api
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.batch_methods import line_format
from clientpress.plan.identifiers import class_name, constant_name, method_name
from clientpress.plan.methods import Context
from clientpress.plan.requests import RequestTypes
from clientpress.plan.types import (
    BatchFilesPlan,
    Group,
    LineReaderPlan,
    LineWriterPlan,
    OutcomePlan,
)
from clientpress.plan.typing_rules import TypeRules


def plan_batch_files(
    api: Api,
    groups: tuple[Group, ...],
    rules: TypeRules,
    requests: RequestTypes,
    report: Report,
) -> BatchFilesPlan:
    """Writers for every file of lines that is uploaded, readers for every one that comes back."""
    context = Context(rules, requests, {}, report)
    formats = {
        lines.item: (place, lines)
        for place, lines in _uploaded(api, rules)
        if lines.item
    }
    writers = list[LineWriterPlan]()
    for item, (place, lines) in formats.items():
        planned = line_format(lines, context)
        if planned is None:
            where = place.child("x-clientpress-lines", "item")
            message = f"there is no schema {item!r} under components/schemas"
            report.error("E303", where, message, "Name the component of a line.")
            continue
        alone = len(formats) == 1
        writers.append(
            LineWriterPlan(
                "LineWriter" if alone else f"{class_name(item)}Writer",
                "REQUESTS" if alone else constant_name(item),
                planned,
                requests.form(planned.item),
            )
        )
    read = {
        constant.value: constant.kind
        for group in groups
        for constant in group.constants
        if isinstance(constant.value, OutcomePlan) and constant.value.item is not None
    }
    readers = list[LineReaderPlan]()
    for value, kind in read.items():
        assert isinstance(value, OutcomePlan)
        named = a.names_in(value.item) if value.item else iter(())
        name = next((n.text for n in named), "line")
        alone = len(read) == 1
        readers.append(
            LineReaderPlan(
                "read_lines" if alone else f"read_{method_name(name)}",
                "RESULTS" if alone else constant_name(f"{name} results"),
                value,
                kind.args if isinstance(kind, a.Generic) else (),
            )
        )
    return BatchFilesPlan(tuple(writers), tuple(readers))


def _uploaded(api: Api, rules: TypeRules) -> list[tuple[Place, Lines]]:
    """The files of lines in the forms of all operations."""
    found = list[tuple[Place, Lines]]()
    for operation in api.operations:
        for media in operation.body.media if operation.body else ():
            for schema in _members(media.schema, rules):
                lines = schema.meta.extensions.get("lines")
                if isinstance(lines, Lines):
                    found.append((schema.meta.place, lines))
    return found


def _members(schema: Schema | None, rules: TypeRules) -> list[Schema]:
    inner = rules.followed(schema) if schema else None
    return [f.schema for f in inner.fields] if isinstance(inner, s.Object) else []
