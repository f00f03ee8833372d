"""Parameters as they are sent, read back to values by their style (OpenAPI 3.2, section 4.12.6, and RFC 6570)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, unquote_plus

from clientpress.document.data import is_object
from clientpress.runtime.wire.styles import STYLES, style_of
from clientpress.testing.reading import At, Json
from clientpress.testing.shapes import Shape, Shapes

_DELIMITERS = {
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7[Cc]|\|"),
}
_COMMA = re.compile(",")

Pair = tuple[str, str]
"""A member of a query, form or cookie: its decoded name, and its value as it was sent."""


class Misfit(ValueError):
    """A text does not have the form that the style of its parameter requires; the text says why."""


@dataclass(frozen=True)
class ParameterObject:
    """A Parameter Object."""

    at: At

    @property
    def name(self) -> str:
        """The name in requests."""
        return str(self.at.data["name"])

    @property
    def location(self) -> str:
        """`path`, `query`, `querystring`, `header` or `cookie`."""
        return str(self.at.data["in"])

    @property
    def is_required(self) -> bool:
        """Whether every request must have it."""
        return self.location == "path" or self.at.data.get("required") is True

    @property
    def media_type(self) -> str:
        """The media type, for a parameter that `content` describes; else empty."""
        return next(iter(self.at.data.get("content") or ()), "")

    @property
    def style(self) -> str:
        """The style, or the default of the location."""
        stated = self.at.data.get("style")
        return stated if isinstance(stated, str) else style_of(self.location)

    @property
    def explode(self) -> bool:
        """Whether each item or member is written separately."""
        stated = self.at.data.get("explode")
        return (
            stated
            if isinstance(stated, bool)
            else self.style in STYLES and STYLES[self.style].explodes
        )


class Reader:
    """Reads values of parameters whose schemas are known.

    Args:
        shapes: The shapes of the schemas.
        is_cookie: Whether `+` in a value is a plus, and not a space.
    """

    def __init__(self, shapes: Shapes, *, is_cookie: bool = False) -> None:
        self.shapes = shapes
        self._unquoted = unquote if is_cookie else unquote_plus

    # -------------------------------------------------------------- one text
    def text(self, parameter: ParameterObject, raw: str, places: list[At]) -> Json:
        """The value of a path or header parameter.

        Raises:
            Misfit: The text does not have the form of the style.
        """
        decode = unquote if parameter.location == "path" else str
        if parameter.media_type:
            return content(parameter, decode(raw))
        shape = self.shapes.of(places)
        delimiter, raw = _without_style(parameter, raw, shape)
        if "object" in shape.kinds and ("=" in raw or delimiter in raw):
            parts = [decode(part.strip()) for part in raw.split(delimiter)]
            return self._object(parameter, parts, shape, raw.split(delimiter))
        if "array" in shape.kinds:
            name = f"{parameter.name}=" if delimiter == ";" else ""
            return [
                self.shapes.value(
                    decode(part.strip().removeprefix(name)), shape.items or []
                )
                for part in (raw.split(delimiter) if raw else ())
            ]
        return self.shapes.value(decode(raw), places)

    def _object(
        self, parameter: ParameterObject, parts: list[str], shape: Shape, raw: list[str]
    ) -> Json:
        """The value of an object in one text."""
        if parameter.explode:
            split = [part.partition("=") for part in raw]
            pairs = [(unquote(name), unquote(value)) for name, _, value in split]
        elif len(parts) % 2:
            raise Misfit(f"{','.join(parts)!r} is not names and values in turn")
        else:
            pairs = list(zip(parts[::2], parts[1::2], strict=True))
        return self._members(pairs, shape)

    def _members(self, pairs: list[tuple[str, str]], shape: Shape) -> Json:
        """The value of an object whose members are pairs."""
        texts = dict[str, list[str]]()
        for name, text in pairs:
            texts.setdefault(name, []).append(text)
        return {name: self._member(shape, name, each) for name, each in texts.items()}

    def _member(self, shape: Shape, name: str, texts: list[str]) -> Json:
        """The value of a member; an array may have its name several times."""
        places = self.shapes.member(shape, name)
        below = self.shapes.of(places)
        is_json = len(texts) == 1 and texts[0].startswith("[")
        if "array" in below.kinds and not is_json:
            return [self.shapes.value(text, below.items) for text in texts]
        return self.shapes.value(texts[-1], places)

    # -------------------------------------------------------------- pairs
    def names(
        self, parameter: ParameterObject, places: list[At], sent: list[Pair]
    ) -> set[str]:
        """The names, among those that were sent, that belong to a parameter."""
        name = parameter.name
        if parameter.style == "deepObject" and not parameter.media_type:
            return {n for n, _ in sent if n.startswith(f"{name}[")}
        shape = self.shapes.of(places)
        spread = parameter.explode and not parameter.media_type
        if not spread or "object" not in shape.kinds:
            return {n for n, _ in sent if n == name}
        if shape.members:
            return {n for n, _ in sent if n in shape.members}
        return {n for n, _ in sent if n != name}

    def pairs(
        self, parameter: ParameterObject, sent: list[Pair], places: list[At]
    ) -> Json:
        """The value of a query or cookie parameter, or of a member of a form, from its pairs.

        Raises:
            Misfit: The pairs do not have the form of the style.
        """
        raw = [value for _, value in sent]
        if parameter.media_type:
            return content(parameter, self._unquoted(_single(parameter, raw)))
        shape = self.shapes.of(places)
        if parameter.style == "deepObject":
            return self._deep(parameter, sent, shape)
        if "object" in shape.kinds and (
            parameter.explode and [n for n, _ in sent] != [parameter.name]
        ):
            return self._members([(n, self._unquoted(v)) for n, v in sent], shape)
        if "array" in shape.kinds and (len(raw) > 1 or not self._is_other(raw, shape)):
            return self._array(parameter, raw, shape)
        text = _single(parameter, raw)
        if "object" in shape.kinds and not self._unquoted(text).startswith("{"):
            parts = [self._unquoted(p) for p in _delimiter(parameter).split(text)]
            return self._object(parameter, parts, shape, [])
        return self.shapes.value(self._unquoted(text), places)

    def _is_other(self, raw: list[str], shape: Shape) -> bool:
        """Whether a single value has another of the types that the schema allows besides an array."""
        others = shape.kinds - {"array", "null"}
        return bool(others) and not _COMMA.search(raw[0])

    def _array(self, parameter: ParameterObject, raw: list[str], shape: Shape) -> Json:
        """The value of an array."""
        texts = raw
        if not parameter.explode:
            one = _single(parameter, raw)
            texts = _delimiter(parameter).split(one) if one else []
        whole = self._unquoted(raw[0]) if len(raw) == 1 else ""
        if whole.startswith("[") and whole.endswith("]"):
            return self.shapes.value(whole, [])
        return [self.shapes.value(self._unquoted(t), shape.items) for t in texts]

    def _deep(self, parameter: ParameterObject, sent: list[Pair], shape: Shape) -> Json:
        """The value of an object in style `deepObject`: `name[a][b]=c`, nested as most servers read it."""
        tree: dict[str, Any] = {}
        for name, value in sent:
            steps = re.findall(r"\[([^\[\]]*)\]", name[len(parameter.name) :])
            here = tree
            for step in steps[:-1]:
                here = here.setdefault(step, {})
                if not is_object(here):
                    raise Misfit(f"{name!r} and another name say different things")
            last = steps[-1] if steps else ""
            if last == "":  # name[a][]=…, which may occur several times
                last = str(len(here))
            elif isinstance(here.get(last), (str, dict)):  # name[a]=… a second time
                known = here[last]
                here[last] = here = known if is_object(known) else {"0": known}
                last = str(len(here))
            here[last] = self._unquoted(value)
        return self._grown(tree, shape)

    def _grown(self, tree: dict[str, Any], shape: Shape) -> Json:
        """The value of a tree of texts, by its schemas."""
        members = dict[str, Json]()
        for name, value in tree.items():
            places = self.shapes.member(shape, name)
            below = self.shapes.of(places)
            if not is_object(value):
                one = self.shapes.value(value, places)
                members[name] = [one] if below.kinds == {"array"} else one
                continue
            members[name] = self._grown(value, below)
            if "array" in below.kinds and all(n.isdigit() for n in value):
                inner = self.shapes.of(below.items)
                members[name] = [
                    (
                        self._grown(item, inner)
                        if is_object(item)
                        else self.shapes.value(item, below.items)
                    )
                    for item in value.values()
                ]
        return members


def content(parameter: ParameterObject, text: str) -> Json:
    """The value of a parameter that `content` describes.

    Raises:
        Misfit: The text is not JSON.
    """
    if "json" not in parameter.media_type:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Misfit(f"{text[:60]!r} is no JSON") from None


def _single(parameter: ParameterObject, raw: list[str]) -> str:
    """The only value of a parameter."""
    if len(raw) > 1:
        raise Misfit(f"{parameter.name!r} is given {len(raw)} times")
    return raw[0]


def _delimiter(parameter: ParameterObject) -> re.Pattern[str]:
    return _DELIMITERS.get(parameter.style, _COMMA)


def _without_style(
    parameter: ParameterObject, raw: str, shape: Shape
) -> tuple[str, str]:
    """The delimiter of a text, and the text without the prefix of its style."""
    style, name = parameter.style, parameter.name
    if style == "label":
        if not raw.startswith("."):
            raise Misfit(f"{raw!r} does not start with a dot, as the style label does")
        return "." if parameter.explode else ",", raw[1:]
    if style != "matrix":
        return ",", raw
    if not raw.startswith(";"):
        raise Misfit(
            f"{raw!r} does not start with a semicolon, as the style matrix does"
        )
    is_spread = parameter.explode and shape.kinds & {"object", "array"}
    if is_spread:
        return ";", raw[1:]
    sent, _, value = raw[1:].partition("=")
    if unquote(sent) != name:
        raise Misfit(f"{raw!r} does not start with {f';{name}='!r}")
    return ",", value


def cookies_of(header: str) -> list[Pair]:
    """The pairs of a Cookie header."""
    split = [part.strip().partition("=") for part in header.split(";")]
    return [(unquote(name), value) for name, _, value in split if name]


def query_pairs(raw: str) -> list[Pair]:
    """The pairs of a query or form, as it was sent."""
    split = [part.partition("=") for part in raw.split("&") if part]
    return [(unquote_plus(name), value) for name, _, value in split]
