"""Instances of schemas, made from the raw document.

What is made is kept only if jsonschema-rs accepts it. Schemas are handled as conjunctions: a list
of places that all have to be satisfied, so that `allOf` and siblings of references need no merging.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.conjunctions import (
    Impossible,
    Parts,
    additional,
    examples_of,
    first_kind,
    has_type,
    is_null,
    key_for,
    kinds_of,
    number_for,
    text_for,
    without,
)
from clientpress.testing.reading import At, Json
from clientpress.testing.schemas import Schemas, Unusable
from clientpress.testing.texts import plain

MOST_NODES = 1_500
DEEPEST = 7


class Variant(Enum):
    """How much of a schema an instance shows."""

    MINIMAL = "minimal"
    FULL = "full"
    EXAMPLE = "example"
    NULLS = "nulls"


@dataclass
class _State:
    variant: Variant
    loose: bool = False
    nodes: int = 0
    names: list[str] = field(default_factory=list[str])

    @property
    def is_spent(self) -> bool:
        """Whether what follows has to be small."""
        return self.nodes > MOST_NODES

    @property
    def is_over(self) -> bool:
        """Whether even what is small was too much: schemas that need each other."""
        return self.nodes > 10 * MOST_NODES


class Synthesiser:
    """Makes instances for one direction. What is chosen freely, a subclass may choose otherwise."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas

    def branches(self, owner: At, word: str, index: int) -> Iterable[int]:
        """The branches of a union, in the order they are tried."""
        count = len(owner.data[word])
        return [(i + index) % count for i in range(count)]

    def trying(self, branch: At) -> None:
        """Called before a branch is tried."""

    def finish(self, made: dict[str, Json], parts: Parts) -> None:
        """Called with every object."""

    def kind(self, kinds: list[str] | None, parts: Parts) -> str:
        """One of the types that are allowed; empty where nothing is said."""
        return first_kind(kinds, parts)

    def text(self, parts: Parts, index: int, flat: bool) -> str:
        """A text that fits."""
        return text_for(parts, index, flat)

    def number(self, parts: Parts, kind: str, index: int) -> int | float:
        """A number that fits."""
        return number_for(parts, kind, index)

    def free(self, variant: Variant, index: int, flat: bool) -> Json:
        """A value of a schema that says nothing."""
        if flat:
            return plain(index, 1, None)
        return {"free": ["form", 1, None, True]} if variant is Variant.FULL else "free"

    def nearest(self, at: At) -> Json:
        """What comes near to an instance, of a schema that none was found for.

        Raises:
            Impossible: Nothing does.
        """
        state = _State(Variant.EXAMPLE, loose=True)
        try:
            return self._make([self.schemas.at(at)], state, (), 0)
        except RecursionError:
            raise Impossible("recursion") from None

    def make(self, at: At, variant: Variant, *, flat: bool = False) -> Json:
        """An instance of the (raw) schema at a place.

        Args:
            flat: For a parameter: what says nothing is text.

        Raises:
            Impossible: None was found that is valid.
        """
        here = self.schemas.at(at)
        last = ""
        more = () if variant is Variant.MINIMAL else (Variant.FULL, Variant.MINIMAL)
        for chosen in dict.fromkeys((variant, *more)):
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
        parts = Parts()
        self._flatten(self.schemas.at(at), parts, ())
        return examples_of(parts)

    def _flatten(self, at: At, parts: Parts, seen: tuple[tuple[str, ...], ...]) -> None:
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
        if state.is_over:
            raise Impossible("too many tries")
        parts = Parts()
        for at in conjunction:
            self._flatten(at, parts, ())
        for target in parts.targets:
            if stack.count(target) > 1 or (stack.count(target) and len(stack) > 40):
                raise Impossible("recursion without an end")
        below = (*stack, *parts.targets)
        if state.variant is Variant.EXAMPLE and index == 0:
            for example in examples_of(parts):
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
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        """One branch of the first union; the others are done by the next round."""
        owner, word = parts.unions[0]
        rest = [without(at, word if at is owner else "") for at in parts.schemas]
        rest = [at for at in rest if at.data]
        nulls = state.variant is Variant.NULLS
        order = [owner.child(word, i) for i in self.branches(owner, word, index)]
        order.sort(key=lambda branch: is_null(branch) != nulls)
        last = "no branch"
        for branch in order:
            self.trying(branch)
            flattened = [without(at, "allOf", "$ref") for at in rest]
            try:
                made = self._make([*flattened, branch], state, stack, index, flat)
                self.tag(owner, branch, made)
            except Impossible as error:
                last = str(error)
                continue
            if state.loose or (
                self._fits(owner, made)
                and all(self._fits(at, made) for at in conjunction)
            ):
                return made
            last = f"branch {branch.steps[-1]} of {word} does not fit alone"
        raise Impossible(last)

    def tag(self, owner: At, branch: At, made: Json) -> None:
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

    def _simple(
        self,
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
        index: int,
        flat: bool,
    ) -> Json:
        for constant in parts.values("const"):
            return constant
        listed = parts.values("enum")
        kinds = kinds_of(parts)
        if listed:
            allowed = [v for v in listed[0] if all(v in more for more in listed[1:])]
            if kinds is not None:
                allowed = [v for v in allowed if has_type(v, kinds)]
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
        kind = self.kind(kinds, parts)
        match kind:
            case "object":
                return self._object(parts, state, stack)
            case "array":
                return self._array(parts, state, stack)
            case "string":
                return self.text(parts, index, flat)
            case "integer" | "number":
                return self.number(parts, kind, index)
            case "boolean":
                return index % 2 == 0
            case _:
                return self.free(state.variant, index, flat)

    def _object(
        self, parts: Parts, state: _State, stack: tuple[tuple[str, ...], ...]
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
        self.finish(made, parts)
        return made

    def _member(
        self,
        name: str,
        found: list[At],
        parts: Parts,
        state: _State,
        stack: tuple[tuple[str, ...], ...],
    ) -> Json:
        found = found or additional(parts, name)
        return self._make(found, state, stack, 0) if found else "text"

    def _more(
        self,
        made: dict[str, Json],
        members: dict[str, list[At]],
        parts: Parts,
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
            name = key_for(parts, patterned, i)
            if name in made or name in members or (closed and not patterned):
                continue
            extra = additional(parts, name)
            try:
                made[name] = self._make(extra, state, stack, i % 2) if extra else "more"
            except Impossible:
                return

    def _array(
        self, parts: Parts, state: _State, stack: tuple[tuple[str, ...], ...]
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
