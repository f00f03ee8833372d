"""Which models a package has: none of a form whose members are arguments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.generator.making import document, operation, planned

FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "name": {"type": "string"},
    },
}
OWN = {"$ref": "#/components/schemas/Upload"}
MULTIPART = {"multipart/form-data": {"schema": OWN}}
URLENCODED = {"application/x-www-form-urlencoded": {"schema": OWN}}
JSON = {"application/json": {"schema": OWN}}


@pytest.mark.parametrize(
    ("content", "more", "models"),
    [
        pytest.param(MULTIPART, {}, set[str](), id="multipart"),
        pytest.param(URLENCODED, {}, set[str](), id="urlencoded"),
        pytest.param({**MULTIPART, **URLENCODED}, {}, set[str](), id="both"),
        pytest.param(JSON, {}, {"Upload"}, id="JSON"),
        pytest.param({**MULTIPART, **JSON}, {}, {"Upload"}, id="a form or JSON"),
        pytest.param(
            MULTIPART,
            {"Done": {"type": "object", "properties": {"what": OWN}}},
            {"Upload", "Done"},
            id="another model names it",
        ),
    ],
)
def test_forms(
    tmp_path: Path, content: dict[str, Any], more: dict[str, Any], models: set[str]
) -> None:
    post = operation(operationId="send", requestBody={"content": content})
    plan = planned(tmp_path, document({"Upload": FORM, **more}, {"/": {"post": post}}))
    assert {*plan.models.definitions} == models
    assert {*plan.models.names.values()} == models


def test_what_no_operation_names_is_kept(tmp_path: Path) -> None:
    """Users may find such an object elsewhere: in a queue, or in a file."""
    assert {*planned(tmp_path, document({"Upload": FORM})).models.definitions} == {
        "Upload"
    }
