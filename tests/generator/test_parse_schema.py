"""Schema Object to schema: one row an idea. `shown` writes a schema on one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.api import schemas as s
from clientpress.api.schemas import Access
from tests.generator.making import (
    document,
    findings,
    parsed,
    schema_named,
    shown,
)

OTHER = {"$ref": "#/components/schemas/Other"}


def parse(
    folder: Path, schema: Any
) -> tuple[s.Schema, list[tuple[str, str, str, str]]]:
    """A schema beside another one called Other, and the findings."""
    data = document(
        {
            "It": schema,
            "Other": {"type": "object", "properties": {"o": {"type": "string"}}},
        }
    )
    api, report = parsed(folder, data)
    return schema_named(api, "It"), findings(report)


def strings(*names: str) -> dict[str, Any]:
    return {name: {"type": "string"} for name in names}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        # booleans and nothing at all
        (True, "any"),
        (False, "never"),
        ({}, "any"),
        ({"description": "d"}, "any"),
        # types
        *(
            ({"type": kind}, kind)
            for kind in ("string", "integer", "number", "boolean", "null")
        ),
        ({"type": "object"}, "{*: any}"),
        ({"type": "array"}, "[any]"),
        ({"type": "string", "format": "date-time"}, "string(date-time)"),
        ({"type": ["string"]}, "string"),
        ({"type": ["string", "null"]}, "string | null"),
        ({"type": ["null", "string"]}, "null | string"),
        ({"type": ["string", "integer", "string"]}, "string | integer"),
        (
            {"type": ["object", "array"], "items": {"type": "string"}},
            "{*: any} | [string]",
        ),
        (
            {"type": ["integer", "string"], "format": "int64"},
            "integer(int64-or-string)",
        ),
        # a type that is not said
        ({"properties": strings("a")}, "{a: string}"),
        ({"additionalProperties": {"type": "integer"}}, "{*: integer}"),
        ({"items": {"type": "integer"}}, "[integer]"),
        ({"minLength": 1}, "string"),
        ({"minimum": 1}, "number"),
        ({"required": ["a"]}, "{a!: any}"),
        # objects
        (
            {"type": "object", "properties": strings("a", "b"), "required": ["b"]},
            "{a: string, b!: string}",
        ),
        ({"type": "object", "required": ["b", "a"]}, "{a!: any, b!: any}"),
        ({"type": "object", "properties": {}}, "{*: any}"),
        (
            {"type": "object", "properties": strings("a"), "required": "a"},
            "{a: string}",
        ),
        ({"type": "object", "additionalProperties": False}, "{*: any}"),
        (
            {
                "type": "object",
                "additionalProperties": True,
                "properties": strings("a"),
            },
            "{a: string, *: any}",
        ),
        (
            {
                "type": "object",
                "additionalProperties": False,
                "properties": strings("a"),
            },
            "{a: string}",
        ),
        ({"type": "object", "additionalProperties": OTHER}, "{*: Other}"),
        (
            {"type": "object", "unevaluatedProperties": {"type": "integer"}},
            "{*: integer}",
        ),
        (
            {"type": "object", "patternProperties": {"^x": {"type": "integer"}}},
            "{*: ^x: integer else any}",
        ),
        (
            {"type": "object", "patternProperties": {".*": {"type": "integer"}}},
            "{*: integer}",
        ),
        (
            {
                "type": "object",
                "patternProperties": {"^x": {"type": "integer"}},
                "additionalProperties": False,
            },
            "{*: ^x: integer else never}",
        ),
        (
            {
                "type": "object",
                "patternProperties": {
                    "^x": {"type": "integer"},
                    "^y": {"type": "string"},
                },
            },
            "{*: ^x: integer ^y: string else any}",
        ),
        (
            {
                "type": "object",
                "additionalProperties": {"type": "boolean"},
                "patternProperties": {"^x": {"type": "integer"}},
            },
            "{*: ^x: integer else boolean}",
        ),
        # arrays
        ({"type": "array", "items": OTHER}, "[Other]"),
        ({"type": "array", "items": True}, "[any]"),
        ({"type": "array", "items": False}, "[any]"),
        ({"prefixItems": [{"type": "string"}, OTHER]}, "(string, Other, ...any)"),
        ({"prefixItems": [{"type": "string"}], "items": False}, "(string)"),
        (
            {"prefixItems": [{"type": "string"}], "items": False, "minItems": 1},
            "(string)!",
        ),
        (
            {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            "(string, ...integer)",
        ),
        (
            {"prefixItems": [{"type": "string"}], "minItems": 1, "maxItems": 1},
            "(string)!",
        ),
        # what examples tell where no type is said
        ({"properties": strings("a"), "examples": [{"a": "b"}]}, "{a: string}"),
        (
            {"properties": strings("a"), "examples": [["y"], "x"]},
            "{a: string} | [any] | string",
        ),
        ({"items": OTHER, "examples": [None]}, "[Other] | null"),
        ({"minimum": 1, "examples": [1, True]}, "number | boolean"),
        ({"type": "object", "examples": [1]}, "{*: any}"),
        # constants
        ({"const": "a"}, "const 'a'"),
        ({"const": 1}, "const 1"),
        ({"const": True}, "const True"),
        ({"const": None}, "null"),
        ({"const": 1.5}, "number"),
        ({"type": "string", "const": "a"}, "const 'a'"),
        # enumerations
        ({"enum": ["a", "b"]}, "enum 'a' 'b'"),
        ({"type": "string", "enum": ["a", "b", "a"]}, "enum 'a' 'b'"),
        ({"enum": ["a", None]}, "enum 'a' | null"),
        ({"type": ["string", "null"], "enum": ["a"]}, "enum 'a' | null"),
        ({"enum": [None]}, "null"),
        ({"enum": [1, 2]}, "enum 1 2"),
        ({"enum": [1, True]}, "enum 1 True"),
        ({"enum": ["a", 1]}, "enum 'a' 1"),
        ({"enum": [1, 1.5]}, "number"),
        ({"enum": []}, "any"),
        # what YAML readers make of unquoted words
        ({"type": "string", "enum": [1, 2.5, True, "x"]}, "enum '1' '2.5' 'true' 'x'"),
        ({"type": "string", "enum": [True, "true"]}, "enum 'true'"),
        # compositions
        ({"oneOf": [{"type": "string"}, OTHER]}, "string | Other"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"oneOf": [OTHER]}, "Other"),
        ({"allOf": [OTHER]}, "Other"),
        ({"allOf": [OTHER], "description": "d"}, "Other"),
        (
            {
                "type": "object",
                "oneOf": [OTHER, {"type": "object", "properties": strings("a")}],
            },
            "Other | {a: string}",
        ),
        ({"oneOf": []}, "any"),
        # references with something beside them
        ({**OTHER, "description": "d", "title": "t", "deprecated": True}, "Other"),
        ({**OTHER, "type": "object"}, "{o: string}"),
        ({**OTHER, "properties": strings("a")}, "{o: string, a: string}"),
        ({**OTHER, "required": ["o"]}, "{o!: string}"),
        ({"$dynamicRef": "#/components/schemas/Other"}, "Other"),
    ],
)
def test_schemas(tmp_path: Path, schema: Any, expected: str) -> None:
    found, errors = parse(tmp_path, schema)
    assert (shown(found), errors) == (expected, [])


NO_LITERALS = (
    "Python has no literals for such values; others of their kind are accepted too"
)
NO_TYPE = "{!r} is no JSON type; any JSON value is accepted here"


@pytest.mark.parametrize(
    ("schema", "expected", "finding"),
    [
        ({"type": "strng"}, "any", ("CP501", "/type", NO_TYPE.format("strng"))),
        *(
            ({"const": {"a": 1}}, "{*: any}", ("CP501", "", NO_LITERALS)),
            ({"const": [1]}, "[any]", ("CP501", "", NO_LITERALS)),
            ({"enum": ["a", 1.5]}, "any", ("CP501", "", NO_LITERALS)),
            ({"enum": [{"a": 1}, {"b": 1}]}, "{*: any}", ("CP501", "", NO_LITERALS)),
        ),
        (
            {"type": ["string", "any"]},
            "string",
            ("CP501", "/type", NO_TYPE.format("any")),
        ),
        ({"type": 3}, "any", ("CP501", "/type", NO_TYPE.format(3))),
        (
            "string",
            "any",
            ("CP501", "", "this is no schema; any JSON value is accepted here"),
        ),
        (
            {"type": "array", "items": [{"type": "string"}]},
            *(
                "[any]",
                ("CP501", "/items", "a list of schemas is no longer allowed here"),
            ),
        ),
        (
            {"type": "object", "properties": strings("a"), "if": {}, "then": {}},
            *(
                "{a: string}",
                ("CP502", "/if", "'if' has no effect on the Python types"),
            ),
        ),
    ],
)
def test_what_has_no_precise_type_is_told(
    tmp_path: Path, schema: Any, expected: str, finding: tuple[str, str, str]
) -> None:
    found, errors = parse(tmp_path, schema)
    code, at, message = finding
    assert shown(found) == expected
    assert [(c, p, m) for c, p, m, _ in errors] == [
        (code, f"/components/schemas/It{at}", message)
    ]


@pytest.mark.parametrize("kind", [{"a": 1}, [["string"]], [{}]])
def test_a_type_that_is_no_text_at_all(tmp_path: Path, kind: Any) -> None:
    found, errors = parse(tmp_path, {"type": kind})
    assert shown(found) == "any" and [code for code, *_ in errors] == ["CP501"]


# ------------------------------------------------------------- what schemas carry


def test_words_about_a_schema(tmp_path: Path) -> None:
    words = {
        "type": "string",
        "title": "T",
        "description": "D",
        "deprecated": True,
        "readOnly": True,
        "default": None,
        "examples": ["a", "b"],
    }
    meta = parse(tmp_path, words)[0].meta
    assert (meta.title, meta.description, meta.deprecated) == ("T", "D", True)
    assert (meta.access, meta.default, meta.examples) == (
        Access.READ,
        (None,),
        ("a", "b"),
    )
    assert meta.place.pointer == "/components/schemas/It"


@pytest.mark.parametrize(
    "words",
    [
        {"title": 3},
        {"description": []},
        {"deprecated": "yes"},
        {"readOnly": 1},
        {"examples": "a"},
    ],
)
def test_words_of_the_wrong_type_are_passed_over(
    tmp_path: Path, words: dict[str, Any]
) -> None:
    meta = parse(tmp_path, {"type": "string", **words})[0].meta
    assert (meta.title, meta.description, meta.deprecated, meta.examples) == (
        "",
        "",
        False,
        (),
    )
    assert meta.access is Access.BOTH


def test_words_beside_a_reference_describe_the_reference(tmp_path: Path) -> None:
    found, _ = parse(tmp_path, {**OTHER, "description": "Mine.", "writeOnly": True})
    assert isinstance(found, s.Reference)
    assert (found.meta.description, found.meta.access) == ("Mine.", Access.WRITE)


@pytest.mark.parametrize(
    ("words", "names", "descriptions"),
    [
        ({"x-enum-varnames": ["A", "B"]}, ("A", "B"), ()),
        ({"x-enumNames": ["A", "B"]}, ("A", "B"), ()),
        ({"x-enum-varnames": ["A"]}, (), ()),
        ({"x-enum-descriptions": ["one", "two"]}, (), ("one", "two")),
        ({"x-enum-varnames": "AB"}, (), ()),
    ],
)
def test_names_and_descriptions_of_values(
    tmp_path: Path,
    words: dict[str, Any],
    names: tuple[str, ...],
    descriptions: tuple[str, ...],
) -> None:
    found, _ = parse(tmp_path, {"type": "string", "enum": ["a", "b"], **words})
    assert isinstance(found, s.Enumeration)
    assert (found.names, found.descriptions) == (names, descriptions)


# ------------------------------------------------------------- discriminators


def test_a_discriminator_maps_by_name_and_by_reference(tmp_path: Path) -> None:
    union = {
        "oneOf": [
            {"$ref": "#/components/schemas/Cat"},
            {"$ref": "#/components/schemas/Dog"},
        ],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                "cat": "Cat",
                "dog": "#/components/schemas/Dog",
                "none": "Horse",
                "far": "a.json#/x",
            },
        },
    }
    pet = {"type": "object", "properties": strings("kind")}
    api, report = parsed(tmp_path, document({"Pet": union, "Cat": pet, "Dog": pet}))
    found = schema_named(api, "Pet")
    assert isinstance(found, s.Union) and found.tag
    assert [(value, place.pointer) for value, place in found.tag.mapping] == [
        ("cat", "/components/schemas/Cat"),
        ("dog", "/components/schemas/Dog"),
    ]
    at = "/components/schemas/Pet/discriminator/mapping"
    assert findings(report) == [
        (
            "CP207",
            f"{at}/none",
            "the mapping leads to 'Horse', which does not exist",
            "Check its spelling.",
        ),
        (
            "CP207",
            f"{at}/far",
            "the mapping leads to 'a.json#/x', which does not exist",
            "Check its spelling.",
        ),
    ]


@pytest.mark.parametrize("words", [3, {}, {"propertyName": 3}, "kind"])
def test_a_discriminator_without_a_property_is_none(tmp_path: Path, words: Any) -> None:
    found, _ = parse(
        tmp_path, {"oneOf": [OTHER, {"type": "string"}], "discriminator": words}
    )
    assert isinstance(found, s.Union) and found.tag is None
