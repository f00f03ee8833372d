"""What is sent for what a caller gives: documents, and the requests of their clients."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.generator.calls import Calls, Part
from tests.generator.making import document, json_body, operation
from tests.runtime.numpy_library import np

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


def sending(content: Any, schemas: Any = None, **more: Any) -> dict[str, Any]:
    """A document with one operation `send` that has these media types of a body."""
    body = {"content": {name: {"schema": s} for name, s in content.items()}, **more}
    call = operation(operationId="send", requestBody=body)
    return document(schemas or {}, {"/send": {"post": call}})


def an_object(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties}


TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}


# ------------------------------------------------------------------ null
ANY: dict[str, Any] = {
    "empty": {},
    "true": True,
    "nullable": {"nullable": True},
    "described": {"description": "any JSON"},
    "example": {"example": 1},
    "titled": {"title": "T", "default": None},
    "referenced": {"$ref": "#/components/schemas/Any"},
    "referenced_beside": {"$ref": "#/components/schemas/Any", "description": "d"},
    "any_of": {"anyOf": [{}, {"type": "null"}]},
    "one_of": {"oneOf": [{"type": "string"}, {}]},
    "all_of": {"allOf": [{"$ref": "#/components/schemas/Any"}], "description": "d"},
    "not": {"not": {"type": "string"}},
    "listed_types": {"type": ["string", "number", "object", "array", "null"]},
    "nothing_but_null": {"type": "null"},
}


@pytest.mark.parametrize("media_type", [JSON, "application/merge-patch+json"])
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
def test_none_is_null_for_a_member_of_any_type(
    tmp_path: Path, media_type: str, version: str, required: bool
) -> None:
    known = {k: v for k, v in ANY.items() if version != "3.0.3" or v is not True}
    model = {"$ref": "#/components/schemas/Model"}
    schemas = {
        "Any": {"description": "Anything."},
        "Model": {**an_object(**known), "required": list(known) if required else []},
        "Holder": an_object("model", model=model),
    }
    if not required:
        del schemas["Model"]["required"]
    data = sending({media_type: model}, schemas) | {"openapi": version}
    data["paths"]["/nested"] = {
        "post": operation(
            operationId="nested",
            requestBody=json_body({"$ref": "#/components/schemas/Holder"}),
        )
    }
    calls = Calls(tmp_path, data)
    nulls = dict.fromkeys(known)
    names = {name: f"{name}_" if name in ("not",) else name for name in known}
    given = {names[name]: None for name in known}
    sent = calls("send", **given)
    assert (sent.media_type, sent.json) == (media_type, nulls)
    assert calls("nested", model=nulls).json == {"model": nulls}
    made = calls.models.Model(**given)
    assert calls("nested", model=made).json == {"model": nulls}
    if not required:
        assert calls("nested", model={}).json == {"model": {}}
        assert calls("nested", model=calls.models.Model()).json == {"model": {}}
        assert calls("send", empty=1).json == {"empty": 1}


# ------------------------------------------------------------------ numbers
def test_decimals_and_scalars_of_numpy(tmp_path: Path) -> None:
    schema = an_object(
        exact={"type": "number", "format": "decimal"},
        plain={"type": "number"},
        text={"type": "string", "format": "decimal"},
        count={"type": "integer"},
        flag={"type": "boolean"},
        name=TEXT,
    )
    calls = Calls(tmp_path, sending({JSON: schema, FORM: schema}))
    given = {
        "exact": Decimal("12345678901234567890.12"),
        "plain": Decimal("19.990"),
        "text": Decimal("1.50"),
        "count": np.int64(3),
        "flag": np.bool_(False),
        "name": np.str_("a"),
    }
    assert calls("send", **given).body == (
        '{"exact":12345678901234567890.12,"plain":19.990,"text":"1.50",'
        '"count":3,"flag":false,"name":"a"}'
    )
    assert calls("send", content_type=FORM, **given).body == (
        "exact=12345678901234567890.12&plain=19.990&text=1.50&count=3&flag=false&name=a"
    )
