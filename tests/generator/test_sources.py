"""The files of a document: reading them, following references between them, and saying what is wrong where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clientpress.diagnostics import Place, Report
from clientpress.document import reading
from clientpress.document.sources import Sources
from clientpress.pipeline import load
from tests.generator.making import (
    HEAD,
    document,
    findings,
    lines_of,
    parsed,
    schema_named,
    write,
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, so that places have short names."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(data: Any, name: str = "document.json") -> tuple[Sources, Report]:
    write(Path(), data, name)
    report = Report()
    sources = Sources(report)
    report.locator = sources
    assert sources.open(Path(name))
    return sources, report


def resolved(
    data: Any, reference: str, **files: Any
) -> tuple[Any, Place | None, Report]:
    """What a reference at the top of a document leads to."""
    for name, other in files.items():
        write(Path(), other, f"{name}.json")
    sources, report = opened(data)
    node = sources.resolve(reference, Place("document.json", "/here"))
    return (node.data, node.place, report) if node else (None, None, report)


# ------------------------------------------------------------- references

DATA = {
    "a": {"b": [{"c": 1}, 2]},
    "x/y": {"~": 3, "%41": 4, "": 5, "a b": 6, "é": 7, "0": 8},
    "named": {"$anchor": "here", "v": 9},
    "dynamic": {"$dynamicAnchor": "there"},
    "identified": {"$id": "schemas/pet.json", "v": 10},
}


@pytest.mark.parametrize(
    ("reference", "pointer", "value"),
    [
        ("#", "", DATA),
        ("#/a/b/0/c", "/a/b/0/c", 1),
        ("#/a/b/1", "/a/b/1", 2),
        ("#/x~1y/~0", "/x~1y/~0", 3),
        ("#/x~1y/%2541", "/x~1y/%41", 4),
        ("#/x~1y/", "/x~1y/", 5),
        ("#/x~1y/a%20b", "/x~1y/a b", 6),
        ("#/x~1y/%C3%A9", "/x~1y/é", 7),
        ("#/x%7E1y/0", "/x~1y/0", 8),
        ("document.json#/a/b/1", "/a/b/1", 2),
        ("./document.json#/a/b/1", "/a/b/1", 2),
        ("#here", "/named", DATA["named"]),
        ("#there", "/dynamic", DATA["dynamic"]),
    ],
)
def test_references_inside_a_file(
    folder: Path, reference: str, pointer: str, value: Any
) -> None:
    assert resolved(DATA, reference)[:2] == (value, Place("document.json", pointer))


@pytest.mark.parametrize(
    ("reference", "message", "hint"),
    [
        ("#/a/bb", "the reference '#/a/bb' leads nowhere", "Did you mean 'b'?"),
        ("#/a/zzz", "the reference '#/a/zzz' leads nowhere", "/a has no member 'zzz'."),
        (
            "#/zzz",
            "the reference '#/zzz' leads nowhere",
            "The document has no member 'zzz'.",
        ),
        ("#/a/b/7", "the reference '#/a/b/7' leads nowhere", "/a/b has no member '7'."),
        ("#/a/b/x", "the reference '#/a/b/x' leads nowhere", "/a/b has no member 'x'."),
        (
            "#/a/b/0/c/d",
            "the reference '#/a/b/0/c/d' leads nowhere",
            "/a/b/0/c has no member 'd'.",
        ),
        (
            "#her",
            "the reference '#her' names no $anchor of document.json",
            "Check its spelling.",
        ),
    ],
)
def test_references_that_lead_nowhere(
    folder: Path, reference: str, message: str, hint: str
) -> None:
    node, _, report = resolved(DATA, reference)
    assert node is None
    assert findings(report) == [("CP102", "/here", message, hint)]


def test_a_reference_goes_into_other_files_and_on_from_there(folder: Path) -> None:
    (folder / "parts").mkdir()
    write(folder, {"v": {"$ref": "parts/pet.json#/pet"}}, "document.json")
    write(folder, {"pet": {"owner": {"$ref": "../owner.yaml"}}}, "parts/pet.json")
    write(folder, "name: Ann\n", "owner.yaml")
    report = Report()
    sources = Sources(report)
    assert sources.open(Path("document.json"))
    pet = sources.resolve("parts/pet.json#/pet", Place("document.json"))
    assert pet and pet.place == Place("parts/pet.json", "/pet")
    owner = sources.resolve("../owner.yaml", pet.place)
    assert owner and (owner.data, owner.place) == ({"name": "Ann"}, Place("owner.yaml"))
    assert sources.locate(Place("owner.yaml", "/name")) == (1, 1)
    assert list(sources.inputs()) == ["document.json", "owner.yaml", "parts/pet.json"]
    assert findings(report) == []


def test_a_file_has_one_name_whichever_way_leads_there(folder: Path) -> None:
    (folder / "a").mkdir()
    write(folder, {"x": 1}, "a/other.json")
    sources, _ = opened({})
    places = [
        node.place
        for reference in (
            "a/other.json",
            "./a/other.json",
            "a/../a/other.json",
            "a/%6Fther.json",
        )
        if (node := sources.resolve(reference, Place("document.json")))
    ]
    assert places == [Place("a/other.json")] * 4


def test_an_identifier_is_an_address_too(folder: Path) -> None:
    schemas = {
        "Pet": {
            "$id": "https://example.test/pet.json",
            "type": "object",
            "properties": {"n": {"type": "string"}},
        },
        "Owner": {
            "type": "object",
            "properties": {"pet": {"$ref": "https://example.test/pet.json"}},
        },
        "Name": {"$ref": "https://example.test/pet.json#/properties/n"},
    }
    api, report = parsed(Path(), document(schemas))
    assert findings(report) == []
    owner: Any = schema_named(api, "Owner")
    assert owner.fields[0].schema.target.pointer == "/components/schemas/Pet"
    name: Any = schema_named(api, "Name")
    assert name.target.pointer == "/components/schemas/Pet/properties/n"


@pytest.mark.parametrize(
    "scheme",
    ["https://example.test/pet.json", "http://h/x.yaml#/a", "//h/x.json", "urn:x:y"],
)
def test_nothing_is_fetched_from_a_network(folder: Path, scheme: str) -> None:
    node, _, report = resolved({}, scheme)
    ((code, pointer, message, hint),) = findings(report)
    assert (node is None and (code, pointer) == ("CP103", "/here")) or (
        code == "CP001" and scheme.startswith("//")
    )
    assert (
        message.startswith(f"the reference {scheme!r} leads to another host")
        or code == "CP001"
    )
    assert hint


def test_a_missing_file_is_told_at_each_reference(folder: Path) -> None:
    _, report = parsed(
        Path(),
        document({"Pet": {"$ref": "pet.json"}, "Again": {"$ref": "pet.json#/x"}}),
    )
    assert findings(report) == [
        (
            *(
                "CP001",
                f"/components/schemas/{name}/$ref",
                "cannot read pet.json: no such file or directory",
            ),
            "Check the path.",
        )
        for name in ("Pet", "Again")
    ]


def test_a_broken_file_is_told_in_that_file(folder: Path) -> None:
    write(folder, "a: [\n", "pet.yaml")
    _, report = parsed(Path(), document({"Pet": {"$ref": "pet.yaml"}}))
    (found,) = report
    assert found.place == Place("pet.yaml") and found.code == "CP002"
    assert found.position and found.position.line == 2


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"$ref": "#/components/schemas/A"}},
        {
            "A": {"$ref": "#/components/schemas/B"},
            "B": {"$ref": "#/components/schemas/A"},
        },
        {"A": {"allOf": [{"$ref": "#/components/schemas/A"}, {"type": "object"}]}},
    ],
)
def test_cycles_end(folder: Path, schemas: dict[str, Any]) -> None:
    api, _ = parsed(Path(), document(schemas))
    assert len(api.schemas) == len(schemas)


def test_a_cycle_of_parameters_ends(folder: Path) -> None:
    loop = {"$ref": "#/components/parameters/Q"}
    data = document(
        {},
        {"/a": {"get": {"parameters": [loop]}}},
        components={"parameters": {"Q": loop}},
    )
    _, report = parsed(Path(), data)
    assert findings(report) == [
        (
            "CP104",
            "/components/parameters/Q/$ref",
            "this reference leads back to itself",
            "Break the circle.",
        )
    ]


# ------------------------------------------------------------- reading


def told(name: str, raw: bytes) -> list[tuple[str, str, tuple[int, int] | None]]:
    """Code, message and position of each finding about a file."""
    Path(name).write_bytes(raw)
    report = Report()
    found = load(Path(name), report)
    assert (found is None) is bool(len(report))
    return [(d.code, d.message, d.position) for d in report]


GOOD = json.dumps({**HEAD, "paths": {}})
GOOD_YAML = "openapi: 3.2.0\ninfo: {title: é, version: '1'}\n"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.json", GOOD.encode()),
        ("a.json", b"\xef\xbb\xbf" + GOOD.encode()),
        ("a.json", GOOD.encode("utf-16")),
        ("a.json", GOOD.encode("utf-16-be")),
        ("a.json", GOOD.encode("utf-32")),
        ("a.yaml", GOOD_YAML.encode("utf-16-le")),
        (
            "a.json",
            GOOD[:-1].encode() + b', "x-a": ' + b"[" * 1500 + b"]" * 1500 + b"}",
        ),
        ("a.yaml", GOOD_YAML.encode()),
        ("a.yaml", b"\xef\xbb\xbf" + GOOD_YAML.encode()),
        ("a.yaml", GOOD_YAML.encode("utf-16-le").join([b"\xff\xfe", b""])),
        ("a.yaml", GOOD_YAML.replace("\n", "\r\n").encode()),
        ("a.yaml", GOOD.encode()),
        ("a.yaml", b"{openapi: 3.2.0, info: {}}"),
        ("a.txt", GOOD_YAML.encode()),
        ("a.yaml", b"\n\n  " + GOOD.encode()),
        ("a.yaml", b"openapi: 3.1\n"),
        ("a.yaml", b"openapi: '3.0.4'\n"),
    ],
)
def test_what_can_be_read(folder: Path, name: str, raw: bytes) -> None:
    assert told(name, raw) == []


@pytest.mark.parametrize(
    ("raw", "code", "message", "position"),
    [
        (b"a: 1\nb: \xff\n", "CP002", "the text is not UTF-8", (2, 4)),
        (b"\xfe\xff\x00", "CP002", "the text is not UTF-8", None),
        (
            b"<!DOCTYPE html><html>",
            "CP002",
            "this is HTML or XML, not an OpenAPI document",
            (1, 1),
        ),
        (
            b"\n <?xml version='1.0'?>",
            "CP002",
            "this is HTML or XML, not an OpenAPI document",
            (1, 1),
        ),
        (b'{"a": 1,\n "b": ]}', "CP002", "not valid JSON: expecting value", (2, 7)),
        (
            b'{"openapi": "3.2.0",\n "info": {"title": "B",}}',
            "CP002",
            "not valid JSON: expecting property name enclosed in double quotes",
            (2, 24),
        ),
        (b'{"a": "\\ud800"}', "CP002", "a string has half of a character", (1, 8)),
        (b'{"a": "x \\uDC00"}', "CP002", "a string has half of a character", (1, 10)),
        (b"[" * 100_000, "CP004", "more than 2000 levels deep", (1, 2001)),
        (
            b'{"a": ' + b"9" * 5000 + b"}",
            "CP004",
            "a number with too many digits",
            (1, 1),
        ),
        (
            b"",
            "CP005",
            "this is not an OpenAPI document: an object was expected",
            (1, 1),
        ),
        (
            b"[]",
            "CP005",
            "this is not an OpenAPI document: an object was expected",
            None,
        ),
        (
            b"openapi: 3.2.0",
            "CP002",
            "not valid JSON: expecting value",
            (1, 1),
        ),
        (
            b"{}",
            "CP005",
            "this is not an OpenAPI document: it has no 'openapi' member",
            None,
        ),
        (
            b'{"swagger": "2.0"}',
            *(
                "CP005",
                "this is a Swagger 2.0 document; OpenAPI 3.0, 3.1 and 3.2 are supported",
                None,
            ),
        ),
        (b'{"openapi": "4.0.0"}', "CP005", "OpenAPI 4.0.0 is not supported", None),
        (b'{"openapi": "3.20"}', "CP005", "OpenAPI 3.20 is not supported", None),
        (b'{"openapi": 3}', "CP005", "OpenAPI 3 is not supported", None),
        (b'{"openapi": null}', "CP005", "OpenAPI None is not supported", None),
    ],
)
def test_what_cannot_be_read(
    folder: Path, raw: bytes, code: str, message: str, position: tuple[int, int] | None
) -> None:
    ((found_code, found_message, found_position),) = told("a.json", raw)
    assert (found_code, found_message) == (code, message)
    assert found_position == position or position is None


TWICE_JSON = b'{"openapi": "3.2.0", "info": {"title": "A"},\n "info": {"title": "B"}}'
TWICE_YAML = b"openapi: 3.2.0\ninfo: {title: A}\ninfo: {title: B}\n"


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("name", "raw", "code", "line"),
    [
        ("a.json", TWICE_JSON, "CP003", 2),
        ("a.yaml", TWICE_YAML, "CP003", 3),
    ],
)
def test_what_is_read_all_the_same(
    folder: Path, name: str, raw: bytes, code: str, line: int, full: bool
) -> None:
    Path(name).write_bytes(raw)
    report = Report()
    report.full = full
    found = load(Path(name), report)
    (slip,) = report
    assert slip.code == code and slip.position and slip.position.line == line
    assert slip.severity == ("error" if full else "warning")
    assert found and found.entry.data["info"]["title"] == "B"


def test_pairs_of_halves_are_characters(folder: Path) -> None:
    text = json.dumps({**HEAD, "paths": {}, "x": "\U0001f642 \\ud800"})
    assert "\\ud83d\\ude42" in text
    assert told("a.json", text.encode()) == []


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.yaml", "cannot read missing.yaml: no such file or directory"),
        (".", "cannot read .: is a directory"),
    ],
)
def test_a_file_that_is_not_there(folder: Path, path: str, message: str) -> None:
    report = Report()
    assert load(Path(path), report) is None
    assert findings(report) == [("CP001", "", message, "Check the path.")]


def test_a_file_that_is_too_large(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)
    assert told("a.json", b" " * 1001) == [
        ("CP004", "a.json has more than 1,000 bytes", None)
    ]


# ------------------------------------------------------------- lines and columns


@pytest.mark.parametrize(
    ("pointer", "position"),
    [
        ("", (1, 1)),
        ("/info", (3, 11)),
        ("/info/title", (3, 21)),
        ("/list/1", (4, 15)),
        ("/list/1/a~1b", (4, 23)),
        ("/list/9", (4, 11)),
        ("/nothing/here", (1, 1)),
        ("/info/title/deeper", (3, 21)),
    ],
)
def test_positions_in_json(
    folder: Path, pointer: str, position: tuple[int, int]
) -> None:
    text = '{\n  "openapi": "3.2.0",\n  "info": {"title": "T"},\n  "list": [1, {"a/b": 2}]\n}\n'
    sources, _ = opened(text)
    assert sources.locate(Place("document.json", pointer)) == position


def test_a_place_in_an_unknown_file_has_no_position(folder: Path) -> None:
    sources, _ = opened({})
    assert (
        sources.locate(Place("other.json")) is None
        and sources.line("other.json", 1) == ""
    )


@pytest.mark.parametrize(
    ("number", "line"), [(1, "a: 1"), (2, ""), (3, "b: 2"), (4, ""), (9, "")]
)
def test_lines(folder: Path, number: int, line: str) -> None:
    sources, _ = opened("a: 1\n\nb: 2", "document.yaml")
    assert sources.line("document.yaml", number) == line


def test_findings_have_lines_in_whichever_file_they_are(folder: Path) -> None:
    write(folder, "Pet:\n  properties:\n    x: {$ref: '#/Pat'}\n", "pets.yaml")
    _, report = parsed(Path(), document({"Pet": {"$ref": "pets.yaml#/Pet"}}))
    assert lines_of(report) == [("CP102", 3, 9)]
