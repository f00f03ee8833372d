"""Styles, explode and kinds of value: the table of the OpenAPI specification, and its edges."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.runtime.values.enums import OpenStr
from clientpress.runtime.values.integers import StrInt
from clientpress.runtime.values.marks import Unknown
from clientpress.runtime.values.model import UNSET, ApiModel, field
from clientpress.runtime.wire.errors import InvalidRequestError
from clientpress.runtime.wire.parameters import (
    Parameter,
    form_pairs,
    to_cookie,
    to_header,
    to_path,
    to_query,
)
from clientpress.runtime.wire.scalars import to_text

TEXT = "blue"
ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}


class Color(ApiModel):
    red: int = field(name="R")
    green: int = field(name="G")
    blue: int = field(name="B")
    alpha: int | None = None


def query(parameter: Parameter, value: Any) -> str:
    return "&".join(f"{n}={v}" if n else v for n, v in to_query(parameter, value))


@pytest.mark.parametrize(
    ("style", "explode", "text", "array", "obj"),
    [
        (
            "matrix",
            False,
            ";color=blue",
            ";color=blue,black,brown",
            ";color=R,100,G,200,B,150",
        ),
        (
            "matrix",
            True,
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ),
        ("label", False, ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)
def test_path_table(style: str, explode: bool, text: str, array: str, obj: str) -> None:
    parameter = Parameter("color", "path", style=style, explode=explode)
    assert to_path(parameter, TEXT) == text
    assert to_path(parameter, ARRAY) == array
    assert to_path(parameter, OBJECT) == obj


@pytest.mark.parametrize(
    ("style", "explode", "text", "array", "obj"),
    [
        (
            "form",
            False,
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150",
        ),
        (
            "form",
            True,
            "color=blue",
            "color=blue&color=black&color=brown",
            "R=100&G=200&B=150",
        ),
        (
            "spaceDelimited",
            False,
            None,
            "color=blue%20black%20brown",
            "color=R%20100%20G%20200%20B%20150",
        ),
        (
            "pipeDelimited",
            False,
            None,
            "color=blue%7Cblack%7Cbrown",
            "color=R%7C100%7CG%7C200%7CB%7C150",
        ),
        (
            "deepObject",
            True,
            None,
            None,
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
    ],
)
def test_query_table(
    style: str, explode: bool, text: str | None, array: str | None, obj: str
) -> None:
    parameter = Parameter("color", "query", style=style, explode=explode)
    if text is not None:
        assert query(parameter, TEXT) == text
    if array is not None:
        assert query(parameter, ARRAY) == array
    assert query(parameter, OBJECT) == obj


@pytest.mark.parametrize(
    ("explode", "text", "array", "obj"),
    [
        (False, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        (True, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)
def test_header_table(explode: bool, text: str, array: str, obj: str) -> None:
    parameter = Parameter("X-Color", "header", explode=explode)
    assert to_header(parameter, TEXT) == text
    assert to_header(parameter, ARRAY) == array
    assert to_header(parameter, OBJECT) == obj


@pytest.mark.parametrize("style", ["form", "cookie"])
@pytest.mark.parametrize(
    ("explode", "text", "array", "obj"),
    [
        (False, "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (
            True,
            "color=blue",
            "color=blue; color=black; color=brown",
            "R=100; G=200; B=150",
        ),
    ],
)
def test_cookie_table(
    style: str, explode: bool, text: str, array: str, obj: str
) -> None:
    parameter = Parameter("color", "cookie", style=style, explode=explode)
    assert "; ".join(to_cookie(parameter, TEXT)) == text
    assert "; ".join(to_cookie(parameter, ARRAY)) == array
    assert "; ".join(to_cookie(parameter, OBJECT)) == obj


@pytest.mark.parametrize(
    ("location", "style", "exploded"),
    [
        ("path", "", False),
        ("header", "", False),
        ("query", "", True),
        ("cookie", "", True),
        ("query", "form", True),
        ("query", "spaceDelimited", False),
        ("query", "pipeDelimited", False),
        ("query", "deepObject", True),
        ("cookie", "cookie", True),
    ],
)
def test_default_of_explode(location: str, style: str, exploded: bool) -> None:
    assert Parameter("x", location, style=style).is_exploded is exploded


UTC = dt.UTC


class Size(OpenStr):
    LARGE = "large"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-1, "-1"),
        (2**70, str(2**70)),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (Decimal("1.10"), "1.10"),
        (dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC), "2025-01-02T03:04:05Z"),
        (
            dt.datetime(2025, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            "2025-01-02T00:00:00+02:00",
        ),
        (dt.date(2025, 1, 2), "2025-01-02"),
        (dt.timedelta(seconds=90), "PT90S"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Size.LARGE, "large"),
        (Size("huge"), "huge"),
        (StrInt(7), "7"),
        (b"\xff\xfe", "//4="),
    ],
)
def test_kinds_of_value(value: object, text: str) -> None:
    assert to_text(value) == text
    assert to_query(Parameter("x", "query", explode=False), [value])[0][1] != ""


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        dt.datetime(2025, 1, 2),
        object(),
    ],
)
def test_values_that_have_no_text_are_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidRequestError, match="'x'"):
        to_query(Parameter("x", "query"), value)


@pytest.mark.parametrize("value", [None, UNSET, [], {}, [None], {"a": None}])
def test_nothing_is_sent_for_absent_and_empty_values(value: object) -> None:
    assert to_query(Parameter("x", "query"), value) == []
    assert to_header(Parameter("x", "header"), value) is None
    assert to_cookie(Parameter("x", "cookie"), value) == []
    with pytest.raises(InvalidRequestError, match="'x'"):
        to_path(Parameter("x", "path"), value)
    with pytest.raises(InvalidRequestError, match="'x'"):
        to_query(Parameter("x", "query", required=True), value)


def test_an_empty_text_is_a_value() -> None:
    assert query(Parameter("x", "query"), "") == "x="
    assert query(Parameter("x", "query", explode=False), ["", "a"]) == "x=,a"


def test_none_inside_of_lists_is_left_out() -> None:
    assert query(Parameter("x", "query"), ["a", None, "b"]) == "x=a&x=b"
    assert query(Parameter("x", "query", explode=False), [1, None]) == "x=1"


@pytest.mark.parametrize(
    "value", [Color(red=100, green=200, blue=150), Unknown(OBJECT), OBJECT]
)
def test_models_are_objects(value: object) -> None:
    assert query(Parameter("color", "query"), value) == "R=100&G=200&B=150"


def test_text_is_encoded_and_delimiters_in_it_too() -> None:
    value = ["a,b", "c&d=e", "f|g h"]
    assert query(Parameter("x", "query"), value) == "x=a%2Cb&x=c%26d%3De&x=f%7Cg%20h"
    assert (
        query(Parameter("x", "query", explode=False), value)
        == "x=a%2Cb,c%26d%3De,f%7Cg%20h"
    )
    assert query(Parameter("a b[]", "query"), "c") == "a%20b%5B%5D=c"


def test_allow_reserved_keeps_what_cannot_change_the_query() -> None:
    parameter = Parameter("url", "query", allow_reserved=True)
    assert query(parameter, "https://h/a?b,c") == "url=https://h/a?b,c"
    assert query(parameter, "a&b=c#d+e f") == "url=a%26b%3Dc%23d%2Be%20f"
    assert query(parameter, "100%25") == "url=100%25"


def test_allow_reserved_in_a_path_cannot_move() -> None:
    parameter = Parameter("path", "path", allow_reserved=True)
    assert to_path(parameter, "a/b c/d?e") == "a/b%20c/d%3Fe"
    for bad in ("../b", "a/../b", "a/%2e%2e", "a//b"):
        with pytest.raises(InvalidRequestError, match="'path'"):
            to_path(parameter, bad)


def test_content_parameters_are_json() -> None:
    parameter = Parameter("filter", "query", content="application/json")
    assert query(parameter, {"a": [1, None]}) == "filter=%7B%22a%22%3A%5B1%2Cnull%5D%7D"
    assert to_header(Parameter("X", "header", content="application/json"), "a") == '"a"'


def test_deep_objects_nest() -> None:
    parameter = Parameter("f", "query", style="deepObject")
    pairs = [("f[a][b]", "1"), ("f[c][0]", "x"), ("f[c][1][d]", "true")]
    value = {"a": {"b": 1}, "c": ["x", {"d": True}]}
    assert parse_qsl(query(parameter, value)) == pairs


@pytest.mark.parametrize(
    ("content", "value", "text"),
    [
        ("application/x-www-form-urlencoded", {"a": 1, "b": ["c", "d"]}, "a=1&b=c&b=d"),
        ("application/json", {"a": 1}, "%7B%22a%22%3A1%7D"),
        ("text/plain", "a=b&c", "a%3Db%26c"),
    ],
)
def test_a_parameter_can_be_the_whole_query(
    content: str, value: object, text: str
) -> None:
    assert query(Parameter("q", "querystring", content=content), value) == text


def test_header_values_cannot_inject() -> None:
    with pytest.raises(InvalidRequestError, match="'X-Tag'"):
        to_header(Parameter("X-Tag", "header"), "a\r\nEvil: yes")


@pytest.mark.parametrize("bad", ["a;b", "a b", "a\nb", "é"])
def test_bare_cookies_must_be_cookies(bad: str) -> None:
    with pytest.raises(InvalidRequestError, match="'c'"):
        to_cookie(Parameter("c", "cookie", style="cookie"), bad)
    assert ";" not in to_cookie(Parameter("c", "cookie"), bad)[0]


def test_forms_take_members_as_they_are_described() -> None:
    pairs = form_pairs(
        {"a": ["x", "y"], "b": {"c": 1}, "d": [1, 2], "e": None},
        [Parameter("d", "query", explode=False)],
    )
    text = "&".join(f"{name}={value}" for name, value in pairs)
    assert text == "a=x&a=y&b=%7B%22c%22%3A1%7D&d=1,2"


@given(
    st.dictionaries(
        st.text(min_size=1), st.lists(st.text(), min_size=1), min_size=1, max_size=4
    )
)
def test_any_form_is_read_back(value: dict[str, list[str]]) -> None:
    text = "&".join(f"{name}={item}" for name, item in form_pairs(value))
    expected = [(name, item) for name, items in value.items() for item in items]
    assert parse_qsl(text, keep_blank_values=True) == expected
