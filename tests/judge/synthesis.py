"""Instances of schemas, made from the raw document.

What is made is kept only if jsonschema-rs accepts it. Schemas are handled as conjunctions: a list
of places that all have to be satisfied, so that `allOf` and siblings of references need no merging.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from clientpress.document.data import is_array, is_object
from tests.judge.reading import At, Json
from tests.judge.schemas import Schemas, Unusable
from tests.judge.texts import FORMATS, matching, plain

MOST_NODES = 1_500
DEEPEST = 7


class Variant(Enum):
    """How much of a schema an instance shows."""

    MINIMAL = "minimal"
    FULL = "full"
    EXAMPLE = "example"
    NULLS = "nulls"


class Impossible(ValueError):
    """No instance was found; says why."""


@dataclass
class _State:
    variant: Variant
    usable: Any = None
    nodes: int = 0
    names: list[str] = field(default_factory=list[str])

    @property
    def is_spent(self) -> bool:
        return self.nodes > MOST_NODES


@dataclass
class _Parts:
    """What a conjunction consists of: plain schemas, and unions of which one branch each is due."""

    schemas: list[At] = field(default_factory=list[At])
    unions: list[tuple[At, str]] = field(default_factory=list[tuple[At, str]])
    targets: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def values(self, word: str) -> list[Any]:
        return [at.data[word] for at in self.schemas if word in at.data]


class Synthesiser:
    """Makes instances for one direction."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def make(self, at: At, variant: Variant, *, flat: bool = False) -> Json:
        """An instance of the (raw) schema at a place.

        Args:
            flat: For a parameter: what says nothing is text.

        Raises:
            Impossible: None was found that is valid.
        """
        here = self.schemas.at(at)
        last = ""
        for chosen in dict.fromkeys((variant, Variant.FULL, Variant.MINIMAL)):
            if last and variant is Variant.MINIMAL and chosen is not variant:
                continue
            try:
                made = self._make([here], _State(chosen), (), 0, flat)
                last = self.schemas.why_not(here, made)
            except (Impossible, Unusable) as error:
                last = str(error)
            except RecursionError:
                last = "recursion"
            else:
                if not last:
                    return made
        raise Impossible(last)

    def examples(self, at: At) -> list[Json]:
        """The examples of the conjunction at a place."""
        parts = _Parts()
        self._flatten(self.schemas.at(at), parts, ())
        return _examples(parts)

    # -------------------------------------------------------------- conjunctions
    def _flatten(
        self, at: At, parts: _Parts, seen: tuple[tuple[str, ...], ...]
    ) -> None:
        if at.data is False:
            raise Impossible("a schema that allows nothing")
        if not is_object(at.data) or at.steps in seen:
            return
        seen = (*seen, at.steps)
        if isinstance(at.data.get("$ref"), str):
            target = self.schemas.target(at)
            if target is None:
                raise Impossible("a reference that leads nowhere")
            parts.targets.append(target.steps)
            self._flatten(target, parts, seen)
        parts.schemas.append(at)
        if is_array(at.data.get("allOf")):
            for i in range(len(at.data["allOf"])):
                self._flatten(at.child("allOf", i), parts, seen)
        for word in ("oneOf", "anyOf"):
            if is_array(at.data.get(word)):
                parts.unions.append((at, word))

    def _make(
        self,
        conjunction: list[At],
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool = False,
    ) -> Json:
        state.nodes += 1
        parts = _Parts()
        for at in conjunction:
            self._flatten(at, parts, ())
        for target in parts.targets:
            if stack.count(target) > 1 or (stack.count(target) and len(stack) > 40):
                raise Impossible("recursion without an end")
        below = (*stack, *parts.targets)
        if state.variant is Variant.EXAMPLE and index == 0:
            for example in _examples(parts):
                if all(self._fits(at, example) for at in conjunction):
                    return example
        if parts.unions:
            return self._union(conjunction, parts, state, below, index, flat)
        return self._simple(parts, state, below, index, flat)

    def _fits(self, at: At, value: Json) -> bool:
        try:
            return self.schemas.is_valid(at, value)
        except Unusable:
            return False

    def _union(
        self,
        conjunction: list[At],
        parts: _Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        """One branch of the first union; the others are done by the next round."""
        owner, word = parts.unions[0]
        rest = [_without(at, word if at is owner else "") for at in parts.schemas]
        rest = [at for at in rest if at.data]
        count = len(owner.data[word])
        order = [(i + index) % count for i in range(count)]
        if state.variant is Variant.NULLS:
            order.sort(key=lambda i: not _is_null(owner.child(word, i)))
        elif count > 1:
            order.sort(key=lambda i: _is_null(owner.child(word, i)))
        last = "no branch"
        for i in order:
            branch = owner.child(word, i)
            flattened = [_without(at, "allOf", "$ref") for at in rest]
            try:
                made = self._make([*flattened, branch], state, stack, index, flat)
            except Impossible as error:
                last = str(error)
                continue
            self._tag(owner, branch, made, parts)
            if self._fits(owner, made) and all(
                self._fits(at, made) for at in conjunction
            ):
                return made
            last = f"branch {i} of {word} does not fit alone"
        raise Impossible(last)

    def _tag(self, owner: At, branch: At, made: Json, parts: _Parts) -> None:
        """Set the discriminator, where it is a free text."""
        told = owner.data.get("discriminator")
        name = told.get("propertyName") if is_object(told) else None
        if (
            not isinstance(name, str)
            or not is_object(made)
            or "$ref" not in branch.words()
        ):
            return
        mapping = told.get("mapping") if is_object(told) else None
        target = self.schemas.target(branch)
        if target is None:
            return
        wanted = target.steps[-1]
        for value, leads in ((mapping or {}).items() if is_object(mapping) else ()):
            if isinstance(leads, str) and leads.rpartition("/")[2] == target.steps[-1]:
                wanted = value
                break
        before = made.get(name)
        made[name] = wanted
        if not self._fits(branch, made):
            if before is None:
                del made[name]
            else:
                made[name] = before

    # -------------------------------------------------------------- without unions
    def _simple(
        self,
        parts: _Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        for constant in parts.values("const"):
            return constant
        listed = parts.values("enum")
        kinds = _kinds(parts)
        if listed:
            allowed = [v for v in listed[0] if all(v in more for more in listed[1:])]
            if kinds is not None:
                allowed = [v for v in allowed if _has_type(v, kinds)]
            if state.variant is not Variant.NULLS:
                allowed = [v for v in allowed if v is not None] or allowed
            if flat:
                allowed = [v for v in allowed if v != ""] or allowed
            if not allowed:
                raise Impossible("no value of the enumeration has the type")
            last = state.variant is Variant.FULL
            return allowed[(index + (len(allowed) - 1 if last else 0)) % len(allowed)]
        if (
            kinds is not None
            and "null" in kinds
            and (state.variant is Variant.NULLS or kinds == ["null"])
        ):
            return None
        kind = _first_kind(kinds, parts)
        match kind:
            case "object":
                return self._object(parts, state, stack)
            case "array":
                return self._array(parts, state, stack)
            case "string":
                return _text(parts, index, flat)
            case "integer" | "number":
                return _number(parts, kind, index)
            case "boolean":
                return index % 2 == 0
            case _:
                if flat:
                    return plain(index, 1, None)
                return (
                    {"free": ["form", 1, None, True]}
                    if state.variant is Variant.FULL
                    else "free"
                )

    def _object(
        self, parts: _Parts, state: _State, stack: tuple[tuple[str, ...], ...]
    ) -> Json:
        members: dict[str, list[At]] = {}
        for at in parts.schemas:
            found = at.find("properties")
            for name in found.words() if found else ():
                if found is not None:
                    members.setdefault(name, []).append(found.child(name))
        hidden = {
            n for n, ats in members.items() if any(map(self.schemas.is_hidden, ats))
        }
        required = list(
            dict.fromkeys(n for names in parts.values("required") for n in names)
        )
        small = (
            state.variant is Variant.MINIMAL or state.is_spent or len(stack) > DEEPEST
        )
        most = min(parts.values("maxProperties"), default=None)
        made: dict[str, Json] = {}
        for name in required:
            made[name] = self._member(name, members.get(name, []), parts, state, stack)
        for name in () if small else members:
            if (
                name in made
                or name in hidden
                or (most is not None and len(made) >= most)
            ):
                continue
            try:
                made[name] = self._member(name, members[name], parts, state, stack)
            except Impossible:
                continue  # an optional member that would never end, or that has no value
        self._more(made, members, parts, state, stack, most)
        return made

    def _member(
        self,
        name: str,
        found: list[At],
        parts: _Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
    ) -> Json:
        found = found or _extra(parts, name)
        return self._make(found, state, stack, 0) if found else "text"

    def _more(
        self,
        made: dict[str, Json],
        members: dict[str, list[At]],
        parts: _Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        most: Any,
    ) -> None:
        """Members that are not declared: some of a map, and as many as there have to be."""
        least = max(parts.values("minProperties"), default=0)
        typed = [
            at for at in parts.schemas if is_object(at.data.get("additionalProperties"))
        ]
        patterned = [at for at in parts.schemas if at.data.get("patternProperties")]
        closed = any(
            at.data.get("additionalProperties") is False for at in parts.schemas
        )
        if (
            state.variant is Variant.FULL
            and (typed or patterned)
            and not state.is_spent
        ):
            least = max(least, len(made) + 2)
        if len(made) < least:
            for name in members:  # declared ones first
                if len(made) >= least or typed or patterned:
                    break
                if name not in made:
                    made[name] = self._member(name, members[name], parts, state, stack)
        for i in range(12):
            if len(made) >= least or (most is not None and len(made) >= most):
                return
            name = _key(parts, patterned, i)
            if name in made or name in members or (closed and not patterned):
                continue
            extra = _extra(parts, name)
            try:
                made[name] = self._make(extra, state, stack, i % 2) if extra else "more"
            except Impossible:
                return

    def _array(
        self, parts: _Parts, state: _State, stack: tuple[tuple[str, ...], ...]
    ) -> Json:
        least = max(parts.values("minItems"), default=0)
        most = min(parts.values("maxItems"), default=None)
        spent = state.is_spent or len(stack) > DEEPEST
        wanted = least if state.variant is Variant.MINIMAL or spent else max(least, 2)
        made: list[Json] = []
        prefixes = [at for at in parts.schemas if is_array(at.data.get("prefixItems"))]
        fixed = max((len(at.data["prefixItems"]) for at in prefixes), default=0)
        closed = any(at.data.get("items") is False for at in parts.schemas)
        wanted = max(wanted, fixed) if not closed else min(max(wanted, fixed), fixed)
        if most is not None:
            wanted = min(wanted, int(most))
        for i in range(int(wanted)):
            found = [
                at.child("prefixItems", i)
                for at in prefixes
                if i < len(at.data["prefixItems"])
            ]
            if not found:
                found = [
                    at.child("items")
                    for at in parts.schemas
                    if is_object(at.data.get("items"))
                ]
            try:
                item = (
                    self._make(found, state, stack, i) if found else plain(i, 0, None)
                )
            except Impossible:
                if i >= least:
                    break
                raise
            if any(parts.values("uniqueItems")) and item in made:
                if i >= least:
                    break
                raise Impossible("no second item that differs")
            made.append(item)
        return made


def _without(at: At, *words: str) -> At:
    if not any(word in at.data for word in words):
        return at
    return _Inline(
        at.file, at.steps, {k: v for k, v in at.data.items() if k not in words}
    )


class _Inline(At):
    """A part of a schema; it stands at no place of its own."""


def _is_null(at: At) -> bool:
    return at.words().get("type") == "null" or at.words().get("enum") == [None]


def _examples(parts: _Parts) -> list[Json]:
    found: list[Json] = []
    for at in parts.schemas:
        if "example" in at.data:
            found.append(at.data["example"])
        listed = at.data.get("examples")
        found += listed if is_array(listed) else []
    return found


def _kinds(parts: _Parts) -> list[str] | None:
    kinds: list[str] | None = None
    for told in parts.values("type"):
        these = [told] if isinstance(told, str) else [str(k) for k in told]
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


def _first_kind(kinds: list[str] | None, parts: _Parts) -> str:
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


def _has_type(value: Json, kinds: list[str]) -> bool:
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


def _extra(parts: _Parts, name: str) -> list[At]:
    """What applies to a member that is not declared."""
    found = list[At]()
    for at in parts.schemas:
        patterns = at.find("patternProperties")
        matched = False
        for pattern in patterns.words() if patterns else ():
            text = matching(pattern)
            if patterns is not None and text is not None and name.startswith(text):
                found.append(patterns.child(pattern))
                matched = True
        if not matched and is_object(at.data.get("additionalProperties")):
            found.append(at.child("additionalProperties"))
    return found


def _key(parts: _Parts, patterned: list[At], i: int) -> str:
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


def _text(parts: _Parts, index: int, flat: bool) -> str:
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


def matching_all(parts: _Parts, text: str) -> bool:
    """Whether a text fits every pattern."""
    import re

    try:
        return all(re.search(pattern, text) for pattern in parts.values("pattern"))
    except re.error:
        return False


def _number(parts: _Parts, kind: str, index: int) -> int | float:
    low = max(parts.values("minimum"), default=None)
    high = min(parts.values("maximum"), default=None)
    above = max(parts.values("exclusiveMinimum"), default=None)
    under = min(parts.values("exclusiveMaximum"), default=None)
    steps = [s for s in parts.values("multipleOf") if s]
    step = steps[0] if steps else 1
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
