"""`allOf` to one schema: one row a case. `shown` writes a schema on one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.api import schemas as s
from tests.generator.making import (
    document,
    findings,
    json_body,
    operation,
    parsed,
    schema_named,
    shown,
)

Finding = tuple[str, str, str, str]


def strings(*names: str, **words: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        **words,
    }


def kind(value: str, **more: Any) -> dict[str, Any]:
    properties = {"kind": {"const": value}, **more}
    return {"type": "object", "properties": properties, "required": list(properties)}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


# What the rows below refer to.
SCHEMAS: dict[str, Any] = {
    "A": strings("a", required=["a"], description="An A."),
    "B": strings("b"),
    "Same": strings("a"),
    "AB": {"allOf": [ref("A"), ref("B")]},
    "Maybe": {"oneOf": [ref("A"), {"type": "null"}]},
    "Either": {"oneOf": [ref("A"), ref("B")]},
    "Text": {"type": "string"},
    "Colour": {"type": "string", "enum": ["red", "green"]},
    "Open": strings("o", additionalProperties={"type": "integer"}),
    "Free": {"type": "object"},
    "List": {"type": "array", "items": {"type": "string"}},
}


def compose(folder: Path, schema: Any) -> tuple[s.Schema, list[Finding]]:
    api, report = parsed(folder, document({**SCHEMAS, "It": schema}))
    return schema_named(api, "It"), findings(report)


ALL_OF: list[tuple[list[Any], str]] = [
    # a lone reference stays one, whatever is said about it
    ([ref("A")], "A"),
    ([ref("A"), {}], "A"),
    # limits are of whatever type the others say
    ([ref("A"), {"minLength": 1, "maxLength": 80}], "A"),
    ([{"$ref": "#/components/schemas/A", "maxLength": 80}], "A"),
    ([ref("List"), {"maximum": 3}], "List"),
    ([{"type": "integer"}, {"minimum": 3}], "integer"),
    ([{"minLength": 1}, {"type": "string"}], "string"),
    ([ref("A"), {"description": "d"}], "A"),
    ([ref("Text")], "Text"),
    ([True, ref("A")], "A"),
    # objects
    ([ref("A"), ref("B")], "{a!: string, b: string}"),
    ([ref("A"), strings("c")], "{a!: string, c: string}"),
    ([ref("AB"), strings("c")], "{a!: string, b: string, c: string}"),
    ([strings("x"), {"required": ["x"]}], "{x!: string}"),
    ([ref("B"), {"required": ["b"]}], "{b!: string}"),
    ([ref("A"), ref("Same")], "{a!: string}"),
    ([ref("A"), ref("Free")], "{a!: string}"),
    ([ref("Free"), ref("Free")], "{*: any}"),
    ([ref("A"), ref("Open")], "{a!: string, o: string, *: integer}"),
    ([ref("A"), {"type": "object", "additionalProperties": False}], "{a!: string}"),
    (
        [{"allOf": [{"allOf": [ref("A"), strings("x")]}, strings("y")]}],
        "{a!: string, x: string, y: string}",
    ),
    # members that several parts declare
    (
        [strings("x"), {"properties": {"x": {"type": "string", "format": "date"}}}],
        "{x: string(date)}",
    ),
    ([strings("x"), {"properties": {"x": {"const": "v"}}}], "{x: const 'v'}"),
    ([strings("x"), {"properties": {"x": {}}}], "{x: string}"),
    (
        [{"properties": {"x": strings("p")}}, {"properties": {"x": strings("q")}}],
        "{x: {p: string, q: string}}",
    ),
    ([{"properties": {"x": ref("A")}}, {"properties": {"x": ref("A")}}], "{x: A}"),
    (
        [{"properties": {"x": ref("A")}}, {"properties": {"x": ref("B")}}],
        "{x: AB}",  # the same intersection
    ),
    (
        [{"properties": {"x": ref("A")}}, {"properties": {"x": strings("q")}}],
        "{x: {a!: string, q: string}}",
    ),
    # scalars: the narrower one
    ([ref("Text"), {"type": "string", "format": "uuid"}], "string(uuid)"),
    ([{"type": "string", "format": "uuid"}, ref("Text")], "string(uuid)"),
    ([{"type": "number"}, {"type": "integer"}], "integer"),
    ([{"type": "string"}, {"enum": ["a"]}], "enum 'a'"),
    ([ref("Colour"), {"enum": ["green", "blue"]}], "enum 'green'"),
    ([ref("Colour"), {"const": "red"}], "const 'red'"),
    ([{"const": "red"}, ref("Text")], "const 'red'"),
    ([ref("Text"), {"minLength": 3}], "Text"),
    # lists
    ([ref("List"), {"type": "array", "items": {"format": "date"}}], "[string(date)]"),
    (
        [{"type": "array", "items": strings("a")}, {"items": strings("b")}],
        "[{a: string, b: string}]",
    ),
    ([ref("List"), {"minItems": 1}], "List"),
    # nothing fits false
    ([ref("A"), False], "never"),
    # unions are distributed
    (
        [ref("Either"), strings("c")],
        "{c: string, a!: string} | {c: string, b: string}",
    ),
    (
        [strings("c"), {"oneOf": [ref("A"), ref("B")]}],
        "{c: string, a!: string} | {c: string, b: string}",
    ),
    (
        [
            ref("Either"),
            {"type": "object", "properties": {"a": {"type": "string"}}},
        ],
        "A | {a: string, b: string}",
    ),
    ([ref("Either"), ref("Either")], "Either"),
    ([ref("Either"), {"oneOf": [ref("B"), ref("Free")]}], "A | B"),
    # variants that cannot hold on both sides go
    (
        [
            {"properties": {"x": {"anyOf": [{"type": "object"}, {"type": "array"}]}}},
            {"properties": {"x": ref("A")}},
        ],
        "{x: A}",
    ),
    (
        [
            {"anyOf": [{"type": "object"}, {"type": "array"}, {"type": "string"}]},
            {"type": "array", "items": ref("A")},
        ],
        "[A]",
    ),
    (
        [{"oneOf": [{"type": "integer"}, {"type": "string"}]}, {"format": "date"}],
        "string(date)",
    ),
    ([{"oneOf": [kind("x"), kind("y")]}, kind("y")], "{kind!: const 'y'}"),
    (
        [{"oneOf": [kind("x"), kind("y")]}, kind("y"), strings("c")],
        "{kind!: const 'y', c: string}",
    ),
    (
        [
            {"oneOf": [kind("x"), kind("y"), kind("z")]},
            {"oneOf": [kind("z"), kind("y"), kind("w")]},
        ],
        "{kind!: const 'y'} | {kind!: const 'z'}",
    ),
    (
        [
            {"oneOf": [kind("x", nested=kind("p")), kind("x", nested=kind("q"))]},
            kind("x", nested=kind("q")),
        ],
        "{kind!: const 'x', nested!: {kind!: const 'q'}}",
    ),
    # what one side implies adds no class
    ([ref("A"), {"type": "object"}], "{a!: string}"),
    (
        [{"properties": {"x": ref("A")}}, {"properties": {"x": {"type": "object"}}}],
        "{x: A}",
    ),
    (
        [
            {"properties": {"x": {"type": "array", "items": {}}}},
            {"properties": {"x": {"type": "array", "items": ref("A")}}},
        ],
        "{x: [A]}",
    ),
    (
        [
            {"properties": {"x": {"type": "array", "items": {"type": "object"}}}},
            {"properties": {"x": {"type": "array", "items": ref("A")}}},
        ],
        "{x: [A]}",
    ),
    ([{"properties": {"x": ref("AB")}}, {"properties": {"x": ref("A")}}], "{x: AB}"),
    (
        [{"properties": {"x": ref("Either")}}, {"properties": {"x": ref("A")}}],
        "{x: A}",
    ),
    # a part without a type allows everything
    (
        [ref("Maybe"), {"properties": {"c": {"type": "string"}}}],
        "{c: string, a!: string} | null",
    ),
    (
        [{"properties": {"p": {}}}, strings("c", type=["object", "null"])],
        "{p: any, c: string} | null",
    ),
    ([{"type": "string"}, {"properties": {"p": {}}}], "string"),
    ([{"type": ["string", "null"]}, {"items": {}}], "string | null"),
    # null fits all of them only where it fits each
    ([ref("Maybe"), strings("c")], "{c: string, a!: string}"),
    ([ref("Maybe"), ref("Maybe")], "Maybe"),
    (
        [
            strings("x", type=["object", "null"]),
            strings("y", type=["object", "null"]),
        ],
        "{x: string, y: string} | null",
    ),
    (
        [ref("Maybe"), {**strings("y"), "nullable": True}],
        "{a!: string, y: string} | null",
    ),
    ([{"type": ["string", "null"]}, {"type": "string"}], "string"),
    (
        [
            {"type": ["string", "null"]},
            {"type": ["string", "null"], "format": "date"},
        ],
        "string(date) | null",
    ),
]


@pytest.mark.parametrize(("parts", "expected"), ALL_OF)
def test_all_of(tmp_path: Path, parts: list[Any], expected: str) -> None:
    found, errors = compose(tmp_path, {"allOf": parts})
    assert (shown(found), errors) == (expected, [])


@pytest.mark.parametrize("rest", [{}, True])
@pytest.mark.parametrize("first", [True, False])
def test_a_part_that_mentions_other_members_is_no_free_object(
    tmp_path: Path, rest: Any, first: bool
) -> None:
    """`type: object` alone says nothing of other members; `additionalProperties` does."""
    parts = [{"type": "object", "additionalProperties": rest}, strings("a")]
    schema, told = compose(tmp_path, {"allOf": parts if first else parts[::-1]})
    assert shown(schema) == "{a: string, *: any}"
    assert told == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([{"type": "string"}, {"type": "integer"}], "integer"),
        ([ref("A"), {"type": "string"}], "string"),
        ([ref("List"), ref("A")], "{a!: string}"),
        ([{"enum": ["a"]}, {"enum": ["b"]}], "enum 'b'"),
        ([{"const": "a"}, {"const": "b"}], "const 'b'"),
        ([ref("Either"), {"type": "string"}], "string"),
    ],
)
def test_contradictions_are_told_and_the_last_part_is_taken(
    tmp_path: Path, parts: list[Any], expected: str
) -> None:
    found, errors = compose(tmp_path, {"allOf": parts})
    assert shown(found) == expected
    assert [(code, hint) for code, _, _, hint in errors] == [
        ("CP503", "Check the types.")
    ] * 2


def test_a_contradiction_between_members_has_the_place_of_the_member(
    tmp_path: Path,
) -> None:
    parts = [strings("x"), {"properties": {"x": {"type": "integer"}}}]
    found, errors = compose(tmp_path, {"allOf": parts})
    assert shown(found) == "{x: integer}"
    first, second = (f"/components/schemas/It/allOf/{i}/properties/x" for i in (0, 1))
    says = (
        "this contradicts {}, which an allOf puts together with it;"
        " the later one is taken"
    )
    assert [(at, message) for _, at, message, _ in errors] == [
        (first, says.format(second)),
        (second, says.format(first)),
    ]


# ------------------------------------------------------------- where it stands


def test_words_about_a_composition_go_before_those_of_its_parts(tmp_path: Path) -> None:
    found, _ = compose(tmp_path, {"allOf": [ref("A")], "title": "T"})
    assert (found.meta.title, found.meta.description) == ("T", "")
    found, _ = compose(
        tmp_path, {"allOf": [{**ref("A"), "description": "Inner."}], "title": "T"}
    )
    assert (found.meta.title, found.meta.description) == ("T", "Inner.")
    found, _ = compose(
        tmp_path,
        {"allOf": [{**ref("A"), "description": "Inner."}], "description": "Outer."},
    )
    assert found.meta.description == "Outer."


def test_the_parents_of_an_object_are_the_references_it_takes_in(
    tmp_path: Path,
) -> None:
    found, _ = compose(tmp_path, {"allOf": [ref("A"), strings("x"), ref("B")]})
    assert isinstance(found, s.Object)
    assert [place.pointer for place in found.parents] == [
        "/components/schemas/A",
        "/components/schemas/B",
    ]


def test_compositions_are_merged_at_any_depth_and_in_operations(tmp_path: Path) -> None:
    merged = {"allOf": [ref("A"), strings("x")]}
    deep = {
        "type": "array",
        "items": {"oneOf": [{"type": "string"}, {"properties": {"p": merged}}]},
    }
    answer = {"200": {"description": "", **json_body({"additionalProperties": deep})}}
    parameter = {"name": "q", "in": "query", "schema": merged}
    words = operation(
        responses=answer, requestBody=json_body(merged), parameters=[parameter]
    )
    data = document({**SCHEMAS, "It": deep}, {"/a": {"post": words}})
    api, report = parsed(tmp_path, data)
    assert not len(report)
    expected = "[string | {p: {a!: string, x: string}}]"
    assert shown(schema_named(api, "It")) == expected
    (found,) = api.operations
    assert found.body
    media = [
        found.responses[0].media[0].schema,
        found.body.media[0].schema,
        found.parameters[0].schema,
    ]
    assert [shown(schema) for schema in media if schema] == [
        f"{{*: {expected}}}",
        *["{a!: string, x: string}"] * 2,
    ]


# ------------------------------------------------------------- cycles


def test_a_schema_that_is_a_part_of_itself_is_told_with_its_place(
    tmp_path: Path,
) -> None:
    _, errors = compose(tmp_path, {"allOf": [ref("It"), strings("x")]})
    assert errors == [
        (
            *(
                "CP503",
                "/components/schemas/It",
                "this schema is a part of itself; as such a part it says nothing",
            ),
            "Take one of the references out.",
        )
    ]


def test_a_longer_circle_is_told_once(tmp_path: Path) -> None:
    circle = {
        "A": {"allOf": [ref("B"), strings("a")]},
        "B": {"allOf": [ref("C"), strings("b")]},
        "C": {"allOf": [ref("A"), strings("c")]},
    }
    api, report = parsed(tmp_path, document(circle))
    assert [code for code, *_ in findings(report)] == ["CP503"]
    # Whoever stands in the circle has what all of them have.
    for name in circle:
        schema = schema_named(api, name)
        assert isinstance(schema, s.Object)
        assert {field.wire for field in schema.fields} == {"a", "b", "c"}


def test_a_circle_of_many_parts_ends(tmp_path: Path) -> None:
    names = [f"S{i}" for i in range(25)]
    parts = [ref(name) for name in names]
    api, _ = parsed(
        tmp_path, document({n: {"allOf": [*parts, strings(n)]} for n in names})
    )
    for name in names:
        schema = schema_named(api, name)
        assert isinstance(schema, s.Object) and len(schema.fields) == 25


def chain_of_parts(length: int) -> dict[str, Any]:
    chain = {
        f"S{i}": {"allOf": [ref(f"S{i + 1}"), strings("a")]} for i in range(length)
    }
    return document({**chain, f"S{length}": strings("b")})


def test_a_chain_of_parts_may_be_long(tmp_path: Path) -> None:
    api, report = parsed(tmp_path, chain_of_parts(199))
    assert shown(schema_named(api, "S0")) == "{b: string, a: string}"
    assert findings(report) == []


def test_a_chain_of_parts_has_an_end(tmp_path: Path) -> None:
    _, report = parsed(tmp_path, chain_of_parts(3000))
    assert findings(report) == [
        (
            "CP004",
            "/components/schemas/S2800",
            "more than 200 schemas are parts of each other here",
            "Put some of them together.",
        )
    ]


def test_a_reference_to_nothing_but_itself_says_nothing(tmp_path: Path) -> None:
    circle = {"A": ref("B"), "B": ref("C"), "C": ref("B")}
    api, report = parsed(tmp_path, document(circle))
    assert {name: shown(schema_named(api, name)) for name in circle} == dict.fromkeys(
        circle, "any"
    )
    assert findings(report) == [
        (
            "CP501",
            f"/components/schemas/{name}",
            "this reference only leads back to itself; any JSON value is accepted here",
            "Say what the schema is.",
        )
        for name in circle
    ]


def test_of_a_long_chain_of_references_the_ends_are_kept(tmp_path: Path) -> None:
    chain = {f"S{i}": ref(f"S{i + 1}") for i in range(3000)}
    api, report = parsed(tmp_path, document({**chain, "S3000": strings("a")}))
    assert shown(schema_named(api, "S0")) == shown(schema_named(api, "S9")) == "S3000"
    assert shown(schema_named(api, "S2990")) == "S2991"
    assert findings(report) == []


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": ref("A")},
        {"A": ref("B"), "B": ref("A")},
        {"A": {"allOf": [ref("B")]}, "B": {"allOf": [ref("A")]}},
        {"A": {"oneOf": [ref("A"), {"type": "string"}]}},
    ],
)
def test_references_that_go_in_circles_end(
    tmp_path: Path, schemas: dict[str, Any]
) -> None:
    api, _ = parsed(tmp_path, document(schemas))
    assert set(map(shown, api.schemas.values()))


def test_an_object_may_contain_itself(tmp_path: Path) -> None:
    tree = {
        "properties": {
            "children": {"type": "array", "items": ref("It")},
            "parent": ref("It"),
        }
    }
    found, errors = compose(tmp_path, {"allOf": [strings("name"), tree]})
    assert (shown(found), errors) == ("{name: string, children: [It], parent: It}", [])


CIRCLES: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({"It": {"oneOf": [ref("It"), {"type": "integer"}]}}, {"It": "integer"}),
    (
        {
            "It": {"oneOf": [ref("Other"), {"type": "integer"}]},
            "Other": {"anyOf": [ref("It"), {"type": "string"}]},
        },
        {"It": "string | integer", "Other": "integer | string"},
    ),
    ({"It": {"oneOf": [ref("It"), ref("It")]}}, {"It": "any"}),
    (
        {
            "It": {"oneOf": [ref("Other"), {"type": "null"}]},
            "Other": {"oneOf": [ref("It"), {"type": "null"}, {"type": "string"}]},
        },
        {"It": "null | string", "Other": "null | string"},
    ),
    # what stands behind an array or an object is no circle
    (
        {"It": {"oneOf": [{"type": "array", "items": ref("It")}, {"type": "string"}]}},
        {"It": "[It] | string"},
    ),
]


@pytest.mark.parametrize(("schemas", "expected"), CIRCLES)
def test_a_union_is_no_variant_of_itself(
    tmp_path: Path, schemas: dict[str, Any], expected: dict[str, str]
) -> None:
    api, report = parsed(tmp_path, document(schemas))
    found = {name: shown(schema_named(api, name)) for name in expected}
    assert {n: sorted(t.split(" | ")) for n, t in found.items()} == {
        n: sorted(t.split(" | ")) for n, t in expected.items()
    }
    assert [code for code, *_ in findings(report)] == (
        ["CP501"] if "any" in found.values() else []
    )


NULLABLE: list[tuple[dict[str, Any], str]] = [
    ({"nullable": True, "allOf": [ref("A")]}, "A | null"),
    ({"type": "object", "nullable": True, "allOf": [ref("A")]}, "A | null"),
    (
        {"type": "object", "nullable": True, "allOf": [ref("A"), strings("c")]},
        "{a!: string, c: string} | null",
    ),
    (
        {"allOf": [ref("Maybe30"), {"properties": {"c": {}}}]},
        "{c: any, m: string} | null",
    ),
    ({"allOf": [ref("Maybe30"), strings("c")]}, "{c: string, m: string}"),
    (
        {
            "type": "object",
            "nullable": True,
            "allOf": [ref("Maybe30"), strings("c")],
        },
        "{c: string, m: string} | null",
    ),
    ({"nullable": True, "oneOf": [ref("A"), ref("B")]}, "A | B | null"),
]


@pytest.mark.parametrize(("words", "expected"), NULLABLE)
def test_null_beside_a_composition_in_3_0(
    tmp_path: Path, words: Any, expected: str
) -> None:
    schemas = {**SCHEMAS, "Maybe30": strings("m", nullable=True), "It": words}
    del schemas["Maybe"]
    api, report = parsed(tmp_path, document(schemas, openapi="3.0.3"))
    assert (shown(schema_named(api, "It")), findings(report)) == (expected, [])
