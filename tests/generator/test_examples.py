"""Lists that are never called lists, and what their examples make of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan import annotations as a
from clientpress.plan.package import plan_package
from clientpress.plan.types import ModelClass
from tests.generator.making import document, findings, operation, parsed

TAGS: dict[str, Any] = {"items": {"type": "string"}}
NAMED = {"type": "object", "properties": {"name": {"type": "string"}}}


def member(folder: Path, schema: dict[str, Any], *examples: Any) -> tuple[str, int]:
    """The type of the member `tags` of an answer with these examples, and the warnings."""
    pet = {"type": "object", "properties": {"tags": schema}}
    content = {
        "schema": {"$ref": "#/components/schemas/Pet"},
        "examples": {f"e{n}": {"value": {"tags": e}} for n, e in enumerate(examples)},
    }
    answer = {"description": "", "content": {"application/json": content}}
    words = operation(operationId="getPet", responses={"200": answer})
    api, report = parsed(folder, document({"Pet": pet}, {"/pet": {"get": words}}))
    plan = plan_package(api, "package", {}, report)
    found = plan.models.definitions["Pet"]
    assert isinstance(found, ModelClass)
    told = [at for code, at, _, _ in findings(report) if code == "CP501"]
    assert all(at.startswith("/components/schemas/Pet/properties/tags") for at in told)
    return str(found.members[0].annotation), len(told)


@pytest.mark.parametrize(
    ("schema", "examples", "is_json"),
    [
        (TAGS, [], False),
        (TAGS, [["a"]], False),
        (TAGS, [None], False),
        (TAGS, [["a"], {"name": "a"}], True),
        (TAGS, ["a"], True),
        ({**TAGS, "type": "array"}, [{"name": "a"}], False),
        ({"anyOf": [TAGS, NAMED]}, [{"name": "a"}], False),
        ({"anyOf": [TAGS, {"type": "integer"}]}, [{"name": "a"}], True),
    ],
)
def test_a_list_is_what_its_examples_show(
    tmp_path: Path, schema: dict[str, Any], examples: list[Any], is_json: bool
) -> None:
    annotation, warnings = member(tmp_path, schema, *examples)
    assert (str(a.JSON) in annotation) is is_json, annotation
    assert warnings == is_json
