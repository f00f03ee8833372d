"""Checks of the raw document: its structure, and what the specification demands beyond that."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.generator.making import (
    checked,
    document,
    findings,
    json_body,
    lines_of,
    operation,
)

GET = "/paths/~1a/get"


def at_get(**words: Any) -> dict[str, Any]:
    """A document with one operation."""
    return document({}, {"/a": {"get": operation(**words)}})


def told(
    folder: Path, data: Any, *, full: bool = True
) -> list[tuple[str, str, str, str]]:
    """Severity, pointer, message and hint of each finding."""
    report = checked(folder, data, full=full)
    return [
        (d.severity.value, at, message, hint)
        for d, (_, at, message, hint) in zip(report, findings(report), strict=True)
    ]


# ------------------------------------------------------------- structure


@pytest.mark.parametrize(
    ("data", "at", "message", "hint"),
    [
        pytest.param(
            {"openapi": "3.2.0", "paths": {}},
            *("", "the document has no 'info'", "Add it."),
            id="nothing about it",
        ),
        pytest.param(
            document({}, info={"title": "T"}),
            *("/info", "'info' has no 'version'", "Add it."),
            id="no version",
        ),
        pytest.param(
            document({}, pths={}),
            *(
                "",
                "the document may not have 'pths'",
                "Check the spelling, or start the name with x-.",
            ),
            id="an unknown member at the top",
        ),
        pytest.param(
            at_get(parameters=[{"in": "query", "schema": {}}]),
            *(f"{GET}/parameters/0", "item 1 of 'parameters' has no 'name'", "Add it."),
            id="a parameter without a name",
        ),
        pytest.param(
            at_get(parameters=[{"name": "q", "schema": {}}]),
            *(f"{GET}/parameters/0", "item 1 of 'parameters' has no 'in'", "Add it."),
            id="a parameter without a place",
        ),
        pytest.param(
            at_get(responses={"200": {}}),
            *(f"{GET}/responses/200", "'200' has no 'description'", "Add it."),
            id="an answer without a description",
        ),
        pytest.param(
            at_get(summary=3),
            *(
                f"{GET}/summary",
                "'summary' has the wrong type: 3 is not of type \"string\"",
                "",
            ),
            id="a wrong type",
        ),
        pytest.param(
            at_get(sumary="x"),
            *(
                GET,
                "'get' may not have 'sumary'",
                "Check the spelling, or start the name with x-.",
            ),
            id="an unknown member",
        ),
        pytest.param(
            at_get(requestBody={"description": "d"}),
            *(f"{GET}/requestBody", "'requestBody' has no 'content'", "Add it."),
            id="a body without content",
        ),
        pytest.param(
            at_get(parameters=[{"name": "q", "in": "body", "schema": {}}]),
            *(
                f"{GET}/parameters/0/in",
                "'in': 'body' is not a location of a parameter",
            ),
            "It is one of path, query, header, cookie; a body is a requestBody.",
            id="a parameter of another place",
        ),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_structure(
    tmp_path: Path, version: str, data: Any, at: str, message: str, hint: str
) -> None:
    found = told(tmp_path, {**data, "openapi": version})
    assert found == [("error", at, message, hint)]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.1", "3.2.0"])
def test_a_good_document_has_no_findings(tmp_path: Path, version: str) -> None:
    pet = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}},
    }
    words = operation(
        operationId="x",
        parameters=[
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        responses={
            "200": {
                "description": "",
                **json_body({"$ref": "#/components/schemas/Pet"}),
            }
        },
    )
    data = {**document({"Pet": pet}, {"/a/{id}": {"get": words}}), "openapi": version}
    assert told(tmp_path, data) == []


def test_of_alternatives_the_one_that_is_meant_is_told(tmp_path: Path) -> None:
    """A parameter is a Parameter or a Reference, a scheme one of five: only what is near is told."""
    data = at_get(parameters=[{"name": "q", "in": "query"}])
    scheme = {"type": "apiKey", "in": "header"}
    data["components"] = {"securitySchemes": {"key": scheme}}
    data["openapi"] = "3.0.3"
    found = told(tmp_path, data)
    assert not [row for row in found if "$ref" in row[2]]
    at = "/components/securitySchemes/key"
    assert [row[2] for row in found if row[1] == at] == ["'key' has no 'name'"]


@pytest.mark.parametrize(
    ("data", "severity"),
    [
        pytest.param(document({}, info={"title": "T"}), "warning", id="no version"),
        pytest.param(at_get(sumary="x"), "warning", id="an unknown member"),
        pytest.param(at_get(summary=3), "warning", id="words of the wrong type"),
        pytest.param(
            at_get(parameters=[{"name": "q", "in": "query"}]),
            "warning",
            id="a parameter of any value",
        ),
        pytest.param(at_get(tags=[None, 3]), "warning", id="tags that are no words"),
        pytest.param(at_get(tags="pets"), "warning", id="tags that are no list"),
        pytest.param(
            at_get(parameters=[{"name": "q", "schema": {}}]),
            "warning",
            id="a parameter without a place",
        ),
        pytest.param(
            at_get(parameters={"name": "q"}),
            "warning",
            id="parameters that are no list",
        ),
        pytest.param(at_get(responses=[]), "warning", id="answers that are a list"),
    ],
)
def test_generating_is_lenient(tmp_path: Path, data: Any, severity: str) -> None:
    lenient = told(tmp_path, data, full=False)
    assert lenient and {row[0] for row in lenient} == {severity}
    strict = told(tmp_path, data, full=True)
    assert {row[0] for row in strict} == {"error"}
    assert [row[1:] for row in strict] == [row[1:] for row in lenient]


@pytest.mark.parametrize(
    ("version", "data"),
    [
        pytest.param("3.1.0", at_get(responses={"200": {}}), id="no description"),
        pytest.param("3.0.3", at_get(responses={"200": {}}), id="none in 3.0"),
        pytest.param(
            "3.1.0",
            at_get(
                responses={
                    "200": {
                        "description": "",
                        "content": {"text/event-stream": {"itemSchema": {}}},
                    }
                }
            ),
            id="items of a stream, as FastAPI writes them",
        ),
        pytest.param(
            "3.0.3",
            document({}, {}, webhooks={"w": {"post": operation()}}),
            id="webhooks in 3.0",
        ),
        pytest.param(
            "3.1.0", document({}, {"/a": {"query": operation()}}), id="a query in 3.1"
        ),
        pytest.param(
            "3.0.3",
            document({"A": {"type": ["string", "null"]}}),
            id="several types in 3.0",
        ),
        pytest.param(
            "3.0.3",
            document({"A": {"const": 1}, "B": {"examples": [1], "$defs": {}}}),
            id="keywords of JSON Schema in 3.0",
        ),
        pytest.param(
            "3.0.3",
            document({"A": {"type": "integer", "exclusiveMinimum": 0}}),
            id="a limit that is a number in 3.0",
        ),
        pytest.param(
            "3.1.0",
            document({}, {}, tags=[{"name": "t", "summary": "T", "kind": "nav"}]),
            id="kinds of tags in 3.1",
        ),
    ],
)
def test_what_a_later_version_allows_is_told_by_validate_only(
    tmp_path: Path, version: str, data: Any
) -> None:
    data = {**data, "openapi": version}
    assert told(tmp_path, data, full=False) == []
    assert [row[0] for row in told(tmp_path, data, full=True)]


# ------------------------------------------------------------- operations and paths

TWICE = """\
openapi: 3.2.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      operationId: same
      responses: {'204': {description: ''}}
  /b:
    post:
      operationId: same
      responses: {'204': {description: ''}}
    additionalOperations:
      COPY:
        operationId: same
        responses: {'204': {description: ''}}
"""


@pytest.mark.parametrize(("full", "severity"), [(True, "error"), (False, "warning")])
def test_an_operation_id_twice_has_both_places(
    tmp_path: Path, full: bool, severity: str
) -> None:
    report = checked(tmp_path, TWICE, "document.yaml", full=full)
    message, hint = (
        "the operationId 'same' is taken already in line 5",
        "Give it one of its own.",
    )
    assert findings(report) == [
        ("CP201", "/paths/~1b/post/operationId", message, hint),
        ("CP201", "/paths/~1b/additionalOperations/COPY/operationId", message, hint),
    ]
    assert lines_of(report) == [("CP201", 10, 7), ("CP201", 14, 9)]
    assert {d.severity.value for d in report} == {severity}


def test_operations_without_an_id_are_no_repetition(tmp_path: Path) -> None:
    assert (
        told(
            tmp_path,
            document({}, {"/a": {"get": operation()}, "/b": {"get": operation()}}),
        )
        == []
    )


@pytest.mark.parametrize(
    ("paths", "same"),
    [
        (["/a/{x}", "/a/{y}"], ["/a/{y}"]),
        (["/a/{x}/b", "/a/{y}/b", "/a/{z}/b"], ["/a/{y}/b", "/a/{z}/b"]),
        (["/a/{x}", "/a/b"], []),
        (["/a/{x}", "/a/{x}/"], []),
        (["/a/{x}:go", "/a/{y}:stop"], []),
    ],
)
def test_paths_that_differ_only_in_the_names_of_parameters(
    tmp_path: Path, paths: list[str], same: list[str]
) -> None:
    def item(path: str) -> dict[str, Any]:
        name = path.partition("{")[2].partition("}")[0]
        parameter = {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
        }
        return {"get": operation(parameters=[parameter] if name else [])}

    report = checked(tmp_path, document({}, {path: item(path) for path in paths}))
    found = [
        (code, at.removeprefix("/paths/").replace("~1", "/"))
        for code, at, _, _ in findings(report)
    ]
    assert found == [("CP203", path) for path in same]


# ------------------------------------------------------------- examples and defaults

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def of_schema(schema: Any) -> dict[str, Any]:
    return document(
        {
            "It": schema,
            "Other": {"type": "object", "properties": {"n": NUMBER}, "required": ["n"]},
        }
    )


def of_media(**words: Any) -> dict[str, Any]:
    return at_get(
        responses={"200": {"description": "", "content": {"application/json": words}}}
    )


IT = "/components/schemas/It"
MEDIA = f"{GET}/responses/200/content/application~1json"
REF = {"$ref": "#/components/schemas/Other"}


@pytest.mark.parametrize(
    ("data", "code", "at", "message"),
    [
        (
            of_schema({**TEXT, "default": 3}),
            "CP205",
            f"{IT}/default",
            '3 is not of type "string"',
        ),
        (
            of_schema({**TEXT, "example": 3}),
            "CP204",
            f"{IT}/example",
            '3 is not of type "string"',
        ),
        (
            of_schema({**TEXT, "examples": ["a", 3]}),
            "CP204",
            f"{IT}/examples/1",
            '3 is not of type "string"',
        ),
        (
            of_schema(
                {"type": "object", "properties": {"a": NUMBER}, "example": {"a": "x"}}
            ),
            *("CP204", f"{IT}/example/a", '"x" is not of type "integer"'),
        ),
        (
            of_schema({**TEXT, "enum": ["a"], "default": "b"}),
            "CP205",
            f"{IT}/default",
            '"b" is not one of "a"',
        ),
        (
            of_schema({"allOf": [REF], "default": {}}),
            "CP205",
            f"{IT}/default",
            '"n" is a required property',
        ),
        (
            of_schema(
                {"type": "array", "items": REF, "example": [{"n": 1}, {"n": "x"}]}
            ),
            *("CP204", f"{IT}/example/1/n", '"x" is not of type "integer"'),
        ),
        # a property may be called like a keyword
        (
            of_schema(
                {"type": "object", "properties": {"value": {**TEXT, "default": 3}}}
            ),
            *("CP205", f"{IT}/properties/value/default", '3 is not of type "string"'),
        ),
        (
            of_schema(
                {"type": "object", "properties": {"default": {**TEXT, "example": 3}}}
            ),
            *("CP204", f"{IT}/properties/default/example", '3 is not of type "string"'),
        ),
        # parameters and media types
        (
            at_get(
                parameters=[
                    {"name": "q", "in": "query", "schema": NUMBER, "example": "x"}
                ]
            ),
            *("CP204", f"{GET}/parameters/0/example", '"x" is not of type "integer"'),
        ),
        (
            at_get(
                parameters=[
                    {"name": "q", "in": "query", "schema": {**NUMBER, "default": "x"}}
                ]
            ),
            *(
                "CP205",
                f"{GET}/parameters/0/schema/default",
                '"x" is not of type "integer"',
            ),
        ),
        (
            of_media(schema=NUMBER, example="x"),
            "CP204",
            f"{MEDIA}/example",
            '"x" is not of type "integer"',
        ),
        (
            of_media(
                schema=NUMBER, examples={"good": {"value": 1}, "bad": {"value": "x"}}
            ),
            *("CP204", f"{MEDIA}/examples/bad/value", '"x" is not of type "integer"'),
        ),
        (
            of_media(schema=NUMBER, examples={"bad": {"dataValue": "x"}}),
            *(
                "CP204",
                f"{MEDIA}/examples/bad/dataValue",
                '"x" is not of type "integer"',
            ),
        ),
        (
            of_media(itemSchema=NUMBER, examples={"bad": {"dataValue": [1, "x"]}}),
            *(
                "CP204",
                f"{MEDIA}/examples/bad/dataValue/1",
                '"x" is not of type "integer"',
            ),
        ),
    ],
)
def test_what_does_not_fit_its_schema(
    tmp_path: Path, data: Any, code: str, at: str, message: str
) -> None:
    what = "the default" if code == "CP205" else "the example"
    expected = (
        code,
        at,
        f"{what} does not fit its schema: {message}",
        "Change one of the two.",
    )
    found = [
        row for row in findings(checked(tmp_path, data)) if row[0] in ("CP204", "CP205")
    ]
    assert found == [expected]
    assert [
        row
        for row in findings(checked(tmp_path, data, full=False))
        if row[0] != "CP101"
    ] == []


def test_an_example_that_is_a_reference_is_told_where_it_stands(tmp_path: Path) -> None:
    data = of_media(
        schema=NUMBER, examples={"bad": {"$ref": "#/components/examples/bad"}}
    )
    data["components"] = {"examples": {"bad": {"value": "x"}}}
    assert [row[:2] for row in findings(checked(tmp_path, data))] == [
        ("CP204", "/components/examples/bad/value")
    ]


@pytest.mark.parametrize(
    "data",
    [
        of_schema({**TEXT, "default": "a", "examples": ["b"]}),
        of_schema({"anyOf": [TEXT, {"type": "null"}], "default": None}),
        of_schema({**REF, "default": {"n": 1}}),
        # properties that are called like the members of a Media Type Object
        of_schema(
            {
                "type": "object",
                "properties": {"schema": NUMBER, "example": {"type": "string"}},
            }
        ),
        of_schema(
            {
                "type": "object",
                "properties": {"schema": NUMBER, "examples": {"type": "object"}},
            }
        ),
        of_schema(
            {
                "type": "object",
                "x-data": {"properties": {"a": {"type": "string", "default": 3}}},
            }
        ),
        of_schema({**TEXT, "example": "a", "pattern": "(?<=x)", "format": "uuid"})
        | {"openapi": "3.1.0"},
        of_media(itemSchema=NUMBER, examples={"good": {"dataValue": [1, 2]}}),
        of_schema({"$ref": "#/components/schemas/It", "default": 1}),
    ],
)
def test_what_fits(tmp_path: Path, data: Any) -> None:
    found = [
        row for row in findings(checked(tmp_path, data)) if row[0] in ("CP204", "CP205")
    ]
    expected = 1 if "(?<=x)" in str(data) else 0
    assert len(found) == expected


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"allOf": [REF], "nullable": True}, None, True),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 1, False),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, 2, True),
    ],
)
def test_defaults_of_3_0_are_read_by_its_rules(
    tmp_path: Path, schema: Any, value: Any, fits: bool
) -> None:
    data = {**of_schema({**schema, "default": value}), "openapi": "3.0.3"}
    codes = [code for code, *_ in findings(checked(tmp_path, data))]
    assert ("CP205" not in codes) is fits


def test_checks_do_not_change_the_document(tmp_path: Path) -> None:
    from clientpress.diagnostics import Report
    from clientpress.pipeline import check, load
    from tests.generator.making import write

    report = Report()
    found = load(
        write(tmp_path, of_schema({**REF, "nullable": True, "default": 1})), report
    )
    assert found
    before = copy.deepcopy(found.entry.data)
    report.full = True
    check(found, report)
    assert found.entry.data == before
