"""A base whose discriminator names kinds that do not refer to it."""

from __future__ import annotations

from pathlib import Path

from tests.generator.running import Running

SCHEMAS = {
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
