"""Documents that nobody wrote: whatever operations, parameters and schemas, the client is whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from clientpress.document.data import is_array, is_object
from clientpress.generating import generate
from tests.judge.__main__ import judge
from tests.judge.making import type_findings
from tests.judge.table import causes
from tests.random_tests import MEGABYTES, SECONDS, limits
from tests.test_properties import components

NAMES = st.sampled_from(
    [
        "id",
        "class",
        "self",
        "options",
        "body",
        "a-b",
        "a_b",
        "aB",
        "X-Y",
        "1st",
        "ü",
        "None",
        "limit",
        "$top",
    ]
)
SCALARS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer", "minimum": 1},
        {"type": "number"},
        {"type": "boolean"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "enum": ["a", "b c", "ä"]},
    ]
)
MEDIA = st.sampled_from(
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/vnd.a+json",
    ]
)


def reference(name: str) -> dict[str, Any]:
    return {
        "$ref": "#/components/schemas/" + name.replace("~", "~0").replace("/", "~1")
    }


@st.composite
def parameters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Parameters of the query, of headers and cookies; those of the path come with the path."""
    found = list[dict[str, Any]]()
    places = st.sampled_from(["query", "header", "cookie"])
    for name, place in draw(
        st.lists(st.tuples(NAMES, places), max_size=5, unique=True)
    ):
        if place != "query" and not name.isascii():
            continue
        schema: dict[str, Any] = draw(SCALARS)
        if place != "query":
            schema = {"type": "string"}
        elif draw(st.booleans()):
            schema = {"type": "array", "minItems": 1, "items": schema}
        if any(p["in"] == place and p["name"].lower() == name.lower() for p in found):
            continue
        made = {
            "name": name,
            "in": place,
            "required": draw(st.booleans()),
            "schema": schema,
        }
        if place == "query":
            made["explode"] = draw(st.booleans())
        found.append(made)
    return found


@st.composite
def operations(draw: st.DrawFn, names: list[str], in_path: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "parameters": [
            *(
                {"name": n, "in": "path", "required": True, "schema": draw(SCALARS)}
                for n in in_path
            ),
            *draw(parameters()),
        ],
        "responses": {
            "200": {
                "description": "",
                "content": {
                    "application/json": {
                        "schema": reference(draw(st.sampled_from(names)))
                    }
                },
            }
        },
    }
    if draw(st.booleans()):
        made["tags"] = [
            draw(st.sampled_from(["Pets", "pets", "class", "models", "client"]))
        ]
    if draw(st.booleans()):
        name = draw(MEDIA)
        schema: dict[str, Any] = {
            "type": "object",
            "properties": draw(st.dictionaries(NAMES, SCALARS, min_size=1, max_size=4)),
        }
        if "json" in name and draw(st.booleans()):
            schema = reference(draw(st.sampled_from(names)))
        made["requestBody"] = {
            "required": draw(st.booleans()),
            "content": {name: {"schema": schema}},
        }
    return made


def referenced(schema: dict[str, Any]) -> list[str]:
    """The component that a schema refers to; none if it does not."""
    if "$ref" not in schema:
        return []
    name = str(schema["$ref"]).rpartition("/")[2]
    return [name.replace("~1", "/").replace("~0", "~")]


def named_in_place(schema: Any) -> Iterator[str]:
    """The components that are applied to the same value as a schema."""
    if not is_object(schema):
        return
    yield from referenced(schema)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from named_in_place(part)


def is_endless(schemas: dict[str, Any]) -> bool:
    """Whether a component is applied again to the value that it is applied to already: which values
    fit it is undefined (JSON Schema 2020-12 core, section 9.4.1). `test_compose.py` has those.
    """

    def reached(name: str, seen: set[str]) -> set[str]:
        for other in set(named_in_place(schemas.get(name))) - seen:
            seen.add(other)
            reached(other, seen)
        return seen

    return any(name in reached(name, set()) for name in schemas)


ALL_KINDS = frozenset(
    {"null", "boolean", "integer", "number", "string", "array", "object"}
)


def kinds_of(schema: Any, schemas: dict[str, Any]) -> frozenset[str]:
    """The JSON types of the values that fit a schema, as far as its types say so."""
    if not is_object(schema):
        return ALL_KINDS
    kinds = ALL_KINDS
    if "type" in schema:
        told = schema["type"] if is_array(schema["type"]) else [schema["type"]]
        kinds &= {*told, *(["integer"] if "number" in told else [])}
    parts = [*map(schemas.get, referenced(schema)), *schema.get("allOf", ())]
    for part in parts:
        kinds &= kinds_of(part, schemas)
    for keyword in ("anyOf", "oneOf"):
        if variants := schema.get(keyword):
            kinds &= frozenset().union(*(kinds_of(v, schemas) for v in variants))
    return kinds


def contradicts(part: Any, schemas: dict[str, Any]) -> bool:
    """Whether the types of an `allOf` exclude each other. The generator reports it (CP503), and reads
    the schema as one that has values.
    """
    if is_array(part):
        return any(contradicts(item, schemas) for item in part)
    if not is_object(part):
        return False
    is_composed = "allOf" in part and not kinds_of(part, schemas)
    return is_composed or any(contradicts(below, schemas) for below in part.values())


def is_sound(schemas: dict[str, Any]) -> bool:
    # An empty name of a property is lost: see schemas_values_3_1 in test_documents.py.
    if '"": ' in json.dumps(schemas) or is_endless(schemas):
        return False
    return not contradicts(list(schemas.values()), schemas)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    schemas = draw(components().filter(is_sound))
    paths: dict[str, Any] = {}
    for i in range(draw(st.integers(1, 3))):
        in_path = draw(st.lists(NAMES.filter(str.isascii), max_size=2, unique=True))
        path = f"/p{i}" + "".join(f"/{{{name}}}" for name in in_path)
        methods = draw(
            st.lists(
                st.sampled_from(["get", "post", "put", "delete"]),
                min_size=1,
                max_size=2,
                unique=True,
            )
        )
        paths[path] = {
            m: draw(operations(list(schemas), in_path)) for m in methods if m != "get"
        } or {
            "get": {
                **draw(operations(list(schemas), in_path)),
                "requestBody": {"content": {}},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


quick = settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # an example takes seconds
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(found: dict[str, Any], folder: Path, count: list[int]) -> None:
    count[0] += 1
    path = folder / f"d{count[0]}.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    verdict = judge(path, folder)
    assert not verdict.crash, verdict.crash
    assert not verdict.refused, verdict.refused
    wrong = causes([verdict])
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


COUNT = [0]


@quick
@given(found=documents())
def test_the_client_of_any_document_is_whole(
    folder: Path, found: dict[str, Any]
) -> None:
    check(found, folder, COUNT)


@pytest.mark.slow
@settings(quick, max_examples=150)
@given(found=documents())
def test_the_client_of_many_documents_is_whole(
    folder: Path, found: dict[str, Any]
) -> None:
    check(found, folder, COUNT)


@pytest.mark.slow
def test_types_of_any_document_are_clean(tmp_path: Path) -> None:
    """The checkers look at all packages at once, outside of the limits of an example."""
    made = list[Path]()

    @settings(quick, max_examples=12)
    @given(found=documents())
    def generated(found: dict[str, Any]) -> None:
        path = tmp_path / f"t{len(made)}.json"
        path.write_text(json.dumps(found), encoding="utf-8")
        with limits(SECONDS, MEGABYTES):
            generate(path, path.with_suffix(""))
        made.append(path.with_suffix(""))

    generated()
    findings = type_findings(made, tmp_path)
    assert {name: said for name, said in findings.items() if said} == {}
