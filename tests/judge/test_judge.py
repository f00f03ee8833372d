"""The judge finds what is wrong: a package is judged by a document that says something else."""

from __future__ import annotations

import copy
import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clientpress.generating import generate
from clientpress.testing.reading import Documents
from tests.judge.calling import Calls
from tests.judge.complete import judge_complete, methods_of
from tests.judge.packages import Package
from tests.judge.trips import judge_trips
from tests.judge.verdict import Verdict

THING: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "https://example.com"}],
    "paths": {
        "/things/{id}": {
            "put": {
                "parameters": [
                    {
                        "name": "id",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "integer"},
                    },
                    {
                        "name": "tags",
                        "in": "query",
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"}
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Thing"}
                            }
                        },
                    }
                },
            }
        }
    },
    "components": {"schemas": {"Thing": THING}},
}
PUT = ("paths", "/things/{id}", "put")
NUMBERS = count()


def judged(folder: Path, said: dict[str, Any]) -> set[str]:
    """The steps at which the package of DOCUMENT fails a document."""
    package_folder = folder / f"judged_{next(NUMBERS)}"
    (folder / "made.json").write_text(json.dumps(DOCUMENT), encoding="utf-8")
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")
    outcome = generate(folder / "made.json", package_folder)
    verdict = Verdict("said")
    documents = Documents(folder / "said.json")
    package = Package(package_folder, outcome.build.plan)
    methods = methods_of(package)
    calls = Calls(package, documents, methods, verdict)
    calls.judge(judge_complete(package, documents, methods, calls.client, verdict))
    judge_trips(package, documents, verdict)
    return {failure.step for failure in verdict.failures}


def test_its_own_document_is_met(tmp_path: Path) -> None:
    assert judged(tmp_path, DOCUMENT) == set()


@pytest.mark.parametrize(
    ("place", "value", "steps"),
    [
        (("paths", "/more"), {"get": {"responses": {}}}, {"complete"}),
        ((*PUT, "parameters", 1, "name"), "labels", {"complete"}),
        ((*PUT, "parameters", 1, "explode"), False, {"calls"}),
        (
            ("components", "schemas", "Thing", "properties", "name"),
            {"type": "integer"},
            {"calls", "trips"},
        ),
        (("components", "schemas", "Thing", "required"), [], {"trips"}),
        (
            ("components", "schemas", "Thing", "properties", "more"),
            {"type": "string"},
            {"trips"},
        ),
    ],
    ids=["operation", "parameter", "style", "type", "required", "member"],
)
def test_another_document_is_not_met(
    tmp_path: Path, place: tuple[str | int, ...], value: Any, steps: set[str]
) -> None:
    said = copy.deepcopy(DOCUMENT)
    owner: Any = said
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = value
    assert judged(tmp_path, said) >= steps
