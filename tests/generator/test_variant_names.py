"""What the variants of unions are called, and schemas that several media types have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.generator.making import document, operation, planned

CASES = {
    "titles": (
        "oneOf: [{title: Cat, properties: {n: {}}}, {title: Dog, properties: {n: {}}}]",
        {"PetCat", "PetDog"},
    ),
    "constants": (
        """
        oneOf:
        - {properties: {kind: {const: cat}}}
        - {properties: {kind: {enum: [dog]}}}
        """,
        {"PetCat", "PetDog"},
    ),
    "two constants": (
        """
        oneOf:
        - {properties: {channel: {const: sms}, type: {const: text}}}
        - {properties: {channel: {const: mms}, type: {const: text}}}
        - {properties: {channel: {const: mms}, type: {const: image}}}
        """,
        {"PetSms", "PetMmsText", "PetImage"},
    ),
    "a constant and a member": (
        """
        oneOf:
        - {properties: {type: {const: git}, id: {}}}
        - {properties: {type: {const: git}, org: {}}}
        - {properties: {type: {const: file}, org: {}}}
        """,
        {"PetWithId", "PetGitWithOrg", "PetFile"},
    ),
    "members that they must have": (
        """
        properties: {a: {}, b: {}}
        anyOf: [{required: [a]}, {required: [b]}]
        """,
        {"PetWithA", "PetWithB"},
    ),
    "two members": (
        """
        oneOf:
        - {properties: {a: {}, b: {}}}
        - {properties: {b: {}, c: {}}}
        - {properties: {a: {}, c: {}}}
        """,
        {"PetWithAAndB", "PetWithBAndC", "PetWithAAndC"},
    ),
    "the member that tells is not said twice": (
        "oneOf: [{properties: {a: {properties: {x: {}}}}}, {properties: {b: {}}}]",
        {"PetWithA", "PetA", "PetWithB"},
    ),
    "nothing": (
        "oneOf: [{properties: {a: {}}}, {properties: {a: {}}}]",
        {"PetVariant1", "PetVariant2"},
    ),
}


@pytest.mark.parametrize(("schema", "names"), CASES.values(), ids=CASES.keys())
def test_variants(tmp_path: Path, schema: str, names: set[str]) -> None:
    plan = planned(tmp_path, document({"Pet": yaml.safe_load(schema)}))
    classes = {n for n in plan.models.definitions if not n.endswith("Dict")}
    assert classes - {"Pet"} == names


def test_the_only_object_needs_no_word(tmp_path: Path) -> None:
    item: dict[str, Any] = {"properties": {"x": {}}}
    pet: dict[str, Any] = {
        "properties": {"owner": {"oneOf": [item, {"type": "string"}]}}
    }
    plan = planned(tmp_path, document({"Pet": pet}))
    assert {*plan.models.definitions} == {"Pet", "PetOwner"}


def test_media_types_tell_bodies_apart(tmp_path: Path) -> None:
    inner: dict[str, Any] = {"type": "object", "properties": {"x": {}}}
    schema: dict[str, Any] = {"type": "object", "properties": {"owner": inner}}
    media = ("application/json", "multipart/form-data", "text/xml")
    body: dict[str, Any] = {"content": {name: {"schema": schema} for name in media}}
    post = operation(operationId="addPet", requestBody=body)
    plan = planned(tmp_path, document({}, {"/pets": {"post": post}}))
    assert {n for n in plan.models.definitions if not n.endswith("Dict")} == {
        "AddPetRequestOwner",
        "AddPetRequestMultipartOwner",
    }
