"""Every location, style and kind of parameter, as bytes on the wire.

The first table is that of the OpenAPI specification ("Style Examples", 3.2), which stands on
RFC 6570. What the specification leaves open is in the tables below it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
import pytest

from clientpress.runtime.calls.client import BaseClient
from clientpress.runtime.calls.core import Api
from clientpress.runtime.values.date_times import NaiveDateTime
from clientpress.runtime.values.enums import OpenInt, OpenStr
from clientpress.runtime.wire.decoders import Nothing
from clientpress.runtime.wire.errors import InvalidRequestError
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter
from clientpress.runtime.wire.styles import style_of, styles_at

from .callers import Things

KINDS: dict[str, Any] = {
    "empty": "",
    "text": "blue",
    "array": ["blue", "black", "brown"],
    "object": {"R": 100, "G": 200, "B": 150},
}
NO = None
"""Not defined by the specification, or refused: see below."""

# location, style, explode → empty text, text, array, object
TABLE: dict[tuple[str, str, bool], tuple[str | None, ...]] = {
    ("path", "matrix", False): (
        ";color",
        ";color=blue",
        ";color=blue,black,brown",
        ";color=R,100,G,200,B,150",
    ),
    ("path", "matrix", True): (
        ";color",
        ";color=blue",
        ";color=blue;color=black;color=brown",
        ";R=100;G=200;B=150",
    ),
    ("path", "label", False): (
        NO,
        ".blue",
        ".blue,black,brown",
        ".R,100,G,200,B,150",
    ),
    ("path", "label", True): (
        NO,
        ".blue",
        ".blue.black.brown",
        ".R=100.G=200.B=150",
    ),
    ("path", "simple", False): (NO, "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("path", "simple", True): (NO, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ("query", "form", False): (
        "color=",
        "color=blue",
        "color=blue,black,brown",
        "color=R,100,G,200,B,150",
    ),
    ("query", "form", True): (
        "color=",
        "color=blue",
        "color=blue&color=black&color=brown",
        "R=100&G=200&B=150",
    ),
    ("query", "spaceDelimited", False): (
        NO,
        NO,
        "color=blue%20black%20brown",
        "color=R%20100%20G%20200%20B%20150",
    ),
    ("query", "pipeDelimited", False): (
        NO,
        NO,
        "color=blue%7Cblack%7Cbrown",
        "color=R%7C100%7CG%7C200%7CB%7C150",
    ),
    ("query", "deepObject", True): (
        NO,
        NO,
        NO,
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ),
    ("header", "simple", False): ("", "blue", "blue,black,brown", "R,100,G,200,B,150"),
    ("header", "simple", True): ("", "blue", "blue,black,brown", "R=100,G=200,B=150"),
    **{
        ("cookie", style, explode): found
        for style in ("form", "cookie")
        for explode, found in (
            (
                False,
                (
                    "color=",
                    "color=blue",
                    "color=blue,black,brown",
                    "color=R,100,G,200,B,150",
                ),
            ),
            (
                True,
                (
                    "color=",
                    "color=blue",
                    "color=blue; color=black; color=brown",
                    "R=100; G=200; B=150",
                ),
            ),
        )
    },
}
CELLS = [
    (location, style, explode, kind, text)
    for (location, style, explode), texts in TABLE.items()
    for kind, text in zip(KINDS, texts, strict=True)
]


def sent(parameter: Parameter, value: Any, path: str = "") -> str:
    """What goes over the wire for a parameter."""
    is_path = parameter.location == "path"
    seen: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(204)

    operation: Operation[None] = Operation(
        id="get",
        method="GET",
        path=path or (f"/x{{{parameter.name}}}y" if is_path else "/x"),
        parameters=(parameter,),
        results={"204": Nothing()},
    )
    transport = httpx2.MockTransport(answer)
    api = Api(name="example", base_url="https://example.test")
    with BaseClient(api, {}, http_client=httpx2.Client(transport=transport)) as client:
        Things(client).call(operation, (value,))
    target = seen[0].url.raw_path.decode("ascii")
    if is_path:
        return target if path else target.removeprefix("/x").removesuffix("y")
    if parameter.location in ("query", "querystring"):
        return target.removeprefix("/x").removeprefix("?")
    name = "cookie" if parameter.location == "cookie" else parameter.name.lower()
    raw = {key.lower(): text for key, text in seen[0].headers.raw}
    return raw.get(name.encode(), b"").decode("utf-8")


@pytest.mark.parametrize(
    ("location", "style", "explode", "kind", "text"),
    [cell for cell in CELLS if cell[-1] is not NO],
)
def test_the_table_of_the_specification(
    location: str, style: str, explode: bool, kind: str, text: str
) -> None:
    parameter = Parameter("color", location, style=style, explode=explode)
    assert sent(parameter, KINDS[kind]) == text


# ------------------------------------------------------------------ what the table leaves open


@pytest.mark.parametrize(
    ("style", "value"),
    [
        *(("simple", value) for value in ("", ".", "..", "%2e%2e", "%252E.")),
        *(("label", value) for value in ("", ".", "%2e")),
    ],
)
def test_a_path_value_never_leads_elsewhere(style: str, value: str) -> None:
    with pytest.raises(InvalidRequestError, match="p"):
        sent(Parameter("p", "path", style=style), value, "/a/{p}")


@pytest.mark.parametrize(
    ("style", "text"), [("label", "/a/..."), ("matrix", "/a/;p=..")]
)
def test_dots_that_lead_nowhere_else_are_a_value(style: str, text: str) -> None:
    assert sent(Parameter("p", "path", style=style), "..", "/a/{p}") == text


@pytest.mark.parametrize(
    ("style", "explode", "value", "text"),
    [
        ("spaceDelimited", True, ["a", "b"], "x=a&x=b"),
        ("pipeDelimited", True, {"a": 1}, "a=1"),
        ("spaceDelimited", False, "a b", "x=a%20b"),
        ("pipeDelimited", False, ["a|b", "c"], "x=a%7Cb%7Cc"),
        ("deepObject", True, "a", "x=a"),
        ("deepObject", True, ["a", "b"], "x%5B0%5D=a&x%5B1%5D=b"),
        (
            "deepObject",
            True,
            {"a": {"b": 1}, "c": ["d", {"e": True}], "n": None},
            "x%5Ba%5D%5Bb%5D=1&x%5Bc%5D%5B0%5D=d&x%5Bc%5D%5B1%5D%5Be%5D=true",
        ),
        (
            "form",
            True,
            [{"a": 1}, {"b": [None]}],
            "x=%7B%22a%22%3A1%7D&x=%7B%22b%22%3A%5Bnull%5D%7D",
        ),
        ("form", False, [[1, 2], [3]], "x=%5B1%2C2%5D,%5B3%5D"),
        ("form", True, {"a": {"b": 1}, "c": [1, 2]}, "a=%7B%22b%22%3A1%7D&c=1&c=2"),
        ("form", True, {"a": [[1], {"b": 2}]}, "a=%5B1%5D&a=%7B%22b%22%3A2%7D"),
        ("form", False, {"c": [1]}, "x=c,%5B1%5D"),
    ],
)
def test_what_the_specification_leaves_open_in_queries(
    style: str, explode: bool, value: Any, text: str
) -> None:
    assert sent(Parameter("x", "query", style=style, explode=explode), value) == text


@pytest.mark.parametrize("location", ["query", "header", "cookie"])
@pytest.mark.parametrize("value", [None, [], {}, [None], {"a": None}])
def test_nothing_goes_for_nothing(location: str, value: Any) -> None:
    assert sent(Parameter("x", location), value) == ""


# ------------------------------------------------------------------ kinds of value


class Size(OpenStr):
    LARGE = "very large"


class Level(OpenInt):
    HIGH = 3


VALUES: list[tuple[Any, str, str]] = [
    (True, "true", "true"),
    (False, "false", "false"),
    (-7, "-7", "-7"),
    (10**40, str(10**40), str(10**40)),
    (1.5, "1.5", "1.5"),
    (-0.0, "-0.0", "-0.0"),
    (1e21, "1e+21", "1e%2B21"),
    (Decimal("1.10"), "1.10", "1.10"),
    (dt.date(2025, 1, 2), "2025-01-02", "2025-01-02"),
    (
        dt.datetime(2025, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        "2025-01-02T03:04:05Z",
        "2025-01-02T03%3A04%3A05Z",
    ),
    (
        dt.datetime(2025, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),
        "2025-01-02T00:00:00+02:00",
        "2025-01-02T00%3A00%3A00%2B02%3A00",
    ),
    (
        NaiveDateTime.read("2025-01-02 03:04"),
        "2025-01-02 03:04",
        "2025-01-02%2003%3A04",
    ),
    (dt.time(3, 4), "03:04:00", "03%3A04%3A00"),
    (dt.timedelta(minutes=2), "PT120S", "PT120S"),
    (UUID(int=1), str(UUID(int=1)), str(UUID(int=1))),
    (Size.LARGE, "very large", "very%20large"),
    (Size("unheard of"), "unheard of", "unheard%20of"),
    (Level.HIGH, "3", "3"),
    (b"\xfb\xff", "+/8=", "%2B%2F8%3D"),
    ("a b+c/d?e#f%g&h=i", "a b+c/d?e#f%g&h=i", "a%20b%2Bc%2Fd%3Fe%23f%25g%26h%3Di"),
    ("a,b;c|d", "a,b;c|d", "a%2Cb%3Bc%7Cd"),
    ("-._~AZaz09", "-._~AZaz09", "-._~AZaz09"),
]


@pytest.mark.parametrize(("value", "plain", "encoded"), VALUES)
def test_every_kind_of_value_in_every_location(
    value: Any, plain: str, encoded: str
) -> None:
    assert sent(Parameter("x", "path"), value) == encoded
    assert sent(Parameter("x", "query"), value) == f"x={encoded}"
    assert sent(Parameter("x", "query"), [value, value]) == f"x={encoded}&x={encoded}"
    assert sent(Parameter("x", "header"), value) == plain
    assert sent(Parameter("x", "cookie"), value) == f"x={encoded}"
    deep = Parameter("x", "query", style="deepObject")
    assert sent(deep, {"a": value}) == f"x%5Ba%5D={encoded}"


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("é", "%C3%A9"),
        ("Привет", "%D0%9F%D1%80%D0%B8%D0%B2%D0%B5%D1%82"),
        ("😀", "%F0%9F%98%80"),
        ("\x00\n", "%00%0A"),
    ],
)
def test_text_beyond_ascii(text: str, encoded: str) -> None:
    assert sent(Parameter("x", "path"), text) == encoded
    assert sent(Parameter("x", "query"), text) == f"x={encoded}"
    assert sent(Parameter("x", "cookie"), text) == f"x={encoded}"
    with pytest.raises(InvalidRequestError, match="'x'"):
        sent(Parameter("x", "cookie", style="cookie"), text)


@pytest.mark.parametrize("text", ["é", "Привет", "😀"])
def test_headers_beyond_ascii_are_utf_8(text: str) -> None:
    assert sent(Parameter("x", "header"), text) == text


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "\x00", "a\x7f"])
def test_headers_hold_no_control_characters(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="'x'"):
        sent(Parameter("x", "header"), text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), dt.datetime(2025, 1, 2)])
@pytest.mark.parametrize("location", ["path", "query", "header", "cookie"])
def test_what_would_be_misread_is_refused(location: str, value: Any) -> None:
    with pytest.raises(InvalidRequestError, match="'x'"):
        sent(Parameter("x", location), value)


# ------------------------------------------------------------------ reserved characters, names


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("query", "x=https://h/a?b,c;d%25%25e%26f%3Dg%23h%2B"),
        ("path", "https://h/a%3Fb,c;d%25%25e&f=g%23h+"),
    ],
)
def test_reserved_characters_may_stay(location: str, text: str) -> None:
    parameter = Parameter("x", location, allow_reserved=True)
    value = "https://h/a?b,c;d%25%e&f=g#h+"
    if location == "path":
        value = value.replace("//", "/")
        text = text.replace("//", "/")
    assert sent(parameter, value) == text


@pytest.mark.parametrize(
    ("name", "encoded", "cookie"),
    [
        ("filter[name]", "filter%5Bname%5D", "filter%5Bname%5D"),
        ("$top", "%24top", "$top"),
        ("@type", "%40type", "%40type"),
        ("a b", "a%20b", "a%20b"),
        ("a&b=c", "a%26b%3Dc", "a&b%3Dc"),
        ("名", "%E5%90%8D", "%E5%90%8D"),
        ("a.b-c_d~", "a.b-c_d~", "a.b-c_d~"),
    ],
)
def test_names_in_queries_and_cookies(name: str, encoded: str, cookie: str) -> None:
    assert sent(Parameter(name, "query"), "v") == f"{encoded}=v"
    assert sent(Parameter(name, "cookie"), "v") == f"{cookie}=v"
    assert sent(Parameter(name, "query", style="deepObject"), {"k": 1}) == (
        f"{encoded}%5Bk%5D=1"
    )


def test_names_of_headers() -> None:
    assert sent(Parameter("x-foo.bar", "header"), "v") == "v"
    with pytest.raises(InvalidRequestError, match="not a valid header name"):
        sent(Parameter("a b", "header"), "v")


# ------------------------------------------------------------------ contents


@pytest.mark.parametrize(
    ("parameter", "value", "text"),
    [
        (
            Parameter("x", "query", content="application/json"),
            {"a": [1, None]},
            "x=%7B%22a%22%3A%5B1%2Cnull%5D%7D",
        ),
        (Parameter("x", "query", content="application/json"), "a", "x=%22a%22"),
        (Parameter("x", "query", content="text/plain"), "a b", "x=a%20b"),
        (Parameter("x", "header", content="application/json"), [1, "a"], '[1,"a"]'),
        (
            Parameter("x", "cookie", content="application/vnd.a+json"),
            {"a": 1},
            "x=%7B%22a%22%3A1%7D",
        ),
        (
            Parameter("x", "path", content="application/json"),
            {"a": 1},
            "%7B%22a%22%3A1%7D",
        ),
        (
            Parameter("q", "querystring", content="application/x-www-form-urlencoded"),
            {"a": "b c", "l": [1, 2], "o": {"k": 1}, "n": None, "e": ""},
            "a=b%20c&l=1&l=2&o=%7B%22k%22%3A1%7D&e=",
        ),
        (
            Parameter("q", "querystring", content="application/json"),
            {"a": 1},
            "%7B%22a%22%3A1%7D",
        ),
        (Parameter("q", "querystring", content="text/plain"), "a=b", "a%3Db"),
    ],
)
def test_parameters_with_a_media_type(
    parameter: Parameter, value: Any, text: str
) -> None:
    assert sent(parameter, value) == text


# ------------------------------------------------------------------ the table of styles
@pytest.mark.parametrize(
    ("location", "styles"),
    [
        ("path", ["simple", "label", "matrix"]),
        ("query", ["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        ("header", ["simple"]),
        ("cookie", ["form", "cookie"]),
        ("querystring", ["form"]),
        ("formData", []),
    ],
)
def test_the_styles_of_a_location(location: str, styles: list[str]) -> None:
    assert styles_at(location) == styles
    assert style_of(location) == (styles[0] if styles else "form")
