"""What `batch_files.py` of a package offers: writers of request files, readers of result files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from clientpress.api import schemas as s
from clientpress.api.behaviours import Lines
from clientpress.api.operations import Api
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.batch_methods import line_format
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.context import Context
from clientpress.plan.descriptions import type_of
from clientpress.plan.identifiers import class_name, constant_name, method_name
from clientpress.plan.requests import RequestTypes
from clientpress.plan.types import (
    BatchFilesPlan,
    Constant,
    Group,
    LineReaderPlan,
    LineWriterPlan,
)
from clientpress.plan.typing_rules import TypeRules
from clientpress.runtime.batches.outcome_values import Outcome
from clientpress.runtime.wire.lines import LineFormat

K = TypeVar("K")


def plan_batch_files(
    api: Api,
    groups: tuple[Group, ...],
    rules: TypeRules,
    requests: RequestTypes,
    report: Report,
) -> BatchFilesPlan:
    """Writers for every file of lines that is uploaded, readers for every one that comes back."""
    return BatchFilesPlan(
        _writers(
            _uploaded(api, rules),
            Context(rules=rules, requests=requests, plans={}, report=report),
        ),
        _readers(groups),
    )


def _writers(
    uploaded: list[tuple[Place, Lines]], context: Context
) -> tuple[LineWriterPlan, ...]:
    """A class for each format of requests; two formats of the same item differ in their limits."""
    formats = dict[Lines, tuple[Place, LineFormat[Any]]]()
    for place, lines in uploaded:
        planned = line_format(lines, context)
        where = place.child("x-clientpress-lines")
        if planned is None:
            message = f"there is no schema {lines.item!r} under components/schemas"
            hint = "Name the component of a line."
            context.report.error("CP303", where.child("item"), message, hint)
            continue
        if lines.id:
            item = context.rules.component_schema(lines.item)
            context.addresses.in_value(item, lines.id, where.child("id"))
        formats.setdefault(lines, (place, planned))
    wanted = {lines: (lines.item, place) for lines, (place, _) in formats.items()}
    names = _named(wanted, "LineWriter", lambda item: f"{class_name(item)}Writer")
    constants = _named(wanted, "REQUESTS", constant_name)
    return tuple(
        LineWriterPlan(
            names[lines],
            constants[lines],
            planned,
            context.requests.form(type_of(planned.item) or a.JSON),
        )
        for lines, (_, planned) in formats.items()
    )


def _readers(groups: tuple[Group, ...]) -> tuple[LineReaderPlan, ...]:
    """A function for each format of results."""
    read = list[LineReaderPlan]()
    wanted = dict[int, tuple[str, Place]]()
    for group in groups:
        for constant in group.constants:
            outcome, kind = _outcome(constant), constant.kind
            if outcome is None or outcome in [reader.outcome for reader in read]:
                continue
            item_type = type_of(outcome.item) or a.JSON
            item = next((n.text for n in a.names_in(item_type)), "line")
            wanted[len(read)] = (item, Place("", constant.name))
            types = kind.args if isinstance(kind, a.Generic) else ()
            read.append(LineReaderPlan("", "", outcome, types))
    names = _named(wanted, "read_lines", lambda item: f"read_{method_name(item)}")
    constants = _named(wanted, "RESULTS", lambda item: constant_name(f"{item} results"))
    return tuple(
        replace(reader, name=names[i], constant=constants[i])
        for i, reader in enumerate(read)
    )


def _outcome(constant: Constant) -> Outcome[Any, Any] | None:
    """The outcome of a constant that describes a file of results; None for other constants."""
    value: Any = constant.value
    kind = constant.kind
    is_outcome = isinstance(kind, a.Generic) and kind.base == a.runtime("Outcome")
    return value if is_outcome and value.item is not None else None


def _named(
    wanted: Mapping[K, tuple[str, Place]], alone: str, named: Callable[[str], str]
) -> dict[K, str]:
    """The name `alone` if there is only one, otherwise names made from the items."""
    if len(wanted) == 1:
        return dict.fromkeys(wanted, alone)
    wishes = [
        Wish(key, (named(item),), 1, False, place.pointer)
        for key, (item, place) in wanted.items()
    ]
    return settle(wishes, {})


def _uploaded(api: Api, rules: TypeRules) -> list[tuple[Place, Lines]]:
    """The files of lines in the forms of all operations."""
    files = list[tuple[Place, Lines]]()
    for operation in api.operations:
        for media in operation.body.media if operation.body else ():
            for schema in _members(media.schema, rules):
                lines = schema.meta.extensions.get("lines")
                if isinstance(lines, Lines) and lines.item:
                    files.append((schema.meta.place, lines))
    return files


def _members(schema: Schema | None, rules: TypeRules) -> list[Schema]:
    inner = rules.followed(schema) if schema else None
    return [f.schema for f in inner.fields] if isinstance(inner, s.Object) else []
