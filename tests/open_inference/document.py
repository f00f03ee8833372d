"""The document, asked which operation an exchange belongs to and whether the document allows it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = yaml.safe_load(
    (ROOT / "specs/open_inference.yaml").read_text("utf-8")
)


class Found(NamedTuple):
    """An operation, and the values of its path."""

    operation: dict[str, Any]
    arguments: dict[str, str]


def find(method: str, path: str) -> Found | None:
    """The operation of a request."""
    for template, item in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, path)
        if match and method.lower() in item:
            return Found(item[method.lower()], match.groupdict())
    return None


def content_of(words: dict[str, Any]) -> dict[str, Any]:
    """The media types of a request body or response, which may be a reference."""
    content: dict[str, Any] = followed(words).get("content", {})
    return content


def followed(words: dict[str, Any]) -> dict[str, Any]:
    """The object itself, or the component that it refers to."""
    if "$ref" not in words:
        return words
    found = DOCUMENT
    for step in words["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


@cache
def validator(name: str) -> jsonschema_rs.Draft202012Validator:
    """What checks values by a schema of the components."""
    schema = {
        "$ref": f"#/components/schemas/{name}",
        "components": DOCUMENT["components"],
    }
    return jsonschema_rs.Draft202012Validator(schema)


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """Why a schema of the document does not allow a value."""
    whole = {**schema, "components": DOCUMENT["components"]}
    found = jsonschema_rs.Draft202012Validator(whole).iter_errors(value)
    return [f"{list(error.instance_path)}: {error.message}" for error in found]
