"""The judge finds what is wrong: a package is judged by a document that says something else, and
packages that were broken by hand by their own.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from clientpress.generating import generate
from clientpress.testing.reading import Documents
from tests.judge.calling import Calls
from tests.judge.complete import judge_complete, methods_of
from tests.judge.packages import Package
from tests.judge.source import Source
from tests.judge.trips import judge_trips
from tests.judge.typed import Types
from tests.judge.verdict import Verdict

THING: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
OTHER: dict[str, Any] = {
    "type": "object",
    "required": ["other"],
    "properties": {"other": {"type": "array", "items": {"type": "string"}}},
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string"}},
}
EITHER = {
    "oneOf": [
        {"$ref": "#/components/schemas/Thing"},
        {"$ref": "#/components/schemas/Other"},
    ]
}


def content(schema: dict[str, Any], name: str = "application/json") -> dict[str, Any]:
    return {name: {"schema": schema}}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def parameter(name: str, place: str, kind: str) -> dict[str, Any]:
    required = place == "path"
    return {"name": name, "in": place, "required": required, "schema": {"type": kind}}


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "T", "version": "1"},
    "servers": [{"url": "https://example.com"}],
    "paths": {
        "/things/{id}": {
            "put": {
                "operationId": "putThing",
                "parameters": [
                    parameter("id", "path", "string"),
                    {
                        "name": "tags",
                        "in": "query",
                        "schema": {"type": "array", "items": {"type": "string"}},
                    },
                    parameter("X-Note", "header", "string"),
                    parameter("sid", "cookie", "string"),
                ],
                "requestBody": {"required": True, "content": content(ref("Thing"))},
                "responses": {
                    "200": {"description": "", "content": content(ref("Thing"))},
                    "201": {"description": "", "content": content(ref("Either"))},
                    "204": {"description": ""},
                    "404": {"description": "", "content": content(ref("Problem"))},
                },
            }
        },
        "/forms": {
            "post": {
                "operationId": "postForm",
                "requestBody": {
                    "required": True,
                    "content": {
                        **content(ref("Thing")),
                        **content(ref("Thing"), "application/x-www-form-urlencoded"),
                    },
                },
                "responses": {"204": {"description": ""}},
            }
        },
        "/files": {
            "post": {
                "operationId": "postFile",
                "requestBody": {
                    "required": True,
                    "content": content(
                        {
                            "type": "object",
                            "required": ["file"],
                            "properties": {
                                "file": {"type": "string", "format": "binary"},
                                "note": {"type": "string"},
                            },
                        },
                        "multipart/form-data",
                    ),
                },
                "responses": {"204": {"description": ""}},
            }
        },
    },
    "components": {
        "schemas": {
            "Thing": THING,
            "Other": OTHER,
            "Problem": PROBLEM,
            "Either": EITHER,
        }
    },
}
PUT = ("paths", "/things/{id}", "put")
FORM = ("paths", "/forms", "post", "requestBody", "content")
FILE = (
    *("paths", "/files", "post", "requestBody", "content"),
    *("multipart/form-data", "schema", "properties"),
)
SCHEMAS = ("components", "schemas")
NUMBERS = count()


def judged(
    folder: Path,
    said: dict[str, Any],
    edit: Callable[[Path], None] = lambda folder: None,
    made: dict[str, Any] = DOCUMENT,
) -> Verdict:
    """What is found when the package of a document is judged by a document."""
    package_folder = folder / f"judged_{next(NUMBERS)}"
    (folder / "made.json").write_text(json.dumps(made), encoding="utf-8")
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")
    outcome = generate(folder / "made.json", package_folder, features=("undeclared",))
    edit(package_folder)
    verdict = Verdict("said")
    documents = Documents(folder / "said.json")
    package = Package(package_folder, outcome.build.plan)
    methods = methods_of(package)
    calls = Calls(package, documents, methods, verdict)
    there = judge_complete(package, documents, methods, calls.client, verdict)
    calls.judge(there)
    judge_trips(package, documents, verdict)
    Types(package, Source(package_folder), documents, verdict).judge(there, methods)
    return verdict


def steps(verdict: Verdict) -> set[str]:
    """The steps at which something was found."""
    return {failure.step for failure in verdict.failures}


def causes(verdict: Verdict) -> str:
    """All that was found."""
    return "\n".join(f"{f.step}: {f.place}: {f.cause}" for f in verdict.failures)


def changed(place: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """DOCUMENT with something else at a place."""
    said = copy.deepcopy(DOCUMENT)
    owner: Any = said
    for step in place[:-1]:
        owner = owner[step]
    owner[place[-1]] = value
    return said


def test_its_own_document_is_met(tmp_path: Path) -> None:
    verdict = judged(tmp_path, DOCUMENT)
    assert causes(verdict) == ""
    assert verdict.skipped.keys() <= {"openapi-core: files of forms are no text to it"}
    assert verdict.untyped == []


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        (("paths", "/more"), {"get": {"responses": {}}}, {"complete"}),
        ((*PUT, "parameters", 1, "name"), "labels", {"complete"}),
        ((*PUT, "parameters", 1, "explode"), False, {"calls"}),
        (
            (*SCHEMAS, "Thing", "properties", "name"),
            {"type": "integer"},
            {"calls", "trips"},
        ),
        ((*SCHEMAS, "Thing", "required"), [], {"trips"}),
        ((*SCHEMAS, "Thing", "properties", "more"), {"type": "string"}, {"trips"}),
    ],
    ids=["operation", "parameter", "style", "type", "required", "member"],
)
def test_another_document_is_not_met(
    tmp_path: Path, place: tuple[str | int, ...], value: Any, found: set[str]
) -> None:
    assert steps(judged(tmp_path, changed(place, value))) >= found


NEW = {"type": "object", "required": ["new"], "properties": {"new": {"type": "number"}}}


@pytest.mark.parametrize(
    ("place", "value", "cause"),
    [
        (
            (*FORM, "multipart/form-data"),
            {"schema": NEW},
            "a body cannot be sent as multipart/form-data",
        ),
        (
            (*FORM, "application/x-www-form-urlencoded"),
            {
                "schema": {
                    **THING,
                    "properties": {**THING["properties"], "new": {"type": "string"}},
                }
            },
            "no argument for the member new of application/x-www-form-urlencoded",
        ),
        (
            (*FILE, "more"),
            {"type": "string"},
            "no argument for the member more of multipart/form-data",
        ),
        (
            (*FILE, "note"),
            {"type": "string", "contentEncoding": "binary"},
            "note of multipart/form-data: a file cannot be given",
        ),
        (
            (*PUT, "responses", "404", "content"),
            content({**PROBLEM, "properties": {"title": {"type": "integer"}}}),
            "answer 404 application/json: body of the error",
        ),
        (
            (*PUT, "responses", "409"),
            {"description": "", "content": content(ref("Problem"))},
            "answer 409 application/json: body of the error: it is a bare dict",
        ),
        (
            (*PUT, "responses", "202"),
            {"description": "", "content": content({"type": "string"})},
            "answer 202 application/json",
        ),
        (
            (*PUT, "responses", "200", "content", "text/event-stream"),
            {"schema": {"type": "string"}},
            "answer 200 text/event-stream",
        ),
        (
            (*PUT, "responses", "201", "content"),
            content({"oneOf": [*EITHER["oneOf"], {"type": "array", "items": NEW}]}),
            "answer 201 application/json",
        ),
        (
            (*SCHEMAS, "Either", "oneOf", 1),
            {
                "type": "object",
                "required": ["x"],
                "properties": {"x": {"type": "null"}},
            },
            "Either",
        ),
        (
            (*PUT, "requestBody", "content"),
            content(
                {"oneOf": [ref("Thing"), {"type": "array", "items": ref("Thing")}]}
            ),
            "calls: PUT /things/{id}",
        ),
        (
            (*PUT, "parameters", 2, "schema"),
            {"type": ["string", "number"]},
            "calls: PUT /things/{id}",
        ),
    ],
    ids=[
        "media type",
        "member of the second media type",
        "member of a form",
        "file",
        "error answer",
        "type of an error",
        "second success",
        "stream beside JSON",
        "third branch of an answer",
        "branch of a component",
        "branch of a body",
        "branch of a parameter",
    ],
)
def test_it_looks_beyond_the_first(
    tmp_path: Path, place: tuple[str | int, ...], value: Any, cause: str
) -> None:
    assert cause in causes(judged(tmp_path, changed(place, value)))


# ------------------------------------------------------------------ broken by hand
def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    """An edit of a file of the package."""

    def edit(folder: Path) -> None:
        file = folder / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old}:\n{text}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("path", "old", "new", "cause"),
    [
        (
            "_runtime/wire/urls.py",
            "safe=_UNRESERVED",
            'safe="/" + _UNRESERVED',
            "calls: PUT",
        ),
        (
            "_runtime/wire/urls.py",
            "safe=_UNRESERVED",
            'safe="&" + _UNRESERVED',
            "query tags",
        ),
        (
            "_runtime/wire/urls.py",
            "safe=_UNRESERVED",
            'safe="%" + _UNRESERVED',
            "path id",
        ),
        (
            "_runtime/wire/urls.py",
            "safe=_UNRESERVED",
            'safe="+" + _UNRESERVED',
            "query tags",
        ),
        (
            "_runtime/wire/urls.py",
            "safe=_UNRESERVED",
            'safe="=#" + _UNRESERVED',
            "calls: PUT",
        ),
    ],
    ids=["slash", "ampersand", "percent", "plus", "equals"],
)
def test_hard_values_find_what_breaks_them(
    tmp_path: Path, path: str, old: str, new: str, cause: str
) -> None:
    assert cause in causes(judged(tmp_path, DOCUMENT, replaced(path, old, new)))


def test_a_whole_number_stays_one(tmp_path: Path) -> None:
    def edit(folder: Path) -> None:
        replaced("models.py", "id: int", "id: float")(folder)
        replaced("_runtime/values/annotations.py", "return NUMBER", "return float")(
            folder
        )

    assert "became" in causes(judged(tmp_path, DOCUMENT, edit))


@pytest.mark.parametrize(
    ("path", "old", "new", "cause"),
    [
        (
            "groups/things.py",
            ") -> Thing | Either | None:",
            ") -> Thing | Either | bytes | None:",
            "bytes are a part of the result beside JSON",
        ),
        (
            "groups/things.py",
            ") -> Thing | Either | None:",
            ") -> Thing | Either:",
            "204 is documented, and the result cannot be None",
        ),
        (
            "groups/things.py",
            ") -> Thing | Either | None:",
            ") -> Thing | Either | list[Thing] | None:",
            "PUT /things/{id}: list is impossible, of object",
        ),
        (
            "models.py",
            "tags: list[str]",
            "tags: str | list[str]",
            "Thing.tags: str is impossible, of array",
        ),
    ],
    ids=["bytes beside JSON", "no None", "impossible result", "impossible branch"],
)
def test_wrong_types_are_found(
    tmp_path: Path, path: str, old: str, new: str, cause: str
) -> None:
    assert cause in causes(judged(tmp_path, DOCUMENT, replaced(path, old, new)))


@pytest.mark.parametrize(
    ("path", "old", "new", "untyped"),
    [
        ("models.py", "id: int", "id: JsonValue", "members: Thing.id"),
        ("models.py", "tags: list[str]", "tags: list[object]", "members: Thing.tags"),
        (
            "groups/things.py",
            "x_note: str | None",
            "x_note: JsonValue",
            "arguments: PUT /things/{id}: X-Note",
        ),
        (
            "groups/things.py",
            ") -> Thing | Either | None:",
            ") -> dict[str, JsonValue] | None:",
            "results: PUT /things/{id}",
        ),
    ],
    ids=["member", "items", "argument", "result"],
)
def test_what_has_no_type_is_counted(
    tmp_path: Path, path: str, old: str, new: str, untyped: str
) -> None:
    verdict = judged(tmp_path, DOCUMENT, replaced(path, old, new))
    assert verdict.untyped == [untyped]
    counts = verdict.typed[untyped.partition(":")[0]]
    assert counts.good == counts.all - 1


CAT: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}},
}
DOG: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "name"],
    "properties": {"kind": {"const": "dog"}, "name": {"type": "string"}},
}
PET = {
    "oneOf": [ref("Cat"), ref("Dog")],
    "discriminator": {
        "propertyName": "kind",
        "mapping": {
            "cat": "#/components/schemas/Cat",
            "dog": "#/components/schemas/Dog",
        },
    },
}
TAGGED = {
    **DOCUMENT,
    "paths": {},
    "components": {"schemas": {"Cat": CAT, "Dog": DOG, "Pet": PET}},
}


def test_tags_are_sent_and_unknown_ones_are_no_variant(tmp_path: Path) -> None:
    verdict = judged(tmp_path, TAGGED, made=TAGGED)
    assert causes(verdict) == ""
    assert verdict.trips.all > 0


@pytest.mark.parametrize(
    ("path", "old", "new", "cause"),
    [
        (
            "models.py",
            '"cat"] = const("cat")',
            '"cat"] | None = None',
            "the tag kind is not sent",
        ),
        ("models.py", '"dog": "Dog"', '"dog": "Cat"', "Pet"),
        ("models.py", "| Unknown,", "| Cat,", "an unknown kind"),
    ],
    ids=["tag", "mapping", "unknown"],
)
def test_lost_tags_are_found(
    tmp_path: Path, path: str, old: str, new: str, cause: str
) -> None:
    edit = replaced(path, old, new)
    assert cause in causes(judged(tmp_path, TAGGED, edit, made=TAGGED))
