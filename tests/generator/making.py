"""Small documents for the tests of the generator, and what the stages make of them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.naming import Naming
from clientpress.api.operations import Api
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report, pointer_steps
from clientpress.document.sources import Sources
from clientpress.pipeline import Document, check, load, read_api
from clientpress.plan.package import plan_package
from clientpress.plan.types import ModelClass, Plan
from clientpress.printing import as_text

HEAD: dict[str, Any] = {"openapi": "3.2.0", "info": {"title": "Test", "version": "1"}}


def document(
    schemas: Mapping[str, Any] | None = None,
    paths: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A document with these component schemas and paths."""
    data = {**HEAD, "paths": dict(paths or {}), **more}
    if schemas is not None:
        data["components"] = {**data.get("components", {}), "schemas": dict(schemas)}
    return data


def operation(**more: Any) -> dict[str, Any]:
    """An operation with an empty answer."""
    return {"responses": {"204": {"description": "Done."}}, **more}


def json_body(schema: Any) -> dict[str, Any]:
    """The content of a JSON body or answer."""
    return {"content": {"application/json": {"schema": schema}}}


def write(folder: Path, data: Any, name: str = "document.json") -> Path:
    """A document as a file: text is written as it is, other data as JSON."""
    path = folder / name
    text = textwrap.dedent(data) if isinstance(data, str) else json.dumps(data)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(
    folder: Path, data: Any, name: str = "document.json"
) -> tuple[Document, Report]:
    """A document that can be loaded."""
    report = Report()
    found = load(write(folder, data, name), report)
    assert found, as_text(report)
    return found, report


def parsed(folder: Path, data: Any, name: str = "document.json") -> tuple[Api, Report]:
    """What a document says, and the findings of the parse stage."""
    found, report = loaded(folder, data, name)
    return read_api(found, report), report


def checked(
    folder: Path, data: Any, name: str = "document.json", *, full: bool = True
) -> Report:
    """The findings of the checks."""
    found, report = loaded(folder, data, name)
    report.full = full
    check(found, report)
    return report


def planned(
    folder: Path, data: Any, previous: Mapping[Place, str] | None = None
) -> Plan:
    """The plan of a document without errors, whose methods are called by the ids of operations."""
    api, report = parsed(folder, data)
    assert not report.has_errors, as_text(report)
    naming = Naming.OPERATION_ID
    plan = plan_package(api, "package", previous or {}, report, naming=naming)
    assert not report.has_errors, as_text(report)
    return plan


def class_of(plan: Plan, name: str) -> ModelClass:
    """The class of that name."""
    found = plan.models.definitions[name]
    assert isinstance(found, ModelClass)
    return found


def schema_named(api: Api, name: str) -> Schema:
    """A component schema after composition."""
    (place,) = [p for p in api.components if p.pointer.endswith(f"/{name}")]
    return api.schemas[place]


def findings(
    report: Report, folder: Path | None = None
) -> list[tuple[str, str, str, str]]:
    """Code, pointer, message and hint of each finding, with folders taken out."""
    rows = [
        (d.code, d.place.pointer if d.place else "", d.message, d.hint) for d in report
    ]
    if folder is None:
        return rows
    cut = f"{folder}/"
    return [
        (code, at, text.replace(cut, ""), hint.replace(cut, ""))
        for code, at, text, hint in rows
    ]


def lines_of(report: Report) -> list[tuple[str, int, int]]:
    """Code, line and column of each finding."""
    found = list[tuple[str, int, int]]()
    for d in report:
        position = d.position
        if position is None and report.locator and d.place:
            position = report.locator.locate(d.place)
        line, column = position or (0, 0)
        found.append((d.code, line, column))
    return found


def sources_of(report: Report) -> Sources:
    """The files behind a report."""
    assert isinstance(report.locator, Sources)
    return report.locator


def shown(schema: Schema) -> str:
    """A schema on one line: `{id!: string, *: any} | null`."""
    match schema:
        case s.Anything():
            return "any"
        case s.Nothing():
            return "never"
        case s.Primitive():
            return f"{schema.type}({schema.format})" if schema.format else schema.type
        case s.Constant():
            return f"const {schema.value!r}"
        case s.Enumeration():
            return f"enum {' '.join(map(repr, schema.values))}"
        case s.Array():
            return f"[{shown(schema.items)}]"
        case s.Tuple():
            rest = [f"...{shown(schema.rest)}"] if schema.rest else []
            inside = ", ".join([*map(shown, schema.items), *rest])
            return f"({inside}){'!' if schema.exact else ''}"
        case s.ByName():
            listed = [f"{name}: {shown(p)}" for name, p in schema.patterns]
            others = shown(schema.rest) if schema.rest else "never"
            return " ".join([*listed, f"else {others}"])
        case s.Mapping():
            return f"{{*: {shown(schema.values)}}}"
        case s.Object():
            members = [
                f"{f.wire}{'!' if f.required else ''}: {shown(f.schema)}"
                for f in schema.fields
            ]
            members += [f"*: {shown(schema.extra)}"] if schema.extra else []
            tag = f" by {schema.tag.property}" if schema.tag else ""
            return f"{{{', '.join(members)}}}{tag}"
        case s.Union():
            tag = f" by {schema.tag.property}" if schema.tag else ""
            return " | ".join(map(shown, schema.variants)) + tag
        case s.Reference():
            return "".join(pointer_steps(schema.target.pointer)[-1:])
        case s.AllOf():
            return " & ".join(map(shown, schema.parts))
