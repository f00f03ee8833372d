"""The forms of 3.0 and 3.1 become the form of 3.2 before anything is parsed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.document.normalise import schema_keywords, version_of
from tests.generator.making import document, parsed, schema_named, shown


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("3.0.0", "3.0"),
        ("3.0.4", "3.0"),
        ("3.1.0", "3.1"),
        ("3.2.0", "3.2"),
        ("3.2", "3.2"),
        ("3.1.0-rc1", "3.1"),
        (3.1, "3.1"),
        ("3.10.0", ""),
        ("2.0", ""),
        ("4.0.0", ""),
        ("", ""),
        (3, ""),
        (None, ""),
    ],
)
def test_versions(version: Any, expected: str) -> None:
    assert version_of({"openapi": version}) == expected


@pytest.mark.parametrize("data", [None, [], "openapi: 3.2.0", {}])
def test_what_has_no_version(data: Any) -> None:
    assert version_of(data) == ""


KEYWORDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # nullable
    ("3.0", {"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ("3.0", {"type": "string", "nullable": False}, {"type": "string"}),
    ("3.1", {"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    ("3.0", {"type": "string", "x-nullable": True}, {"type": ["string", "null"]}),
    (
        "3.1",
        {"type": ["string", "null"], "nullable": True},
        {"type": ["string", "null"]},
    ),
    (
        "3.0",
        {"type": "string", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    (
        "3.0",
        {"type": "string", "enum": ["a", None], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
    ),
    ("3.0", {"allOf": [{}], "nullable": True}, {"allOf": [{}], "nullable": True}),
    # limits
    ("3.0", {"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
    ("3.0", {"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}),
    ("3.0", {"maximum": 1, "exclusiveMaximum": True}, {"exclusiveMaximum": 1}),
    ("3.0", {"exclusiveMinimum": True}, {}),
    (
        "3.1",
        {"exclusiveMinimum": 1, "exclusiveMaximum": 2},
        {"exclusiveMinimum": 1, "exclusiveMaximum": 2},
    ),
    # examples
    ("3.0", {"example": 1}, {"examples": [1]}),
    ("3.1", {"example": 1, "examples": [2]}, {"examples": [2]}),
    ("3.0", {"example": None}, {"examples": [None]}),
    # words beside a reference had no meaning in 3.0
    ("3.0", {"$ref": "#/x", "type": "string", "minLength": 3}, {"$ref": "#/x"}),
    (
        "3.0",
        {"$ref": "#/x", "description": "d", "nullable": True, "x-a": 1},
        {"$ref": "#/x", "description": "d", "nullable": True, "x-a": 1},
    ),
    ("3.1", {"$ref": "#/x", "minLength": 3}, {"$ref": "#/x", "minLength": 3}),
]


@pytest.mark.parametrize(("version", "before", "after"), KEYWORDS)
def test_keywords(version: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    kept = dict(before)
    assert schema_keywords(before, version) == after
    assert before == kept


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2"])
def test_what_needs_no_change_is_not_copied(version: str) -> None:
    data: dict[str, Any] = {"type": "object", "properties": {}}
    assert schema_keywords(data, version) is data


REFERENCE = {"$ref": "#/components/schemas/Other"}


@pytest.mark.parametrize(
    ("version", "schema", "expected"),
    [
        ("3.0.3", {**REFERENCE, "nullable": True}, "Other | null"),
        ("3.0.3", {"allOf": [REFERENCE], "nullable": True}, "Other | null"),
        ("3.0.3", {"nullable": True}, "any"),
        (
            "3.0.3",
            {"type": "array", "items": REFERENCE, "nullable": True},
            "[Other] | null",
        ),
        ("3.1.0", {"oneOf": [REFERENCE, {"type": "null"}]}, "Other | null"),
        (
            "3.1.0",
            {"type": ["object", "null"], "properties": {"a": {}}},
            "{a: any} | null",
        ),
        ("3.0.3", {**REFERENCE, "type": "string"}, "Other"),
        ("3.0.3", {"type": "string", "format": "binary"}, "string(binary)"),
        (
            "3.1.0",
            {"type": "string", "contentMediaType": "image/png"},
            "string(binary)",
        ),
        ("3.1.0", {"type": "string", "contentMediaType": "application/json"}, "string"),
        ("3.1.0", {"type": "string", "contentEncoding": "base64"}, "string(byte)"),
        ("3.1.0", {"contentMediaType": "application/octet-stream"}, "string(binary)"),
        ("3.0.3", {"type": "file"}, "string(binary)"),
    ],
)
def test_all_versions_mean_the_same(
    tmp_path: Path, version: str, schema: Any, expected: str
) -> None:
    data = {
        **document({"Pet": schema, "Other": {"type": "string"}}),
        "openapi": version,
    }
    api, report = parsed(tmp_path, data)
    assert shown(schema_named(api, "Pet")) == expected
    assert not len(report)
