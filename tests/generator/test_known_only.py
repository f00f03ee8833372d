"""`Unknown` is for what comes: it is not offered where something is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.package import plan_package
from clientpress.plan.types import Alias, DictTwin, ModelClass, Plan
from tests.generator.making import document, json_body, operation, parsed

TEXT = {"type": "string"}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: dict[str, Any] = {
    "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}, "a": TEXT}},
    "Dog": {"type": "object", "properties": {"kind": {"const": "dog"}, "a": TEXT}},
    "Plain": {"oneOf": [ref("Cat"), ref("Dog")]},
    "Told": {
        "oneOf": [ref("Cat"), ref("Dog")],
        "discriminator": {"propertyName": "kind"},
    },
    "Home": {
        "type": "object",
        "required": ["pets"],
        "properties": {
            "pets": {"type": "array", "items": ref("Told")},
            "best": {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
        },
    },
}


def planned(folder: Path, sent: Any, received: Any) -> Plan:
    put = operation(
        operationId="put", requestBody={"required": True, **json_body(sent)}
    )
    put["responses"] = {"200": {"description": ".", **json_body(received)}}
    api, report = parsed(folder, document(SCHEMAS, {"/": {"put": put}}))
    made = plan_package(api, "client", {}, report)
    assert not report.has_errors
    return made


def has_unknown(annotation: Annotation) -> bool:
    return a.UNKNOWN in a.names_in(annotation)


@pytest.mark.parametrize("name", ["Plain", "Told", "Home"])
@pytest.mark.parametrize("whole", [False, True], ids=["listed", "whole"])
@pytest.mark.parametrize("comes_back", [False, True], ids=["sent only", "both"])
def test_arguments(tmp_path: Path, name: str, whole: bool, comes_back: bool) -> None:
    sent = ref(name) if whole else {"type": "array", "items": ref(name)}
    plan = planned(tmp_path, sent, ref(name) if comes_back else TEXT)
    definitions = plan.models.definitions
    (method,) = plan.groups[0].methods
    for argument in method.arguments:
        assert not has_unknown(argument.annotation)
        for found in a.names_in(argument.annotation):
            if found.origin is a.Origin.MODEL and not comes_back:
                definition = definitions[found.text]
                assert not isinstance(definition, Alias) or not has_unknown(
                    definition.annotation
                )
    for definition in definitions.values():
        if isinstance(definition, DictTwin):
            assert not any(has_unknown(kind) for _, kind, _ in definition.members)


@pytest.mark.parametrize("comes_back", [False, True])
def test_models_that_are_only_sent(tmp_path: Path, comes_back: bool) -> None:
    plan = planned(
        tmp_path,
        {"type": "array", "items": ref("Home")},
        ref("Home") if comes_back else TEXT,
    )
    home, told = plan.models.definitions["Home"], plan.models.definitions["Told"]
    assert isinstance(home, ModelClass) and isinstance(told, Alias)
    best = next(member for member in home.members if member.name == "best")
    assert has_unknown(best.annotation) is has_unknown(told.annotation) is comes_back
    assert isinstance(told.annotation, a.Tagged)


def test_answers_keep_it(tmp_path: Path) -> None:
    plan = planned(tmp_path, TEXT, ref("Told"))
    told = plan.models.definitions["Told"]
    assert isinstance(told, Alias) and has_unknown(told.annotation)
