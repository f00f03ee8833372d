"""Whole packages: what only shows when all views come together."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import black
import pytest

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text
from tests.generator.making import document, json_body, operation, write
from tests.generator.test_hostile import files_of


def package(folder: Path, data: Any) -> dict[str, str]:
    """The files of a package, less the runtime."""
    report = Report()
    made = build(write(folder, data), "client", "header", {}, report, full=False)
    assert made is not None, as_text(report)
    return {p: t for p, t in made.files.items() if not p.startswith("_runtime/")}


@pytest.mark.parametrize("pin", [True, False], ids=["pinned", "derived"])
@pytest.mark.parametrize("length", range(0, 80, 8))
def test_names_of_every_length_leave_black_nothing_to_do(
    tmp_path: Path, length: int, pin: bool
) -> None:
    files = files_of(tmp_path, lambda slot: slot + "x" * length, pin)
    for path, text in files.items():
        if path.endswith(".py"):
            assert black.format_str(text, mode=black.Mode()) == text, path


@pytest.mark.parametrize("length", range(30, 90, 5))
def test_errors_with_bodies_of_every_length(tmp_path: Path, length: int) -> None:
    """The header of an error class is opened in three ways, by the length of its body's type."""
    name = "E" + "x" * (length % 60)
    bodies = [name] if length < 60 else [name, "Other"]
    answers = {
        str(400 + i): {
            "description": "",
            **json_body({"$ref": f"#/components/schemas/{body}"}),
        }
        for i, body in enumerate(bodies)
    }
    data = document(
        {body: {"type": "object", "properties": {"a": {}}} for body in bodies},
        {"/a": {"get": operation(responses=answers)}},
    )
    text = package(tmp_path, data)["errors.py"]
    assert black.format_str(text, mode=black.Mode()) == text


# ------------------------------------------------------------- twins of request models


def twin_of(folder: Path, properties: dict[str, Any]) -> ast.stmt:
    """The definition of the TypedDict that a caller may give for a model."""
    schemas = {
        "Pet": {"type": "object", "properties": properties},
        "Owner": {"type": "object", "properties": {"o": {"type": "string"}}},
        "Both": {
            "oneOf": [
                {"$ref": "#/components/schemas/Pet"},
                {"$ref": "#/components/schemas/Owner"},
            ]
        },
    }
    body = json_body({"$ref": "#/components/schemas/Both"})
    files = package(
        folder, document(schemas, {"/pets": {"post": operation(requestBody=body)}})
    )
    tree = ast.parse(files["models.py"])
    (found,) = [
        node
        for node in tree.body
        if getattr(node, "name", "") == "PetDict" or isinstance(node, ast.Assign)
    ]
    return found


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("properties", "form"),
    [
        pytest.param({"name": TEXT, "userName": TEXT}, ast.ClassDef, id="plain keys"),
        pytest.param({"a-b": TEXT}, ast.Assign, id="no identifier"),
        pytest.param({"class": TEXT}, ast.Assign, id="a keyword"),
        pytest.param({"__secret": TEXT}, ast.Assign, id="a name that is mangled"),
        pytest.param({"ﬁle": TEXT}, ast.Assign, id="a name that Python reads as file"),
        pytest.param({"x" * 70: TEXT}, ast.Assign, id="too long for a line"),
        pytest.param({"str": TEXT}, ast.Assign, id="the name of its own type"),
        pytest.param(
            {"Owner": {"$ref": "#/components/schemas/Owner"}},
            ast.Assign,
            id="the name of a model that is used",
        ),
        pytest.param({"str": {"type": "integer"}}, ast.ClassDef, id="a type not used"),
    ],
)
def test_a_twin_is_a_class_where_its_keys_allow_that(
    tmp_path: Path, properties: dict[str, Any], form: type[ast.stmt]
) -> None:
    found = twin_of(tmp_path, properties)
    assert isinstance(found, form)
    if isinstance(found, ast.ClassDef):
        keys = [
            ast.unparse(x.target) for x in found.body if isinstance(x, ast.AnnAssign)
        ]
    else:
        assert isinstance(found, ast.Assign) and isinstance(found.value, ast.Call)
        table = found.value.args[1]
        assert isinstance(table, ast.Dict)
        keys = [ast.literal_eval(key) for key in table.keys if key]
    assert keys == list(properties)
