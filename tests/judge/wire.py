"""How arguments look in a request, by the tables of the specification; and whether they look so.

OpenAPI 3.2, section 4.12.6 (style examples), and RFC 6570.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, unquote_plus

from clientpress.document.data import is_array, is_object
from clientpress.testing.parameters import ParameterObject
from clientpress.testing.reading import Json, is_container

_DELIMITERS = {"spaceDelimited": ("%20", "+", " "), "pipeDelimited": ("%7C", "|")}


class NoForm(ValueError):
    """The specification says nothing about how such a value is sent."""


@dataclass(frozen=True)
class Given(ParameterObject):
    """A parameter and the value that it was given, as JSON."""

    value: Json


def text_of(value: Json) -> str:
    """A scalar as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_container(value):
        raise NoForm("arrays or objects inside of others")
    return value if isinstance(value, str) else json.dumps(value)


def same_text(expected: str, sent: str) -> bool:
    """Whether two texts say the same: also by number value and RFC 3339 instant. An integer has to
    stay one: many servers read `3.0` as no integer.
    """
    if expected == sent:
        return True
    if _INTEGER.fullmatch(expected):
        return bool(_INTEGER.fullmatch(sent)) and int(expected) == int(sent)
    return _scalar(expected) == _scalar(sent)


_INTEGER = re.compile(r"-?\d{1,400}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def _scalar(text: str) -> object:
    return float(text) if _NUMBER.fullmatch(text) else _instant(text)


_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


Tags: TypeAlias = frozenset[tuple[str, str | int]]


def _instant(text: str) -> object:
    """The time that a text means, to the microsecond, which is all that Python has; UUIDs are the
    same in both cases (RFC 9562, section 4).
    """
    if _UUID.fullmatch(text):
        return text.lower()
    text = re.sub(r"\.\d{7,}", lambda found: f"{float(found[0]):.6f}"[1:], text)
    try:
        if re.match(r"\d\d:\d\d", text):
            return dt.time.fromisoformat(text.upper())
        if re.match(r"\d{4}-\d\d-\d\d[Tt ]", text):
            return dt.datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    return text


def same_json(
    expected: Json, found: Json, path: str = "", tags: Tags = frozenset()
) -> str:
    """Where two values differ, up to number value and RFC 3339 instant; empty when they do not.
    An integer has to stay one.

    Args:
        tags: Members with one value, which may be there though they were not: a tag that tells
            variants of a union apart is always sent.
    """
    if is_object(expected) and is_object(found):
        for key in expected.keys() | found.keys():
            if key not in found:
                return f"{path}/{key}: is missing, was {_short(expected[key])}"
            if key not in expected:
                if isinstance(found[key], (str, int)) and (key, found[key]) in tags:
                    continue
                return f"{path}/{key}: was not there, is {_short(found[key])}"
            below = same_json(expected[key], found[key], f"{path}/{key}", tags)
            if below:
                return below
        return ""
    if is_array(expected) and is_array(found):
        if len(expected) != len(found):
            return f"{path}: {len(expected)} items became {len(found)}"
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            below = same_json(one, other, f"{path}/{i}", tags)
            if below:
                return below
        return ""
    is_number = isinstance(expected, (int, float)) and isinstance(found, (int, float))
    is_number = is_number and not (
        isinstance(expected, int) and isinstance(found, float)
    )
    same_kind = isinstance(expected, bool) == isinstance(found, bool)
    if (is_number and same_kind and expected == found) or (
        type(expected) is type(found) and expected == found
    ):
        return ""
    if (
        isinstance(expected, str)
        and isinstance(found, str)
        and _instant(expected) == _instant(found)
    ):
        return ""
    return f"{path}: {_short(expected)} became {_short(found)}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 80 else text[:77] + "…"


# ------------------------------------------------------------------ what is expected
def pairs_of(given: Given) -> list[tuple[str, str, list[str]]]:
    """Name, delimiter ("" for a single value) and texts of each pair of a query or form."""
    name, value, style = given.name, given.value, given.style
    if given.media_type:
        return [(name, "", [_content(given)])]
    if style == "deepObject":
        return [(path, "", [text]) for path, text in _deep(name, value)]
    if is_object(value):
        if given.explode:  # a member that is an array has its name once an item
            spread = [(k, v if is_array(v) else [v]) for k, v in value.items()]
            return [(k, "", [text_of(v)]) for k, items in spread for v in items]
        members = [(k, text_of(v)) for k, v in value.items()]
        return [(name, style, [t for member in members for t in member])]
    if is_array(value):
        texts = [text_of(v) for v in value]
        if given.explode:
            return [(name, "", [t]) for t in texts]
        return [(name, style, texts)]
    return [(name, "", [text_of(value)])]


def _deep(path: str, value: Json) -> list[tuple[str, str]]:
    """Below the first level of an object the specification leaves it open: as most servers read it."""
    if not is_container(value):
        return [(path, text_of(value))]
    items: Any = value.items() if is_object(value) else enumerate(value)
    return [pair for step, item in items for pair in _deep(f"{path}[{step}]", item)]


def _content(given: Given) -> str:
    if "json" in given.media_type or is_container(given.value):
        return json.dumps(given.value)
    return text_of(given.value)


def flat(given: Given) -> list[str]:
    """The texts of a path or header parameter."""
    value = given.value
    if given.media_type:
        return [_content(given)]
    if is_object(value):
        members = [(k, text_of(v)) for k, v in value.items()]
        if given.explode:
            return [f"{k}={v}" for k, v in members]
        return [t for member in members for t in member]
    return [text_of(v) for v in value] if is_array(value) else [text_of(value)]


# ------------------------------------------------------------------ what was sent
def check_path(template: str, sent: str, given: list[Given]) -> list[str]:
    """What is wrong with a raw path."""
    names = re.findall(r"\{([^{}]*)\}", template)
    parts = re.split(r"\{[^{}]*\}", template)
    escaped = [quote(part, safe="/:@!$&'()*+,;=~%") for part in parts]
    forms = ("(.*)".join(map(re.escape, texts)) for texts in (parts, escaped))
    matches = (re.fullmatch(pattern, sent) for pattern in forms)
    found = next(filter(None, matches), None)
    if found is None:
        return [f"the path {sent} is not {template}"]
    by_name = {g.name: g for g in given if g.location == "path"}
    wrong = list[str]()
    for name, raw in zip(names, found.groups(), strict=True):
        if name not in by_name:
            continue
        wrong += [
            f"path {name}: {raw!r} was sent for {by_name[name].value!r}"
            for ok in [_path_value(by_name[name], raw)]
            if not ok
        ]
    return wrong


def _path_value(given: Given, raw: str) -> bool:
    if "/" in raw:  # it would be another path (RFC 3986, section 3.3)
        return False
    texts = flat(given)
    if given.style == "matrix":
        value, name = given.value, given.name
        if is_object(value) and given.explode:
            wanted = [f"{k}={text_of(v)}" for k, v in value.items()]
        elif given.explode:
            wanted = [f"{name}={t}" for t in texts]
        else:
            found_name, _, rest = raw.removeprefix(";").partition("=")
            return (
                raw.startswith(";")
                and unquote(found_name) == name
                and _same(texts, rest, ",")
            )
        return raw.startswith(";") and _same(wanted, raw[1:], ";")
    if given.style == "label":
        return raw.startswith(".") and _same_label(
            texts, raw[1:], "." if given.explode else ","
        )
    if len(texts) == 1:
        return same_text(texts[0], unquote(raw))
    return _same(texts, raw, ",")


def _same(texts: list[str], raw: str, delimiter: str) -> bool:
    found = [unquote(part) for part in raw.split(delimiter)] if raw or not texts else []
    if len(found) != len(texts):
        return (
            sorted(delimiter.join(texts)) == sorted(unquote(raw)) and delimiter == ","
        )
    return all(same_text(one, other) for one, other in zip(texts, found, strict=True))


def _same_label(texts: list[str], raw: str, delimiter: str) -> bool:
    return _same(texts, raw, delimiter) or delimiter.join(texts) == unquote(raw)


def check_query(raw: str, given: list[Given], more: set[str]) -> list[str]:
    """What is wrong with a raw query; `more` are names that credentials add."""
    sent = [part.partition("=") for part in raw.split("&")] if raw else []
    left = [(unquote_plus(name), value) for name, _, value in sent]
    wrong = list[str]()
    for one in given:
        if one.location == "querystring":
            return _whole_query(raw, one)
        if one.location != "query":
            continue
        for name, delimiter, texts in pairs_of(one):
            match = next(
                (p for p in left if p[0] == name and _is_pair(delimiter, texts, p[1])),
                None,
            )
            if match is None:
                at_name = [value for n, value in left if n == name]
                wrong.append(
                    f"query {one.name} ({one.style}): {texts} was sent as {at_name}"
                )
            else:
                left.remove(match)
    wrong += [
        f"query {name}={value} was not asked for"
        for name, value in left
        if name not in more
    ]
    return wrong


def _is_pair(delimiter: str, texts: list[str], raw: str) -> bool:
    if not delimiter:
        return same_text(texts[0], unquote_plus(raw)) or _same_content(
            texts[0], unquote_plus(raw)
        )
    for mark in _DELIMITERS.get(delimiter, (",",)):
        found = [unquote_plus(part) for part in raw.split(mark)]
        if len(found) == len(texts) and all(map(same_text, texts, found)):
            return True
    return len(texts) == 1 and same_text(texts[0], unquote_plus(raw))


def _same_content(expected: str, sent: str) -> bool:
    if expected[:1] not in ("{", "[", '"'):
        return False
    try:
        return not same_json(json.loads(expected), json.loads(sent))
    except ValueError:
        return False


def _whole_query(raw: str, given: Given) -> list[str]:
    if "json" in given.media_type:
        return (
            []
            if _same_content(json.dumps(given.value), unquote(raw))
            else [f"query: {raw}"]
        )
    sent = [part.partition("=") for part in raw.split("&")]
    pairs = sorted((unquote_plus(n), unquote_plus(v)) for n, _, v in sent)
    value = given.value if is_object(given.value) else {}
    wanted = sorted(
        (k, text_of(i)) for k, v in value.items() for i in (v if is_array(v) else [v])
    )
    return [] if pairs == wanted else [f"query: {pairs} was sent for {wanted}"]


def check_headers(headers: Any, given: list[Given]) -> list[str]:
    """What is wrong with headers and cookies."""
    wrong = list[str]()
    cookies = [c.strip().partition("=") for c in headers.get("cookie", "").split(";")]
    left = [(unquote(name), value) for name, _, value in cookies]
    for one in given:
        if one.name.lower() == "content-length":
            continue  # the real one is sent
        if one.location == "header":
            sent = headers.get(one.name)
            texts = flat(one)
            ok = sent is not None and (
                same_text(",".join(texts), sent)
                or _same_content(texts[0], sent)
                or (
                    len(sent.split(",")) == len(texts)
                    and all(map(same_text, texts, sent.split(",")))
                )
            )
            if not ok:
                wrong.append(f"header {one.name}: {sent!r} was sent for {one.value!r}")
        elif one.location == "cookie":
            for name, delimiter, texts in pairs_of(one):
                match = [
                    v for n, v in left if n == name and _is_pair(delimiter, texts, v)
                ]
                if not match:
                    wrong.append(
                        f"cookie {one.name}: {texts} was sent as {headers.get('cookie')!r}"
                    )
    return wrong
