"""YAML by the core schema of YAML 1.2, with the place of every member and item."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clientpress.document import yaml12
from clientpress.document.data import is_array, is_object
from clientpress.document.jsontext import find_in_json, read_json
from clientpress.document.yaml12 import MAX_DEPTH, YamlError, read_yaml, scalar


def read(text: str) -> Any:
    return read_yaml(text)[0]


def failure(text: str) -> tuple[str, str, tuple[int, int]]:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    return caught.value.code, str(caught.value), caught.value.position


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # what YAML 1.1 would take for something else
        *((word, word) for word in ("NO", "no", "Yes", "on", "OFF", "y", "n")),
        ("12:30:45", "12:30:45"),
        ("190:20:30.15", "190:20:30.15"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("017", 17),
        ("=", "="),
        # numbers
        ("0", 0),
        ("-0", 0),
        ("+12", 12),
        ("-7", -7),
        ("0o17", 15),
        ("0x1F", 31),
        ("-0x1F", "-0x1F"),
        ("0O17", "0O17"),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5e-3", -0.0015),
        ("1.2.3", "1.2.3"),
        (".", "."),
        ("+", "+"),
        ("-", "-"),
        ("1e", "1e"),
        ("e3", "e3"),
        (".inf", math.inf),
        ("+.INF", math.inf),
        ("-.Inf", -math.inf),
        (".INf", ".INf"),
        ("inf", "inf"),
        ("nan", "nan"),
        # words
        *((word, None) for word in ("", "~", "null", "Null", "NULL")),
        ("nULL", "nULL"),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        ("tRUE", "tRUE"),
        ("text", "text"),
        ("3.0.0", "3.0.0"),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    assert scalar(text) == value and type(scalar(text)) is type(value)
    if text not in ("-",):
        assert read(f"key: {text}\n") == {"key": value}


def test_not_a_number() -> None:
    assert all(math.isnan(scalar(text)) for text in (".nan", ".NaN", ".NAN"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'12'", "12"),
        ('"true"', "true"),
        ('""', ""),
        ("|\n  1\n", "1\n"),
        (">-\n  null\n", "null"),
        ("!!str 12", "12"),
        ("!!str true", "true"),
        ("!!int '12'", 12),
        ("!!float '1e3'", 1000.0),
        ("!!null ''", None),
        ("!custom 12", "12"),
        ('"\\u00e9\\x41"', "éA"),
    ],
)
def test_quotes_and_tags(text: str, value: Any) -> None:
    assert read(f"key: {text}\n") == {"key": value}


@pytest.mark.parametrize(
    "key",
    ["200", "null", "yes", "true", "1.5", "~", "2024-01-01", "0o17", ".inf", "-1"],
)
def test_keys_are_strings(key: str) -> None:
    assert read(f"{key}: 1\n") == {key: 1}
    assert read(f"{{{key}: 1}}") == {key: 1}


def test_an_empty_key_is_the_empty_string() -> None:
    assert read("? \n: 1\n") == {"": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\n", None),
        ("%YAML 1.2\n---\na: 1\n", {"a": 1}),
        ("a: 1\n...\n", {"a": 1}),
        ("- a\n- [1, {b: c}]\n", ["a", [1, {"b": "c"}]]),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x 12\nc: *x\n", {"a": 12, "c": 12}),
        ("a: &x\nc: *x\n", {"a": None, "c": None}),
        ("&k key: 1\nother: *k\n", {"key": 1, "other": "key"}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
    ],
)
def test_documents(text: str, value: Any) -> None:
    assert read(text) == value


# ------------------------------------------------------------- merge keys

BASES = "one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: {<<: *one}", {"a": 1, "b": 1}),
        ("x: {b: 0, <<: *one}", {"b": 0, "a": 1}),
        ("x: {<<: *one, b: 0}", {"b": 0, "a": 1}),
        ("x: {<<: [*one, *two]}", {"a": 1, "b": 1, "c": 2}),
        ("x: {<<: *one, <<: *two}", {"a": 1, "b": 1, "c": 2}),
        ('x: {"<<": *one}', {"<<": {"a": 1, "b": 1}}),
        ("x: {<<: 3}", {"<<": 3}),
    ],
)
def test_merge_keys(text: str, value: Any) -> None:
    assert read(BASES + text)["x"] == value


def test_what_was_merged_stands_where_the_object_stands() -> None:
    data, marks, _ = read_yaml(BASES + "x:\n  b: 0\n  <<: *one\n")
    assert data["x"] == {"b": 0, "a": 1}
    assert marks.find(data, ["x", "b"]) == (4, 3)
    assert marks.find(data, ["x", "a"]) == (4, 3)


# ------------------------------------------------------------- keys that are there twice


@pytest.mark.parametrize(
    ("text", "data", "repeated"),
    [
        ("a: 1\nb: 2\na: 3\n", {"a": 3, "b": 2}, [("a", (3, 1), (1, 1))]),
        ("{a: 1, 'a': 2}", {"a": 2}, [("a", (1, 8), (1, 2))]),
        (
            "x:\n  200: {b: 1}\n  '200': 2\n",
            {"x": {"200": 2}},
            [("200", (3, 3), (2, 3))],
        ),
        (
            "a: 1\na: 2\na: 3\n",
            {"a": 3},
            [("a", (2, 1), (1, 1)), ("a", (3, 1), (2, 1))],
        ),
    ],
)
def test_the_last_one_counts(text: str, data: Any, repeated: Any) -> None:
    found, marks, told = read_yaml(text)
    assert (found, told) == (data, repeated)
    key, position, _ = told[-1]
    steps = ["x", key] if "x" in data else [key]
    assert marks.find(found, steps) == position


# ------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("text", "code", "message", "position"),
    [
        ("a: 1\n---\nb: 2\n", "CP002", "a second YAML document starts here", (2, 1)),
        (
            "? [a]\n: 1\n",
            "CP002",
            "an object or array stands where a key should be",
            (1, 4),
        ),
        ("a: *b\n", "CP002", "the alias *b names no finished anchor", (1, 4)),
        ("a: &a [*a]\n", "CP002", "the alias *a names no finished anchor", (1, 8)),
        ("a: &a {b: *a}\n", "CP002", "the alias *a names no finished anchor", (1, 11)),
        ("a: " + "9" * 5000, "CP004", "a number with too many digits", (1, 4)),
    ],
)
def test_refused(text: str, code: str, message: str, position: tuple[int, int]) -> None:
    found = failure(text)
    assert found[:2] == (code, message)
    # libyaml and its Python twin place the end of an object at different columns.
    assert found[2] == position or message.startswith("an object")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1\nb: 2\n", 2),
        ("a: 'x\n", 2),
        ("a: 1\n b: 2\n", 2),
        ("\t- a", 1),
        ("a: %x", 1),
        ("a: b: c\n", 1),
    ],
)
def test_broken_text_has_a_line(text: str, line: int) -> None:
    code, message, position = failure(text)
    assert code == "CP002" and message.startswith("not valid YAML: ")
    assert position[0] == line


def test_characters_that_yaml_does_not_allow() -> None:
    code, message, position = failure("a: 1\nb: x\x00y\n")
    assert (code, position[0]) == ("CP002", 2) and message.startswith(
        "not valid YAML: "
    )


def test_aliases_cannot_expand_without_end() -> None:
    """The billion laughs."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    code, message, (line, _) = failure("\n".join(lines))
    assert (code, line) == ("CP004", 6)
    assert message == "aliases repeat over 200,000 values of this document"


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_a_document_can_be_deep_but_not_too_deep(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    data = read(opening * (MAX_DEPTH - 1) + closing * (MAX_DEPTH - 1))
    depth = 0
    while data:
        data = data["a"] if is_object(data) else data[0]
        depth += 1
    assert depth == (MAX_DEPTH - 2 if opening == "[" else MAX_DEPTH - 1)
    code, message, _ = failure(opening * (MAX_DEPTH + 1))
    assert (code, message) == ("CP004", f"more than {MAX_DEPTH} levels deep")


# ------------------------------------------------------------- positions

TEXT = """\
openapi: 3.2.0
info: {title: T, version: '1'}
paths:
  /a:
    get:
      tags: [one, two]
      responses:
        200:
          description: Fine.
list:
  - first
  -
    second: 2
  - - nested
"""


@pytest.mark.parametrize(
    ("steps", "position"),
    [
        ("", (1, 1)),
        ("openapi", (1, 1)),
        ("info title", (2, 8)),
        ("info version", (2, 18)),
        ("paths /a get", (5, 5)),
        ("paths /a get tags 1", (6, 19)),
        ("paths /a get responses 200 description", (9, 11)),
        ("list 0", (11, 5)),
        ("list 1", (13, 5)),
        ("list 1 second", (13, 5)),
        ("list 2 0", (14, 7)),
        # what is not there has the place of the nearest that is
        ("paths /b", (3, 1)),
        ("list 7", (10, 1)),
        ("list x", (10, 1)),
        ("info title deeper", (2, 8)),
    ],
)
def test_positions(steps: str, position: tuple[int, int]) -> None:
    data, marks, _ = read_yaml(TEXT)
    assert marks.find(data, steps.split()) == position


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
    | st.text(st.characters(codec="ascii", exclude_characters="\x7f"), max_size=8),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text("ab:/~ \"'", max_size=4), inner, max_size=4),
    max_leaves=20,
)


def _paths(value: Any, steps: list[str]) -> list[list[str]]:
    found = [steps]
    if is_object(value):
        for key, item in value.items():
            found += _paths(item, [*steps, key])
    elif is_array(value):
        for i, item in enumerate(value):
            found += _paths(item, [*steps, str(i)])
    return found


@given(json_values, st.sampled_from([None, 0, 1, 4]))
def test_json_read_as_yaml_is_the_same_with_the_same_lines(
    value: Any, indent: int | None
) -> None:
    text = json.dumps(value, indent=indent)
    from_json, _ = read_json(text)
    from_yaml, marks, _ = read_yaml(text)
    assert repr(from_json) == repr(from_yaml) == repr(value)
    for steps in _paths(value, []):
        if isinstance(value, (dict, list)):
            in_yaml, in_json = marks.find(from_yaml, steps), find_in_json(text, steps)
            # In YAML the place of a member is that of its key, in JSON that of its value.
            assert in_yaml.line == in_json.line
            assert in_yaml.column <= in_json.column


@given(json_values)
def test_what_a_yaml_writer_makes_is_read_back(value: Any) -> None:
    assert repr(
        read(yaml.safe_dump(value, default_style='"', sort_keys=False))
    ) == repr(value)


def test_without_the_c_library_the_result_is_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fast, fast_marks, _ = read_yaml(TEXT)
    monkeypatch.setattr(yaml12, "Loader", yaml.SafeLoader)
    slow, slow_marks, _ = read_yaml(TEXT)
    assert fast == slow
    for steps in _paths(fast, []):
        assert fast_marks.find(fast, steps) == slow_marks.find(slow, steps)
