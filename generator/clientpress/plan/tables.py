"""Result tables: what their columns are."""

from __future__ import annotations

from typing import Any

from msgspec import structs

from clientpress.api import schemas as s
from clientpress.api.behaviours import Table
from clientpress.api.operations import Api
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan import annotations as a
from clientpress.plan.descriptions import named
from clientpress.plan.identifiers import constant_name
from clientpress.plan.schema_names import nullable
from clientpress.plan.types import TablePlan
from clientpress.plan.typing_rules import TypeRules
from clientpress.runtime.tables.schema import Column, Family, Kind, Layout

_PREFIX = "x-clientpress-"
_KINDS: dict[str, Kind] = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
}
_CONSTANTS: dict[str, Kind] = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
}
_LISTS: dict[str, Kind] = {
    "string": "strings",
    "integer": "integers",
    "number": "numbers",
}
_ITEMS: dict[Kind, Kind] = {
    "strings": "string",
    "integers": "integer",
    "numbers": "number",
}
# A number is written after an integer, and text last: the narrowest kind is tried first.
_ORDER: tuple[Kind, ...] = (
    *("boolean", "integer", "number", "string"),
    *("integers", "numbers", "strings", "json"),
)


# What `tables.py` has besides the tables.
_RESERVED = (
    *("AsyncSource", "Column", "Family", "Format", "JsonLayout", "Layout", "ReadTable"),
    *("Row", "ScanTable", "Source", "TABLES", "Table", "Tables", "TypeAlias", "Union"),
    *("WriteTable", "read_table", "scan_table", "write_table"),
)


def plan_tables(api: Api, rules: TypeRules, report: Report) -> tuple[TablePlan, ...]:
    """Every row schema with `x-clientpress-table`, in the document's order."""
    plans = list[TablePlan]()
    taken = set[str]()
    for schema in api.schemas.values():
        table = schema.meta.extensions.get("table")
        if not isinstance(table, Table):
            continue
        place = schema.meta.place.child(_PREFIX + "table")
        row = rules.annotation(schema)
        if not isinstance(schema, s.Object) or not isinstance(row, a.Name):
            message = "x-clientpress-table stands on an object whose properties are the columns"
            report.error("CP302", place, message, "Give the schema properties.")
            continue
        constant = constant_name(table.name)
        if constant == row.text:
            constant += "_LAYOUT"
        if constant in taken:
            message = f"there are two tables {table.name!r}"
            report.error("CP302", place.child("name"), message, "Rename one.")
        if row.text in _RESERVED or constant in _RESERVED:
            message = f"a table cannot be called {table.name!r}"
            hint = "`tables.py` has something else of that name."
            report.error("CP302", place.child("name"), message, hint)
        taken.add(constant)
        columns, families = _columns(
            schema, table, place=place, rules=rules, api=api, report=report
        )
        layout = Layout[Any](
            table.name,
            named(a.model(row.text), type),
            columns=columns,
            families=families,
            json=table.json,
            match=dict(table.match),
        )
        plans.append(TablePlan(row.text, constant, layout))
    return tuple(plans)


def _columns(
    schema: s.Object,
    table: Table,
    place: Place,
    rules: TypeRules,
    api: Api,
    report: Report,
) -> tuple[tuple[Column, ...], tuple[Family, ...]]:
    fields = {field.wire: field for field in schema.fields}
    for column, _ in table.aliases:
        _known(column, fields, place.child("aliases", column), report)
    for key, column in (("key", table.json.key), ("value", table.json.value)):
        if column:
            _known(column, fields, place.child("json", key), report)
    families = list[Family]()
    for family in table.families:
        if _known(family.field, fields, place.child("family", "field"), report):
            field = fields.pop(family.field)
            kinds = column_kinds(field.schema, rules)
            kind = _ITEMS.get(kinds[0])
            if kind is None:
                message = f"{family.field!r} holds no list of strings or numbers"
                report.error("CP303", place.child("family", "field"), message)
                continue
            families.append(
                structs.replace(
                    family,
                    kind=kind,
                    required=field.required,
                    nullable=nullable(field.schema, api.schemas),
                )
            )
    aliases = dict(table.aliases)
    columns = tuple(
        Column(
            field.wire,
            column_kinds(field.schema, rules),
            required=field.required,
            nullable=nullable(field.schema, api.schemas),
            aliases=aliases.get(field.wire, ()),
        )
        for field in fields.values()
    )
    return columns, tuple(families)


def _known(
    column: str, fields: dict[str, s.Field], place: Place, report: Report
) -> bool:
    if column in fields:
        return True
    message = f"the row has no property {column!r}"
    report.error("CP303", place, message, f"It has {', '.join(fields)}.")
    return False


def column_kinds(schema: Schema, rules: TypeRules) -> tuple[Kind, ...]:
    """What the cells of a column may be, the narrowest kind first."""
    kinds = dict[Kind, None]()
    todo = [rules.followed(schema)]
    while todo:
        here = todo.pop()
        if isinstance(here, s.Union):
            todo += [rules.followed(v) for v in here.variants if not s.is_null(v)]
        else:
            kinds.setdefault(_kind(here, rules))
    return tuple(kind for kind in _ORDER if kind in kinds)


def _kind(schema: Schema, rules: TypeRules) -> Kind:
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
