"""Documents of many files, and schemas that have addresses and names of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from clientpress.api import schemas as s
from clientpress.cli import main
from clientpress.diagnostics import Place, Report
from clientpress.document.overlays import Reading
from clientpress.pipeline import load, read_api
from tests.generator.making import (
    document,
    findings,
    json_body,
    operation,
    parsed,
    schema_named,
    shown,
    write,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in a folder below the current one's parent."""
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    write(tmp_path, {"type": "string"}, "beside.json")
    write(Path(), {"type": "integer"}, "within.json")
    return tmp_path / "project"


def told(
    reference: str, *, allow_files: bool = False
) -> tuple[str, list[tuple[str, str, str, str]]]:
    """What a schema of one reference is, and the findings about it."""
    report = Report()
    path = write(Path(), document({"It": {"$ref": reference}}))
    loaded = load(path, report, Reading(allow_files=allow_files))
    assert loaded
    api = read_api(loaded, report)
    schema: Any = schema_named(api, "It")
    target = getattr(schema, "target", None)
    return shown(api.schemas[target] if target else schema), findings(report)


def found(code: str, message: str, hint: str) -> list[tuple[str, str, str, str]]:
    return [(code, "/components/schemas/It/$ref", message, hint)]


def test_references_stay_in_the_folder_of_the_document(folder: Path) -> None:
    inside, outside = folder / "within.json", folder.parent / "beside.json"
    assert told(inside.as_uri()) == told(str(inside)) == ("integer", [])
    (folder / "link.json").symlink_to(outside)
    for reference in (
        *(outside.as_uri(), str(outside)),
        *("../beside.json", "%2e%2e/beside.json", "link.json"),
    ):
        message = f"the reference {reference!r} leads out of the folder of the document"
        hint = "Allow it with --allow-files, or put the file into the folder."
        assert told(reference) == ("any", found("CP103", message, hint))
        assert told(reference, allow_files=True) == ("string", [])


@pytest.mark.parametrize(
    ("reference", "code", "message", "hint"),
    [
        (
            *("Within.json", "CP001"),
            "cannot read Within.json: no such file or directory",
            "Did you mean 'within.json'?",
        ),
        (".", "CP001", "cannot read .: is a directory", "Check the path."),
        ("pipe", "CP001", "cannot read pipe: this is no plain file", ""),
        ("a%00b", "CP001", "cannot read a\0b: embedded null byte", "Check the path."),
        (
            *("http://[", "CP102"),
            "the reference 'http://[' is no address",
            "Check its spelling.",
        ),
        (
            *("ftp://h/x", "CP103"),
            "the reference 'ftp://h/x' leads to another host; only http and https can be fetched",
            "Keep a copy beside this one.",
        ),
        (
            *("//h/x.json", "CP103"),
            "the reference '//h/x.json' leads to another host; only http and https can be fetched",
            "Keep a copy beside this one.",
        ),
        (
            *("#/components/schemas/List/oneOf/²", "CP102"),
            "the reference '#/components/schemas/List/oneOf/²' leads nowhere",
            "/components/schemas has no member 'List'.",
        ),
    ],
)
def test_references_to_what_cannot_be_had(
    folder: Path, reference: str, code: str, message: str, hint: str
) -> None:
    os.mkfifo("pipe")
    assert told(reference) == ("any", found(code, message, hint))


@pytest.mark.parametrize("step", ["²", "01", "-1", "9" * 5000, "٣"])
def test_an_index_is_digits(folder: Path, step: str) -> None:
    lists = {"type": "string", "examples": [1, 2, 3, 4]}
    data = document(
        {"A": lists, "It": {"$ref": f"#/components/schemas/A/examples/{step}"}}
    )
    _, report = parsed(Path(), data)
    assert [code for code, *_ in findings(report)] == ["CP102"]


def test_two_spellings_are_one_place(folder: Path) -> None:
    """As where a file system does not tell the case of names; here by a link."""
    Path("Other.json").hardlink_to("within.json")
    schemas = {"A": {"$ref": "within.json"}, "B": {"$ref": "Other.json"}}
    api, report = parsed(Path(), document(schemas))
    assert findings(report) == []
    made = [api.schemas[place] for place in api.components]
    assert {schema.target for schema in made if isinstance(schema, s.Reference)} == {
        Place("within.json")
    }


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "a number"),
        ("x", "a string"),
        ([], "an array"),
        (None, "null"),
        (True, "a boolean"),
    ],
)
def test_what_is_referred_to_has_to_be_an_object(
    folder: Path, value: Any, kind: str
) -> None:
    write(Path(), {"it": value}, "other.json")
    response = {"200": {"$ref": "other.json#/it"}}
    _, report = parsed(Path(), document({}, {"/a": {"get": {"responses": response}}}))
    assert findings(report) == [
        (
            "CP102",
            "/paths/~1a/get/responses/200/$ref",
            f"the reference 'other.json#/it' leads to {kind}, not to an object",
            "Check its spelling.",
        )
    ]


def test_a_change_in_any_file_is_noticed(folder: Path) -> None:
    paths = {"/a": {"get": operation(responses={"200": {"$ref": "answer.json"}})}}
    write(Path(), document({}, paths))
    answer = {"description": "", **json_body({"$ref": "within.json"})}
    write(Path(), answer, "answer.json")
    arguments = ("document.json", "--output", "client")
    run = CliRunner().invoke
    assert run(main, ("generate", *arguments)).exit_code == 0
    assert run(main, ("check", *arguments)).exit_code == 0
    for name in ("answer.json", "within.json"):
        before = Path(name).read_text()
        Path(name).write_text(before + "\n")
        assert run(main, ("check", *arguments)).exit_code == 3, name
        Path(name).write_text(before)
        assert run(main, ("check", *arguments)).exit_code == 0


# ------------------------------------------------------------- addresses and names of schemas


def test_references_are_resolved_against_the_identity_around_them(folder: Path) -> None:
    schemas = {
        "Pet": {
            "$id": "https://example.test/schemas/pet.json",
            "properties": {
                "owner": {"$ref": "owner.json"},
                "name": {"$ref": "#/$defs/Name"},
                "tag": {"$ref": "#tag"},
                "id": {"$ref": "#/components/schemas/Id"},
                "file": {"$ref": "within.json"},
            },
            "$defs": {
                "Name": {"type": "string"},
                "Tag": {"$anchor": "tag", "type": "boolean"},
            },
        },
        "Owner": {"$id": "https://example.test/schemas/owner.json", "type": "null"},
        "Tag": {"$anchor": "tag", "type": "number"},
        "Id": {"type": "integer"},
        "Other": {"properties": {"tag": {"$ref": "#tag"}}},
    }
    api, report = parsed(Path(), document(schemas))
    pet: Any = schema_named(api, "Pet")
    assert [str(field.schema.target) for field in pet.fields[:4]] == [
        "document.json#/components/schemas/Owner",
        "document.json#/components/schemas/Pet/$defs/Name",
        "document.json#/components/schemas/Pet/$defs/Tag",
        "document.json#/components/schemas/Id",
    ]
    other: Any = schema_named(api, "Other")
    assert other.fields[0].schema.target.pointer == "/components/schemas/Tag"
    # Nothing has the address https://example.test/schemas/within.json, but there is a file.
    assert str(pet.fields[4].schema.target) == "within.json#"
    assert findings(report) == []


def test_a_document_may_say_its_own_address(folder: Path) -> None:
    address = "https://example.test/api/openapi"
    schemas = {
        "A": {"$ref": f"{address}#/components/schemas/B"},
        "B": {"properties": {"c": {"$ref": "/api/openapi#/components/schemas/C"}}},
        "C": {"type": "string"},
    }
    api, report = parsed(Path(), {**document(schemas), "$self": address})
    assert findings(report) == []
    assert shown(schema_named(api, "A")) == "B"
    assert shown(schema_named(api, "B")) == "{c: C}"


def node(**more: Any) -> dict[str, Any]:
    return {
        "$dynamicAnchor": "node",
        "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
        **more,
    }


def test_a_dynamic_reference_to_one_schema_is_a_reference(folder: Path) -> None:
    api, report = parsed(Path(), document({"Tree": node()}))
    assert findings(report) == []
    assert shown(schema_named(api, "Tree")) == "{children: [Tree]}"


def test_a_dynamic_reference_to_several_is_any_value(folder: Path) -> None:
    strict = {"$dynamicAnchor": "node", "$ref": "#/components/schemas/Tree"}
    api, report = parsed(Path(), document({"Tree": node(), "Strict": strict}))
    assert shown(schema_named(api, "Tree")) == "{children: [any]}"
    ((code, pointer, message, _),) = findings(report)
    assert (code, pointer) == (
        "CP501",
        "/components/schemas/Tree/properties/children/items/$dynamicRef",
    )
    assert message.startswith("several schemas have this $dynamicAnchor")


def test_values_have_no_identities(folder: Path) -> None:
    schemas = {
        "A": {
            "type": "object",
            "examples": [{"$anchor": "it"}],
            "default": {"$id": "x"},
        },
        "B": {"$anchor": "it", "type": "string"},
        "C": {"properties": {"$id": {"type": "string"}, "b": {"$ref": "#it"}}},
    }
    api, report = parsed(Path(), document(json.loads(json.dumps(schemas))))
    assert findings(report) == []
    assert shown(schema_named(api, "C")) == "{$id: string, b: B}"
