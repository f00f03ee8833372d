"""Whatever a parameter is, an independent decoder of its style reads it back.

The decoders are written after RFC 6570 and the specification's "Style Values": they split what is
on the wire first, and take percent-encoding away from the parts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.runtime.wire.parameters import (
    Parameter,
    to_cookie,
    to_header,
    to_path,
    to_query,
)

Value = Any
TEXT = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["a b", "a,b", "a|b", "a;b", "a=b&c", "%20", "+", "..", "a.b", "é😀", "[0]", "/?#"]
)
SOME_TEXT = TEXT.filter(bool)
KEYS = SOME_TEXT


def of_kind(kind: str, text: st.SearchStrategy[str]) -> st.SearchStrategy[Value]:
    if kind == "text":
        return text
    if kind == "array":
        return st.lists(text, min_size=1, max_size=4)
    names = st.dictionaries(text.filter(bool), text, min_size=1, max_size=4)
    return names.filter(lambda found: all(found))


class Style(NamedTuple):
    """A style: what may be in its values, and how it is read."""

    location: str
    style: str
    explode: bool
    read: Callable[[str, str], Value]
    """Takes the kind of value and the wire text."""
    refuses: str = ""
    """What parts of values must not hold, since nobody could tell it from a delimiter."""


NAME = "c;o l"
QUOTED = "c%3Bo%20l"


def flat(kind: str, parts: list[str]) -> Value:
    """A text, the items of an array, or names and values in turn."""
    plain = [unquote(part, errors="strict") for part in parts]
    if kind == "text":
        (text,) = plain
        return text
    if kind == "array":
        return plain
    return dict(zip(plain[::2], plain[1::2], strict=True))


def members(parts: list[str]) -> dict[str, str]:
    """`name=value`, where `=` may be missing before an empty value."""
    pairs = [part.partition("=") for part in parts]
    return {unquote(name): unquote(value) for name, _, value in pairs}


def matrix(kind: str, wire: str) -> Value:
    first, *parts = wire.split(";")
    assert first == ""
    if kind == "object":
        return members(parts)
    pairs = [part.partition("=") for part in parts]
    assert {name for name, _, _ in pairs} == {QUOTED}
    return flat(kind, [value for _, _, value in pairs])


def matrix_in_one(kind: str, wire: str) -> Value:
    start = f";{QUOTED}"
    assert wire.startswith(start)
    rest = wire.removeprefix(start).removeprefix("=")
    return flat(kind, [rest] if kind == "text" else rest.split(","))


def label(kind: str, wire: str) -> Value:
    assert wire.startswith(".")
    parts = wire[1:].split(".")
    return members(parts) if kind == "object" else flat(kind, parts)


def label_in_one(kind: str, wire: str) -> Value:
    assert wire.startswith(".")
    return flat(kind, [wire[1:]] if kind == "text" else wire[1:].split(","))


def simple(kind: str, wire: str) -> Value:
    if kind == "object":
        return members(wire.split(","))
    return flat(kind, [wire] if kind == "text" else wire.split(","))


def simple_in_one(kind: str, wire: str) -> Value:
    return flat(kind, [wire] if kind == "text" else wire.split(","))


def form(kind: str, wire: str) -> Value:
    parts = wire.split("&")
    if kind == "object":
        return members(parts)
    pairs = [part.partition("=") for part in parts]
    assert {name for name, _, _ in pairs} == {QUOTED}
    return flat(kind, [value for _, _, value in pairs])


def delimited(delimiter: str) -> Callable[[str, str], Value]:
    def read(kind: str, wire: str) -> Value:
        name, _, value = wire.partition("=")
        assert name == QUOTED
        return flat(kind, [value] if kind == "text" else value.split(delimiter))

    return read


def deep(kind: str, wire: str) -> Value:
    found: dict[str, str] = {}
    for part in wire.split("&"):
        name, _, value = part.partition("=")
        path = unquote(name)
        assert path.startswith(f"{NAME}[") and path.endswith("]")
        found[path[len(NAME) + 1 : -1]] = unquote(value)
    return found


def cookies(kind: str, wire: str) -> Value:
    return form(kind, wire.replace("; ", "&"))


def cookies_in_one(kind: str, wire: str) -> Value:
    return delimited(",")(kind, wire)


STYLES = [
    Style("path", "matrix", True, matrix),
    Style("path", "matrix", False, matrix_in_one),
    Style("path", "label", True, label, refuses="."),
    Style("path", "label", False, label_in_one),
    Style("path", "simple", True, simple),
    Style("path", "simple", False, simple_in_one),
    Style("query", "form", True, form),
    Style("query", "form", False, delimited(",")),
    Style("query", "spaceDelimited", False, delimited("%20"), refuses=" "),
    Style("query", "pipeDelimited", False, delimited("%7C"), refuses="|"),
    Style("query", "deepObject", True, deep),
    Style("header", "simple", True, simple, refuses=",=%"),
    Style("header", "simple", False, simple_in_one, refuses=",%"),
    Style("cookie", "form", True, cookies),
    Style("cookie", "form", False, cookies_in_one),
]


def wire_of(style: Style, value: Value) -> str:
    name = "X-Name" if style.location == "header" else NAME
    parameter = Parameter(
        name, style.location, style=style.style, explode=style.explode
    )
    if style.location == "path":
        return to_path(parameter, value)
    if style.location == "header":
        return to_header(parameter, value) or ""
    if style.location == "cookie":
        return "; ".join(to_cookie(parameter, value))
    return "&".join(f"{name}={text}" for name, text in to_query(parameter, value))


@pytest.mark.parametrize("kind", ["text", "array", "object"])
@pytest.mark.parametrize("style", STYLES, ids=lambda s: f"{s.location}-{s[1]}-{s[2]}")
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_sent_is_read_back(
    style: Style, kind: str, data: st.DataObject
) -> None:
    text = TEXT
    if style.location == "path":  # an empty segment, `.` and `..` are refused
        text = SOME_TEXT.filter(lambda t: not set(t) <= {"."})
    if style.location == "header":  # nothing is encoded there
        text = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1)
    text = text.filter(lambda t: not set(style.refuses) & set(t))
    if style.style == "deepObject":
        kind = "object"
    value = data.draw(of_kind(kind, text))
    wire = wire_of(style, value)
    if style.location != "header":
        assert wire.isascii() and wire.isprintable()
        assert not set(wire.replace("; ", "")) & set(' "<>#?/\\^`{}')
    assert style.read(kind, wire) == value
