"""Documents that want to be too much: each is made into a client or refused with a finding, in bounded time and memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clientpress.diagnostics import Report
from clientpress.pipeline import build
from clientpress.printing import as_text

from .documents import SMALL, VALUES, places, replaced
from .limited import ended, generating, validating

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")

Schema = dict[str, Any]
OBJECT: Schema = {"type": "object", "properties": {"z": {"type": "string"}}}
DONE = {"200": {"description": "Done."}}


def document(schemas: dict[str, Any], paths: dict[str, Any] | None = None) -> Schema:
    """A document whose one operation answers with its first schema."""
    first = next(iter(schemas)).replace("~", "~0").replace("/", "~1")
    answer = {"schema": {"$ref": f"#/components/schemas/{first}"}}
    get = {"responses": {"200": {"description": "", "content": {"a/json": answer}}}}
    answer["schema"]["$ref"] = answer["schema"]["$ref"].replace("%", "%25")
    get["responses"]["200"]["content"] = {"application/json": answer}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": paths if paths is not None else {"/x": {"get": get}},
        "components": {"schemas": schemas},
    }


def text_of(data: Any) -> bytes:
    """JSON, however deep."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    try:
        return json.dumps(data).encode()
    finally:
        sys.setrecursionlimit(limit)


def put(folder: Path, data: Any, name: str = "document.yaml") -> Path:
    path = folder / name
    raw = data.encode() if isinstance(data, str) else data
    path.write_bytes(raw if isinstance(raw, bytes) else text_of(raw))
    return path


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def chain(length: int, link: Callable[[Schema], Schema]) -> Schema:
    """A schema that leads to the next one, and so on."""
    links = {f"S{i}": link(ref(f"S{i + 1}")) for i in range(length)}
    return document({**links, f"S{length}": OBJECT})


def nested(levels: int, step: Callable[[Any], Any], inmost: Any) -> Any:
    for _ in range(levels):
        inmost = step(inmost)
    return inmost


def one_of(*schemas: Any) -> Schema:
    return {"oneOf": list(schemas)}


def all_of(*schemas: Any) -> Schema:
    return {"allOf": list(schemas)}


def with_members(**members: Any) -> Schema:
    return {"type": "object", "properties": members}


# ------------------------------------------------------------- references

# Each of sixty levels has the next one twice: 2^60 if it was written out.
DOUBLING: dict[str, Callable[[Schema], Schema]] = {
    "properties": lambda r: with_members(a=r, b=r),
    "allOf": lambda r: all_of(r, r),
    "allOf with members": lambda r: {**all_of(r, r), "properties": {"q": r}},
    "members of allOf": lambda r: all_of(with_members(a=r), with_members(a=r)),
    "allOf of members of allOf": lambda r: all_of(
        with_members(a=all_of(r, {"title": "x"})),
        with_members(a=all_of(r, {"title": "y"})),
    ),
    "oneOf": lambda r: one_of(r, r),
    "oneOf of lists": lambda r: one_of(r, {"type": "array", "items": r}),
    "anyOf": lambda r: {"anyOf": [r, with_members(a=r)]},
    "oneOf in allOf": lambda r: all_of(
        one_of(r, with_members(p={})), one_of(r, with_members(q={}))
    ),
    "allOf in oneOf": lambda r: {
        **one_of(all_of(r, with_members(p={})), all_of(r, with_members(q={}))),
        "properties": {"own": {"type": "integer"}},
    },
    "prefixItems": lambda r: {"type": "array", "prefixItems": [r, r]},
    "items": lambda r: {"type": "array", "items": {"type": "array", "items": r}},
}


@pytest.mark.parametrize("link", DOUBLING.values(), ids=DOUBLING.keys())
def test_references_that_double(
    tmp_path: Path, link: Callable[[Schema], Schema]
) -> None:
    found = ended(put(tmp_path, chain(60, link)))
    assert found.seconds < 20
    # Each level of these two has intersections of its own with all that come before.
    explodes = link in (DOUBLING["oneOf in allOf"], DOUBLING["allOf in oneOf"])
    assert [error[:6] for error in found.errors] == ["CP004:"] * explodes


LONG: dict[str, tuple[Schema, list[str]]] = {
    "references": (chain(3000, lambda r: r), []),
    "lists": (chain(1000, lambda r: {"type": "array", "items": r}), []),
    "members": (chain(1000, lambda r: with_members(a=r)), []),
    "maps": (chain(500, lambda r: {"additionalProperties": r}), []),
    "choices": (chain(500, lambda r: one_of(r, {"type": "integer"})), []),
    "parts": (chain(190, lambda r: all_of(r, with_members(a={}))), []),
    "too many parts": (
        chain(1000, lambda r: all_of(r, with_members(a={}))),
        ["CP004: more than 200 schemas are parts of each other here"],
    ),
    "parts side by side": (
        document({"A": all_of(*(with_members(**{f"a{i}": {}}) for i in range(1000)))}),
        [],
    ),
    "one member in many parts": (
        document(
            {
                "A": all_of(
                    *(with_members(a=with_members(**{f"b{i}": {}})) for i in range(500))
                )
            }
        ),
        [],
    ),
}


@pytest.mark.parametrize(("data", "errors"), LONG.values(), ids=LONG.keys())
def test_long_chains(tmp_path: Path, data: Schema, errors: list[str]) -> None:
    assert ended(put(tmp_path, data)).errors == errors


CIRCLES: dict[str, Schema] = {
    "reference": {"A": ref("A")},
    "references": {"A": ref("B"), "B": ref("C"), "C": ref("A")},
    "allOf": {"A": all_of(ref("A"))},
    "allOf and more": {"A": all_of(ref("A"), OBJECT)},
    "allOf of two": {"A": all_of(ref("B"), OBJECT), "B": all_of(ref("A"), OBJECT)},
    "oneOf": {"A": one_of(ref("A"), {"type": "string"})},
    "oneOf of itself": {"A": one_of(ref("A"), ref("A"))},
    "all three": {
        "A": all_of(ref("B"), with_members(x={})),
        "B": {"anyOf": [ref("A"), ref("C")]},
        "C": one_of(ref("B"), ref("A"), {"type": "string"}),
    },
    "oneOf of two": {
        "A": one_of(ref("B"), {"type": "null"}),
        "B": one_of(ref("A"), {"type": "null"}),
    },
    "items": {"A": {"type": "array", "items": ref("A")}},
    "prefixItems": {"A": {"type": "array", "prefixItems": [ref("A")], "minItems": 1}},
    "map": {"A": {"additionalProperties": ref("A")}},
    "required member": {"A": {**with_members(a=ref("A")), "required": ["a"]}},
    "member": {"A": with_members(a=ref("A/properties/a"))},
    "the document": {"A": {"$ref": "#"}},
    "components": {"A": {"$ref": "#/components"}},
}


@pytest.mark.parametrize("schemas", CIRCLES.values(), ids=CIRCLES.keys())
def test_circles(tmp_path: Path, schemas: Schema) -> None:
    assert ended(put(tmp_path, document(schemas))).errors == []


# ------------------------------------------------------------- depth

NESTED: dict[str, Callable[[int], Any]] = {
    "properties": lambda n: nested(n, lambda x: with_members(a=x), {}),
    "items": lambda n: nested(n, lambda x: {"type": "array", "items": x}, {}),
    "maps": lambda n: nested(n, lambda x: {"additionalProperties": x}, {}),
    "allOf": lambda n: nested(n, lambda x: all_of(x, with_members(b={})), OBJECT),
    "oneOf": lambda n: nested(n, lambda x: one_of(x, {"type": "string"}), OBJECT),
    "tuples": lambda n: nested(
        n, lambda x: {"type": "array", "prefixItems": [x], "minItems": 1}, {}
    ),
    "values": lambda n: {
        "type": "object",
        "example": nested(n, lambda x: {"a": x}, 1),
        "default": nested(n, lambda x: [x], 1),
    },
}


@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED.keys())
def test_a_hundred_levels_work(tmp_path: Path, make: Callable[[int], Any]) -> None:
    found = ended(put(tmp_path, document({"A": make(100)})))
    assert found.findings == ""


@pytest.mark.parametrize("levels", [1000, 5000])
@pytest.mark.parametrize("make", NESTED.values(), ids=NESTED.keys())
def test_too_many_levels_are_told(
    tmp_path: Path, make: Callable[[int], Any], levels: int
) -> None:
    path = put(tmp_path, document({"A": make(levels)}))
    for job in (generating, validating):
        for error in ended(path, job).errors:
            assert error.startswith("CP004: ")


@pytest.mark.parametrize("levels", [200, 1000])
def test_a_finding_beside_a_deep_value(tmp_path: Path, levels: int) -> None:
    deep = nested(levels, lambda x: [x], 1)
    data = {**document({"A": OBJECT}), "x-deep": deep, "odd": 1}
    for error in ended(put(tmp_path, data), validating).errors:
        assert error.startswith(("CP004: ", "CP101: "))


HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"
JSON_HEAD = (
    '{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {}, "x-a": '
)


@pytest.mark.parametrize("levels", [1000, 100_000])
@pytest.mark.parametrize(
    ("before", "open", "inmost", "close"),
    [
        (f"{HEAD}x-a: ", "[", "1", "]"),
        (f"{HEAD}x-a: ", "{a: ", "1", "}"),
        (f"{HEAD}x-a:\n  ", "- ", "1", ""),
        (JSON_HEAD, "[", "1", "]"),
        (JSON_HEAD, '{"a": ', "1", "}"),
    ],
)
def test_levels_of_text(
    tmp_path: Path, levels: int, before: str, open: str, inmost: str, close: str
) -> None:
    text = before + open * levels + inmost + close * levels
    found = ended(put(tmp_path, text + ("}" if before is JSON_HEAD else "\n")))
    expected = [] if levels == 1000 else ["CP004: more than 2000 levels deep"]
    assert found.errors == expected


# ------------------------------------------------------------- aliases of YAML

LAUGHS = "".join(
    f"x-{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
MERGES = "".join(
    f"x-{i}: &a{i}\n  <<: [{', '.join([f'*a{i - 1}'] * 9)}]\n  k{i}: 1\n"
    for i in range(1, 12)
)
MODELS = "".join(
    f"    a{i}: &a{i} {{type: object, properties: {{x: *a{i - 1}, y: *a{i - 1}}}}}\n"
    for i in range(1, 40)
)
TOO_MANY = "CP004: aliases repeat over 200,000 values of this document"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (f"x-0: &a0 [lol]\n{LAUGHS}", TOO_MANY),
        (f"x-0: &a0 {{a: 1}}\n{MERGES}", TOO_MANY),
        (f"components:\n  schemas:\n    a0: &a0 {{type: string}}\n{MODELS}", TOO_MANY),
        ("x-0: &a [*a]\n", "CP002: the alias *a names no finished anchor"),
    ],
)
def test_aliases(tmp_path: Path, text: str, error: str) -> None:
    assert ended(put(tmp_path, HEAD + text)).errors == [error]


# ------------------------------------------------------------- numbers of things


def operations(count: int, tags: int) -> Schema:
    return {
        f"/p{i}": {
            "get": {
                "operationId": f"getIt{i}",
                "tags": [f"t{i % tags}"],
                "responses": DONE,
            }
        }
        for i in range(count)
    }


MANY: dict[str, Callable[[], Any]] = {
    "members": lambda: document(
        {"A": with_members(**{f"p{i}": {"type": "string"} for i in range(20_000)})}
    ),
    "required members": lambda: document(
        {"A": {"type": "object", "required": [f"p{i}" for i in range(20_000)]}}
    ),
    "texts": lambda: document({"A": {"enum": [f"v{i}" for i in range(100_000)]}}),
    "numbers": lambda: document({"A": {"enum": list(range(100_000))}}),
    "values": lambda: document({"A": {"enum": [{"a": i} for i in range(100_000)]}}),
    "texts of a member": lambda: document(
        {"A": with_members(a={"enum": [f"v{i}" for i in range(100_000)]})}
    ),
    "variants": lambda: document(
        {"A": one_of(*(with_members(**{f"a{i}": {}}) for i in range(3000)))}
    ),
    "parameters": lambda: document(
        {"A": OBJECT},
        {
            "/x": {
                "get": {
                    "parameters": [
                        {"name": f"p{i}", "in": "query", "schema": {"type": "string"}}
                        for i in range(3000)
                    ],
                    "responses": DONE,
                }
            }
        },
    ),
    "a description": lambda: document(
        {"A": {**OBJECT, "description": "some words " * 900_000}}
    ),
    "a word": lambda: document({"A": {**OBJECT, "description": "x" * 10_000_000}}),
    "lines": lambda: document({"A": {**OBJECT, "description": "x\n" * 1_000_000}}),
}


@pytest.mark.parametrize("make", MANY.values(), ids=MANY.keys())
def test_a_great_many(tmp_path: Path, make: Callable[[], Any]) -> None:
    found = ended(put(tmp_path, make()))
    assert found.errors == [] and found.seconds < 30


@pytest.mark.slow
def test_twenty_thousand_operations(tmp_path: Path) -> None:
    data = document({"A": OBJECT}, operations(20_000, 50))
    assert ended(put(tmp_path, data)).errors == []


@pytest.mark.slow
def test_time_grows_as_the_document_does(tmp_path: Path) -> None:
    """Four times as much takes less than six times as long."""

    def seconds(count: int) -> float:
        schemas = {
            f"Thing{i}": with_members(
                name={"type": "string"}, other=ref(f"Thing{(i * 7 + 1) % count}")
            )
            for i in range(count)
        }
        path = put(tmp_path, document(schemas, operations(count, 1 + count // 50)))
        return min(ended(path).seconds for _ in range(2))

    base = seconds(10)  # what a document of any size takes
    one, two, four = (seconds(count) - base for count in (500, 1000, 2000))
    assert two < 3 * one and four < 6 * one, (base, one, two, four)


# ------------------------------------------------------------- numbers

NUMBERS = ["1e400", "-1e400", "1" + "0" * 4000, "-1" + "0" * 4000, "1e-400", "NaN"]
KEYWORDS = [
    "default",
    "minimum",
    "maximum",
    "example",
    "const",
    "multipleOf",
    "maxItems",
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: str(text)[:6])
@pytest.mark.parametrize("kind", ["integer", "number"])
def test_gigantic_numbers(tmp_path: Path, number: str, kind: str) -> None:
    members: Schema = {word: {"type": kind, word: "@"} for word in KEYWORDS}
    members["enum"] = {"type": kind, "enum": ["@", 1]}
    parameters = [
        {"name": name, "in": "query", "schema": schema}
        for name, schema in members.items()
    ]
    get = {"parameters": parameters, "responses": DONE}
    text = json.dumps(document({"A": with_members(**members)}, {"/x": {"get": get}}))
    path = put(tmp_path, text.replace('"@"', number))
    assert ended(path).errors == []
    ended(path, validating)


# ------------------------------------------------------------- names

NAMES = [
    *("../../x", "con", "nul", "CON.txt", "a" * 300, "🙂", "日本", "Pet", "pet", "PET"),
    *("pEt", "", " ", ".", "..", "\x00", "\x01", "a\nb", "/", "~", "~1", "a/b", "%41"),
    *(
        "%2F",
        "#",
        "_",
        "__init__",
        "class",
        "self",
        "models",
        "a.b",
        "a-b",
        "a_b",
        "aB",
    ),
]
PATHS = [
    *("/../../x", "//x", "//evil.example/x", "/a/../b", "/", "/a//b", "/a?b=c", "/a#b"),
    *("/{a}{b}", "/{", "/}", "/{}", "/{a", "/a}", "/{a}/{a}", "/ ", "/\x00", "/\n"),
    *("/🙂", "/%2e%2e/x", "/\\..\\x", "/http://evil/", "x", "", "/a;b", "/@evil/"),
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:12])
def test_names_of_schemas_tags_members_and_values(tmp_path: Path, name: str) -> None:
    schema = {**with_members(**{name: OBJECT}), "title": name, "required": [name]}
    get = {"operationId": name, "tags": [name], "responses": DONE}
    listed = {name: schema, "Values": {"enum": [name, "x"]}}
    check_files(put(tmp_path, document(listed, {"/x": {"get": get}})))


def test_many_odd_names_at_once(tmp_path: Path) -> None:
    schemas = {name: with_members(**dict.fromkeys(NAMES, OBJECT)) for name in NAMES}
    paths = {
        f"/{i}": {"get": {"operationId": name, "tags": [name], "responses": DONE}}
        for i, name in enumerate(NAMES)
    }
    check_files(put(tmp_path, document(schemas, paths)))


@pytest.mark.parametrize("path", [*PATHS, None], ids=ascii)
def test_paths(tmp_path: Path, path: str | None) -> None:
    found = PATHS if path is None else [path]
    data = document({"A": OBJECT}, {p: {"get": {"responses": DONE}} for p in found})
    check_files(put(tmp_path, data))


def check_files(path: Path) -> None:
    """Every file of the client lies in its folder, under a name of its own everywhere."""
    report = Report()
    made = build(path, "client", "header", {}, report, full=False)
    assert made, as_text(report)
    names = [name for name in made.files if not name.startswith("_runtime/")]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name.isascii() and ".." not in name and not name.startswith("/")
        assert all(len(part) < 120 for part in name.split("/"))
        if name.endswith(".py"):
            compile(made.files[name], name, "exec")


# ------------------------------------------------------------- what is no document


def test_documents_that_are_cut(tmp_path: Path) -> None:
    text = json.dumps(SMALL, indent=1)
    for end in range(0, len(text), 50):
        check_told(put(tmp_path, text[:end]))


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(256)) * 10,
        b"\x1f\x8b\x08\x00abc",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04\x00\x00",
        b"\xff\xfe\x00",
        b"\x00" * 100,
        b"openapi: 3.1.0\ninfo: {title: a\x00b}\n",
        b'{"openapi": "3.1.0", "info": {"title": "a\x00b"}}',
        b"? [a]\n: 1\n",
        b"openapi: !!python/object/apply:os.system ['true']\n",
        b"openapi: 3.1.0\n---\nopenapi: 3.1.0\n",
        b"%YAML 9.9\n---\nopenapi: 3.1.0\n",
    ],
)
def test_bytes_that_are_no_document(tmp_path: Path, raw: bytes) -> None:
    check_told(put(tmp_path, raw))


def check_told(path: Path) -> None:
    """The document is refused with a place."""
    report = Report()
    assert build(path, "client", "header", {}, report, full=False) is None
    assert report.has_errors and as_text(report).startswith(str(path))


# ------------------------------------------------------------- values of the wrong kind


def test_the_small_document_is_a_good_one(tmp_path: Path) -> None:
    report = Report()
    assert build(put(tmp_path, SMALL), "client", "header", {}, report, full=False)
    assert not report.has_errors, as_text(report)


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.2.0"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_document_whose_members_are_all_wrong(
    tmp_path: Path, version: str, value: Any
) -> None:
    top = {word: value for word in SMALL if word != "openapi"}
    check_made_or_told(put(tmp_path, {"openapi": version, **top}))
    parts = dict.fromkeys(
        (*SMALL["components"], "headers", "links", "pathItems"), value
    )
    words = (
        *SMALL["paths"]["/pets/{id}"]["get"],
        "requestBody",
        "callbacks",
        "servers",
    )
    paths = {
        "/a": value,
        "/b": {"get": value},
        "/c": {"get": dict.fromkeys(words, value)},
    }
    data = {**SMALL, "openapi": version, "paths": paths, "components": parts}
    check_made_or_told(put(tmp_path, data))


@pytest.mark.parametrize("share", range(12))
def test_any_value_may_be_another(tmp_path: Path, share: int) -> None:
    """Each value of the small document by two others, which are different ones at each place."""
    for i, way in enumerate(places(SMALL)):
        if i % 12 == share:
            for value in (VALUES[i % len(VALUES)], VALUES[(i // 12 + 5) % len(VALUES)]):
                check_made_or_told(put(tmp_path, replaced(way, value)))


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_value_may_be_any_other(tmp_path: Path, value: Any) -> None:
    for way in places(SMALL):
        check_made_or_told(put(tmp_path, replaced(way, value)))


def check_made_or_told(path: Path) -> None:
    """A client whose modules compile, or an error with a place."""
    report = Report()
    generating(path, report)
    assert str(path) in as_text(report) or not report.has_errors


# ------------------------------------------------------------- expressions


@pytest.mark.parametrize(
    "pattern", ["^(a+)+$", "(a|aa)+$", "^(?=a)(a*)*b$", "(((((", "(?<n>a)\\k<n>*$"]
)
def test_expressions_that_take_for_ever(tmp_path: Path, pattern: str) -> None:
    text = "a" * 60 + "!"
    schema = {"type": "string", "pattern": pattern, "default": text, "example": text}
    data = document({"A": with_members(a=schema)})
    for job in (generating, validating):
        assert ended(put(tmp_path, data), job).seconds < 20
