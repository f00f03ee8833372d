"""Errors that operations of a group share stand once; an operation adds what it has besides."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from tests.generator.making import document, json_body, operation, write

FAILURE = json_body({"$ref": "#/components/schemas/Failure"})
TEXT = json_body({"type": "string"})


def errors_of(folder: Path, *tables: dict[str, Any]) -> dict[str, str]:
    """What each operation, with the responses besides its success, has as `errors`, and `ERRORS`."""
    paths = {
        f"/{i}": {
            "get": operation(
                operationId=f"get{i}", responses={"204": {"description": ""}, **table}
            )
        }
        for i, table in enumerate(tables)
    }
    schemas: dict[str, Any] = {
        "Failure": {"type": "object", "properties": {"code": {}}}
    }
    made = build(
        write(folder, document(schemas, paths)), "c", "h", {}, Report(), full=False
    )
    assert made
    found = dict[str, str]()
    for node in ast.parse(made.files["groups/client.py"]).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if isinstance(node.value, ast.Dict):
                found[node.target.id] = ast.unparse(node.value)
            elif isinstance(node.value, ast.Call):
                words = {k.arg: ast.unparse(k.value) for k in node.value.keywords}
                found[node.target.id] = words.get("errors", "")
    return found


def answers(*statuses: str, content: Any = FAILURE) -> dict[str, Any]:
    return {status: {"description": "", **content} for status in statuses}


ONE = "{'400': Json('Failure')}"
TWO = "{'400': Json('Failure'), '401': Json('Failure')}"


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ([answers("400"), answers("400")], [ONE, "ERRORS", "ERRORS"]),
        ([answers("400"), answers("401")], ["", ONE, ONE.replace("400", "401")]),
        ([answers("400"), {}], ["", ONE, ""]),
        (
            [answers("400", "401"), answers("401", "400", "404"), answers("400")],
            [TWO, "ERRORS", "{**ERRORS, '404': Json('Failure')}", ONE],
        ),
        (
            [answers("400", "401", "404"), answers("400", "401", "409")],
            [
                TWO,
                "{**ERRORS, '404': Json('Failure')}",
                "{**ERRORS, '409': Json('Failure')}",
            ],
        ),
        (
            [answers("400"), answers("400"), answers("400", content=TEXT)],
            [ONE, "ERRORS", "ERRORS", "{'400': Json('str')}"],
        ),
    ],
    ids=["the same", "others", "none", "more", "both more", "another type"],
)
def test_operations_name_what_they_share(
    tmp_path: Path, tables: list[dict[str, Any]], expected: list[str]
) -> None:
    found = errors_of(tmp_path, *tables)
    names = ["ERRORS", *(f"GET{i}" for i in range(len(tables)))]
    assert [found.get(name, "") for name in names] == expected
