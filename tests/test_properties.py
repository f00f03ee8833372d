"""Invariants over generated documents: nothing elsewhere renames anything, and black agrees."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import black
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientpress.diagnostics import Report
from clientpress.pipeline import Build, build
from clientpress.printing import as_text

NAMES = st.sampled_from(
    [
        "Pet",
        "pet",
        "PET",
        "pet_owner",
        "petOwner",
        "Item",
        "list",
        "Model",
        "class",
        "1st",
        "ä",
        "$ref-like",
        "a/b",
    ]
)
FIELDS = st.sampled_from(
    [
        "id",
        "_id",
        "class",
        "type",
        "list",
        "x-y",
        "fooBar",
        "foo_bar",
        "+1",
        "",
        'a"b',
        "date",
        "self",
    ]
)
FORMATS = st.sampled_from(
    ["", "date-time", "date", "uuid", "byte", "int64", "unheard-of"]
)


Schema = dict[str, Any] | bool


def text(form: str) -> Schema:
    return {"type": "string", "format": form}


def reference(name: str) -> dict[str, Any]:
    return {
        "$ref": f"#/components/schemas/{name.replace('~', '~0').replace('/', '~1')}"
    }


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def mapping(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def union(variants: list[Schema]) -> Schema:
    return {"oneOf": variants}


def thing(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties)[:1],
    }


def both(first: Schema, properties: dict[str, Schema]) -> Schema:
    return {"allOf": [first, {"type": "object", "properties": properties}]}


PLAIN: list[Schema] = [
    {"type": "integer"},
    {"type": ["string", "null"]},
    {"type": "boolean"},
    {"enum": ["a", "A", "a b", ""]},
    {"const": "x"},
    {},
    True,
]


def schemas(names: list[str]) -> st.SearchStrategy[Schema]:
    """Schemas that may refer to each other."""
    leaf: st.SearchStrategy[Schema] = st.one_of(
        st.builds(text, FORMATS),
        st.sampled_from(PLAIN),
        st.builds(reference, st.sampled_from(names)),
    )

    def larger(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
        return st.one_of(
            st.builds(array, inner),
            st.builds(mapping, inner),
            st.builds(union, st.lists(inner, min_size=2, max_size=3)),
            st.builds(thing, st.dictionaries(FIELDS, inner, max_size=4)),
            st.builds(
                both, inner, st.dictionaries(FIELDS, inner, min_size=1, max_size=2)
            ),
        )

    return st.recursive(leaf, larger, max_leaves=12)


@st.composite
def components(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    return {name: draw(schemas(names)) for name in names}


def document(found: dict[str, Any]) -> dict[str, Any]:
    listed = {
        f"/things/{i}": {"get": operation(name)} for i, name in enumerate(sorted(found))
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": listed,
        "components": {"schemas": found},
    }


def operation(name: str) -> dict[str, Any]:
    content = {"application/json": {"schema": reference(name)}}
    return {"responses": {"200": {"description": "ok", "content": content}}}


def make(found: dict[str, Any], folder: Path) -> Build | None:
    """The package, or None where the document contradicts itself (an allOf that contains itself)."""
    path = folder / "document.json"
    path.write_text(json.dumps(document(found)))
    report = Report()
    made = build(path, "client", "header", {}, report, full=False)
    assert made or {d.code for d in report if d.severity == "error"} <= {
        "CP104"
    }, as_text(report)
    return made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slow
@given(found=components())
def test_whatever_the_document_the_package_parses_and_black_leaves_it_alone(
    folder: Path, found: dict[str, Any]
) -> None:
    made = make(found, folder)
    if made is None:
        return
    for path, text in made.files.items():
        if path.endswith(".py") and not path.startswith("_runtime/"):
            ast.parse(text)
            assert black.format_str(text, mode=black.Mode()) == text, path
    stems = [path.casefold() for path in made.files]
    assert len(stems) == len(set(stems))


@slow
@given(found=components(), data=st.data())
def test_an_unrelated_schema_renames_nothing_and_order_does_not_matter(
    folder: Path, found: dict[str, Any], data: st.DataObject
) -> None:
    before = make(found, folder)
    if before is None:
        return
    shuffled = {name: found[name] for name in data.draw(st.permutations(sorted(found)))}
    after = make(
        {
            "Zebra": {"type": "object", "properties": {"stripes": {"type": "integer"}}},
            **shuffled,
        },
        folder,
    )
    assert after is not None
    old, new = before.plan.models.names, after.plan.models.names
    assert {place: name for place, name in new.items() if place in old} == old


@slow
@given(found=components())
def test_two_runs_give_the_same_bytes(folder: Path, found: dict[str, Any]) -> None:
    first, second = make(found, folder), make(found, folder)
    assert (first and first.files) == (second and second.files)
