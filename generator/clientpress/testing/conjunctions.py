"""Conjunctions of schemas: their constraints together, and scalars that satisfy them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.reading import At, Json
from clientpress.testing.texts import FORMATS, finds, matching, plain


class Impossible(ValueError):
    """No instance was found; the text says why."""


@dataclass
class Parts:
    """The parts of a conjunction.

    Attributes:
        schemas: Plain schemas, all of which must be satisfied.
        unions: Each object with the keyword (`oneOf`, `anyOf`) of which one branch must be satisfied.
        targets: The steps to the schemas that references led to.
    """

    schemas: list[At] = field(default_factory=list[At])
    unions: list[tuple[At, str]] = field(default_factory=list[tuple[At, str]])
    targets: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def values(self, word: str) -> list[Any]:
        """The values of a keyword, in all schemas that have it."""
        return [at.data[word] for at in self.schemas if word in at.data]


def without(at: At, *words: str) -> At:
    """A schema without some of its keywords."""
    if not any(word in at.data for word in words):
        return at
    return Inline(
        at.file, at.steps, {k: v for k, v in at.data.items() if k not in words}
    )


class Inline(At):
    """A changed schema, which has no place of its own."""


def is_null(at: At) -> bool:
    """Whether a schema allows only null."""
    return at.words().get("type") == "null" or at.words().get("enum") == [None]


def examples_of(parts: Parts) -> list[Json]:
    """The examples of all schemas."""
    examples: list[Json] = []
    for at in parts.schemas:
        if "example" in at.data:
            examples.append(at.data["example"])
        listed = at.data.get("examples")
        examples += listed if is_array(listed) else []
    return examples


def kinds_of(parts: Parts) -> list[str] | None:
    """The types that all schemas allow; None where none of them has a type.

    Raises:
        Impossible: The types exclude each other.
    """
    kinds: list[str] | None = None
    for stated in parts.values("type"):
        these = [stated] if isinstance(stated, str) else [str(k) for k in stated]
        if kinds is None:
            kinds = these
        elif "number" in kinds and "integer" in these:
            kinds = [k for k in these if k in kinds or k == "integer"]
        else:
            kinds = [
                k for k in kinds if k in these or (k == "integer" and "number" in these)
            ]
    if kinds == []:
        raise Impossible("types that exclude each other")
    return kinds


def first_kind(kinds: list[str] | None, parts: Parts) -> str:
    """The first type that is not null; without types, the type that other keywords are for."""
    if kinds is not None:
        return next((k for k in kinds if k != "null"), "null")
    for kind, words in (
        ("object", ("properties", "required", "additionalProperties", "minProperties")),
        ("object", ("patternProperties", "propertyNames")),
        ("array", ("items", "prefixItems", "minItems", "maxItems")),
        ("string", ("pattern", "minLength", "maxLength", "format")),
        ("number", ("minimum", "maximum", "multipleOf")),
    ):
        if any(parts.values(word) for word in words):
            return kind
    return ""


def has_type(value: Json, kinds: list[str]) -> bool:
    """Whether a value has one of the types."""
    if value is None:
        return "null" in kinds
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return "integer" in kinds or "number" in kinds
    if isinstance(value, float):
        return "number" in kinds or (value.is_integer() and "integer" in kinds)
    if isinstance(value, str):
        return "string" in kinds
    return ("object" if is_object(value) else "array") in kinds


def additional(parts: Parts, name: str) -> list[At]:
    """The schemas of a member that is not declared."""
    schemas = list[At]()
    for at in parts.schemas:
        patterns = at.find("patternProperties")
        matched = False
        for pattern in patterns.words() if patterns else ():
            text = matching(pattern)
            if patterns is not None and text is not None and name.startswith(text):
                schemas.append(patterns.child(pattern))
                matched = True
        if not matched and is_object(at.data.get("additionalProperties")):
            schemas.append(at.child("additionalProperties"))
    return schemas


def key_for(parts: Parts, patterned: list[At], i: int) -> str:
    """A name for a member that is not declared."""
    for at in patterned:
        for pattern in at.data["patternProperties"]:
            text = matching(pattern, 0, i)
            if text is not None:
                return text
    for names in parts.values("propertyNames"):
        if is_object(names) and is_array(names.get("enum")) and i < len(names["enum"]):
            return str(names["enum"][i])
        pattern = names.get("pattern") if is_object(names) else None
        text = matching(pattern, 0, i) if isinstance(pattern, str) else None
        if text is not None:
            return text
    return f"key_{i}"


def text_for(parts: Parts, index: int, flat: bool) -> str:
    """A string that satisfies all schemas, as far as it can be found.

    Args:
        parts: The schemas.
        index: Different numbers give different strings, where that is possible.
        flat: Whether the string must not be empty, because it becomes a parameter.
    """
    shortest = int(max(parts.values("minLength"), default=0))
    longest = min(parts.values("maxLength"), default=None)
    if flat:
        shortest = max(shortest, 1)
    for pattern in parts.values("pattern"):
        for form in parts.values("format"):  # both, if there is one
            samples = FORMATS.get(form, ())
            if samples and matching_all(parts, samples[index % len(samples)]):
                return samples[index % len(samples)]
        text = matching(pattern, shortest, index)
        if text is None:
            raise Impossible(f"no text for the pattern {pattern}")
        return text
    for form in parts.values("format"):
        samples = FORMATS.get(form, ())
        fitting = [
            s
            for s in samples
            if len(s) >= shortest and (longest is None or len(s) <= longest)
        ]
        if fitting:
            return fitting[index % len(fitting)]
    return plain(index, shortest, None if longest is None else int(longest))


def matching_all(parts: Parts, text: str) -> bool:
    """Whether a text matches every pattern."""
    return all(finds(pattern, text) for pattern in parts.values("pattern"))


def number_for(parts: Parts, kind: str, index: int) -> int | float:
    """A number that satisfies all schemas, as far as it can be found. `index` is as for `text_for`."""
    low = max(parts.values("minimum"), default=None)
    high = min(parts.values("maximum"), default=None)
    above = max(parts.values("exclusiveMinimum"), default=None)
    under = min(parts.values("exclusiveMaximum"), default=None)
    steps = [s for s in parts.values("multipleOf") if s]
    step = steps[0] if steps else 1
    # The first number: the lower limit, else 1, and not above the upper limit.
    start: int | float = 1
    if low is not None:
        start = low
    if above is not None and (low is None or above >= low):
        start = above + (
            step if kind == "integer" or under is None else (under - above) / 2
        )
    top = high if high is not None else under
    if top is not None and start > top:
        start = top if high is not None else top - step
    elif under is not None and high is None and start >= under:
        start = under - step
    # The next multiple, and from there `index` steps on.
    if steps and isinstance(step, int) and start % step:
        start += step - start % step
    value = start + index * step
    if (high is not None and value > high) or (under is not None and value >= under):
        value = start
    if kind == "integer":
        return int(value)
    if not steps and low is None and high is None and above is None and under is None:
        return 1.5 + index
    return value
