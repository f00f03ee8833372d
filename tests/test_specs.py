"""The hand-written documents are right by every check there is, and say everything that a caller needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from clientpress.cli import main
from clientpress.diagnostics import CODES

ROOT = Path(__file__).resolve().parent.parent
SPECS = sorted((ROOT / "specs").glob("*.yaml"))

each_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every operation with its method and path."""
    return [
        (f"{method} {path}", operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in ("get", "put", "post", "delete", "patch")
    ]


def followed(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The node itself, or the component that it refers to."""
    if "$ref" not in node:
        return node
    found = document
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


@each_spec
def test_validate_finds_nothing(spec: Path) -> None:
    result = CliRunner().invoke(main, ["validate", str(spec)])
    assert (result.exit_code, result.stderr) == (0, "")


@each_spec
def test_the_documents_are_openapi_3_2_and_name_the_grammar_of_the_extensions(
    spec: Path,
) -> None:
    document = yaml.safe_load(spec.read_text())
    assert document["openapi"].startswith("3.2.") and document["x-clientpress"] == "1"


@each_spec
def test_every_operation_has_description_parameters_examples_and_errors(
    spec: Path,
) -> None:
    document = yaml.safe_load(spec.read_text())
    for name, operation in operations(document):
        assert (
            operation["operationId"]
            and operation["summary"]
            and operation["description"]
        ), name
        for parameter in operation.get("parameters", []):
            assert followed(document, parameter)["description"], name
        responses = {
            status: followed(document, r)
            for status, r in operation["responses"].items()
        }
        assert [status for status in responses if status.startswith("4")], name
        media = [
            m
            for response in responses.values()
            for m in response.get("content", {}).values()
        ]
        media += operation.get("requestBody", {}).get("content", {}).values()
        for m in media:
            assert (
                "example" in m
                or "examples" in m
                or "multipart" in str(m)
                or "file" in str(m)
                or "parquet" in str(m)
            ), name


def test_the_page_of_findings_has_every_code() -> None:
    page = (ROOT / "docs" / "errors.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("| CP")] == [
        f"| {code} | {meaning} |" for code, meaning in CODES.items()
    ]
