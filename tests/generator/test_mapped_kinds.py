"""A base whose discriminator names kinds that do not refer to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.generator.running import Running

SCHEMAS: dict[str, Any] = {
    "Config": {
        "type": "object",
        "properties": {"auth": {"type": "string"}},
        "discriminator": {
            "propertyName": "auth",
            "mapping": {"secret": "#/components/schemas/Secret", "key": "Key"},
        },
    },
    "Secret": {
        "type": "object",
        "properties": {"auth": {"type": "string"}, "secret": {"type": "string"}},
    },
    "Key": {
        "type": "object",
        "properties": {"auth": {"type": "string"}, "key": {"type": "string"}},
    },
    "Hook": {
        "type": "object",
        "properties": {"config": {"$ref": "#/components/schemas/Config"}},
    },
}


def test_the_mapping_decides(tmp_path: Path) -> None:
    running = Running(tmp_path, SCHEMAS)
    for value in (
        {"config": {"auth": "secret", "secret": "x"}},
        {"config": {"auth": "key", "key": "x"}},
        {"config": {"auth": "Config"}},
        {"config": {"auth": "new", "more": 1}},
    ):
        assert running.back("Hook", value) == value
    hook = running.decode("Hook", {"config": {"auth": "key", "key": "x"}})
    assert type(hook.config) is running.model("Key")


def test_a_kind_that_the_union_forgot(tmp_path: Path) -> None:
    union = {
        "oneOf": [{"$ref": "#/components/schemas/Secret"}],
        "discriminator": SCHEMAS["Config"]["discriminator"],
    }
    more = {"oneOf": [*union["oneOf"], {"$ref": "#/components/schemas/Other"}]}
    other = {"type": "object", "properties": {"auth": {"const": "other"}}}
    schemas = {**SCHEMAS, "Other": other, "Config": {**union, **more}}
    running = Running(tmp_path, schemas)
    hook = running.decode("Hook", {"config": {"auth": "key", "key": "x"}})
    assert type(hook.config) is running.model("Key")


def test_kinds_that_are_files(tmp_path: Path) -> None:
    """Without a mapping, a schema that is a whole file has the name of the file."""
    for name in ("cat", "dog"):
        properties = {"kind": {"type": "string"}, name: {"type": "string"}}
        schema = {"type": "object", "required": ["kind"], "properties": properties}
        (tmp_path / f"{name}.json").write_text(json.dumps(schema))
    pet = {
        "oneOf": [{"$ref": "cat.json"}, {"$ref": "dog.json"}],
        "discriminator": {"propertyName": "kind"},
    }
    running = Running(tmp_path, {"Pet": pet})
    assert type(running.decode("Pet", {"kind": "cat", "cat": "x"})).__name__ == "Cat"
    assert type(running.decode("Pet", {"kind": "dog"})).__name__ == "Dog"
    assert type(running.decode("Pet", {"kind": "wolf"})).__name__ == "Unknown"
