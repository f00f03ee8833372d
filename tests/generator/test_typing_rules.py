"""Schema to Python type: one row a case, as the text of the annotation on one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan import annotations as a
from clientpress.plan.types import Alias, EnumClass, ModelClass, Plan
from clientpress.render import layout
from tests.generator.making import document, planned


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def strings(*names: str, **words: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        **words,
    }


def flat(annotation: a.Annotation) -> str:
    return layout.flat(layout.annotation(annotation))


CAT = strings("name", "claws")
SCHEMAS: dict[str, Any] = {
    "Cat": CAT,
    "Dog": strings("name", "barks"),
    "Text": {"type": "string"},
    "Instant": {"type": "string", "format": "date-time"},
    "Colour": {"type": "string", "enum": ["red", "green"]},
    "Size": {"type": "integer", "enum": [1, 2]},
    "Mixed": {"enum": ["auto", 1]},
    "Names": {"type": "array", "items": ref("Text")},
    "Counts": {"type": "object", "additionalProperties": {"type": "integer"}},
    "Maybe": {"oneOf": [ref("Cat"), {"type": "null"}]},
    "MaybeText": {"type": ["string", "null"]},
    "Either": {"oneOf": [ref("Cat"), ref("Dog")]},
    "Alias": ref("Cat"),
    "Free": {},
    "Tree": {
        "type": "object",
        "properties": {"children": {"type": "array", "items": ref("Tree")}},
    },
    "Nested": {"type": "array", "items": ref("Nested")},
}


def member(folder: Path, schema: Any, **more: Any) -> str:
    """The annotation of a required member of this schema."""
    owner = {"type": "object", "properties": {"it": schema}, "required": ["it"]}
    plan = planned(folder, document({**SCHEMAS, **more, "Owner": owner}))
    definition = plan.models.definitions["Owner"]
    assert isinstance(definition, ModelClass)
    return flat(definition.members[0].annotation)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        # scalars and their formats
        ({"type": "string"}, "str"),
        ({"type": "integer"}, "int"),
        ({"type": "number"}, "float"),
        ({"type": "boolean"}, "bool"),
        ({"type": "null"}, "None"),
        ({"type": "string", "format": "date-time"}, "dt.datetime"),
        ({"type": "string", "format": "date"}, "dt.date"),
        ({"type": "string", "format": "time"}, "dt.time"),
        ({"type": "string", "format": "uuid"}, "UUID"),
        ({"type": "string", "format": "byte"}, "bytes"),
        ({"type": "string", "format": "decimal"}, "Decimal"),
        ({"type": "string", "format": "int64"}, "StrInt"),
        ({"type": "string", "format": "email"}, "str"),
        ({"type": "string", "format": "duration"}, "str"),
        ({"type": "integer", "format": "int32"}, "int"),
        ({"type": "integer", "format": "int64"}, "int"),
        ({"type": ["integer", "string"], "format": "int64"}, "int | StrInt"),
        ({"type": "number", "format": "float"}, "float"),
        # anything
        ({}, "JsonValue"),
        (True, "JsonValue"),
        (False, "JsonValue"),
        (ref("Free"), "JsonValue"),
        # constants and values
        ({"const": "x"}, "Literal['x']"),
        ({"const": 3}, "Literal[3]"),
        ({"const": True}, "Literal[True]"),
        ({"const": 1.5}, "float"),
        ({"enum": ["a", "b"]}, "Literal['a', 'b'] | str"),
        ({"enum": [1, 2]}, "Literal[1, 2] | int"),
        ({"enum": [True, False]}, "bool"),
        ({"enum": ["a", 1]}, "Literal['a', 1] | str | int"),
        ({"enum": ["a", None]}, "Literal['a'] | str | None"),
        ({"type": "string", "enum": [str(i) for i in range(61)]}, "str"),
        # collections
        ({"type": "array", "items": {"type": "string"}}, "list[str]"),
        ({"type": "array"}, "list[JsonValue]"),
        ({"type": "object"}, "dict[str, JsonValue]"),
        ({"additionalProperties": ref("Cat")}, "dict[str, Cat]"),
        ({"type": "array", "items": {"type": ["string", "null"]}}, "list[str | None]"),
        (
            {
                "prefixItems": [{"type": "string"}, {"type": "integer"}],
                "items": False,
                "minItems": 2,
            },
            "tuple[str, int]",
        ),
        (
            {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
            "list[str | int]",
        ),
        (
            {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            "list[str | int]",
        ),
        # references
        (ref("Cat"), "Cat"),
        (ref("Text"), "str"),
        (ref("Instant"), "dt.datetime"),
        (ref("Colour"), "Colour"),
        (ref("Size"), "Size"),
        (ref("Mixed"), "Mixed"),
        (ref("Names"), "Names"),
        (ref("Counts"), "Counts"),
        (ref("Alias"), "Cat"),
        (ref("Tree"), "Tree"),
        (ref("Maybe"), "Cat | None"),
        (ref("MaybeText"), "str | None"),
        (ref("Either"), "Either"),
        # unions
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "str | int"),
        ({"anyOf": [ref("Text"), {"type": "string"}]}, "str"),
        ({"anyOf": [ref("Text"), {}]}, "JsonValue"),
        ({"oneOf": [ref("Cat"), {"type": "null"}]}, "Cat | None"),
        ({"oneOf": [ref("Cat"), {"type": "string"}]}, "Cat | str"),
        ({"oneOf": [ref("Cat"), ref("Dog")]}, "Cat | Dog | Unknown"),
        (
            {"oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}]},
            "Cat | Dog | Unknown | None",
        ),
        ({"oneOf": [ref("Either"), {"type": "null"}]}, "Either | None"),
        ({"oneOf": [ref("Maybe"), {"type": "integer"}]}, "Cat | int | None"),
        (
            {"type": "array", "items": {"oneOf": [ref("Cat"), ref("Dog")]}},
            "list[Cat | Dog | Unknown]",
        ),
        ({"oneOf": [strings("x"), {"type": "string"}]}, "OwnerIt | str"),
        # objects inside
        (strings("x"), "OwnerIt"),
        ({"type": "array", "items": strings("x")}, "list[OwnerItItem]"),
        ({"additionalProperties": strings("x")}, "dict[str, OwnerItValue]"),
    ],
)
def test_types(tmp_path: Path, schema: Any, expected: str) -> None:
    assert member(tmp_path, schema) == expected.replace("'", '"')


@pytest.mark.parametrize(
    ("schema", "required", "expected", "default"),
    [
        ({"type": "string"}, True, "str", ""),
        ({"type": "string"}, False, "str | None", "None"),
        ({"type": ["string", "null"]}, True, "str | None", ""),
        ({"type": ["string", "null"]}, False, "str | None | UnsetType", "UNSET"),
        (ref("Maybe"), False, "Cat | None | UnsetType", "UNSET"),
        ({}, True, "JsonValue", ""),
        ({}, False, "JsonValue | UnsetType", "UNSET"),
        ({"const": "x"}, False, "Literal['x'] | None", "None"),
        ({"type": "string", "readOnly": True}, True, "str | None", "None"),
        ({"type": "string", "writeOnly": True}, True, "str | None", "None"),
    ],
)
def test_absent_null_and_default_are_three_things(
    tmp_path: Path, schema: Any, required: bool, expected: str, default: str
) -> None:
    owner = {
        "type": "object",
        "properties": {"it": schema},
        "required": ["it"] if required else [],
    }
    definition = planned(
        tmp_path, document({**SCHEMAS, "Owner": owner})
    ).models.definitions["Owner"]
    assert isinstance(definition, ModelClass)
    (found,) = definition.members
    assert (flat(found.annotation), found.default.value) == (
        expected.replace("'", '"'),
        default,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Names", "list[str]"),
        ("Counts", "dict[str, int]"),
        ("Mixed", "Literal['auto', 1] | str | int"),
        ("Either", "Cat | Dog | Unknown"),
        ("Maybe", "Cat"),
        ("MaybeText", "str"),
        ("Alias", "Cat"),
        ("Free", "JsonValue"),
        ("Nested", "list[Nested]"),
        ("Text", "str"),
    ],
)
def test_definitions(tmp_path: Path, name: str, expected: str) -> None:
    """Null belongs to the references, not to the alias."""
    found = planned(tmp_path, document(SCHEMAS)).models.definitions[name]
    assert isinstance(found, Alias)
    assert flat(found.annotation) == expected.replace("'", '"')


def test_enumerations_are_open_classes(tmp_path: Path) -> None:
    definitions = planned(tmp_path, document(SCHEMAS)).models.definitions
    colour, size = definitions["Colour"], definitions["Size"]
    assert isinstance(colour, EnumClass) and isinstance(size, EnumClass)
    assert [(m.name, m.value) for m in colour.members] == [
        ("RED", "red"),
        ("GREEN", "green"),
    ]
    assert [(m.name, m.value) for m in size.members] == [("VALUE_1", 1), ("VALUE_2", 2)]


def test_references_in_a_circle_are_any_value(tmp_path: Path) -> None:
    assert (
        member(tmp_path, ref("Loop"), Loop=ref("Pool"), Pool=ref("Loop")) == "JsonValue"
    )


# ------------------------------------------------------------- discriminators

TAGGED: dict[str, Any] = {
    "Cat": strings("kind", "claws", required=["kind"]),
    "Dog": strings("kind", "barks", required=["kind"]),
    "Fish": {
        "type": "object",
        "properties": {"kind": {"const": "fish"}},
        "required": ["kind"],
    },
    "Bird": {
        "type": "object",
        "properties": {"kind": {"type": "string", "enum": ["bird", "parrot"]}},
    },
}


def tagged(
    folder: Path, names: list[str], mapping: dict[str, str] | None = None, **more: Any
) -> a.Annotation:
    words: dict[str, Any] = {
        "propertyName": "kind",
        **({"mapping": mapping} if mapping is not None else {}),
    }
    union = {"oneOf": [ref(name) for name in names], "discriminator": words}
    found = planned(
        folder, document({**TAGGED, **more, "Pet": union})
    ).models.definitions["Pet"]
    assert isinstance(found, Alias)
    return found.annotation


@pytest.mark.parametrize(
    ("names", "mapping", "expected"),
    [
        pytest.param(
            ["Cat", "Dog"], None, {"Cat": "Cat", "Dog": "Dog"}, id="implicit names"
        ),
        pytest.param(
            ["Cat", "Dog"],
            {"cat": "Cat", "dog": "Dog"},
            {"cat": "Cat", "dog": "Dog"},
            id="by name",
        ),
        pytest.param(
            ["Cat", "Dog"],
            {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
            {"cat": "Cat", "dog": "Dog"},
            id="by reference",
        ),
        pytest.param(
            ["Cat", "Dog"],
            {"cat": "Cat", "kitten": "Cat", "dog": "Dog"},
            {"cat": "Cat", "kitten": "Cat", "dog": "Dog"},
            id="two values for one",
        ),
        pytest.param(
            ["Cat", "Dog"],
            {"cat": "Cat"},
            {"cat": "Cat", "Dog": "Dog"},
            id="half a mapping",
        ),
        pytest.param(
            ["Cat", "Fish"], None, {"Cat": "Cat", "fish": "Fish"}, id="by a constant"
        ),
        pytest.param(
            ["Fish", "Bird"],
            None,
            {"fish": "Fish", "bird": "Bird", "parrot": "Bird"},
            id="by listed values",
        ),
    ],
)
def test_a_discriminator_chooses_by_value(
    tmp_path: Path,
    names: list[str],
    mapping: dict[str, str] | None,
    expected: dict[str, str],
) -> None:
    found = tagged(tmp_path, names, mapping)
    assert isinstance(found, a.Tagged)
    assert (found.property, dict(found.mapping)) == ("kind", expected)
    assert flat(found.union) == f"{' | '.join(names)} | Unknown"


def test_a_class_that_only_the_mapping_names_is_a_variant(tmp_path: Path) -> None:
    found = tagged(
        tmp_path, ["Cat", "Dog"], {"cat": "Cat", "dog": "Dog", "fish": "Fish"}
    )
    assert isinstance(found, a.Tagged) and dict(found.mapping) == {
        "cat": "Cat",
        "dog": "Dog",
        "fish": "Fish",
    }


@pytest.mark.parametrize(
    ("names", "more"),
    [
        pytest.param(
            ["Cat", "Text"],
            {"Text": {"type": "string"}},
            id="a variant that is no object",
        ),
        pytest.param(
            ["Fish", "Fish2"], {"Fish2": TAGGED["Fish"]}, id="one value for two"
        ),
    ],
)
def test_a_discriminator_that_does_not_decide_leaves_a_plain_union(
    tmp_path: Path, names: list[str], more: dict[str, Any]
) -> None:
    assert isinstance(tagged(tmp_path, names, None, **more), a.Or)


def test_a_nullable_tagged_union(tmp_path: Path) -> None:
    union = {
        "oneOf": [ref("Cat"), ref("Dog"), {"type": "null"}],
        "discriminator": {"propertyName": "kind"},
    }
    found = member(tmp_path, ref("Pet"), **TAGGED, Pet=union)
    assert found == "Pet | None"


# ------------------------------------------------------------- polymorphic bases


def family(folder: Path, **more: Any) -> Plan:
    """A base with a discriminator of its own, and what takes it in."""
    base = strings(
        "kind",
        "name",
        required=["kind"],
        discriminator={"propertyName": "kind", **more},
    )
    child = {"allOf": [ref("Animal"), strings("claws")]}
    grandchild = {"allOf": [ref("Cat"), strings("stripes")]}
    owner = {
        "type": "object",
        "properties": {"pet": ref("Animal"), "cat": ref("Cat")},
        "required": ["pet", "cat"],
    }
    schemas = {"Animal": base, "Cat": child, "Tiger": grandchild, "Owner": owner}
    return planned(folder, document(schemas))


def test_a_reference_to_a_base_means_any_of_its_kinds(tmp_path: Path) -> None:
    definitions = family(tmp_path).models.definitions
    owner, union = definitions["Owner"], definitions["AnyAnimal"]
    assert isinstance(owner, ModelClass) and isinstance(union, Alias)
    assert [flat(m.annotation) for m in owner.members] == ["AnyAnimal", "AnyCat"]
    assert isinstance(union.annotation, a.Tagged)
    assert flat(union.annotation.union) == "Cat | Tiger | Animal | Unknown"
    assert dict(union.annotation.mapping) == {
        "Cat": "Cat",
        "Tiger": "Tiger",
        "Animal": "Animal",
    }


def test_a_mapping_of_a_base_names_its_children(tmp_path: Path) -> None:
    union = family(
        tmp_path, mapping={"cat": "Cat", "big": "#/components/schemas/Tiger"}
    ).models.definitions["AnyAnimal"]
    assert isinstance(union, Alias) and isinstance(union.annotation, a.Tagged)
    assert dict(union.annotation.mapping) == {
        "cat": "Cat",
        "big": "Tiger",
        "Animal": "Animal",
    }


def test_children_inherit_from_what_they_take_in(tmp_path: Path) -> None:
    definitions = family(tmp_path).models.definitions
    classes = [definitions[name] for name in ("Animal", "Cat", "Tiger")]
    found = [
        (c.base, [m.name for m in c.members])
        for c in classes
        if isinstance(c, ModelClass)
    ]
    assert found == [
        ("", ["kind", "name"]),
        ("Animal", ["claws"]),
        ("Cat", ["stripes"]),
    ]


# ------------------------------------------------------------- unions of annotations


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([a.STR], "str"),
        ([a.STR, a.STR], "str"),
        ([a.NONE, a.STR], "str | None"),
        ([a.UNSET_TYPE, a.NONE, a.UNKNOWN, a.STR], "str | Unknown | None | UnsetType"),
        ([a.union(a.STR, a.NONE), a.INT], "str | int | None"),
        ([a.STR, a.JSON], "JsonValue"),
        ([a.STR, a.JSON, a.NONE], "JsonValue"),
        ([a.STR, a.JSON, a.UNSET_TYPE], "JsonValue | UnsetType"),
    ],
)
def test_a_union_is_flat_and_in_order(
    members: list[a.Annotation], expected: str
) -> None:
    assert flat(a.union(*members)) == expected


def test_none_can_be_taken_away() -> None:
    both = a.union(a.STR, a.NONE)
    assert a.allows_none(both) and a.without_none(both) == a.STR
    assert a.allows_none(a.JSON) and not a.allows_none(a.STR)
    assert a.without_none(a.STR) == a.STR
