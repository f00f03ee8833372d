"""Members of one direction: which schemas get a twin for requests, and what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan.annotations import Tagged, names_in
from clientpress.plan.package import plan_package
from clientpress.plan.types import Alias, Default, ModelClass, Plan
from tests.generator.making import document, json_body, operation, parsed

ID = {"type": "string", "readOnly": True}
SECRET = {"type": "string", "writeOnly": True}
TEXT = {"type": "string"}
USER = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {"id": ID, "name": TEXT, "secret": SECRET},
}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def planned(
    folder: Path,
    schemas: dict[str, Any],
    sent: str = "",
    received: str = "",
    version: str = "3.2.0",
) -> Plan:
    """A plan of an API that sends a list of one schema and receives another one."""
    put = operation(operationId="put")
    if sent:
        listed = {"type": "array", "items": ref(sent)}
        put["requestBody"] = {"required": True, **json_body(listed)}
    if received:
        put["responses"] = {"200": {"description": ".", **json_body(ref(received))}}
    data = document(schemas, {"/": {"put": put}}, openapi=version)
    api, report = parsed(folder, data)
    made = plan_package(api, "client", {}, report)
    assert not report.has_errors
    return made


def members(plan: Plan, name: str) -> dict[str, bool]:
    """Member → whether it is required."""
    found = plan.models.definitions[name]
    assert isinstance(found, ModelClass)
    return {m.name: m.default is Default.REQUIRED for m in found.members}


@pytest.mark.parametrize(
    ("sent", "received", "classes"),
    [
        ("", "", {"User": {"id": False, "name": True, "secret": False}}),
        ("", "User", {"User": {"id": True, "name": True, "secret": False}}),
        ("User", "", {"User": {"id": False, "name": True, "secret": True}}),
        (
            "User",
            "User",
            {
                "User": {"id": True, "name": True, "secret": False},
                "UserInput": {"id": False, "name": True, "secret": True},
            },
        ),
    ],
    ids=["not used", "received", "sent", "both"],
)
def test_required_members_by_direction(
    sent: str, received: str, classes: dict[str, Any], tmp_path: Path
) -> None:
    plan = planned(tmp_path, {"User": USER}, sent, received)
    models = [
        name
        for name, found in plan.models.definitions.items()
        if isinstance(found, ModelClass)
    ]
    assert {name: members(plan, name) for name in models} == classes


def test_what_refers_to_a_twin_has_one_and_nothing_else_does(tmp_path: Path) -> None:
    team = {"type": "object", "properties": {"lead": ref("User"), "at": ref("Place")}}
    place = {"type": "object", "properties": {"city": TEXT}}
    schemas = {"Team": team, "User": USER, "Place": place}
    plan = planned(tmp_path, schemas, "Team", "Team")
    assert {"TeamInput", "UserInput"} < plan.models.definitions.keys()
    assert "PlaceInput" not in plan.models.definitions


def test_circles_have_twins_too(tmp_path: Path) -> None:
    node = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": ID, "next": ref("Node")},
    }
    plan = planned(tmp_path, {"Node": node}, "Node", "Node")
    twin = plan.models.definitions["NodeInput"]
    assert isinstance(twin, ModelClass)
    _, following = twin.members
    assert "NodeInput" in str(following.annotation)


def test_a_name_that_is_taken(tmp_path: Path) -> None:
    schemas = {"User": USER, "UserInput": {"type": "object", "properties": {"a": TEXT}}}
    plan = planned(tmp_path, schemas, "User", "User")
    assert members(plan, "UserInput") == {"a": False}
    assert members(plan, "UserRequest") == {"id": False, "name": True, "secret": True}


def test_twins_inherit_from_twins(tmp_path: Path) -> None:
    admin = {
        "allOf": [
            ref("User"),
            {"type": "object", "required": ["level"], "properties": {"level": TEXT}},
        ]
    }
    both = {"oneOf": [ref("Admin"), ref("User")]}
    schemas = {"User": USER, "Admin": admin, "Anybody": both}
    plan = planned(tmp_path, schemas, "Anybody", "Anybody")
    bases = {
        name: found.base
        for name, found in plan.models.definitions.items()
        if isinstance(found, ModelClass)
    }
    assert bases == {
        "User": "",
        "UserInput": "",
        "Admin": "User",
        "AdminInput": "UserInput",
    }


def test_families_have_twins(tmp_path: Path) -> None:
    pet = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"id": ID, "kind": TEXT},
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"cat": "#/components/schemas/Cat"},
        },
    }
    cat = {"allOf": [ref("Pet"), {"type": "object", "properties": {"lives": TEXT}}]}
    plan = planned(tmp_path, {"Pet": pet, "Cat": cat}, "Pet", "Pet")
    union = plan.models.definitions["AnyPetInputLike"]
    assert isinstance(union, Alias)
    assert "CatInput" in str(union.annotation)
    assert members(plan, "CatInput") == {"lives": False}


def test_a_twin_has_the_tag_of_its_component(tmp_path: Path) -> None:
    shape = {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {"id": ID, "kind": TEXT},
    }
    either = {
        "oneOf": [ref("Circle"), ref("Square")],
        "discriminator": {"propertyName": "kind"},
    }
    schemas = {"Circle": shape, "Square": shape, "Shape": either}
    plan = planned(tmp_path, schemas, "Shape", "Shape")
    union = plan.models.definitions["ShapeInputLike"]
    assert isinstance(union, Alias)
    assert [name.text for name in names_in(union.annotation)] == [
        *("CircleInput", "CircleInputDict"),
        *("SquareInput", "SquareInputDict"),
    ]
    answers = plan.models.definitions["Shape"]
    assert isinstance(answers, Alias)
    assert isinstance(answers.annotation, Tagged)
    assert answers.annotation.mapping == (("Circle", "Circle"), ("Square", "Square"))


def test_members_behind_a_reference_and_inside_arrays(tmp_path: Path) -> None:
    user = {
        "type": "object",
        "properties": {
            "keys": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": ID, "note": TEXT},
                },
            }
        },
    }
    plan = planned(tmp_path, {"User": user}, "User", "User")
    assert members(plan, "UserKeysItem") == {"id": True, "note": False}
    assert members(plan, "UserInputKeysItem") == {"id": False, "note": False}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    "member",
    [
        {**ref("Free"), "readOnly": True},
        ref("Given"),
        {"allOf": [ref("Free")], "readOnly": True},
    ],
)
def test_where_a_member_says_its_direction(
    tmp_path: Path, version: str, member: Any
) -> None:
    user = {"type": "object", "required": ["a"], "properties": {"a": member}}
    free = {"type": "object", "properties": {"x": TEXT}}
    schemas = {"User": user, "Free": free, "Given": {**free, "readOnly": True}}
    plan = planned(tmp_path, schemas, "User", "User", version)
    assert members(plan, "User") == {"a": True}
    assert members(plan, "UserInput") == {"a": False}


# ------------------------------------------------------------------ members taken in by allOf
INNER: dict[str, Any] = {
    "type": "object",
    "required": ["n", "id", "key"],
    "properties": {"n": TEXT, "id": ID, "key": SECRET},
}
LINKED = {"properties": {"links": TEXT}}
CARD = {
    **INNER,
    "title": "Card",
    "properties": {**INNER["properties"], "k": {"const": "card"}},
}
BANK = {"type": "object", "title": "Bank", "properties": {"k": {"const": "bank"}}}
DEEP: list[tuple[Any, str]] = [
    (INNER, "BaseX"),
    ({"type": "array", "items": INNER}, "BaseXItem"),
    ({"type": "object", "additionalProperties": INNER}, "BaseXValue"),
    ({"oneOf": [CARD, BANK]}, "BaseXCard"),
    ({"type": "object", "properties": {"y": INNER}}, "BaseXY"),
    ({"allOf": [INNER, {"properties": {"more": TEXT}}]}, "BaseX"),
    ({"oneOf": [INNER, {"type": "null"}]}, "BaseX"),
]


@pytest.mark.parametrize("sent", ["Base", "More", "Most"])
@pytest.mark.parametrize(("member", "name"), DEEP)
def test_inside_what_an_all_of_takes_in(
    tmp_path: Path, member: Any, name: str, sent: str
) -> None:
    base = {"type": "object", "required": ["x"], "properties": {"x": member}}
    schemas = {"Base": base, "More": {"allOf": [ref("Base"), LINKED]}}
    schemas["Most"] = {"allOf": [ref("More"), {"properties": {"most": TEXT}}]}
    plan = planned(tmp_path, schemas, sent, "More" if sent == "Base" else "Base")
    required = {"n": True, "id": True, "key": False}
    assert required.items() <= members(plan, name).items()
    # The twin has the name of the definition that it was met in first.
    classes = [x for x in plan.models.definitions.values() if isinstance(x, ModelClass)]
    twins = [x.name for x in classes if "Input" in x.name]
    required = {"n": True, "id": False, "key": True}
    (twin,) = (x for x in twins if members(plan, x).keys() >= required.keys())
    assert required.items() <= members(plan, twin).items()


def test_the_twin_of_a_variant_is_called_by_its_title(tmp_path: Path) -> None:
    either = {"oneOf": [CARD, BANK]}
    base = {"type": "object", "properties": {"x": either}}
    schemas = {"Base": base, "More": {"allOf": [ref("Base"), LINKED]}}
    plan = planned(tmp_path, schemas, "Base", "More")
    assert "BaseXCardInput" in plan.models.definitions


def test_a_base_that_is_only_received_has_no_twins_among_its_kinds(
    tmp_path: Path,
) -> None:
    """And a member that refers to something of one direction is of that direction in twins."""
    mapping = {"b": "#/components/schemas/B", "c": "#/components/schemas/C"}
    tag = {"propertyName": "t", "mapping": mapping}
    schemas: dict[str, Any] = {
        "Links": {"type": "object", "readOnly": True, "properties": {"a": TEXT}},
        "Base": {
            "type": "object",
            "required": ["t", "id", "links"],
            "properties": {"t": TEXT, "id": ID, "links": ref("Links")},
            "discriminator": tag,
        },
        "B": {"allOf": [ref("Base"), {"properties": {"x": TEXT}}]},
        "C": {"allOf": [ref("Base"), {"properties": {"y": TEXT}}]},
        "Any": {"oneOf": [ref("B"), ref("C")], "discriminator": tag},
    }
    plan = planned(tmp_path, schemas, "Any", "Base")
    assert members(plan, "BInput") == {
        "t": True,
        "id": False,
        "links": False,
        "x": False,
    }
    union = plan.models.definitions["AnyBase"]
    assert isinstance(union, Alias) and isinstance(union.annotation, Tagged)
    assert [name for _, name in union.annotation.mapping] == ["B", "C", "Base"]
