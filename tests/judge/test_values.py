"""What the judge gives: every branch, texts that are hard, numbers of both kinds, nulls, files."""

from __future__ import annotations

from typing import Any

import pytest

from clientpress.document.data import is_object
from clientpress.testing.reading import Documents
from clientpress.testing.schemas import REQUEST, Schemas
from clientpress.testing.synthesis import Variant
from tests.judge.openapi import is_mistake
from tests.judge.said import Said
from tests.judge.values import (
    MOST_ROUNDS,
    Values,
    rounds,
    with_files,
    with_undeclared,
    without_undeclared,
)
from tests.judge.wire import Given, check_path, same_json, same_text


def values(*schemas: dict[str, Any]) -> tuple[Values, Documents]:
    """For a document whose components are A, B, …"""
    named = {chr(ord("A") + i): schema for i, schema in enumerate(schemas)}
    documents = Documents(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"schemas": named},
        }
    )
    return Values(Schemas(documents, REQUEST)), documents


def all_of(variant: Variant, *schemas: dict[str, Any]) -> list[Any]:
    """The values of the first schema, until every branch was there."""
    maker, documents = values(*schemas)
    _, at = next(documents.components())
    found = list[Any]()
    for _ in rounds(MOST_ROUNDS, maker):
        found.append(maker.made(at, variant))
    return found


def _dict(value: Any) -> dict[str, Any]:
    return value if is_object(value) else {}


INTEGER, TEXT = {"type": "integer"}, {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({"oneOf": [INTEGER, TEXT, {"type": "boolean"}]}, {int, str, bool}),
        ({"anyOf": [INTEGER, {"type": "null"}]}, {int}),
        ({"type": ["integer", "string", "array"]}, {int, str, list}),
        ({"oneOf": [{"anyOf": [INTEGER, TEXT]}, {"type": "array"}]}, {int, str, list}),
        ({"allOf": [{"oneOf": [INTEGER, TEXT]}]}, {int, str}),
    ],
    ids=["oneOf", "anyOf", "type", "nested", "allOf"],
)
def test_every_branch_is_made(schema: dict[str, Any], kinds: set[type]) -> None:
    assert {type(value) for value in all_of(Variant.FULL, schema)} == kinds


def test_every_branch_of_every_member_is_made() -> None:
    member = {"oneOf": [INTEGER, TEXT, {"$ref": "#/components/schemas/B"}]}
    schema = {"type": "object", "properties": {"a": member, "b": member}}
    inner = {
        "type": "object",
        "properties": {"c": {"anyOf": [TEXT, {"type": "boolean"}]}},
    }
    found = all_of(Variant.FULL, schema, inner)
    for name in ("a", "b"):
        assert {type(value[name]) for value in found} == {int, str, dict}
    below: list[Any] = [m["c"] for v in found for m in v.values() if "c" in _dict(m)]
    assert {type(value) for value in below} == {str, bool}


@pytest.mark.parametrize("letter", " &/,=%+#\"'\\é日?;")
def test_texts_are_hard(letter: str) -> None:
    (found,) = all_of(Variant.FULL, {"type": "array", "minItems": 3, "items": TEXT})
    assert letter in "".join(found)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "string", "format": "date"},
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "maxLength": 2},
        {"type": "string", "minLength": 60, "maxLength": 61},
    ],
)
def test_hard_texts_fit(schema: dict[str, Any]) -> None:
    maker, documents = values(schema)
    _, at = next(documents.components())
    assert (
        maker.schemas.why_not(maker.schemas.at(at), maker.made(at, Variant.FULL)) == ""
    )


def test_numbers_are_integers_and_others() -> None:
    items = {"type": "array", "minItems": 4, "items": {"type": "number"}}
    (found,) = all_of(Variant.FULL, items)
    assert {type(number) for number in found} == {int, float}


def test_nulls_are_given_where_anything_may_be() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {}, "b": {"type": ["string", "null"]}},
    }
    assert all_of(Variant.NULLS, schema)[0] == {"a": None, "b": None}


def test_undeclared_members_come_and_go() -> None:
    value = {"a": [{"b": 1}], "c": "d"}
    more = with_undeclared(value)
    assert more != value and more["a"][0] != value["a"]
    assert without_undeclared(more) == value


@pytest.mark.parametrize(
    ("schema", "is_file"),
    [
        ({"type": "string", "format": "binary"}, True),
        ({"type": "string", "contentEncoding": "binary"}, True),
        ({"type": "string", "contentMediaType": "image/png"}, True),
        ({"contentMediaType": "image/png"}, True),
        ({"oneOf": [{"type": "string", "format": "binary"}, {"type": "array"}]}, True),
        (
            {
                "type": "string",
                "contentMediaType": "image/png",
                "contentEncoding": "base64",
            },
            False,
        ),
        ({"type": "string"}, False),
    ],
)
def test_files_are_known_by_their_schema(schema: dict[str, Any], is_file: bool) -> None:
    maker, documents = values(schema)
    places = [maker.schemas.at(at) for _, at in documents.components()]
    assert isinstance(with_files(maker.schemas, places, "text"), bytes) is is_file


def test_a_list_of_files_is_known_by_its_items() -> None:
    item = {"type": "string", "format": "binary"}
    maker, documents = values({"type": "array", "items": item})
    places = [maker.schemas.at(at) for _, at in documents.components()]
    (found,) = with_files(maker.schemas, places, ["text"])
    assert isinstance(found, bytes)


# ------------------------------------------------------------------ what is the same
@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        (3, 3, True),
        (3, 3.0, False),
        (3.0, 3, True),
        (1.5, 1.5, True),
        (True, 1, False),
        (None, "null", False),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00", True),
        ({"a": None}, {}, False),
        ([1], [1, 2], False),
    ],
)
def test_integers_stay_integers(expected: Any, found: Any, same: bool) -> None:
    assert (same_json(expected, found) == "") is same


@pytest.mark.parametrize(
    ("expected", "sent", "same"),
    [("3", "3.0", False), ("3", "3", True), ("1.50", "1.5", True), ("a", "b", False)],
)
def test_integers_stay_integers_in_texts(expected: str, sent: str, same: bool) -> None:
    assert same_text(expected, sent) is same


@pytest.mark.parametrize(
    ("sent", "right"), [("/a/x%2Fy", True), ("/a/x/y", False), ("/a/x%252Fy", False)]
)
def test_a_slash_of_a_value_is_encoded(sent: str, right: bool) -> None:
    _, documents = values()
    place = documents.entry
    made = type(place)("", (), {"name": "id", "in": "path"})
    assert (check_path("/a/{id}", sent, [Given(made, "x/y")]) == []) is right


# ------------------------------------------------------------------ what a document says
@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        (
            {"allOf": [{"anyOf": [{"type": "object"}, TEXT]}, {"type": "object"}]},
            {"object"},
        ),
        ({"oneOf": [TEXT, INTEGER]}, {"string", "number"}),
        ({"enum": ["a", 1, None]}, {"string", "number", "null"}),
        ({"allOf": [TEXT, INTEGER]}, set[str]()),
        ({"allOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, set[str]()),
    ],
)
def test_alternatives_that_nothing_can_be_are_none(
    schema: dict[str, Any], allowed: set[str]
) -> None:
    maker, documents = values(schema)
    said = Said(maker.schemas)
    found = said.alternatives([(said.at(at),) for _, at in documents.components()])
    assert set[str]().union(*(a.allowed for a in found)) == allowed


def test_members_of_all_parts_are_known_together() -> None:
    part = {"type": "object", "properties": {"a": TEXT}}
    other = {"properties": {"a": {"minLength": 1}, "b": INTEGER}}
    maker, documents = values({"allOf": [part, other]})
    said = Said(maker.schemas)
    (found,) = said.alternatives([(said.at(at),) for _, at in documents.components()])
    assert {name: len(places) for name, places in found.members.items()} == {
        "a": 2,
        "b": 1,
    }


# ------------------------------------------------------------------ openapi-core
@pytest.mark.parametrize(
    ("objection", "mistake"),
    [
        ("InvalidRequestBody: /a: format: 'x' is not a 'byte'", True),
        ("InvalidRequestBody: /a: type: 'x' is not of type 'integer'", False),
        ("InvalidRequestBody: /: required: 'a' is a required property", False),
        ("MissingRequiredParameter: Missing required query parameter: a", False),
    ],
)
def test_objections_are_findings_but_for_a_few(objection: str, mistake: bool) -> None:
    assert is_mistake(objection) is mistake


def test_where_a_base_stands_its_kinds_are_given() -> None:
    base = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": TEXT},
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"c": "#/components/schemas/C", "d": "#/components/schemas/D"},
        },
    }
    parent = {"$ref": "#/components/schemas/B"}
    c = {"allOf": [parent, {"properties": {"c": INTEGER}}]}
    found = all_of(
        Variant.FULL, {"$ref": "#/components/schemas/B"}, base, c, {"allOf": [parent]}
    )
    assert {value["kind"] for value in found} == {"c", "d"}
    assert all(("c" in value) == (value["kind"] == "c") for value in found)
