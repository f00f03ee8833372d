"""What a package has of the runtime: what its API needs, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.generating import generate
from tests.generator.making import document, json_body, operation, write

PARAMETER = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def modules_of(
    folder: Path, schema: object, more: dict[str, object], root: dict[str, object]
) -> set[str]:
    answers = {"200": {"description": "ok", **json_body(schema)}}
    method = "post" if "requestBody" in more else "get"
    one = {"parameters": [PARAMETER], "responses": answers, **more}
    paths = {"/things/{id}": {method: operation(operationId="get_thing", **one)}}
    servers = [{"url": "https://api.example.com"}]
    path = write(folder, {**document(paths=paths, servers=servers), **root})
    generate(path, folder / "one")
    runtime = folder / "one" / "_runtime"
    found = (p.relative_to(runtime).with_suffix("") for p in runtime.rglob("*.py"))
    return {".".join(p.parts) for p in found}


def body(media_type: str, schema: object = True) -> dict[str, object]:
    return {"requestBody": {"content": {media_type: {"schema": schema}}}}


def query(schema: object) -> dict[str, object]:
    return {"parameters": [PARAMETER, {"name": "q", "in": "query", "schema": schema}]}


STRING, INTEGER = {"type": "string"}, {"type": "integer"}
OBJECT = {"type": "object", "properties": {"a": STRING}}
KEY: dict[str, Any] = {
    "security": [{"key": []}],
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    },
}


@pytest.mark.parametrize(
    ("schema", "more", "root", "modules"),
    [
        (INTEGER, {}, {}, ()),
        ({"type": ["integer", "null"]}, {}, {}, ()),
        ({"anyOf": [STRING, {"type": "array"}]}, {}, {}, ("values.unions",)),
        ({"type": "string", "format": "date-time"}, {}, {}, ("values.date_times",)),
        ({"type": "string", "format": "decimal"}, {}, {}, ("values.decimals",)),
        (INTEGER, body("application/json", OBJECT), {}, ()),
        (STRING, body("multipart/form-data", OBJECT), {}, ("wire.multipart_body",)),
        (STRING, body("application/octet-stream"), {}, ("wire.raw_body",)),
        (INTEGER, query(STRING), {}, ()),
        (STRING, query({"type": "array", "items": STRING}), {}, ("wire.parameters",)),
        (STRING, {}, KEY, ("calls.auth", "calls.schemes")),
    ],
)
def test_modules_of_a_package(
    tmp_path: Path,
    schema: object,
    more: dict[str, object],
    root: dict[str, object],
    modules: tuple[str, ...],
) -> None:
    on_demand = {
        *("calls.auth", "calls.schemes", "calls.oauth", "calls.hooks", "calls.capture"),
        *("values.unions", "values.choosing", "values.open_model", "values.chains"),
        *("values.date_times", "values.decimals", "values.enums", "values.integers"),
        *("wire.parameters", "wire.multipart_body", "wire.form_body", "wire.raw_body"),
        *("wire.sources", "wire.files", "wire.by_media", "wire.contents"),
    }
    found = modules_of(tmp_path, schema, more, root)
    assert found >= {"calls.flow", "values.decoding", "wire.transport", *modules}
    if not modules:
        assert sorted(found & on_demand) == []


def test_the_package_of_one_get_is_small(tmp_path: Path) -> None:
    modules_of(tmp_path, INTEGER, {}, {})
    lines = (len(p.read_text().splitlines()) for p in (tmp_path / "one").rglob("*.py"))
    assert sum(lines) < 5_800
