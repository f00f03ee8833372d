"""Schemas that refer to themselves, under `allOf`: everything ends, nothing grows without end,
and what fits all parts decodes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clientpress.document.data import is_array, is_object
from clientpress.plan.package import plan_package
from clientpress.plan.types import ModelClass
from clientpress.printing import as_text
from tests.generator.making import document, findings, parsed, schema_named, shown
from tests.generator.running import Running


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def obj(*required: str, **properties: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "properties": properties}
    return {**made, "required": list(required)} if required else made


def many(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def dictionary(values: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def one_of(*variants: Any) -> dict[str, Any]:
    return {"oneOf": list(variants)}


def both(*parts: Any) -> dict[str, Any]:
    return {"allOf": list(parts)}


TEXT = {"type": "string"}


# ------------------------------------------------------------------ tied back
TIED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "a typed tree": (
        {
            "Node": obj(name=TEXT, children=many(ref("Node"))),
            "Typed": both(ref("Node"), obj(kind=TEXT, children=many(ref("Typed")))),
        },
        {"Typed": "{name: string, children: [Typed], kind: string}"},
    ),
    "two members": (
        {
            "A": obj(x=ref("A"), y=ref("A")),
            "B": both(ref("A"), obj(x=ref("B"), y=ref("B"))),
        },
        {"A": "{x: A, y: A}", "B": "{x: B, y: B}"},
    ),
    "two trees": (
        {
            "A": obj(a=TEXT, next=ref("A")),
            "B": obj(b=TEXT, next=ref("B")),
            "Both": both(ref("A"), ref("B")),
        },
        {"Both": "{a: string, next: Both, b: string}"},
    ),
    "through maps": (
        {
            "A": obj(a=TEXT, by=dictionary(ref("A"))),
            "B": obj(b=TEXT, by=dictionary(ref("B"))),
            "Both": both(ref("B"), ref("A")),
        },
        {"Both": "{b: string, by: {*: Both}, a: string}"},
    ),
    "lists of lists": (
        {"A": many(ref("A")), "B": many(ref("B")), "Both": both(ref("A"), ref("B"))},
        {"Both": "[Both]"},
    ),
    "each other": (
        {
            "A": obj(a=TEXT, b=ref("B")),
            "B": obj(a=ref("A")),
            "C": obj(c=TEXT, b=ref("D")),
            "D": obj(a=ref("C")),
            "AC": both(ref("A"), ref("C")),
        },
        {"AC": "{a: string, b: {a: AC}, c: string}"},
    ),
    "a union and a part of it": (
        {
            "Tree": one_of(ref("Leaf"), ref("Branch")),
            "Leaf": obj("leaf", leaf=TEXT),
            "Branch": obj("below", below=many(ref("Tree"))),
            "Short": both(ref("Branch"), obj(below=many(ref("Leaf")))),
        },
        {"Short": "{below!: [Leaf]}"},
    ),
    "a union and one that has more": (
        {
            "A": obj(
                x=both(
                    obj(kids=many(ref("U"))),
                    obj(kids=many(one_of(ref("U"), ref("C")))),
                )
            ),
            "U": one_of(ref("A"), ref("B")),
            "B": obj(b=TEXT),
            "C": obj(c=TEXT),
        },
        {"A": "{x: {kids: [U]}}", "U": "A | B"},
    ),
    "a variant of its own union": (
        {
            "Base": {**one_of(ref("X"), ref("Y")), **obj(kind=TEXT)},
            "X": both(ref("Base"), obj(x=TEXT)),
            "Y": both(ref("Base"), obj(y=TEXT, other=ref("Base"))),
        },
        {
            "Base": "X | Y",
            "X": "{kind: string, x: string}",
            "Y": "{kind: string, y: string, other: Base}",
        },
    ),
}


@pytest.mark.parametrize("name", TIED)
def test_recursion_is_tied_back_to_where_it_began(tmp_path: Path, name: str) -> None:
    schemas, expected = TIED[name]
    api, report = parsed(tmp_path, document(schemas))
    assert {n: shown(schema_named(api, n)) for n in expected} == expected
    assert findings(report) == []


def test_the_order_of_the_document_decides_nothing(tmp_path: Path) -> None:
    schemas, _ = TIED["each other"]
    backwards = {name: schemas[name] for name in reversed(schemas)}
    first, _ = parsed(tmp_path, document(schemas))
    second, _ = parsed(tmp_path, document(backwards), "second.json")
    assert {p.pointer: shown(x) for p, x in first.schemas.items()} == {
        p.pointer: shown(x) for p, x in second.schemas.items()
    }


# ------------------------------------------------------------------ growth
def ring(name: str, length: int) -> dict[str, Any]:
    """So many schemas, each of which refers to the next one."""
    return {
        f"{name}{i}": obj(
            **{name.lower(): TEXT, "next": ref(f"{name}{(i + 1) % length}")}
        )
        for i in range(length)
    }


def classes(folder: Path, schemas: Mapping[str, Any]) -> int:
    api, report = parsed(folder, document(schemas))
    assert not report.has_errors, as_text(report)
    plan = plan_package(api, "package", {}, report)
    return sum(isinstance(x, ModelClass) for x in plan.models.definitions.values())


def test_as_many_classes_as_the_document_has(tmp_path: Path) -> None:
    """A ring beside a ring of the same length: one class for each pair."""
    for length in (1, 10, 40):
        schemas = {**ring("A", length), **ring("B", length)}
        schemas["Both"] = both(ref("A0"), ref("B0"))
        assert classes(tmp_path, schemas) == 3 * length


def explosive(count: int) -> dict[str, Any]:
    """Each schema refers to all others under one member, so every set of them is another one."""
    names = [f"S{i}" for i in range(count)]
    found: dict[str, Any] = {
        name: obj(
            **{
                name.lower(): TEXT,
                "left": ref(names[(2 * i + 1) % count]),
                "right": both(
                    ref(names[(3 * i + 2) % count]), ref(names[(i + 1) % count])
                ),
            }
        )
        for i, name in enumerate(names)
    }
    return found


def test_what_explodes_ends_with_its_place(tmp_path: Path) -> None:
    began = time.process_time()
    _, report = parsed(tmp_path, document(explosive(60)))
    assert time.process_time() - began < 60
    ((code, place, message, _),) = findings(report)
    assert (code, message) == (
        "CP004",
        "what allOf puts together here gives more and more schemas",
    )
    assert place.startswith("/components/schemas/S")


def test_unions_that_multiply_are_any_value(tmp_path: Path) -> None:
    pairs = [one_of(obj(f"a{i}"), obj(f"b{i}")) for i in range(20)]
    api, report = parsed(tmp_path, document({"It": both(*pairs)}))
    assert shown(schema_named(api, "It")) == "any"
    assert [(code, at) for code, at, _, _ in findings(report)] == [
        ("CP501", "/components/schemas/It")
    ]


# ------------------------------------------------------------------ any pair
NAMES = ("A", "B", "C")


def recursive(names: tuple[str, ...], own: str) -> st.SearchStrategy[Any]:
    """An object that refers to some schemas, under members that others have as well."""
    leaf = st.sampled_from([*map(ref, names), TEXT, {}])

    def larger(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            inner.map(many),
            inner.map(dictionary),
            st.builds(one_of, inner, inner),
            st.dictionaries(st.sampled_from("xyz"), inner, max_size=2).map(
                lambda properties: obj(**properties)
            ),
        )

    member = st.recursive(leaf, larger, max_leaves=3)
    return st.dictionaries(st.sampled_from("xyz"), member, min_size=1, max_size=3).map(
        lambda properties: obj(**{own: TEXT}, **properties)
    )


@st.composite
def pairs(draw: st.DrawFn) -> dict[str, Any]:
    """Recursive schemas, and others that put two of them together."""
    found = {name: draw(recursive((*NAMES, "P", "Q"), name.lower())) for name in NAMES}
    first, second = draw(st.permutations(NAMES))[:2]
    found["P"] = both(ref(first), ref(second))
    found["Q"] = both(
        ref(draw(st.sampled_from((*NAMES, "P")))),
        draw(recursive((*NAMES, "P", "Q"), "q")),
    )
    return found


def size(value: Any) -> int:
    if is_object(value):
        return 1 + sum(map(size, value.values()))
    return 1 + sum(map(size, value)) if is_array(value) else 1


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(schemas=pairs())
def test_any_pair_of_recursive_schemas_ends(
    tmp_path: Path, schemas: dict[str, Any]
) -> None:
    began = time.process_time()
    assert classes(tmp_path, schemas) <= 4 * size(schemas)
    assert time.process_time() - began < 20


def values(depth: int = 3) -> st.SearchStrategy[Any]:
    """JSON objects with the members that the schemas above have."""
    texts = st.sampled_from(["", "t"])
    below = values(depth - 1) if depth else texts
    inner = st.one_of(
        texts, below, st.lists(below, max_size=2), st.dictionaries(st.just("k"), below)
    )
    own = dict.fromkeys(("a", "b", "c", "q"), texts)
    return st.fixed_dictionaries({}, optional={**own, **dict.fromkeys("xyz", inner)})


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
        HealthCheck.function_scoped_fixture,
    ],
)
@given(schemas=pairs(), data=st.data())
def test_what_fits_all_parts_decodes(
    tmp_path: Path, schemas: dict[str, Any], data: st.DataObject
) -> None:
    running = Running(tmp_path, schemas)
    for name in ("P", "Q"):
        for value in data.draw(st.lists(values(), min_size=5, max_size=20)):
            if running.is_valid(name, value):
                assert running.misfits(name, value) is None, json.dumps(value)
