"""Parameters are read back from every style: the table of the specification, the other way round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.document.data import is_array
from clientpress.runtime.wire.parameters import Parameter
from clientpress.testing import FakeApi
from tests.runtime.test_parameter_matrix import CELLS, KINDS, NO, sent
from tests.testing.sides import ask

SCHEMAS: dict[str, Any] = {
    "empty": {"type": "string"},
    "text": {"type": "string"},
    "array": {"type": "array", "items": {"type": "string"}},
    "object": {
        "type": "object",
        "properties": {name: {"type": "integer"} for name in KINDS["object"]},
    },
}


def read(
    location: str, style: str, explode: bool, schema: Any, text: str
) -> dict[str, Any]:
    """The parameters that a fake API sees in a text."""
    path = "/x{color}y" if location == "path" else "/x"
    parameter = {
        "name": "color",
        "in": location,
        "style": style,
        "explode": explode,
        "schema": schema,
        "required": location == "path",
    }
    api = FakeApi(
        {
            "openapi": "3.2.0",
            "info": {"title": "T", "version": "1"},
            "paths": {
                path: {
                    "get": {
                        "parameters": [parameter],
                        "responses": {"204": {"description": ""}},
                    }
                }
            },
        }
    )
    url = "https://any.test/x"
    if location == "path":
        url += f"{text}y"
    elif location == "query":
        url += f"?{text}"
    headers = {"header": {"color": text}, "cookie": {"cookie": text}}
    ask("sync", api, "GET", url, headers=headers.get(location, {}))
    return dict(api.requests[0].parameters)


@pytest.mark.parametrize(
    ("location", "style", "explode", "kind", "text"),
    [cell for cell in CELLS if cell[-1] is not NO],
)
def test_the_table_of_the_specification(
    location: str, style: str, explode: bool, kind: str, text: str
) -> None:
    value = KINDS[kind]
    assert read(location, style, explode, SCHEMAS[kind], text) == {"color": value}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1
)
VALUES = st.one_of(
    TEXTS.map(lambda v: ({"type": "string"}, v)),
    st.integers(-(10**9), 10**9).map(lambda v: ({"type": "integer"}, v)),
    st.booleans().map(lambda v: ({"type": "boolean"}, v)),
    st.lists(TEXTS, min_size=1).map(
        lambda v: ({"type": "array", "items": {"type": "string"}}, v)
    ),
    st.lists(st.integers(0, 99), min_size=1).map(
        lambda v: ({"type": "array", "items": {"type": "integer"}}, v)
    ),
)


@given(
    st.sampled_from([("form", True), ("form", False), ("pipeDelimited", False)]), VALUES
)
def test_a_query_is_read_as_a_client_sends_it(
    layout: tuple[str, bool], typed: tuple[Any, Any]
) -> None:
    style, explode = layout
    schema, value = typed
    if style == "pipeDelimited" and is_array(value):
        # The specification has no way to send these.
        value = [str(v).replace("|", "") or "x" for v in value]
        schema = {"type": "array", "items": {"type": "string"}}
    text = sent(Parameter("color", "query", style=style, explode=explode), value)
    assert read("query", style, explode, schema, text) == {"color": value}


@pytest.mark.parametrize(
    ("style", "explode", "schema", "text", "value"),
    [
        ("form", True, {"type": ["integer", "null"]}, "color=", None),
        ("form", True, {"type": ["integer", "string"]}, "color=5", "5"),
        ("form", True, {"type": "integer"}, "color=5", 5),
        ("form", True, {"enum": [1, "1"]}, "color=1", "1"),
        ("form", True, {}, "color=5", "5"),
        ("form", True, {"anyOf": [{"type": "string"}, {"type": "array"}]}, "color=a", "a"),
        (
            "form",
            True,
            {"anyOf": [{"type": "string"}, {"type": "array"}]},
            "color=a&color=b",
            ["a", "b"],
        ),
        (
            "deepObject",
            True,
            {
                "properties": {
                    "a": {"properties": {"b": {"type": "integer"}}},
                    "c": {"type": "array", "items": {"type": "boolean"}},
                }
            },
            "color[a][b]=1&color[c][0]=true&color[c][1]=false",
            {"a": {"b": 1}, "c": [True, False]},
        ),
        ("spaceDelimited", False, SCHEMAS["array"], "color=a+b%20c", ["a", "b", "c"]),
        ("form", False, SCHEMAS["array"], "color=a%2Cb,c", ["a,b", "c"]),
    ],
)  # fmt: skip
def test_what_the_table_leaves_open(
    style: str, explode: bool, schema: Any, text: str, value: Any
) -> None:
    assert read("query", style, explode, schema, text) == {"color": value}


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("form", "tags=a&tags=b&n=1"),
        ("form", "tags=[%22a%22,%22b%22]&n=1"),
        ("deepObject", "color[tags][0]=a&color[tags][1]=b&color[n]=1"),
        ("deepObject", "color[tags][]=a&color[tags][]=b&color[n]=1"),
        ("deepObject", "color[tags]=a&color[tags]=b&color[n]=1"),
    ],
)
def test_arrays_inside_of_objects(style: str, text: str) -> None:
    properties = {
        "tags": {"type": "array", "items": {"type": "string"}},
        "n": {"type": "integer"},
    }
    schema = {"type": "object", "properties": properties}
    seen = read("query", style, True, schema, text)
    assert seen == {"color": {"tags": ["a", "b"], "n": 1}}


@pytest.mark.parametrize("text", ["tags=a", "color[tags]=a", "color[tags][]=a"])
def test_an_array_of_one_inside_of_an_object(text: str) -> None:
    schema = {
        "type": "object",
        "properties": {"tags": {"type": "array", "items": {"type": "string"}}},
    }
    style = "deepObject" if "[" in text else "form"
    assert read("query", style, True, schema, text) == {"color": {"tags": ["a"]}}
